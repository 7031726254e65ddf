//! A run as a live view: one bar a shard and one for all, with lines above for what is not well.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::model::event::{AttemptEnd, AttemptId, Event};
use crate::model::id::{ShardNumber, TestKey};
use crate::model::outcome::{Outcome, Verdict};
use crate::report::console::plain::{ended, taken_over, told};
use crate::report::console::{Above, Console};
use crate::report::facts;
use crate::report::text;

/// How often the clocks of the view move.
const TICK: Duration = Duration::from_millis(200);

/// When a wait is over; none where there is none.
type Due = Arc<Mutex<Option<Instant>>>;

/// The live view, on standard error.
pub(crate) struct Live {
    view: MultiProgress,
    bars: BTreeMap<ShardNumber, ProgressBar>,
    /// Until when a shard waits before it begins again.
    waits: BTreeMap<ShardNumber, Due>,
    total: ProgressBar,
    /// Tests that are not well so far; a retry may heal them.
    ill: BTreeSet<TestKey>,
    /// The last attempt of each shard that goes on with what nobody had begun.
    going_on: BTreeMap<ShardNumber, u32>,
}

impl Live {
    /// The view of a run that has not started.
    pub(crate) fn new(outcome: &Outcome) -> Self {
        let view = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let (mut bars, mut waits) = (BTreeMap::new(), BTreeMap::new());
        for shard in &outcome.shards {
            let tests = outcome.tests.values().filter(|test| test.shard == Some(shard.number));
            let bar = view.add(ProgressBar::new(tests.count() as u64));
            let due = Due::default();
            let shown =
                "{prefix:>9} {bar:24.green/8} {pos:>4}/{len:<4} {took:>11}  predicted {msg}{due}";
            bar.set_style(style(shown).with_key("due", still(due.clone())));
            waits.insert(shard.number, due);
            bar.set_prefix(format!("shard {}", shard.number));
            bar.set_message(facts::time(shard.predicted));
            bars.insert(shard.number, bar);
        }
        let dealt = outcome.tests.values().filter(|test| test.shard.is_some()).count();
        let total = view.add(ProgressBar::new(dealt as u64));
        total.set_style(style("{prefix:>9} {bar:24.cyan/8} {pos:>4}/{len:<4} {took:>11}  {msg}"));
        total.set_prefix("all");
        Self { view, bars, waits, total, ill: BTreeSet::new(), going_on: BTreeMap::new() }
    }

    fn set_due(&self, shard: ShardNumber, due: Option<Instant>) {
        if let Some(Ok(mut known)) = self.waits.get(&shard).map(|known| known.lock()) {
            *known = due;
        }
    }

    /// For what others write while the view is there.
    pub(crate) fn above(&self) -> Above {
        Above(self.view.clone())
    }

    fn print(&self, text: &str) {
        self.view.println(text::disarmed(text)).ok();
    }

    /// Moves the bars: a dealt test counts when its first result comes.
    fn count(&mut self, key: &TestKey, outcome: &Outcome) {
        let Some(test) = outcome.tests.get(key) else { return };
        let Some(shard) = test.shard else { return };
        if test.runs.len() == 1 {
            self.total.inc(1);
            if let Some(bar) = self.bars.get(&shard) {
                bar.inc(1);
            }
        }
        if matches!(test.verdict(), Verdict::Failed | Verdict::TimedOut) {
            self.ill.insert(key.clone());
        } else {
            self.ill.remove(key);
        }
        let ill = self.ill.len();
        self.total.set_message(if ill == 0 { String::new() } else { format!("{ill} failed") });
    }
}

impl Console for Live {
    fn event(&mut self, event: &Event, outcome: &Outcome) {
        match event {
            Event::RunStarted { .. } => self.total.enable_steady_tick(TICK),
            Event::AttemptStarted { id, .. } => {
                self.set_due(id.shard, None);
                if let Some(bar) = self.bars.get(&id.shard) {
                    revive(bar);
                }
            }
            Event::TestsMoved { id, from, keys, .. } => {
                if self.going_on.get(&id.shard) != Some(&id.attempt) {
                    self.print(&taken_over(*id, *from, keys.len()));
                }
                let tests = keys.len() as u64;
                if let (Some(from), Some(to)) = (self.bars.get(from), self.bars.get(&id.shard)) {
                    from.dec_length(tests);
                    to.inc_length(tests);
                }
            }
            Event::TestEnded { key, .. } => {
                self.count(key, outcome);
                if let Some(told) = told(outcome, key) {
                    self.print(&told);
                }
            }
            Event::RunnerError { id, error } => {
                self.print(&format!("shard {}: {}", id.shard, text::terminal(&error.message)));
            }
            Event::AttemptEnded { id, end, .. } => {
                if let Some(bar) = self.bars.get(&id.shard) {
                    bar.disable_steady_tick();
                    bar.abandon();
                }
                if !matches!(end, AttemptEnd::Finished(_)) {
                    self.print(&ended(*id, end, outcome, Some(outcome.shards.len())));
                }
            }
            Event::TestsListed { .. }
            | Event::TestBegan { .. }
            | Event::SandboxUsed { .. }
            | Event::RunEnded { .. } => {}
        }
    }

    fn goes_on(&mut self, id: AttemptId, _tests: usize) {
        self.going_on.insert(id.shard, id.attempt);
    }

    fn line(&mut self, id: Option<AttemptId>, line: &str) {
        let line = text::terminal(line);
        match id {
            Some(id) => self.print(&format!("[{}] {line}", id.shard)),
            None => self.print(&line),
        }
    }

    fn wait(&mut self, id: AttemptId, wait: Duration) {
        self.set_due(id.shard, Instant::now().checked_add(wait));
        if let Some(bar) = self.bars.get(&id.shard) {
            revive(bar);
        }
    }

    fn close(&mut self) {
        self.total.disable_steady_tick();
        self.view.clear().ok();
    }
}

/// Lets a bar that had ended go on from where it was.
fn revive(bar: &ProgressBar) {
    let position = bar.position();
    bar.reset();
    bar.set_position(position);
    bar.enable_steady_tick(TICK);
}

/// How long a wait still takes, as `, again in 4 s`.
fn still(due: Due) -> impl Fn(&ProgressState, &mut dyn Write) + Clone + Send + Sync {
    move |_: &ProgressState, out: &mut dyn Write| {
        let due = due.lock().ok().and_then(|due| *due);
        let left = due.and_then(|due| due.checked_duration_since(Instant::now()));
        if let Some(left) = left {
            write!(out, ", again in {} s", left.as_secs() + 1).ok();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    // The templates stand above; a broken one would show as the default bar.
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("took", |state: &ProgressState, out: &mut dyn Write| {
            write!(out, "{}", facts::time(state.elapsed())).ok();
        })
        .progress_chars("━╸─")
}
