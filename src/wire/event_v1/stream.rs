//! A file of events: written line by line as things happen, read back whole.

use std::io::{BufRead, Read};

use serde::{Deserialize, Serialize};

use crate::model::event::Event;
use crate::wire::event_v1::line::EventWire;

const FORMAT: &str = "shardwright.events";
const VERSION: u32 = 1;
/// In bytes. A result with all its output has a few megabytes.
const LONGEST: u64 = 256 << 20;

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
}

/// Why a file of events could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventsError {
    #[error("cannot read the events")]
    Read(#[from] std::io::Error),
    #[error("line 1 is not the header of a `{FORMAT}` file")]
    NoHeader,
    #[error("it was written by a newer shardwright (version {0}; this one reads up to {VERSION})")]
    Newer(u32),
    #[error("line {0} is longer than any event")]
    TooLong(usize),
    #[error("line {line} is not an event")]
    BadLine { line: usize, source: serde_json::Error },
}

/// The first line of a file, with its line feed.
pub(crate) fn header() -> String {
    as_line(&Header { format: FORMAT.to_owned(), version: VERSION })
}

/// One event as a line, with its line feed.
pub(crate) fn write(event: &Event) -> String {
    as_line(&EventWire::from(event))
}

fn as_line<T: Serialize>(value: &T) -> String {
    // These types hold nothing that JSON cannot say.
    let mut line = serde_json::to_string(value).unwrap_or_default();
    line.push('\n');
    line
}

/// Reads all events. A last line without its line feed was torn by a kill and is left out.
pub(crate) fn read(mut text: impl BufRead) -> Result<Vec<Event>, EventsError> {
    // Bytes: a kill can tear a character, too.
    let mut line = Vec::new();
    text.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
    let header = line.strip_suffix(b"\n").and_then(|line| serde_json::from_slice(line).ok());
    let header: Header = header.ok_or(EventsError::NoHeader)?;
    if header.format != FORMAT {
        return Err(EventsError::NoHeader);
    }
    if header.version == 0 {
        return Err(EventsError::NoHeader);
    }
    if header.version > VERSION {
        return Err(EventsError::Newer(header.version));
    }
    let mut events = Vec::new();
    for number in 2.. {
        line.clear();
        let read = text.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
        let whole = line.ends_with(b"\n");
        if read as u64 == LONGEST && !whole {
            return Err(EventsError::TooLong(number));
        }
        if !whole {
            break;
        }
        let event: EventWire = serde_json::from_slice(&line)
            .map_err(|source| EventsError::BadLine { line: number, source })?;
        events.push(event.into());
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{EventsError, header, read, write};
    use crate::model::event::{
        Annotation, Attachment, AttemptEnd, AttemptId, Event, Fault, FaultKind, Judged, ListedTest,
        Reason, RunnerVerdict, Status, TestError, TestResult, UnixMillis, Usage,
    };
    use crate::model::id::{PlanDigest, ShardNumber, TestKey};
    use crate::wire::event_v1::check;

    fn key() -> TestKey {
        TestKey {
            file: "a.spec.ts".into(),
            project: "chromium".into(),
            titles: vec!["› > \" ]]> \u{1b}[31m ::error:: \\ 🛒".into(), "x".into()],
            repeat: 1,
        }
    }

    fn result() -> TestResult {
        TestResult {
            status: Status::TimedOut,
            expected: Status::Passed,
            retry: 2,
            again: false,
            started: UnixMillis(17),
            duration: Duration::from_millis(1234),
            worker: 1,
            process: None,
            warmup: Duration::ZERO,
            errors: vec![TestError { message: "boom".into(), ..TestError::default() }],
            attachments: vec![Attachment {
                name: "shot".into(),
                content_type: "image/png".into(),
                path: Some("/x/y.png".into()),
            }],
            annotations: vec![Annotation { kind: "issue".into(), description: "#1".into() }],
            stdout: "out\n".into(),
            stderr: String::new(),
        }
    }

    fn one_of_each() -> Vec<Event> {
        let id = AttemptId { shard: ShardNumber::at(2), attempt: 1 };
        let at = UnixMillis(99);
        let listed = ListedTest {
            key: key(),
            runner_id: "a-b".into(),
            tags: vec!["@x".into()],
            line: 3,
            column: 5,
            shared: true,
            serial: None,
        };
        let fault = Fault { kind: FaultKind::Crash, message: "gone".into() };
        let usage = Usage {
            peak_memory: Some(5 << 20),
            cpu: Some(Duration::from_millis(1500)),
            refused_processes: 2,
            out_of_memory: true,
        };
        vec![
            Event::RunStarted {
                digest: PlanDigest("abc".into()),
                at,
                sources: None,
                build: None,
                judged: Judged::default(),
            },
            Event::AttemptStarted { id, at },
            Event::TestsListed { id, tests: vec![listed], up: None, at: None },
            Event::TestBegan { id, key: key(), retry: 0, at },
            Event::TestEnded { id, key: key(), result: Box::new(result()) },
            Event::RunnerError { id, error: TestError::default() },
            Event::AttemptEnded { id, end: AttemptEnd::Finished(RunnerVerdict::TimedOut), at },
            Event::AttemptEnded { id, end: AttemptEnd::Faulted(fault), at },
            Event::AttemptEnded { id, end: AttemptEnd::Cancelled(Reason::User), at },
            Event::RunEnded { at },
            Event::TestsMoved { id, from: ShardNumber::at(1), keys: vec![key()], drawn: false },
            Event::TestsMoved { id, from: ShardNumber::at(2), keys: vec![key()], drawn: true },
            Event::SandboxUsed { id, usage },
            Event::RunStarted {
                digest: PlanDigest("abc".into()),
                at,
                sources: Some("web/tests".into()),
                build: None,
                judged: Judged::default(),
            },
            Event::RunStarted {
                digest: PlanDigest("abc".into()),
                at,
                sources: None,
                build: Some("77".into()),
                judged: Judged { fails_on_flaky: true, has_quarantine: true },
            },
        ]
    }

    #[test]
    fn every_event_comes_back_as_it_was() {
        let events = one_of_each();
        let text = header() + &events.iter().map(write).collect::<String>();
        assert_eq!(text.lines().count(), events.len() + 1);
        assert_eq!(read(text.as_bytes()).unwrap(), events);
    }

    #[test]
    fn the_moments_of_a_start_come_back_and_may_be_missing() {
        let id = AttemptId { shard: ShardNumber::at(0), attempt: 1 };
        for (up, at) in [(None, Some(UnixMillis(7))), (Some(UnixMillis(5)), Some(UnixMillis(7)))] {
            let event = Event::TestsListed { id, tests: Vec::new(), up, at };
            let text = header() + &write(&event);
            assert_eq!(read(text.as_bytes()).unwrap(), [event]);
        }
    }

    #[test]
    fn a_torn_last_line_is_left_out() {
        let events = one_of_each();
        let text = header() + &events.iter().map(write).collect::<String>();
        assert_eq!(read(&text.as_bytes()[..text.len() - 1]).unwrap().len(), events.len() - 1);
    }

    #[test]
    fn cut_anywhere_no_whole_line_is_lost() {
        let events = one_of_each();
        let text = header() + &events.iter().map(write).collect::<String>();
        for cut in header().len()..=text.len() {
            let torn = &text.as_bytes()[..cut];
            let whole = torn.split(|byte| *byte == b'\n').count() - 2;
            let read = read(torn).unwrap_or_else(|error| panic!("cut at {cut}: {error}"));
            assert_eq!(read, events[..whole], "cut at {cut}");
        }
        for cut in 0..header().len() {
            let failure = read(&text.as_bytes()[..cut]).unwrap_err();
            assert!(matches!(failure, EventsError::NoHeader), "cut at {cut}: {failure}");
        }
    }

    #[test]
    fn a_newer_version_and_a_foreign_file_are_refused() {
        let newer = "{\"format\":\"shardwright.events\",\"version\":2}\n";
        assert!(matches!(read(newer.as_bytes()), Err(EventsError::Newer(2))));
        let none = "{\"format\":\"shardwright.events\",\"version\":0}\n";
        assert!(matches!(read(none.as_bytes()), Err(EventsError::NoHeader)));
        assert!(matches!(read("{}\n".as_bytes()), Err(EventsError::NoHeader)));
        assert!(matches!(read("".as_bytes()), Err(EventsError::NoHeader)));
    }

    #[test]
    fn the_golden_file_of_version_1_is_read_for_ever() {
        let golden = include_str!("../../../fixtures/wire/events-v1.ndjson");
        assert_eq!(read(golden.as_bytes()).unwrap(), one_of_each());
    }

    #[test]
    fn what_fuzzing_begins_with_holds() {
        for seed in std::fs::read_dir("fuzz/corpus/events").unwrap() {
            check(&std::fs::read(seed.unwrap().path()).unwrap());
        }
        let all = header() + &one_of_each().iter().map(write).collect::<String>();
        check(all.as_bytes());
        for cut in 0..all.len() {
            check(&all.as_bytes()[..cut]);
        }
    }
}
