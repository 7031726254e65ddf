//! Work that others have to answer goes in, what comes of it comes out; where that takes long, people
//! are told whom they wait for.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

use crate::cli::streams::Streams;
use crate::report::text;

/// After that, people wonder.
const LONG: Duration = Duration::from_secs(10);

/// Waits for work; says so once where it takes long.
pub(crate) async fn patiently<T>(
    work: impl Future<Output = T>,
    whom: &str,
    streams: &mut Streams,
) -> T {
    let mut work = pin!(work);
    if let Ok(done) = timeout(LONG, &mut work).await {
        return done;
    }
    streams.say(&format!("waiting for {}", text::terminal(whom)));
    work.await
}
