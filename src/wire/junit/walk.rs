//! A JUnit file goes in, its XML events come out one by one with their depth, or why it is none.
//!
//! Nothing is fetched and nothing expanded: of entities there are XML's own five and references to
//! characters, whatever a DOCTYPE says. Several documents in one file (`cat *.xml`) are read one
//! after another; text outside of them is nobody's result and is passed over.

use std::io;
use std::path::Path;
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::errors::SyntaxError;
use quick_xml::events::{BytesStart, Event};

use crate::wire::junit::decode::{self, Decoded};
use crate::wire::junit::error::{JunitError, LONGEST, MAX_DEPTH, Place};
use crate::wire::junit::limit::Limited;
use crate::wire::junit::name::is_name;
use crate::wire::junit::trail;

/// Where an event stands.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    path: Rc<Path>,
    /// In bytes from the begin of the decoded text.
    at: u64,
}

impl Spot {
    /// For a message.
    pub(crate) fn place(&self) -> Place {
        trail::place(&self.path, self.at)
    }
}

/// Reads a JUnit file once from front to back with flat memory.
pub(crate) struct Walk {
    path: Rc<Path>,
    reader: Reader<Limited<Decoded>>,
    buffer: Vec<u8>,
    depth: usize,
    rooted: bool,
}

impl Walk {
    pub(crate) fn open(path: &Path) -> Result<Self, JunitError> {
        let mut reader = Reader::from_reader(Limited::new(decode::open(path)?));
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { path: path.into(), reader, buffer: Vec::new(), depth: 0, rooted: false })
    }

    /// The next event inside a root, the root's own begin and end included. The depth of a root is
    /// 1; that of an end is the same as of its begin.
    pub(crate) fn step(&mut self) -> Result<Option<(Spot, usize, Event<'_>)>, JunitError> {
        self.buffer.clear();
        self.reader.get_mut().allow(LONGEST);
        let spot = Spot { path: Rc::clone(&self.path), at: self.reader.buffer_position() };
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(error) => return Err(unread(spot, self.reader.error_position(), error)),
        };
        let mut depth = self.depth;
        match &event {
            Event::Start(start) => {
                if self.depth == 0 {
                    admit(&self.path, start)?;
                    self.rooted = true;
                }
                self.depth += 1;
                depth = self.depth;
                if !is_name(start.name().as_ref()) {
                    return Err(JunitError::Name { place: spot.place() });
                }
                if depth > MAX_DEPTH {
                    return Err(JunitError::Depth { place: spot.place() });
                }
            }
            // The reader itself refuses an end without its begin.
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if !self.rooted => {
                let path = self.path.to_path_buf();
                let empty = spot.at == 0;
                return Err(if empty {
                    JunitError::Empty { path }
                } else {
                    JunitError::Rootless { path }
                });
            }
            Event::Eof if self.depth > 0 => {
                return Err(JunitError::Truncated { place: spot.place() });
            }
            Event::Eof => return Ok(None),
            Event::GeneralRef(name) if !name.is_char_ref() && own_entity(name).is_none() => {
                let (place, name) = (spot.place(), clipped(name));
                return Err(JunitError::Entity { place, name });
            }
            Event::Empty(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
        Ok(Some((spot, depth, event)))
    }
}

/// What the XML reader ran into; `at` is where it says that it is.
fn unread(spot: Spot, at: u64, error: quick_xml::Error) -> JunitError {
    let source = match error {
        quick_xml::Error::Io(source) => source,
        // Whatever else is wrong with the syntax is an end that did not come.
        quick_xml::Error::Syntax(kind) if kind != SyntaxError::InvalidBangMarkup => {
            return JunitError::Truncated { place: spot.place() };
        }
        error @ (quick_xml::Error::Syntax(_)
        | quick_xml::Error::IllFormed(_)
        | quick_xml::Error::InvalidAttr(_)
        | quick_xml::Error::Encoding(_)
        | quick_xml::Error::Escape(_)
        | quick_xml::Error::Namespace(_)) => {
            let place = Spot { at, ..spot }.place();
            return JunitError::Xml { place, source: error };
        }
    };
    if source.kind() == io::ErrorKind::FileTooLarge {
        return JunitError::TooLong { place: spot.place() };
    }
    let source = io::Error::new(source.kind(), source);
    JunitError::Read { path: spot.path.to_path_buf(), source }
}

/// `testrun` is what Eclipse calls it.
fn admit(path: &Path, start: &BytesStart<'_>) -> Result<(), JunitError> {
    let name = start.local_name();
    if matches!(name.as_ref(), "testsuites" | "testsuite" | "testrun") {
        return Ok(());
    }
    Err(JunitError::Root { path: path.to_path_buf(), root: clipped(name.as_ref()) })
}

/// A name for a message.
pub(super) fn clipped(name: &str) -> String {
    name.chars().take(100).collect()
}

/// The character of one of XML's own five entities.
pub(crate) fn own_entity(name: &str) -> Option<&'static str> {
    quick_xml::escape::resolve_xml_entity(name)
}
