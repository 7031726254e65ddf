//! The runs on a server, for people who look after them: an address goes in; which runs there are
//! and what is kept of each comes out, and entries and removals go back.

use std::collections::{BTreeMap, BTreeSet};

use redis::{ErrorKind, Script};

use crate::model::event::UnixMillis;
use crate::model::lobby::Lobby;
use crate::model::queue::Entry;
use crate::model::queue_state::{QueueState, RunState};
use crate::queue::redis::{KEPT, Keys, Redis, RedisError, beat, timed};
use crate::queue::status::{Kept, damaged, placed};
use crate::queue::store::{Op, Seen};
use crate::wire::queue_v1;

const REMOVE: &str = include_str!("runs.lua");
/// About how many keys of the server are looked at in one question: it answers others in between.
const AT_ONCE: u32 = 1000;

/// All runs on a server.
pub(crate) struct Runs(pub(super) Redis);

/// A run as it was read.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) state: RunState,
    /// How many entries its log has.
    seen: usize,
    /// When a slot was last heard of.
    beat: UnixMillis,
}

/// What is kept of a run, as the server gives it: time, plan, log, beats, time that it is kept.
type Answer = ((u64, u64), Option<Vec<u8>>, Vec<Vec<u8>>, BTreeMap<u32, u64>, i64);

impl Runs {
    /// Those of the server at this address. Nothing is asked yet.
    ///
    /// # Errors
    ///
    /// An address that is none.
    pub(crate) fn new(address: &str) -> Result<Self, RedisError> {
        Ok(Self(Redis::new(address, "")?))
    }

    /// The keys of every run, by its name. Keys of other versions and of others are none.
    ///
    /// # Errors
    ///
    /// A server that does not answer, or not as it should.
    pub(crate) async fn keys(&mut self) -> Result<BTreeMap<String, Vec<String>>, RedisError> {
        let mut connection = self.0.connection().await?;
        let before = format!("shardwright:{}:{{", queue_v1::VERSION);
        let mut runs: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut cursor = 0;
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(format!("{before}*")).arg("COUNT").arg(AT_ONCE);
            let (next, keys): (u64, Vec<Vec<u8>>) =
                timed(scan.query_async(&mut connection)).await?;
            for key in keys.into_iter().filter_map(|key| String::from_utf8(key).ok()) {
                let run = key.strip_prefix(&before).and_then(|rest| rest.split_once("}:"));
                let Some((run, _)) = run else { continue };
                let keys = runs.entry(run.to_owned()).or_default();
                // A server that grows may give a key twice.
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            if next == 0 {
                return Ok(runs);
            }
            cursor = next;
        }
    }

    /// The time of the server.
    ///
    /// # Errors
    ///
    /// A server that does not answer, or not as it should.
    pub(crate) async fn now(&mut self) -> Result<UnixMillis, RedisError> {
        let mut connection = self.0.connection().await?;
        let (seconds, micros): (u64, u64) =
            timed(redis::cmd("TIME").query_async(&mut connection)).await?;
        Ok(moment(seconds, micros))
    }

    /// How all runs are; with a name that one alone, if it is there.
    ///
    /// # Errors
    ///
    /// A server that does not answer, or not as it should.
    pub(crate) async fn state(&mut self, name: Option<&str>) -> Result<QueueState, RedisError> {
        let (lobby, _) = self.lobby().await?;
        let names: BTreeSet<String> = if let Some(name) = name {
            [name.to_owned()].into()
        } else {
            let booked = lobby.bookings.iter().map(|booking| booking.run.clone());
            self.keys().await?.into_keys().chain(booked).collect()
        };
        let mut runs = Vec::new();
        for name in names {
            runs.extend(self.find(&name, &lobby).await?.map(|found| found.state));
        }
        Ok(QueueState { now: self.now().await?, runs })
    }

    /// How a run is, with its place in the `lobby`; none where nothing is kept of it. Of what makes
    /// no sense the state says so.
    ///
    /// # Errors
    ///
    /// A server that does not answer, or not as it should.
    pub(crate) async fn find(
        &mut self,
        name: &str,
        lobby: &Lobby,
    ) -> Result<Option<Found>, RedisError> {
        let found = self.read(name).await?;
        let (seen, beat) =
            found.as_ref().map_or((0, UnixMillis(0)), |found| (found.seen, found.beat));
        let state = placed(found.map(|found| found.state), lobby, name);
        Ok(state.map(|state| Found { state, seen, beat }))
    }

    async fn read(&mut self, name: &str) -> Result<Option<Found>, RedisError> {
        let mut connection = self.0.connection().await?;
        let keys = Keys::new(name);
        let (plan, log, beats) = (keys.named("plan"), keys.named("log"), keys.named("beats"));
        let mut pipe = redis::pipe();
        pipe.atomic();
        pipe.cmd("TIME");
        pipe.cmd("GET").arg(&plan);
        pipe.cmd("LRANGE").arg(&log).arg(0).arg(-1);
        pipe.cmd("HGETALL").arg(&beats);
        pipe.cmd("PTTL").arg(&plan);
        let answer: Result<Answer, _> = timed(pipe.query_async(&mut connection)).await;
        let answer = match answer {
            Err(RedisError::Redis(error)) if is_of_data(&error) => {
                let state = damaged(name, error.to_string());
                return Ok(Some(Found { state, seen: 0, beat: UnixMillis(0) }));
            }
            answer => answer?,
        };
        if answer.1.is_none() && answer.2.is_empty() && answer.3.is_empty() {
            return Ok(None);
        }
        let seen = answer.2.len();
        let beat = UnixMillis(answer.3.values().copied().max().unwrap_or_default());
        let state = match kept(answer) {
            Ok(kept) => kept.state(name),
            Err(reason) => damaged(name, reason),
        };
        Ok(Some(Found { state, seen, beat }))
    }

    /// Appends an entry that is of no slot, if the run is still as it was found. Gives whether it
    /// was.
    ///
    /// # Errors
    ///
    /// A server that does not answer, or not as it should.
    pub(crate) async fn append(&mut self, found: &Found, entry: Entry) -> Result<bool, RedisError> {
        self.0.keys = Keys::new(&found.state.name);
        let op = Op::Append { slot: None, entry };
        Ok(self.0.call(&Seen::from(found.seen as u64), &op).await?.done)
    }

    /// Removes keys of a run, all that it has, if it is still as it was `found`; where nothing was,
    /// however it is. Gives how many keys went; none where somebody did something to it.
    ///
    /// # Errors
    ///
    /// A server that does not answer, or not as it should.
    pub(crate) async fn remove(
        &mut self,
        name: &str,
        keys: &[String],
        found: Option<&Found>,
    ) -> Result<Option<usize>, RedisError> {
        let mut connection = self.0.connection().await?;
        let (script, of) = (Script::new(REMOVE), Keys::new(name));
        let mut call = script.prepare_invoke();
        call.key(of.named("log")).key(of.named("beats"));
        for key in keys {
            call.key(key);
        }
        if let Some(found) = found {
            call.arg(found.seen).arg(found.beat.0);
        }
        let gone: i64 = timed(call.invoke_async(&mut connection)).await?;
        Ok(usize::try_from(gone).ok())
    }
}

/// Whether it is not the server that is wrong, but what lies in it.
fn is_of_data(error: &redis::RedisError) -> bool {
    matches!(error.kind(), ErrorKind::UnexpectedReturnType | ErrorKind::Parse)
        || error.to_string().contains("WRONGTYPE")
}

fn kept(((seconds, micros), plan, log, beats, left): Answer) -> Result<Kept, String> {
    let now = moment(seconds, micros);
    let entry = |line: &Vec<u8>| queue_v1::read(&String::from_utf8_lossy(line));
    let entries = log.iter().map(entry).collect::<Result<_, _>>();
    // Whatever is written to a run makes all its keys stay for the same time.
    let ago = u64::try_from(left).ok().map(|left| whole(KEPT.as_millis()).saturating_sub(left));
    Ok(Kept {
        plan: plan.map(|text| String::from_utf8_lossy(&text).into_owned()),
        entries: entries.map_err(|error| RedisError::Foreign(error).to_string())?,
        beats: beats.into_iter().filter_map(beat).collect(),
        touched: ago.map(|ago| UnixMillis(now.0.saturating_sub(ago))),
    })
}

fn moment(seconds: u64, micros: u64) -> UnixMillis {
    UnixMillis(seconds.saturating_mul(1000).saturating_add(micros / 1000))
}

fn whole(millis: u128) -> u64 {
    u64::try_from(millis).unwrap_or(u64::MAX)
}
