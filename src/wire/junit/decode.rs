//! A JUnit file in any encoding goes in, its text comes out as UTF-8, piece by piece.
//!
//! A byte order mark decides, then the XML declaration, then UTF-8. What an encoding does not know
//! becomes U+FFFD: tools write what a test printed as it is, and for a stray byte in it no result
//! of a test is given up.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

use crate::platform;
use crate::wire::input;
use crate::wire::junit::error::JunitError;

/// In bytes, of what is read at once.
const PIECE: usize = 1 << 16;
/// In bytes; a declaration is the first thing in a file and short.
const DECLARATION: usize = 512;

/// The text of a file.
pub(super) type Decoded = BufReader<DecodeReaderBytes<File, Vec<u8>>>;

/// Opens a regular file. A file in an encoding that nobody knows is an error.
pub(super) fn open(path: &Path) -> Result<Decoded, JunitError> {
    let unread = |source| JunitError::Read { path: path.to_path_buf(), source };
    let file = input::open(path).map_err(unread)?;
    let mut head = [0; DECLARATION];
    let read = platform::read_at(&file, &mut head, 0).map_err(unread)?;
    let encoding = sniff(&head[..read]).map_err(|label| JunitError::Encoding {
        path: path.to_path_buf(),
        label: label.chars().take(100).collect(),
    })?;
    let decoded = DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .bom_override(true)
        .build_with_buffer(file, vec![0; PIECE])
        .map_err(unread)?;
    Ok(BufReader::with_capacity(PIECE, decoded))
}

/// The encoding of a file that begins so, or the name of one that is not known.
fn sniff(head: &[u8]) -> Result<&'static Encoding, String> {
    match head {
        [b'<', 0, ..] => return Ok(UTF_16LE),
        [0, b'<', ..] => return Ok(UTF_16BE),
        _ => {}
    }
    let Some(label) = declared(head) else { return Ok(UTF_8) };
    let Some(encoding) = Encoding::for_label_no_replacement(label.trim().as_bytes()) else {
        return Err(label);
    };
    // .NET writes `utf-16` into files that are not: we could not have read that far otherwise.
    Ok(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

/// What `<?xml ... encoding="..."?>` says.
fn declared(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(head);
    let (_, declaration) = head.split_once("<?xml")?;
    let (declaration, _) = declaration.split_once("?>")?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Some(rest[1..].split_once(quote)?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;

    use super::open;

    fn decoded(bytes: &[u8]) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), bytes).unwrap();
        let mut text = String::new();
        open(file.path()).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn a_mark_a_declaration_or_the_first_bytes_tell_the_encoding() {
        let declared = |label: &str, rest: &[u8]| {
            [format!("<?xml version='1.0' encoding = '{label}' ?>").as_bytes(), rest].concat()
        };
        assert!(decoded(&declared("ISO-8859-1", b"gr\xfc\xdfe")).ends_with("?>grüße"));
        assert!(decoded(&declared("windows-1252", b"\x80 1")).ends_with("?>€ 1"));
        assert!(decoded(&declared("Shift_JIS", b"\x83e\x83X\x83g")).ends_with("?>テスト"));
        assert!(decoded(&declared("utf-16", "ü".as_bytes())).ends_with("?>ü"));
        assert_eq!(decoded("\u{feff}<a>ü".as_bytes()), "<a>ü");
        for mark in ["", "\u{feff}"] {
            let text = format!("{mark}<a>ü🛒");
            assert_eq!(decoded(&utf_16(&text, u16::to_le_bytes)), "<a>ü🛒");
            assert_eq!(decoded(&utf_16(&text, u16::to_be_bytes)), "<a>ü🛒");
        }
    }

    #[test]
    fn a_stray_byte_takes_no_text_with_it() {
        assert_eq!(decoded(b"<a>\xff\xc3(b\xf0\x9f"), "<a>\u{fffd}\u{fffd}(b\u{fffd}");
    }

    #[test]
    fn an_encoding_that_nobody_knows_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "<?xml version=\"1.0\" encoding=\"EBCDIC-XX\"?><testsuite/>")
            .unwrap();
        let failure = open(file.path()).map(|_| ()).unwrap_err().to_string();
        assert!(failure.ends_with("is written in the encoding `EBCDIC-XX`, which is not known"));
    }
}
