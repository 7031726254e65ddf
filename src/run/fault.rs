//! How a sandbox ended and what the runner said last go in, how the attempt ended comes out.

use crate::model::event::{AttemptEnd, Fault, FaultKind, RunnerVerdict};
use crate::sandbox::{Ending, SandboxError};

/// What is known when an attempt is over.
pub(super) struct Evidence<'a> {
    pub(super) ending: &'a Result<Ending, SandboxError>,
    /// The runner's last word, if it came.
    pub(super) last_word: Option<RunnerVerdict>,
    /// The runner got so far as to announce its tests.
    pub(super) listed: bool,
    /// The last lines of what it printed.
    pub(super) tail: &'a str,
}

/// A process that a signal ended has this exit code and the signal's number.
const SIGNALLED: i32 = 128;

/// Decides. Without the runner's last word no attempt is finished, whatever its exit code.
pub(super) fn judge(evidence: &Evidence<'_>) -> AttemptEnd {
    match (evidence.ending, evidence.last_word) {
        (Ok(Ending::Stopped), _) => AttemptEnd::Cancelled,
        (Ok(Ending::TimedOut), _) => {
            faulted(FaultKind::TimedOut, "it took longer than its time limit and was killed")
        }
        (Ok(Ending::Exited(code)), last_word) if *code >= SIGNALLED => faulted(
            FaultKind::Crash,
            &match last_word {
                Some(_) => format!("Playwright was {} while it wrote its reports", exit(*code)),
                None => format!("Playwright was {}", exit(*code)),
            },
        ),
        (Ok(Ending::Exited(0)), Some(verdict)) => AttemptEnd::Finished(verdict),
        // The runner was content, but something in its process was not.
        (Ok(Ending::Exited(_) | Ending::OutOfMemory(_)), Some(RunnerVerdict::Passed)) => {
            AttemptEnd::Finished(RunnerVerdict::Failed)
        }
        (Ok(Ending::Exited(_) | Ending::OutOfMemory(_)), Some(verdict)) => {
            AttemptEnd::Finished(verdict)
        }
        (Ok(Ending::OutOfMemory(_)), None) => {
            faulted(FaultKind::OutOfMemory, "it ran out of memory (raise --memory)")
        }
        (Ok(Ending::Exited(code)), None) if evidence.listed || *code == 0 => faulted(
            FaultKind::Crash,
            &format!("Playwright ended without a last word, {}", exit(*code)),
        ),
        (Ok(Ending::Exited(code)), None) => faulted(
            FaultKind::Config,
            &format!("Playwright ended before its first test, {}: {}", exit(*code), evidence.tail),
        ),
        (Err(error), _) => faulted(FaultKind::EngineGone, &with_sources(error)),
    }
}

fn faulted(kind: FaultKind, message: &str) -> AttemptEnd {
    AttemptEnd::Faulted(Fault { kind, message: message.to_owned() })
}

fn exit(code: i32) -> String {
    match code {
        137 => "killed (exit code 137)".to_owned(),
        SIGNALLED.. => format!("ended by signal {} (exit code {code})", code - SIGNALLED),
        _ => format!("exit code {code}"),
    }
}

pub(super) fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Evidence, judge};
    use crate::model::event::{AttemptEnd, FaultKind, RunnerVerdict};
    use crate::sandbox::{Ending, SandboxError};

    fn kind(
        ending: Ending,
        last_word: Option<RunnerVerdict>,
        listed: bool,
    ) -> Result<RunnerVerdict, Option<FaultKind>> {
        let ending: Result<Ending, SandboxError> = Ok(ending);
        match judge(&Evidence { ending: &ending, last_word, listed, tail: "" }) {
            AttemptEnd::Finished(verdict) => Ok(verdict),
            AttemptEnd::Faulted(fault) => Err(Some(fault.kind)),
            AttemptEnd::Cancelled => Err(None),
        }
    }

    #[test]
    fn exit_code_0_without_a_last_word_is_a_crash() {
        assert_eq!(kind(Ending::Exited(0), None, true), Err(Some(FaultKind::Crash)));
    }

    #[test]
    fn a_content_runner_with_a_bad_exit_code_has_failed() {
        let ended = kind(Ending::Exited(1), Some(RunnerVerdict::Passed), true);
        assert_eq!(ended, Ok(RunnerVerdict::Failed));
    }

    #[test]
    fn an_end_before_the_first_test_is_the_configuration() {
        assert_eq!(kind(Ending::Exited(1), None, false), Err(Some(FaultKind::Config)));
    }

    #[test]
    fn an_end_by_a_signal_is_a_crash_whenever_it_comes() {
        for last_word in [None, Some(RunnerVerdict::Passed), Some(RunnerVerdict::Failed)] {
            for listed in [false, true] {
                let ended = kind(Ending::Exited(137), last_word, listed);
                assert_eq!(ended, Err(Some(FaultKind::Crash)));
            }
        }
        assert_eq!(kind(Ending::Exited(0), None, false), Err(Some(FaultKind::Crash)));
    }

    #[test]
    fn the_last_word_counts_where_the_process_ended_well() {
        for verdict in [RunnerVerdict::Passed, RunnerVerdict::Failed, RunnerVerdict::TimedOut] {
            assert_eq!(kind(Ending::Exited(0), Some(verdict), true), Ok(verdict));
        }
    }

    #[test]
    fn a_stop_that_was_wished_is_no_fault() {
        assert_eq!(kind(Ending::Stopped, Some(RunnerVerdict::Interrupted), true), Err(None));
    }
}
