//! Timings go in, the text of the file comes out.

use std::fmt::Write as _;
use std::time::Duration;

use crate::model::timings::{Costs, LastResult, Timing, Timings};
use crate::wire::timings_v1::tree::{Node, tree};
use crate::wire::timings_v1::{ESCAPE, FORMAT, SHARED, VERSION};

/// Readers of JSON go no deeper than some 100 maps: deep trees are not made deeper to save room.
const DEEPEST_SHARED: u32 = 24;

/// The text of timings: the same for the same timings, one line a spec file.
pub(crate) fn write(timings: &Timings) -> String {
    let mut out = format!(r#"{{"format":"{FORMAT}","version":{VERSION},"#);
    costs(&mut out, &timings.costs);
    out.push_str(r#""files":{"#);
    for (position, (file, projects)) in tree(timings).iter().enumerate() {
        out.push_str(if position == 0 { "\n" } else { ",\n" });
        text(&mut out, file);
        out.push_str(":{");
        for (position, (project, tree)) in projects.iter().enumerate() {
            comma(&mut out, position);
            text(&mut out, project);
            out.push(':');
            node(&mut out, tree, 0);
        }
        out.push('}');
    }
    out.push_str("\n}}\n");
    out
}

/// What runs cost, on a line of its own; nothing where nothing is known.
fn costs(out: &mut String, costs: &Costs) {
    if *costs == Costs::default() {
        return;
    }
    let Costs { start, worker, file, end, pace } = costs;
    out.push_str("\n\"costs\":{");
    for (name, cost) in [("start", start), ("worker", worker), ("file", file), ("end", end)] {
        text(out, name);
        out.push(':');
        number(out, *cost);
        out.push(',');
    }
    // Writing to a string cannot fail.
    let _ = writeln!(out, "\"pace\":{pace}}},");
}

/// A node at a depth of that many maps.
fn node(out: &mut String, Node { timing, children }: &Node<'_>, depth: u32) {
    let titles: Vec<(&str, &Node<'_>)> =
        children.iter().map(|(title, node)| (title.as_ref(), node)).collect();
    match timing {
        None => siblings(out, &titles, depth + 1),
        Some(Timing { duration: Some(duration), last: LastResult::Passed, flaky: 0 })
            if titles.is_empty() =>
        {
            number(out, *duration);
        }
        Some(Timing { duration, last, flaky }) => {
            out.push('[');
            match duration {
                Some(duration) => number(out, *duration),
                None => out.push_str("null"),
            }
            out.push_str(match last {
                LastResult::Passed => r#","passed""#,
                LastResult::Flaky => r#","flaky""#,
                LastResult::Failed => r#","failed""#,
            });
            if *flaky > 0 {
                let _ = write!(out, ",{flaky}");
            }
            if !titles.is_empty() {
                out.push(',');
                siblings(out, &titles, depth + 1);
            }
            out.push(']');
        }
    }
}

/// The sorted titles below one node, or what is left of them behind a shared beginning.
fn siblings(out: &mut String, titles: &[(&str, &Node<'_>)], depth: u32) {
    out.push('{');
    let mut rest = titles;
    while let Some(((title, tree), _)) = rest.split_first() {
        comma(out, titles.len() - rest.len());
        let (run, shared) = if depth < DEEPEST_SHARED { run(rest) } else { (1, "") };
        if run > 1 {
            let (inside, after) = rest.split_at(run);
            text(out, &format!("{SHARED}{shared}"));
            out.push(':');
            let ends: Vec<(&str, &Node<'_>)> =
                inside.iter().map(|(title, tree)| (&title[shared.len()..], *tree)).collect();
            siblings(out, &ends, depth + 1);
            rest = after;
        } else {
            key(out, title);
            out.push(':');
            node(out, tree, depth);
            rest = &rest[1..];
        }
    }
    out.push('}');
}

/// How many of the titles, from the first on, should be written behind one shared beginning, and
/// that beginning; one where it saves nothing.
fn run<'a>(titles: &[(&'a str, &Node<'_>)]) -> (usize, &'a str) {
    /// What `"+":{},` adds to the file.
    const COST: usize = 7;
    let Some(((first, _), others)) = titles.split_first() else { return (1, "") };
    let mut shared: &str = first;
    let mut best = (1, "", 0);
    for (index, (other, _)) in others.iter().enumerate() {
        shared = common(shared, other);
        let saved = (shared.len() * (index + 1)).saturating_sub(COST);
        if saved > best.2 {
            best = (index + 2, shared, saved);
        }
        if shared.is_empty() {
            break;
        }
    }
    (best.0, best.1)
}

/// The longest beginning of both that ends behind a space, so that people can read it.
fn common<'a>(a: &'a str, b: &str) -> &'a str {
    let bytes = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let end = a.as_bytes()[..bytes].iter().rposition(|&byte| byte == b' ').map_or(0, |at| at + 1);
    &a[..end]
}

/// A title, or what is left of it behind a shared beginning, as a key.
fn key(out: &mut String, title: &str) {
    if title.starts_with([SHARED, ESCAPE]) {
        text(out, &format!("{ESCAPE}{title}"));
    } else {
        text(out, title);
    }
}

fn comma(out: &mut String, position: usize) {
    if position > 0 {
        out.push(',');
    }
}

fn number(out: &mut String, duration: Duration) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{}", duration.as_millis());
}

/// A JSON text; ASCII control characters, quotes and backslashes are escaped by serde.
fn text(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}
