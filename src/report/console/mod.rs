//! What a person sees in a terminal: plans and suites as tables, a run as it goes, its summary.

pub(crate) mod compare_table;
pub(crate) mod diagnosis_table;
pub(crate) mod history_table;
pub(crate) mod live;
pub(crate) mod plain;
pub(crate) mod plan_table;
pub(crate) mod queue_table;
pub(crate) mod settings_table;
mod shard_table;
pub(crate) mod skew_table;
pub(crate) mod summary;
pub(crate) mod tables;
pub(crate) mod timings_table;
pub(crate) mod what_if_table;
pub(crate) mod width;

use std::time::Duration;

use crate::model::event::{AttemptId, Event};
use crate::model::outcome::Outcome;

/// Shows a run as it goes. `outcome` is what all events so far give.
pub(crate) trait Console: Send {
    fn event(&mut self, event: &Event, outcome: &Outcome);

    /// A line that is not part of the outcome: a shard's own output or a remark.
    fn line(&mut self, id: Option<AttemptId>, text: &str);

    /// A shard waits for so long before it begins again.
    fn wait(&mut self, _id: AttemptId, _wait: Duration) {}

    /// A shard that has come to an end takes so many more tests that nobody had begun, in an attempt
    /// that is about to start.
    fn goes_on(&mut self, _id: AttemptId, _tests: usize) {}

    /// Takes the live view away, so that a summary can follow.
    fn close(&mut self);
}

/// A live view that can be taken away while something is written above it.
#[derive(Clone)]
pub(crate) struct Above(indicatif::MultiProgress);

impl Above {
    /// Does something while the view is away.
    pub(crate) fn while_away<T>(&self, act: impl FnOnce() -> T) -> T {
        self.0.suspend(act)
    }
}

/// Shows nothing.
pub(crate) struct Silent;

impl Console for Silent {
    fn event(&mut self, _event: &Event, _outcome: &Outcome) {}
    fn line(&mut self, _id: Option<AttemptId>, _text: &str) {}
    fn close(&mut self) {}
}
