//! What a line of the log can say.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::model::outcome::{Conclusion, Outcome};
use crate::wire::event_v1::{EndWire, IdWire, KeyWire, ReasonWire, StatusWire};

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// One thing that happened or was decided. Times are milliseconds.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(crate) enum Entry {
    /// Who runs what; `shards` are those of this run, which may be one of a matrix.
    PlanMade {
        digest: String,
        strategy: String,
        tests: usize,
        predicted_ms: u64,
        shards: Vec<Part>,
    },
    RunStarted {
        digest: String,
    },
    AttemptStarted {
        #[serde(flatten)]
        id: IdWire,
    },
    /// From another shard to this one.
    TestsMoved {
        #[serde(flatten)]
        id: IdWire,
        from: u32,
        tests: usize,
    },
    TestsListed {
        #[serde(flatten)]
        id: IdWire,
        tests: usize,
    },
    TestBegan {
        #[serde(flatten)]
        id: IdWire,
        #[serde(flatten)]
        key: KeyWire,
        retry: u32,
    },
    TestEnded {
        #[serde(flatten)]
        id: IdWire,
        #[serde(flatten)]
        key: KeyWire,
        retry: u32,
        status: StatusWire,
        duration_ms: u64,
    },
    /// It ended otherwise than it declares; a later try may be better.
    TestFailed {
        #[serde(flatten)]
        id: IdWire,
        #[serde(flatten)]
        key: KeyWire,
        retry: u32,
        status: StatusWire,
        message: String,
    },
    /// An error outside of any test.
    RunnerError {
        #[serde(flatten)]
        id: IdWire,
        message: String,
        location: String,
    },
    SandboxUsed {
        #[serde(flatten)]
        id: IdWire,
        peak_memory_bytes: Option<u64>,
        cpu_ms: Option<u64>,
        refused_processes: u64,
        out_of_memory: bool,
    },
    AttemptEnded {
        #[serde(flatten)]
        id: IdWire,
        #[serde(flatten)]
        end: EndWire,
    },
    /// What an attempt left is tried again after a wait; `put_off` comes when the others are done.
    AttemptAgain {
        #[serde(flatten)]
        id: IdWire,
        why: &'static str,
        tests: usize,
        put_off: Vec<KeyWire>,
        delay_ms: u64,
    },
    /// Nothing was heard of it for so long.
    AttemptSilent {
        #[serde(flatten)]
        id: IdWire,
        silent_ms: u64,
    },
    /// All shards are to end: in order, or now.
    RunStopping {
        reason: ReasonWire,
        now: bool,
    },
    RunEnded,
    /// A line that a shard printed.
    Printed {
        #[serde(flatten)]
        id: IdWire,
        text: String,
    },
    /// A remark.
    Note {
        #[serde(flatten)]
        id: Option<IdWire>,
        message: String,
    },
    Warning {
        message: String,
    },
    /// Why the tool ends without having done what was asked.
    Error {
        message: String,
        caused_by: Vec<String>,
        details: Vec<String>,
        hint: Option<String>,
        exit_code: u8,
    },
    /// The last line. Without a run there are no numbers.
    Summary {
        exit_code: u8,
        #[serde(flatten)]
        numbers: Option<Numbers>,
    },
    /// For whoever looks for a mistake of the tool.
    #[serde(untagged)]
    Diagnostic {
        event: String,
        #[serde(flatten)]
        fields: BTreeMap<&'static str, Scalar>,
    },
}

/// One shard of a plan.
#[derive(Debug, Serialize)]
pub(crate) struct Part {
    pub(crate) shard: u32,
    pub(crate) tests: usize,
    pub(crate) predicted_ms: u64,
}

/// The sums of a run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Numbers {
    conclusion: &'static str,
    tests: usize,
    passed: usize,
    failed: usize,
    timed_out: usize,
    /// How many of these two are quarantined.
    quarantined: usize,
    flaky: usize,
    skipped: usize,
    interrupted: usize,
    not_run: usize,
    elapsed_ms: u64,
}

/// The value of a diagnostic's field.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Scalar {
    Number(i64),
    Truth(bool),
    Text(String),
}

impl Numbers {
    /// Those of a run.
    pub(crate) fn of(outcome: &Outcome) -> Self {
        let counts = outcome.counts();
        Self {
            conclusion: match outcome.conclusion() {
                Conclusion::Passed => "passed",
                Conclusion::Failed => "failed",
                Conclusion::Incomplete => "incomplete",
                Conclusion::Interrupted => "interrupted",
                Conclusion::Empty => "empty",
            },
            tests: counts.total(),
            passed: counts.passed,
            failed: counts.failed,
            timed_out: counts.timed_out,
            quarantined: counts.quarantined,
            flaky: counts.flaky,
            skipped: counts.skipped,
            interrupted: counts.interrupted,
            not_run: counts.not_run,
            elapsed_ms: millis(outcome.elapsed()),
        }
    }
}

/// A duration as JSON has it.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
