//! The store of a shared run in Redis 6.2 or newer, or Valkey: each operation is one script, so it
//! is done whole or not at all; the time is the server's. All keys begin with `shardwright:`, are
//! of one hash slot, and end a day after their run was last heard of. The lobby of all runs
//! has a key of its own.

mod lobby;
pub(crate) mod runs;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, IntoConnectionInfo, Script, ScriptInvocation};

use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;
use crate::queue::store::{LINES, Op, Reply, Seen};
use crate::wire::queue_v1;

/// Nobody waits longer for an answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a run that nobody speaks of any more is kept.
const KEPT: Duration = Duration::from_hours(24);
const SCRIPT: &str = include_str!("redis.lua");

/// Why Redis did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RedisError {
    #[error("it did not answer for {}", humantime::format_duration(PATIENCE))]
    Silent,
    #[error("{0}")]
    Redis(#[from] redis::RedisError),
    #[error("an entry of the queue is not as this version writes it: {0}")]
    Foreign(String),
    #[error(
        "what is kept under `{key}` cannot be used: it {0}; `shardwright queue clean --all --force` \
         removes it",
        key = lobby::key()
    )]
    Lobby(String),
    #[error("others changed what is kept under `{}` whenever it was tried", lobby::key())]
    Crowded,
}

/// One run in Redis. What fails is asked again on a new connection.
pub(crate) struct Redis {
    client: Client,
    connection: Option<MultiplexedConnection>,
    script: Script,
    keys: Keys,
}

/// The names of a run's keys.
#[derive(Debug, Clone)]
struct Keys {
    /// What all of them begin with.
    run: String,
}

impl Keys {
    fn new(run: &str) -> Self {
        // What stands in braces decides in which part of a cluster a key is.
        Self { run: format!("shardwright:{}:{{{run}}}", queue_v1::VERSION) }
    }

    fn named(&self, name: &str) -> String {
        format!("{}:{name}", self.run)
    }

    fn lines(&self, slot: Option<ShardNumber>) -> String {
        self.named(&format!("lines:{}", slot.map_or(0, ShardNumber::get)))
    }
}

impl Redis {
    /// Of a run on the server of this address. Nothing is asked yet.
    ///
    /// # Errors
    ///
    /// An address that is none.
    pub(crate) fn new(address: &str, run: &str) -> Result<Self, RedisError> {
        let client = Client::open(address.into_connection_info()?)?;
        let (connection, script, keys) = (None, Script::new(SCRIPT), Keys::new(run));
        Ok(Self { client, connection, script, keys })
    }

    async fn connection(&mut self) -> Result<MultiplexedConnection, RedisError> {
        if let Some(connection) = &self.connection {
            return Ok(connection.clone());
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let connection = self.client.get_multiplexed_async_connection_with_config(&config);
        let connection = timed(connection).await?;
        self.connection = Some(connection.clone());
        Ok(connection)
    }

    /// Does one operation for who knows so much of the log.
    ///
    /// # Errors
    ///
    /// A server that does not answer, or not as it should; whether it has done it is not known.
    pub(crate) async fn call(&mut self, seen: &Seen, op: &Op) -> Result<Reply, RedisError> {
        let mut connection = self.connection().await?;
        let invocation = self.invocation(seen, op);
        let answer = timed(invocation.invoke_async(&mut connection)).await;
        if answer.is_err() {
            self.connection = None;
        }
        reply(answer?)
    }

    fn invocation(&self, seen: &Seen, op: &Op) -> ScriptInvocation<'_> {
        let mut call = self.script.prepare_invoke();
        let slot = op.slot();
        call.key(self.keys.named("log"));
        call.key(self.keys.named("beats"));
        call.key(self.keys.lines(slot));
        call.key(self.keys.named("plan"));
        let slot = slot.map_or_else(String::new, |slot| slot.to_string());
        let kept = u64::try_from(KEPT.as_millis()).unwrap_or(u64::MAX);
        let last = seen.last.as_ref().map_or_else(String::new, queue_v1::write);
        call.arg(name(op)).arg(seen.count).arg(last).arg(slot).arg(kept);
        match op {
            Op::Read | Op::Beat { .. } => {}
            Op::Join { entry, .. } | Op::Append { entry, .. } => {
                call.arg(queue_v1::write(entry));
            }
            Op::Close { entry, beat, lines, .. } => {
                let beat = beat.map_or_else(String::new, |beat| beat.0.to_string());
                call.arg(queue_v1::write(entry)).arg(beat).arg(*lines);
            }
            Op::Tell { from, lines, .. } => {
                call.arg(*from).arg(lines.as_slice());
            }
            Op::Lines { from, .. } => {
                call.arg(*from).arg(LINES);
            }
        }
        call
    }

    /// Keeps the plan of the run, if it has none yet. Gives the one that it has.
    ///
    /// # Errors
    ///
    /// A server that does not answer, or not as it should.
    pub(crate) async fn publish(&mut self, plan: &str) -> Result<String, RedisError> {
        let mut connection = self.connection().await?;
        let (key, kept) = (self.keys.named("plan"), KEPT.as_secs());
        let mut pipe = redis::pipe();
        pipe.atomic();
        pipe.cmd("SET").arg(&key).arg(plan).arg("NX").arg("EX").arg(kept).ignore();
        pipe.cmd("GET").arg(&key);
        let (text,): (String,) = timed(pipe.query_async(&mut connection)).await?;
        Ok(text)
    }
}

async fn timed<T>(answer: impl Future<Output = redis::RedisResult<T>>) -> Result<T, RedisError> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(RedisError::Silent),
    }
}

/// As the script calls it.
fn name(op: &Op) -> &'static str {
    match op {
        Op::Read => "read",
        Op::Join { .. } => "join",
        Op::Append { .. } => "append",
        Op::Close { .. } => "close",
        Op::Beat { .. } => "beat",
        Op::Tell { .. } => "tell",
        Op::Lines { .. } => "lines",
    }
}

type Answer = (bool, u64, bool, u64, Vec<String>, BTreeMap<u32, u64>, Vec<String>);

fn reply(answer: Answer) -> Result<Reply, RedisError> {
    let (done, now, alive, length, entries, beats, lines) = answer;
    let entries = entries.iter().map(|line| queue_v1::read(line)).collect::<Result<_, _>>();
    Ok(Reply {
        done,
        now: UnixMillis(now),
        alive,
        length,
        entries: entries.map_err(RedisError::Foreign)?,
        beats: beats.into_iter().filter_map(beat).collect(),
        lines,
    })
}

fn beat((slot, at): (u32, u64)) -> Option<(ShardNumber, UnixMillis)> {
    Some((NonZeroU32::new(slot)?.into(), UnixMillis(at)))
}

#[cfg(test)]
mod tests;
