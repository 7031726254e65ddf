//! What a shard runs next goes in, where it runs comes out: in the sandbox of what it ran before, or in
//! one of its own with a view of the workspace that nobody has had.

use std::collections::BTreeMap;

use crate::model::id::ShardNumber;

/// So many attempts can have one sandbox: each has folders there from its begin.
pub(crate) const SEATS: u32 = 16;

/// Where an attempt runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seat {
    /// Which private view of the workspace it gets.
    pub(crate) view: usize,
    /// The first attempt that has its sandbox, where these stay.
    pub(crate) room: u32,
    /// That of the sandbox that is to end before, if there is one.
    pub(crate) leaves: Option<u32>,
}

impl Seat {
    /// That of a shard's first attempt.
    pub(crate) fn first(view: usize) -> Self {
        Self { view, room: 1, leaves: None }
    }
}

/// Where the shards of a run have run.
#[derive(Debug)]
pub(super) struct Seats {
    last: BTreeMap<ShardNumber, Seat>,
    /// The first view that nobody has had.
    view: usize,
}

impl Seats {
    /// Those of shards that begin with these.
    pub(super) fn new(first: BTreeMap<ShardNumber, Seat>) -> Self {
        // View 0 is for listing.
        let view = first.values().map(|seat| seat.view).max().unwrap_or_default() + 1;
        Self { last: first, view }
    }

    /// For a try after a bad end, and for what may be to blame for another's.
    pub(super) fn fresh(&mut self, shard: ShardNumber, attempt: u32) -> Seat {
        let leaves = self.last.get(&shard).map(|seat| seat.room);
        let seat = Seat { view: self.view, room: attempt, leaves };
        self.view += 1;
        self.last.insert(shard, seat);
        seat
    }

    /// For what a shard goes on with after a good end.
    pub(super) fn same(&mut self, shard: ShardNumber, attempt: u32) -> Seat {
        let Some(last) = self.last.get(&shard).copied() else { return self.fresh(shard, attempt) };
        let is_full = attempt >= last.room.saturating_add(SEATS);
        let room = if is_full { attempt } else { last.room };
        let seat = Seat { room, leaves: is_full.then_some(last.room), ..last };
        self.last.insert(shard, seat);
        seat
    }

    /// The sandbox of a shard that has nothing more to run.
    pub(super) fn left(&self, shard: ShardNumber) -> Option<u32> {
        self.last.get(&shard).map(|seat| seat.room)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{SEATS, Seat, Seats};
    use crate::model::id::ShardNumber;

    #[test]
    fn a_shard_goes_on_where_it_was_until_all_seats_are_taken_and_begins_afresh_elsewhere() {
        let [one, two] = [0, 1].map(ShardNumber::at);
        let first = BTreeMap::from([(one, Seat::first(1)), (two, Seat::first(2))]);
        let mut seats = Seats::new(first);
        for attempt in 2..=SEATS {
            assert_eq!(seats.same(one, attempt), Seat { view: 1, room: 1, leaves: None });
        }
        let next = SEATS + 1;
        assert_eq!(seats.same(one, next), Seat { view: 1, room: next, leaves: Some(1) });
        assert_eq!(seats.same(one, next + 1), Seat { view: 1, room: next, leaves: None });
        let afresh = seats.fresh(two, 2);
        assert_eq!(afresh, Seat { view: 3, room: 2, leaves: Some(1) });
        assert_eq!(seats.same(two, 3), Seat { leaves: None, ..afresh });
        assert_eq!(seats.fresh(one, 99).view, 4);
        assert_eq!(seats.left(one), Some(99));
    }
}
