//! Who waits at a queue and who runs: the runs that came to it, and what is known of their nodes.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::event::UnixMillis;

/// Which of the runs that wait goes first. Later ones go before earlier ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    Low,
    #[default]
    Normal,
    High,
    Critical,
}

impl Priority {
    /// As it is called in tables and in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// All runs at a queue. Times are those of its server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lobby {
    /// In the order in which they came.
    pub(crate) bookings: Vec<Booking>,
    /// How long the latest runs lasted, the latest last.
    pub(crate) lasted: Vec<Duration>,
}

/// One run at a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Booking {
    pub(crate) run: String,
    pub(crate) priority: Priority,
    pub(crate) turn: Turn,
    /// By what tells each from all others.
    pub(crate) nodes: BTreeMap<String, Sign>,
}

/// Whether it is a run's turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    Waits { since: UnixMillis },
    Runs { since: UnixMillis },
}

/// A node's last sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sign {
    pub(crate) heard: UnixMillis,
    /// It is gone when nothing was heard of it for longer.
    pub(crate) lease: Duration,
}

impl Booking {
    pub(crate) fn runs(&self) -> bool {
        matches!(self.turn, Turn::Runs { .. })
    }

    /// When a node of it was last heard of.
    pub(crate) fn heard(&self) -> Option<UnixMillis> {
        self.nodes.values().map(|sign| sign.heard).max()
    }
}
