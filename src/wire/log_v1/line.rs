//! An entry of the log goes in, its line comes out.

use serde::Serialize;
use serde_json::Value;

use crate::wire::log_v1::entry::{Entry, Level};

#[derive(Serialize)]
struct Line<'a> {
    at: &'a str,
    level: Level,
    #[serde(flatten)]
    entry: &'a Entry,
}

/// As JSON, with its line feed; `at` is RFC 3339.
pub(crate) fn line(at: &str, level: Level, entry: &Entry) -> String {
    // These types hold nothing that JSON cannot say.
    let mut line = serde_json::to_string(&Line { at, level, entry }).unwrap_or_default();
    line.push('\n');
    line
}

/// For people, without a line feed: the event, then `name=value`. Not escaped for any place.
pub(crate) fn words(entry: &Entry) -> String {
    let Ok(Value::Object(fields)) = serde_json::to_value(entry) else { return String::new() };
    let event = fields.get("event").and_then(Value::as_str).unwrap_or_default().to_owned();
    let named = fields.iter().filter(|(name, _)| *name != "event");
    named.fold(event, |line, (name, value)| format!("{line} {name}={value}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{line, words};
    use crate::wire::log_v1::{Entry, Level, Scalar};

    #[test]
    fn a_line_is_one_object_whatever_the_text() {
        let entry = Entry::note(None, "a \"b\"\n\u{1b}[31m");
        let line = line("2026-01-02T03:04:05.678Z", Level::Warn, &entry);
        assert_eq!(
            line,
            "{\"at\":\"2026-01-02T03:04:05.678Z\",\"level\":\"warn\",\"event\":\"note\",\
             \"message\":\"a \\\"b\\\"\\n\\u001b[31m\"}\n"
        );
    }

    #[test]
    fn a_diagnostic_has_fields_of_its_own() {
        let fields = [("took_ms", Scalar::Number(3)), ("ok", Scalar::Truth(true))];
        let entry = Entry::Diagnostic { event: "x".to_owned(), fields: BTreeMap::from(fields) };
        assert_eq!(words(&entry), "x ok=true took_ms=3");
        assert_eq!(
            line("", Level::Debug, &entry),
            "{\"at\":\"\",\"level\":\"debug\",\"event\":\"x\",\"ok\":true,\"took_ms\":3}\n"
        );
    }
}
