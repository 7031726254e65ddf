//! How a suite is to be wrong goes in; groups with what they are taken to need and what they do
//! need come out. The same seed gives the same suite.

use std::time::Duration;

use fastrand::Rng;

/// A group as the plan sees it and as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    pub(crate) estimate: Duration,
    /// On a machine of speed 1.
    pub(crate) takes: Duration,
}

/// How long groups are taken to need.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    /// Log-normal with a mean of `mean` seconds; `sigma` is the deviation of the logarithm.
    LogNormal { mean: f64, sigma: f64 },
    /// Drawn from the seconds of a real history, stretched to this mean.
    History { seconds: &'a [f64], mean: f64 },
}

/// In which way estimates are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Every group takes x0.5 to x2 of its estimate, evenly in the logarithm.
    Groups,
    /// The same, but ten groups at a time, as tests of one file, are wrong alike.
    Files,
    /// One file in ten takes twice as long as its estimate, all others are right.
    Doubled,
    /// Two groups in ten are new and taken for the mean of all, whatever they need.
    New,
}

/// The seconds in a file of `fixtures/durations`, which has a test in each line.
pub(crate) fn seconds(text: &str) -> Vec<f64> {
    let of_line = |line: &str| line.rsplit_once(": ")?.1.trim_end_matches(',').parse().ok();
    text.lines().filter_map(of_line).collect()
}

/// Groups in a file.
const FILE: u32 = 10;

/// Groups with estimates of `work` in all.
pub(crate) fn suite(work: Duration, source: Source<'_>, wrong: Wrong, seed: u64) -> Vec<Group> {
    let mut random = Rng::with_seed(seed);
    let (Source::LogNormal { mean, .. } | Source::History { mean, .. }) = source;
    let mut groups = Vec::new();
    let mut sum = Duration::ZERO;
    while sum < work {
        let of_file = factor(&mut random);
        let is_doubled = random.u32(..10) == 0;
        for at in 0..FILE {
            let seconds = draw(&mut random, source);
            let (estimate, factor) = match wrong {
                Wrong::Groups => (seconds, factor(&mut random)),
                Wrong::Files => (seconds, of_file),
                Wrong::Doubled => (seconds, if is_doubled { 2.0 } else { 1.0 }),
                Wrong::New if at < 2 => (mean, seconds / mean),
                Wrong::New => (seconds, 1.0),
            };
            let group = Group {
                estimate: Duration::from_secs_f64(estimate),
                takes: Duration::from_secs_f64(estimate * factor),
            };
            sum += group.estimate;
            groups.push(group);
        }
    }
    groups
}

/// From a half to two, and each half as likely as its double.
fn factor(random: &mut Rng) -> f64 {
    2.0_f64.powf(2.0 * random.f64() - 1.0)
}

/// Whoever needs no time at all is no group.
const LEAST: f64 = 0.001;

fn draw(random: &mut Rng, source: Source<'_>) -> f64 {
    let seconds = match source {
        Source::LogNormal { mean, sigma } => {
            // Box and Muller's way to a normal number from two even ones.
            let radius = (-2.0 * (1.0 - random.f64()).ln()).sqrt();
            let normal = radius * (std::f64::consts::TAU * random.f64()).cos();
            mean * (sigma * normal - sigma * sigma / 2.0).exp()
        }
        Source::History { seconds, mean } => {
            let one = seconds.get(random.usize(..seconds.len())).copied().unwrap_or_default();
            one * mean / mean_of(seconds)
        }
    };
    seconds.max(LEAST)
}

fn mean_of(seconds: &[f64]) -> f64 {
    seconds.iter().sum::<f64>() / seconds.iter().fold(0.0, |count, _| count + 1.0)
}
