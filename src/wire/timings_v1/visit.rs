//! Reading the tree without building it: each entry goes straight into the timings, and an error
//! knows its line, its column and the path to it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};

use crate::model::id::TestKey;
use crate::model::timings::{Costs, LastResult, Timing, Timings};
use crate::wire::timings_v1::{ESCAPE, SHARED};

/// In bytes. Each test names its file and its titles, which the text says only once: a small file
/// could fill the memory.
const MOST_NAMES: usize = 256 << 20;

/// Where reading stands. After an error, `path` still says where it was.
#[derive(Default)]
pub(super) struct Cursor {
    /// File, project, titles.
    pub(super) path: RefCell<Vec<String>>,
    entries: RefCell<Entries>,
    /// In bytes, of all entries.
    names: Cell<usize>,
    costs: Cell<Costs>,
}

/// What was read so far. Most entries come in order, and a map of them is made fastest at the end.
#[derive(Default)]
struct Entries {
    ordered: Vec<(TestKey, Timing)>,
    others: BTreeMap<TestKey, Timing>,
}

impl Entries {
    /// False where the test is there already.
    fn insert(&mut self, key: TestKey, timing: Timing) -> bool {
        if self.ordered.last().is_none_or(|(last, _)| *last < key) {
            self.ordered.push((key, timing));
            return true;
        }
        let known = self.ordered.binary_search_by(|(other, _)| other.cmp(&key)).is_ok();
        !known && self.others.insert(key, timing).is_none()
    }
}

impl Cursor {
    /// Reads the value of a map's key that lies one step further down.
    fn enter<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
        step: String,
        seed: impl DeserializeSeed<'de, Value = ()>,
    ) -> Result<(), A::Error> {
        self.path.borrow_mut().push(step);
        map.next_value_seed(seed)?;
        self.path.borrow_mut().pop();
        Ok(())
    }

    fn insert<E: Error>(&self, timing: Timing) -> Result<(), E> {
        let path = self.path.borrow();
        let [file, project, titles @ ..] = path.as_slice() else {
            return Err(E::custom("stands outside any file"));
        };
        self.names.set(self.names.get() + path.iter().map(String::len).sum::<usize>());
        if self.names.get() > MOST_NAMES {
            return Err(E::custom(format!("names more than {} MB in all", MOST_NAMES >> 20)));
        }
        let key = TestKey {
            file: file.clone(),
            project: project.clone(),
            titles: titles.to_vec(),
            repeat: 0,
        };
        if self.entries.borrow_mut().insert(key, timing) {
            Ok(())
        } else {
            Err(E::custom("the same test twice"))
        }
    }

    /// All that was read.
    pub(super) fn timings(self) -> Timings {
        let Entries { ordered, mut others } = self.entries.into_inner();
        let mut tests: BTreeMap<TestKey, Timing> = ordered.into_iter().collect();
        tests.append(&mut others);
        Timings { tests, costs: self.costs.get() }
    }
}

/// The whole file.
pub(super) struct Body<'a> {
    pub(super) cursor: &'a Cursor,
}

impl<'de> DeserializeSeed<'de> for Body<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Body<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut found = false;
        while let Some(name) = map.next_key::<String>()? {
            if name == "files" {
                found = true;
                map.next_value_seed(Steps { cursor: self.cursor, depth: Depth::Files })?;
            } else if name == "costs" {
                let costs: CostsWire = map.next_value()?;
                self.cursor.costs.set(costs.into());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if found { Ok(()) } else { Err(A::Error::missing_field("files")) }
    }
}

/// What runs cost. What is not named is not known.
#[derive(Deserialize)]
#[serde(default)]
struct CostsWire {
    start: u32,
    worker: u32,
    file: u32,
    end: u32,
    /// A pace of zero would make every time zero.
    pace: NonZeroU32,
}

impl Default for CostsWire {
    fn default() -> Self {
        let pace = NonZeroU32::new(Costs::EVEN).unwrap_or(NonZeroU32::MIN);
        Self { start: 0, worker: 0, file: 0, end: 0, pace }
    }
}

impl From<CostsWire> for Costs {
    fn from(wire: CostsWire) -> Self {
        let time = |millis| Duration::from_millis(u64::from(millis));
        let CostsWire { start, worker, file, end, pace } = wire;
        Self {
            start: time(start),
            worker: time(worker),
            file: time(file),
            end: time(end),
            pace: pace.get(),
        }
    }
}

/// What the keys of a map are.
#[derive(Clone, Copy)]
enum Depth {
    Files,
    Projects,
}

/// The maps above the titles.
struct Steps<'a> {
    cursor: &'a Cursor,
    depth: Depth,
}

impl<'de> DeserializeSeed<'de> for Steps<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Steps<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.depth {
            Depth::Files => "an object of spec files",
            Depth::Projects => "an object of projects",
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let cursor = self.cursor;
        while let Some(step) = map.next_key::<String>()? {
            match self.depth {
                Depth::Files => {
                    cursor.enter(&mut map, step, Steps { cursor, depth: Depth::Projects })?;
                }
                Depth::Projects => cursor.enter(&mut map, step, Entry { cursor })?,
            }
        }
        Ok(())
    }
}

/// What stands at a title.
struct Entry<'a> {
    cursor: &'a Cursor,
}

impl<'de> DeserializeSeed<'de> for Entry<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entry<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration in milliseconds, a list or an object of titles")
    }

    fn visit_u64<E: Error>(self, millis: u64) -> Result<(), E> {
        let duration = Some(duration(millis)?);
        self.cursor.insert(Timing { duration, last: LastResult::Passed, flaky: 0 })
    }

    fn visit_i64<E: Error>(self, millis: i64) -> Result<(), E> {
        Err(negative(millis))
    }

    fn visit_f64<E: Error>(self, millis: f64) -> Result<(), E> {
        Err(broken(millis))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<(), A::Error> {
        let short = || A::Error::custom("a list needs a duration and a last result");
        let duration = parts.next_element_seed(Millis)?.ok_or_else(short)?;
        let name: String = parts.next_element()?.ok_or_else(short)?;
        let last = match name.as_str() {
            "passed" => LastResult::Passed,
            "flaky" => LastResult::Flaky,
            "failed" => LastResult::Failed,
            _ => return Err(A::Error::custom(format!("unknown last result `{name}`"))),
        };
        let flaky = Cell::new(0);
        let rest = Rest { cursor: self.cursor, flaky: &flaky };
        let level = parts.next_element_seed(rest)?;
        self.cursor.insert(Timing { duration, last, flaky: flaky.get() })?;
        if level.is_some() && flaky.get() > 0 {
            parts.next_element_seed(Titles { cursor: self.cursor, shared: "" })?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        Titles { cursor: self.cursor, shared: "" }.visit_map(map)
    }
}

/// What stands behind a last result: how often the test was flaky, or the titles inside.
struct Rest<'a> {
    cursor: &'a Cursor,
    flaky: &'a Cell<u8>,
}

impl<'de> DeserializeSeed<'de> for Rest<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Rest<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a level of flakiness from 1 to {} or an object of titles", Timing::MOST_FLAKY)
    }

    fn visit_u64<E: Error>(self, level: u64) -> Result<(), E> {
        match u8::try_from(level) {
            Ok(level) if (1..=Timing::MOST_FLAKY).contains(&level) => self.flaky.set(level),
            _ => return Err(E::invalid_value(Unexpected::Unsigned(level), &self)),
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        Titles { cursor: self.cursor, shared: "" }.visit_map(map)
    }
}

/// A map of titles that all begin with `shared`.
struct Titles<'a> {
    cursor: &'a Cursor,
    shared: &'a str,
}

impl<'de> DeserializeSeed<'de> for Titles<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Titles<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of titles")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { cursor, shared } = self;
        while let Some(key) = map.next_key::<String>()? {
            if let Some(more) = key.strip_prefix(SHARED) {
                let shared = format!("{shared}{more}");
                map.next_value_seed(Titles { cursor, shared: &shared })?;
            } else {
                let end = key.strip_prefix(ESCAPE).unwrap_or(&key);
                cursor.enter(&mut map, format!("{shared}{end}"), Entry { cursor })?;
            }
        }
        Ok(())
    }
}

/// A duration in a list; `null` where there is none.
struct Millis;

impl<'de> DeserializeSeed<'de> for Millis {
    type Value = Option<Duration>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl Visitor<'_> for Millis {
    type Value = Option<Duration>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration in milliseconds or null")
    }

    fn visit_u64<E: Error>(self, millis: u64) -> Result<Self::Value, E> {
        duration(millis).map(Some)
    }

    fn visit_i64<E: Error>(self, millis: i64) -> Result<Self::Value, E> {
        Err(negative(millis))
    }

    fn visit_f64<E: Error>(self, millis: f64) -> Result<Self::Value, E> {
        Err(broken(millis))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

fn duration<E: Error>(millis: u64) -> Result<Duration, E> {
    let duration = Duration::from_millis(millis);
    // A slip of the hand.
    if duration > Timing::LONGEST {
        return Err(E::custom(format!("a duration of {millis} ms is longer than a week")));
    }
    Ok(duration)
}

fn negative<E: Error>(millis: i64) -> E {
    E::custom(format!("a duration cannot be negative ({millis} ms)"))
}

fn broken<E: Error>(millis: f64) -> E {
    E::custom(format!("a duration is a whole number of milliseconds, not {millis}"))
}
