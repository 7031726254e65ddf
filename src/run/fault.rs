//! How a sandbox ended and what the runner said last go in, how the attempt ended comes out.

use crate::model::event::{AttemptEnd, Fault, FaultKind, Reason, RunnerVerdict, Usage};
use crate::model::id::TestKey;
use crate::model::symptom::Symptom;
use crate::sandbox::{Ended, Ending, SIGNALLED, SandboxError};

/// What is known when an attempt is over.
pub(super) struct Evidence<'a> {
    pub(super) ended: &'a Result<Ended, SandboxError>,
    /// The runner's last word, if it came.
    pub(super) last_word: Option<RunnerVerdict>,
    /// The runner got so far as to announce its tests.
    pub(super) listed: bool,
    /// It was ended because nothing was heard of it.
    pub(super) stalled: bool,
    /// The last lines of what it printed.
    pub(super) tail: &'a str,
    /// Tests that had begun and not ended.
    pub(super) running: &'a [TestKey],
}

/// Decides. Without the runner's last word no attempt is finished, whatever its exit code.
pub(super) fn judge(evidence: &Evidence<'_>) -> AttemptEnd {
    let Ended { ending, usage } = match evidence.ended {
        Ok(ended) => ended,
        // Whatever they did: in a fresh sandbox it is not there.
        Err(error @ SandboxError::Left { .. }) => {
            return faulted(FaultKind::Crash, &with_sources(error));
        }
        Err(error) => {
            let told = with_sources(error);
            return faulted(seen_in(&told).unwrap_or(FaultKind::EngineGone), &told);
        }
    };
    let while_ran = while_ran(evidence.running);
    let cut = |kind, told: &str| faulted(kind, &format!("{told}{while_ran}"));
    match (ending, evidence.last_word) {
        (Ending::Stopped, _) if evidence.stalled => {
            cut(FaultKind::Stalled, "nothing was heard of it any more (--stall-timeout)")
        }
        // Why, only the dispatcher knows.
        (Ending::Stopped, _) => AttemptEnd::Cancelled(Reason::User),
        (Ending::DiskFull, _) => {
            cut(FaultKind::DiskFull, "it wrote more to disk than it may (--disk)")
        }
        (Ending::TimedOut, _) => {
            cut(FaultKind::TimedOut, "it took longer than its time limit and was killed")
        }
        (Ending::Exited(code) | Ending::OutOfMemory(code), Some(verdict)) if *code < SIGNALLED => {
            // The runner was content, but something in its process was not.
            let unsaid = *code != 0 && verdict == RunnerVerdict::Passed;
            AttemptEnd::Finished(if unsaid { RunnerVerdict::Failed } else { verdict })
        }
        (Ending::OutOfMemory(_), _) => {
            cut(FaultKind::OutOfMemory, "it ran out of memory (raise --memory)")
        }
        (Ending::Exited(code), _) => ended_early(*code, evidence, usage),
    }
}

/// Playwright's process ended before it had come to its own end.
fn ended_early(code: i32, evidence: &Evidence<'_>, usage: &Usage) -> AttemptEnd {
    let how = format!("{}{}", exit(code), while_ran(evidence.running));
    if usage.refused_processes > 0 {
        let times = usage.refused_processes;
        let told = format!("it hit its limit of processes {times} times (raise --pids-limit)");
        return faulted(FaultKind::ProcessLimit, &format!("{told} and ended, {how}"));
    }
    let told = match evidence.last_word {
        Some(_) => format!("Playwright was {} while it wrote its reports", exit(code)),
        None if code >= SIGNALLED => format!("Playwright was {how}"),
        None if code == 0 || evidence.listed => {
            format!("Playwright ended without a last word, {how}")
        }
        None => {
            let told = format!("Playwright ended before its first test, {how}: {}", evidence.tail);
            return faulted(seen_in(evidence.tail).unwrap_or(FaultKind::Config), &told);
        }
    };
    // Of a runner that had come to its tests, they may have printed anything.
    match seen_in(evidence.tail) {
        Some(FaultKind::DiskFull) => {
            faulted(FaultKind::DiskFull, &format!("{told}: {}", evidence.tail))
        }
        _ => faulted(FaultKind::Crash, &told),
    }
}

/// Which tests ran at the end, for people: one of them may be its cause.
fn while_ran(running: &[TestKey]) -> String {
    /// More names than these say nothing.
    const NAMED: usize = 3;
    if running.is_empty() {
        return String::new();
    }
    let names: Vec<String> = running.iter().take(NAMED).map(|key| format!("`{key}`")).collect();
    let more = running.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(" while {}{more} ran", names.join(", "))
}

/// The fault that a text tells of, where it is one of the sandbox's file systems.
fn seen_in(text: &str) -> Option<FaultKind> {
    match Symptom::of(text)? {
        Symptom::NoSpace => Some(FaultKind::DiskFull),
        Symptom::Unwritable => Some(FaultKind::Unwritable),
        Symptom::Crash | Symptom::NoBrowser => None,
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
    use crate::model::id::TestKey;
    use crate::sandbox::{Ended, Ending, SandboxError};

    /// As Linux and macOS number it.
    const ENOSPC: i32 = 28;

    fn kind(
        ending: Ending,
        last_word: Option<RunnerVerdict>,
        listed: bool,
    ) -> Result<RunnerVerdict, Option<FaultKind>> {
        let ended: Result<Ended, SandboxError> = Ok(ending.into());
        match judge(&Evidence {
            ended: &ended,
            last_word,
            listed,
            stalled: false,
            tail: "",
            running: &[],
        }) {
            AttemptEnd::Finished(verdict) => Ok(verdict),
            AttemptEnd::Faulted(fault) => Err(Some(fault.kind)),
            AttemptEnd::Cancelled(_) => Err(None),
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
    fn a_full_disk_is_told_from_a_crash_and_a_bad_configuration() {
        let ended = |code| Ok(Ending::Exited(code).into());
        let kind = |ended: &Result<Ended, SandboxError>, listed, tail| match judge(&Evidence {
            ended,
            last_word: None,
            listed,
            stalled: false,
            tail,
            running: &[],
        }) {
            AttemptEnd::Faulted(fault) => fault.kind,
            end @ (AttemptEnd::Finished(_) | AttemptEnd::Cancelled(_)) => panic!("{end:?}"),
        };
        let full = "Error: ENOSPC: no space left on device, write";
        let locked = "Error: EROFS: read-only file system, mkdir '/workspace/x'";
        assert_eq!(kind(&ended(1), true, full), FaultKind::DiskFull);
        assert_eq!(kind(&ended(1), false, full), FaultKind::DiskFull);
        assert_eq!(kind(&ended(1), false, locked), FaultKind::Unwritable);
        assert_eq!(kind(&ended(1), true, "Error: boom"), FaultKind::Crash);
        assert_eq!(kind(&ended(1), true, locked), FaultKind::Crash);
        let write = SandboxError::Write {
            path: "out".into(),
            source: std::io::Error::from_raw_os_error(ENOSPC),
        };
        assert_eq!(kind(&Err(write), false, ""), FaultKind::DiskFull);
        let source = std::io::ErrorKind::PermissionDenied.into();
        let left = SandboxError::Left { path: "out".into(), source };
        assert_eq!(kind(&Err(left), false, ""), FaultKind::Crash);
    }

    #[test]
    fn the_tests_that_ran_are_named_some_of_them() {
        let key = |title: &str| TestKey {
            file: "a.spec.ts".into(),
            project: String::new(),
            titles: vec![title.into()],
            repeat: 0,
        };
        let running = ["one", "two", "three", "four", "five"].map(key);
        let told = |ending: Ending, count| {
            let (ended, running) = (Ok(ending.into()), &running[..count]);
            let (last_word, listed, stalled, tail) = (None, true, false, "");
            match judge(&Evidence { ended: &ended, last_word, listed, stalled, tail, running }) {
                AttemptEnd::Faulted(fault) => fault.message,
                end @ (AttemptEnd::Finished(_) | AttemptEnd::Cancelled(_)) => panic!("{end:?}"),
            }
        };
        let memory = "it ran out of memory (raise --memory)";
        assert_eq!(told(Ending::OutOfMemory(137), 0), memory);
        let one = format!("{memory} while `a.spec.ts › one` ran");
        assert_eq!(told(Ending::OutOfMemory(137), 1), one);
        let crash = "Playwright was killed (exit code 137) while `a.spec.ts › one`, \
                     `a.spec.ts › two`, `a.spec.ts › three` and 2 more ran";
        assert_eq!(told(Ending::Exited(137), 5), crash);
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
