//! One run goes in, as an outcome or as another tool tells it; what a history keeps of it comes out.

use crate::model::event::Status;
use crate::model::history::{End, Execution, Ran, Record, Roots, Run};
use crate::model::outcome::{Outcome, TestOutcome, TestRun};
use crate::report::facts;
use crate::report::text;

/// What is kept of an error, in characters: a line of it is all that is shown.
const MOST: usize = 300;

/// A run that was read from a folder.
pub(crate) fn record(
    outcome: &Outcome,
    from: String,
    (commit, branch): (Option<String>, Option<String>),
    roots: Roots,
) -> Record {
    let at = outcome.started;
    let tests = outcome.tests.values().map(|test| (test.case.key.clone(), ran(test)));
    Record {
        run: Run { from, at, commit, branch },
        digest: Some(outcome.digest.clone()),
        roots,
        tests: tests.collect(),
    }
}

/// A run that was read from a file, with its errors as those of a folder are kept.
pub(crate) fn tidied(mut record: Record) -> Record {
    for ran in record.tests.values_mut() {
        for execution in &mut ran.executions {
            execution.error = first_line(&execution.error);
        }
    }
    record
}

fn ran(test: &TestOutcome) -> Ran {
    Ran {
        run: 0,
        verdict: test.verdict(),
        executions: facts::executions(test).map(execution).collect(),
        shards: facts::shards(test).into_iter().collect(),
    }
}

fn execution(run: &TestRun) -> Execution {
    let (end, error) = match run.result.status {
        Status::Interrupted | Status::Skipped => (End::Skipped, String::new()),
        status if status == run.result.expected => (End::Well, String::new()),
        Status::Passed | Status::Failed | Status::TimedOut => {
            (End::Ill, first_line(&facts::run_message(run)))
        }
    };
    Execution { end, duration: run.result.duration, error }
}

/// The first line that says something, without colours and not too long.
fn first_line(message: &str) -> String {
    let plain = text::strip_ansi(message);
    let line = plain.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.chars().take(MOST).collect()
}
