//! A JUnit file goes in, its XML events come out one by one with their depth, or why it is none.
//!
//! Nothing is fetched and nothing expanded: of entities there are XML's own five and references to
//! characters, whatever a DOCTYPE says.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use crate::wire::input;
use crate::wire::junit::limit::Limited;
use crate::wire::junit::name::is_name;

/// Deeper than any tool nests suites; what goes further is not a report.
const MAX_DEPTH: usize = 64;
/// Of one element; more than any tool writes.
const MAX_ATTRIBUTES: usize = 1000;
/// In bytes: the longest text, element or comment. All that a test printed can stand in one text.
const LONGEST: usize = 64 << 20;

/// Why a JUnit file could not be read. Lines count from 1.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JunitError {
    #[error("cannot read `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("`{}`, line {line}: is not well-formed XML", path.display())]
    Xml { path: PathBuf, line: usize, source: quick_xml::Error },
    #[error("`{}`, line {line}: is not well-formed XML in the attributes of `{element}`", path.display())]
    Attributes { path: PathBuf, line: usize, element: String, source: quick_xml::Error },
    #[error("`{}`, line {line}: an element or an attribute has a name that XML does not allow", path.display())]
    Name { path: PathBuf, line: usize },
    #[error("`{}` is not a JUnit file: it should be `testsuites` or `testsuite` and is `{root}`", path.display())]
    Root { path: PathBuf, root: String },
    #[error("`{}` ends in the middle", path.display())]
    Truncated { path: PathBuf },
    #[error("`{}`, line {line}: nests elements more than {MAX_DEPTH} deep", path.display())]
    Depth { path: PathBuf, line: usize },
    #[error("`{}`, line {line}: an element has more than {MAX_ATTRIBUTES} attributes", path.display())]
    Crowded { path: PathBuf, line: usize },
    #[error("`{}` holds more than {most} suites", path.display())]
    Suites { path: PathBuf, most: usize },
    #[error("`{}`, line {line}: begins a text or an element of more than {} MB", path.display(), LONGEST >> 20)]
    TooLong { path: PathBuf, line: usize },
    #[error(
        "`{}`, line {line}: uses the entity `{name}`: entities are not expanded, but for those \
         that XML itself defines",
        path.display()
    )]
    Entity { path: PathBuf, line: usize, name: String },
}

/// Where an event stands.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    path: Rc<Path>,
    /// In bytes from the file's begin.
    at: u64,
}

impl Spot {
    /// The file, and the line for a message. Only a file with an error is read for it.
    fn place(&self) -> (PathBuf, usize) {
        (self.path.to_path_buf(), line(&self.path, self.at).unwrap_or(1))
    }
}

/// The line of the byte at a place.
fn line(path: &Path, at: u64) -> io::Result<usize> {
    let mut reader = BufReader::with_capacity(1 << 16, input::open(path)?).take(at);
    let (mut line, mut chunk) = (1, vec![0; 1 << 16]);
    loop {
        let read = reader.read(&mut chunk)?;
        if read == 0 {
            return Ok(line);
        }
        line += chunk[..read].split(|byte| *byte == b'\n').count() - 1;
    }
}

/// Reads a JUnit file once from front to back with flat memory.
pub(crate) struct Walk {
    path: Rc<Path>,
    reader: Reader<Limited<BufReader<File>>>,
    buffer: Vec<u8>,
    depth: usize,
    rooted: bool,
}

impl Walk {
    pub(crate) fn open(path: &Path) -> Result<Self, JunitError> {
        let file = input::open(path)
            .map_err(|source| JunitError::Read { path: path.to_path_buf(), source })?;
        let file = Limited::new(BufReader::with_capacity(1 << 16, file));
        let mut reader = Reader::from_reader(file);
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { path: path.into(), reader, buffer: Vec::new(), depth: 0, rooted: false })
    }

    /// The next event inside the root, the root's own begin and end included. The depth of the
    /// root is 1; that of an end is the same as of its begin.
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
                    admit(&self.path, start, self.rooted)?;
                    self.rooted = true;
                }
                self.depth += 1;
                depth = self.depth;
                let (name, deep) = (is_name(start.name().as_ref()), depth > MAX_DEPTH);
                if deep || !name {
                    let (path, line) = spot.place();
                    let error = if name {
                        JunitError::Depth { path, line }
                    } else {
                        JunitError::Name { path, line }
                    };
                    return Err(error);
                }
            }
            // The reader itself refuses an end without its begin.
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 || !self.rooted => {
                return Err(JunitError::Truncated { path: self.path.to_path_buf() });
            }
            Event::Eof => return Ok(None),
            Event::GeneralRef(name) if !name.is_char_ref() && own_entity(name).is_none() => {
                let ((path, line), name) = (spot.place(), clipped(name));
                return Err(JunitError::Entity { path, line, name });
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
    let quick_xml::Error::Io(source) = error else {
        let (path, line) = Spot { at, ..spot }.place();
        return JunitError::Xml { path, line, source: error };
    };
    if source.kind() == io::ErrorKind::FileTooLarge {
        let (path, line) = spot.place();
        return JunitError::TooLong { path, line };
    }
    let source = io::Error::new(source.kind(), source);
    JunitError::Read { path: spot.path.to_path_buf(), source }
}

fn admit(path: &Path, start: &BytesStart<'_>, rooted: bool) -> Result<(), JunitError> {
    let name = start.local_name();
    if !rooted && matches!(name.as_ref(), "testsuites" | "testsuite") {
        return Ok(());
    }
    Err(JunitError::Root { path: path.to_path_buf(), root: clipped(name.as_ref()) })
}

/// A name for a message.
fn clipped(name: &str) -> String {
    name.chars().take(100).collect()
}

/// The character of one of XML's own five entities.
pub(crate) fn own_entity(name: &str) -> Option<&'static str> {
    quick_xml::escape::resolve_xml_entity(name)
}

/// An element's attributes, their values as meant.
pub(crate) fn attributes(
    spot: &Spot,
    start: &BytesStart<'_>,
) -> Result<Vec<(String, String)>, JunitError> {
    let fail = |source| {
        let ((path, line), element) = (spot.place(), clipped(start.name().as_ref()));
        JunitError::Attributes { path, line, element, source }
    };
    let mut values = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|source| fail(source.into()))?;
        let name = attribute.key.as_ref().to_owned();
        if !is_name(&name) {
            let (path, line) = spot.place();
            return Err(JunitError::Name { path, line });
        }
        if values.len() == MAX_ATTRIBUTES {
            let (path, line) = spot.place();
            return Err(JunitError::Crowded { path, line });
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(fail)?;
        values.push((name, value.into_owned()));
    }
    Ok(values)
}
