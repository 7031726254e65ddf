//! A text goes in, it comes out without the values that nobody may see: those of variables that
//! were let in, and log-ins inside of URLs.

use std::fmt;

/// What stands for a value that is not shown.
pub(crate) const HIDDEN: &str = "***";

/// Shorter values are no secrets: without every `1` and `on` no message could be read.
const SHORTEST: usize = 4;

/// Values that are shown nowhere.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    pub(crate) fn new(values: impl IntoIterator<Item = String>) -> Self {
        let mut forms = Vec::new();
        for value in values {
            // Whoever quotes a value in a message escapes it; whoever cuts lines shows parts.
            forms.push(value.escape_debug().to_string());
            forms.extend(value.lines().map(|line| line.trim().to_owned()));
            forms.push(value);
        }
        forms.retain(|form| form.chars().count() >= SHORTEST);
        // A value may be part of another.
        forms.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        forms.dedup();
        Self(forms)
    }

    /// The text without the values and without log-ins.
    pub(crate) fn hide(&self, text: &str) -> String {
        let hidden = without_log_ins(text);
        self.0.iter().fold(hidden, |text, value| text.replace(value, HIDDEN))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// The log-in in front of an image's registry, where somebody wrote one. What follows an `@` may
/// also be a digest.
pub(crate) fn log_in(image: &str) -> Option<&str> {
    let (before, after) = image.split_once('@')?;
    let is_digest = after.starts_with("sha256:") || after.starts_with("sha512:");
    (!is_digest).then_some(before)
}

/// `https://me:pass@host/x` as `https://***@host/x`.
fn without_log_ins(text: &str) -> String {
    const AFTER_SCHEME: &str = "://";
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(AFTER_SCHEME) {
        let (before, from_here) = rest.split_at(at + AFTER_SCHEME.len());
        shown += before;
        let ends = |c: char| c.is_whitespace() || "/?#\"'`<>".contains(c);
        let host = &from_here[..from_here.find(ends).unwrap_or(from_here.len())];
        if let Some(at) = host.rfind('@') {
            shown += HIDDEN;
            rest = &from_here[at..];
        } else {
            rest = from_here;
        }
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::{Secrets, log_in};

    fn secrets(values: &[&str]) -> Secrets {
        Secrets::new(values.iter().map(|value| (*value).to_owned()))
    }

    #[test]
    fn a_value_is_hidden_in_every_form() {
        let secrets = secrets(&["hunter2", "hunter2-and-more", "two \"lines\"\nof text", "1"]);
        for (text, shown) in [
            ("no secret 1", "no secret 1"),
            ("X=hunter2, Y=hunter2-and-more", "X=***, Y=***"),
            (r#""two \"lines\"\nof text""#, "\"***\""),
            ("two \"lines\"", "***"),
            ("two \"lines\"\nof text", "***"),
        ] {
            assert_eq!(secrets.hide(text), shown);
        }
        assert_eq!(format!("{secrets:?}"), "***");
    }

    #[test]
    fn urls_are_shown_without_their_log_in() {
        for (text, shown) in [
            ("at tcp://me:pass@host:2375. Is it", "at tcp://***@host:2375. Is it"),
            ("Get \"https://me:p@ss@host/v2/\": no", "Get \"https://***@host/v2/\": no"),
            ("https://host/a@b http://token@x", "https://host/a@b http://***@x"),
            ("unix:///var/run/docker.sock", "unix:///var/run/docker.sock"),
            ("://", "://"),
        ] {
            assert_eq!(secrets(&[]).hide(text), shown);
        }
    }

    #[test]
    fn a_digest_is_no_log_in() {
        assert_eq!(log_in("registry/playwright:v1@sha256:abc"), None);
        assert_eq!(log_in("playwright:v1"), None);
        assert_eq!(log_in("me:pass@registry/playwright:v1"), Some("me:pass"));
    }
}
