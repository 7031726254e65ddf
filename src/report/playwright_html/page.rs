//! The text of an `index.html` goes in; the page around its zip, and the zip, come out.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::write::EncoderWriter;

/// How a page holds its zip; the oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layout {
    /// Up to 1.52: a string in a script.
    Window,
    /// From about 1.56: the text of a script element.
    Script,
    /// From 1.61: the text of a template element.
    Template,
}

const LAYOUTS: [Layout; 3] = [Layout::Window, Layout::Script, Layout::Template];

impl Layout {
    /// What stands before the base64 text.
    fn opener(self) -> &'static str {
        match self {
            Self::Window => "window.playwrightReportBase64 = \"data:application/zip;base64,",
            Self::Script => {
                "<script id=\"playwrightReportBase64\" type=\"application/zip\">data:application/zip;base64,"
            }
            Self::Template => {
                "<template id=\"playwrightReportBase64\">data:application/zip;base64,"
            }
        }
    }

    /// What stands after it.
    fn closer(self) -> &'static str {
        match self {
            Self::Window => "\";</script>",
            Self::Script => "</script>",
            Self::Template => "</template>",
        }
    }
}

/// Which shape of data a page reads; a page of a newer age reads upgraded data of an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Age {
    layout: Layout,
    /// Errors are objects with a message and a code frame, not strings (seen from 1.56).
    pub(super) error_objects: bool,
}

impl Age {
    fn of(layout: Layout, head: &str) -> Self {
        Self { layout, error_objects: layout > Layout::Window || head.contains("codeframe") }
    }
}

/// A report's page without its zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) age: Age,
    head: String,
    tail: String,
}

/// Why a page cannot be taken apart.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageError {
    #[error("it is not a report of Playwright")]
    Foreign,
    #[error("it is truncated")]
    Truncated,
    #[error("its data is not base64")]
    Base64(#[source] base64::DecodeError),
}

impl Page {
    /// Takes an `index.html` apart.
    pub(super) fn parse(text: &str) -> Result<(Self, Vec<u8>), PageError> {
        let found = LAYOUTS.into_iter().find_map(|layout| {
            let at = text.find(layout.opener())?;
            Some((layout, at + layout.opener().len()))
        });
        let (layout, start) = found.ok_or(PageError::Foreign)?;
        let (head, rest) = text.split_at(start);
        let end = rest.find(layout.closer()).ok_or(PageError::Truncated)?;
        let (payload, tail) = rest.split_at(end);
        let zip = STANDARD.decode(payload).map_err(PageError::Base64)?;
        Ok((Self { age: Age::of(layout, head), head: head.to_owned(), tail: tail.to_owned() }, zip))
    }

    /// The page that Playwright's reporter makes of its application: the zip goes behind it.
    pub(super) fn of_app(html: &str) -> Option<Self> {
        let id = "playwrightReportBase64";
        let layout = if html.contains(&format!("window.{id}")) {
            Layout::Window
        } else {
            // Only a template's text stands in its `content`.
            let at =
                html.rfind(&format!("ById(`{id}`)")).or(html.rfind(&format!("ById(\"{id}\")")))?;
            let in_template = html[at..].find(".content.textContent").is_some_and(|at| at < 50);
            if in_template { Layout::Template } else { Layout::Script }
        };
        let script = if layout == Layout::Window { "<script>\n" } else { "" };
        let head = format!("{html}{script}{}", layout.opener());
        Some(Self { age: Age::of(layout, &head), head, tail: layout.closer().to_owned() })
    }

    /// A total order by version as far as a page shows it: its age, then its size, as pages grow.
    pub(super) fn rank(&self) -> (Age, usize) {
        (self.age, self.head.len())
    }

    /// Whether both were written by the same version, as far as pages show it.
    pub(super) fn same_version(&self, other: &Self) -> bool {
        self.head == other.head
    }

    /// Writes the page around a zip that `zip` writes into the given stream.
    pub(super) fn write<W: Write>(
        &self,
        mut out: W,
        zip: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        out.write_all(self.head.as_bytes())?;
        let mut encoder = EncoderWriter::new(&mut out, &STANDARD);
        zip(&mut encoder)?;
        encoder.finish()?;
        drop(encoder);
        out.write_all(self.tail.as_bytes())?;
        out.flush()
    }
}
