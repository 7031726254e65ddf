//! A suite and its history go in; what every test is taken to need comes out, and how much of it
//! is known.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::suite::{GroupKind, Source, Suite};
use crate::model::timings::{Estimate, Estimates, Timing, Timings};

/// What a test is taken to need where nothing at all is known.
const UNHEARD_OF: Duration = Duration::from_secs(1);

/// What every test case of `suite` is taken to need: its own history; else the median of its
/// file's known tests; else the median of the suite's known tests; else one second.
pub(crate) fn estimates(suite: &Suite, timings: &Timings) -> Estimates {
    let history = history(suite, timings);
    let mut by_file: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for test in suite.tests() {
        let timing = history.get(&first(&test.key)).and_then(|timing| timing.duration);
        by_file.entry(&test.key.file).or_default().extend(timing);
    }
    let fallback = median(by_file.values().flatten().copied().collect()).unwrap_or(UNHEARD_OF);
    let medians: BTreeMap<&str, Duration> =
        by_file.into_iter().filter_map(|(file, known)| Some((file, median(known)?))).collect();
    let of = |key: &TestKey| {
        let timing = history.get(&first(key));
        let duration = timing.and_then(|timing| timing.duration);
        let guess = || medians.get(key.file.as_str()).copied().unwrap_or(fallback);
        let duration = duration.unwrap_or_else(guess);
        (key.clone(), Estimate { duration, last: timing.map(|timing| timing.last) })
    };
    let listed = suite.tests().map(|test| &test.key);
    let tests = listed.chain(unlisted(suite, &history)).map(of).collect();
    Estimates { tests, fallback, costs: timings.costs }
}

/// How much of a suite the history knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coverage {
    /// Dealt and shared test cases with a known duration.
    pub(crate) known: usize,
    pub(crate) total: usize,
    /// Set where the history has entries and yet not one of the suite's files.
    pub(crate) mismatch: Option<Mismatch>,
}

/// No file of the suite is in the history: its paths are probably relative to another folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// How many spec files the suite has.
    pub(crate) files: usize,
    /// A file as the suite names it; untrusted text.
    pub(crate) ours: String,
    /// A file as the history names it, with the same last part where there is one.
    pub(crate) theirs: String,
}

/// How much of `suite` is known.
pub(crate) fn known(suite: &Suite, timings: &Timings) -> Coverage {
    let history = history(suite, timings);
    let has = |key: &TestKey| history.get(&first(key)).is_some_and(|t| t.duration.is_some());
    Coverage {
        known: suite.tests().filter(|test| has(&test.key)).count(),
        total: suite.tests().count(),
        mismatch: mismatch(suite, timings),
    }
}

fn mismatch(suite: &Suite, timings: &Timings) -> Option<Mismatch> {
    let dealt = suite.groups.iter().map(|group| group.file.as_str());
    let ours: BTreeSet<&str> =
        dealt.chain(suite.shared.iter().map(|test| test.key.file.as_str())).collect();
    let theirs: BTreeSet<&str> = timings.tests.keys().map(|key| key.file.as_str()).collect();
    if !ours.is_disjoint(&theirs) {
        return None;
    }
    let named: BTreeMap<&str, &str> = theirs.iter().map(|file| (last_part(file), *file)).collect();
    let alike = ours.iter().find_map(|file| Some((*file, *named.get(last_part(file))?)));
    let any = || Some((*ours.first()?, *theirs.first()?));
    let (our, their) = alike.or_else(any)?;
    Some(Mismatch { files: ours.len(), ours: our.to_owned(), theirs: their.to_owned() })
}

fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The history by the keys that the suite uses. Where a scan cannot read the projects from the
/// configuration it names none: such a test is what all projects' tests of its name are together.
fn history<'a>(suite: &Suite, timings: &'a Timings) -> Cow<'a, BTreeMap<TestKey, Timing>> {
    match suite.source {
        Source::Playwright => Cow::Borrowed(&timings.tests),
        Source::Scan => {
            let named = timings.tests.iter().filter(|(key, _)| !key.project.is_empty());
            let mut together: BTreeMap<TestKey, Timing> =
                named.map(|(key, timing)| (key.clone(), *timing)).collect();
            for (key, timing) in &timings.tests {
                let key = TestKey { project: String::new(), ..key.clone() };
                let sum = together.entry(key).or_insert(Timing { duration: None, ..*timing });
                sum.duration = match (sum.duration, timing.duration) {
                    (Some(sum), Some(more)) => Some(sum.saturating_add(more)),
                    (sum, more) => sum.or(more),
                };
                sum.last = sum.last.max(timing.last);
            }
            for (key, timing) in &timings.tests {
                together.entry(key.clone()).or_insert(*timing);
            }
            Cow::Owned(together)
        }
    }
}

/// What the history knows of files whose tests the suite does not list one by one.
fn unlisted<'a>(
    suite: &Suite,
    history: &'a BTreeMap<TestKey, Timing>,
) -> impl Iterator<Item = &'a TestKey> {
    let opaque = suite.groups.iter().filter(|group| group.kind == GroupKind::Opaque);
    let files: BTreeSet<(String, String)> =
        opaque.map(|group| (group.file.clone(), group.project.clone())).collect();
    files.into_iter().flat_map(|(file, project)| {
        let begin =
            TestKey { file: file.clone(), project: project.clone(), titles: vec![], repeat: 0 };
        let keys = history.range(begin..).map(|(key, _)| key);
        keys.take_while(move |key| key.file == file && key.project == project)
    })
}

/// The key under which all repetitions of a test are kept.
fn first(key: &TestKey) -> Cow<'_, TestKey> {
    if key.repeat == 0 {
        Cow::Borrowed(key)
    } else {
        Cow::Owned(TestKey { repeat: 0, ..key.clone() })
    }
}

/// The median; the mean of the middle two of an even number.
fn median(mut durations: Vec<Duration>) -> Option<Duration> {
    durations.sort_unstable();
    let upper = *durations.get(durations.len() / 2)?;
    let lower =
        if durations.len().is_multiple_of(2) { durations[durations.len() / 2 - 1] } else { upper };
    Some((lower + upper) / 2)
}

#[cfg(test)]
mod tests;
