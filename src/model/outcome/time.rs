//! Attempts go in, how long a run and its shards took comes out.
//!
//! What lies between a run and its re-run, or between a job and the same job when CI ran it again,
//! is no time of theirs: nobody waited for it but people. What a shard waits between its tries is.

use std::time::Duration;

use super::{Attempt, Outcome, ShardOutcome};
use crate::model::event::UnixMillis;

impl Outcome {
    /// Wall time of the run as far as it is known, without what lies between the runs that were
    /// joined.
    pub(crate) fn elapsed(&self) -> Duration {
        if self.is_joined() {
            return covered(self.shards.iter().flat_map(ShardOutcome::spans).collect());
        }
        match (self.started, self.ended) {
            (Some(started), Some(ended)) => ended.since(started),
            _ => Duration::ZERO,
        }
    }

    /// Whether several runs were joined: re-runs, or jobs that ran again.
    pub(crate) fn is_joined(&self) -> bool {
        let again = |shard: &ShardOutcome| shard.attempts.iter().any(|attempt| attempt.anew);
        self.shards.iter().any(|shard| shard.part > 0 || again(shard))
    }
}

impl ShardOutcome {
    /// From the first attempt's begin to the last one's end, without what was paused.
    pub(crate) fn elapsed(&self) -> Option<Duration> {
        let ended = self.attempts.last()?.ended.as_ref()?.0;
        let whole = ended.since(self.attempts.first()?.started);
        Some(whole.saturating_sub(self.paused()))
    }

    /// How long nothing ran because its job had ended and was not run again yet.
    pub(crate) fn paused(&self) -> Duration {
        self.spans().windows(2).map(|pair| pair[1].0.since(pair[0].1)).sum()
    }

    /// From when to when each of its jobs ran, as far as it is known.
    fn spans(&self) -> Vec<(UnixMillis, UnixMillis)> {
        let end = |attempt: &Attempt| attempt.ended.as_ref().map(|(at, _)| *at);
        let mut spans: Vec<(UnixMillis, UnixMillis)> = Vec::new();
        let mut before = None;
        for attempt in &self.attempts {
            let until = end(attempt).unwrap_or(attempt.started);
            match spans.last_mut() {
                // Nobody knows how long one ran whose end nobody saw.
                Some(last) if !attempt.anew || before.is_none() => last.1 = last.1.max(until),
                Some(_) | None => spans.push((attempt.started, until)),
            }
            before = end(attempt);
        }
        spans
    }
}

/// How long at least one of these was going on, of begin and end.
fn covered(mut spans: Vec<(UnixMillis, UnixMillis)>) -> Duration {
    spans.sort_unstable();
    let mut covered = Duration::ZERO;
    let mut until = UnixMillis(0);
    for (from, to) in spans {
        covered += to.since(from.max(until));
        until = until.max(to);
    }
    covered
}
