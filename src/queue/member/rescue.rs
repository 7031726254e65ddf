//! The lines of a slot that is lost go in; the entry that closes it and gives back what it did not
//! do comes out.

use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;
use crate::model::queue::{Closing, Entry};
use crate::queue::board::Board;
use crate::queue::member::LeftOf;
use crate::queue::store::{LINES, Op};

/// A slot that is thought to be lost.
pub(super) struct Rescue {
    pub(super) slot: ShardNumber,
    /// When it was last heard of, as the store has it.
    beat: Option<UnixMillis>,
    lines: Vec<String>,
    closing: Option<Entry>,
}

impl Rescue {
    pub(super) fn new(slot: ShardNumber, beat: Option<UnixMillis>) -> Self {
        Self { slot, beat, lines: Vec::new(), closing: None }
    }

    /// What is to be asked of the store next.
    pub(super) fn op(&self) -> Op {
        let (slot, lines) = (self.slot, self.lines.len() as u64);
        match &self.closing {
            None => Op::Lines { slot, from: lines },
            Some(entry) => Op::Close { slot, entry: entry.clone(), beat: self.beat, lines },
        }
    }

    /// Takes in the next lines. Fewer than could be given are the last.
    pub(super) fn hear(
        &mut self,
        lines: &[String],
        board: &Board,
        left_of: &LeftOf,
        at: UnixMillis,
    ) {
        self.lines.extend_from_slice(lines);
        if lines.len() as u64 == LINES {
            return;
        }
        let left = left_of(&board.holds(self.slot), &self.lines);
        self.closing = Some(Entry::Closed {
            slot: self.slot,
            why: Closing::Lost,
            lines: self.lines.len() as u64,
            left: board.portions(&left),
            at,
        });
    }
}
