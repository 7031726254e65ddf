//! A URL goes in, a place in object storage comes out; what may be a secret in it is refused and
//! not shown.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use object_store::path::Path as Key;

use super::key;
use super::scheme::{SCHEMES, Scheme};

/// What stands between a scheme and the rest.
const AFTER_SCHEME: &str = "://";
/// What stands for what is not shown.
const HIDDEN: &str = "***";

/// Where results are kept: a prefix in a bucket, or a folder.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(super) scheme: &'static Scheme,
    /// The bucket or container; empty for a folder.
    pub(super) bucket: String,
    /// What all names begin with; empty for a folder.
    pub(super) prefix: Key,
    /// The folder; empty for a bucket.
    pub(super) folder: PathBuf,
    text: String,
}

/// Whether a text is meant to be a URL and not the name of a file.
pub(crate) fn is_url(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(AFTER_SCHEME) else { return false };
    !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// A text that was refused, without what may be a secret in it.
pub(crate) fn shown(text: &str) -> String {
    let text = text.split_once(['?', '#']).map_or(text.to_owned(), |(before, _)| {
        format!("{before}{}{HIDDEN}", &text[before.len()..=before.len()])
    });
    let (before, rest) = match text.split_once(AFTER_SCHEME) {
        Some((scheme, rest)) => (format!("{scheme}{AFTER_SCHEME}"), rest),
        None => (String::new(), text.as_str()),
    };
    // A password may hold slashes that somebody forgot to encode.
    let shown = rest.rfind('@').map_or(rest.to_owned(), |at| format!("{HIDDEN}{}", &rest[at..]));
    before + &shown
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, rest) = text.split_once(AFTER_SCHEME).ok_or_else(expected)?;
        let scheme = SCHEMES.iter().find(|scheme| scheme.name == name).ok_or_else(expected)?;
        if rest.split('/').next().is_some_and(|host| host.contains('@')) {
            return Err("no user and no password may stand in it; credentials come from the \
                        environment"
                .to_owned());
        }
        if rest.contains(['?', '#']) {
            return Err("nothing may follow `?` or `#` in it".to_owned());
        }
        let wrong = || format!("`{}` is expected", scheme.form);
        let rest = rest.trim_end_matches('/');
        if scheme.is_folder() {
            let path = key::decoded(rest).filter(|path| path.starts_with('/'));
            let path = path.ok_or_else(wrong)?;
            // As in file:///C:/results.
            let path = if cfg!(windows) { path.trim_start_matches('/') } else { &path };
            let (folder, prefix) = (PathBuf::from(path), Key::ROOT);
            return Ok(Self { scheme, bucket: String::new(), prefix, folder, text: text.into() });
        }
        let (bucket, prefix) = rest.split_once('/').ok_or_else(wrong)?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        if bucket.is_empty() || !bucket.chars().all(is_name) {
            return Err(wrong());
        }
        let prefix = Key::parse(prefix).map_err(|_| wrong())?;
        if prefix.is_root() {
            return Err(wrong());
        }
        let text = format!("{name}{AFTER_SCHEME}{bucket}/{prefix}");
        Ok(Self { scheme, bucket: bucket.to_owned(), prefix, folder: PathBuf::new(), text })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.trim_end_matches('/'))
    }
}

fn expected() -> String {
    let forms: Vec<&str> = SCHEMES.iter().map(|scheme| scheme.form).collect();
    format!("one of {} is expected", forms.join(", "))
}
