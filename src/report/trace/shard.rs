//! A shard and the executions of its tests go in, the events of one process of the trace come out.

use std::collections::BTreeMap;
use std::io;

use crate::model::event::{AttemptEnd, AttemptId, Status};
use crate::model::id::TestKey;
use crate::model::outcome::{Attempt, Outcome, ShardOutcome, TestOutcome, TestRun};
use crate::report::text;
use crate::report::trace::lanes::{Slice, lanes};
use crate::report::trace::{Clock, Execution, micros};
use crate::wire::trace::{TraceArgs, TraceEvent, TraceWriter, Track};

/// An attempt with its number.
type Numbered<'a> = (u32, &'a Attempt);

/// Adds a shard, its threads counted on from `thread`.
pub(super) fn write<'a>(
    outcome: &'a Outcome,
    shard: &'a ShardOutcome,
    executions: &'a [Execution<'a>],
    clock: &'a Clock,
    thread: &mut u32,
    writer: &mut TraceWriter<'_>,
) -> io::Result<()> {
    let number = shard.number.get();
    let mut process = Process { number, shard, executions, clock, thread, writer };
    let track = Track { process: number, thread: 0 };
    for event in TraceEvent::process(track, &format!("shard {number}"), number) {
        process.writer.put(&event)?;
    }
    let first = *process.thread + 1;
    process.attempts()?;
    let shown = Track { process: number, thread: first };
    process.moments(shown)?;
    process.workers()?;
    process.cut_off(outcome)
}

/// One process of the trace while it is written.
struct Process<'a, 'w> {
    number: u32,
    shard: &'a ShardOutcome,
    executions: &'a [Execution<'a>],
    clock: &'a Clock,
    thread: &'a mut u32,
    writer: &'a mut TraceWriter<'w>,
}

impl<'a> Process<'a, '_> {
    /// The next line, with its name.
    fn line(&mut self, name: &str, position: usize) -> io::Result<Track> {
        *self.thread += 1;
        let track = Track { process: self.number, thread: *self.thread };
        let name = match position {
            0 => name.to_owned(),
            _ => format!("{name} ({})", position + 1),
        };
        for event in TraceEvent::thread(track, &name) {
            self.writer.put(&event)?;
        }
        Ok(track)
    }

    /// The executions that took a worker.
    fn ran(&self) -> impl Iterator<Item = &'a TestRun> + use<'a> {
        let runs = self.executions.iter().map(|(_, run)| *run);
        runs.filter(|run| run.result.status != Status::Skipped)
    }

    fn of_attempt(&self, attempt: u32) -> impl Iterator<Item = &'a TestRun> + use<'a> {
        self.ran().filter(move |run| run.id.attempt == attempt)
    }

    /// When an execution began and ended.
    fn times(&self, run: &TestRun) -> (u64, u64) {
        let start = self.clock.micros(run.result.started);
        (start, start.saturating_add(micros(run.result.duration)))
    }

    /// When an attempt ended: where nobody saw that, when its last test did.
    fn end(&self, attempt: u32, known: &Attempt) -> u64 {
        let ended = known.ended.as_ref().map(|(at, _)| self.clock.micros(*at));
        let last = || self.of_attempt(attempt).map(|run| self.times(run).1).max();
        ended.or_else(last).unwrap_or_default().max(self.clock.micros(known.started))
    }

    fn attempts(&mut self) -> io::Result<()> {
        let slice = |(number, attempt): Numbered<'a>| Slice {
            start: self.clock.micros(attempt.started),
            end: self.end(number, attempt),
            item: (number, attempt),
        };
        let slices = (1..).zip(&self.shard.attempts).map(slice).collect();
        for (position, lane) in lanes(slices).into_iter().enumerate() {
            let track = self.line("attempts", position)?;
            let mut before = None;
            for slice in &lane {
                if let Some(end) = before.filter(|end| *end < slice.start) {
                    let (name, args) = ("waits".to_owned(), TraceArgs::default());
                    let times = (end, slice.start);
                    self.writer.put(&TraceEvent::slice(track, "wait", name, times, args))?;
                }
                self.attempt(track, slice)?;
                before = Some(slice.end);
            }
        }
        Ok(())
    }

    /// An attempt, and in it what was before its first test and after its last one.
    fn attempt(&mut self, track: Track, slice: &Slice<Numbered<'_>>) -> io::Result<()> {
        let Slice { start, end, item: (number, attempt) } = *slice;
        let result = attempt.ended.as_ref().map(|(_, end)| ending(end));
        let args = TraceArgs { attempt: Some(number), result, ..TraceArgs::default() };
        let name = format!("attempt {number}");
        self.writer.put(&TraceEvent::slice(track, "attempt", name, (start, end), args))?;
        let inside = |time: u64| time.clamp(start, end);
        let first = self.of_attempt(number).map(|run| inside(self.times(run).0)).min();
        let last = self.of_attempt(number).map(|run| inside(self.times(run).1)).max();
        let up = attempt.up.map_or(start, |up| inside(self.clock.micros(up)));
        let first = first.unwrap_or(end).max(up);
        let listed = attempt.listed.map(|at| inside(self.clock.micros(at)).clamp(up, first));
        let loaded = listed.unwrap_or(first);
        let last = last.unwrap_or(end).max(first);
        let parts = [
            ("container start", (start, up)),
            ("start-up", (up, loaded)),
            ("first worker", (loaded, first)),
            ("wind-up", (last, end)),
        ];
        for (name, times) in parts {
            if times.0 < times.1 {
                let args = TraceArgs::default();
                let event = TraceEvent::slice(track, "attempt", name.to_owned(), times, args);
                self.writer.put(&event)?;
            }
        }
        Ok(())
    }

    /// Bad ends, and when the shard should have ended.
    fn moments(&mut self, track: Track) -> io::Result<()> {
        for (number, attempt) in (1..).zip(&self.shard.attempts) {
            let at = self.end(number, attempt);
            if let Some((_, end @ (AttemptEnd::Faulted(_) | AttemptEnd::Cancelled(_)))) =
                &attempt.ended
            {
                let (name, args) = (ending(end), args_of(number, end));
                self.writer.put(&TraceEvent::moment(track, "fault", name, at, args))?;
            }
        }
        let Some(begin) = self.begin() else { return Ok(()) };
        let at = begin.saturating_add(micros(self.shard.predicted));
        let (name, args) = ("predicted end".to_owned(), TraceArgs::default());
        self.writer.put(&TraceEvent::moment(track, "plan", name, at, args))
    }

    /// When the first test began, from which predictions count; or else the first attempt.
    fn begin(&self) -> Option<u64> {
        let tests = self.ran().map(|run| self.times(run).0).min();
        tests.or_else(|| Some(self.clock.micros(self.shard.attempts.first()?.started)))
    }

    /// Tests that ran when their attempt ended; nobody said on which worker.
    fn cut_off(&mut self, outcome: &'a Outcome) -> io::Result<()> {
        let ends: Vec<u64> = (1..)
            .zip(&self.shard.attempts)
            .map(|(number, known)| self.end(number, known))
            .collect();
        let mut slices = Vec::new();
        for test in outcome.tests.values() {
            for id in test.open.iter().filter(|id| id.shard == self.shard.number) {
                let end = ends.get(id.attempt.saturating_sub(1) as usize);
                if let (Some(began), Some(&end)) = (test.began.get(id), end) {
                    slices.push(Slice { start: self.clock.micros(*began), end, item: (*id, test) });
                }
            }
        }
        for (position, lane) in lanes(slices).into_iter().enumerate() {
            let track = self.line("cut off", position)?;
            for slice in &lane {
                self.writer.put(&cut_off(track, slice))?;
            }
        }
        Ok(())
    }

    fn workers(&mut self) -> io::Result<()> {
        let mut workers = BTreeMap::<u32, Vec<Slice<Execution<'a>>>>::new();
        for execution in self.executions {
            let (start, end) = self.times(execution.1);
            let worker = workers.entry(execution.1.result.worker).or_default();
            worker.push(Slice { start, end, item: *execution });
        }
        for (worker, slices) in workers {
            for (position, lane) in lanes(slices).into_iter().enumerate() {
                let track = self.line(&format!("worker {}", u64::from(worker) + 1), position)?;
                for slice in lane {
                    self.writer.put(&execution(track, &slice))?;
                }
            }
        }
        Ok(())
    }
}

/// What is shown of a test whose execution had no end.
fn cut_off(track: Track, slice: &Slice<(AttemptId, &TestOutcome)>) -> TraceEvent {
    let Slice { start, end, item: (id, test) } = slice;
    let args = TraceArgs {
        result: Some("interrupted".to_owned()),
        attempt: Some(id.attempt),
        ..about(&test.case.key)
    };
    let title = text::terminal(&test.case.key.title());
    TraceEvent::slice(track, "cut-off", title, (*start, *end), args).coloured("grey")
}

/// Where a test is.
fn about(key: &TestKey) -> TraceArgs {
    TraceArgs {
        file: Some(text::terminal(&key.file)),
        project: (!key.project.is_empty()).then(|| text::terminal(&key.project)),
        ..TraceArgs::default()
    }
}

/// One execution of a test.
fn execution(track: Track, slice: &Slice<Execution<'_>>) -> TraceEvent {
    let Slice { start, end, item: (test, TestRun { id, result }) } = slice;
    let key = &test.case.key;
    let (word, colour) = match result.status {
        Status::Interrupted => ("interrupted", "grey"),
        Status::Skipped => ("skipped", "grey"),
        status if status == result.expected => ("passed", "good"),
        Status::TimedOut => ("timed out", "terrible"),
        Status::Passed | Status::Failed => ("failed", "terrible"),
    };
    let error = result.errors.first().map(|error| text::lines(&error.message));
    let args = TraceArgs {
        result: Some(word.to_owned()),
        attempt: Some(id.attempt),
        retry: Some(result.retry),
        duration_ms: Some(micros(result.duration) / 1_000),
        error: error.and_then(|error| Some(error.lines().next()?.to_owned())),
        ..about(key)
    };
    let title = text::terminal(&key.title());
    TraceEvent::slice(track, "test", title, (*start, *end), args).coloured(colour)
}

fn ending(end: &AttemptEnd) -> String {
    match end {
        AttemptEnd::Finished(_) => "finished".to_owned(),
        AttemptEnd::Faulted(fault) => fault.kind.name().to_owned(),
        AttemptEnd::Cancelled(reason) => reason.told().to_owned(),
    }
}

fn args_of(attempt: u32, end: &AttemptEnd) -> TraceArgs {
    let error = match end {
        AttemptEnd::Faulted(fault) => Some(text::terminal(&fault.message)),
        AttemptEnd::Finished(_) | AttemptEnd::Cancelled(_) => None,
    };
    TraceArgs { attempt: Some(attempt), error, ..TraceArgs::default() }
}
