//! The name of a container that has ended goes in, what the engine knows of its end comes out.

use serde::Deserialize;

use crate::sandbox::CommandError;
use crate::sandbox::docker::engine::Engine;

/// What `docker inspect` says of a container that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct State {
    pub(super) exit_code: i32,
    #[serde(default, rename = "OOMKilled")]
    pub(super) oom_killed: bool,
    /// Why it could not be started.
    #[serde(default)]
    error: String,
}

impl State {
    /// None where the container is gone, an error where the engine is.
    pub(super) async fn of(engine: &Engine, name: &str) -> Result<Option<Self>, CommandError> {
        let inspect = ["inspect", "--format", "{{json .State}}", name];
        let text = match engine.call(&inspect).await {
            Ok(text) => Some(text),
            Err(error) if !engine.answers().await => return Err(error),
            // It may have come back between the two: what it says now counts.
            Err(_) => engine.call(&inspect).await.ok(),
        };
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Whether the engine's client, which ended with this code, heard of the container's end. It
    /// did not where the engine went away meanwhile, even if it has come back since.
    pub(super) fn was_heard(&self, client: Option<i32>) -> bool {
        // What could not be started ends with a code of the engine's making.
        client == Some(self.exit_code) || !self.error.is_empty()
    }

    /// The error where the container's end was not heard of.
    pub(super) fn unheard(&self, engine: &Engine, client: Option<i32>) -> CommandError {
        let client = client.map_or_else(|| "a signal".to_owned(), |code| format!("code {code}"));
        CommandError {
            command: format!("{} start", engine.program),
            status: format!("ended with {client}, its container with code {}", self.exit_code),
            tail: "the engine went away meanwhile, or could not start it".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::State;
    use crate::sandbox::docker::engine::Engine;
    use crate::sandbox::secrets::Secrets;

    fn state(text: &str) -> State {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn an_end_was_heard_where_the_client_ends_alike() {
        let killed = state(r#"{"ExitCode":137,"OOMKilled":true,"Error":"","Running":false}"#);
        assert!(killed.was_heard(Some(137)));
        // What `docker start` ends with when its connection does, and when it cannot connect.
        for client in [Some(125), Some(1), Some(0), None] {
            assert!(!killed.was_heard(client), "{client:?}");
        }
        let not_started = state(r#"{"ExitCode":127,"Error":"exec: \"node\": not found"}"#);
        assert!(not_started.was_heard(Some(1)));
    }

    #[tokio::test]
    async fn without_an_answer_nobody_knows_whether_the_container_is_there() {
        let of = async |program: &str| {
            let engine = Engine {
                program: program.to_owned(),
                env: Vec::new(),
                secrets: Secrets::default(),
            };
            State::of(&engine, "name").await
        };
        assert!(of("false").await.is_err());
        // An engine that says something else than it should has said something.
        assert_eq!(of("true").await.unwrap(), None);
    }
}
