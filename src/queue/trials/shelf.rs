//! A store in memory: what `redis.rs` asks of Redis, said once more in plain words.

use std::collections::BTreeMap;

use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;
use crate::model::queue::Entry;
use crate::queue::store::{LINES, Op, Reply, Seen};

#[derive(Debug, Default)]
pub(in crate::queue) struct Shelf {
    pub(in crate::queue) log: Vec<Entry>,
    beats: BTreeMap<ShardNumber, UnixMillis>,
    pub(in crate::queue) lines: BTreeMap<ShardNumber, Vec<String>>,
}

impl Shelf {
    pub(in crate::queue) fn call(&mut self, now: UnixMillis, seen: &Seen, op: &Op) -> Reply {
        let Seen { count: seen, last } = seen;
        let seen = *seen;
        let before = size(seen).checked_sub(1).and_then(|at| self.log.get(at));
        if last.is_some() && last.as_ref() != before {
            return Reply { now, ..Reply::default() };
        }
        let is_new = self.log.len() as u64 == seen;
        let is_alive = |slot: &ShardNumber| self.beats.contains_key(slot);
        let count = |slot: &ShardNumber| self.lines.get(slot).map_or(0, Vec::len) as u64;
        let mut reply = Reply { now, ..Reply::default() };
        reply.done = match op {
            Op::Read | Op::Lines { .. } => true,
            Op::Join { .. } => is_new,
            Op::Append { slot, .. } => is_new && slot.as_ref().is_none_or(is_alive),
            Op::Close { slot, beat, lines, .. } => {
                is_new && self.beats.get(slot) == beat.as_ref() && count(slot) == *lines
            }
            Op::Beat { slot } => is_alive(slot),
            Op::Tell { slot, from, .. } => is_alive(slot) && count(slot) >= *from,
        };
        if reply.done {
            self.perform(now, op);
        }
        reply.alive = op.slot().is_none_or(|slot| self.beats.contains_key(&slot));
        reply.length = self.log.len() as u64;
        reply.entries = self.log.get(size(seen)..).unwrap_or_default().to_vec();
        match op {
            Op::Read => reply.beats.clone_from(&self.beats),
            Op::Lines { slot, from } => {
                let all = self.lines.get(slot).map_or(&[][..], Vec::as_slice);
                reply.lines = all.iter().skip(size(*from)).take(size(LINES)).cloned().collect();
            }
            Op::Join { .. }
            | Op::Append { .. }
            | Op::Close { .. }
            | Op::Beat { .. }
            | Op::Tell { .. } => {}
        }
        reply
    }

    fn perform(&mut self, now: UnixMillis, op: &Op) {
        match op {
            Op::Read | Op::Lines { .. } => {}
            Op::Join { slot, entry } | Op::Append { slot: Some(slot), entry } => {
                self.log.push(entry.clone());
                self.beats.insert(*slot, now);
            }
            Op::Append { slot: None, entry } => self.log.push(entry.clone()),
            Op::Close { slot, entry, .. } => {
                self.log.push(entry.clone());
                self.beats.remove(slot);
            }
            Op::Beat { slot } => {
                self.beats.insert(*slot, now);
            }
            Op::Tell { slot, from, lines } => {
                let all = self.lines.entry(*slot).or_default();
                let known = all.len() - size(*from);
                all.extend(lines.iter().skip(known).cloned());
                self.beats.insert(*slot, now);
            }
        }
    }
}

fn size(count: u64) -> usize {
    usize::try_from(count).unwrap()
}
