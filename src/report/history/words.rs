//! A finding goes in, its figures as people read them come out: the same in tables and in Markdown.

use crate::model::event::UnixMillis;
use crate::model::findings::{FailedTest, Findings, FlakyTest, Healed, Slower};
use crate::model::id::ShardNumber;
use crate::report::facts::{number_of, time, timestamp};

/// `41 runs from 2026-10-01 to 2026-11-20, 312 tests`.
pub(crate) fn heading<T>(findings: &Findings<T>) -> String {
    let (runs, tests) = (number_of(findings.runs, "run"), number_of(findings.tests, "test"));
    let span = match (findings.first, findings.last) {
        (Some(first), Some(last)) if day(Some(first)) == day(Some(last)) => {
            format!(" of {}", day(Some(last)))
        }
        (Some(first), Some(last)) => format!(" from {} to {}", day(Some(first)), day(Some(last))),
        _ => String::new(),
    };
    format!("{runs}{span}, {tests}")
}

/// The day in UTC; a dash where it is not known.
pub(crate) fn day(at: Option<UnixMillis>) -> String {
    let moment = at.and_then(timestamp);
    moment.and_then(|text| text.get(..10).map(str::to_owned)).unwrap_or_else(|| "–".to_owned())
}

/// `3 of 41`.
pub(crate) fn part(some: usize, all: usize) -> String {
    format!("{some} of {all}")
}

/// `7 %`, rounded; what is not nothing is 1 % at least.
pub(crate) fn rate(test: &FlakyTest) -> String {
    let percent = (test.flaky * 100 + test.runs / 2) / test.runs.max(1);
    format!("{} %", percent.max(1))
}

/// What the quarantine says of a test; empty where it says nothing.
pub(crate) fn quarantine(test: &FlakyTest) -> String {
    test.quarantine.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// An entry of the quarantine that is of no use any more.
pub(crate) fn healed(entry: &Healed) -> String {
    let Healed { name, owner, runs } = entry;
    format!("the quarantine of `{name}` ({owner}) may go: it passed the last {runs} runs")
}

/// What became of a test that failed.
pub(crate) fn state(test: &FailedTest) -> String {
    match test.streak {
        0 => "passes again".to_owned(),
        1 => "failed in the last run".to_owned(),
        streak => format!("{streak} in a row"),
    }
}

/// The error of a test that failed, and whether it is always that.
pub(crate) fn error(test: &FailedTest) -> String {
    match (test.error.is_empty(), test.same) {
        (true, _) => String::new(),
        (false, true) => test.error.clone(),
        (false, false) => format!("{} (not always the same)", test.error),
    }
}

/// `slower: 2.0 s → 3.4 s since 2026-11-03`; empty where nothing got slower.
pub(crate) fn slower(slower: Option<&Slower>) -> String {
    slower.map_or_else(String::new, |found| {
        let Slower { since, before, after } = found;
        format!("slower: {} → {} since {}", time(*before), time(*after), day(*since))
    })
}

/// `shard 2`, `shards 1, 2`; empty where nobody says which.
pub(crate) fn shards(shards: &[ShardNumber]) -> String {
    let numbers: Vec<String> = shards.iter().map(ToString::to_string).collect();
    match numbers.len() {
        0 => String::new(),
        1 => format!("shard {}", numbers[0]),
        _ => format!("shards {}", numbers.join(", ")),
    }
}
