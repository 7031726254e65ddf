//! What a queue holds at a moment of its server, as people ask for it.

use std::time::Duration;

use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;
use crate::model::lobby::Priority;

/// The runs of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueueState {
    /// The time of its server.
    pub(crate) now: UnixMillis,
    /// By their names.
    pub(crate) runs: Vec<RunState>,
}

/// One shared run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunState {
    /// Untrusted text, as all texts here.
    pub(crate) name: String,
    pub(crate) stage: Stage,
    /// When a node of it was last heard of, or else when its plan came; none where the queue
    /// forgot that.
    pub(crate) heard: Option<UnixMillis>,
    /// Groups that nobody has.
    pub(crate) waiting: usize,
    /// Groups that came back too often to be dealt once more.
    pub(crate) given_up: usize,
    /// In the order in which they came.
    pub(crate) nodes: Vec<NodeState>,
    /// Its place among all runs of the queue; none where none of its nodes is known to be there.
    pub(crate) place: Option<PlaceState>,
}

/// The place of a run among those that run and wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlaceState {
    pub(crate) priority: Priority,
    /// So many of those that wait go before it; none where it runs.
    pub(crate) ahead: Option<usize>,
    /// From when on it runs, or waits.
    pub(crate) since: UnixMillis,
    /// When a node of it was last heard of.
    pub(crate) heard: UnixMillis,
    pub(crate) nodes: usize,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Until others have ended.
    Waiting,
    Running,
    /// Nothing is left to do.
    Over,
    /// By whom.
    Cancelled(String),
    /// What is kept of it makes no sense, for this reason.
    Damaged(String),
}

/// One coming of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NodeState {
    pub(crate) slot: ShardNumber,
    pub(crate) who: String,
    pub(crate) came: UnixMillis,
    pub(crate) heard: UnixMillis,
    pub(crate) presence: Presence,
    /// How many groups it has and is not done with.
    pub(crate) holds: usize,
}

/// Whether a node is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Here,
    /// It said so itself.
    Left,
    /// It was not heard of for as long as a lease lasts, and others noticed.
    Lost,
}

impl Presence {
    /// As it is called in tables and in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Left => "left",
            Self::Lost => "lost",
        }
    }
}

impl Stage {
    /// As it is called in tables and in JSON.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Over => "over",
            Self::Cancelled(_) => "cancelled",
            Self::Damaged(_) => "damaged",
        }
    }
}

impl RunState {
    /// How many nodes are there, have left, or were lost.
    pub(crate) fn count(&self, presence: Presence) -> usize {
        self.nodes.iter().filter(|node| node.presence == presence).count()
    }

    /// How many groups nodes have and are not done with.
    pub(crate) fn in_work(&self) -> usize {
        self.nodes.iter().map(|node| node.holds).sum()
    }

    /// Whether nodes of it wait for others to end.
    pub(crate) fn waits(&self) -> bool {
        self.place.is_some_and(|place| place.ahead.is_some())
    }

    /// Whether somebody may still need what is kept of it: a node that is there was heard of within
    /// the `lease`, or the run is not at its end and was. Of a run that makes no sense nobody knows.
    pub(crate) fn is_alive(&self, now: UnixMillis, lease: Duration) -> bool {
        let is_fresh = |heard: UnixMillis| now.since(heard) <= lease;
        let is_awaited =
            self.place.is_some_and(|place| place.ahead.is_some() && is_fresh(place.heard));
        let is_here = |node: &NodeState| node.presence == Presence::Here && is_fresh(node.heard);
        match self.stage {
            Stage::Damaged(_) => true,
            Stage::Waiting => is_awaited,
            Stage::Running => self.heard.is_some_and(is_fresh) || self.nodes.iter().any(is_here),
            // Those that wait have not heard of it before they ask again.
            Stage::Over | Stage::Cancelled(_) => is_awaited || self.nodes.iter().any(is_here),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{NodeState, PlaceState, Presence, RunState, Stage};
    use crate::model::event::UnixMillis;
    use crate::model::id::ShardNumber;
    use crate::model::lobby::Priority;

    #[test]
    fn a_run_lives_while_a_node_is_heard_of() {
        let lease = Duration::from_secs(90);
        let run = |stage: Stage, presence, heard| RunState {
            name: "x".to_owned(),
            stage,
            heard: Some(heard),
            waiting: 0,
            given_up: 0,
            nodes: vec![NodeState {
                slot: ShardNumber::at(0),
                who: "a".to_owned(),
                came: UnixMillis(0),
                heard,
                presence,
                holds: 0,
            }],
            place: None,
        };
        let now = UnixMillis(200_000);
        let (fresh, old) = (UnixMillis(110_000), UnixMillis(109_999));
        let cancelled = Stage::Cancelled(String::new());
        for (stage, presence, heard, lives) in [
            (Stage::Running, Presence::Here, fresh, true),
            (Stage::Running, Presence::Here, old, false),
            (Stage::Running, Presence::Left, fresh, true),
            (Stage::Over, Presence::Here, fresh, true),
            (Stage::Over, Presence::Left, fresh, false),
            (cancelled.clone(), Presence::Here, fresh, true),
            (cancelled.clone(), Presence::Here, old, false),
            (cancelled, Presence::Lost, fresh, false),
            (Stage::Damaged(String::new()), Presence::Here, old, true),
        ] {
            let told = format!("{stage:?} {presence:?} {heard:?}");
            assert_eq!(run(stage, presence, heard).is_alive(now, lease), lives, "{told}");
        }
        let place = |ahead, heard| PlaceState {
            priority: Priority::Normal,
            ahead,
            since: UnixMillis(0),
            heard,
            nodes: 1,
        };
        for (stage, ahead, heard, lives) in [
            (Stage::Waiting, Some(0), fresh, true),
            (Stage::Waiting, Some(0), old, false),
            (Stage::Cancelled(String::new()), Some(3), fresh, true),
            (Stage::Cancelled(String::new()), Some(3), old, false),
            // It runs: its nodes are known better.
            (Stage::Cancelled(String::new()), None, fresh, false),
        ] {
            let told = format!("{stage:?} {ahead:?} {heard:?}");
            let mut run = run(stage, Presence::Left, old);
            run.place = Some(place(ahead, heard));
            assert_eq!(run.is_alive(now, lease), lives, "{told}");
        }
    }
}
