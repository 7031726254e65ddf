//! JUnit files of any tool go in, one file with recounted totals comes out.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};

use crate::report::junit::totals::{JunitTotals, seconds};
use crate::report::write::replace_file;
use crate::report::{ReportError, text};
use crate::wire::junit::read::{Cases, Item};
use crate::wire::junit::walk::{JunitError, Spot, Walk, attributes, own_entity};

/// In one file; the numbers of each are kept in memory.
const MAX_SUITES: usize = 1_000_000;

/// Why JUnit files could not be joined.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JunitMergeError {
    #[error(transparent)]
    Read(#[from] JunitError),
    #[error(transparent)]
    Write(#[from] ReportError),
}

/// Joins JUnit files in the given order. Suites are copied, and the numbers on them and on the
/// root are counted again from the test cases. A file that cannot be read, or only in part, is an
/// error, and `output` is left as it was.
///
/// Every file is read twice: the numbers stand before what they count. Memory holds one set of
/// numbers a suite and the longest text of the files.
pub(crate) fn merge(inputs: &[PathBuf], output: &Path) -> Result<JunitTotals, JunitMergeError> {
    let counted =
        inputs.iter().map(|path| count(path)).collect::<Result<Vec<Counted>, JunitError>>()?;
    let mut totals = JunitTotals::default();
    for file in &counted {
        totals.add(file.totals);
    }
    let mut unread = None;
    let written = replace_file(output, |out| {
        let mut writer = Writer::new(out);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let root = BytesStart::new("testsuites");
        newline(&mut writer)?;
        let root = with_numbers(root, &totals);
        writer.write_event(Event::Start(root.borrow()))?;
        newline(&mut writer)?;
        for (path, file) in inputs.iter().zip(&counted) {
            if let Err(error) = copy(path, &file.suites, &mut writer) {
                let error = match error {
                    CopyError::Write(error) => error,
                    CopyError::Read(error) => {
                        unread = Some(error);
                        io::Error::other("an input changed while it was read")
                    }
                };
                return Err(error);
            }
        }
        writer.write_event(Event::End(root.to_end()))?;
        newline(&mut writer)
    });
    match (written, unread) {
        (Ok(()), _) => Ok(totals),
        (Err(_), Some(error)) => Err(error.into()),
        (Err(error), None) => Err(error.into()),
    }
}

/// The numbers of one file.
struct Counted {
    totals: JunitTotals,
    /// Of each suite, inner suites included, in the order in which they begin.
    suites: Vec<JunitTotals>,
}

fn count(path: &Path) -> Result<Counted, JunitError> {
    let mut counted = Counted { totals: JunitTotals::default(), suites: Vec::new() };
    let mut open: Vec<usize> = Vec::new();
    for item in Cases::open(path)? {
        match item? {
            Item::Suite(_) => {
                if counted.suites.len() == MAX_SUITES {
                    return Err(JunitError::Suites { path: path.to_path_buf(), most: MAX_SUITES });
                }
                open.push(counted.suites.len());
                counted.suites.push(JunitTotals::default());
            }
            Item::Case(case) => {
                counted.totals.count(case.status, case.time);
                for suite in &open {
                    counted.suites[*suite].count(case.status, case.time);
                }
            }
            Item::SuiteEnd => {
                open.pop();
            }
        }
    }
    Ok(counted)
}

enum CopyError {
    Read(JunitError),
    Write(io::Error),
}

impl From<JunitError> for CopyError {
    fn from(error: JunitError) -> Self {
        Self::Read(error)
    }
}

impl From<io::Error> for CopyError {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

/// Copies what stands inside `testsuites`, or a lone `testsuite`.
fn copy<W: Write>(
    path: &Path,
    suites: &[JunitTotals],
    writer: &mut Writer<W>,
) -> Result<(), CopyError> {
    let mut walk = Walk::open(path)?;
    let mut numbers = suites.iter();
    // The depth of what is copied: 2 below `testsuites`, 1 where the root is a suite itself.
    let mut top = 2;
    let mut namespaces = Vec::new();
    // What looks like a suite inside a test case is part of that case.
    let mut case = None;
    while let Some((spot, depth, event)) = walk.step()? {
        match event {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                let suite = name == "testsuite" && case.is_none();
                if depth == 1 && !suite {
                    namespaces = attributes(&spot, &start)?;
                    namespaces.retain(|(name, _)| name == "xmlns" || name.starts_with("xmlns:"));
                    continue;
                }
                top = top.min(depth);
                if name == "testcase" {
                    case.get_or_insert(depth);
                }
                let mut copied = rebuilt(&spot, &start, suite)?;
                // Before the numbers, as they stand when the file is joined again.
                if depth == top {
                    inherit(&mut copied, &namespaces);
                }
                if suite {
                    copied = with_numbers(copied, &numbers.next().copied().unwrap_or_default());
                }
                writer.write_event(Event::Start(copied))?;
            }
            _ if depth < top => {}
            Event::End(end) => {
                case = case.filter(|case| *case != depth);
                writer.write_event(Event::End(end))?;
                if depth == top {
                    newline(writer)?;
                }
            }
            event @ (Event::Text(_)
            | Event::CData(_)
            | Event::GeneralRef(_)
            | Event::Comment(_)
            | Event::PI(_)
            | Event::Empty(_)
            | Event::Decl(_)
            | Event::DocType(_)
            | Event::Eof) => copy_text(event, writer)?,
        }
    }
    Ok(())
}

/// The prefixes that the root declared, which is not copied itself.
fn inherit(copied: &mut BytesStart<'_>, namespaces: &[(String, String)]) {
    for (name, value) in namespaces {
        if copied.try_get_attribute(name.as_str()).ok().flatten().is_none() {
            copied.push_attribute((name.as_str(), text::xml(value)));
        }
    }
}

fn copy_text<W: Write>(event: Event<'_>, writer: &mut Writer<W>) -> io::Result<()> {
    match event {
        Event::Text(raw) => {
            // Readers let `]]>` pass, XML does not.
            let clean = text::xml(&raw).replace("]]>", "]]&gt;");
            writer.write_event(Event::Text(BytesText::from_escaped(clean)))
        }
        Event::CData(raw) if raw.contains(text::unfit_for_xml) => {
            let clean = text::xml(&raw).into_owned();
            quick_xml::events::BytesCData::escaped(&clean)
                .try_for_each(|part| writer.write_event(Event::CData(part)))
        }
        // A reference to a character that XML forbids, e.g. `&#27;`, is no XML either.
        Event::GeneralRef(name) => match name.resolve_char_ref() {
            Ok(Some(c)) if text::unfit_for_xml(c) => Ok(()),
            Ok(None) if own_entity(&name).is_none() => Ok(()),
            Ok(_) => writer.write_event(Event::GeneralRef(name)),
            Err(_) => Ok(()),
        },
        event @ (Event::CData(_) | Event::Start(_) | Event::End(_) | Event::Empty(_)) => {
            writer.write_event(event)
        }
        // Remarks can hold what XML forbids, and no reader of reports looks at them.
        Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) | Event::Eof => {
            Ok(())
        }
    }
}

/// The element with its attributes' values cleaned, and without a suite's numbers.
fn rebuilt(
    spot: &Spot,
    start: &BytesStart<'_>,
    suite: bool,
) -> Result<BytesStart<'static>, JunitError> {
    let mut copied = BytesStart::new(start.name().as_ref().to_owned());
    for (name, value) in attributes(spot, start)? {
        let counted = matches!(name.as_str(), "tests" | "failures" | "skipped" | "errors" | "time");
        let clean = text::xml(&value);
        // What was counted as nonsense must not turn into a number.
        let mended = name == "time" && clean != value;
        if !(suite && counted || mended) {
            copied.push_attribute((name.as_str(), clean));
        }
    }
    Ok(copied)
}

fn with_numbers<'a>(mut start: BytesStart<'a>, totals: &JunitTotals) -> BytesStart<'a> {
    for (name, count) in [
        ("tests", totals.tests),
        ("failures", totals.failures),
        ("skipped", totals.skipped),
        ("errors", totals.errors),
    ] {
        start.push_attribute((name, count.to_string().as_str()));
    }
    start.push_attribute(("time", seconds(totals.time).as_str()));
    start
}

fn newline<W: Write>(writer: &mut Writer<W>) -> io::Result<()> {
    writer.get_mut().write_all(b"\n")
}
