//! What was found in many runs goes in, Markdown for a job summary or a comment comes out.

use std::fmt::Write;

use crate::model::findings::{FailedTest, Findings, Flaky, Slow, Times, Top};
use crate::model::id::{ShardNumber, TestKey};
use crate::report::facts::{number_of, time};
use crate::report::history::words;
use crate::report::text::markdown;

/// The flaky tests.
pub(crate) fn flaky(findings: &Findings<Flaky>) -> String {
    let Flaky { tests, healed } = &findings.found;
    let rows = tests.rows.iter().map(|test| {
        format!(
            "| {} | {} | {} | {} | {} | {} |",
            words::part(test.flaky, test.runs),
            words::rate(test),
            words::day(test.first),
            words::day(test.last),
            words::part(test.failures, test.executions),
            name(&test.key, &test.shards, &[&test.error, &words::quarantine(test)]),
        )
    });
    let head = "| flaky in | rate | first | last | failures | test |\n|---:|---:|---|---|---:|---|";
    let none = "No test was flaky.";
    let mut out = heading("Flaky tests", findings) + &section(head, rows, tests, none);
    for entry in healed {
        let _ = writeln!(out, "\n{}", code(&words::healed(entry)));
    }
    out
}

/// The tests that failed.
pub(crate) fn failed(findings: &Findings<Top<FailedTest>>) -> String {
    let rows = findings.found.rows.iter().map(|test| {
        format!(
            "| {} | {} | {} | {} | {} |",
            words::part(test.failed, test.runs),
            words::state(test),
            words::day(test.since),
            words::day(test.passed),
            name(&test.key, &test.shards, &[&words::error(test)]),
        )
    });
    let head = "| failed in | now | since | passed last | test |\n|---:|---|---|---|---|";
    heading("Failed tests", findings) + &section(head, rows, &findings.found, "No test failed.")
}

/// The slowest tests and files.
pub(crate) fn slow(findings: &Findings<Slow>) -> String {
    let Slow { tests, files } = &findings.found;
    let head =
        |of: &str| format!("| median | p95 | latest | runs | {of} |\n|---:|---:|---:|---:|---|");
    let none = "No test has a time.";
    let test_rows = tests.rows.iter().map(|test| timed(&test.times, &name(&test.key, &[], &[])));
    let mut out = heading("Slowest tests", findings);
    out += &section(&head("test"), test_rows, tests, none);
    if files.of > 0 {
        let file_rows = files.rows.iter().map(|file| {
            let name = format!("{} ({})", code(&file.file), number_of(file.tests, "test"));
            timed(&file.times, &name)
        });
        out += "\n### Slowest files\n\n";
        out += &section(&head("file"), file_rows, files, none);
    }
    out
}

fn timed(times: &Times, name: &str) -> String {
    let slower = words::slower(times.slower.as_ref());
    let slower = if slower.is_empty() { slower } else { format!("<br>{slower}") };
    let Times { runs, median, p95, latest, .. } = times;
    let (median, p95, latest) = (time(*median), time(*p95), time(*latest));
    format!("| {median} | {p95} | {latest} | {runs} | {name}{slower} |")
}

fn heading<T>(title: &str, findings: &Findings<T>) -> String {
    format!("### {title}\n\n{}\n\n", words::heading(findings))
}

fn section<T>(
    head: &str,
    rows: impl Iterator<Item = String>,
    found: &Top<T>,
    none: &str,
) -> String {
    if found.of == 0 {
        return format!("{none}\n");
    }
    let mut out = format!("{head}\n");
    for row in rows {
        let _ = writeln!(out, "{row}");
    }
    if found.of > found.rows.len() {
        let _ = writeln!(out, "\n… and {} more", found.of - found.rows.len());
    }
    out
}

fn name(key: &TestKey, shards: &[ShardNumber], below: &[&str]) -> String {
    let mut name = code(&key.to_string());
    let shards = words::shards(shards);
    if !shards.is_empty() {
        let _ = write!(name, " ({shards})");
    }
    for line in below.iter().filter(|line| !line.is_empty()) {
        let _ = write!(name, "<br>{}", code(line));
    }
    name
}

/// As code, so that `@smoke` in a title calls nobody.
fn code(text: &str) -> String {
    format!("<code>{}</code>", markdown(text))
}
