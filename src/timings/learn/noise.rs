//! What the tests of a run took before and now goes in, how far each has to move to count comes
//! out.
//!
//! How much a test varies depends on the suite, on the machine and on the test's length: in two
//! containers on two cores tests of 1 to 2 s vary by a quarter each time, on a quiet machine tests
//! of a minute by a twentieth. The run itself says it: most tests did not change, so what the
//! middle one of those about as long moved by is noise.
//!
//! Ten real runs of the 152 tests of `fixtures/shop` in two shards on two cores, each timings file
//! committed: without this rule 11 to 16 of its 22 lines changed each time, with it 0 to 8, in the
//! middle 3.

use std::time::Duration;

/// As they were, in thousandths.
const SAME: u32 = 1_000;
/// So many tests about as long are asked. With fewer the run says nothing.
const NEIGHBOURS: usize = 31;
const ENOUGH: usize = 5;
/// A test has to move by so many times what its neighbours usually move by: about three standard
/// deviations where the noise is normal.
const TIMES: u32 = 5;
/// What moves to three times, or to a third, always counts.
const MOST: u32 = 3_000;

/// How far the tests of a run moved.
pub(super) struct Noise {
    /// What a test took before and by what it moved, by what it took before.
    moves: Vec<(Duration, u32)>,
}

impl Noise {
    /// From what tests with a history took before and now, both at the same pace.
    pub(super) fn of(tests: impl Iterator<Item = (Duration, Duration)>) -> Self {
        let mut moves: Vec<_> = tests.map(|(before, now)| (before, apart(before, now))).collect();
        moves.sort_unstable();
        Self { moves }
    }

    /// Whether a test that took `before` and now takes `now` moved no more than its like do.
    pub(super) fn covers(&self, before: Duration, now: Duration) -> bool {
        apart(before, now) <= self.limit(before)
    }

    /// How far tests of this length have to move.
    fn limit(&self, before: Duration) -> u32 {
        let at = self.moves.partition_point(|(length, _)| *length < before);
        let last = self.moves.len().saturating_sub(NEIGHBOURS);
        let first = at.saturating_sub(NEIGHBOURS / 2).min(last);
        let neighbours = self.moves.iter().skip(first).take(NEIGHBOURS);
        let mut moves: Vec<u32> = neighbours.map(|(_, by)| *by).collect();
        if moves.len() < ENOUGH {
            return SAME;
        }
        moves.sort_unstable();
        let usual = moves.get(moves.len() / 2).map_or(0, |by| by - SAME);
        SAME.saturating_add(usual.saturating_mul(TIMES)).min(MOST)
    }
}

/// The longer for each 1000 of the shorter.
fn apart(one: Duration, other: Duration) -> u32 {
    let (short, long) = (one.min(other), one.max(other));
    let thousandths = long.as_micros() * u128::from(SAME) / short.as_micros().max(1);
    u32::try_from(thousandths).unwrap_or(u32::MAX).max(SAME)
}
