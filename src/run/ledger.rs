//! What the runner of a shard says goes in, what is left of the shard's tests comes out.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::event::{Event, ListedTest, Status, TestResult};
use crate::model::id::TestKey;
use crate::model::plan::PlannedGroup;
use crate::model::suite::{GroupKind, TestCase};
use crate::model::symptom::Symptom;

/// The tests of a piece of work and what is known of each.
#[derive(Debug)]
pub(super) struct Ledger {
    groups: Vec<PlannedGroup>,
    tests: BTreeMap<TestKey, Entry>,
    /// Tests of files that were dealt whole, known since they were listed.
    found: Vec<TestCase>,
    /// A test of a set-up project failed, and may have taken others along.
    shared_failed: bool,
}

/// What is known of a test.
#[derive(Debug, Default)]
struct Entry {
    end: Option<End>,
    /// It began and has not ended.
    open: bool,
    /// It has a result, and is about to be run once more all the same.
    again: bool,
    /// The tests that are run one after the other and fail together, by what their titles begin
    /// with.
    block: Option<Block>,
}

impl Entry {
    /// Whether it has no result yet, or is to have another one.
    fn is_left(&self) -> bool {
        self.open || self.again || matches!(self.end, None | Some(End::Unfinished))
    }
}

/// How the last execution of a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// As it should, or it was skipped; or in a way that no other try would change.
    Settled,
    Failed,
    /// It failed because its worker or its browser died, or the disk was full.
    Crashed,
    /// It failed, and the runner itself was about to try it once more.
    Unfinished,
}

type Block = TestKey;

/// What is still to be run, in the order in which it should start.
#[derive(Debug, Default)]
pub(super) struct Rest {
    pub(super) groups: Vec<PlannedGroup>,
    /// Tests that had begun and not ended when the runner did: they come when these are done.
    pub(super) put_off: Vec<TestKey>,
}

/// What has no result of these groups after what some attempts said, and what must run with it.
pub(crate) fn left_of(groups: Vec<PlannedGroup>, events: &[Event]) -> Vec<PlannedGroup> {
    let mut ledger = Ledger::new(groups);
    for event in events {
        ledger.take(event);
    }
    ledger.left()
}

impl Ledger {
    pub(super) fn new(groups: Vec<PlannedGroup>) -> Self {
        let keys = groups.iter().flat_map(|planned| &planned.group.tests);
        let tests = keys.map(|test| (test.key.clone(), Entry::default())).collect();
        Self { groups, tests, found: Vec::new(), shared_failed: false }
    }

    /// These tests are about to be run once more: whatever comes between, they are not done.
    pub(super) fn expect(&mut self, groups: &[PlannedGroup]) {
        for test in groups.iter().flat_map(|planned| &planned.group.tests) {
            if let Some(entry) = self.tests.get_mut(&test.key) {
                entry.again = true;
            }
        }
    }

    /// Takes in what an attempt at these tests said.
    pub(super) fn take(&mut self, event: &Event) {
        match event {
            Event::TestsListed { tests, .. } => {
                for test in tests.iter().filter(|test| !test.shared) {
                    self.list(test);
                }
            }
            Event::TestBegan { key, .. } => {
                if let Some(entry) = self.tests.get_mut(key) {
                    entry.open = true;
                }
            }
            Event::TestEnded { key, result, .. } => match self.tests.get_mut(key) {
                Some(entry) => {
                    (entry.open, entry.again) = (false, false);
                    entry.end = end_of(result);
                }
                None => self.shared_failed |= end_of(result) == Some(End::Failed),
            },
            Event::RunStarted { .. }
            | Event::AttemptStarted { .. }
            | Event::TestsMoved { .. }
            | Event::RunnerError { .. }
            | Event::SandboxUsed { .. }
            | Event::AttemptEnded { .. }
            | Event::RunEnded { .. } => {}
        }
    }

    fn list(&mut self, test: &ListedTest) {
        let block = test.serial.map(|titles| {
            let titles = test.key.titles.iter().take(titles as usize).cloned().collect();
            TestKey { titles, ..test.key.clone() }
        });
        if !self.tests.contains_key(&test.key) && self.deals_whole(&test.key) {
            self.found.push(TestCase {
                key: test.key.clone(),
                runner_id: Some(test.runner_id.clone()),
                tags: test.tags.clone(),
                line: test.line,
                column: test.column,
            });
            self.tests.insert(test.key.clone(), Entry::default());
        }
        if let Some(entry) = self.tests.get_mut(&test.key) {
            entry.block = block;
        }
    }

    fn deals_whole(&self, key: &TestKey) -> bool {
        self.groups.iter().any(|planned| planned.group.deals_whole(key))
    }

    /// What has no result yet. What ran when the runner came to a bad end may bring the next one
    /// down, too: it is put off until it is all that is left.
    pub(super) fn rest(&self) -> Rest {
        let groups = self.unsuspected();
        if groups.is_empty() {
            return self.suspected();
        }
        Rest { groups, put_off: self.keys(|entry| entry.open).cloned().collect() }
    }

    /// What has no result yet, but for what ran when the runner came to a bad end.
    pub(super) fn unsuspected(&self) -> Vec<PlannedGroup> {
        let suspected = self.with_blocks(|entry| entry.open);
        self.groups_of(&self.with_blocks(Entry::is_left).difference(&suspected).copied().collect())
    }

    /// All that has no result yet.
    pub(super) fn left(&self) -> Vec<PlannedGroup> {
        self.groups_of(&self.with_blocks(Entry::is_left))
    }

    /// What ran when a runner came to a bad end, and has not been run since.
    pub(super) fn suspected(&self) -> Rest {
        let mut groups = self.groups_of(&self.with_blocks(|entry| entry.open));
        // A file of which nothing is known has not begun.
        groups.retain(|planned| planned.group.kind != GroupKind::Opaque);
        Rest { groups, ..Rest::default() }
    }

    /// What failed and may be run again, and what failed with it.
    pub(super) fn failed(&self, may: impl Fn(&TestCase) -> bool) -> Rest {
        let again = |entry: &Entry| {
            matches!(entry.end, Some(End::Failed | End::Crashed))
                || (self.shared_failed && entry.end.is_none())
        };
        let failed: BTreeSet<&TestKey> = self.keys(again).collect();
        let cases = self.cases().filter(|case| failed.contains(&case.key));
        let wanted = cases.filter(|case| may(case)).map(|case| &case.key).collect();
        let mut groups = self.groups_of(&self.and_blocks(&wanted));
        // A file of which nothing is known has not failed.
        groups.retain(|planned| planned.group.kind != GroupKind::Opaque);
        Rest { groups, ..Rest::default() }
    }

    /// What failed because its worker or its browser died, and what failed with it.
    pub(super) fn crashed(&self) -> Rest {
        let groups = self.groups_of(&self.with_blocks(|entry| entry.end == Some(End::Crashed)));
        Rest { groups, ..Rest::default() }
    }

    /// These tests and all that are in one block with one of them: a serial test needs those
    /// before it.
    fn with_blocks(&self, wanted: impl Fn(&Entry) -> bool) -> BTreeSet<&TestKey> {
        self.and_blocks(&self.keys(wanted).collect())
    }

    fn and_blocks<'a>(&'a self, wanted: &BTreeSet<&'a TestKey>) -> BTreeSet<&'a TestKey> {
        let block = |key: &&TestKey| self.tests.get(*key)?.block.as_ref();
        let blocks: BTreeSet<&Block> = wanted.iter().filter_map(block).collect();
        let is_in = |entry: &Entry| entry.block.as_ref().is_some_and(|b| blocks.contains(b));
        self.keys(is_in).chain(wanted.iter().copied()).collect()
    }

    /// The test cases as far as they are known.
    fn cases(&self) -> impl Iterator<Item = &TestCase> {
        self.groups.iter().flat_map(|planned| &planned.group.tests).chain(&self.found)
    }

    /// Whether a test is among those that are run here; one that belongs to every shard is not.
    pub(super) fn holds(&self, key: &TestKey) -> bool {
        self.tests.contains_key(key)
    }

    /// The test case of this name; none for one that belongs to every shard.
    pub(super) fn test(&self, key: &TestKey) -> Option<&TestCase> {
        self.cases().find(|case| case.key == *key)
    }

    fn keys(&self, wanted: impl Fn(&Entry) -> bool) -> impl Iterator<Item = &TestKey> {
        self.tests.iter().filter(move |(_, entry)| wanted(entry)).map(|(key, _)| key)
    }

    /// The groups with these tests alone.
    fn groups_of(&self, wanted: &BTreeSet<&TestKey>) -> Vec<PlannedGroup> {
        self.groups.iter().filter_map(|planned| self.narrowed(planned, wanted)).collect()
    }

    fn narrowed(
        &self,
        planned: &PlannedGroup,
        wanted: &BTreeSet<&TestKey>,
    ) -> Option<PlannedGroup> {
        let group = &planned.group;
        let found = self.found.iter().filter(|test| group.deals_whole(&test.key));
        let mut known = group.tests.iter().chain(found);
        let mut narrowed = planned.clone();
        if group.kind == GroupKind::Opaque {
            if known.clone().next().is_none() {
                return Some(narrowed);
            }
            narrowed.group.kind = GroupKind::File;
        }
        let all = known.clone().count();
        narrowed.group.tests =
            known.by_ref().filter(|test| wanted.contains(&test.key)).cloned().collect();
        let left = narrowed.group.tests.len();
        if left == 0 {
            return None;
        }
        let part = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        narrowed.estimate = planned.estimate * part(left) / part(all).max(1);
        Some(narrowed)
    }
}

/// How an execution ended; none where that says nothing.
pub(super) fn end_of(result: &TestResult) -> Option<End> {
    if result.status == Status::Interrupted {
        return None;
    }
    // A test that was skipped although it did not ask for that stands behind one that failed: the
    // runner has decided.
    if !result.is_failure() {
        return Some(End::Settled);
    }
    if result.again {
        return Some(End::Unfinished);
    }
    Some(match Symptom::of_result(result) {
        Some(Symptom::Crash | Symptom::NoSpace) => End::Crashed,
        // A fresh sandbox has no more browsers than the one before.
        Some(Symptom::NoBrowser) => End::Settled,
        Some(Symptom::Unwritable) | None => End::Failed,
    })
}

#[cfg(test)]
mod tests;
