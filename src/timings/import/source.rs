//! A path goes in, what can be told of its content at a glance comes out.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use super::ImportError;
use crate::wire::envelope::without_mark;
use crate::wire::input;

/// A file or folder and what it looks like.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(super) content: Content,
}

/// What a file or folder looks like.
pub(super) enum Content {
    Folder,
    Zip,
    Xml,
    /// One JSON value in a line, as in a blob report.
    JsonLines,
    Json {
        text: String,
        /// Of the outermost object; none where it is no object.
        keys: BTreeSet<String>,
    },
    Other,
}

impl Source {
    /// Looks at a file or folder.
    pub(crate) fn open(path: &Path) -> Result<Self, ImportError> {
        let content =
            look(path).map_err(|source| ImportError::Read { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), content })
    }

    /// Whether it is a JSON object with this key.
    pub(super) fn has_key(&self, key: &str) -> bool {
        matches!(&self.content, Content::Json { keys, .. } if keys.contains(key))
    }

    /// The JSON text.
    pub(super) fn json(&self) -> Result<&str, ImportError> {
        match &self.content {
            Content::Json { text, .. } => Ok(text),
            Content::Folder | Content::Zip | Content::Xml | Content::JsonLines | Content::Other => {
                Err(self.broken("is not JSON"))
            }
        }
    }

    /// The error for a content that is otherwise than expected.
    pub(super) fn broken(&self, problem: impl Into<String>) -> ImportError {
        ImportError::Content { path: self.path.clone(), problem: problem.into() }
    }
}

fn look(path: &Path) -> io::Result<Content> {
    /// What the first line of a blob report holds.
    const BLOB: &str = "\"onBlobReportMetadata\"";
    const GLANCE: u64 = 4096;
    if fs::metadata(path)?.is_dir() {
        return Ok(Content::Folder);
    }
    let mut head = Vec::new();
    input::open(path)?.take(GLANCE).read_to_end(&mut head)?;
    if head.starts_with(b"PK\x03\x04") {
        return Ok(Content::Zip);
    }
    let head = String::from_utf8_lossy(&head);
    let head = without_mark(&head).trim_start();
    let first = head.lines().next().unwrap_or_default();
    Ok(match head.chars().next() {
        Some('<') => Content::Xml,
        Some('{') if first.contains(BLOB) => Content::JsonLines,
        Some('{' | '[') => {
            let text = input::regular_text(path)?;
            let text = without_mark(&text).to_owned();
            let keys = keys(&text);
            Content::Json { text, keys }
        }
        _ => Content::Other,
    })
}

/// The keys of the outermost object. A torn file should still be known for what it was: who reads
/// it will say where it is torn.
fn keys(text: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    serde_json::Deserializer::from_str(text).deserialize_map(Keys(&mut keys)).ok();
    keys
}

struct Keys<'a>(&'a mut BTreeSet<String>);

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key()? {
            self.0.insert(key);
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}
