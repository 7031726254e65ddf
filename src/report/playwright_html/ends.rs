//! Reports go in; which of their runs did not end well without a test that says why comes out.
//!
//! Only blobs say how a run ended. An HTML report holds the errors outside of any test, a
//! `globalTimeout` that was over among them; the rest of it is counted from its tests.

use crate::report::playwright_html::data::Kind;
use crate::report::playwright_html::input::{Input, Told};
use crate::wire::blob::call::RunStatus;

/// A sentence for each.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// Runs that were cut off, or that nobody knows the end of: something may be missing.
    pub(super) cut_off: Vec<String>,
    /// What makes the whole fail though no test in it does.
    pub(super) failed: Vec<String>,
}

impl Ends {
    /// The end of a run that another try has `outdone` says nothing any more; that flaky tests, of
    /// which there are so many, count as failed holds wherever it was wished.
    pub(super) fn of(inputs: &[Input], outdone: &[bool], flaky: usize) -> Self {
        let mut ends = Self::default();
        for (input, _) in inputs.iter().zip(outdone).filter(|(_, outdone)| !**outdone) {
            let Some(Told { status, fails_on_flaky, .. }) = &input.told else { continue };
            let place = input.place.display();
            match status {
                RunStatus::Passed => {}
                RunStatus::Failed if is_explained(input, *fails_on_flaky) => {}
                RunStatus::Failed => ends
                    .failed
                    .push(format!("the run of `{place}` failed, and nothing in it says why")),
                RunStatus::TimedOut => {
                    ends.cut_off.push(format!("the run of `{place}` was over its global timeout"));
                }
                RunStatus::Interrupted => {
                    ends.cut_off.push(format!("the run of `{place}` was interrupted"));
                }
                RunStatus::Unknown => {
                    ends.cut_off.push(format!("`{place}` does not say how its run ended"));
                }
            }
        }
        let strict = |input: &&Input| input.told.as_ref().is_some_and(|told| told.fails_on_flaky);
        if let (1.., Some(input)) = (flaky, inputs.iter().find(strict)) {
            let tests = if flaky == 1 { "test counts" } else { "tests count" };
            ends.failed.push(format!(
                "{flaky} flaky {tests} as failed: `{}` was run with `failOnFlakyTests`",
                input.place.display()
            ));
        }
        ends
    }
}

/// Whether a test in it or an error outside of any says why its run failed.
fn is_explained(input: &Input, fails_on_flaky: bool) -> bool {
    let bad = |kind| kind == Kind::Unexpected || fails_on_flaky && kind == Kind::Flaky;
    let mut tests = input.report.files.iter().flat_map(|file| &file.tests);
    tests.any(|test| bad(test.head.outcome))
        || !input.report.field::<Vec<String>>("errors").is_empty()
}
