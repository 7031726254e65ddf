//! What lost machines did: the queue goes in, a folder for each of their shards comes out, so that
//! `merge` has what they finished, and knows that others did the rest.

use std::fs;
use std::path::Path;

use crate::model::batch::Item;
use crate::model::event::{AttemptEnd, AttemptId, Event, Fault, FaultKind, Judged, UnixMillis};
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::plan::Plan;
use crate::model::queue::Closing;
use crate::queue::board::{Board, Closed};
use crate::queue::redis::{Redis, RedisError};
use crate::queue::store::{LINES, Op, Seen};
use crate::report::record::Recorder;

use super::part;

/// Writes what each lost shard said, as far as it counts, into the output folder. Gives those that
/// it wrote.
pub(super) async fn fetch(
    redis: &mut Redis,
    board: &Board,
    plan: &Plan,
    output: &Path,
) -> anyhow::Result<Vec<ShardNumber>> {
    let mut saved = Vec::new();
    for (number, slot) in board.slots() {
        let Some(closed) = slot.closed.filter(|closed| closed.why == Closing::Lost) else {
            continue;
        };
        let said = part::events(&lines(redis, *number, closed.lines).await?);
        let began = begun(said, &plan.digest, slot.joined);
        let events = ended(began, *number, &board.had(*number), closed);
        let folder = output.join("shards").join(number.to_string());
        fs::create_dir_all(&folder)?;
        let mut recorder = Recorder::new(output, std::iter::once(*number))?;
        for event in &events {
            recorder.record(event)?;
        }
        saved.push(*number);
    }
    Ok(saved)
}

async fn lines(
    redis: &mut Redis,
    slot: ShardNumber,
    count: u64,
) -> Result<Vec<String>, RedisError> {
    let mut all: Vec<String> = Vec::new();
    while (all.len() as u64) < count {
        let from = all.len() as u64;
        let more = redis.call(&Seen::default(), &Op::Lines { slot, from }).await?.lines;
        let is_last = (more.len() as u64) < LINES;
        all.extend(more);
        if is_last {
            break;
        }
    }
    all.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    Ok(all)
}

/// With the begin of the run, which every shard's events have first.
fn begun(mut events: Vec<Event>, digest: &PlanDigest, at: UnixMillis) -> Vec<Event> {
    if !matches!(events.first(), Some(Event::RunStarted { .. })) {
        let (digest, judged) = (digest.clone(), Judged::default());
        let (sources, build) = (None, None);
        events.insert(0, Event::RunStarted { digest, at, sources, build, judged });
    }
    events
}

/// With an end that says why there is no more, behind whatever it had taken and not told of. Who was
/// done with all that it had is not missed.
fn ended(mut events: Vec<Event>, shard: ShardNumber, had: &[Item], closed: Closed) -> Vec<Event> {
    let last = events.iter().filter_map(Event::attempt).map(|id| id.attempt).max().unwrap_or(0);
    let is_open =
        |event: &Event| matches!(event, Event::AttemptStarted { id, .. } if id.attempt == last);
    let is_end =
        |event: &Event| matches!(event, Event::AttemptEnded { id, .. } if id.attempt == last);
    let has_open = events.iter().any(is_open) && !events.iter().any(is_end);
    if had.is_empty() && !has_open {
        return events;
    }
    let at = closed.at;
    let mut id = AttemptId { shard, attempt: last };
    if !has_open {
        id.attempt += 1;
        events.push(Event::AttemptStarted { id, at });
    }
    for item in had.iter().filter(|item| item.from != shard) {
        let keys = item.planned.group.tests.iter().map(|test| test.key.clone());
        let is_told = |key: &TestKey| {
            let tells = |event: &Event| matches!(event, Event::TestsMoved { keys, .. } if keys.contains(key));
            events.iter().any(tells)
        };
        let keys: Vec<_> = keys.filter(|key| !is_told(key)).collect();
        if !keys.is_empty() {
            events.push(Event::TestsMoved { id, from: item.from, keys, drawn: !item.again });
        }
    }
    let kind = FaultKind::NodeLost;
    let message = "nothing was heard of its machine any more".to_owned();
    let end = AttemptEnd::Faulted(Fault { kind, message });
    events.push(Event::AttemptEnded { id, end, at });
    events
}
