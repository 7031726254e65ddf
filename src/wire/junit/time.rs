//! A `time` attribute goes in, a duration comes out.

use std::time::Duration;

/// More than any test takes; a larger number is nonsense.
const LONGEST: f64 = 1e9;

/// Seconds; nonsense, e.g. `NaN` or a negative number, counts as nothing.
///
/// Commas are read as tools write them. Surefire groups thousands (`1,234.5`, and `1,234` for a
/// whole number: Jenkins drops the commas, too); PHP before version 8 and others that follow the
/// locale write a decimal comma (`0,012345`, `1,5`, `1.234,5`).
pub(crate) fn time(text: &str) -> Duration {
    readable(text).unwrap_or_default()
}

/// The same; none for nonsense.
pub(crate) fn readable(text: &str) -> Option<Duration> {
    let seconds = number(text).filter(|seconds| *seconds <= LONGEST)?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// A number with its commas read in the same way.
pub(crate) fn number(text: &str) -> Option<f64> {
    let text = text.trim_matches([' ', '\t', '\n', '\r']);
    let number = if text.contains(',') { plain(text).parse() } else { text.parse() };
    number.ok()
}

/// Whether every reader takes it for the same number.
pub(crate) fn is_plain(text: &str) -> bool {
    let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'-'));
    digits && text.parse().is_ok_and(|seconds: f64| (0.0..=LONGEST).contains(&seconds))
}

/// The number without commas between thousands, a decimal comma as a point.
fn plain(text: &str) -> String {
    let decimal = match (text.find('.'), text.rfind(',')) {
        (Some(point), Some(comma)) => point < comma,
        (None, Some(comma)) => text.find(',') == Some(comma) && !groups(text, comma),
        (_, None) => false,
    };
    if decimal { text.replace('.', "").replace(',', ".") } else { text.replace(',', "") }
}

/// Whether the only comma can stand between thousands.
fn groups(text: &str, comma: usize) -> bool {
    let (whole, rest) = (&text[..comma], &text[comma + 1..]);
    matches!(whole.len(), 1..=3) && !whole.starts_with('0') && rest.len() == 3
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{is_plain, time};

    #[test]
    fn times_are_read_as_tools_write_them() {
        for (text, seconds) in [
            ("1.5", 1.5),
            (" 1.5\n", 1.5),
            ("5.0E-4", 0.0005),
            ("1,234.5", 1234.5),
            ("1,234,567.5", 1_234_567.5),
            ("1,234", 1234.0),
            ("1,234,567", 1_234_567.0),
            ("1,5", 1.5),
            ("0,012345", 0.012_345),
            ("0,123", 0.123),
            ("1.234,5", 1234.5),
            ("1234,567", 1234.567),
            ("", 0.0),
            ("NaN", 0.0),
            ("inf", 0.0),
            ("-1", 0.0),
            ("1e300", 0.0),
            ("soon", 0.0),
            (",", 0.0),
        ] {
            assert_eq!(time(text), Duration::from_secs_f64(seconds), "{text}");
        }
    }

    #[test]
    fn a_plain_time_needs_no_mending() {
        for text in ["0", "1.5", "5.0E-4", "1e3"] {
            assert!(is_plain(text), "{text}");
        }
        for text in ["", "1,5", "NaN", "-1", " 1", "1e300", "inf", "+1", "."] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
