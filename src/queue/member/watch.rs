//! Who was heard of when goes in, whom to give up comes out: for a member that wants work, and for one
//! that has left a run in which all is run, and keeps what those did that died before they left.

use std::time::Duration;

use crate::model::id::ShardNumber;
use crate::queue::member::rescue::Rescue;
use crate::queue::member::{Member, Stage};
use crate::queue::store::Op;

impl Member {
    /// The first step to give up who is lost, if anybody is.
    pub(super) fn rescue_lost(&mut self, own: ShardNumber) -> Option<Op> {
        let heard = (self.since, self.at);
        let (lost, beat) = self.options.lease.lost(&self.board, &self.beats, heard, own)?;
        let rescue = self.rescue.insert(Rescue::new(lost, beat));
        Some(rescue.op())
    }

    /// What to do for those that have not left, when all is run.
    pub(super) fn watch(&mut self, now: Duration, slot: ShardNumber) -> Option<Op> {
        if let Some(op) = self.rescue.as_ref().map(Rescue::op) {
            return Some(op);
        }
        if !self.board.is_awaited(slot) {
            self.stage = Stage::Over;
            return None;
        }
        if now < self.link.look {
            return None;
        }
        if !std::mem::take(&mut self.is_fresh) {
            return Some(Op::Read);
        }
        self.link.look = now + self.look();
        self.rescue_lost(slot)
    }
}
