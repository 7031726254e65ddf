//! The skew of one run or many goes in, Markdown for a job summary or a comment comes out.

use std::fmt::Write;

use crate::model::skew_trend::{SkewRun, SkewTrend};
use crate::report::facts::{number_of, time};
use crate::report::skew::told::Times;
use crate::report::skew::{advice, told, words};
use crate::report::text::markdown;

/// The last run at length; before it, where there are more, all of them in a table.
pub(crate) fn trend(trend: &SkewTrend, most: usize) -> String {
    let Some(last) = trend.runs.last() else { return "No run.\n".to_owned() };
    let mut out = "### Skew\n\n".to_owned();
    if trend.runs.len() > 1 {
        out += &many(trend, most);
    }
    out + &one(last, most)
}

fn many(trend: &SkewTrend, most: usize) -> String {
    let mut out = format!(
        "{}.\n\n| run | slowest | predicted | later | even | why |\n\
         |---|---:|---:|---:|---:|---|\n",
        number_of(trend.runs.len(), "run")
    );
    for run in trend.runs.iter().rev().take(most) {
        let slowest = run.skew.slowest();
        let Times { predicted, took, later, .. } = slowest.map(told::times).unwrap_or_default();
        let (at, even, reason) = (told::moment(run.at), time(run.skew.even), told::reason(run));
        let _ = writeln!(out, "| {at} | {took} | {predicted} | {later} | {even} | {reason} |");
    }
    let drift = trend.drift.map(told::drift);
    for line in [told::average(trend)].into_iter().chain(drift) {
        let _ = write!(out, "\n{}.\n", markdown(&line));
    }
    if !trend.repeated.is_empty() {
        out += "\n| wrong in | estimated | took | |\n|---:|---:|---:|---|\n";
    }
    for group in trend.repeated.iter().take(most) {
        let name = if group.tests > 1 { group.key.file.clone() } else { group.key.to_string() };
        let (runs, estimate, actual) = (group.runs, time(group.estimate), time(group.actual));
        let runs = number_of(runs, "run");
        let _ = writeln!(out, "| {runs} | {estimate} | {actual} | {} |", code(&name));
    }
    out + "\n#### The last run\n\n"
}

fn one(run: &SkewRun, most: usize) -> String {
    let mut out = String::new();
    let headline = words::headline(&run.skew);
    let _ = writeln!(out, "{}\n", headline.as_deref().unwrap_or("No shard ran."));
    out += "| shard | predicted | took | later | start | beside the work |\n\
            |---:|---:|---:|---:|---:|---|\n";
    for shard in run.skew.shards.iter().take(most) {
        let Times { predicted, took, later, start } = told::times(shard);
        let (number, parts) = (shard.number, told::beside_work(&shard.parts));
        let _ = writeln!(out, "| {number} | {predicted} | {took} | {later} | {start} | {parts} |");
    }
    let late = words::sentences(&run.skew);
    let advice = run.hindsight.as_ref().map(advice::advice).unwrap_or_default();
    for (title, lines) in [("Late", late), ("Faster", advice)] {
        if !lines.is_empty() {
            let _ = write!(out, "\n**{title}**\n\n");
        }
        for line in lines.iter().take(most) {
            let _ = writeln!(out, "- {}", quoted(line));
        }
    }
    out
}

/// Names stand between backticks in a sentence: they become code, where nothing in them counts.
fn quoted(sentence: &str) -> String {
    let parts: Vec<&str> = sentence.split('`').collect();
    // A name with backticks of its own: none of them can be told from ours.
    if parts.len().is_multiple_of(2) {
        return markdown(sentence);
    }
    let part = |(at, part): (usize, &&str)| if at % 2 == 1 { code(part) } else { markdown(part) };
    parts.iter().enumerate().map(part).collect()
}

/// As code, so that `@smoke` in a title calls nobody.
fn code(text: &str) -> String {
    format!("<code>{}</code>", markdown(text))
}
