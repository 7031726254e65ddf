//! A run on a time line, in the Trace Event Format that Perfetto and `chrome://tracing` open.
//!
//! The format is not ours: <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>.
//! Events go in, JSON comes out, one event a line. Times are whole microseconds.

use std::io::{self, Write};

use serde::Serialize;

/// Writes events as they come, so that none of them is kept.
pub(crate) struct TraceWriter<'a> {
    out: &'a mut dyn Write,
    is_first: bool,
}

impl<'a> TraceWriter<'a> {
    /// Begins the file.
    pub(crate) fn new(out: &'a mut dyn Write) -> io::Result<Self> {
        out.write_all(b"{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n")?;
        Ok(Self { out, is_first: true })
    }

    /// Adds an event.
    pub(crate) fn put(&mut self, event: &TraceEvent) -> io::Result<()> {
        if !self.is_first {
            self.out.write_all(b",\n")?;
        }
        self.is_first = false;
        Ok(serde_json::to_writer(&mut *self.out, event)?)
    }

    /// Ends the file.
    pub(crate) fn end(self) -> io::Result<()> {
        self.out.write_all(b"\n]}\n")
    }
}

/// Whose line an event stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Track {
    #[serde(rename = "pid")]
    pub(crate) process: u32,
    /// 0 where it is about the process as a whole.
    #[serde(rename = "tid")]
    pub(crate) thread: u32,
}

/// One event.
#[derive(Debug, Serialize)]
pub(crate) struct TraceEvent {
    name: String,
    #[serde(flatten)]
    phase: Phase,
    #[serde(flatten)]
    track: Track,
    #[serde(skip_serializing_if = "Option::is_none")]
    cat: Option<&'static str>,
    /// One of the colours that `chrome://tracing` has.
    #[serde(skip_serializing_if = "Option::is_none")]
    cname: Option<&'static str>,
    args: TraceArgs,
}

#[derive(Debug, Serialize)]
#[serde(tag = "ph")]
enum Phase {
    #[serde(rename = "X")]
    Slice { ts: u64, dur: u64 },
    /// A moment of its whole process.
    #[serde(rename = "i")]
    Moment { ts: u64, s: &'static str },
    #[serde(rename = "M")]
    About,
}

/// What is shown beside an event.
#[derive(Debug, Default, Serialize)]
pub(crate) struct TraceArgs {
    /// What a process or thread is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sort_index: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) project: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) result: Option<String>,
    /// The attempt at the shard, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) attempt: Option<u32>,
    /// The runner's own retry, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retry: Option<u32>,
    /// What the runner says that it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) duration_ms: Option<u64>,
    /// The first line of what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

impl TraceEvent {
    /// From one time to another.
    pub(crate) fn slice(
        track: Track,
        cat: &'static str,
        name: String,
        (start, end): (u64, u64),
        args: TraceArgs,
    ) -> Self {
        let phase = Phase::Slice { ts: start, dur: end.saturating_sub(start) };
        Self { name, phase, track, cat: Some(cat), cname: None, args }
    }

    /// At a time, for the whole process.
    pub(crate) fn moment(
        track: Track,
        cat: &'static str,
        name: String,
        ts: u64,
        args: TraceArgs,
    ) -> Self {
        let phase = Phase::Moment { ts, s: "p" };
        Self { name, phase, track, cat: Some(cat), cname: None, args }
    }

    /// What a process is called, and where it stands among the others.
    pub(crate) fn process(track: Track, name: &str, position: u32) -> [Self; 2] {
        let name = TraceArgs { name: Some(name.to_owned()), ..TraceArgs::default() };
        let position = TraceArgs { sort_index: Some(position), ..TraceArgs::default() };
        [
            Self::about("process_name", track, name),
            Self::about("process_sort_index", track, position),
        ]
    }

    /// What a thread is called; threads stand in the order of their numbers.
    pub(crate) fn thread(track: Track, name: &str) -> [Self; 2] {
        let name = TraceArgs { name: Some(name.to_owned()), ..TraceArgs::default() };
        let position = TraceArgs { sort_index: Some(track.thread), ..TraceArgs::default() };
        [Self::about("thread_name", track, name), Self::about("thread_sort_index", track, position)]
    }

    /// In this colour.
    pub(crate) fn coloured(self, colour: &'static str) -> Self {
        Self { cname: Some(colour), ..self }
    }

    fn about(name: &str, track: Track, args: TraceArgs) -> Self {
        Self { name: name.to_owned(), phase: Phase::About, track, cat: None, cname: None, args }
    }
}
