//! An engine that does not answer goes in; whether it came back in time comes out.

use std::time::Duration;

use tokio::sync::watch;

use crate::sandbox::Wish;
use crate::sandbox::docker::engine::Engine;

/// How long an engine may be away: it is restarted within seconds, or by a person.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(250);

/// How waiting for an engine ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// It answers.
    Back,
    /// It does not, whatever the wait.
    Gone,
    /// Nobody wants to wait any more.
    Unwanted,
}

/// Waits until the engine answers.
pub(super) async fn wait(
    engine: &Engine,
    patience: Duration,
    wishes: &mut watch::Receiver<Wish>,
) -> Found {
    tokio::select! {
        biased;
        _ = wishes.wait_for(|wish| *wish > Wish::Run) => Found::Unwanted,
        () = until_it_answers(engine) => Found::Back,
        () = tokio::time::sleep(patience) => Found::Gone,
    }
}

async fn until_it_answers(engine: &Engine) {
    while !engine.answers().await {
        tokio::time::sleep(LOOK).await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::watch;

    use super::{Found, wait};
    use crate::sandbox::Wish;
    use crate::sandbox::docker::engine::Engine;
    use crate::sandbox::secrets::Secrets;

    async fn found(program: &str, patience: Duration, wish: Wish) -> Found {
        let (_sender, mut wishes) = watch::channel(wish);
        let engine =
            Engine { program: program.to_owned(), env: Vec::new(), secrets: Secrets::default() };
        wait(&engine, patience, &mut wishes).await
    }

    #[tokio::test]
    async fn waiting_ends_when_it_answers_when_the_time_is_over_and_when_it_is_wished() {
        let long = Duration::from_mins(10);
        assert_eq!(found("true", long, Wish::Run).await, Found::Back);
        assert_eq!(found("false", Duration::from_millis(20), Wish::Run).await, Found::Gone);
        assert_eq!(found("false", long, Wish::Stop).await, Found::Unwanted);
    }
}
