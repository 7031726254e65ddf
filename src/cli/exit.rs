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
    /// 6: the sandbox is not available.
    NoSandbox,
    /// 130: interrupted; what is known is still reported.
    Interrupted,
}

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
