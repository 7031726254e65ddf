//! The lobby of a server: a change of it goes in, and is made on what is there at that moment,
//! whole or not at all, however many make one.

use std::time::Duration;

use redis::Script;
use tokio::time::sleep;

use crate::model::event::UnixMillis;
use crate::model::lobby::Lobby;
use crate::queue::redis::runs::Runs;
use crate::queue::redis::{KEPT, RedisError, timed};
use crate::wire::lobby_v1;

const SCRIPT: &str = include_str!("lobby.lua");
/// Nobody tries more often to be faster than others.
const TRIES: u32 = 100;
/// How long who was too late waits at most, the first time and ever.
const WAITS: (Duration, Duration) = (Duration::from_millis(4), Duration::from_millis(250));

/// Changed or not, time, text.
type Answer = (bool, u64, Vec<u8>);

/// Where the lobby is kept: without braces, or it would seem to be a run.
pub(super) fn key() -> String {
    format!("shardwright:{}:lobby", lobby_v1::VERSION)
}

impl Runs {
    /// The lobby and the time of the server.
    ///
    /// # Errors
    ///
    /// A server that does not answer, or not as it should; a lobby that cannot be read.
    pub(crate) async fn lobby(&mut self) -> Result<(Lobby, UnixMillis), RedisError> {
        let (_, now, text) = self.ask(&[]).await?;
        let mut lobby = read(&text)?;
        lobby.sweep(UnixMillis(now));
        Ok((lobby, UnixMillis(now)))
    }

    /// Changes the lobby, given the time of the server. Where others were faster, the change is
    /// made once more, on what they left: it has to do nothing else.
    ///
    /// # Errors
    ///
    /// A server that does not answer, or not as it should; whether it was changed is not known. A
    /// lobby that cannot be read, which stays as it is.
    pub(crate) async fn change<T>(
        &mut self,
        mut change: impl FnMut(&mut Lobby, UnixMillis) -> T,
    ) -> Result<T, RedisError> {
        for number in 0..TRIES {
            let (_, now, old) = self.ask(&[]).await?;
            let mut lobby = read(&old)?;
            let given = change(&mut lobby, UnixMillis(now));
            let new =
                if lobby == Lobby::default() { String::new() } else { lobby_v1::write(&lobby) };
            let kept = KEPT.as_millis().to_string();
            if self.ask(&[&old, new.as_bytes(), kept.as_bytes()]).await?.0 {
                return Ok(given);
            }
            let longest = WAITS.0.saturating_mul(2_u32.saturating_pow(number)).min(WAITS.1);
            sleep(longest.mul_f64(fastrand::f64())).await;
        }
        Err(RedisError::Crowded)
    }

    /// Removes the lobby, whatever is in it. Who runs comes back to it with its next sign of life.
    ///
    /// # Errors
    ///
    /// A server that does not answer, or not as it should.
    pub(crate) async fn clear(&mut self) -> Result<(), RedisError> {
        let mut connection = self.0.connection().await?;
        timed(redis::cmd("DEL").arg(key()).query_async(&mut connection)).await
    }

    async fn ask(&mut self, arguments: &[&[u8]]) -> Result<Answer, RedisError> {
        let mut connection = self.0.connection().await?;
        let script = Script::new(SCRIPT);
        let mut call = script.prepare_invoke();
        call.key(key());
        for argument in arguments {
            call.arg(*argument);
        }
        let answer = timed(call.invoke_async(&mut connection)).await;
        if answer.is_err() {
            self.0.connection = None;
        }
        answer
    }
}

fn read(text: &[u8]) -> Result<Lobby, RedisError> {
    if text.is_empty() {
        return Ok(Lobby::default());
    }
    lobby_v1::read(&String::from_utf8_lossy(text)).map_err(RedisError::Lobby)
}
