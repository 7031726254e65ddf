//! A plan and its outcome go in; every execution of each shard comes out with what it was, and
//! with what the plan took it to need.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use crate::model::event::{AttemptId, Status, TestResult};
use crate::model::id::{ShardNumber, TestKey};
use crate::model::outcome::{Outcome, TestOutcome};
use crate::model::plan::Plan;
use crate::model::skew::{Misjudged, ShardSkew, signed};
use crate::model::suite::GroupKind;
use crate::report::skew::pace;

/// What an execution was for its shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of a set-up or teardown project.
    Shared,
    /// The first one that came to an end, in the shard that the test was dealt to.
    First,
    /// It came to no end: the attempt ended before.
    Lost,
    /// The test had come to an end before.
    Again,
    /// Of a test that another shard could not finish.
    Foreign,
}

/// One execution. Times are milliseconds since 1970.
#[derive(Debug, Clone)]
pub(super) struct Execution<'a> {
    pub(super) key: &'a TestKey,
    pub(super) worker: u32,
    pub(super) kind: Kind,
    pub(super) began: u64,
    pub(super) ended: u64,
    /// How much of it its worker's first start of a browser took.
    pub(super) warmup: u64,
    /// What the plan took it to need; none where it says nothing.
    pub(super) estimate: Option<i64>,
    /// Position of its group.
    pub(super) unit: Option<usize>,
}

impl Execution<'_> {
    /// What it took without the browser's start.
    pub(super) fn took(&self) -> i64 {
        let millis = self.ended.saturating_sub(self.began).saturating_sub(self.warmup);
        i64::try_from(millis).unwrap_or(i64::MAX)
    }
}

/// The groups of a plan and all executions.
pub(super) struct Units<'a> {
    plan: &'a Plan,
    groups: Vec<Unit<'a>>,
    /// In the order in which they began.
    attempts: BTreeMap<AttemptId, Vec<Execution<'a>>>,
}

/// A planned group.
struct Unit<'a> {
    shard: ShardNumber,
    estimate: i64,
    /// How many tests the plan knows of it; none where it does not know them all.
    tests: Option<usize>,
    /// How many came to an end or were skipped as they should be.
    done: usize,
    /// What the first executions took.
    actual: i64,
    /// All did what they should.
    well: bool,
    longest: Option<(i64, &'a TestKey, Status)>,
}

impl<'a> Units<'a> {
    pub(super) fn of(plan: &'a Plan, outcome: &'a Outcome) -> Self {
        let mut all = Self { plan, groups: Vec::new(), attempts: BTreeMap::new() };
        let (mut keys, mut files) = (HashMap::new(), HashMap::new());
        for shard in &plan.shards {
            for planned in &shard.groups {
                let group = &planned.group;
                let position = all.groups.len();
                let opaque = group.kind == GroupKind::Opaque;
                if opaque {
                    files.insert((shard.number, &*group.file, &*group.project), position);
                }
                keys.extend(group.tests.iter().map(|test| ((shard.number, &test.key), position)));
                all.groups.push(Unit {
                    shard: shard.number,
                    estimate: signed(planned.estimate),
                    tests: (!opaque).then_some(group.tests.len()),
                    done: 0,
                    actual: 0,
                    well: true,
                    longest: None,
                });
            }
        }
        for (key, test) in &outcome.tests {
            let unit_in = |shard| {
                let file = (shard, &*key.file, &*key.project);
                keys.get(&(shard, key)).or_else(|| files.get(&file)).copied()
            };
            all.take(key, test, &unit_in);
        }
        all.estimate();
        all
    }

    /// Takes in all executions of a test. `unit_in` gives its group in a shard that has it by plan;
    /// a re-run may plan it for another shard once more.
    fn take(
        &mut self,
        key: &'a TestKey,
        test: &'a TestOutcome,
        unit_in: &dyn Fn(ShardNumber) -> Option<usize>,
    ) {
        let home = test.dealt().next();
        let mut done = BTreeSet::new();
        for run in &test.runs {
            let result = &run.result;
            if result.status == Status::Skipped && result.expected != Status::Skipped {
                continue;
            }
            let shard = run.id.shard;
            let unit = unit_in(shard);
            let kind = match home {
                None if result.retry > 0 => Kind::Again,
                None => Kind::Shared,
                Some(home) if home != shard && unit.is_none() => Kind::Foreign,
                Some(_) if result.status == Status::Interrupted => Kind::Lost,
                Some(_) if done.contains(&shard) => Kind::Again,
                Some(_) => Kind::First,
            };
            let unit = unit.filter(|_| kind == Kind::First && self.plan.known > 0);
            let execution = execution(key, result, kind, unit);
            if kind == Kind::First {
                done.insert(shard);
                if let Some(unit) = execution.unit.and_then(|unit| self.groups.get_mut(unit)) {
                    unit.add(&execution, result);
                }
            }
            // What is skipped without being begun passes no worker.
            if result.status != Status::Skipped || execution.ended > execution.began {
                self.attempts.entry(run.id).or_default().push(execution);
            }
        }
    }

    /// Deals each group's estimate to its executions by their time.
    fn estimate(&mut self) {
        let mut seen = vec![0; self.groups.len()];
        for executions in self.attempts.values_mut() {
            executions.sort_by_key(|execution| (execution.began, execution.ended, execution.key));
            for execution in executions {
                let Some(position) = execution.unit else { continue };
                let (unit, seen) = (&self.groups[position], &mut seen[position]);
                let before = unit.share(*seen);
                *seen += execution.took();
                execution.estimate = Some(unit.share(*seen) - before);
            }
        }
    }

    /// What one attempt executed, in the order in which it began.
    pub(super) fn executions(&self, id: AttemptId) -> &[Execution<'a>] {
        self.attempts.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// Workers in each shard, as planned.
    pub(super) fn workers(&self) -> usize {
        usize::try_from(self.plan.workers).unwrap_or(usize::MAX).max(1)
    }

    /// The projects that must have ended before this one begins.
    pub(super) fn waits_for(&self, project: &str) -> BTreeSet<&'a str> {
        let projects = &self.plan.projects;
        let mut before = BTreeSet::new();
        // Who cleans up after a project waits for it.
        let cleaned = projects.iter().filter(|other| other.teardown.as_deref() == Some(project));
        let cleaned: Vec<&str> = cleaned.map(|other| other.name.as_str()).collect();
        before.extend(cleaned.iter().copied());
        let users = projects
            .iter()
            .filter(|user| user.dependencies.iter().any(|name| cleaned.contains(&name.as_str())));
        before.extend(users.map(|user| user.name.as_str()));
        let own = projects.iter().find(|other| other.name == project);
        before.extend(own.into_iter().flat_map(|own| &own.dependencies).map(String::as_str));
        before.remove(project);
        before
    }

    /// How much slower all tests of a shard were alike; where they are too few to say so, how much
    /// slower those of the whole run were, if that holds for most of them.
    pub(super) fn pace(&self, shard: ShardNumber) -> Option<f64> {
        pace::common(self.compared(shard)).or_else(|| {
            let all = self.pace_of_all()?;
            pace::holds(all, self.compared(shard)).then_some(all)
        })
    }

    /// What a shard's tests took over what they were estimated to take.
    pub(super) fn together(&self, shard: ShardNumber) -> Option<f64> {
        pace::together(self.compared(shard))
    }

    /// Estimate and time of the groups of a shard that can be compared.
    fn compared(&self, shard: ShardNumber) -> impl Iterator<Item = (i64, i64)> {
        self.groups.iter().filter(move |unit| unit.shard == shard).filter_map(Unit::ratio)
    }

    /// How much slower all tests of all shards were alike.
    pub(super) fn pace_of_all(&self) -> Option<f64> {
        pace::common(self.groups.iter().filter_map(Unit::ratio))
    }

    /// The groups of a shard that took the most longer or shorter than estimated.
    pub(super) fn misjudged(
        &self,
        shard: ShardNumber,
        pace: Option<f64>,
        critical: &BTreeSet<usize>,
    ) -> Vec<Misjudged> {
        let excess = |unit: &Unit<'_>| unit.actual - pace::at(pace, unit.estimate);
        let mut worst: Vec<(usize, &Unit<'_>)> = self
            .groups
            .iter()
            .enumerate()
            .filter(|(_, unit)| unit.shard == shard && unit.is_done())
            .filter(|(_, unit)| excess(unit).abs() >= LEAST)
            .collect();
        worst.sort_by_key(|(at, unit)| (std::cmp::Reverse(excess(unit).abs()), *at));
        let named = worst.into_iter().filter_map(|(at, unit)| {
            let (_, key, status) = unit.longest?;
            Some(Misjudged {
                key: key.clone(),
                tests: unit.tests.unwrap_or(unit.done),
                estimate: duration(unit.estimate),
                actual: duration(unit.actual),
                status,
                critical: critical.contains(&at),
            })
        });
        named.take(ShardSkew::MOST_MISJUDGED).collect()
    }
}

/// What is off by less says more about the clock.
const LEAST: i64 = 50;

impl<'a> Unit<'a> {
    fn add(&mut self, execution: &Execution<'a>, result: &TestResult) {
        let took = execution.took();
        self.done += 1;
        self.actual += took;
        self.well &= result.status == result.expected;
        if self.longest.is_none_or(|(longest, ..)| took > longest) {
            self.longest = Some((took, execution.key, result.status));
        }
    }

    fn is_done(&self) -> bool {
        self.done > 0 && self.tests.is_none_or(|tests| self.done >= tests)
    }

    /// What the estimate says of the executions that together took `seen`.
    fn share(&self, seen: i64) -> i64 {
        let part = |of: i64, part: i64, whole: i64| {
            let exact = i128::from(of) * i128::from(part) / i128::from(whole);
            i64::try_from(exact).unwrap_or(of)
        };
        let estimate = match self.tests {
            Some(tests) if self.done < tests => part(self.estimate, count(self.done), count(tests)),
            Some(_) | None => self.estimate,
        };
        if self.actual == 0 { 0 } else { part(estimate, seen, self.actual) }
    }

    /// Estimate and time where they can be compared.
    fn ratio(&self) -> Option<(i64, i64)> {
        (self.is_done() && self.well).then_some((self.estimate, self.actual))
    }
}

fn execution<'a>(
    key: &'a TestKey,
    result: &TestResult,
    kind: Kind,
    unit: Option<usize>,
) -> Execution<'a> {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let (began, took) = (result.started.0, millis(result.duration));
    Execution {
        key,
        worker: result.worker,
        kind,
        began,
        ended: began.saturating_add(took),
        warmup: millis(result.warmup).min(took),
        estimate: None,
        unit,
    }
}

fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).max(1)
}

fn duration(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}
