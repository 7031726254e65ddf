//! How an attempt ended goes in, what is run after it comes out: its rest in another try, or what
//! another shard could not finish.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::batch::{Ask, Item};
use crate::model::event::{AttemptEnd, AttemptId, Event, Reason};
use crate::model::id::ShardNumber;
use crate::model::plan::{PlannedGroup, PlannedShard};
use crate::model::suite::GroupKind;
use crate::run::attempt::{self, Message, now};
use crate::run::course::{Course, State, Taken, TakenOver, deal};
use crate::run::dispatcher::{Dispatcher, Drawn, Emission, Work};
use crate::run::retry::{Next, worth};
use crate::run::seats::Seat;

impl Dispatcher<'_> {
    /// Lets an attempt be followed by another where that may help.
    pub(super) fn try_again(
        &mut self,
        id: AttemptId,
        end: &AttemptEnd,
        emit: &mut (dyn FnMut(Emission<'_>) + Send),
    ) {
        if self.is_stopped() {
            return;
        }
        let Some(course) = self.courses.get_mut(&id.shard) else { return };
        let next = course.tries.next(&self.options.retries, &mut self.spent, end, &course.ledger);
        let Next::Again { rest, wait, why } = next else {
            self.settle(id.shard, end, emit);
            return;
        };
        course.ledger.expect(&rest.groups);
        course.attempt += 1;
        let attempt = course.attempt;
        let tests = rest.groups.iter().map(|planned| planned.group.tests.len()).sum();
        emit(Emission::Again { id, why, tests, put_off: &rest.put_off, wait });
        // Before those that have not begun: the whole run waits for a shard that begins again.
        let seat = self.seats.fresh(id.shard, attempt);
        let work = Self::work(id.shard, rest.groups, (attempt, seat), wait, TakenOver::new());
        self.waiting.push_front(work);
    }

    fn work(
        number: ShardNumber,
        groups: Vec<PlannedGroup>,
        (attempt, seat): (u32, Seat),
        wait: Duration,
        moved: TakenOver,
    ) -> Work {
        let predicted = groups.iter().map(|planned| planned.estimate).sum();
        let shard = PlannedShard { number, groups, predicted };
        Work { shard, attempt, seat, due: Instant::now() + wait, moved }
    }

    /// No more tries at what a shard has: what a fault left of it is dealt again to shards that can
    /// still run.
    fn settle(
        &mut self,
        number: ShardNumber,
        end: &AttemptEnd,
        emit: &mut (dyn FnMut(Emission<'_>) + Send),
    ) {
        let Some(course) = self.courses.get_mut(&number) else { return };
        let AttemptEnd::Faulted(fault) = end else {
            course.state = State::Idle;
            self.begin_next(emit);
            return;
        };
        course.state = State::GivenUp;
        let mut left: Vec<Taken> = course.give_back().collect();
        if worth(fault.kind) > 0 && self.options.retries.after_faults > 0 {
            let groups = course.ledger.unsuspected();
            // Where all that is left ran at the bad end, it had its tries alone. And a file whose
            // tests nobody has listed yet belongs to the shard that was to list them.
            let known = groups.iter().all(|planned| planned.group.kind != GroupKind::Opaque);
            if known && !groups.is_empty() {
                left.push(Taken::from(number, groups));
                let groups = course.ledger.suspected().groups;
                left.extend((!groups.is_empty()).then(|| Taken::from(number, groups)));
            }
        }
        for taken in left {
            self.deal_again(&taken);
        }
        self.begin_next(emit);
    }

    /// Deals groups to all shards that can still run.
    fn deal_again(&mut self, taken: &Taken) {
        let able = self.courses.values_mut().filter(|course| course.state != State::GivenUp);
        let mut able: Vec<&mut Course> = able.collect();
        let loads: Vec<Duration> = able.iter().map(|course| course.load()).collect();
        let hands = deal(&taken.items, &loads);
        for (course, items) in able.iter_mut().zip(hands) {
            if !items.is_empty() {
                course.take_over(Taken { items });
            }
        }
    }

    /// Lets every shard that is free begin with what it takes over, as far as the budget goes, and
    /// else with what nobody has yet.
    pub(super) fn begin_next(&mut self, emit: &mut (dyn FnMut(Emission<'_>) + Send)) {
        if self.is_stopped() {
            return;
        }
        let numbers: Vec<ShardNumber> = self.courses.keys().copied().collect();
        for number in numbers {
            let retries = &self.options.retries;
            let may_spend = self.spent < retries.budget;
            let Some(course) = self.courses.get_mut(&number) else { continue };
            if let Some(taken) = may_spend.then(|| course.begin_next(number, retries)).flatten() {
                self.spent += 1;
                let seat = self.seats.fresh(number, course.attempt);
                self.put_in_line(number, &taken, seat);
            } else if let Some(items) = self.draw(number) {
                self.drawn(number, items, emit);
            } else {
                self.leave(number);
            }
        }
    }

    /// A shard begins with what it drew; where that is nothing, it asks no more.
    pub(super) fn drawn(
        &mut self,
        number: ShardNumber,
        items: Vec<Item>,
        emit: &mut (dyn FnMut(Emission<'_>) + Send),
    ) {
        let is_stopped = self.is_stopped();
        let Some(course) = self.courses.get_mut(&number) else { return };
        if course.state == State::Asks {
            self.asking -= 1;
        }
        if items.is_empty() || is_stopped {
            course.state = State::Dry;
            self.leave(number);
            return;
        }
        let taken = Taken { items };
        course.begin(&taken, number, &self.options.retries);
        let id = AttemptId { shard: number, attempt: course.attempt };
        let seat = self.seats.same(number, id.attempt);
        if id.attempt > 1 || self.options.open.contains(&number) {
            let groups = taken.items.iter().map(|item| &item.planned.group);
            let tests = groups.map(|group| group.tests.len()).sum();
            if id.attempt > 1 {
                self.starts.goes_on(id);
            }
            emit(Emission::GoesOn { id, tests });
        }
        self.put_in_line(number, &taken, seat);
    }

    /// What a shard has begun with waits for its place.
    fn put_in_line(&mut self, number: ShardNumber, taken: &Taken, seat: Seat) {
        let Some(course) = self.courses.get(&number) else { return };
        let (attempt, moved) = (course.attempt, taken.moved_to(number));
        let work = Self::work(number, taken.groups(), (attempt, seat), Duration::ZERO, moved);
        self.waiting.push_back(work);
    }

    /// Ends the sandbox of a shard that does nothing, if it stays.
    fn leave(&self, number: ShardNumber) {
        let is_busy = |course: &Course| matches!(course.state, State::Busy | State::Asks);
        if self.courses.get(&number).is_none_or(is_busy) {
            return;
        }
        let from = self.seats.left(number);
        let Some(room) = from.and_then(|from| attempt::room(self.setting, number, from)) else {
            return;
        };
        let sandbox = self.setting.sandbox.clone();
        tokio::spawn(async move { sandbox.leave(&room).await });
    }

    /// Where the run was stopped, says of what nobody has begun that it was, shard by shard as the
    /// plan gives it. Nothing runs any more.
    pub(super) fn give_up(&mut self, emit: &mut (dyn FnMut(Emission<'_>) + Send)) {
        // What others may still run is theirs.
        if !self.is_stopped() || !self.options.open.is_empty() {
            return;
        }
        let all = Ask { takers: 1, least: Duration::MAX, ahead: Duration::ZERO };
        let items = std::iter::from_fn(|| match (self.more)(all) {
            Drawn::Now(batch) => Some(batch).filter(|batch| !batch.is_empty()),
            Drawn::Later(_) => None,
        });
        let owners: BTreeSet<ShardNumber> = items.flatten().map(|item| item.from).collect();
        for shard in owners {
            let Some(course) = self.courses.get_mut(&shard) else { continue };
            course.attempt += 1;
            let (id, at) = (AttemptId { shard, attempt: course.attempt }, now());
            emit(Emission::Event(&Event::AttemptStarted { id, at }));
            let end = AttemptEnd::Cancelled(self.reason.unwrap_or(Reason::User));
            emit(Emission::Event(&Event::AttemptEnded { id, end, at }));
        }
    }

    /// What a shard that is free takes of what nobody has yet; none where that is not known now.
    fn draw(&mut self, number: ShardNumber) -> Option<Vec<Item>> {
        // Who would only stand in line leaves it to whoever is free first.
        if self.running + self.waiting.len() + self.asking >= self.options.jobs.get() {
            return None;
        }
        let able = self.courses.values().filter(|course| course.state != State::GivenUp).count();
        let takers = able.min(self.options.jobs.get());
        let others = self.courses.iter().filter(|(other, _)| **other != number);
        let ahead = others.map(|(_, course)| course.load()).sum();
        let course = self.courses.get_mut(&number).filter(|course| course.state == State::Idle)?;
        let ask = Ask {
            takers: u32::try_from(takers).unwrap_or(u32::MAX),
            least: self.starts.typical() * self.options.workers,
            ahead,
        };
        match (self.more)(ask) {
            Drawn::Now(items) => Some(items),
            Drawn::Later(items) => {
                course.state = State::Asks;
                self.asking += 1;
                let messages = self.messages.clone();
                tokio::spawn(async move { messages.send(Message::Drawn(number, items.await)) });
                None
            }
        }
    }
}
