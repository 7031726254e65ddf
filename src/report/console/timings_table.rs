//! A history that was looked at goes in, pages for people come out.

use std::fmt::Write;
use std::time::Duration;

use comfy_table::{Cell, CellAlignment, Table};

use crate::model::id::TestKey;
use crate::model::review::{Review, Stale, SuiteReview};
use crate::model::timings::{LastResult, Timing};
use crate::report::console::tables::{bar, number, table};
use crate::report::facts::{number_of as count, time};
use crate::report::text;

/// How many stale and unknown tests an overview names.
const FEW: usize = 5;

/// The most important first: how much there is, then up to `most` rows of each list.
pub(crate) fn overview(review: &Review, most: usize) -> String {
    let total: Duration = review.files.iter().map(|file| file.duration).sum();
    let tests: usize = review.files.iter().map(|file| file.tests).sum();
    let (files, tests) = (count(review.files.len(), "file"), count(tests, "test"));
    let mut page = format!("{tests} in {files}, {} in all\n", time(total));
    if let Some(suite) = &review.suite {
        page += &summary(suite);
    }
    page += &slowest_files(review, most);
    page += &slowest_tests(review, most);
    page +=
        &entries("failed the last time", review, most, |timing| timing.last == LastResult::Failed);
    page += &entries("flaky lately, the flakiest first", review, most, is_flaky);
    if let Some(suite) = &review.suite {
        page += &stale("stale: not in the suite any more", suite, FEW);
        page += &unknown("unknown: no entry of its own", suite, FEW);
    }
    page
}

/// What the suite and the history do not have in common, all of it.
pub(crate) fn differences(review: &Review) -> String {
    let Some(suite) = &review.suite else { return String::new() };
    let mut page = summary(suite);
    page += &stale("stale: not in the suite any more", suite, usize::MAX);
    page += &unknown("unknown: no entry of its own", suite, usize::MAX);
    page
}

/// One line an entry, the slowest first.
pub(crate) fn list(review: &Review) -> String {
    let line = |(key, timing): &(TestKey, Timing)| {
        let (took, last) = (took(timing), result(timing.last));
        format!("{took:>9}  {last:<6}  {}\n", name(key))
    };
    review.tests.iter().map(line).collect()
}

/// One line a stale entry.
pub(crate) fn stale_list(stale: &[(TestKey, Stale)]) -> String {
    stale.iter().map(stale_line).map(|line| line + "\n").collect()
}

fn summary(suite: &SuiteReview) -> String {
    let SuiteReview { tests, known, stale, .. } = suite;
    let stale = if stale.len() == 1 {
        "1 entry is stale".to_owned()
    } else {
        format!("{} entries are stale", stale.len())
    };
    format!("{known} of {} of the suite have a known time, {stale}\n", count(*tests, "test"))
}

fn slowest_files(review: &Review, most: usize) -> String {
    let Some(longest) = review.files.first().map(|file| file.duration) else {
        return String::new();
    };
    let mut rows = table(&["took", "tests", "slowest files", ""]);
    for file in review.files.iter().take(most) {
        let tests = if file.tests > 0 { file.tests.to_string() } else { "all".to_owned() };
        rows.add_row([
            Cell::new(time(file.duration)).set_alignment(CellAlignment::Right),
            number(tests),
            Cell::new(text::terminal(&file.file)),
            Cell::new(bar(file.duration, longest)),
        ]);
    }
    section(&rows, review.files.len().saturating_sub(most))
}

fn slowest_tests(review: &Review, most: usize) -> String {
    let tests = || review.tests.iter().filter(|(key, _)| !key.is_whole_file());
    let Some(longest) = tests().find_map(|(_, timing)| timing.duration) else {
        return String::new();
    };
    let mut rows = table(&["took", "slowest tests", ""]);
    for (key, timing) in tests().take(most) {
        rows.add_row([
            Cell::new(took(timing)).set_alignment(CellAlignment::Right),
            Cell::new(name(key)),
            Cell::new(bar(timing.duration.unwrap_or_default(), longest)),
        ]);
    }
    section(&rows, tests().count().saturating_sub(most))
}

/// The entries that fit, by flakiness, then the slowest first.
fn entries(title: &str, review: &Review, most: usize, fits: impl Fn(&Timing) -> bool) -> String {
    let mut found: Vec<&(TestKey, Timing)> =
        review.tests.iter().filter(|(_, timing)| fits(timing)).collect();
    found.sort_by_key(|(_, timing)| std::cmp::Reverse(timing.flaky));
    let mut rows = table(&["took", title]);
    for (key, timing) in found.iter().take(most) {
        let took = Cell::new(took(timing)).set_alignment(CellAlignment::Right);
        rows.add_row([took, Cell::new(name(key))]);
    }
    if found.is_empty() {
        return String::new();
    }
    section(&rows, found.len().saturating_sub(most))
}

fn stale(title: &str, suite: &SuiteReview, most: usize) -> String {
    listed(title, suite.stale.iter().map(stale_line), most)
}

fn stale_line((key, why): &(TestKey, Stale)) -> String {
    format!("{}: {}", reason(*why), name(key))
}

fn unknown(title: &str, suite: &SuiteReview, most: usize) -> String {
    listed(title, suite.unknown.iter().map(name), most)
}

fn listed(title: &str, lines: impl ExactSizeIterator<Item = String>, most: usize) -> String {
    if lines.len() == 0 {
        return String::new();
    }
    let more = lines.len().saturating_sub(most);
    let mut page = format!("\n{title}\n");
    for line in lines.take(most) {
        // No name begins a line: CI machines would take `::error::` for a command.
        writeln!(page, "  - {line}").ok();
    }
    if more > 0 {
        writeln!(page, "  - and {more} more, see --stale").ok();
    }
    page
}

fn section(rows: &Table, more: usize) -> String {
    let more = if more > 0 { format!("  and {more} more\n") } else { String::new() };
    format!("\n{}\n{more}", rows.trim_fmt())
}

fn is_flaky(timing: &Timing) -> bool {
    timing.flaky > 0 || timing.last == LastResult::Flaky
}

fn name(key: &TestKey) -> String {
    if key.is_whole_file() {
        let project =
            if key.project.is_empty() { String::new() } else { format!("[{}] › ", key.project) };
        return text::terminal(&format!("{project}{} (the whole file)", key.file));
    }
    text::terminal(&key.to_string())
}

fn took(timing: &Timing) -> String {
    timing.duration.map_or_else(|| "unknown".to_owned(), time)
}

fn result(last: LastResult) -> &'static str {
    match last {
        LastResult::Passed => "passed",
        LastResult::Flaky => "flaky",
        LastResult::Failed => "failed",
    }
}

fn reason(why: Stale) -> &'static str {
    match why {
        Stale::NoFile => "no such file",
        Stale::NoTest => "no such test in the file",
        Stale::Superseded => "its tests are known one by one",
    }
}
