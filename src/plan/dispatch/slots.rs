//! One phase: units in their order go in, when the last of them has ended comes out.

use crate::plan::dispatch::Overhead;

/// What a worker takes at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    pub(super) millis: u64,
    /// Which kind of worker can run it; none for one that no other unit shares.
    pub(super) worker: Option<usize>,
    pub(super) file: usize,
    pub(super) project: usize,
    /// How many of its project may run at once.
    pub(super) limit: Option<usize>,
}

/// The workers of a shard, as Playwright's dispatcher keeps them.
pub(super) struct Slots<'a> {
    overhead: &'a Overhead,
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    /// When it can take the next unit.
    free: u64,
    last: Option<Unit>,
}

impl<'a> Slots<'a> {
    /// No worker runs yet.
    pub(super) fn new(workers: usize, overhead: &'a Overhead) -> Self {
        Self { overhead, slots: vec![Slot::default(); workers] }
    }

    /// Works off all units.
    pub(super) fn run(mut self, queue: &[Unit]) -> u64 {
        if queue.iter().all(|unit| unit.limit.is_none()) {
            for unit in queue {
                let now = self.next_free();
                self.take(now, unit);
            }
        } else {
            self.run_limited(queue.to_vec());
        }
        self.slots.iter().map(|slot| slot.free).max().unwrap_or_default()
    }

    /// The first unit in line that its project's limit allows is taken; where none is, a worker
    /// waits for the next one to end.
    fn run_limited(&mut self, mut queue: Vec<Unit>) {
        while !queue.is_empty() {
            let now = self.next_free();
            let allowed = queue.iter().position(|unit| {
                let busy = self.slots.iter().filter(|slot| slot.free > now);
                let own = busy.filter(|slot| slot.last.is_some_and(|l| l.project == unit.project));
                unit.limit.is_none_or(|limit| own.count() < limit)
            });
            if let Some(position) = allowed {
                let unit = queue.remove(position);
                self.take(now, &unit);
            } else {
                let later = self.slots.iter().map(|slot| slot.free).filter(|free| *free > now);
                let later = later.min().unwrap_or(now);
                self.slots.iter_mut().filter(|s| s.free == now).for_each(|s| s.free = later);
            }
        }
    }

    fn next_free(&self) -> u64 {
        self.slots.iter().map(|slot| slot.free).min().unwrap_or_default()
    }

    /// A free worker of the unit's kind takes it, or else the first that is free.
    fn take(&mut self, now: u64, unit: &Unit) {
        let same = |slot: &Slot| slot.last.is_some_and(|last| last.is_alike(unit));
        let free = || (0..self.slots.len()).filter(|&position| self.slots[position].free == now);
        let position =
            free().find(|&position| same(&self.slots[position])).or_else(|| free().next());
        let Some(position) = position else { return };
        let slot = &mut self.slots[position];
        let before = match slot.last {
            Some(last) if last.is_alike(unit) && last.file == unit.file => 0,
            Some(last) if last.is_alike(unit) => self.overhead.file,
            _ => self.overhead.worker,
        };
        slot.free = now.saturating_add(before).saturating_add(unit.millis);
        slot.last = Some(*unit);
    }
}

impl Unit {
    /// Whether one worker can run both, one after the other.
    fn is_alike(&self, other: &Self) -> bool {
        self.worker.is_some() && self.worker == other.worker
    }
}
