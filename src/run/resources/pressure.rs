//! What is known of the memory and of the shards goes in; whether another one may start, and
//! whether one has to go, comes out.
//!
//! The kernel's own measure of stalls (`/proc/pressure/memory`) is left out: a shard that comes near
//! its own `--memory` raises it for the whole machine, however much memory that has left.

use std::time::Duration;

use crate::run::resources::machine::Reading;

/// After so long a shard's memory is seen; before, it is counted with all that it may take.
pub(crate) const SETTLED: Duration = Duration::from_secs(5);

/// How much memory is taken where we begin to hold back, in percent; each more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pressure {
    /// Shards start one by one.
    pub(crate) low: u64,
    /// No more are started.
    pub(crate) high: u64,
    /// The youngest one is ended.
    pub(crate) critical: u64,
}

/// Shards of ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shards {
    pub(crate) running: usize,
    /// Those of them that started less than [`SETTLED`] ago.
    pub(crate) young: usize,
}

impl Pressure {
    /// Why no other shard that may take `need` bytes starts now; none where it may. One shard
    /// always runs: waiting for ever would help nobody.
    pub(crate) fn holds(self, reading: Reading, shards: Shards, need: u64) -> Option<String> {
        let Reading { available, used } = reading;
        if shards.running == 0 {
            return None;
        }
        let limit = if used >= self.high { Some(self.high) } else { None };
        let limit = limit.or_else(|| (used >= self.low && shards.young > 0).then_some(self.low));
        if let Some(limit) = limit {
            return Some(format!("{used} % of the memory is in use, the limit is {limit} %"));
        }
        let promised = need.saturating_mul(shards.young as u64);
        let left = available.saturating_sub(promised);
        let megabytes = |bytes: u64| bytes >> 20;
        (left < need).then(|| {
            format!("{} MB of memory are left, it may take {} MB", megabytes(left), megabytes(need))
        })
    }

    /// Whether one of so many shards has to go.
    pub(crate) fn is_too_much(self, reading: Reading, running: usize) -> bool {
        running > 1 && reading.used >= self.critical
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Pressure, Shards};
    use crate::run::resources::machine::Reading;

    const PRESSURE: Pressure = Pressure { low: 70, high: 85, critical: 95 };
    const GIB: u64 = 1 << 30;

    /// Why no other shard starts beside so many running and young ones.
    fn holds(used: u64, gigabytes: u64, running: usize, young: usize) -> Option<String> {
        let reading = Reading { available: gigabytes * GIB, used };
        PRESSURE.holds(reading, Shards { running, young }, 2 * GIB)
    }

    #[test]
    fn from_low_on_shards_start_one_by_one_and_from_high_on_none_does() {
        assert_eq!(holds(69, 9, 2, 2), None);
        let told =
            |used, limit| Some(format!("{used} % of the memory is in use, the limit is {limit} %"));
        assert_eq!(holds(70, 9, 2, 1), told(70, 70));
        assert_eq!(holds(70, 9, 2, 0), None);
        assert_eq!(holds(85, 9, 2, 0), told(85, 85));
        assert_eq!(holds(99, 9, 1, 1), told(99, 85));
    }

    #[test]
    fn what_young_shards_may_take_is_kept_for_them() {
        assert_eq!(holds(10, 6, 2, 2), None);
        let told = "1024 MB of memory are left, it may take 2048 MB".to_owned();
        assert_eq!(holds(10, 5, 2, 2), Some(told.clone()));
        assert_eq!(holds(10, 5, 2, 1), None);
        assert_eq!(holds(10, 1, 2, 0), Some(told));
    }

    #[test]
    fn where_it_is_critical_one_goes_but_never_the_last() {
        let is_too_much =
            |used, running| PRESSURE.is_too_much(Reading { available: GIB, used }, running);
        assert!(is_too_much(95, 2) && is_too_much(100, 9));
        assert!(!is_too_much(94, 9) && !is_too_much(100, 1) && !is_too_much(100, 0));
    }

    proptest! {
        #[test]
        fn the_first_shard_always_starts(used in 0..=100_u64, available: u64, need: u64) {
            let reading = Reading { available, used };
            prop_assert_eq!(PRESSURE.holds(reading, Shards::default(), need), None);
        }

        #[test]
        fn what_starts_with_less_memory_starts_with_more(
            (used, available, need) in (0..=100_u64, any::<u64>(), any::<u64>()),
            (running, young) in (1..20_usize, 0..20_usize),
        ) {
            let shards = Shards { running, young: young.min(running) };
            let starts = |reading| PRESSURE.holds(reading, shards, need).is_none();
            let hard = starts(Reading { available, used });
            let easy = starts(Reading { available: available.saturating_mul(2), used: used / 2 });
            prop_assert!(!hard || easy);
        }
    }
}
