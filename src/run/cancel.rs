//! Signals go in, wishes of the user come out: the first asks to end in order, the second kills.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::sandbox::Wish;

/// Listens to SIGINT and SIGTERM from now on.
pub(crate) fn wishes() -> std::io::Result<watch::Receiver<Wish>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let (sender, receiver) = watch::channel(Wish::Run);
    tokio::spawn(async move {
        for wish in [Wish::Stop, Wish::Kill] {
            either(&mut interrupt, &mut terminate).await;
            sender.send_replace(wish);
        }
        // Whoever listens must not take the end of this task for a wish.
        sender.closed().await;
    });
    Ok(receiver)
}

async fn either(one: &mut Signal, other: &mut Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
    }
}
