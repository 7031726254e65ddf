//! Bounds, a factor and jitter go in, how long to wait before each next try comes out.

use std::time::Duration;

/// How waiting grows. The default waits 1 s, 2 s, 4 s, ... 30 s, each a fifth more or less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Backoff {
    pub(crate) least: Duration,
    /// At least `least`.
    pub(crate) most: Duration,
    /// What each wait is times the one before; at least 1.
    pub(crate) factor: f64,
    /// By what part a wait may be longer or shorter, from 0 to 1: shards that failed together do
    /// not come back together.
    pub(crate) jitter: f64,
}

impl Default for Backoff {
    fn default() -> Self {
        let (least, most) = (Duration::from_secs(1), Duration::from_secs(30));
        Self { least, most, factor: 2.0, jitter: 0.2 }
    }
}

impl Backoff {
    /// The waits of one shard, without end. The same seed gives the same waits.
    pub(crate) fn delays(self, seed: u64) -> Delays {
        Delays {
            backoff: self,
            next: self.least.as_secs_f64(),
            random: fastrand::Rng::with_seed(seed),
        }
    }
}

/// One wait after another.
#[derive(Debug, Clone)]
pub(crate) struct Delays {
    backoff: Backoff,
    /// The next wait in seconds, before its jitter.
    next: f64,
    random: fastrand::Rng,
}

impl Iterator for Delays {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let Backoff { least, most, factor, jitter } = self.backoff;
        let (least, most) = (least.as_secs_f64(), most.as_secs_f64());
        let wait = self.next;
        self.next = (wait * factor.max(1.0)).min(most);
        let part = jitter.clamp(0.0, 1.0) * (2.0 * self.random.f64() - 1.0);
        let wait = (wait * (1.0 + part)).clamp(least, most.max(least));
        Some(Duration::from_secs_f64(wait))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::Backoff;

    fn backoffs() -> impl Strategy<Value = Backoff> {
        (0_u64..5_000, 0_u64..60_000, 1.0..10.0_f64, 0.0..=1.0_f64).prop_map(
            |(least, more, factor, jitter)| Backoff {
                least: Duration::from_millis(least),
                most: Duration::from_millis(least + more),
                factor,
                jitter,
            },
        )
    }

    proptest! {
        #[test]
        fn waits_stay_within_their_bounds(backoff in backoffs(), seed: u64) {
            for wait in backoff.delays(seed).take(40) {
                prop_assert!(backoff.least <= wait && wait <= backoff.most, "{wait:?}");
            }
        }

        #[test]
        fn without_jitter_waits_grow_by_the_factor_until_the_most(
            backoff in backoffs(),
            seed: u64,
        ) {
            let backoff = Backoff { jitter: 0.0, ..backoff };
            let waits: Vec<f64> =
                backoff.delays(seed).take(20).map(|wait| wait.as_secs_f64()).collect();
            for pair in waits.windows(2) {
                let grown = (pair[0] * backoff.factor).min(backoff.most.as_secs_f64());
                prop_assert!((pair[1] - grown).abs() < 1e-6, "{pair:?}");
            }
        }

        #[test]
        fn all_waits_together_stay_below_the_most_times_their_number(
            backoff in backoffs(),
            seed: u64,
            count in 0_u32..40,
        ) {
            let total: Duration = backoff.delays(seed).take(count as usize).sum();
            prop_assert!(total <= backoff.most * count);
            prop_assert!(total >= backoff.least * count);
        }

        #[test]
        fn the_same_seed_gives_the_same_waits(backoff in backoffs(), seed: u64) {
            let of = || backoff.delays(seed).take(10).collect::<Vec<_>>();
            prop_assert_eq!(of(), of());
        }
    }

    #[test]
    fn two_shards_do_not_wait_alike() {
        let of = |seed| Backoff::default().delays(seed).take(5).collect::<Vec<_>>();
        assert_ne!(of(1), of(2));
    }
}
