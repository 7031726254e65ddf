//! A run as lines, for CI logs: a line when a shard starts or ends, and for each test that is
//! not well.

use std::collections::BTreeMap;
use std::io::Write;

use crate::model::event::{AttemptEnd, AttemptId, Event, Reason};
use crate::model::id::ShardNumber;
use crate::model::outcome::{Counts, Outcome, ShardOutcome, Verdict};
use crate::report::console::Console;
use crate::report::facts;
use crate::report::text;

/// Writes lines.
pub(crate) struct Plain {
    out: Box<dyn Write + Send>,
    /// How many there are; none where machines share a run, and each knows its own alone.
    shards: Option<usize>,
    /// The end of a shard, which is none if it goes on.
    end: Option<(ShardNumber, String)>,
    /// The last attempt of each shard that goes on with what nobody had begun.
    going_on: BTreeMap<ShardNumber, u32>,
}

impl Plain {
    pub(crate) fn new(out: Box<dyn Write + Send>, shards: Option<usize>) -> Self {
        Self { out, shards, end: None, going_on: BTreeMap::new() }
    }

    /// Nothing else was said of the end of a shard: it is one.
    fn say_end(&mut self) {
        if let Some((_, end)) = self.end.take() {
            self.say(&end);
        }
    }

    fn goes_on_as(&self, id: AttemptId) -> bool {
        self.going_on.get(&id.shard) == Some(&id.attempt)
    }

    // A log that cannot be written to must not end the run.
    fn say(&mut self, text: &str) {
        writeln!(self.out, "{}", text::disarmed(text)).ok();
    }
}

impl Console for Plain {
    fn event(&mut self, event: &Event, outcome: &Outcome) {
        self.say_end();
        match event {
            Event::AttemptStarted { id, .. } | Event::TestsMoved { id, .. }
                if self.goes_on_as(*id) => {}
            Event::AttemptStarted { id, .. } if id.attempt > 1 => {
                let shard = shard_of(*id, self.shards);
                self.say(&format!("{shard} started again, attempt {}", id.attempt));
            }
            Event::AttemptStarted { id, .. } => {
                let shard = outcome.shards.iter().find(|shard| shard.number == id.shard);
                let Some(shard) = shard else { return };
                let tests = facts::number_of(shard.planned, "test");
                let time = facts::time(shard.predicted);
                let name = shard_of(*id, self.shards);
                self.say(&format!("{name} started: {tests}, {time} predicted"));
            }
            Event::TestsMoved { id, from, keys, .. } => {
                self.say(&taken_over(*id, *from, keys.len()));
            }
            Event::TestEnded { id, key, .. } => {
                if let Some(told) = told(outcome, key) {
                    self.say(&format!("shard {}: {told}", id.shard));
                }
            }
            Event::RunnerError { id, error } => {
                self.say(&format!("shard {}: {}", id.shard, text::terminal(&error.message)));
            }
            Event::AttemptEnded { id, end, .. } => {
                self.end = Some((id.shard, ended(*id, end, outcome, self.shards)));
            }
            Event::RunStarted { .. }
            | Event::TestsListed { .. }
            | Event::TestBegan { .. }
            | Event::SandboxUsed { .. }
            | Event::RunEnded { .. } => {}
        }
    }

    fn goes_on(&mut self, id: AttemptId, tests: usize) {
        self.end.take_if(|(shard, _)| *shard == id.shard);
        self.say_end();
        self.going_on.insert(id.shard, id.attempt);
        let shard = shard_of(id, self.shards);
        if id.attempt == 1 {
            return self.say(&format!("{shard} begins with {}", facts::number_of(tests, "test")));
        }
        let tests = facts::number_of(tests, "more test");
        self.say(&format!("{shard} goes on with {tests}"));
    }

    fn line(&mut self, id: Option<AttemptId>, line: &str) {
        self.say_end();
        let line = text::terminal(line);
        match id {
            Some(id) => self.say(&format!("[{}] {line}", id.shard)),
            None => self.say(&line),
        }
    }

    fn close(&mut self) {
        self.say_end();
        self.out.flush().ok();
    }
}

fn shard_of(id: AttemptId, shards: Option<usize>) -> String {
    let total = shards.map_or_else(String::new, |shards| format!("/{shards}"));
    format!("shard {}{total}", id.shard)
}

/// A test that ended, where it is worth a line.
pub(super) fn told(outcome: &Outcome, key: &crate::model::id::TestKey) -> Option<String> {
    let test = outcome.tests.get(key)?;
    let verdict = test.verdict();
    // A retry that failed too says nothing new.
    let again = test.runs.len() > 1;
    let word = match verdict {
        Verdict::Failed | Verdict::TimedOut if again => return None,
        Verdict::Failed => "✘ failed",
        Verdict::TimedOut => "✘ timed out",
        Verdict::Flaky => "± flaky",
        Verdict::Passed | Verdict::Skipped | Verdict::NotRun | Verdict::Interrupted => return None,
    };
    Some(format!("{word}  {}", text::terminal(&key.to_string())))
}

/// Tests that another shard could not finish.
pub(super) fn taken_over(id: AttemptId, from: ShardNumber, tests: usize) -> String {
    format!("shard {} takes over {} of shard {from}", id.shard, facts::number_of(tests, "test"))
}

/// A shard that ended.
pub(super) fn ended(
    id: AttemptId,
    end: &AttemptEnd,
    outcome: &Outcome,
    shards: Option<usize>,
) -> String {
    let mut counts = Counts::default();
    for test in outcome.tests.values().filter(|test| test.shard == Some(id.shard)) {
        counts.add(test.verdict());
    }
    if shards.is_none() {
        // What others run is not known here.
        counts.not_run = 0;
    }
    let shard = outcome.shards.iter().find(|shard| shard.number == id.shard);
    let time = shard.and_then(ShardOutcome::elapsed).map(facts::time).unwrap_or_default();
    let name = shard_of(id, shards);
    let head = format!("{name} ended after {time}: {}", facts::counts(counts));
    match end {
        AttemptEnd::Finished(_) => head,
        AttemptEnd::Cancelled(Reason::User) => format!("{head} (interrupted)"),
        AttemptEnd::Cancelled(reason) => format!("{head} ({})", reason.told()),
        AttemptEnd::Faulted(fault) => {
            format!("{head} ({}: {})", fault.kind.name(), text::hanging(&fault.message))
        }
    }
}
