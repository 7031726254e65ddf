//! Plans and events go in, lines of the log come out.

use std::time::Duration;

use crate::model::event::{AttemptEnd, AttemptId, Event, Reason};
use crate::model::id::TestKey;
use crate::model::plan::{Plan, PlannedShard};
use crate::wire::log_v1::entry::{Entry, Level, Part, millis};

impl Entry {
    /// The plan of this run.
    pub(crate) fn plan(plan: &Plan) -> Self {
        let part = |shard: &PlannedShard| Part {
            shard: shard.number.get(),
            tests: shard.tests().count(),
            predicted_ms: millis(shard.predicted),
        };
        Self::PlanMade {
            digest: plan.digest.0.clone(),
            strategy: plan.strategy.clone(),
            tests: plan.dealt().count(),
            predicted_ms: millis(plan.predicted()),
            shards: plan.shards.iter().map(part).collect(),
        }
    }

    /// What an event says, and how much it matters. A failed test is told twice: that it ended,
    /// and that it failed.
    pub(crate) fn of(event: &Event) -> Vec<(Level, Self)> {
        let one = match event {
            Event::RunStarted { digest, .. } => {
                (Level::Info, Self::RunStarted { digest: digest.0.clone() })
            }
            Event::AttemptStarted { id, .. } => {
                (Level::Info, Self::AttemptStarted { id: (*id).into() })
            }
            Event::TestsMoved { id, from, keys, .. } => {
                let (id, tests) = ((*id).into(), keys.len());
                (Level::Warn, Self::TestsMoved { id, from: from.get(), tests })
            }
            Event::TestsListed { id, tests, .. } => {
                (Level::Debug, Self::TestsListed { id: (*id).into(), tests: tests.len() })
            }
            Event::TestBegan { id, key, retry, .. } => {
                let (id, key) = ((*id).into(), key.into());
                (Level::Debug, Self::TestBegan { id, key, retry: *retry })
            }
            Event::TestEnded { .. } => return Self::test_ended(event),
            Event::RunnerError { id, error } => {
                let (message, location) = (error.message.clone(), error.location.clone());
                (Level::Warn, Self::RunnerError { id: (*id).into(), message, location })
            }
            Event::SandboxUsed { id, usage } => {
                let used = Self::SandboxUsed {
                    id: (*id).into(),
                    peak_memory_bytes: usage.peak_memory,
                    cpu_ms: usage.cpu.map(millis),
                    refused_processes: usage.refused_processes,
                    out_of_memory: usage.out_of_memory,
                };
                (Level::Debug, used)
            }
            Event::AttemptEnded { id, end, .. } => {
                let level = match end {
                    AttemptEnd::Finished(_) => Level::Info,
                    AttemptEnd::Faulted(_) | AttemptEnd::Cancelled(_) => Level::Warn,
                };
                (level, Self::AttemptEnded { id: (*id).into(), end: end.into() })
            }
            Event::RunEnded { .. } => (Level::Info, Self::RunEnded),
        };
        vec![one]
    }

    fn test_ended(event: &Event) -> Vec<(Level, Self)> {
        let Event::TestEnded { id, key, result } = event else { return Vec::new() };
        let (retry, status) = (result.retry, result.status.into());
        let ended = Self::TestEnded {
            id: (*id).into(),
            key: key.into(),
            retry,
            status,
            duration_ms: millis(result.duration),
        };
        let message = result.errors.first().map(|error| error.message.clone());
        let failed = result.is_failure().then(|| Self::TestFailed {
            id: (*id).into(),
            key: key.into(),
            retry,
            status,
            message: message.unwrap_or_default(),
        });
        let failed = failed.map(|failed| (Level::Warn, failed));
        [(Level::Debug, ended)].into_iter().chain(failed).collect()
    }

    /// What an attempt left is tried again.
    pub(crate) fn again(
        id: AttemptId,
        why: &'static str,
        tests: usize,
        put_off: &[TestKey],
        wait: Duration,
    ) -> Self {
        let put_off = put_off.iter().map(Into::into).collect();
        Self::AttemptAgain { id: id.into(), why, tests, put_off, delay_ms: millis(wait) }
    }

    /// Nothing is heard of an attempt.
    pub(crate) fn silent(id: AttemptId, silent: Duration) -> Self {
        Self::AttemptSilent { id: id.into(), silent_ms: millis(silent) }
    }

    /// All shards are to end.
    pub(crate) fn stopping(reason: Reason, now: bool) -> Self {
        Self::RunStopping { reason: reason.into(), now }
    }

    /// A line that a shard printed.
    pub(crate) fn printed(id: AttemptId, text: &str) -> Self {
        Self::Printed { id: id.into(), text: text.to_owned() }
    }

    /// A remark, about an attempt or the whole.
    pub(crate) fn note(id: Option<AttemptId>, message: &str) -> Self {
        Self::Note { id: id.map(Into::into), message: message.to_owned() }
    }
}
