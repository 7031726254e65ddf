//! A plan and its timeline go in, the table of shards comes out as HTML: what was predicted and what
//! became of it, in numbers and as a picture that needs no script.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use crate::report::facts;
use crate::report::overview::chart::{Chart, ShardChart};
use crate::report::text::html;

/// The width of a picture, in its own units.
const WIDTH: u64 = 1_000;

/// One row a shard, with a link to its log where there is one.
pub(crate) fn shards(chart: &Chart<'_>, output: &Path) -> String {
    let mut out = "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Shards\"><table>\n<thead><tr>"
        .to_owned();
    for (name, about) in COLUMNS {
        let class = if matches!(*name, "Shard" | "End" | "Log" | "Where the time went") {
            ""
        } else {
            " class=\"number\""
        };
        let _ = write!(out, "<th scope=\"col\"{class} title=\"{about}\">{name}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    let longest = chart
        .shards
        .iter()
        .map(|shard| whole(shard).max(predicted_end(shard).unwrap_or_default()))
        .max();
    for shard in &chart.shards {
        out.push_str(&row(shard, longest.unwrap_or_default().max(1), output));
    }
    out.push_str("</tbody></table></div>\n");
    out
}

const COLUMNS: &[(&str, &str)] = &[
    ("Shard", "Its number"),
    ("Tests", "Tests that were dealt to it"),
    ("Predicted", "From the first test’s begin to the last one’s end, as planned"),
    ("Actual", "The same, as it was"),
    ("Start", "From the start of its container to the begin of its first test"),
    ("Whole", "From the start of its first container to the end of its last one"),
    ("Where the time went", "Start, tests, and what came after the last test"),
    ("Attempts", "How often it was started"),
    ("Memory", "The most that it used"),
    ("CPU", "The time of all processors"),
    ("End", "How its last attempt ended"),
    ("Log", "What it printed"),
];

fn row(chart: &ShardChart<'_>, longest: u64, output: &Path) -> String {
    let shard = chart.shard;
    let (memory, cpu) = facts::used(shard);
    let time =
        |millis: Option<u64>| millis.map_or_else(none, |ms| facts::time(Duration::from_millis(ms)));
    let span = chart.tests_span();
    let started = chart.attempts.first().map(|attempt| attempt.started);
    let start = span.zip(started).map(|((first, _), started)| first.saturating_sub(started));
    let log = format!("shards/{}/log.txt", shard.number);
    let log = if output.join(&log).exists() {
        format!("<a href=\"{log}\">log<span class=\"hidden\"> of shard {}</span></a>", shard.number)
    } else {
        String::new()
    };
    let number = |text: String| format!("<td class=\"number\">{text}</td>");
    let cells = [
        format!("<th scope=\"row\">{}</th>", shard.number),
        number(shard.planned.to_string()),
        number(time(chart.predicted)),
        number(time(span.map(|(first, last)| last - first))),
        number(time(start)),
        number(time(started.map(|_| whole(chart)))),
        format!("<td>{}</td>", picture(chart, longest)),
        number(shard.attempts.len().to_string()),
        number(memory.map_or_else(none, facts::size)),
        number(cpu.map_or_else(none, facts::time)),
        format!("<td>{}</td>", html(&facts::ending(shard))),
        format!("<td>{log}</td>"),
    ];
    format!("<tr>{}</tr>\n", cells.concat())
}

fn none() -> String {
    "–".to_owned()
}

/// From its first attempt's begin to its last one's end, in milliseconds.
fn whole(chart: &ShardChart<'_>) -> u64 {
    let ends = chart.attempts.first().zip(chart.attempts.last());
    ends.map_or(0, |(first, last)| last.ended.saturating_sub(first.started))
}

/// Where its tests should have ended, in milliseconds from its begin; none where the plan knew no
/// times.
fn predicted_end(chart: &ShardChart<'_>) -> Option<u64> {
    let begin = chart.attempts.first()?.started;
    let first = chart.tests_span().map_or(begin, |(first, _)| first);
    Some(first.saturating_sub(begin).saturating_add(chart.predicted?))
}

/// Start, tests and rest of each attempt, and a mark where its tests should have ended.
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
    if let Some(end) = predicted_end(chart) {
        let mark = (end.saturating_mul(WIDTH) / longest).min(WIDTH - 4);
        let _ =
            write!(out, "<rect class=\"mark\" x=\"{mark}\" y=\"0\" width=\"4\" height=\"16\"/>");
    }
    out + "</svg>"
}
