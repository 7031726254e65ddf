//! A node of the simulated world: a real member, and an engine that runs one test after the other.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use crate::model::batch::Item;
use crate::model::plan::PlannedGroup;
use crate::queue::board::Board;
use crate::queue::lease::Lease;
use crate::queue::member::{Member, News, Options};
use crate::queue::store::Op;

pub(super) struct Node {
    pub(super) member: Member,
    /// What it asked of the store and has no answer to; each question has a number.
    pub(super) asked: Option<(u64, Op)>,
    batch: Vec<Item>,
    tests: VecDeque<String>,
    done: BTreeSet<String>,
    /// It runs a test now, the one of this number.
    pub(super) running: Option<u64>,
    has_ended: bool,
    pub(super) life: Life,
    /// How it ended, when it did.
    pub(super) end: Option<News>,
    /// Its clock runs so fast: 1.0 is right.
    pub(super) pace: f64,
    /// When it came, in the world's time.
    pub(super) born: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    Alive,
    /// Nothing happens in it until then.
    Frozen(u64),
    Dead,
    /// Its engine and its member came to their end.
    Ended,
}

/// The names of an item's tests.
pub(super) fn names(planned: &PlannedGroup) -> impl Iterator<Item = String> {
    planned.group.tests.iter().map(|test| test.key.to_string())
}

/// What is left of items after these lines.
pub(super) fn left_of(items: &[Item], lines: &[String]) -> Vec<PlannedGroup> {
    let done: BTreeSet<&String> = lines.iter().collect();
    let mut left = Vec::new();
    for Item { planned, .. } in items {
        let mut planned = planned.clone();
        planned.group.tests.retain(|test| !done.contains(&test.key.to_string()));
        if !planned.group.tests.is_empty() {
            left.push(planned);
        }
    }
    left
}

impl Node {
    pub(super) fn new(number: usize, board: Board, lease: Lease, pace: f64) -> Self {
        let patience = Duration::from_mins(10);
        let options = Options { lease, patience, who: format!("node {number}") };
        let mut member = Member::new(board, options, Box::new(left_of));
        member.ask(Duration::from_secs(1));
        Self {
            member,
            asked: None,
            batch: Vec::new(),
            tests: VecDeque::new(),
            done: BTreeSet::new(),
            running: None,
            has_ended: false,
            life: Life::Alive,
            end: None,
            pace,
            born: 0,
        }
    }

    /// Its own time at a moment of the world, in milliseconds.
    pub(super) fn time(&self, now: u64) -> Duration {
        Duration::from_millis(now - self.born).mul_f64(self.pace)
    }

    pub(super) fn hear(&mut self, news: News) {
        match news {
            News::Batch(items) => {
                self.tests = items.iter().flat_map(|item| names(&item.planned)).collect();
                self.batch = items;
            }
            News::Over | News::Cancelled(_) => self.stop(News::Over),
            end @ (News::Lost | News::GaveUp(_)) => self.stop(end),
            News::Joined(_) | News::Away(_) | News::Back => {}
        }
    }

    /// Its engine ends, whatever it has.
    pub(super) fn stop(&mut self, end: News) {
        self.end.get_or_insert(end);
        if self.has_ended {
            return;
        }
        self.has_ended = true;
        (self.running, self.tests) = (None, VecDeque::new());
        let lines: Vec<String> = self.done.iter().cloned().collect();
        self.member.leave(left_of(&self.batch, &lines), true);
    }

    /// The test that is to run next.
    pub(super) fn next_test(&self) -> Option<&String> {
        self.tests.front().filter(|_| self.running.is_none())
    }

    /// The test that ran is over.
    pub(super) fn finish_test(&mut self) {
        self.running = None;
        if let Some(test) = self.tests.pop_front() {
            self.done.insert(test.clone());
            self.member.line(test);
        }
        if self.tests.is_empty() {
            self.batch.clear();
            self.member.ask(Duration::from_secs(1));
        }
    }
}
