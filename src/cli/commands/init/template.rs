//! A template and values go in, a text comes out. The places of a template:
//!
//! | place | what becomes of it |
//! |---|---|
//! | `@NAME@` | the value of that name |
//! | `@*NAME@` | its line comes once for each of the values, also never |
//! | `@{...}@` | what is in between, filled in, as one value in quotes where it needs them |

use std::collections::BTreeMap;

/// Values by name.
#[derive(Debug, Default)]
pub(super) struct Values(BTreeMap<&'static str, Vec<String>>);

impl Values {
    /// One value, or as many as there are.
    pub(super) fn set(&mut self, name: &'static str, values: impl IntoIterator<Item = String>) {
        self.0.insert(name, values.into_iter().collect());
    }

    fn get(&self, name: &str) -> &[String] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The template with everything filled in.
pub(super) fn fill(template: &str, values: &Values, quote: fn(&str) -> String) -> String {
    let mut text = String::new();
    for line in template.lines() {
        let repeated = line.split_once("@*").and_then(|(_, rest)| rest.split('@').next());
        let count = repeated.map_or(1, |name| values.get(name).len());
        for turn in 0..count {
            text += &filled(line, turn, values, quote);
            text.push('\n');
        }
    }
    text
}

/// One line, from left to right: nothing in a value is a place.
fn filled(line: &str, turn: usize, values: &Values, quote: fn(&str) -> String) -> String {
    let (mut text, mut quoted) = (String::new(), None);
    let mut rest = line;
    while let Some(at) = rest.find(['@', '}']) {
        let (before, place) = rest.split_at(at);
        text += before;
        if let Some(after) = place.strip_prefix("@{") {
            quoted = Some(text.len());
            rest = after;
        } else if let Some(after) = place.strip_prefix("}@").filter(|_| quoted.is_some()) {
            let start = quoted.take().unwrap_or_default();
            let value = quote(&text[start..]);
            text.truncate(start);
            text += &value;
            rest = after;
        } else if let Some((name, after)) = place_name(place) {
            let turn = if place.starts_with("@*") { turn } else { 0 };
            text += values.get(name).get(turn).map_or("", String::as_str);
            rest = after;
        } else {
            text += &place[..1];
            rest = &place[1..];
        }
    }
    text + rest
}

/// The name of the place that a text begins with, and what follows it.
fn place_name(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('@')?;
    let (name, after) = inner.strip_prefix('*').unwrap_or(inner).split_once('@')?;
    let is_name = |c: char| c.is_ascii_uppercase() || c == '_';
    (!name.is_empty() && name.chars().all(is_name)).then_some((name, after))
}

#[cfg(test)]
mod tests {
    use super::{Values, fill};

    fn text(template: &str, values: &[(&'static str, &[&str])]) -> String {
        let mut known = Values::default();
        for (name, list) in values {
            known.set(name, list.iter().map(|value| (*value).to_owned()));
        }
        fill(template, &known, |text| format!("<{text}>"))
    }

    #[test]
    fn lines_come_as_often_as_there_are_values() {
        let template = "a\n- @{@*STEP@}@ # of @COUNT@\nb\n";
        let two = [("STEP", &["x", "y"][..]), ("COUNT", &["2"])];
        assert_eq!(text(template, &two), "a\n- <x> # of 2\n- <y> # of 2\nb\n");
        assert_eq!(text(template, &[]), "a\nb\n");
    }

    #[test]
    fn a_value_is_no_template() {
        let values = [("A", &["@B@ }@ @{ @*B@"][..]), ("B", &["b"])];
        assert_eq!(text("@{x @A@}@ @B@", &values), "<x @B@ }@ @{ @*B@> b\n");
    }

    #[test]
    fn what_is_no_place_stays() {
        assert_eq!(text("a@v4 ${{ x }} {}@ @b@", &[]), "a@v4 ${{ x }} {}@ @b@\n");
    }
}
