//! A quarantine and an outcome go in, what somebody has to do about the quarantine is told.

use crate::cli::streams::Streams;
use crate::model::id::TestKey;
use crate::model::outcome::{Outcome, TestOutcome, Verdict};
use crate::model::quarantine::{Entry, Quarantine, Tests};
use crate::report::text;

/// Warns of entries whose day is over, and, where the outcome holds the `whole` suite, of those
/// that no test fits.
pub(super) fn tell(
    quarantine: &Quarantine,
    outcome: &Outcome,
    is_whole: bool,
    streams: &mut Streams,
) {
    for entry in quarantine.expired() {
        let Entry { owner, expires, reason, .. } = entry;
        let tests = outcome.tests.values().filter(|test| entry.fits(&test.case.key));
        let verdicts: Vec<Verdict> = tests.map(TestOutcome::verdict).collect();
        let what = if verdicts.iter().any(|verdict| verdict.is_failure()) {
            format!("and the failure counts: {owner} has to mend the test or renew it ({reason})")
        } else if verdicts.contains(&Verdict::Passed) {
            format!("and nothing failed: {owner} can remove it")
        } else {
            format!("{owner} has to renew or remove it ({reason})")
        };
        warn(entry, &format!("ended on {expires}, {what}"), streams);
    }
    if is_whole {
        for entry in quarantine.entries.iter().filter(|entry| !is_used(entry, outcome)) {
            warn(entry, &format!("fits no test{}", nearest(entry, outcome)), streams);
        }
    }
}

fn warn(entry: &Entry, what: &str, streams: &mut Streams) {
    let line = entry.line;
    let told = format!("warning: the quarantine of `{entry}` (line {line}) {what}");
    streams.tell_folded(&text::terminal(&told));
}

fn is_used(entry: &Entry, outcome: &Outcome) -> bool {
    outcome.tests.keys().any(|key| entry.fits(key))
}

/// The test whose name is most like that of the entry, if one is.
fn nearest(entry: &Entry, outcome: &Outcome) -> String {
    const ALIKE: f64 = 0.8;
    let wanted = entry.to_string();
    let name = |key: &TestKey| {
        let mut key = key.clone();
        if entry.project.is_none() {
            key.project.clear();
        }
        if entry.tests == Tests::All { key.file } else { key.to_string() }
    };
    let names = outcome.tests.keys().map(name);
    let scored = names.map(|name| (strsim::jaro_winkler(&wanted, &name), name));
    let best = scored.max_by(|one, other| one.0.total_cmp(&other.0));
    match best.filter(|(score, _)| *score >= ALIKE) {
        Some((_, name)) => format!("; the nearest is `{name}`"),
        None => String::new(),
    }
}
