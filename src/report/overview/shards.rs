//! A plan and its timeline go in, the table of shards comes out as HTML: what was predicted and what
//! became of it, in numbers and as a picture that needs no script.

use std::fmt::Write;
use std::path::Path;

use crate::model::outcome::Outcome;
use crate::report::facts;
use crate::report::overview::chart::{Chart, ShardChart};
use crate::report::shards::{NONE, ShardRow, TIMES, of_chart, set_up};
use crate::report::text::html;

/// The width of a picture, in its own units.
const WIDTH: u64 = 1_000;

/// One row a shard, with a link to its log where there is one.
pub(crate) fn shards(chart: &Chart<'_>, outcome: &Outcome, output: &Path) -> String {
    let mut out = "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Shards\"><table class=\"shards\">\n<thead><tr>"
        .to_owned();
    let times = TIMES.iter().map(|(name, about)| (titled(name), *about, NUMBER));
    let before = BEFORE.iter().map(|(name, about, class)| (titled(name), *about, *class));
    let behind = BEHIND.iter().map(|(name, about, class)| (titled(name), *about, *class));
    for (name, about, class) in before.chain(times).chain(behind) {
        let _ = write!(out, "<th scope=\"col\"{} title=\"{about}\">{name}</th>", in_class(class));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    let end = |shard: &ShardChart<'_>| {
        let whole = shard.whole_span().map_or(0, |(from, to)| to - from);
        whole.max(shard.predicted.unwrap_or_default())
    };
    let longest = chart.shards.iter().map(end).max().unwrap_or_default().max(1);
    for (shard, row) in chart.shards.iter().zip(of_chart(chart, outcome)) {
        out.push_str(&line(shard, &row, longest, output));
    }
    out.push_str("</tbody></table></div>\n");
    if let Some(set_up) = set_up(outcome) {
        let _ = writeln!(out, "<p class=\"muted\">{set_up}</p>");
    }
    out
}

const NUMBER: &str = "number";

/// What stands before and behind the times: name, what it is, class.
const BEFORE: &[(&str, &str, &str)] = &[
    ("shard", "Its number", ""),
    ("tests", "Tests that were dealt to it, first or again", NUMBER),
];
const BEHIND: &[(&str, &str, &str)] = &[
    ("where the time went", "Start, tests, and what came after the last test", "picture"),
    ("attempts", "How often it was started", NUMBER),
    ("memory", "The most that it used", NUMBER),
    ("CPU", "The time of all processors", NUMBER),
    ("end", "How its last attempt ended", ""),
    ("log", "What it printed", "log"),
];

/// As a heading.
fn titled(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_uppercase() + rest
}

fn in_class(class: &str) -> String {
    if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") }
}

fn line(chart: &ShardChart<'_>, row: &ShardRow<'_>, longest: u64, output: &Path) -> String {
    let shard = row.shard;
    let (memory, cpu) = facts::used(shard);
    let log = format!("shards/{}/log.txt", shard.number);
    let log = if output.join(&log).exists() {
        format!("<a href=\"{log}\">log<span class=\"hidden\"> of shard {}</span></a>", shard.number)
    } else {
        String::new()
    };
    let number = |text: String| format!("<td class=\"number\">{text}</td>");
    let none = || NONE.to_owned();
    let end = facts::ending(shard);
    let end =
        row.elsewhere().map_or_else(|| end.clone(), |elsewhere| format!("{end}, {elsewhere}"));
    let cells = [
        format!("<th scope=\"row\">{}</th>", shard.number),
        number(row.tests.to_string()),
        row.told().map(number).concat(),
        format!("<td class=\"picture\">{}</td>", picture(chart, longest)),
        number(shard.attempts.len().to_string()),
        number(memory.map_or_else(none, facts::size)),
        number(cpu.map_or_else(none, facts::time)),
        format!("<td>{}</td>", html(&end)),
        format!("<td class=\"log\">{log}</td>"),
    ];
    format!("<tr>{}</tr>\n", cells.concat())
}

/// Start, tests and rest of each attempt, and a mark where it should have ended.
fn picture(chart: &ShardChart<'_>, longest: u64) -> String {
    let Some(first) = chart.attempts.first() else { return String::new() };
    let scaled = |at: u64| at.saturating_sub(first.started).saturating_mul(WIDTH) / longest;
    let mut out = format!(
        "<svg class=\"parts\" viewBox=\"0 0 {WIDTH} 16\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
    );
    for (number, attempt) in (1..).zip(&chart.attempts) {
        let own = || chart.bars.iter().filter(|bar| bar.attempt == number);
        let begin = own().map(|bar| bar.at).min().unwrap_or(attempt.ended);
        let end = own().map(|bar| bar.at + bar.millis).max().unwrap_or(attempt.ended);
        let bad = if attempt.ending().1 { "bad" } else { "rest" };
        for (class, from, to) in
            [("start", attempt.started, begin), ("tests", begin, end), (bad, end, attempt.ended)]
        {
            let (from, to) = (scaled(from), scaled(to));
            if to > from {
                let wide = to - from;
                let _ = write!(
                    out,
                    "<rect class=\"{class}\" x=\"{from}\" y=\"3\" width=\"{wide}\" height=\"10\"/>"
                );
            }
        }
    }
    if let Some(end) = chart.predicted {
        let mark = (end.saturating_mul(WIDTH) / longest).min(WIDTH - 4);
        let _ =
            write!(out, "<rect class=\"mark\" x=\"{mark}\" y=\"0\" width=\"4\" height=\"16\"/>");
    }
    out + "</svg>"
}
