//! What was read of tests goes in, one entry a test comes out.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::timings::{LastResult, Timing};
use crate::timings::learn::{FLAKY_RUN, quantised};

/// One test, or all of a spec file, as one file tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sample {
    /// Of the first repetition.
    pub(crate) key: TestKey,
    /// None where it did not do what it should.
    pub(crate) duration: Option<Duration>,
    pub(crate) last: LastResult,
}

/// One entry a test: the median of its durations, the lower of two, and the worst result.
pub(crate) fn entries(samples: impl IntoIterator<Item = Sample>) -> BTreeMap<TestKey, Timing> {
    let mut all: BTreeMap<TestKey, (Vec<Duration>, LastResult)> = BTreeMap::new();
    for Sample { key, duration, last } in samples {
        let (durations, worst) = all.entry(key).or_insert_with(|| (Vec::new(), last));
        durations.extend(duration);
        *worst = last.max(*worst);
    }
    let entry = |(key, (mut durations, last)): (TestKey, (Vec<Duration>, LastResult))| {
        durations.sort_unstable();
        let middle = durations.len().saturating_sub(1) / 2;
        let duration = durations.get(middle).copied().map(quantised);
        let flaky = if last == LastResult::Flaky { FLAKY_RUN } else { 0 };
        (key, Timing { duration, last, flaky })
    };
    all.into_iter().map(entry).collect()
}
