//! The skew of one run or many goes in, tables for a terminal of 80 columns come out.

use std::fmt::Write;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};

use crate::model::skew_trend::{SkewRun, SkewTrend};
use crate::report::console::tables::{number, table};
use crate::report::facts::{number_of, time};
use crate::report::skew::told::Times;
use crate::report::skew::{advice, told, words};
use crate::report::text::terminal;

/// In columns.
const WIDTH: u16 = 80;

/// The last run at length; before it, where there are more, all of them in a table.
pub(crate) fn trend(trend: &SkewTrend, most: usize) -> String {
    let Some(last) = trend.runs.last() else { return "no run\n".to_owned() };
    if trend.runs.len() == 1 {
        return one(last, most);
    }
    many(trend, most) + "\nthe last run:\n" + &one(last, most)
}

fn many(trend: &SkewTrend, most: usize) -> String {
    let mut rows = wide(&["run", "slowest", "predicted", "later", "why"]);
    for run in trend.runs.iter().rev().take(most) {
        let slowest = run.skew.slowest();
        let times = slowest.map(told::times).unwrap_or_default();
        rows.add_row([
            Cell::new(told::moment(run.at)),
            number(times.took),
            number(times.predicted),
            number(times.later),
            Cell::new(told::reason(run)),
        ]);
    }
    let mut page = format!("{}\n\n{}\n", number_of(trend.runs.len(), "run"), rows.trim_fmt());
    if trend.runs.len() > most {
        let _ = writeln!(page, "  and {} more, see --limit", trend.runs.len() - most);
    }
    page.push('\n');
    let drift = trend.drift.map(told::drift);
    for line in [told::average(trend)].into_iter().chain(drift) {
        page += &wrapped("", &line);
    }
    if !trend.repeated.is_empty() {
        page += "\nestimates that are wrong again and again:\n";
        let mut rows = wide(&["wrong in", "estimated", "took", "test or file"]);
        for group in trend.repeated.iter().take(most) {
            let name = if group.tests > 1 { group.key.file.clone() } else { group.key.to_string() };
            rows.add_row([
                number(number_of(group.runs, "run")),
                number(time(group.estimate)),
                number(time(group.actual)),
                Cell::new(terminal(&name)),
            ]);
        }
        let _ = writeln!(page, "{}", rows.trim_fmt());
    }
    page
}

fn one(run: &SkewRun, most: usize) -> String {
    let headline = words::headline(&run.skew);
    let mut page = wrapped("", headline.as_deref().unwrap_or("No shard ran."));
    let columns = ["shard", "predicted", "took", "later", "start", "beside the work"];
    let mut rows = wide(&columns);
    for shard in run.skew.shards.iter().take(most) {
        let Times { predicted, took, later, start } = told::times(shard);
        rows.add_row([
            number(shard.number),
            number(predicted),
            number(took),
            number(later),
            number(start),
            Cell::new(told::beside_work(&shard.parts)),
        ]);
    }
    let _ = writeln!(page, "\n{}", rows.trim_fmt());
    let late = words::sentences(&run.skew);
    let advice = run.hindsight.as_ref().map(advice::advice).unwrap_or_default();
    for lines in [late, advice].iter().filter(|lines| !lines.is_empty()) {
        page.push('\n');
        for line in lines.iter().take(most) {
            page += &wrapped("- ", line);
        }
    }
    page
}

/// A table whose last column takes what is left; all others but `run` are figures.
fn wide(header: &[&str]) -> Table {
    let mut table = table(&[]);
    let last = header.len().saturating_sub(1);
    let head = header.iter().enumerate().map(|(at, name)| {
        let is_number = at != last && *name != "run";
        let side = if is_number { CellAlignment::Right } else { CellAlignment::Left };
        Cell::new(name).set_alignment(side)
    });
    table.set_header(head);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    table
}

/// A sentence on as many lines as it needs. No line begins as a command for a CI machine.
fn wrapped(mark: &str, sentence: &str) -> String {
    let width = usize::from(WIDTH);
    let mut lines = vec![mark.to_owned()];
    for word in sentence.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        let is_long = line.chars().count() + 1 + word.chars().count() > width;
        let is_command = word.starts_with("::") || word.starts_with("##");
        if is_long && !is_command && line.trim() != mark.trim() {
            lines.push(format!("{}{word}", " ".repeat(mark.len())));
        } else {
            if !line.ends_with(' ') && !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n") + "\n"
}
