//! A test case in a spool goes in, what tells it from all other tests comes out.
//!
//! The same test is the same suites (name, `hostname` and `file` of each, from the outermost in),
//! `file`, `classname` and `name`. Playwright writes the project as `hostname`; where a tool writes
//! the machine's name there, a re-run on another machine is another test: the same test on two
//! machines of a matrix must not become one.

use std::fs::File;
use std::io;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use crate::platform;
use crate::report::junit::merge::row::{CaseRow, NONE, SuiteRow};
use crate::report::junit::merge::table::Table;

/// Names, each after what it is the name of. Equal for the same test and never for another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity(Vec<[String; 3]>);

/// What a spool says of a test case; its text stands in `text`.
pub(super) fn of(
    row: &CaseRow,
    text: &str,
    spool: &File,
    suites: &Table<SuiteRow, 10>,
) -> io::Result<Identity> {
    let mut names = vec![values(text, ["file", "classname", "name"])?];
    let mut number = row.suite;
    while number != NONE {
        let suite = suites.get(number)?;
        let tag = read(spool, suite.start, suite.numbers - suite.start)? + ">";
        names.push(values(&tag, ["name", "hostname", "file"])?);
        number = suite.parent;
    }
    Ok(Identity(names))
}

/// A part of a spool.
pub(super) fn read(spool: &File, at: u64, len: u64) -> io::Result<String> {
    let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
    let mut bytes = vec![0; len];
    platform::read_exact_at(spool, &mut bytes, at)?;
    String::from_utf8(bytes).map_err(|_| broken())
}

/// What of our own making could not be read back.
pub(super) fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a temporary file was changed by somebody else")
}

fn values(tag: &str, names: [&str; 3]) -> io::Result<[String; 3]> {
    let mut reader = Reader::from_str(tag);
    match reader.read_event() {
        Ok(Event::Start(start) | Event::Empty(start)) => {
            Ok(names.map(|name| value(&start, name).unwrap_or_default()))
        }
        _ => Err(broken()),
    }
}

/// An attribute as it is meant.
pub(super) fn value(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start.try_get_attribute(name).ok().flatten()?;
    let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}
