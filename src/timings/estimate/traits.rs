//! A suite beside its history goes in; out comes how much longer or shorter tests of a project, a
//! tag or a length take than their file lets expect.

use std::collections::BTreeMap;

use crate::model::suite::TestCase;
use crate::timings::estimate::matching::{Matched, Matching};

/// So many tests of the suite's mean that are as expected stand beside those of each property.
const PRIOR: f64 = 8.0;

/// What may make a test longer or shorter than others of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Trait<'a> {
    Project(&'a str),
    Tag(&'a str),
    Untagged,
    /// Lines to the next test, as a power of two.
    Lines(u32),
}

/// How much longer tests with each property take, 1 where it makes no difference.
#[derive(Default)]
pub(super) struct Factors<'a> {
    factors: BTreeMap<Trait<'a>, f64>,
    /// Where each test of a file begins; for files with unknown tests.
    lines: BTreeMap<&'a str, Vec<u32>>,
}

impl<'a> Factors<'a> {
    /// From tests of a known duration. `expected` is what a test of a file takes, `mean` one of
    /// the suite, in seconds.
    pub(super) fn of(matching: &Matching<'a>, mean: f64, expected: impl Fn(&str) -> f64) -> Self {
        let mut sums: BTreeMap<Trait<'a>, (f64, f64)> = BTreeMap::new();
        let mut total = (0.0, 0.0);
        let mut all_lines = BTreeMap::new();
        let same_file = |a: &Matched<'_>, b: &Matched<'_>| a.case.key.file == b.case.key.file;
        for tests in matching.tests.chunk_by(same_file) {
            let file = tests[0].case.key.file.as_str();
            let expected = expected(file);
            let mut lines: Vec<u32> = tests.iter().map(|test| test.case.line).collect();
            lines.sort_unstable();
            lines.dedup();
            for test in tests {
                let Some(actual) = test.seconds() else { continue };
                total = (total.0 + actual, total.1 + expected);
                for property in properties(test.case, &lines) {
                    let sum = sums.entry(property).or_default();
                    *sum = (sum.0 + actual, sum.1 + expected);
                }
            }
            if tests.iter().any(|test| test.seconds().is_none()) {
                all_lines.insert(file, lines);
            }
        }
        // What all tests are longer than expected says nothing about a property.
        let all = if total.1 > 0.0 { total.0 / total.1 } else { 1.0 };
        let prior = PRIOR * mean;
        let factor = |(actual, expected): (f64, f64)| {
            let expected = expected * all + prior;
            if expected > 0.0 { (actual + prior) / expected } else { 1.0 }
        };
        let factors = sums.into_iter().map(|(property, sum)| (property, factor(sum))).collect();
        Self { factors, lines: all_lines }
    }

    /// How much longer this test takes than one of its file. Tags often go together: only the one
    /// that makes the greatest difference counts.
    pub(super) fn of_test(&self, case: &TestCase) -> f64 {
        let lines = self.lines.get(case.key.file.as_str()).map_or(&[][..], |lines| lines);
        let difference = |factor: f64| if factor > 1.0 { factor } else { 1.0 / factor };
        let tag = tags(case).map(|tag| self.factor(tag)).fold(1.0, |most, factor| {
            if difference(factor) > difference(most) { factor } else { most }
        });
        let length = length(case, lines).map_or(1.0, |length| self.factor(length));
        self.of_project(&case.key.project) * tag * length
    }

    /// How much longer a project's tests take.
    pub(super) fn of_project(&self, project: &str) -> f64 {
        self.factor(Trait::Project(project))
    }

    fn factor(&self, property: Trait<'_>) -> f64 {
        self.factors.get(&property).copied().unwrap_or(1.0)
    }
}

/// What a test has that may matter. `lines` is where the tests of its file begin, in order.
fn properties<'a>(case: &'a TestCase, lines: &[u32]) -> impl Iterator<Item = Trait<'a>> {
    let project = Trait::Project(&case.key.project);
    tags(case).chain([project]).chain(length(case, lines))
}

/// To have no tag may mean something, too.
fn tags(case: &TestCase) -> impl Iterator<Item = Trait<'_>> {
    let none = case.tags.is_empty().then_some(Trait::Untagged);
    case.tags.iter().map(|tag| Trait::Tag(tag)).chain(none)
}

fn length<'a>(case: &TestCase, lines: &[u32]) -> Option<Trait<'a>> {
    let next = lines.get(lines.partition_point(|&line| line <= case.line))?;
    Some(Trait::Lines((next - case.line).ilog2()))
}
