//! A node of a shared run: what its engine wants and what the store says go in; what to ask of the
//! store next, and what to tell the engine, come out. Neither clock nor network is in it.

mod rescue;
mod watch;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::model::batch::Item;
use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;
use crate::model::plan::PlannedGroup;
use crate::model::queue::{Closing, Entry};
use crate::queue::board::{Board, Misfit};
use crate::queue::lease::Lease;
use crate::queue::store::{Op, Reply, Seen};
use rescue::Rescue;

/// How often who waits for work looks whether there is some.
const LOOK: Duration = Duration::from_millis(500);
/// How often who works looks whether the run was cancelled, and says that it lives.
const GLANCE: Duration = Duration::from_secs(3);
/// What is kept at once, in bytes of lines.
const PARCEL: usize = 1 << 20;
/// The waits before a store that does not answer is asked again: the first, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// Who leaves does not ask more often than this.
const FAREWELLS: u32 = 5;

/// How a member behaves.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) lease: Lease,
    /// Who has no work and hears nothing of the store for so long gives up.
    pub(crate) patience: Duration,
    /// What tells this coming of the node from all others.
    pub(crate) who: String,
}

/// What a slot that is lost left undone: what it had and its lines go in.
pub(crate) type LeftOf = dyn Fn(&[Item], &[String]) -> Vec<PlannedGroup> + Send;

/// What is to be done next.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    Call(Op),
    /// Nothing before this moment, counted from the member's begin, or before the engine wants
    /// something.
    Wait(Duration),
    Tell(News),
    /// Nothing any more.
    End,
}

/// What the engine's side is told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum News {
    /// It has come, and this is its shard's number.
    Joined(ShardNumber),
    Batch(Vec<Item>),
    /// There is nothing more to do.
    Over,
    Cancelled(String),
    /// Others think that it is dead: what it says from now on does not count.
    Lost,
    /// The store does not answer, or does again.
    Away(String),
    Back,
    /// The store was away for too long, or cannot be made sense of.
    GaveUp(String),
}

impl News {
    /// Whether nothing more can be had after it.
    pub(crate) fn is_end(&self) -> bool {
        match self {
            Self::Over | Self::Cancelled(_) | Self::Lost | Self::GaveUp(_) => true,
            Self::Joined(_) | Self::Batch(_) | Self::Away(_) | Self::Back => false,
        }
    }
}

/// A node and what it knows.
pub(crate) struct Member {
    board: Board,
    options: Options,
    left_of: Box<LeftOf>,
    /// How many entries of the log are on the board.
    seen: Seen,
    beats: BTreeMap<ShardNumber, UnixMillis>,
    /// The store's time when it last said something.
    at: UnixMillis,
    /// From when on it was heard without a gap.
    since: UnixMillis,
    slot: Option<ShardNumber>,
    news: VecDeque<News>,
    /// Lines that the store does not have yet, and how many it has.
    outbox: VecDeque<String>,
    told: u64,
    wants: Wants,
    /// What is known is of now.
    is_fresh: bool,
    rescue: Option<Rescue>,
    link: Link,
    stage: Stage,
}

/// How far a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Works,
    /// All is run, as it knows.
    Done,
    /// It has left, and waits until others have: what one of those did that died is to be kept.
    Watches,
    Over,
}

/// What the engine wants.
#[derive(Debug, Default)]
struct Wants {
    /// It is done with what it had.
    settled: bool,
    /// More work; what one more start costs in the time of tests.
    more: Option<Duration>,
    /// Nobody is to begin anything more.
    cancel: Option<String>,
    /// To go, leaving this undone, of which something was begun or nothing.
    leave: Option<(Vec<PlannedGroup>, bool)>,
}

/// What is known of the way to the store, in time since the member began.
#[derive(Debug, Default)]
struct Link {
    /// When it last answered.
    heard: Duration,
    failures: u32,
    not_before: Duration,
    look: Duration,
}

impl Member {
    pub(crate) fn new(board: Board, options: Options, left_of: Box<LeftOf>) -> Self {
        Self {
            board,
            options,
            left_of,
            seen: Seen::default(),
            beats: BTreeMap::new(),
            at: UnixMillis(0),
            since: UnixMillis(0),
            slot: None,
            news: VecDeque::new(),
            outbox: VecDeque::new(),
            told: 0,
            wants: Wants::default(),
            is_fresh: false,
            rescue: None,
            link: Link::default(),
            stage: Stage::Works,
        }
    }

    pub(crate) fn board(&self) -> &Board {
        &self.board
    }

    /// How much of the log it knows.
    pub(crate) fn seen(&self) -> Seen {
        self.seen.clone()
    }

    /// The engine says something about its shard.
    pub(crate) fn line(&mut self, line: String) {
        if self.stage != Stage::Over {
            self.outbox.push_back(line);
        }
    }

    /// The engine is done with what it had, and wants more. `least`: what one more start costs, in
    /// the time of tests.
    pub(crate) fn ask(&mut self, least: Duration) {
        self.wants.settled = self.slot.is_some_and(|slot| !self.board.holds(slot).is_empty());
        self.wants.more = Some(least);
        self.is_fresh = false;
        self.link.look = Duration::ZERO;
    }

    /// Nobody is to begin anything more.
    pub(crate) fn cancel(&mut self, by: String) {
        self.wants.cancel = Some(by);
    }

    /// The engine has ended, and did not do this, of which it has `begun` something.
    ///
    /// Where all is run it stays until others have left, too, or are lost; said twice, it does not.
    pub(crate) fn leave(&mut self, left: Vec<PlannedGroup>, begun: bool) {
        if self.wants.leave.is_some() {
            self.stage = match self.stage {
                Stage::Watches | Stage::Over => Stage::Over,
                Stage::Works | Stage::Done => Stage::Works,
            };
            return;
        }
        self.wants.more = None;
        let is_done = self.wants.settled || self.held().is_empty();
        let (mut all, mut begun) = (if is_done { Vec::new() } else { left }, begun);
        self.wants.settled = false;
        if let Some(at) = self.news.iter().position(|news| matches!(news, News::Batch(_))) {
            self.news.remove(at);
            (all, begun) = (self.held(), false);
        }
        self.wants.leave = Some((all, begun));
        self.link.failures = 0;
        self.link.not_before = Duration::ZERO;
    }

    /// What is to be done at this moment, counted from the member's begin.
    pub(crate) fn next(&mut self, now: Duration) -> Step {
        if let Some(news) = self.news.pop_front() {
            return Step::Tell(news);
        }
        if self.stage == Stage::Over {
            return Step::End;
        }
        if now < self.link.not_before {
            return Step::Wait(self.link.not_before);
        }
        match self.op(now) {
            Some(op) => Step::Call(op),
            None if self.news.is_empty() => Step::Wait(self.link.look),
            None => self.next(now),
        }
    }

    fn op(&mut self, now: Duration) -> Option<Op> {
        // Nothing is said before the time of the store is known.
        if self.at == UnixMillis(0) {
            return Some(Op::Read);
        }
        if let Some(by) = self.wants.cancel.clone().filter(|_| self.board.cancelled().is_none()) {
            return Some(Op::Append { slot: None, entry: Entry::Cancelled { by } });
        }
        let Some(slot) = self.slot else { return self.join() };
        if self.stage == Stage::Watches {
            return self.watch(now, slot);
        }
        if !self.outbox.is_empty() {
            return Some(Op::Tell { slot, from: self.told, lines: self.parcel() });
        }
        if let Some(left) = &self.wants.leave {
            let (groups, begun) = left;
            let mut left = self.board.portions(groups);
            left.retain(|portion| self.board.has(slot, portion));
            let why = if *begun { Closing::Left } else { Closing::Unbegun };
            let (lines, at) = (self.told, self.at);
            let entry = Entry::Closed { slot, why, lines, left, at };
            return Some(Op::Append { slot: Some(slot), entry });
        }
        if self.wants.settled {
            return Some(Op::Append { slot: Some(slot), entry: Entry::Settled { slot } });
        }
        if let Some(op) = self.rescue.as_ref().map(Rescue::op) {
            return Some(op);
        }
        if self.beat_is_due(slot) {
            return Some(Op::Beat { slot });
        }
        match self.wants.more {
            Some(least) if self.is_fresh => self.work(now, slot, least),
            more if now >= self.link.look => {
                let wait = if more.is_some() { self.look() } else { GLANCE };
                self.link.look = now + wait.min(self.options.lease.heartbeat);
                Some(Op::Read)
            }
            _ => None,
        }
    }

    /// Whether others must hear of it soon.
    fn beat_is_due(&self, slot: ShardNumber) -> bool {
        let last = self.beats.get(&slot).copied().unwrap_or_default();
        self.at.since(last) * 2 > self.options.lease.heartbeat
    }

    fn join(&mut self) -> Option<Op> {
        if self.wants.leave.is_some() || self.board.cancelled().is_some() {
            self.stage = Stage::Over;
            return None;
        }
        let (slot, who, at) = (self.board.next_slot(), self.options.who.clone(), self.at);
        Some(Op::Join { slot, entry: Entry::Joined { slot, who, at } })
    }

    /// What to do for work, now that all is known.
    fn work(&mut self, now: Duration, slot: ShardNumber, least: Duration) -> Option<Op> {
        if let Some(op) = self.rescue_lost(slot) {
            return Some(op);
        }
        let takes = self.board.offer(slot, least, self.at);
        if !takes.is_empty() {
            return Some(Op::Append {
                slot: Some(slot),
                entry: Entry::Claimed { slot, takes, at: self.at },
            });
        }
        if self.board.is_over() {
            self.wants.more = None;
            self.stage = Stage::Done;
            self.news.push_back(News::Over);
        }
        self.is_fresh = false;
        self.link.look = now + self.look();
        None
    }

    /// How often to look for work: often enough to hear the store without a gap.
    fn look(&self) -> Duration {
        LOOK.min(self.options.lease.expiry / 9)
    }

    fn parcel(&self) -> Vec<String> {
        let mut size = 0;
        let fits = |line: &&String| {
            let is_first = size == 0;
            size += line.len();
            is_first || size <= PARCEL
        };
        self.outbox.iter().take_while(fits).cloned().collect()
    }

    /// What the store said to an operation.
    pub(crate) fn take(&mut self, now: Duration, op: &Op, reply: &Reply) {
        if self.link.failures > 0 {
            self.news.push_back(News::Back);
        }
        self.link = Link { heard: now, look: self.link.look, ..Link::default() };
        if reply.now < self.at {
            // The store's clock was set back: what was heard by the other one says nothing.
            self.beats.clear();
            self.since = reply.now;
        }
        if self.options.lease.is_gap(self.at, reply.now) {
            self.since = reply.now;
        }
        self.at = reply.now;
        let is_own = op.slot().is_some() && op.slot() == self.slot;
        // It never has fewer lines than it said that it has.
        let has_forgotten = matches!(op, Op::Tell { .. }) && !reply.done && reply.alive;
        if reply.length < self.seen.count || has_forgotten {
            return self.forgotten();
        }
        for entry in &reply.entries {
            if let Err(misfit) = self.learn(entry) {
                return self.end(misfit.to_string());
            }
        }
        if let Some(slot) = self.slot.filter(|_| is_own && reply.done) {
            self.beats.insert(slot, reply.now);
        }
        match op {
            Op::Read => {
                self.is_fresh = true;
                self.beats.clone_from(&reply.beats);
            }
            Op::Tell { from, lines, .. } if reply.done && *from == self.told => {
                self.outbox.drain(..lines.len());
                self.told += lines.len() as u64;
            }
            Op::Lines { slot, .. } => self.heard_of(*slot, &reply.lines),
            // It is alive after all, or others were faster.
            Op::Close { slot, .. } if !reply.done && !is_own => {
                self.rescue.take_if(|rescue| rescue.slot == *slot);
                self.is_fresh = false;
            }
            Op::Join { .. }
            | Op::Append { .. }
            | Op::Close { .. }
            | Op::Beat { .. }
            | Op::Tell { .. } => {}
        }
        // Whoever gives a slot up says so in the log.
        if is_own && !reply.alive && self.slot.is_some_and(|slot| self.board.is_open(slot)) {
            self.forgotten();
        }
    }

    fn forgotten(&mut self) {
        if self.stage != Stage::Over {
            self.end("the queue has lost what was in it".to_owned());
        }
    }

    fn heard_of(&mut self, slot: ShardNumber, lines: &[String]) {
        if let Some(rescue) = self.rescue.as_mut().filter(|rescue| rescue.slot == slot) {
            rescue.hear(lines, &self.board, &*self.left_of, self.at);
        }
    }

    /// Takes in an entry, its own or another's.
    fn learn(&mut self, entry: &Entry) -> Result<(), Misfit> {
        self.board.apply(entry)?;
        self.seen = Seen { count: self.seen.count + 1, last: Some(entry.clone()) };
        let is_own = |slot: &ShardNumber| Some(*slot) == self.slot;
        match entry {
            Entry::Joined { slot, who, .. } if *who == self.options.who => {
                self.slot = Some(*slot);
                self.news.push_back(News::Joined(*slot));
            }
            Entry::Claimed { slot, .. } if is_own(slot) => {
                self.wants.more = None;
                if self.wants.leave.is_some() {
                    // It had asked, and is not there any more to hear of it.
                    self.wants.leave = Some((self.held(), false));
                    return Ok(());
                }
                self.news.push_back(News::Batch(self.board.holds(*slot)));
            }
            Entry::Settled { slot } if is_own(slot) => self.wants.settled = false,
            Entry::Closed { slot, why, .. } if is_own(slot) => {
                let watches = *why != Closing::Lost && self.stage == Stage::Done;
                self.stage = if watches { Stage::Watches } else { Stage::Over };
                if *why == Closing::Lost {
                    self.news.push_back(News::Lost);
                }
            }
            Entry::Closed { slot, .. } => {
                self.rescue.take_if(|rescue| rescue.slot == *slot);
            }
            Entry::Cancelled { by } => self.news.push_back(News::Cancelled(by.clone())),
            Entry::Joined { .. } | Entry::Claimed { .. } | Entry::Settled { .. } => {}
        }
        Ok(())
    }

    /// The store did not answer; `jitter` from 0 to 1 spreads those who come back.
    pub(crate) fn fail(&mut self, now: Duration, reason: String, jitter: f64) {
        if self.link.failures == 0 {
            self.news.push_back(News::Away(reason.clone()));
        }
        self.link.failures += 1;
        let longest = WAITS.0 * 2_u32.saturating_pow(self.link.failures.min(16));
        self.link.not_before = now + longest.min(WAITS.1).mul_f64(0.5 + jitter / 2.0);
        // What is known may be old by the time it answers.
        self.is_fresh = false;
        let is_idle = self.wants.more.is_some() || self.slot.is_none();
        let is_too_long = now.saturating_sub(self.link.heard) > self.options.patience;
        let is_gone = self.wants.leave.is_some() && self.link.failures >= FAREWELLS;
        if self.stage == Stage::Watches {
            // All that it did itself is kept.
            self.stage = if is_gone { Stage::Over } else { Stage::Watches };
        } else if is_gone || (is_idle && is_too_long) {
            self.end(reason);
        }
    }

    /// All that it has.
    fn held(&self) -> Vec<PlannedGroup> {
        let items = self.slot.map(|slot| self.board.holds(slot)).unwrap_or_default();
        items.into_iter().map(|item| item.planned).collect()
    }

    fn end(&mut self, reason: String) {
        self.stage = Stage::Over;
        self.news.push_back(News::GaveUp(reason));
    }
}
