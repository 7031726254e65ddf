//! The log of a shared run, an entry as one line of JSON: entries go in and come out.
//!
//! It lives as long as the run, and nodes of one run are of one version: whoever cannot read an
//! entry says so and stays away.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;
use crate::model::queue::{Closing, Entry, Portion, Take};

/// The version of the log; part of the names of its keys.
pub(crate) const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case", deny_unknown_fields)]
enum EntryWire {
    Joined {
        slot: NonZeroU32,
        who: String,
        at: u64,
    },
    Claimed {
        slot: NonZeroU32,
        takes: Vec<TakeWire>,
        at: u64,
    },
    Settled {
        slot: NonZeroU32,
    },
    Closed {
        slot: NonZeroU32,
        why: ClosingWire,
        lines: u64,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        left: Vec<PortionWire>,
        at: u64,
    },
    Cancelled {
        by: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case", deny_unknown_fields)]
enum TakeWire {
    Head { shard: NonZeroU32, count: u32 },
    Rest { count: u32 },
    Back { count: u32 },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PortionWire {
    unit: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tests: Option<Vec<u32>>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ClosingWire {
    Left,
    Unbegun,
    Lost,
}

/// An entry as a line without its end.
pub(crate) fn write(entry: &Entry) -> String {
    serde_json::to_string(&EntryWire::from(entry)).unwrap_or_default()
}

/// The entry of a line.
///
/// # Errors
///
/// What is not as this version writes it, in words.
pub(crate) fn read(line: &str) -> Result<Entry, String> {
    let wire: Result<EntryWire, _> = serde_json::from_str(line);
    wire.map(Entry::from).map_err(|error| error.to_string())
}

impl From<&Entry> for EntryWire {
    fn from(entry: &Entry) -> Self {
        match entry.clone() {
            Entry::Joined { slot, who, at } => Self::Joined { slot: number(slot), who, at: at.0 },
            Entry::Claimed { slot, takes, at } => {
                let takes = takes.into_iter().map(TakeWire::from).collect();
                Self::Claimed { slot: number(slot), takes, at: at.0 }
            }
            Entry::Settled { slot } => Self::Settled { slot: number(slot) },
            Entry::Closed { slot, why, lines, left, at } => {
                let why = match why {
                    Closing::Left => ClosingWire::Left,
                    Closing::Unbegun => ClosingWire::Unbegun,
                    Closing::Lost => ClosingWire::Lost,
                };
                Self::Closed { slot: number(slot), why, lines, left: portions(left), at: at.0 }
            }
            Entry::Cancelled { by } => Self::Cancelled { by },
        }
    }
}

impl From<EntryWire> for Entry {
    fn from(wire: EntryWire) -> Self {
        match wire {
            EntryWire::Joined { slot, who, at } => {
                Self::Joined { slot: slot.into(), who, at: UnixMillis(at) }
            }
            EntryWire::Claimed { slot, takes, at } => {
                let takes = takes.into_iter().map(Take::from).collect();
                Self::Claimed { slot: slot.into(), takes, at: UnixMillis(at) }
            }
            EntryWire::Settled { slot } => Self::Settled { slot: slot.into() },
            EntryWire::Closed { slot, why, lines, left, at } => {
                let why = match why {
                    ClosingWire::Left => Closing::Left,
                    ClosingWire::Unbegun => Closing::Unbegun,
                    ClosingWire::Lost => Closing::Lost,
                };
                let left = left.into_iter().map(Portion::from).collect();
                Self::Closed { slot: slot.into(), why, lines, left, at: UnixMillis(at) }
            }
            EntryWire::Cancelled { by } => Self::Cancelled { by },
        }
    }
}

impl From<Take> for TakeWire {
    fn from(take: Take) -> Self {
        match take {
            Take::Head { shard, count } => Self::Head { shard: number(shard), count },
            Take::Rest { count } => Self::Rest { count },
            Take::Back { count } => Self::Back { count },
        }
    }
}

impl From<TakeWire> for Take {
    fn from(wire: TakeWire) -> Self {
        match wire {
            TakeWire::Head { shard, count } => Self::Head { shard: shard.into(), count },
            TakeWire::Rest { count } => Self::Rest { count },
            TakeWire::Back { count } => Self::Back { count },
        }
    }
}

impl From<PortionWire> for Portion {
    fn from(PortionWire { unit, tests }: PortionWire) -> Self {
        Self { unit, tests }
    }
}

fn portions(left: Vec<Portion>) -> Vec<PortionWire> {
    left.into_iter().map(|Portion { unit, tests }| PortionWire { unit, tests }).collect()
}

fn number(slot: ShardNumber) -> NonZeroU32 {
    NonZeroU32::new(slot.get()).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use crate::model::event::UnixMillis;
    use crate::model::id::ShardNumber;
    use crate::model::queue::{Closing, Entry, Portion, Take};

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        let slot = ShardNumber::at(2);
        let whole = Portion { unit: 7, tests: None };
        let part = Portion { unit: 0, tests: Some(vec![1, 4]) };
        let takes = vec![
            Take::Head { shard: slot, count: 3 },
            Take::Rest { count: 1 },
            Take::Back { count: 9 },
        ];
        let at = UnixMillis(1_700_000_000_000);
        for (entry, line) in [
            (
                Entry::Joined { slot, who: "a \"b\"\n".to_owned(), at },
                r#"{"entry":"joined","slot":3,"who":"a \"b\"\n","at":1700000000000}"#,
            ),
            (
                Entry::Claimed { slot, takes, at },
                r#"{"entry":"claimed","slot":3,"takes":[{"from":"head","shard":3,"count":3},{"from":"rest","count":1},{"from":"back","count":9}],"at":1700000000000}"#,
            ),
            (Entry::Settled { slot }, r#"{"entry":"settled","slot":3}"#),
            (
                Entry::Closed { slot, why: Closing::Lost, lines: 5, left: vec![whole, part], at },
                r#"{"entry":"closed","slot":3,"why":"lost","lines":5,"left":[{"unit":7},{"unit":0,"tests":[1,4]}],"at":1700000000000}"#,
            ),
            (Entry::Cancelled { by: "x".to_owned() }, r#"{"entry":"cancelled","by":"x"}"#),
        ] {
            assert_eq!(write(&entry), line);
            assert_eq!(read(line), Ok(entry));
        }
        for foreign in
            ["", "{}", r#"{"entry":"joined","slot":0,"who":"","at":1}"#, r#"{"entry":"x"}"#]
        {
            assert!(read(foreign).is_err(), "{foreign}");
        }
    }
}
