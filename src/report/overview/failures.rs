//! Tests that failed go in, their cards come out as HTML; many with the same message together.

use std::collections::HashMap;
use std::fmt::Write;

use crate::model::outcome::TestOutcome;
use crate::report::facts;
use crate::report::overview::lists::Cards;
use crate::report::text::{self, html};

/// So many tests with the same message are shown together.
const MANY: usize = 2;

/// Every test that failed or timed out and is not quarantined.
pub(crate) fn failures(cards: &mut Cards<'_>) -> String {
    let tests = facts::failed(cards.outcome, false);
    if tests.is_empty() {
        return String::new();
    }
    let mut out = format!(
        "<section id=\"failed\">\n<h2>Failed <span class=\"count\">{}</span></h2>\n",
        tests.len()
    );
    for (name, tests) in grouped(&tests) {
        let _ = writeln!(out, "<div class=\"group\">");
        if let Some(name) = name {
            let count = facts::number_of(tests.len(), "test");
            let _ = writeln!(out, "<h3>{count}: <code>{}</code></h3>", html(&name));
        }
        out.push_str(&cards.list(&tests));
        out.push_str("</div>\n");
    }
    out + "</section>\n"
}

type Group<'a> = (Option<String>, Vec<&'a TestOutcome>);

/// Those with the same message together, the greatest group first; the others at the end, in the
/// order of their keys.
fn grouped<'a>(tests: &[&'a TestOutcome]) -> Vec<Group<'a>> {
    let mut groups: HashMap<String, Vec<&'a TestOutcome>> = HashMap::new();
    for test in tests {
        groups.entry(sign(test)).or_default().push(test);
    }
    let is_alone = |test: &&&TestOutcome| groups.get(&sign(test)).is_none_or(|g| g.len() < MANY);
    let alone: Vec<&TestOutcome> = tests.iter().filter(is_alone).copied().collect();
    let mut many: Vec<Group<'_>> = groups
        .into_iter()
        .filter(|(_, tests)| tests.len() >= MANY)
        .map(|(sign, tests)| (Some(sign), tests))
        .collect();
    many.sort_by(|(a, one), (b, other)| (other.len(), a).cmp(&(one.len(), b)));
    many.extend((!alone.is_empty()).then_some((None, alone)));
    many
}

/// What a message has in common with that of another test which failed for the same reason: its
/// first line without addresses and numbers, and the place on the page that it is about.
fn sign(test: &TestOutcome) -> String {
    let Some(run) = facts::ill(test).next() else { return String::new() };
    let message = facts::run_message(run);
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let first = [" at http://", " at https://"]
        .into_iter()
        .filter_map(|address| first.find(address))
        .min()
        .map_or(first, |at| &first[..at]);
    let place = lines.find(|line| line.starts_with("Locator:"));
    let whole = match place {
        Some(place) => format!("{first} {place}"),
        None => first.to_owned(),
    };
    text::terminal(&numberless(&whole)).chars().take(200).collect()
}

/// With `…` in place of each number.
fn numberless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        out.push_str(before);
        out.push('…');
        rest = &number[digits..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::numberless;

    #[test]
    fn messages_that_differ_in_numbers_are_the_same() {
        assert_eq!(numberless("Timeout 30000ms of 5 at :4173"), "Timeout …ms of … at :…");
        assert_eq!(numberless("found 9 of 3"), numberless("found 12 of 4"));
        assert_eq!(numberless("no"), "no");
    }
}
