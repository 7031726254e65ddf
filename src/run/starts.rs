//! Events go in, what one more start of a runner costs comes out: the time of an attempt in which it
//! runs none of its shard's own tests.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::event::{AttemptId, Event, UnixMillis};

/// What is known of attempts so far.
#[derive(Debug, Default)]
pub(super) struct Starts {
    running: BTreeMap<AttemptId, Run>,
    /// What shards' first starts cost that are over, in order.
    first: Vec<Duration>,
    /// The same of all later ones, for which much is warm.
    later: Vec<Duration>,
}

/// When an attempt began, ran its first test, and ended its last.
#[derive(Debug, Clone, Copy)]
struct Run {
    started: UnixMillis,
    tests: Option<(UnixMillis, UnixMillis)>,
}

impl Starts {
    /// Takes in an event; of tests only those of a shard's own, for what sets them up is part of a
    /// start.
    pub(super) fn take(&mut self, event: &Event) {
        match event {
            Event::AttemptStarted { id, at } => {
                self.running.insert(*id, Run { started: *at, tests: None });
            }
            Event::TestBegan { id, at, .. } => {
                if let Some(run) = self.running.get_mut(id) {
                    run.tests.get_or_insert((*at, *at));
                }
            }
            Event::TestEnded { id, result, .. } => {
                if let Some((_, last)) = self.running.get_mut(id).and_then(|run| run.tests.as_mut())
                {
                    let took = u64::try_from(result.duration.as_millis()).unwrap_or(u64::MAX);
                    *last = (*last).max(UnixMillis(result.started.0.saturating_add(took)));
                }
            }
            Event::AttemptEnded { id, at, .. } => {
                let Some(Run { started, tests }) = self.running.remove(id) else { return };
                let Some((first, last)) = tests else { return };
                let idle = between(started, first) + between(last, *at);
                let costs = if id.attempt > 1 { &mut self.later } else { &mut self.first };
                let place = costs.partition_point(|cost| *cost < idle);
                costs.insert(place, idle);
            }
            Event::RunStarted { .. }
            | Event::TestsMoved { .. }
            | Event::TestsListed { .. }
            | Event::RunnerError { .. }
            | Event::SandboxUsed { .. }
            | Event::RunEnded { .. } => {}
        }
    }

    /// What one more start costs: the middle of all so far that were not a shard's first, or of
    /// those where there was no other yet; nothing before the first attempt is over.
    pub(super) fn typical(&self) -> Duration {
        let costs = if self.later.is_empty() { &self.first } else { &self.later };
        costs.get(costs.len() / 2).copied().unwrap_or_default()
    }
}

fn between(from: UnixMillis, to: UnixMillis) -> Duration {
    Duration::from_millis(to.0.saturating_sub(from.0))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Starts;
    use crate::model::event::{
        AttemptEnd, AttemptId, Event, Reason, Status, TestResult, UnixMillis,
    };
    use crate::model::id::{ShardNumber, TestKey};

    /// An attempt that begins at 0, runs a test from `first` to `last`, and ends.
    fn ran(starts: &mut Starts, attempt: u32, [first, last, end]: [u64; 3]) {
        let (id, at) = (AttemptId { shard: ShardNumber::at(0), attempt }, UnixMillis);
        let titles = vec!["a".to_owned()];
        let key = TestKey { project: String::new(), file: String::new(), titles, repeat: 0 };
        let result = TestResult {
            status: Status::Passed,
            expected: Status::Passed,
            retry: 0,
            again: false,
            started: at(first),
            duration: Duration::from_millis(last - first),
            warmup: Duration::ZERO,
            worker: 0,
            process: None,
            errors: Vec::new(),
            attachments: Vec::new(),
            annotations: Vec::new(),
            stdout: String::new(),
            stderr: String::new(),
        };
        starts.take(&Event::AttemptStarted { id, at: at(0) });
        starts.take(&Event::TestBegan { id, key: key.clone(), retry: 0, at: at(first) });
        starts.take(&Event::TestEnded { id, key, result: Box::new(result) });
        let ended = AttemptEnd::Cancelled(Reason::User);
        starts.take(&Event::AttemptEnded { id, end: ended, at: at(end) });
    }

    #[test]
    fn a_start_costs_what_an_attempt_takes_without_its_tests() {
        let mut starts = Starts::default();
        assert_eq!(starts.typical(), Duration::ZERO);
        ran(&mut starts, 1, [900, 5000, 5100]);
        assert_eq!(starts.typical(), Duration::from_secs(1));
        // One that was slow once is not taken for all.
        ran(&mut starts, 1, [9000, 9500, 9600]);
        ran(&mut starts, 1, [700, 800, 900]);
        assert_eq!(starts.typical(), Duration::from_secs(1));
    }

    #[test]
    fn one_more_start_costs_what_those_after_the_first_did() {
        let mut starts = Starts::default();
        ran(&mut starts, 1, [2900, 5000, 5100]);
        ran(&mut starts, 1, [2900, 5000, 5100]);
        assert_eq!(starts.typical(), Duration::from_secs(3));
        ran(&mut starts, 2, [300, 5000, 5100]);
        assert_eq!(starts.typical(), Duration::from_millis(400));
    }
}
