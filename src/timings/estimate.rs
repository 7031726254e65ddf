//! A suite and its history go in; what every test is taken to need comes out, and how much of it
//! is known.

mod coverage;
mod matching;
mod renamed;
mod traits;
mod unknown;
mod whole;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::per_test::PerTest;
use crate::model::suite::{GroupKind, Suite};
use crate::model::timings::{Estimate, Estimates, Timing, Timings};
use matching::{Matching, history};
use unknown::Guesses;
use whole::Shares;

pub(crate) use coverage::{Coverage, Mismatch, known, mismatch};

/// What every test case of `suite` is taken to need: what its history says, under an older name
/// where it is plainly the same test; else what the user says; else a guess from the known tests
/// around it. At the pace of the history, which the costs carry along.
pub(crate) fn estimates(suite: &Suite, timings: &Timings, wishes: &PerTest) -> Estimates {
    let history = history(suite, timings);
    let matching = matched(suite, &history);
    let guesses = Guesses::of(&matching);
    let shares = Shares::of(&matching);
    let estimate = |timing: Option<Timing>, guess: &dyn Fn() -> f64| {
        let known = timing.and_then(|timing| timing.duration);
        let duration = known.unwrap_or_else(|| seconds(guess()));
        let flaky = timing.map_or(0, |timing| timing.flaky);
        Estimate { duration, last: timing.map(|timing| timing.last), flaky }
    };
    let listed = matching.tests.iter().map(|test| {
        let guess = || {
            let said = || wishes.estimate(test.case).map(|wish| wish.as_secs_f64());
            let share = shares.of_test(test.case).or_else(said);
            share.unwrap_or_else(|| guesses.of_test(test.case))
        };
        (test.case.key.clone(), estimate(test.timing, &guess))
    });
    let tests: HashMap<TestKey, Estimate> = listed.collect();
    let mut files: BTreeMap<(String, String), Duration> = BTreeMap::new();
    for (key, timing) in unlisted(suite, &matching) {
        let time = files.entry((key.file.clone(), key.project.clone())).or_default();
        *time += estimate(Some(timing), &|| guesses.mean).duration;
    }
    Estimates { tests, unlisted: files, fallback: seconds(guesses.mean), costs: timings.costs }
}

/// The suite beside its history, renamed files and moved tests included.
fn matched<'a>(suite: &'a Suite, history: &'a BTreeMap<TestKey, Timing>) -> Matching<'a> {
    let mut matching = Matching::of(suite, history);
    renamed::inherit(&mut matching, suite);
    matching
}

/// What the history knows of files whose tests the suite does not list one by one.
fn unlisted<'a>(
    suite: &Suite,
    matching: &Matching<'a>,
) -> impl Iterator<Item = (&'a TestKey, Timing)> {
    let opaque = suite.groups.iter().filter(|group| group.kind == GroupKind::Opaque);
    let files: BTreeSet<(&str, &str)> =
        opaque.map(|group| (group.file.as_str(), group.project.as_str())).collect();
    let within = move |key: &TestKey| files.contains(&(&key.file, &key.project));
    matching.rest.iter().map(|entry| (entry.key, entry.timing)).filter(move |(key, _)| within(key))
}

/// A guess as a duration.
fn seconds(guess: f64) -> Duration {
    Duration::try_from_secs_f64(guess).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests;
