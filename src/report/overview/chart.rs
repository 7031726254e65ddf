//! An outcome goes in, what a timeline shows comes out: shards with their attempts, and every
//! execution of a test as a bar in the lane of its worker.
//!
//! The clock of a sandbox, and whatever a test wrote, is not trusted: no bar leaves its attempt, and
//! in one lane no bar begins before the one before it has ended.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::event::{AttemptEnd, AttemptId, Status, UnixMillis};
use crate::model::id::ShardNumber;
use crate::model::outcome::{Attempt, Outcome, ShardOutcome, TestOutcome, TestRun, Verdict};
use crate::model::plan::Plan;
use crate::report::facts;

/// More workers than this share the last lane.
const MOST_LANES: u32 = 64;

/// All that a timeline shows; times in milliseconds since the first attempt's begin.
pub(crate) struct Chart<'a> {
    pub(crate) shards: Vec<ShardChart<'a>>,
}

/// A shard and all that ran in it.
pub(crate) struct ShardChart<'a> {
    pub(crate) shard: &'a ShardOutcome,
    /// From its begin to its end; none where the plan knew no times.
    pub(crate) predicted: Option<u64>,
    pub(crate) attempts: Vec<AttemptChart<'a>>,
    /// At least one.
    pub(crate) lanes: u32,
    /// By their begin.
    pub(crate) bars: Vec<Bar<'a>>,
}

/// One try at a shard.
pub(crate) struct AttemptChart<'a> {
    pub(crate) attempt: &'a Attempt,
    pub(crate) started: u64,
    /// The runner's program had started.
    pub(crate) up: Option<u64>,
    /// The runner had loaded its files and run its global set-up.
    pub(crate) listed: Option<u64>,
    /// Where nobody saw it, the last that is known of its tests.
    pub(crate) ended: u64,
}

/// One execution of a test, or what is known of one that was cut off.
pub(crate) struct Bar<'a> {
    pub(crate) test: &'a TestOutcome,
    /// None where it was cut off.
    pub(crate) run: Option<&'a TestRun>,
    /// Attempts count from 1.
    pub(crate) attempt: u32,
    pub(crate) at: u64,
    pub(crate) millis: u64,
    pub(crate) lane: u32,
    pub(crate) kind: Kind,
}

/// How an execution ended, seen from the test's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Passed,
    Failed,
    TimedOut,
    /// It failed, and passed later.
    Flaky,
    Skipped,
    Interrupted,
}

impl Chart<'_> {
    /// Every bar of all shards.
    pub(crate) fn bars(&self) -> impl Iterator<Item = &Bar<'_>> {
        self.shards.iter().flat_map(|shard| &shard.bars)
    }
}

impl ShardChart<'_> {
    /// From the first test's begin to the last one's end.
    pub(crate) fn tests_span(&self) -> Option<(u64, u64)> {
        let first = self.bars.iter().map(|bar| bar.at).min()?;
        Some((first, self.bars.iter().map(|bar| bar.at + bar.millis).max()?))
    }

    /// From the first attempt's begin to the last one's end; none where there was no attempt.
    pub(crate) fn whole_span(&self) -> Option<(u64, u64)> {
        Some((self.attempts.first()?.started, self.attempts.last()?.ended))
    }
}

/// Lays out all shards.
pub(crate) fn chart<'a>(plan: &Plan, outcome: &'a Outcome) -> Chart<'a> {
    let attempts = || outcome.shards.iter().flat_map(|shard| &shard.attempts);
    let zero = attempts().map(|attempt| attempt.started).min().unwrap_or_default();
    let mut raw: BTreeMap<ShardNumber, Vec<Bar<'_>>> = BTreeMap::new();
    for test in outcome.tests.values() {
        for run in facts::executions(test) {
            raw.entry(run.id.shard).or_default().push(of_run(test, run, zero));
        }
        for id in &test.open {
            raw.entry(id.shard).or_default().push(cut_off(test, *id, zero));
        }
    }
    let shards = outcome.shards.iter().map(|shard| {
        let bars = raw.remove(&shard.number).unwrap_or_default();
        let predicted = (plan.known > 0 && shard.has_work).then(|| millis(shard.predicted));
        ShardChart { predicted, ..laid_out(shard, bars, zero) }
    });
    Chart { shards: shards.collect() }
}

fn offset(at: UnixMillis, zero: UnixMillis) -> u64 {
    millis(at.since(zero))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn of_run<'a>(test: &'a TestOutcome, run: &'a TestRun, zero: UnixMillis) -> Bar<'a> {
    Bar {
        test,
        run: Some(run),
        attempt: run.id.attempt,
        at: offset(run.result.started, zero),
        millis: millis(run.result.duration),
        lane: run.result.worker.min(MOST_LANES - 1),
        kind: kind(test, run),
    }
}

fn cut_off(test: &TestOutcome, id: AttemptId, zero: UnixMillis) -> Bar<'_> {
    let began = test.began.get(&id).copied().unwrap_or_default();
    let (at, attempt) = (offset(began, zero), id.attempt);
    // Up to the attempt's end; in which lane is seen once all others have theirs.
    Bar { test, run: None, attempt, at, millis: u64::MAX, lane: 0, kind: Kind::Interrupted }
}

/// What one execution is shown as: its own end, and whether the test healed later.
fn kind(test: &TestOutcome, run: &TestRun) -> Kind {
    match run.result.status {
        Status::Interrupted => Kind::Interrupted,
        Status::Skipped => Kind::Skipped,
        status if status == run.result.expected => Kind::Passed,
        _ if test.verdict() == Verdict::Flaky => Kind::Flaky,
        Status::TimedOut => Kind::TimedOut,
        Status::Passed | Status::Failed => Kind::Failed,
    }
}

fn laid_out<'a>(
    shard: &'a ShardOutcome,
    mut bars: Vec<Bar<'a>>,
    zero: UnixMillis,
) -> ShardChart<'a> {
    bars.sort_by_key(|bar| (bar.attempt, bar.at, bar.run.is_none()));
    let mut attempts: Vec<AttemptChart<'a>> = Vec::new();
    for (number, attempt) in (1..).zip(&shard.attempts) {
        let started = offset(attempt.started, zero);
        let own = bars.iter().filter(|bar| usize::try_from(bar.attempt) == Ok(number));
        let last = own.map(Bar::known_until).max().unwrap_or(started);
        let ended = attempt.ended.as_ref().map_or(last, |(at, _)| offset(*at, zero)).max(started);
        let moment = |at: Option<UnixMillis>| at.map(|at| offset(at, zero).clamp(started, ended));
        let (up, listed) = (moment(attempt.up), moment(attempt.listed));
        attempts.push(AttemptChart { attempt, started, up, listed, ended });
    }
    let mut free: BTreeMap<u32, u64> = BTreeMap::new();
    for bar in &mut bars {
        fit(bar, &attempts, &mut free);
    }
    bars.sort_by_key(|bar| (bar.at, bar.lane));
    let lanes = bars.iter().map(|bar| bar.lane + 1).max().unwrap_or(1);
    ShardChart { shard, predicted: None, attempts, lanes, bars }
}

/// Keeps a bar inside its attempt and behind the one before it in its lane.
fn fit(bar: &mut Bar<'_>, attempts: &[AttemptChart<'_>], free: &mut BTreeMap<u32, u64>) {
    let index = usize::try_from(bar.attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    let (from, to) = match attempts.get(index) {
        Some(attempt) => (attempt.started, attempt.ended),
        None => (0, bar.known_until()),
    };
    bar.at = bar.at.clamp(from, to);
    if bar.run.is_none() {
        let is_free = |lane: &u32| free.get(lane).is_none_or(|free| *free <= bar.at);
        bar.lane = (0..MOST_LANES).find(is_free).unwrap_or(MOST_LANES - 1);
    }
    let lane = free.entry(bar.lane).or_default();
    bar.at = bar.at.max((*lane).min(to));
    bar.millis = bar.millis.min(to - bar.at);
    *lane = bar.at + bar.millis;
}

impl Bar<'_> {
    /// The last moment at which it is known to have run.
    fn known_until(&self) -> u64 {
        self.at.saturating_add(if self.run.is_some() { self.millis } else { 0 })
    }
}

impl AttemptChart<'_> {
    /// How it ended: in words, and whether that was a bad end.
    pub(crate) fn ending(&self) -> (String, bool) {
        match self.attempt.ended.as_ref().map(|(_, end)| end) {
            None => ("nobody saw its end".to_owned(), true),
            Some(AttemptEnd::Finished(_)) => (String::new(), false),
            Some(AttemptEnd::Faulted(fault)) => {
                (format!("{}: {}", fault.kind.name(), fault.message), true)
            }
            Some(AttemptEnd::Cancelled(reason)) => (reason.told().to_owned(), true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Chart, Kind, chart};
    use crate::model::event::UnixMillis;
    use crate::report::sample::{START, Sample, stormy};

    fn kinds(chart: &Chart<'_>, shard: usize) -> Vec<Kind> {
        chart.shards[shard].bars.iter().map(|bar| bar.kind).collect()
    }

    #[test]
    fn every_execution_is_a_bar_and_what_was_cut_off_ends_with_its_attempt() {
        let Sample { plan, outcome } = stormy();
        let chart = chart(&plan, &outcome);
        let runs: usize = outcome.tests.values().map(|test| test.runs.len()).sum();
        let open: usize = outcome.tests.values().map(|test| test.open.len()).sum();
        assert_eq!(chart.bars().count(), runs + open);
        assert_eq!(
            kinds(&chart, 0),
            [Kind::Passed, Kind::Passed, Kind::Failed, Kind::Flaky, Kind::Passed]
        );
        let cut = chart.shards[1].bars.iter().find(|bar| bar.run.is_none()).unwrap();
        // It began at 1,400 and the attempt ended at 1,700; the first attempt began at 10.
        assert_eq!((cut.at, cut.millis, cut.kind), (1_390, 300, Kind::Interrupted));
    }

    #[test]
    fn no_bar_leaves_its_attempt_or_covers_another_one() {
        let Sample { plan, mut outcome } = stormy();
        for (number, test) in outcome.tests.values_mut().enumerate() {
            for run in &mut test.runs {
                run.result.started = UnixMillis([0, u64::MAX, START + 300][number % 3]);
                run.result.worker = [0, u32::MAX][number % 2];
            }
        }
        for shard in &chart(&plan, &outcome).shards {
            assert!(shard.lanes <= super::MOST_LANES);
            for bar in &shard.bars {
                let attempt = &shard.attempts[bar.attempt as usize - 1];
                assert!(bar.at >= attempt.started && bar.at + bar.millis <= attempt.ended);
            }
            for lane in 0..shard.lanes {
                let bars: Vec<_> = shard.bars.iter().filter(|bar| bar.lane == lane).collect();
                assert!(bars.is_sorted_by(|one, next| one.at + one.millis <= next.at));
            }
        }
    }
}
