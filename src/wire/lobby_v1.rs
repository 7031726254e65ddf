//! Who waits at a queue and who runs, as JSON, version 1: what all machines keep under one key of
//! the queue's server. Moments are milliseconds since 1970 by its clock, times are milliseconds.
//!
//! Machines of several versions share it, so whoever cannot read it changes nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::event::UnixMillis;
use crate::model::lobby::{Booking, Lobby, Priority, Sign, Turn};
use crate::wire::envelope;

const FORMAT: &str = "shardwright.lobby";
/// Part of the key's name.
pub(crate) const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LobbyFile {
    format: String,
    version: u32,
    /// In the order in which they came.
    bookings: Vec<BookingEntry>,
    /// The latest last.
    lasted: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BookingEntry {
    run: String,
    priority: PriorityEntry,
    state: StateEntry,
    since: u64,
    nodes: BTreeMap<String, NodeEntry>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PriorityEntry {
    Critical,
    High,
    Normal,
    Low,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StateEntry {
    Waiting,
    Running,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeEntry {
    heard: u64,
    lease: u64,
}

/// The text.
pub(crate) fn write(lobby: &Lobby) -> String {
    let file = LobbyFile {
        format: FORMAT.to_owned(),
        version: VERSION,
        bookings: lobby.bookings.iter().map(BookingEntry::from).collect(),
        lasted: lobby.lasted.iter().copied().map(millis).collect(),
    };
    serde_json::to_string(&file).unwrap_or_default()
}

/// The lobby of a text.
///
/// # Errors
///
/// What is not as this version writes it, in words that follow its name.
pub(crate) fn read(text: &str) -> Result<Lobby, String> {
    envelope::version(text, FORMAT, VERSION.into()).map_err(|error| error.to_string())?;
    let file: LobbyFile = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(Lobby {
        bookings: file.bookings.into_iter().map(Booking::from).collect(),
        lasted: file.lasted.into_iter().map(Duration::from_millis).collect(),
    })
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl From<&Booking> for BookingEntry {
    fn from(booking: &Booking) -> Self {
        let (state, since) = match booking.turn {
            Turn::Waits { since } => (StateEntry::Waiting, since),
            Turn::Runs { since } => (StateEntry::Running, since),
        };
        let node = |(who, sign): (&String, &Sign)| {
            (who.clone(), NodeEntry { heard: sign.heard.0, lease: millis(sign.lease) })
        };
        Self {
            run: booking.run.clone(),
            priority: booking.priority.into(),
            state,
            since: since.0,
            nodes: booking.nodes.iter().map(node).collect(),
        }
    }
}

impl From<BookingEntry> for Booking {
    fn from(entry: BookingEntry) -> Self {
        let since = UnixMillis(entry.since);
        let node = |(who, NodeEntry { heard, lease }): (String, NodeEntry)| {
            let (heard, lease) = (UnixMillis(heard), Duration::from_millis(lease));
            (who, Sign { heard, lease })
        };
        Self {
            run: entry.run,
            priority: entry.priority.into(),
            turn: match entry.state {
                StateEntry::Waiting => Turn::Waits { since },
                StateEntry::Running => Turn::Runs { since },
            },
            nodes: entry.nodes.into_iter().map(node).collect(),
        }
    }
}

impl From<Priority> for PriorityEntry {
    fn from(priority: Priority) -> Self {
        match priority {
            Priority::Critical => Self::Critical,
            Priority::High => Self::High,
            Priority::Normal => Self::Normal,
            Priority::Low => Self::Low,
        }
    }
}

impl From<PriorityEntry> for Priority {
    fn from(entry: PriorityEntry) -> Self {
        match entry {
            PriorityEntry::Critical => Self::Critical,
            PriorityEntry::High => Self::High,
            PriorityEntry::Normal => Self::Normal,
            PriorityEntry::Low => Self::Low,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::model::event::UnixMillis;
    use crate::model::lobby::{Booking, Lobby, Priority, Sign, Turn};
    use crate::wire::lobby_v1::{read, write};

    const GOLDEN: &str = include_str!("../../fixtures/wire/lobby-v1.json");

    #[test]
    fn the_golden_file_of_version_1_is_read_and_written() {
        let sign = |heard| Sign { heard: UnixMillis(heard), lease: Duration::from_secs(90) };
        let at = UnixMillis(1_700_000_000_000);
        let booking = |run: &str, priority, turn, nodes| Booking {
            run: run.to_owned(),
            priority,
            turn,
            nodes,
        };
        let a = ("7-00000000000000aa".to_owned(), sign(1_700_000_030_000));
        let b = ("8 \"\u{1b}".to_owned(), sign(1_700_000_031_000));
        let nodes = [a.clone(), b].into();
        let bookings = vec![
            booking("ci-1", Priority::Normal, Turn::Runs { since: at }, nodes),
            booking("ci-2", Priority::Low, Turn::Waits { since: at }, [a.clone()].into()),
            booking("ci-3", Priority::High, Turn::Waits { since: at }, [a.clone()].into()),
            booking("ci-4", Priority::Critical, Turn::Waits { since: at }, [a].into()),
        ];
        let lasted = vec![Duration::from_millis(61_500), Duration::from_secs(2)];
        let lobby = Lobby { bookings, lasted };
        assert_eq!(write(&lobby), GOLDEN.trim_end());
        assert_eq!(read(GOLDEN), Ok(lobby));
    }

    #[test]
    fn what_others_wrote_is_named() {
        for (text, reason) in [
            ("", "is empty"),
            ("x", "is not JSON"),
            ("{}", "is not a `shardwright.lobby` file"),
            (r#"{"format":"shardwright.lobby","version":2}"#, "written by a newer shardwright"),
            (r#"{"format":"shardwright.lobby","version":1}"#, "missing field `bookings`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
