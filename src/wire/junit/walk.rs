//! A JUnit file goes in, its XML events come out one by one with their depth, or why it is none.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

/// Deeper than any tool nests suites; what goes further is not a report.
const MAX_DEPTH: usize = 64;

/// Why a JUnit file could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JunitError {
    #[error("cannot read `{}`", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("`{}` is not well-formed XML at byte {at}", path.display())]
    Xml { path: PathBuf, at: u64, source: quick_xml::Error },
    #[error("`{}` is not well-formed XML in the attributes of `{element}`", path.display())]
    Attributes { path: PathBuf, element: String, source: quick_xml::Error },
    #[error("`{}` is not a JUnit file: it should be `testsuites` or `testsuite` and is `{root}`", path.display())]
    Root { path: PathBuf, root: String },
    #[error("`{}` ends in the middle", path.display())]
    Truncated { path: PathBuf },
    #[error("`{}` nests elements more than {MAX_DEPTH} deep", path.display())]
    Depth { path: PathBuf },
    #[error("`{}` uses the entity `{name}`, which XML itself does not define", path.display())]
    Entity { path: PathBuf, name: String },
}

/// Reads a JUnit file once from front to back with flat memory.
pub(crate) struct Walk {
    path: Rc<Path>,
    reader: Reader<BufReader<File>>,
    buffer: Vec<u8>,
    depth: usize,
    rooted: bool,
}

impl Walk {
    pub(crate) fn open(path: &Path) -> Result<Self, JunitError> {
        let file = File::open(path)
            .map_err(|source| JunitError::Read { path: path.to_path_buf(), source })?;
        let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 16, file));
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { path: path.into(), reader, buffer: Vec::new(), depth: 0, rooted: false })
    }

    /// The next event inside the root, the root's own begin and end included. The depth of the
    /// root is 1; that of an end is the same as of its begin.
    pub(crate) fn step(&mut self) -> Result<Option<(usize, Event<'_>)>, JunitError> {
        self.buffer.clear();
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|source| {
            let at = self.reader.error_position();
            JunitError::Xml { path: self.path.to_path_buf(), at, source }
        })?;
        let mut depth = self.depth;
        match &event {
            Event::Start(start) => {
                if self.depth == 0 {
                    admit(&self.path, start, self.rooted)?;
                    self.rooted = true;
                }
                self.depth += 1;
                depth = self.depth;
                if depth > MAX_DEPTH {
                    return Err(JunitError::Depth { path: self.path.to_path_buf() });
                }
            }
            // The reader itself refuses an end without its begin.
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 || !self.rooted => {
                return Err(JunitError::Truncated { path: self.path.to_path_buf() });
            }
            Event::Eof => return Ok(None),
            Event::GeneralRef(name) if !name.is_char_ref() && own_entity(name).is_none() => {
                let name = name.to_string();
                return Err(JunitError::Entity { path: self.path.to_path_buf(), name });
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
        Ok(Some((depth, event)))
    }

    /// Where the file is; shared, so that it can be named while an event is borrowed.
    pub(crate) fn path(&self) -> Rc<Path> {
        Rc::clone(&self.path)
    }
}

fn admit(path: &Path, start: &BytesStart<'_>, rooted: bool) -> Result<(), JunitError> {
    let name = start.local_name();
    if !rooted && matches!(name.as_ref(), "testsuites" | "testsuite") {
        return Ok(());
    }
    Err(JunitError::Root { path: path.to_path_buf(), root: name.as_ref().to_owned() })
}

/// The character of one of XML's own five entities.
pub(crate) fn own_entity(name: &str) -> Option<&'static str> {
    quick_xml::escape::resolve_xml_entity(name)
}

/// An element's attributes, their values as meant.
pub(crate) fn attributes(
    path: &Path,
    start: &BytesStart<'_>,
) -> Result<Vec<(String, String)>, JunitError> {
    let fail = |source| JunitError::Attributes {
        path: path.to_path_buf(),
        element: start.name().as_ref().to_owned(),
        source,
    };
    start
        .attributes()
        .map(|attribute| {
            let attribute = attribute.map_err(|source| fail(source.into()))?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(fail)?;
            Ok((attribute.key.as_ref().to_owned(), value.into_owned()))
        })
        .collect()
}
