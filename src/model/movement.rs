//! What lies between two histories, in the order in which a person asks.

use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::timings::{LastResult, Timing};

/// The way from one history to another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Movement {
    /// Entries that were not there before, the slowest first.
    pub(crate) new: Vec<(TestKey, Timing)>,
    /// Entries that are there no more, the slowest first.
    pub(crate) removed: Vec<(TestKey, Timing)>,
    /// Entries of another time, those first that moved by most.
    pub(crate) moved: Vec<Moved>,
    /// Tests that failed before and do not now, or the other way round.
    pub(crate) turned: Vec<Turned>,
    /// How many entries differ in anything at all.
    pub(crate) changed: usize,
    /// How many entries there are now.
    pub(crate) total: usize,
}

/// A test that takes another time than it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) key: TestKey,
    /// None where it had never passed.
    pub(crate) from: Option<Duration>,
    pub(crate) to: Duration,
}

impl Moved {
    /// By how much.
    pub(crate) fn by(&self) -> Duration {
        self.from.unwrap_or_default().abs_diff(self.to)
    }
}

/// A test that ends otherwise than it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Turned {
    pub(crate) key: TestKey,
    pub(crate) from: LastResult,
    pub(crate) to: LastResult,
}

/// What the new history says of a plan that the old one made: times of the slowest shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shift {
    pub(crate) shards: usize,
    /// As the old history predicts it.
    pub(crate) told: Duration,
    /// The same plan, as the new one predicts it.
    pub(crate) takes: Duration,
    /// A plan that the new one makes.
    pub(crate) replanned: Duration,
}

impl Shift {
    /// By what part the prediction was wrong, or the plan is slower than it has to be; whichever is
    /// more.
    pub(crate) fn part(&self) -> f64 {
        let part = |of: Duration, to: Duration| match (of.as_secs_f64(), to.as_secs_f64()) {
            (of, to) if of > 0.0 => (of - to).abs() / of,
            (_, to) if to > 0.0 => f64::INFINITY,
            _ => 0.0,
        };
        part(self.told, self.takes).max(part(self.takes, self.replanned.min(self.takes)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Shift;

    #[test]
    fn a_wrong_prediction_and_a_bad_deal_both_count() {
        let shift = |told, takes, replanned| {
            let [told, takes, replanned] = [told, takes, replanned].map(Duration::from_secs);
            Shift { shards: 2, told, takes, replanned }.part()
        };
        let near = |part: f64, expected: f64| (part - expected).abs() < 1e-9;
        assert!(near(shift(100, 100, 100), 0.0));
        assert!(near(shift(100, 110, 110), 0.1), "the tests take longer");
        assert!(near(shift(100, 80, 80), 0.2), "they take less");
        assert!(near(shift(100, 100, 75), 0.25), "dealt anew they take less");
        assert!(near(shift(100, 100, 105), 0.0), "nobody has to deal anew");
        assert!(near(shift(0, 0, 0), 0.0));
        assert!(shift(0, 1, 1).is_infinite());
    }
}
