//! A test case as it stands in a spool goes in, the elements in it come out, each with its place.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) name: String,
    /// Names and values as meant.
    pub(super) attributes: Vec<(String, String)>,
    /// All of it.
    pub(super) range: Range<usize>,
    /// What stands between its tags; empty, behind the tag, in `<x/>`.
    pub(super) inner: Range<usize>,
    pub(super) children: Vec<Piece>,
}

impl Piece {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The name without a prefix.
    pub(super) fn kind(&self) -> &str {
        self.name.rsplit_once(':').map_or(&self.name, |(_, kind)| kind)
    }
}

/// The test case; `None` for what is no element.
pub(super) fn parse(text: &str) -> Option<Piece> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Piece> = Vec::new();
    loop {
        let before = position(&reader)?;
        let event = reader.read_event().ok()?;
        let after = position(&reader)?;
        let done = match event {
            Event::Start(start) => {
                open.push(piece(&start, before..after, after..after)?);
                None
            }
            Event::Empty(start) => Some(piece(&start, before..after, after..after)?),
            Event::End(_) => {
                let mut done = open.pop()?;
                done.range.end = after;
                done.inner.end = before;
                Some(done)
            }
            Event::Eof => return None,
            Event::Text(_)
            | Event::CData(_)
            | Event::GeneralRef(_)
            | Event::Comment(_)
            | Event::PI(_)
            | Event::Decl(_)
            | Event::DocType(_) => None,
        };
        if let Some(done) = done {
            match open.last_mut() {
                Some(parent) => parent.children.push(done),
                None => return Some(done),
            }
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> Option<usize> {
    usize::try_from(reader.buffer_position()).ok()
}

fn piece(start: &BytesStart<'_>, range: Range<usize>, inner: Range<usize>) -> Option<Piece> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
        attributes.push((attribute.key.into_inner().to_owned(), value));
    }
    let name = start.name().as_ref().to_owned();
    Some(Piece { name, attributes, range, inner, children: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn every_element_knows_its_place() {
        let text =
            r#"<testcase name="a&lt;b"> x <failure message="m">t<b/></failure><x:y/></testcase>"#;
        let case = parse(text).unwrap();
        assert_eq!(case.range, 0..text.len());
        assert_eq!(case.attribute("name"), Some("a<b"));
        let failure = &case.children[0];
        assert_eq!(&text[failure.range.clone()], r#"<failure message="m">t<b/></failure>"#);
        assert_eq!(&text[failure.inner.clone()], "t<b/>");
        assert_eq!(&text[failure.children[0].range.clone()], "<b/>");
        assert_eq!((case.children[1].kind(), case.children[1].inner.len()), ("y", 0));
        assert_eq!(parse("text"), None);
    }
}
