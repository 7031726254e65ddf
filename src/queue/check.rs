//! Any bytes go in, as what a queue's server may hold: each line an entry of a run's log, or who
//! waits and runs; what does not hold for them is a panic. For tests and for `fuzz/`.

use std::sync::Arc;
use std::time::Duration;

use crate::model::event::UnixMillis;
use crate::model::lobby::{Lobby, Priority};
use crate::model::queue::Entry;
use crate::queue::board::Board;
use crate::queue::lobby::{Capacity, Guest};
use crate::queue::work::Work;
use crate::wire::{lobby_v1, plan_v1, queue_v1};

/// What the entries are of.
const PLAN: &str = include_str!("../../fixtures/wire/plan-v1.json");
/// Nodes that may come besides those that were planned for.
const SPARE: usize = 6;
/// What one more start costs.
const LEAST: Duration = Duration::from_secs(1);

/// What can be read is written and read back the same. A log is refused, or work that it offers can
/// be taken; who comes to those that wait can go again.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(plan) = plan_v1::read(PLAN) else { return };
    let mut board = Board::new(Arc::new(Work::of(&plan.with_spare(SPARE))));
    for line in text.lines() {
        if let Ok(lobby) = lobby_v1::read(line) {
            check_lobby(&lobby);
        }
        let Ok(entry) = queue_v1::read(line) else { continue };
        let written = queue_v1::write(&entry);
        assert_eq!(queue_v1::read(&written).as_ref(), Ok(&entry), "{written}");
        if board.apply(&entry).is_err() {
            return;
        }
        check_offers(&board);
    }
}

fn check_offers(board: &Board) {
    for slot in board.slots().keys().copied().filter(|slot| board.is_open(*slot)) {
        for at in [UnixMillis(0), UnixMillis(u64::MAX)] {
            let takes = board.offer(slot, LEAST, at);
            let waited = board.waiting();
            assert!(takes.is_empty() || waited > 0, "{slot} is offered what there is not");
            let mut after = board.clone();
            let claimed = after.apply(&Entry::Claimed { slot, takes, at });
            assert_eq!(claimed, Ok(()), "{slot} cannot take what it is offered");
            assert!(after.holds(slot).len() >= board.holds(slot).len());
            assert!(after.is_open(slot) && after.waiting() <= waited);
        }
    }
}

fn check_lobby(lobby: &Lobby) {
    let written = lobby_v1::write(lobby);
    assert_eq!(lobby_v1::read(&written).as_ref(), Ok(lobby), "{written}");
    let (run, who) = ("a run of nobody".to_owned(), "a node of it".to_owned());
    let guest = Guest { run, who, priority: Priority::Low, lease: LEAST };
    let capacity = Capacity { running: 1.try_into().ok(), queued: Some(1) };
    for now in [UnixMillis(0), UnixMillis(u64::MAX)] {
        let mut after = lobby.clone();
        after.enter(&guest, capacity, now);
        after.touch(&guest, now);
        assert!(after.running() > 0);
        after.leave(&guest, now);
        assert!(after.bookings.iter().all(|booking| booking.run != guest.run));
        after.sweep(now);
        assert!(after.bookings.len() <= lobby.bookings.len());
    }
}
