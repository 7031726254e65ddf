//! A file and a place in it go in; the line and the elements around it come out. Only a file with
//! an error is read for it.

use std::fmt::Write;
use std::io::{self, Read};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use crate::wire::junit::decode;
use crate::wire::junit::error::{LONGEST, MAX_DEPTH, Place};
use crate::wire::junit::limit::Limited;

/// In characters, of the name of a suite or a test case.
const LONGEST_NAME: usize = 100;

/// The place of a byte of the decoded text.
pub(super) fn place(path: &Path, at: u64) -> Place {
    let (line, trail) = (line(path, at).unwrap_or(1), trail(path, at).unwrap_or_default());
    Place { path: path.into(), line, trail: trail.into() }
}

fn line(path: &Path, at: u64) -> Option<usize> {
    let mut reader = decode::open(path).ok()?.take(at);
    let (mut line, mut chunk) = (1, vec![0; 1 << 16]);
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => return Some(line),
            Ok(read) => line += chunk[..read].split(|byte| *byte == b'\n').count() - 1,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// An open element, and how many suites and test cases it has had so far.
struct Level {
    shown: String,
    suites: usize,
    cases: usize,
    others: Vec<(String, usize)>,
}

impl Level {
    fn new(shown: String) -> Self {
        Self { shown, suites: 0, cases: 0, others: Vec::new() }
    }

    /// The element, as it is shown, as the next child.
    fn child(&mut self, start: &BytesStart<'_>) -> String {
        let name = start.local_name();
        let index = match name.as_ref() {
            "testsuites" | "testrun" => return String::new(),
            "testsuite" => &mut self.suites,
            "testcase" => &mut self.cases,
            // What else there is, is little; elements that nobody knows are not counted for ever.
            other => {
                let known = self.others.iter().position(|(name, _)| name == other);
                let at = known.unwrap_or(self.others.len().min(100));
                if at == self.others.len() {
                    self.others.push((other.to_owned(), 0));
                }
                &mut self.others[at].1
            }
        };
        let name: String = name.as_ref().chars().take(LONGEST_NAME).collect();
        let mut shown = format!("{name}[{index}]");
        *index += 1;
        let named = start.try_get_attribute("name").ok().flatten();
        if let Some(value) = named.and_then(|it| it.normalized_value(XmlVersion::Implicit1_0).ok())
        {
            let value: String = value.chars().take(LONGEST_NAME).collect();
            let _ = write!(shown, "(\"{value}\")");
        }
        shown
    }
}

/// The elements that are open at a place, or begin there.
fn trail(path: &Path, at: u64) -> Option<String> {
    let mut reader = Reader::from_reader(Limited::new(decode::open(path).ok()?));
    let (mut buffer, mut open) = (Vec::new(), vec![Level::new(String::new())]);
    loop {
        buffer.clear();
        reader.get_mut().allow(LONGEST);
        let here = reader.buffer_position();
        if here > at || open.len() > MAX_DEPTH + 1 {
            break;
        }
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(start)) => {
                let shown = open.last_mut()?.child(&start);
                open.push(Level::new(shown));
            }
            Ok(Event::Empty(start)) => {
                let shown = open.last_mut()?.child(&start);
                if here == at {
                    open.push(Level::new(shown));
                    break;
                }
            }
            Ok(Event::End(_)) if here < at && open.len() > 1 => drop(open.pop()),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    let shown = open.into_iter().map(|level| level.shown).filter(|shown| !shown.is_empty());
    Some(shown.collect::<Vec<_>>().join("/"))
}
