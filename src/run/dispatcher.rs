//! The sole owner of a run's state: shards go in, attempts are started, their messages come out
//! as events in one order.

mod again;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::num::{NonZeroU32, NonZeroUsize};
use std::pin::Pin;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use crate::model::batch::{Ask, Item};
use crate::model::event::{AttemptEnd, AttemptId, Event, Judged, Reason};
use crate::model::id::{ShardNumber, TestKey};
use crate::model::plan::{Plan, PlannedShard};
use crate::model::quarantine::Quarantine;
use crate::run::Setting;
use crate::run::attempt::{self, Message, Started, Try, now};
use crate::run::cancel::{Wishes, raise};
use crate::run::course::{Course, TakenOver};
use crate::run::resources::{self, gate::Gate};
use crate::run::retry::{Retries, Why};
use crate::run::seats::{Seat, Seats};
use crate::run::starts::Starts;
use crate::sandbox::Wish;

/// How a plan is run.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Shards at once.
    pub(crate) jobs: NonZeroUsize,
    /// Workers of one shard.
    pub(crate) workers: u32,
    /// What one attempt may take.
    pub(crate) shard_timeout: Duration,
    /// The folder of the runner's files as it knows them; see [`Try`].
    pub(crate) root: Option<String>,
    /// The same folder as its path in the user's repository; see [`Event::RunStarted`].
    pub(crate) sources: Option<String>,
    /// What whoever joins the results cannot know; see [`Event::RunStarted`].
    pub(crate) judged: Judged,
    pub(crate) retries: Retries,
    pub(crate) limits: Limits,
    /// Shards that begin with nothing and take all that they run.
    pub(crate) open: Vec<ShardNumber>,
    pub(crate) resources: resources::Options,
}

/// When a whole run is given up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limits {
    /// After this time.
    pub(crate) time: Option<Duration>,
    /// After so many failed tests.
    pub(crate) failures: Option<NonZeroU32>,
    /// Failures that do not count.
    pub(crate) quarantine: Quarantine,
}

/// What a run says as it goes.
#[derive(Debug)]
pub(crate) enum Emission<'a> {
    /// Part of the outcome.
    Event(&'a Event),
    /// A line that a shard's runner printed.
    Line(AttemptId, &'a str),
    /// A remark that is no part of the outcome.
    Note(AttemptId, &'a str),
    /// Nothing was heard of an attempt for so long.
    Silent(AttemptId, Duration),
    /// So many tests of an attempt that has ended are tried again after a wait; those that ran
    /// when it ended are put off until the others are done.
    Again { id: AttemptId, why: Why, tests: usize, put_off: &'a [TestKey], wait: Duration },
    /// A shard that has ended goes on with so many tests that nobody has begun.
    GoesOn { id: AttemptId, tests: usize },
    /// All shards are to end.
    Stopping(Reason, Wish),
}

/// Gives a shard that is free what no shard has begun; nothing when there is no more of it.
pub(crate) type More<'a> = dyn FnMut(Ask) -> Drawn + Send + 'a;

/// What a shard gets that asked for work.
pub(crate) enum Drawn {
    Now(Vec<Item>),
    /// As soon as it is known: others are asked, or must be waited for.
    Later(Pin<Box<dyn Future<Output = Vec<Item>> + Send>>),
}

/// Runs every shard of a plan and says all that happens. Comes back only when nothing runs any
/// more. The first attempt of one shard may have been started before.
pub(crate) async fn execute(
    plan: &Plan,
    more: &mut More<'_>,
    setting: &Setting,
    options: &Options,
    started: Option<Started>,
    (sender, mut wishes): Wishes,
    emit: &mut (dyn FnMut(Emission<'_>) + Send),
) {
    let (messages, mut inbox) = mpsc::unbounded_channel();
    let mut dispatcher = Dispatcher::new(plan, more, setting, options, sender, messages);
    let time_over = Instant::now() + options.limits.time.unwrap_or(FOR_EVER);
    let at = started.as_ref().map_or_else(now, |started| started.at);
    let (digest, sources, build) =
        (plan.digest.clone(), options.sources.clone(), setting.build.clone());
    let judged = options.judged;
    emit(Emission::Event(&Event::RunStarted { digest, at, sources, build, judged }));
    if let Some(started) = started {
        dispatcher.go_on(started, emit);
    }
    dispatcher.begin_next(emit);
    loop {
        if wishes.has_changed().unwrap_or_default() {
            let wish = *wishes.borrow_and_update();
            emit(Emission::Stopping(dispatcher.reason.unwrap_or(Reason::User), wish));
        }
        dispatcher.start(emit);
        let Some(due) = dispatcher.due() else { break };
        tokio::select! {
            Some(message) = inbox.recv() => dispatcher.take(message, emit),
            () = tokio::time::sleep_until(due), if dispatcher.waits() => {}
            () = tokio::time::sleep_until(time_over), if !dispatcher.is_stopped() => {
                dispatcher.stop(Reason::RunTimedOut);
            }
            () = tokio::time::sleep_until(dispatcher.gate.next_look()) => dispatcher.look(emit),
            // Who waits for another try need not wait any more.
            Ok(()) = wishes.changed() => wishes.mark_changed(),
        }
    }
    dispatcher.give_up(emit);
    emit(Emission::Event(&Event::RunEnded { at: now() }));
}

/// A run without a limit of its own is over long before.
const FOR_EVER: Duration = Duration::from_hours(24 * 365);

/// What one attempt is to run, and when at the earliest.
struct Work {
    shard: PlannedShard,
    attempt: u32,
    seat: Seat,
    due: Instant,
    /// The tests that are not its own, by the shard that had them.
    moved: TakenOver,
}

impl Work {
    fn id(&self) -> AttemptId {
        AttemptId { shard: self.shard.number, attempt: self.attempt }
    }
}

struct Dispatcher<'a> {
    more: &'a mut More<'a>,
    starts: Starts,
    /// In the order in which they shall start.
    waiting: VecDeque<Work>,
    running: usize,
    /// How many shards wait for an answer to whether there is more.
    asking: usize,
    courses: BTreeMap<ShardNumber, Course>,
    /// What all shards have tried again.
    spent: u32,
    seats: Seats,
    setting: &'a Setting,
    options: &'a Options,
    /// Failed tests of all shards that nobody tries again.
    failures: BTreeSet<TestKey>,
    /// Why we gave up, if we did.
    reason: Option<Reason>,
    sender: watch::Sender<Wish>,
    messages: mpsc::UnboundedSender<Message>,
    /// The room on the machine.
    gate: Gate<'a>,
}

impl<'a> Dispatcher<'a> {
    fn new(
        plan: &Plan,
        more: &'a mut More<'a>,
        setting: &'a Setting,
        options: &'a Options,
        sender: watch::Sender<Wish>,
        messages: mpsc::UnboundedSender<Message>,
    ) -> Self {
        let due = Instant::now();
        let shards = plan.shards.iter().filter(|shard| !shard.is_empty());
        let waiting: VecDeque<Work> = shards
            .enumerate()
            .map(|(at, shard)| Work {
                shard: shard.clone(),
                attempt: 1,
                seat: Seat::first(at + 1),
                due,
                moved: TakenOver::new(),
            })
            .collect();
        let course = |work: &Work| {
            let PlannedShard { number, groups, .. } = &work.shard;
            (*number, Course::new(*number, groups.clone(), &options.retries))
        };
        let open =
            options.open.iter().map(|number| (*number, Course::open(*number, &options.retries)));
        let courses = waiting.iter().map(course).chain(open).collect();
        let begun = waiting.iter().map(|work| (work.shard.number, work.seat));
        let seats = Seats::new(begun.collect());
        Self {
            more,
            starts: Starts::new(setting.stays),
            waiting,
            running: 0,
            asking: 0,
            courses,
            spent: 0,
            seats,
            setting,
            options,
            failures: BTreeSet::new(),
            reason: None,
            sender,
            messages,
            gate: Gate::new(&options.resources),
        }
    }

    /// Takes over an attempt that was started before the plan was known.
    fn go_on(&mut self, started: Started, emit: &mut (dyn FnMut(Emission<'_>) + Send)) {
        let Started { id, at, .. } = started;
        self.waiting.retain(|work| work.shard.number != id.shard);
        emit(Emission::Event(&Event::AttemptStarted { id, at }));
        self.running += 1;
        let messages = self.messages.clone();
        tokio::spawn(attempt::follow(self.setting.clone(), started, messages));
    }

    /// Starts what is due, as much as may run at once; after a wish to stop, nothing.
    fn start(&mut self, emit: &mut (dyn FnMut(Emission<'_>) + Send)) {
        let stopped = self.is_stopped();
        while self.running < self.options.jobs.get() {
            let now_due = Instant::now();
            let at = self.waiting.iter().position(|work| stopped || work.due <= now_due);
            let Some(at) = at else { return };
            let id = self.waiting[at].id();
            if !stopped && !self.gate.admits(id, &mut |id, text| emit(Emission::Note(id, text))) {
                return;
            }
            let Some(work) = self.waiting.remove(at) else { return };
            let started = Event::AttemptStarted { id, at: now() };
            self.starts.take(&started);
            emit(Emission::Event(&started));
            for ((from, again), keys) in &work.moved {
                let (from, keys, drawn) = (*from, keys.clone(), !again);
                emit(Emission::Event(&Event::TestsMoved { id, from, keys, drawn }));
            }
            if stopped {
                let end = AttemptEnd::Cancelled(self.reason.unwrap_or(Reason::User));
                emit(Emission::Event(&Event::AttemptEnded { id, end, at: now() }));
                continue;
            }
            self.running += 1;
            tokio::spawn(attempt::run(
                self.setting.clone(),
                self.try_of(work, id),
                self.gate.pass(id, self.sender.subscribe()),
                self.messages.clone(),
            ));
        }
    }

    fn try_of(&self, Work { shard, seat, .. }: Work, id: AttemptId) -> Try {
        let Options { shard_timeout: timeout, ref root, .. } = *self.options;
        Try { shard, id, seat, timeout, root: root.clone() }
    }

    /// When the next thing is to be looked for; none when all is over.
    fn due(&self) -> Option<Instant> {
        let next = self.waiting.iter().map(|work| work.due).min();
        let asks = self.asking > 0 && !self.is_stopped();
        next.or_else(|| (self.running > 0 || asks).then(Instant::now))
    }

    /// Whether something waits for its time and for nothing else.
    fn waits(&self) -> bool {
        let has_room = self.running < self.options.jobs.get() && self.gate.is_open();
        has_room && !self.waiting.is_empty()
    }

    fn take(&mut self, message: Message, emit: &mut (dyn FnMut(Emission<'_>) + Send)) {
        match message {
            Message::Event(event) => {
                if let Some(course) = event.attempt().and_then(|id| self.courses.get_mut(&id.shard))
                {
                    course.ledger.take(&event);
                    if event.test().is_none_or(|key| course.ledger.holds(key)) {
                        self.starts.take(&event);
                    }
                }
                emit(Emission::Event(&event));
                self.count_failure(&event);
            }
            Message::Line(id, line) => emit(Emission::Line(id, &line)),
            Message::Note(id, text) => emit(Emission::Note(id, &text)),
            Message::Drawn(number, items) => self.drawn(number, items, emit),
            Message::Silent(id, silent) => emit(Emission::Silent(id, silent)),
            Message::Ended(id, end) => {
                self.running -= 1;
                // Before others, who may wait for its place, begin.
                let at = now();
                let had_to_go = self.gate.leave(id) && !self.is_stopped();
                let otherwise = if had_to_go { Reason::MemoryShort } else { Reason::User };
                let end = match end {
                    AttemptEnd::Cancelled(_) => {
                        AttemptEnd::Cancelled(self.reason.unwrap_or(otherwise))
                    }
                    end @ (AttemptEnd::Finished(_) | AttemptEnd::Faulted(_)) => end,
                };
                let ended = Event::AttemptEnded { id, end: end.clone(), at };
                self.starts.take(&ended);
                emit(Emission::Event(&ended));
                self.try_again(id, &end, emit);
            }
        }
    }

    /// Looks at the machine; who has nothing left to run is not worth ending.
    fn look(&mut self, emit: &mut (dyn FnMut(Emission<'_>) + Send)) {
        let course = |id: AttemptId| self.courses.get(&id.shard);
        let has_rest = |id| course(id).is_some_and(|course| !course.ledger.left().is_empty());
        self.gate.look(has_rest, &mut |id, text| emit(Emission::Note(id, text)));
    }

    fn is_stopped(&self) -> bool {
        *self.sender.borrow() > Wish::Run
    }

    /// Gives the whole run up: what runs ends in order, what waits is not started.
    fn stop(&mut self, reason: Reason) {
        if !self.is_stopped() {
            self.reason = Some(reason);
        }
        raise(&self.sender, Wish::Stop);
    }

    /// Counts tests that failed for good, up to as many as may fail.
    fn count_failure(&mut self, event: &Event) {
        let Some(most) = self.options.limits.failures else { return };
        let Event::TestEnded { id, key, result } = event else { return };
        let Some(course) = self.courses.get(&id.shard) else { return };
        if self.options.limits.quarantine.excuses(key) {
            return;
        }
        let is_last = || {
            let (retries, test) = (&self.options.retries, course.ledger.test(key));
            course.tries.is_last(retries, self.spent, test, result)
        };
        if result.is_final_failure() && is_last() {
            self.failures.insert(key.clone());
        }
        if self.failures.len() >= most.get() as usize && self.reason.is_none() {
            self.stop(Reason::TooManyFailures);
        }
    }
}
