//! What a store keeps of a run goes in, how the run is comes out. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;
use crate::model::lobby::{Lobby, Turn};
use crate::model::queue::{Closing, Entry};
use crate::model::queue_state::{NodeState, PlaceState, Presence, RunState, Stage};
use crate::queue::board::{Board, Slot};
use crate::queue::work::Work;
use crate::wire::plan_v1;

/// What a store keeps of a run, but for the lines of its nodes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The text of its plan.
    pub(crate) plan: Option<String>,
    pub(crate) entries: Vec<Entry>,
    /// When each slot that is alive was last heard of.
    pub(crate) beats: BTreeMap<ShardNumber, UnixMillis>,
    /// When anything of it was last written; none where nobody knows.
    pub(crate) touched: Option<UnixMillis>,
}

impl Kept {
    /// How the run of this name is.
    pub(crate) fn state(&self, name: &str) -> RunState {
        if let Some(stage) = self.unbegun() {
            return RunState { heard: self.touched, ..bare(name, stage) };
        }
        match self.board() {
            Ok(board) => self.seen(name, &board),
            Err(reason) => damaged(name, reason),
        }
    }

    /// The stage of a run that was cancelled while it waited: there is nothing but that.
    fn unbegun(&self) -> Option<Stage> {
        let [Entry::Cancelled { by }, ..] = self.entries.as_slice() else { return None };
        let is_cancel = |entry: &Entry| matches!(entry, Entry::Cancelled { .. });
        let is_all = self.plan.is_none() && self.entries.iter().all(is_cancel);
        is_all.then(|| Stage::Cancelled(by.clone()))
    }

    fn board(&self) -> Result<Board, String> {
        let text = self.plan.as_deref().ok_or("its plan is gone")?;
        let plan = plan_v1::read(text).map_err(|error| format!("its plan {error}"))?;
        let mut board = Board::new(Arc::new(Work::of(&plan)));
        for entry in &self.entries {
            board.apply(entry).map_err(|misfit| misfit.to_string())?;
        }
        Ok(board)
    }

    fn seen(&self, name: &str, board: &Board) -> RunState {
        let node = |(number, slot): (&ShardNumber, &Slot)| self.node(*number, slot, board);
        let nodes: Vec<NodeState> = board.slots().iter().map(node).collect();
        let stage = match board.cancelled() {
            Some(by) => Stage::Cancelled(by.to_owned()),
            None if board.is_over() => Stage::Over,
            None => Stage::Running,
        };
        RunState {
            name: name.to_owned(),
            stage,
            heard: nodes.iter().map(|node| node.heard).max().or(self.touched),
            waiting: board.waiting(),
            given_up: board.given_up(),
            nodes,
            place: None,
        }
    }

    fn node(&self, number: ShardNumber, slot: &Slot, board: &Board) -> NodeState {
        let beat = self.beats.get(&number).copied().unwrap_or(slot.joined);
        let (presence, heard) = match slot.closed {
            None => (Presence::Here, beat),
            Some(closed) if closed.why != Closing::Lost => (Presence::Left, closed.at),
            // When it was last heard of itself, nobody keeps.
            Some(closed) => (Presence::Lost, closed.at),
        };
        let holds = board.holds(number).len();
        NodeState { slot: number, who: slot.who.clone(), came: slot.joined, heard, presence, holds }
    }
}

/// A run that makes no sense.
pub(crate) fn damaged(name: &str, reason: String) -> RunState {
    bare(name, Stage::Damaged(reason))
}

fn bare(name: &str, stage: Stage) -> RunState {
    let (name, nodes) = (name.to_owned(), Vec::new());
    RunState { name, stage, heard: None, waiting: 0, given_up: 0, nodes, place: None }
}

/// A run with its place in the lobby; none where neither knows of it. One that waits and has
/// nobody at work is not running, whatever earlier nodes of it did.
pub(crate) fn placed(known: Option<RunState>, lobby: &Lobby, name: &str) -> Option<RunState> {
    let Some(at) = lobby.bookings.iter().position(|booking| booking.run == name) else {
        return known;
    };
    let booking = &lobby.bookings[at];
    let (ahead, since, stage) = match booking.turn {
        Turn::Waits { since } => (Some(lobby.ahead(at)), since, Stage::Waiting),
        Turn::Runs { since } => (None, since, Stage::Running),
    };
    let heard = booking.heard().unwrap_or(since);
    let (priority, nodes) = (booking.priority, booking.nodes.len());
    let place = Some(PlaceState { priority, ahead, since, heard, nodes });
    let run = known.unwrap_or_else(|| RunState { heard: Some(heard), ..bare(name, stage.clone()) });
    let stage = if run.stage == Stage::Running { stage } else { run.stage };
    Some(RunState { stage, place, ..run })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Kept, placed};
    use crate::model::event::UnixMillis;
    use crate::model::id::ShardNumber;
    use crate::model::lobby::{Lobby, Priority};
    use crate::model::queue::{Closing, Entry, Portion, Take};
    use crate::model::queue_state::{Presence, RunState, Stage};
    use crate::queue::lobby::{Answer, Capacity, Guest};
    use crate::queue::tests::planned;
    use crate::wire::plan_v1;

    fn kept(entries: Vec<Entry>) -> Kept {
        let plan = Some(plan_v1::write(&planned(&[vec![3_000, 1_000], vec![2_000]])));
        let beats = [(ShardNumber::at(0), UnixMillis(7_000))].into();
        Kept { plan, entries, beats, touched: Some(UnixMillis(8_000)) }
    }

    fn joined(slot: usize, at: u64) -> Entry {
        let slot = ShardNumber::at(slot);
        Entry::Joined { slot, who: format!("node {slot}"), at: UnixMillis(at) }
    }

    fn head(slot: usize, at: u64) -> Entry {
        let slot = ShardNumber::at(slot);
        let takes = vec![Take::Head { shard: slot, count: 1 }];
        Entry::Claimed { slot, takes, at: UnixMillis(at) }
    }

    fn closed(slot: usize, why: Closing, left: Vec<Portion>) -> Entry {
        let slot = ShardNumber::at(slot);
        Entry::Closed { slot, why, lines: 0, left, at: UnixMillis(9_000) }
    }

    #[test]
    fn a_run_is_followed_from_its_plan_to_its_end() {
        let mut kept = kept(Vec::new());
        let state = kept.state("x");
        let all = state.waiting;
        assert_eq!((state.stage.clone(), state.in_work()), (Stage::Running, 0));
        assert_eq!(state.heard, Some(UnixMillis(8_000)), "nobody came: the plan did");
        assert_eq!(all, 3, "{state:?}");

        kept.entries = vec![joined(0, 1_000), joined(1, 2_000), head(0, 3_000), head(1, 3_000)];
        let state = kept.state("x");
        assert_eq!((state.waiting, state.in_work()), (all - 2, 2));
        let heard: Vec<UnixMillis> = state.nodes.iter().map(|node| node.heard).collect();
        // What the store forgot is when it came.
        assert_eq!(heard, [UnixMillis(7_000), UnixMillis(2_000)]);
        assert_eq!((state.heard, state.count(Presence::Here)), (Some(UnixMillis(7_000)), 2));

        // The first of the second shard.
        let left = vec![Portion { unit: 2, tests: None }];
        kept.entries.push(closed(1, Closing::Lost, left));
        kept.entries.push(closed(0, Closing::Left, Vec::new()));
        let state = kept.state("x");
        assert_eq!(
            (state.waiting, state.in_work(), state.stage.clone()),
            (all - 1, 0, Stage::Running)
        );
        let counts = [Presence::Here, Presence::Left, Presence::Lost].map(|it| state.count(it));
        assert_eq!(counts, [0, 1, 1]);

        kept.entries.push(Entry::Cancelled { by: "me".to_owned() });
        assert_eq!(kept.state("x").stage, Stage::Cancelled("me".to_owned()));
    }

    #[test]
    fn what_makes_no_sense_is_damaged_and_says_why() {
        let reason = |kept: &Kept| match kept.state("x").stage {
            Stage::Damaged(reason) => reason,
            stage @ (Stage::Waiting | Stage::Running | Stage::Over | Stage::Cancelled(_)) => {
                panic!("{stage:?}")
            }
        };
        assert_eq!(reason(&Kept { plan: None, ..kept(Vec::new()) }), "its plan is gone");
        let foreign = Kept { plan: Some("{}".to_owned()), ..kept(Vec::new()) };
        assert!(reason(&foreign).starts_with("its plan is not a `shardwright.plan` file"));
        assert!(reason(&kept(vec![joined(1, 0)])).contains("does not fit"));
        let unplanned = |entries| Kept { plan: None, ..kept(entries) };
        let cancelled = || Entry::Cancelled { by: "me".to_owned() };
        assert_eq!(reason(&unplanned(vec![cancelled(), joined(0, 0)])), "its plan is gone");
        let state = unplanned(vec![cancelled(), cancelled()]).state("x");
        assert_eq!(state.stage, Stage::Cancelled("me".to_owned()), "while it waited");
    }

    #[test]
    fn a_run_has_its_place_among_those_that_run_and_wait() {
        let mut lobby = Lobby::default();
        let guest = |run: &str, priority| Guest {
            run: run.to_owned(),
            who: "a".to_owned(),
            priority,
            lease: Duration::from_secs(90),
        };
        let most = Capacity { running: 1.try_into().ok(), queued: None };
        let now = UnixMillis(1_000);
        let (first, second) = (guest("a", Priority::Low), guest("b", Priority::Normal));
        assert_eq!(lobby.enter(&first, most, now), Answer::Admitted);
        for guest in [&second, &guest("c", Priority::High)] {
            assert!(matches!(lobby.enter(guest, most, now), Answer::Waits { .. }));
        }
        let new = |name: &str| placed(None, &lobby, name).unwrap();
        let told = |state: &RunState| (state.stage.name(), state.place.unwrap().ahead);
        let all = ["a", "b", "c"].map(|name| told(&new(name)));
        assert_eq!(all, [("running", None), ("waiting", Some(1)), ("waiting", Some(0))]);
        assert!(placed(None, &lobby, "d").is_none() && new("b").heard == Some(now));

        let known = |entries| placed(Some(kept(entries).state("b")), &lobby, "b").unwrap();
        let state = known(vec![joined(0, 1_000)]);
        assert_eq!((told(&state), state.nodes.len()), (("waiting", Some(1)), 1), "none is left");
        let state = known(vec![Entry::Cancelled { by: "me".to_owned() }]);
        assert_eq!(told(&state), ("cancelled", Some(1)));
    }
}
