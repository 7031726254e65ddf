//! One line of our reporter goes in, what it says in our own words comes out.
//!
//! Tests can write to the same file, so a line is foreign text: what cannot be understood is
//! said, never trusted.

use serde::Deserialize;

use crate::model::event::{AttemptId, Event, ListedTest, RunnerVerdict, TestResult};
use crate::wire::event_v1::{ErrorWire, KeyWire, ListedWire, ResultWire, VerdictWire, moment};

/// What the reporter said.
#[derive(Debug, PartialEq)]
pub(crate) enum Said {
    /// Something for the outcome.
    Event(Event),
    /// The runner's last word.
    End(RunnerVerdict),
    /// A remark for the log.
    Note(String),
}

#[derive(Debug, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Line {
    Listed {
        tests: Vec<ListedWire>,
        #[serde(default)]
        up: Option<u64>,
        #[serde(default)]
        at: Option<u64>,
    },
    TestBegin {
        key: KeyWire,
        retry: u32,
        at: u64,
    },
    TestEnd {
        key: KeyWire,
        result: Box<ResultWire>,
    },
    Error {
        error: ErrorWire,
    },
    Note {
        text: String,
    },
    End {
        status: VerdictWire,
    },
}

/// Reads one line that the reporter wrote in attempt `id`.
pub(crate) fn read(id: AttemptId, line: &str) -> Result<Said, serde_json::Error> {
    Ok(match serde_json::from_str(line)? {
        Line::Listed { tests, up, at } => Said::Event(Event::TestsListed {
            id,
            tests: tests.into_iter().map(ListedTest::from).collect(),
            up: up.map(moment),
            at: at.map(moment),
        }),
        Line::TestBegin { key, retry, at } => {
            Said::Event(Event::TestBegan { id, key: key.into(), retry, at: moment(at) })
        }
        Line::TestEnd { key, result } => {
            let result = Box::new(TestResult::from(*result));
            Said::Event(Event::TestEnded { id, key: key.into(), result })
        }
        Line::Error { error } => Said::Event(Event::RunnerError { id, error: error.into() }),
        Line::Note { text } => Said::Note(text),
        Line::End { status } => Said::End(RunnerVerdict::from(status)),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{Said, read};
    use crate::model::event::{AttemptId, RunnerVerdict};
    use crate::model::id::ShardNumber;

    const ID: fn() -> AttemptId = || AttemptId { shard: ShardNumber::at(0), attempt: 1 };

    #[test]
    fn the_last_word_is_understood() {
        let said = read(ID(), r#"{"event":"end","status":"timedout"}"#).unwrap();
        assert_eq!(said, Said::End(RunnerVerdict::TimedOut));
    }

    #[test]
    fn a_forged_line_is_an_error() {
        assert!(read(ID(), r#"{"event":"end"}"#).is_err());
        assert!(read(ID(), "passed!").is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            drop(read(ID(), &text));
        }
    }
}
