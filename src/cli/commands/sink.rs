//! Where a run's emissions go: to disk, into the outcome, before a person's eyes, to a file of
//! events. Each gets every emission, whatever became of the others.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;

use crate::cli::commands::decisions;
use crate::cli::log::Log;
use crate::cli::streams::Streams;
use crate::config::flags::run::{Progress, RunFlags};
use crate::model::event::{AttemptId, Event};
use crate::model::id::TestKey;
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use crate::report::ReportError;
use crate::report::console::live::Live;
use crate::report::console::plain::Plain;
use crate::report::console::{Console, Silent};
use crate::report::facts;
use crate::report::record::Recorder;
use crate::report::text;
use crate::run::dispatcher::Emission;
use crate::wire::event_v1;

/// Takes a run's emissions.
pub(crate) struct Sink<'a> {
    plan: &'a Plan,
    pub(crate) outcome: Outcome,
    recorder: Recorder,
    console: Box<dyn Console>,
    events: Option<(PathBuf, Box<dyn Write + Send>)>,
    /// Show what shards print.
    verbose: bool,
    log: Log,
    /// The first thing that could not be written.
    trouble: Option<ReportError>,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        output: &Path,
        flags: &RunFlags,
        verbose: bool,
        streams: &Streams,
    ) -> anyhow::Result<Self> {
        let outcome = Outcome::of(plan);
        let recorder = Recorder::new(output, plan.shards.iter().map(|shard| shard.number))?;
        let shards = flags.part().map_or(plan.shards.len(), |shard| shard.total.get() as usize);
        let shards = flags.queue.queue.is_none().then_some(shards);
        let lines = || Box::new(Plain::new(Box::new(io::stderr()), shards));
        let log = streams.log().clone();
        let live = || {
            let live = Live::new(&outcome);
            log.keep_above(Some(live.above()));
            Box::new(live)
        };
        let console: Box<dyn Console> = match flags.progress {
            _ if log.is_json() => Box::new(Silent),
            Progress::None => Box::new(Silent),
            Progress::Bar => live(),
            Progress::Auto if streams.is_quiet() => Box::new(Silent),
            Progress::Auto if streams.is_watched() => live(),
            Progress::Auto | Progress::Plain => lines(),
        };
        let events = None;
        let mut sink =
            Self { plan, outcome, recorder, console, events, verbose, log, trouble: None };
        if let Some(file) = &flags.events {
            sink.write_events(file)?;
        }
        Ok(sink)
    }

    /// Also writes every event to this file, `-` for standard output.
    fn write_events(&mut self, file: &Path) -> anyhow::Result<()> {
        let wrap = || format!("cannot write the events to `{}`", file.display());
        let mut events: Box<dyn Write + Send> = if file == Path::new("-") {
            Box::new(io::stdout())
        } else {
            Box::new(File::create(file).with_context(wrap)?)
        };
        match events.write_all(event_v1::header().as_bytes()) {
            // A run that nobody listens to is a run all the same.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            written => written.with_context(wrap)?,
        }
        self.events = Some((file.to_path_buf(), events));
        Ok(())
    }

    /// Takes one emission.
    pub(crate) fn take(&mut self, emission: &Emission<'_>) {
        decisions::log(&self.log, emission, self.verbose);
        match emission {
            Emission::Event(event) => self.event(event),
            Emission::Line(id, text) if self.verbose => self.console.line(Some(*id), text),
            Emission::Line(..) | Emission::Stopping(..) => {}
            Emission::Note(id, text) => {
                self.console.line(None, &format!("shard {}: {text}", id.shard));
            }
            Emission::Silent(id, silent) => {
                let silent = humantime::format_duration(*silent);
                let told = format!("shard {}: nothing was heard of it for {silent}", id.shard);
                self.console.line(None, &told);
            }
            Emission::GoesOn { id, tests } => self.console.goes_on(*id, *tests),
            Emission::Again { id, why: _, tests, put_off, wait } => {
                self.console.line(None, &again(*id, *tests, put_off, *wait));
                self.console.wait(*id, *wait);
            }
        }
    }

    /// Says something that is no part of the outcome.
    pub(crate) fn note(&mut self, text: &str) {
        self.console.line(None, text);
    }

    fn event(&mut self, event: &Event) {
        if let Err(error) = self.recorder.record(event) {
            self.trouble.get_or_insert(error);
        }
        self.outcome.apply(self.plan, event);
        if let Some((path, events)) = &mut self.events
            && let Err(source) =
                events.write_all(text::disarmed_json(&event_v1::write(event)).as_bytes())
        {
            // Where whoever read them has gone, nobody misses the rest.
            if source.kind() != io::ErrorKind::BrokenPipe {
                let path = path.clone();
                self.trouble.get_or_insert(ReportError::Write { path, source });
            }
            self.events = None;
        }
        self.console.event(event, &self.outcome);
    }

    /// The outcome of all that came, and the first thing that could not be written.
    pub(crate) fn close(mut self) -> (Outcome, Option<ReportError>) {
        self.console.close();
        self.log.keep_above(None);
        (self.outcome, self.trouble)
    }
}

/// What is tried again, and when.
fn again(id: AttemptId, tests: usize, put_off: &[TestKey], wait: Duration) -> String {
    let tests = facts::number_of(tests, "test");
    let wait = if wait.is_zero() { String::new() } else { format!(" in {}", facts::time(wait)) };
    let mut told = format!("shard {}: {tests} again{wait}, in a fresh sandbox", id.shard);
    if !put_off.is_empty() {
        let names: Vec<String> = put_off.iter().map(|key| format!("`{key}`")).collect();
        told += "; what ran when it ended comes after them: ";
        told += &names.join(", ");
    }
    told
}
