//! Shards that want to start go in; whether they may, and which one has to go, comes out.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::model::event::AttemptId;
use crate::run::attempt::pass_on;
use crate::run::cancel::raise;
use crate::run::resources::Options;
use crate::run::resources::machine::Reading;
use crate::run::resources::pressure::{Pressure, SETTLED, Shards};
use crate::sandbox::Wish;

/// How often the memory is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Where there is nothing to look at.
const NEVER: Duration = Duration::from_hours(24 * 365);

/// What every attempt has to pass before it starts.
pub(crate) struct Gate<'a> {
    options: &'a Options,
    /// The oldest first.
    running: Vec<Running>,
    /// Shards at once; each that had to go takes one away for good, so that this comes to an end.
    most: usize,
    /// Somebody was turned away since the last look.
    is_shut: bool,
    /// That was said.
    is_said: bool,
    next_look: Instant,
}

/// An attempt that passed and has not ended.
struct Running {
    id: AttemptId,
    since: Instant,
    /// It has to go.
    goes: bool,
    /// Wishes for this attempt alone.
    own: watch::Sender<Wish>,
}

impl<'a> Gate<'a> {
    pub(crate) fn new(options: &'a Options) -> Self {
        let next_look = Instant::now() + LOOK;
        let (running, most) = (Vec::new(), usize::MAX);
        Self { options, running, most, is_shut: false, is_said: false, next_look }
    }

    /// Whether an attempt may start now; why not is told where it was not told before. Who was
    /// turned away asks again after the next look.
    pub(crate) fn admits(&mut self, id: AttemptId, tell: Tell<'_>) -> bool {
        if self.is_shut {
            return false;
        }
        let Some(reason) = self.memory_holds() else { return true };
        self.is_shut = true;
        if !self.is_said {
            self.is_said = true;
            tell(id, &format!("waits: {reason} (--pressure)"));
        }
        false
    }

    /// Whether nobody was turned away since the last look.
    pub(crate) fn is_open(&self) -> bool {
        !self.is_shut
    }

    /// An attempt starts; its wishes are all attempts' and its own.
    pub(crate) fn pass(
        &mut self,
        id: AttemptId,
        all: watch::Receiver<Wish>,
    ) -> watch::Receiver<Wish> {
        let (own, of_own) = watch::channel(*all.borrow());
        tokio::spawn(pass_on(all, own.clone()));
        self.running.push(Running { id, since: Instant::now(), goes: false, own });
        of_own
    }

    /// An attempt has ended; whether it had to go.
    pub(crate) fn leave(&mut self, id: AttemptId) -> bool {
        self.is_shut = false;
        let at = self.running.iter().position(|running| running.id == id);
        at.is_some_and(|at| self.running.remove(at).goes)
    }

    /// When to look next.
    pub(crate) fn next_look(&self) -> Instant {
        self.next_look
    }

    /// Looks at the machine. Where it is critical the youngest attempt that has something left is
    /// ended, one at a time.
    pub(crate) fn look(&mut self, has_rest: impl Fn(AttemptId) -> bool, tell: Tell<'_>) {
        self.is_shut = false;
        self.next_look = Instant::now() + if self.watched().is_some() { LOOK } else { NEVER };
        let Some((pressure, reading)) = self.watched() else { return };
        let is_too_much = pressure.is_too_much(reading, self.running.len());
        if !is_too_much || self.running.iter().any(|running| running.goes) {
            return;
        }
        let youngest = self.running.iter_mut().rev().find(|running| has_rest(running.id));
        let Some(youngest) = youngest else { return };
        youngest.goes = true;
        raise(&youngest.own, Wish::Stop);
        let told = format!(
            "has to go: {} % of the memory is in use, the limit is {} %; what is left of it comes \
             later, and one shard fewer runs at once (--pressure)",
            reading.used, pressure.critical
        );
        tell(youngest.id, &told);
        self.most = self.running.len() - 1;
    }

    /// Why memory lets nobody start.
    fn memory_holds(&self) -> Option<String> {
        if self.running.len() >= self.most {
            return Some("memory was short".to_owned());
        }
        let (pressure, reading) = self.watched()?;
        let young = self.running.iter().filter(|running| running.since.elapsed() < SETTLED).count();
        let shards = Shards { running: self.running.len(), young };
        pressure.holds(reading, shards, self.options.need.memory)
    }

    /// What is known of the memory, where it is watched.
    fn watched(&self) -> Option<(Pressure, Reading)> {
        let machine = self.options.machine.as_ref()?;
        Some((self.options.pressure?, machine.read()?))
    }
}

/// Takes a remark about an attempt.
type Tell<'a> = &'a mut dyn FnMut(AttemptId, &str);
