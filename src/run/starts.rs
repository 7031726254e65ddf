//! Events go in, what one more start of a runner costs comes out: the time of an attempt in which it
//! runs none of its shard's own tests. Where sandboxes stay, that is one more start in the same one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::event::{AttemptId, Event, UnixMillis};

/// What is known of attempts so far.
#[derive(Debug, Default)]
pub(super) struct Starts {
    running: BTreeMap<AttemptId, Run>,
    /// What those cost that are over, in order.
    costs: Vec<Duration>,
    /// The same of those with which a shard went on, for which much is warm.
    further: Vec<Duration>,
    /// Attempts that are.
    goes_on: BTreeSet<AttemptId>,
    /// Whether sandboxes stay: what making one costs is then no part of one more start.
    stays: bool,
}

/// When an attempt began, ran its first test, and ended its last.
#[derive(Debug, Clone, Copy)]
struct Run {
    started: UnixMillis,
    tests: Option<(UnixMillis, UnixMillis)>,
}

impl Starts {
    /// Of sandboxes that stay, or of those that do not.
    pub(super) fn new(stays: bool) -> Self {
        Self { stays, ..Self::default() }
    }

    /// Takes in an event; of tests only those of a shard's own, for what sets them up is part of a
    /// start.
    pub(super) fn take(&mut self, event: &Event) {
        match event {
            Event::AttemptStarted { id, at } => {
                self.running.insert(*id, Run { started: *at, tests: None });
            }
            Event::TestsListed { id, up: Some(up), .. } if self.stays => {
                let is_first = !self.goes_on.contains(id);
                if let Some(run) = self.running.get_mut(id).filter(|_| is_first) {
                    run.started = run.started.max(*up);
                }
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
                let costs =
                    if self.goes_on.remove(id) { &mut self.further } else { &mut self.costs };
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

    /// Says of an attempt, before it starts, that its shard goes on with it after a good end.
    pub(super) fn goes_on(&mut self, id: AttemptId) {
        self.goes_on.insert(id);
    }

    /// What a start cost in the middle of all so far; nothing before the first attempt is over.
    pub(super) fn typical(&self) -> Duration {
        let costs = if self.further.is_empty() { &self.costs } else { &self.further };
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

    fn id(shard: usize) -> AttemptId {
        AttemptId { shard: ShardNumber::at(shard), attempt: 1 }
    }

    /// An attempt that begins at 0, runs a test from `first` to `last`, and ends.
    fn ran(starts: &mut Starts, shard: usize, times: [u64; 3]) {
        ran_as(starts, id(shard), None, times);
    }

    fn ran_as(
        starts: &mut Starts,
        id: AttemptId,
        up: Option<UnixMillis>,
        [first, last, end]: [u64; 3],
    ) {
        let at = UnixMillis;
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
        starts.take(&Event::TestsListed { id, tests: Vec::new(), up, at: None });
        starts.take(&Event::TestBegan { id, key: key.clone(), retry: 0, at: at(first) });
        starts.take(&Event::TestEnded { id, key, result: Box::new(result) });
        let ended = AttemptEnd::Cancelled(Reason::User);
        starts.take(&Event::AttemptEnded { id, end: ended, at: at(end) });
    }

    #[test]
    fn a_start_costs_what_an_attempt_takes_without_its_tests() {
        let mut starts = Starts::default();
        assert_eq!(starts.typical(), Duration::ZERO);
        ran(&mut starts, 0, [900, 5000, 5100]);
        assert_eq!(starts.typical(), Duration::from_secs(1));
        // One that was slow once is not taken for all.
        ran(&mut starts, 1, [9000, 9500, 9600]);
        ran(&mut starts, 2, [700, 800, 900]);
        assert_eq!(starts.typical(), Duration::from_secs(1));
    }

    #[test]
    fn where_sandboxes_stay_it_is_what_one_more_start_in_them_costs() {
        let up = Some(UnixMillis(600));
        let mut starts = Starts::default();
        ran_as(&mut starts, id(0), up, [900, 5000, 5100]);
        assert_eq!(starts.typical(), Duration::from_secs(1));
        // Before there was one, the first tells all but what making the sandbox took.
        let mut starts = Starts::new(true);
        ran_as(&mut starts, id(0), up, [900, 5000, 5100]);
        assert_eq!(starts.typical(), Duration::from_millis(400));
        let further = AttemptId { attempt: 2, ..id(0) };
        starts.goes_on(further);
        ran_as(&mut starts, further, Some(UnixMillis(50)), [200, 900, 950]);
        assert_eq!(starts.typical(), Duration::from_millis(250));
        ran_as(&mut starts, id(1), up, [9000, 9500, 9600]);
        assert_eq!(starts.typical(), Duration::from_millis(250));
    }
}
