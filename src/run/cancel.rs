//! Signals go in, wishes of the user come out: the first asks to end in order, the second kills.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use crate::platform::Signals;
use crate::sandbox::Wish;

/// Who may wish, and who hears of it.
pub(crate) type Wishes = (watch::Sender<Wish>, watch::Receiver<Wish>);

/// Signals that follow one so soon are the same wish: Ctrl-C in a terminal reaches this process by
/// itself, and once more from everybody who started it and passes signals on, as `npx` does.
const ECHO: Duration = Duration::from_millis(500);

/// Listens to SIGINT and SIGTERM from now on. A third signal ends this process at once: the shards
/// end by themselves, as their input does.
pub(crate) fn listen() -> std::io::Result<Wishes> {
    let mut signals = Signals::listen()?;
    let (sender, receiver) = watch::channel(Wish::Run);
    let of_signals = sender.clone();
    tokio::spawn(async move {
        for wish in [Wish::Stop, Wish::Kill] {
            signals.next().await;
            raise(&of_signals, wish);
            let echoes = async {
                loop {
                    signals.next().await;
                }
            };
            timeout(ECHO, echoes).await.ok();
        }
        signals.next().await;
        #[expect(
            clippy::exit,
            clippy::disallowed_methods,
            reason = "whoever asks three times does not want to wait"
        )]
        std::process::exit(INTERRUPTED);
    });
    Ok((sender, receiver))
}

/// The same where nobody else wishes.
pub(crate) fn wishes() -> std::io::Result<watch::Receiver<Wish>> {
    listen().map(|(_, receiver)| receiver)
}

/// Wishes for at least this: wishes only grow.
pub(crate) fn raise(sender: &watch::Sender<Wish>, wish: Wish) {
    sender.send_if_modified(|known| {
        let grows = wish > *known;
        *known = wish.max(*known);
        grows
    });
}

/// The exit code of a run that was interrupted.
const INTERRUPTED: i32 = 130;
