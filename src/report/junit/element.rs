//! Names, attributes and text go in, well-formed XML comes out, whatever the text holds.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesCData, BytesDecl, BytesEnd, BytesStart, Event};

use crate::report::text;

/// Writes elements to a stream, one a line.
pub(crate) struct Elements<W: Write> {
    writer: Writer<W>,
}

impl<W: Write> Elements<W> {
    /// Begins a document.
    pub(crate) fn new(out: W) -> io::Result<Self> {
        let mut elements = Self { writer: Writer::new(out) };
        elements.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(elements)
    }

    /// Opens an element.
    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let mut start = BytesStart::new(name);
        for (name, value) in attributes {
            start.push_attribute((*name, text::xml(value)));
        }
        self.event(Event::Start(start))
    }

    /// Closes the element that was opened last.
    pub(crate) fn close(&mut self, name: &str) -> io::Result<()> {
        self.event(Event::End(BytesEnd::new(name)))
    }

    /// An element with nothing in it.
    pub(crate) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.open(name, attributes)?;
        self.close(name)
    }

    /// An element that holds text as CDATA.
    pub(crate) fn text(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        content: &str,
    ) -> io::Result<()> {
        self.open(name, attributes)?;
        // A lone carriage return would be read back as a line feed, so it is written as one.
        let content = text::xml(content).replace("\r\n", "\n").replace('\r', "\n");
        for part in BytesCData::escaped(&content) {
            self.writer.write_event(Event::CData(part))?;
        }
        self.writer.get_mut().write_all(b"\n")?;
        self.close(name)
    }

    fn event(&mut self, event: Event<'_>) -> io::Result<()> {
        self.writer.write_event(event)?;
        self.writer.get_mut().write_all(b"\n")
    }
}
