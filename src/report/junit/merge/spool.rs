//! Pieces of XML go in, whatever they hold; well-formed XML stands in a file that nobody else
//! sees, and where each piece begins is known.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use quick_xml::events::BytesCData;

use crate::report::text;

/// In bytes, of what is written at once.
const PIECE: usize = 1 << 17;

/// XML that grows at its end. A write that fails is told at the end: until then nobody reads.
pub(super) struct Spool {
    out: BufWriter<File>,
    at: u64,
    /// Whether a start tag lacks its `>`.
    pending: bool,
    failed: Option<io::Error>,
}

impl Spool {
    /// A file without a name in the folder, gone with the last handle on it.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        let out = BufWriter::with_capacity(PIECE, tempfile::tempfile_in(folder)?);
        Ok(Self { out, at: 0, pending: false, failed: None })
    }

    /// In bytes: how long it is.
    pub(super) fn at(&mut self) -> u64 {
        self.settle();
        self.at
    }

    /// Where the next attribute of the element that was begun last will stand.
    pub(super) fn inside(&self) -> u64 {
        self.at
    }

    /// Begins an element; gives where.
    pub(super) fn begin(&mut self, name: &str) -> u64 {
        let at = self.at();
        self.raw("<");
        self.raw(name);
        self.pending = true;
        at
    }

    /// An attribute of the element that was begun last, its value as meant.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.raw(" ");
        self.raw(name);
        self.raw("=\"");
        self.raw(&escaped(value));
        self.raw("\"");
    }

    pub(super) fn end(&mut self, name: &str) {
        if self.pending {
            self.pending = false;
            return self.raw("/>");
        }
        self.raw("</");
        self.raw(name);
        self.raw(">");
    }

    /// Text as it stands between elements of a file.
    pub(super) fn text(&mut self, raw: &str) {
        self.settle();
        // Readers let `]]>` pass, XML does not.
        if is_clean(raw) && !raw.contains("]]>") {
            self.raw(raw);
        } else {
            self.raw(&text::xml(raw).replace("]]>", "]]&gt;"));
        }
    }

    pub(super) fn cdata(&mut self, raw: &str) {
        self.settle();
        if is_clean(raw) {
            self.raw("<![CDATA[");
            self.raw(raw);
            return self.raw("]]>");
        }
        for part in BytesCData::escaped(&text::xml(raw)) {
            self.raw("<![CDATA[");
            self.raw(&part);
            self.raw("]]>");
        }
    }

    /// A reference, by its name.
    pub(super) fn reference(&mut self, name: &str) {
        self.settle();
        self.raw("&");
        self.raw(name);
        self.raw(";");
    }

    /// What is well-formed already.
    pub(super) fn raw(&mut self, text: &str) {
        self.at += text.len() as u64;
        if let Err(error) = self.out.write_all(text.as_bytes()) {
            self.failed.get_or_insert(error);
        }
    }

    /// Fails with what has gone wrong so far.
    pub(super) fn check(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }

    /// The file with all of it.
    pub(super) fn finish(mut self) -> io::Result<File> {
        self.settle();
        self.check()?;
        self.out.into_inner().map_err(io::IntoInnerError::into_error)
    }

    fn settle(&mut self) {
        if self.pending {
            self.pending = false;
            self.raw(">");
        }
    }
}

/// What XML allows of a text; most texts are fit, and seen to be so at the speed of memory.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if is_clean(text) { Cow::Borrowed(text) } else { text::xml(text) }
}

/// Whether nothing in a text can be what [`text::xml`] takes out.
fn is_clean(text: &str) -> bool {
    // 0xc2 begins the controls from U+0080 on, 0xef U+FFFE and U+FFFF.
    let doubtful = |byte: u8| match byte {
        b'\n' | b'\t' | b'\r' => false,
        0x7f | 0xc2 | 0xef => true,
        byte => byte < b' ',
    };
    let any = |bytes: &[u8]| bytes.iter().fold(false, |any, byte| any | doubtful(*byte));
    !text.as_bytes().chunks(64).any(any) || !text.contains(text::unfit_for_xml)
}

/// A value as it stands between double quotes.
pub(super) fn escaped(value: &str) -> Cow<'_, str> {
    let special = |byte: u8| matches!(byte, b'<' | b'>' | b'&' | b'"' | 0..b' ');
    if !value.bytes().fold(false, |any, byte| any | special(byte)) {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len() + 16);
    for c in value.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            // They would be read back as spaces.
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}
