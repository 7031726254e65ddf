//! A plan and its outcome go in; how the plan could have been better comes out.
//!
//! The suite of the plan is planned again with what each test really took, first tries alone, and
//! with what this run shows that shards, workers and files cost to start. It is told only of whole
//! runs: a test that did not come to its end has no time, and one node of many knows too little.

mod advice;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::num::NonZeroU32;
use std::time::Duration;

use crate::cli::commands::replanned::{as_dealt, options, same_strategy, suite_of};
use crate::model::hindsight::{Hindsight, Split};
use crate::model::id::TestKey;
use crate::model::outcome::{Outcome, TestOutcome};
use crate::model::plan::Plan;
use crate::model::skew::{Cause, ShardSkew, Skew};
use crate::model::suite::{GroupKind, Suite, TestGroup};
use crate::model::timings::{Estimate, Estimates, Timings};
use crate::plan::blocker::blocker;
use crate::plan::make::{Options, make};
use crate::plan::what_if::{forecast, point};
use crate::plan::{Strategy, strategy};
use crate::timings::learn::learn;

/// How the plan of a whole run could have been better; none for a part of one, or where tests
/// have no time.
pub(crate) fn hindsight(plan: &Plan, outcome: &Outcome, skew: &Skew) -> Option<Hindsight> {
    let counts = outcome.counts();
    let dealt: HashSet<&TestKey> = plan.dealt().map(|(_, test)| &test.key).collect();
    // A part has the digest of the whole; what a re-run deals again is two plans in one.
    let is_whole = plan.compute_digest() == plan.digest && dealt.len() == plan.dealt().count();
    if !is_whole || counts.not_run + counts.interrupted > 0 || counts.total() == 0 {
        return None;
    }
    let took = skew.shards.iter().map(planned_part).max()?;
    let suite = suite_of(plan);
    let estimates = estimates_of(plan, outcome);
    let again = Again { suite: &suite, estimates: &estimates, strategy: same_strategy(plan) };
    let shards = NonZeroU32::new(u32::try_from(plan.shards.len()).ok()?)?;
    let options = again.options(shards, plan.workers.max(1));
    let dealt = as_dealt(plan, &suite, &estimates, &options)?.predicted();
    Some(again.told(&options, took, dealt))
}

/// What a shard took of what a plan can do something about.
fn planned_part(shard: &ShardSkew) -> Duration {
    let other = [Cause::Retries, Cause::Faults, Cause::Waits, Cause::TakenOver];
    let other: i64 = other.into_iter().map(|cause| shard.parts.of(cause)).sum();
    Duration::from_millis(u64::try_from(shard.parts.sum() - other).unwrap_or_default())
}

/// What every test took, and what the run shows of starting costs.
fn estimates_of(plan: &Plan, outcome: &Outcome) -> Estimates {
    let costs = learn(&Timings::default(), outcome).costs;
    let taken = |test: &TestOutcome| Estimate { duration: first(test), last: None, flaky: 0 };
    let tests: HashMap<TestKey, Estimate> =
        outcome.tests.iter().map(|(key, test)| (key.clone(), taken(test))).collect();
    let mut unlisted: BTreeMap<(String, String), Duration> = BTreeMap::new();
    for planned in plan.shards.iter().flat_map(|shard| &shard.groups) {
        let TestGroup { file, project, kind, .. } = &planned.group;
        if *kind == GroupKind::Opaque {
            unlisted.insert((file.clone(), project.clone()), Duration::ZERO);
        }
    }
    if !unlisted.is_empty() {
        let planned: HashSet<&TestKey> = plan.dealt().map(|(_, test)| &test.key).collect();
        for (key, test) in outcome.tests.iter().filter(|(key, _)| !planned.contains(key)) {
            if let Some(time) = unlisted.get_mut(&(key.file.clone(), key.project.clone())) {
                *time += first(test);
            }
        }
    }
    Estimates { tests, unlisted, fallback: Duration::ZERO, costs }
}

/// What a test's first try took, without what its worker's browser took to start.
fn first(test: &TestOutcome) -> Duration {
    let result = test.runs.first().map(|run| &run.result);
    result.map_or(Duration::ZERO, |result| result.duration.saturating_sub(result.warmup))
}

/// A suite that is planned again.
struct Again<'a> {
    suite: &'a Suite,
    estimates: &'a Estimates,
    strategy: &'static dyn Strategy,
}

impl Again<'_> {
    fn told(&self, options: &Options, took: Duration, dealt: Duration) -> Hindsight {
        let (shards, workers) = (options.shards, options.workers);
        let same = make(self.suite, self.estimates, options);
        let mut counts = counts(shards, self.suite.groups.len());
        if self.is_large() {
            // The least and the greatest tell enough.
            let (least, greatest) = (counts.first().copied(), counts.last().copied());
            counts.retain(|count| *count == shards || [least, greatest].contains(&Some(*count)));
        }
        let points = counts.into_iter().map(|count| {
            if count == shards {
                return point(&same);
            }
            point(&make(self.suite, self.estimates, &self.other(count, workers)))
        });
        let points = points.collect();
        let wider = workers.saturating_mul(2);
        let wider_plan = make(self.suite, self.estimates, &self.other(shards, wider));
        let blocker = blocker(&same, self.suite, self.estimates, options);
        let mut hindsight = Hindsight {
            took,
            dealt,
            strategy: self.strategy.name().to_owned(),
            workers,
            replanned: same.predicted(),
            lower_bound: same.lower_bound.min(same.predicted()),
            shards: forecast(points, None),
            more_workers: Some((wider, wider_plan.predicted())),
            split: if self.is_large() { None } else { self.split(options) },
            blocker,
            advice: Vec::new(),
        };
        hindsight.advice = advice::advice(&hindsight, shards.get());
        hindsight
    }

    /// The file that takes longest in one piece, dealt test by test.
    fn split(&self, options: &Options) -> Option<Split> {
        let took = |group: &TestGroup| -> Duration {
            group.tests.iter().map(|test| self.estimates.of(&test.key).duration).sum()
        };
        let whole = |group: &&TestGroup| group.kind == GroupKind::File && group.tests.len() > 1;
        let files = self.suite.groups.iter().filter(whole);
        let longest = files.max_by_key(|group| (took(group), std::cmp::Reverse(group.name())))?;
        let mut suite = self.suite.clone();
        suite
            .groups
            .retain(|group| group.kind != GroupKind::File || group.name() != longest.name());
        suite.groups.extend(longest.tests.iter().map(|test| TestGroup {
            kind: GroupKind::Single,
            tests: vec![test.clone()],
            ..longest.clone()
        }));
        Some(Split {
            file: longest.file.clone(),
            project: longest.project.clone(),
            tests: longest.tests.len(),
            predicted: make(&suite, self.estimates, options).predicted(),
        })
    }

    /// A plan of so many groups takes its time, and its search for the last thousandth changes no
    /// advice.
    fn is_large(&self) -> bool {
        const MANY: usize = 2_000;
        self.suite.groups.len() > MANY
    }

    /// For a plan that is compared with one of as many shards and workers as there were.
    fn other(&self, shards: NonZeroU32, workers: u32) -> Options {
        let quick = if self.is_large() { strategy("lpt") } else { None };
        Options { strategy: quick.unwrap_or(self.strategy), ..self.options(shards, workers) }
    }

    fn options(&self, shards: NonZeroU32, workers: u32) -> Options {
        options(self.strategy, shards, workers)
    }
}

/// The numbers of shards that are tried, ascending: half as many, one less, one more and twice as
/// many; none greater than what could have work.
fn counts(shards: NonZeroU32, groups: usize) -> Vec<NonZeroU32> {
    let most = u32::try_from(groups).unwrap_or(u32::MAX);
    let own = shards.get();
    let others = [own.div_ceil(2), own - 1, own.saturating_add(1), own.saturating_mul(2)];
    let mut counts: Vec<u32> = others.into_iter().filter(|count| *count <= most).collect();
    counts.push(own);
    counts.sort_unstable();
    counts.dedup();
    counts.into_iter().filter_map(NonZeroU32::new).collect()
}
