//! ECMAScript regular expressions as Playwright takes them.

use regress::Regex;

use super::error::ScanError;

/// Compiles what was given to `--grep`: `/source/flags`, or a source that ignores case
/// (Playwright's `forceRegExp`).
pub(super) fn forced(option: &str, pattern: &str) -> Result<Regex, ScanError> {
    let inner = pattern.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
    match inner {
        Some((source, flags)) if flags.chars().all(|flag| matches!(flag, 'g' | 'i')) => {
            literal(option, source, flags)
        }
        _ => literal(option, pattern, "i"),
    }
}

/// Compiles a regular expression literal.
pub(super) fn literal(option: &str, source: &str, flags: &str) -> Result<Regex, ScanError> {
    Regex::with_flags(source, flags).map_err(|error| ScanError::Regex {
        option: option.to_owned(),
        pattern: source.to_owned(),
        reason: error.to_string(),
    })
}

/// Whether the expression matches somewhere in the text.
pub(super) fn matches(regex: &Regex, text: &str) -> bool {
    regex.find(text).is_some()
}
