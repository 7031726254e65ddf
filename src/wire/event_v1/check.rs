//! Any bytes go in; what does not hold for them is a panic. For tests and for `fuzz/`.

use crate::model::outcome::Outcome;
use crate::wire::event_v1::{header, read, write};
use crate::wire::plan_v1;

/// A plan that the events may be about.
const PLAN: &str = include_str!("../../../fixtures/wire/plan-v1.json");

/// Reading never panics, whatever can be read is written and read back the same, and it folds to
/// an outcome that holds each test once.
pub(crate) fn check(data: &[u8]) {
    let Ok(events) = read(data) else { return };
    let written = header() + &events.iter().map(write).collect::<String>();
    assert_eq!(read(written.as_bytes()).ok().as_ref(), Some(&events), "{written}");
    let Ok(plan) = plan_v1::read(PLAN) else { panic!("the golden plan is read") };
    let mut outcome = Outcome::of(&plan);
    for event in &events {
        outcome.apply(&plan, event);
    }
    assert_eq!(outcome.counts().total(), outcome.tests.len());
    outcome.conclusion();
}
