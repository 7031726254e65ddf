//! Events go in, what one more start of a runner costs comes out: the time of an attempt in which it
//! runs none of its shard's own tests.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::event::{AttemptId, Event, UnixMillis};

/// What is known of attempts so far.
#[derive(Debug, Default)]
pub(super) struct Starts {
    running: BTreeMap<AttemptId, Run>,
    /// What those cost that are over, in order.
    costs: Vec<Duration>,
}

/// When an attempt began, ran its first test, and ended its last.
#[derive(Debug, Clone, Copy)]
struct Run {
    started: UnixMillis,
    tests: Option<(UnixMillis, UnixMillis)>,
}

impl Starts {
    /// Takes in an event that happened now.
    pub(super) fn take(&mut self, event: &Event, now: UnixMillis) {
        match event {
            Event::AttemptStarted { id, at } => {
                self.running.insert(*id, Run { started: *at, tests: None });
            }
            Event::TestBegan { id, at, .. } => {
                if let Some(run) = self.running.get_mut(id) {
                    run.tests.get_or_insert((*at, *at));
                }
            }
            Event::TestEnded { id, .. } => {
                if let Some((_, last)) = self.running.get_mut(id).and_then(|run| run.tests.as_mut())
                {
                    *last = now;
                }
            }
            Event::AttemptEnded { id, at, .. } => {
                let Some(Run { started, tests }) = self.running.remove(id) else { return };
                let Some((first, last)) = tests else { return };
                let idle = between(started, first) + between(last, *at);
                let place = self.costs.partition_point(|cost| *cost < idle);
                self.costs.insert(place, idle);
            }
            Event::RunStarted { .. }
            | Event::TestsMoved { .. }
            | Event::TestsListed { .. }
            | Event::RunnerError { .. }
            | Event::SandboxUsed { .. }
            | Event::RunEnded { .. } => {}
        }
    }

    /// What a start cost in the middle of all so far; nothing before the first attempt is over.
    pub(super) fn typical(&self) -> Duration {
        self.costs.get(self.costs.len() / 2).copied().unwrap_or_default()
    }
}

fn between(from: UnixMillis, to: UnixMillis) -> Duration {
    Duration::from_millis(to.0.saturating_sub(from.0))
}
