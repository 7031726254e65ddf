//! Why each shard took as long as it did: its time in parts, against what was predicted and
//! against the other shards.
//!
//! All figures are of one shard's own clock: machines of a CI matrix need not agree on the time.

use std::time::Duration;

use crate::model::event::{FaultKind, Status};
use crate::model::id::{ShardNumber, TestKey};

/// The time of a shard goes to exactly one of these at every moment.
///
/// They follow the critical path: in each attempt, backwards from the test that ended last, what
/// its worker did before, and where it had to wait for another project's tests, what these did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Cause {
    /// From the first attempt's start to the first test's begin: container, runner, spec files,
    /// web servers, `globalSetup`, the first worker.
    Start,
    /// Tests of set-up and teardown projects.
    SetUp,
    /// The estimates of all tests that it ran, evenly over its workers.
    Work,
    /// What the estimates of the tests on the path are more than [`Cause::Work`]: meanwhile
    /// other workers had less to do or nothing. Less than zero where others had more.
    Order,
    /// What the tests on the path took more than their estimates, without [`Cause::Contention`].
    Weights,
    /// What they would have taken more if each had been slower alike, by [`ShardSkew::pace`].
    Contention,
    /// Between the tests on the path: workers and their browsers, loading of files.
    Between,
    /// Tests after they had come to an end once, and what it took to start them again.
    Retries,
    /// From the last test's end to a bad end, and what it took to start again after it.
    Faults,
    /// Between two attempts: backoff, want of memory, other shards' turn.
    Waits,
    /// Tests of another shard that could not finish, with all that they brought with them.
    TakenOver,
    /// From the last test's end to the attempt's end: teardown, reporters.
    End,
}

impl Cause {
    /// Every cause, as a shard's life goes.
    pub(crate) const ALL: [Self; 12] = [
        Self::Start,
        Self::SetUp,
        Self::Work,
        Self::Order,
        Self::Weights,
        Self::Contention,
        Self::Between,
        Self::Retries,
        Self::Faults,
        Self::Waits,
        Self::TakenOver,
        Self::End,
    ];

    /// The name in JSON and in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::SetUp => "set-up",
            Self::Work => "work",
            Self::Order => "order",
            Self::Weights => "weights",
            Self::Contention => "contention",
            Self::Between => "between",
            Self::Retries => "retries",
            Self::Faults => "faults",
            Self::Waits => "waits",
            Self::TakenOver => "taken-over",
            Self::End => "end",
        }
    }

    /// What it is, in a few words for people.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Start => "until the first test began",
            Self::SetUp => "set-up and teardown tests",
            Self::Work => "estimated work, evenly over the workers",
            Self::Order => "one worker had more to do than the others",
            Self::Weights => "tests took longer than estimated",
            Self::Contention => "every test was slower alike",
            Self::Between => "new workers and loading of files between tests",
            Self::Retries => "tests that were tried again",
            Self::Faults => "lost to faults",
            Self::Waits => "waiting between attempts",
            Self::TakenOver => "tests of other shards",
            Self::End => "after the last test",
        }
    }

    /// What a time of it below zero is.
    pub(crate) fn about_less(self) -> &'static str {
        match self {
            Self::Order => "other workers had more to do",
            Self::Weights => "tests took less than estimated",
            Self::Contention => "every test was faster alike",
            Self::Start
            | Self::SetUp
            | Self::Work
            | Self::Between
            | Self::Retries
            | Self::Faults
            | Self::Waits
            | Self::TakenOver
            | Self::End => self.about(),
        }
    }
}

/// What a shard's time went to, in milliseconds. The sum of all is exactly the time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Parts([i64; Cause::ALL.len()]);

impl Parts {
    /// Below zero only for `Order`, `Weights` and `Contention`: what was faster than estimated.
    pub(crate) fn of(&self, cause: Cause) -> i64 {
        self.0[cause as usize]
    }

    pub(crate) fn add(&mut self, cause: Cause, millis: i64) {
        self.0[cause as usize] += millis;
    }

    /// Every cause with its time, as a shard's life goes.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Cause, i64)> {
        Cause::ALL.into_iter().zip(self.0)
    }

    pub(crate) fn sum(&self) -> i64 {
        self.0.iter().sum()
    }
}

/// A whole run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Skew {
    /// Every shard of the plan, in the order of their numbers.
    pub(crate) shards: Vec<ShardSkew>,
    /// What was predicted for the shard that took longest; where none ran, for the one that was to
    /// take longest. None where the plan knew nothing of the tests.
    pub(crate) predicted: Option<Duration>,
    /// The mean time of all shards that ran: what even shards would have taken. Where a run and
    /// its re-runs are joined, that of the part in which the slowest shard is.
    pub(crate) even: Duration,
    /// By how much all shards' tests were slower alike (1.0: as estimated); none where too few
    /// tests say something about it.
    pub(crate) pace: Option<f64>,
}

impl Skew {
    /// The shard that took longest; none where none ran.
    pub(crate) fn slowest(&self) -> Option<&ShardSkew> {
        let ran = self.shards.iter().filter(|shard| shard.took.is_some());
        ran.max_by_key(|shard| (shard.took, std::cmp::Reverse(shard.number)))
    }
}

/// One shard.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ShardSkew {
    pub(crate) number: ShardNumber,
    /// As in [`crate::model::outcome::ShardOutcome::part`].
    pub(crate) part: usize,
    /// As in [`crate::model::plan::PlannedShard::predicted`]: what `took` should have been. None
    /// where the plan knew nothing of the tests, or the shard is empty.
    pub(crate) predicted: Option<Duration>,
    /// From its first attempt's start to its last one's end; where nobody saw that end, to the
    /// end of its last test. None where it never started.
    pub(crate) took: Option<Duration>,
    /// The runner came to its own end, or others took over what was left.
    pub(crate) settled: bool,
    /// From the run's first moment to its first attempt, by the clocks of all its machines: its
    /// turn among others, or a CI machine that was free later. No part of `took`.
    pub(crate) queued: Duration,
    /// `took` less `predicted`, in milliseconds.
    pub(crate) after_prediction: Option<i64>,
    /// `took` less the mean of all shards of its part, in milliseconds.
    pub(crate) after_mean: Option<i64>,
    /// Adds up to `took`.
    pub(crate) parts: Parts,
    /// What the start of its first attempt went to; none where the runner did not say.
    pub(crate) opening: Option<Opening>,
    /// By how much its tests were slower alike (1.0: as estimated); none where too few tests say
    /// something about it.
    pub(crate) pace: Option<f64>,
    /// What its tests took over what they were estimated to take, all together; none where
    /// nothing can be compared.
    pub(crate) together: Option<f64>,
    /// The groups that took the most longer or shorter than estimated at that pace, the worst
    /// first; at most [`ShardSkew::MOST_MISJUDGED`].
    pub(crate) misjudged: Vec<Misjudged>,
    /// What ran alone at the end of its first attempt; none with one worker.
    pub(crate) tail: Option<Tail>,
    /// Bad ends of its attempts.
    pub(crate) faults: Vec<FaultKind>,
    /// Executions of tests that had come to an end before.
    pub(crate) retried: usize,
    /// Tests of other shards that it ran.
    pub(crate) taken_over: usize,
    /// Why it was late; none where it was not.
    pub(crate) reason: Option<Reason>,
}

impl ShardSkew {
    pub(crate) const MOST_MISJUDGED: usize = 5;
}

/// What happens before a shard's first test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opening {
    /// From the attempt's start to the runner's: container and command.
    pub(crate) sandbox: Duration,
    /// From there until all files were loaded and web servers and `globalSetup` were ready.
    pub(crate) loading: Duration,
}

/// A group that took longer or shorter than the plan took it to need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misjudged {
    /// Its test that took longest.
    pub(crate) key: TestKey,
    /// How many tests it has; with more than one, people know it by its file.
    pub(crate) tests: usize,
    pub(crate) estimate: Duration,
    /// Without retries and without what a worker's first browser took to start.
    pub(crate) actual: Duration,
    /// How that test ended: a failing one ends early, or late by its timeout.
    pub(crate) status: Status,
    /// Part of it is on the critical path.
    pub(crate) critical: bool,
}

impl Misjudged {
    /// In milliseconds; less than zero where it was faster.
    pub(crate) fn excess(&self) -> i64 {
        signed(self.actual) - signed(self.estimate)
    }
}

/// The end of an attempt, when no worker but one had anything left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tail {
    /// The test that ended last.
    pub(crate) key: TestKey,
    /// How long it and others on its worker ran after all other workers had ended.
    pub(crate) alone: Duration,
    /// What the other workers had nothing to do, together.
    pub(crate) idle: Duration,
}

/// Why a shard was late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) cause: Cause,
    /// What this cause alone made it later, in milliseconds; others may have made up for it.
    pub(crate) by: i64,
    /// The next cause with what it made the shard later, where the first explains less than half.
    pub(crate) also: Option<(Cause, i64)>,
    pub(crate) against: Against,
}

/// What a shard was later than.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Against {
    /// Its own prediction.
    Prediction,
    /// The mean of all shards; it was not later than predicted, or nothing was.
    Mean,
}

/// Whole milliseconds that may be taken from each other.
pub(crate) fn signed(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 1_024)
}
