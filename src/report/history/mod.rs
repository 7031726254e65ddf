//! Many runs go in, what they say about single tests and files comes out: flaky, failing and slow
//! ones, as tables and as Markdown.

pub(crate) mod failed;
pub(crate) mod flaky;
pub(crate) mod join;
pub(crate) mod markdown;
pub(crate) mod read;
pub(crate) mod slow;
#[cfg(test)]
pub(crate) mod told;
pub(super) mod words;

use crate::model::findings::{Findings, Top};
use crate::model::history::History;

/// What was found in these runs.
fn findings<T>(history: &History, found: T) -> Findings<T> {
    let times = || history.runs.iter().filter_map(|run| run.at);
    Findings {
        runs: history.runs.len(),
        first: times().min(),
        last: times().max(),
        tests: history.tests.len(),
        found,
    }
}

/// The first of many that are in order already.
fn top<T>(rows: impl ExactSizeIterator<Item = T>, most: usize) -> Top<T> {
    Top { of: rows.len(), rows: rows.take(most).collect() }
}
