//! Shards that want to start go in; whether they may, and which one has to go, comes out.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::model::event::AttemptId;
use crate::run::attempt::pass_on;
use crate::run::cancel::raise;
use crate::run::resources::Options;
use crate::run::resources::line::{Line, Ticket, Turn};
use crate::run::resources::machine::Reading;
use crate::run::resources::pressure::{Pressure, SETTLED, Shards};
use crate::sandbox::Wish;

/// How often the memory is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How often a run asks whether it is its turn, and where it was kept from asking.
const TURN: Duration = Duration::from_millis(100);
const BUSY: Duration = Duration::from_millis(5);
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
    /// None where the machine is shared with nobody.
    line: Option<Line<'a>>,
    /// Somebody asked for a turn since the last look.
    is_asked: bool,
    /// The turn of the attempt that starts next.
    turn: Option<Ticket>,
    next_look: Instant,
}

/// An attempt that passed and has not ended.
struct Running {
    id: AttemptId,
    since: Instant,
    /// It has to go.
    goes: bool,
    /// Others come to their turn when it goes.
    _turn: Option<Ticket>,
    /// Wishes for this attempt alone.
    own: watch::Sender<Wish>,
}

impl<'a> Gate<'a> {
    pub(crate) fn new(options: &'a Options) -> Self {
        let next_look = Instant::now() + LOOK;
        Self {
            options,
            running: Vec::new(),
            most: usize::MAX,
            is_shut: false,
            is_said: false,
            line: options.share.as_ref().map(Line::new),
            is_asked: false,
            turn: None,
            next_look,
        }
    }

    /// Whether an attempt may start now; why not is told where it was not told before. Who was
    /// turned away asks again after the next look.
    pub(crate) fn admits(&mut self, id: AttemptId, tell: Tell<'_>) -> bool {
        if self.is_shut {
            return false;
        }
        let reason = match self.memory_holds() {
            Some(reason) => Some(format!("waits: {reason} (--pressure)")),
            None => match self.line_holds(id, tell) {
                Hold::Not => return true,
                Hold::Silent => None,
                Hold::Said(reason) => Some(reason),
            },
        };
        self.is_shut = true;
        if let Some(reason) = reason.filter(|_| !self.is_said) {
            self.is_said = true;
            tell(id, &reason);
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
        self.running.push(Running {
            id,
            since: Instant::now(),
            goes: false,
            _turn: self.turn.take(),
            own,
        });
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
        // Who waits for something else holds nobody up, nor does who waits for nothing any more.
        if let Some(line) = self.line.as_mut().filter(|_| !std::mem::take(&mut self.is_asked)) {
            line.leave();
        }
        self.next_look = Instant::now() + self.pace();
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

    /// After what time to look again.
    fn pace(&self) -> Duration {
        let is_in_line = self.line.as_ref().is_some_and(Line::waits);
        let is_watched = self.options.machine.is_some() && self.options.pressure.is_some();
        match (is_in_line, is_watched) {
            (true, _) => TURN,
            (false, true) => LOOK,
            (false, false) => NEVER,
        }
    }

    /// Why other runs let nobody start. Where there is no line any more, nobody waits in it.
    fn line_holds(&mut self, id: AttemptId, tell: Tell<'_>) -> Hold {
        let (Some(line), Some(share)) = (&mut self.line, &self.options.share) else {
            return Hold::Not;
        };
        self.is_asked = true;
        let (hold, pace) = match line.ask() {
            Ok(Turn::Ours(ticket)) => {
                self.turn = Some(ticket);
                return Hold::Not;
            }
            Ok(Turn::Busy) => (Hold::Silent, BUSY),
            Ok(Turn::Later { others: 0, before: 0 }) => (Hold::Silent, TURN),
            Ok(Turn::Later { others, before }) => {
                let told = format!(
                    "waits for its turn: shards of other runs on this machine: {others}, runs \
                     before this one: {before} (--machine-limit {})",
                    share.most
                );
                (Hold::Said(told), TURN)
            }
            Err(error) => {
                let folder = share.folder.display();
                tell(id, &format!("--machine-limit is given up: `{folder}` fails: {error}"));
                self.line = None;
                return Hold::Not;
            }
        };
        self.next_look = self.next_look.min(Instant::now() + pace);
        hold
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

/// Whether an attempt is held back, and what is said of it.
enum Hold {
    Not,
    /// By shards of this run, or for an instant.
    Silent,
    Said(String),
}

/// Takes a remark about an attempt.
type Tell<'a> = &'a mut dyn FnMut(AttemptId, &str);

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use tokio::sync::watch;
    use tokio::time::advance;

    use super::{Gate, LOOK};
    use crate::model::event::AttemptId;
    use crate::model::id::ShardNumber;
    use crate::run::resources::Options;
    use crate::run::resources::jobs::Need;
    use crate::run::resources::machine::Machine;
    use crate::run::resources::pressure::{Pressure, SETTLED};
    use crate::sandbox::Wish;

    fn id(shard: usize) -> AttemptId {
        AttemptId { shard: ShardNumber::at(shard), attempt: 1 }
    }

    /// So much of the memory is available, in percent.
    fn play(root: &Path, available: u64) {
        fs::create_dir_all(root.join("proc")).unwrap();
        let text = format!("MemTotal: 100 kB\nMemAvailable: {available} kB\n");
        fs::write(root.join("proc/meminfo"), text).unwrap();
    }

    fn options(root: &Path) -> Options {
        Options {
            machine: Some(Machine::below(root.to_path_buf())),
            need: Need { memory: 1024, cpus: 1.0 },
            pressure: Some(Pressure { low: 70, high: 85, critical: 95 }),
            share: None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_that_has_to_go_takes_a_place_away_for_good() {
        let root = tempfile::tempdir().unwrap();
        play(root.path(), 90);
        let options = options(root.path());
        let mut gate = Gate::new(&options);
        let (_sender, all) = watch::channel(Wish::Run);
        let admits = |gate: &mut Gate<'_>, shard| gate.admits(id(shard), &mut |_, _| {});
        let mut own = Vec::new();
        for shard in 0..3 {
            assert!(admits(&mut gate, shard));
            own.push(gate.pass(id(shard), all.clone()));
        }
        play(root.path(), 0);
        // The youngest has nothing left, and one goes at a time.
        gate.look(|id| id.shard != ShardNumber::at(2), &mut |_, _| {});
        gate.look(|_| true, &mut |_, _| {});
        let wishes: Vec<Wish> = own.iter().map(|own| *own.borrow()).collect();
        assert_eq!(wishes, [Wish::Run, Wish::Stop, Wish::Run]);
        assert_eq!([gate.leave(id(1)), gate.leave(id(1))], [true, false]);
        play(root.path(), 90);
        advance(SETTLED).await;
        // Turned away once, it is not heard before the next look.
        assert!(!admits(&mut gate, 1) && !gate.is_open());
        gate.look(|_| true, &mut |_, _| {});
        assert!(gate.is_open() && !admits(&mut gate, 1));
        assert!(!gate.leave(id(0)));
        assert!(admits(&mut gate, 1));
        // The last one never goes.
        play(root.path(), 0);
        gate.look(|_| true, &mut |_, _| {});
        assert_eq!(*own[2].borrow(), Wish::Run);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_is_told_once_and_a_wish_of_all_reaches_each() {
        let root = tempfile::tempdir().unwrap();
        play(root.path(), 10);
        let options = options(root.path());
        let mut gate = Gate::new(&options);
        let (sender, all) = watch::channel(Wish::Run);
        let mut own = gate.pass(id(0), all);
        let mut told = Vec::new();
        for _ in 0..3 {
            assert!(!gate.admits(id(1), &mut |_, text| told.push(text.to_owned())));
            advance(LOOK).await;
            gate.look(|_| true, &mut |_, _| {});
        }
        assert_eq!(told, ["waits: 90 % of the memory is in use, the limit is 85 % (--pressure)"]);
        sender.send(Wish::Stop).unwrap();
        own.wait_for(|wish| *wish == Wish::Stop).await.unwrap();
    }
}
