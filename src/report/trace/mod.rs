//! An outcome goes in, `trace.json` comes out: the run on a time line, to be opened in
//! <https://ui.perfetto.dev> or `chrome://tracing`.
//!
//! Each shard is a process. Its first line shows its attempts, with their start-up and the waits
//! between them; the others are its workers.

mod lanes;
mod shard;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;
use crate::model::outcome::{Outcome, TestOutcome, TestRun};
use crate::report::facts;
use crate::report::write::replace_file;
use crate::report::{Report, ReportError, Source};
use crate::wire::trace::{TraceArgs, TraceEvent, TraceWriter, Track};

/// `trace.json`.
pub(crate) struct Trace;

impl Report for Trace {
    fn path(&self) -> &'static str {
        "trace.json"
    }

    fn write(&self, source: &Source<'_>, output: &Path) -> Result<(), ReportError> {
        replace_file(&output.join(self.path()), |out| {
            let mut writer = TraceWriter::new(out)?;
            write_all(source.outcome, &mut writer)?;
            writer.end()
        })
    }
}

/// An execution with its test.
type Execution<'a> = (&'a TestOutcome, &'a TestRun);

fn write_all(outcome: &Outcome, writer: &mut TraceWriter<'_>) -> io::Result<()> {
    let mut executions = BTreeMap::<ShardNumber, Vec<Execution<'_>>>::new();
    for test in outcome.tests.values() {
        for run in facts::executions(test) {
            executions.entry(run.id.shard).or_default().push((test, run));
        }
    }
    let clock = Clock::of(outcome, executions.values().flatten());
    // Numbers of threads are counted through all processes: not every viewer tells them apart.
    let mut thread = run(outcome, &clock, writer)?;
    let none = Vec::new();
    for shard in &outcome.shards {
        let executions = executions.get(&shard.number).unwrap_or(&none);
        shard::write(outcome, shard, executions, &clock, &mut thread, writer)?;
    }
    Ok(())
}

/// The run as a whole, above its shards. Gives the number of its thread.
fn run(outcome: &Outcome, clock: &Clock, writer: &mut TraceWriter<'_>) -> io::Result<u32> {
    let last = outcome.shards.last().map_or(0, |shard| shard.number.get());
    let track = Track { process: last.saturating_add(1), thread: 1 };
    for event in
        TraceEvent::process(track, "run", 0).iter().chain(&TraceEvent::thread(track, "run"))
    {
        writer.put(event)?;
    }
    let start = outcome.started.map_or(0, |at| clock.micros(at));
    let end = outcome.ended.map_or(start, |at| clock.micros(at));
    let args = TraceArgs { result: Some(facts::headline(outcome)), ..TraceArgs::default() };
    let name = facts::conclusion(outcome).to_owned();
    writer.put(&TraceEvent::slice(track, "run", name, (start, end), args))?;
    Ok(track.thread)
}

/// Times as a trace has them.
struct Clock {
    zero: UnixMillis,
}

impl Clock {
    /// One that is at zero when the run begins, or what is known to have been before: clocks of
    /// several machines differ.
    fn of<'a>(outcome: &Outcome, executions: impl Iterator<Item = &'a Execution<'a>>) -> Self {
        let attempts = outcome.shards.iter().flat_map(|shard| &shard.attempts);
        let begins = executions.map(|(_, run)| run.result.started);
        let known = attempts.map(|attempt| attempt.started).chain(begins).chain(outcome.started);
        Self { zero: known.min().unwrap_or_default() }
    }

    /// Microseconds since zero.
    fn micros(&self, at: UnixMillis) -> u64 {
        micros(at.since(self.zero))
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
