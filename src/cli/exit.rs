//! Exit codes: they are part of the interface.

use std::process::ExitCode;

use crate::model::outcome::{Conclusion, Outcome};

/// How the tool ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: all passed.
    Passed,
    /// 1: tests failed.
    Failed,
    /// 2: the arguments make no sense.
    Usage,
    /// 3: something planned did not run.
    Incomplete,
    /// 4: there is nothing to run.
    Nothing,
    /// 5: a configuration or input file is bad.
    BadInput,
    /// 6: the sandbox, the queue or the storage is not available.
    NoSandbox,
    /// 130: interrupted; what is known is still reported.
    Interrupted,
}

/// Every way to end, in the order of their numbers.
pub(crate) const EXITS: [Exit; 8] = [
    Exit::Passed,
    Exit::Failed,
    Exit::Usage,
    Exit::Incomplete,
    Exit::Nothing,
    Exit::BadInput,
    Exit::NoSandbox,
    Exit::Interrupted,
];

impl Exit {
    /// The end of a run with this outcome.
    pub(crate) fn of(outcome: &Outcome) -> Self {
        match outcome.conclusion() {
            Conclusion::Passed => Self::Passed,
            Conclusion::Failed => Self::Failed,
            Conclusion::Incomplete => Self::Incomplete,
            Conclusion::Interrupted => Self::Interrupted,
            Conclusion::Empty => Self::Nothing,
        }
    }

    /// In a few words.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Passed => "all passed",
            Self::Failed => "tests failed",
            Self::Usage => "the arguments make no sense",
            Self::Incomplete => "something planned did not run",
            Self::Nothing => "there is nothing to run",
            Self::BadInput => "a configuration or input file is bad",
            Self::NoSandbox => "the sandbox, the queue or the storage is not available",
            Self::Interrupted => "interrupted; what is known is still reported",
        }
    }

    /// The number.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::Nothing => 4,
            Self::BadInput => 5,
            Self::NoSandbox => 6,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
