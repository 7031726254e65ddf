//! What was found in many runs goes in, tables for a terminal of 80 columns come out.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Row, Table};

use crate::model::findings::{FailedTest, Findings, Flaky, Slow, Times, Top};
use crate::model::id::{ShardNumber, TestKey};
use crate::report::console::tables::table;
use crate::report::facts::{number_of, time};
use crate::report::history::words;
use crate::report::text;

/// In columns.
const WIDTH: u16 = 80;

/// The flaky tests.
pub(crate) fn flaky(findings: &Findings<Flaky>) -> String {
    let (head, Flaky { tests, healed }) = (words::heading(findings), &findings.found);
    let healed: String = healed.iter().map(|entry| words::healed(entry) + "\n").collect();
    let healed = text::lines(&healed);
    if tests.of == 0 {
        return format!("{head}: no test was flaky\n{healed}");
    }
    let mut rows = wide(&["flaky in", "rate", "first", "last", "failures", "test"]);
    for test in &tests.rows {
        rows.add_row([
            right(words::part(test.flaky, test.runs)),
            right(words::rate(test)),
            Cell::new(words::day(test.first)),
            Cell::new(words::day(test.last)),
            right(words::part(test.failures, test.executions)),
            Cell::new(name(&test.key, &test.shards)),
        ]);
        below(&mut rows, 5, &test.error);
        below(&mut rows, 5, &words::quarantine(test));
    }
    let note = "failures: of all executions; rate: of the runs with a result\n";
    page(&head, &rows, tests) + note + &healed
}

/// The tests that failed.
pub(crate) fn failed(findings: &Findings<Top<FailedTest>>) -> String {
    let head = words::heading(findings);
    if findings.found.of == 0 {
        return format!("{head}: no test failed\n");
    }
    let mut rows = wide(&["failed in", "now", "since", "passed last", "test"]);
    for test in &findings.found.rows {
        rows.add_row([
            right(words::part(test.failed, test.runs)),
            Cell::new(words::state(test)),
            Cell::new(words::day(test.since)),
            Cell::new(words::day(test.passed)),
            Cell::new(name(&test.key, &test.shards)),
        ]);
        below(&mut rows, 4, &words::error(test));
    }
    page(&head, &rows, &findings.found)
}

/// The slowest tests and files.
pub(crate) fn slow(findings: &Findings<Slow>) -> String {
    let head = words::heading(findings);
    let Slow { tests, files } = &findings.found;
    if tests.of == 0 {
        return format!("{head}: no test has a time\n");
    }
    let mut test_rows = wide(&["median", "p95", "latest", "runs", "slowest tests"]);
    for test in &tests.rows {
        timed(&mut test_rows, &test.times, &name(&test.key, &[]));
    }
    let mut file_rows = wide(&["median", "p95", "latest", "runs", "slowest files"]);
    for file in &files.rows {
        let tests = number_of(file.tests, "test");
        let name = format!("{} ({tests})", text::terminal(&file.file));
        timed(&mut file_rows, &file.times, &name);
    }
    page(&head, &test_rows, tests) + "\n" + &section(&file_rows, files)
}

fn timed(rows: &mut Table, times: &Times, name: &str) {
    rows.add_row([
        right(time(times.median)),
        right(time(times.p95)),
        right(time(times.latest)),
        right(times.runs.to_string()),
        Cell::new(name),
    ]);
    let slower = words::slower(times.slower.as_ref());
    below(rows, 4, &slower);
}

/// A line below a name, behind a bar: at the begin of a line CI machines would take `::error::` for
/// a command.
fn below(rows: &mut Table, columns: usize, line: &str) {
    if !line.is_empty() {
        let mut cells = vec![String::new(); columns];
        cells.push(format!("│ {}", text::terminal(line)));
        rows.add_row(Row::from(cells));
    }
}

fn name(key: &TestKey, shards: &[ShardNumber]) -> String {
    let (name, shards) = (text::terminal(&key.to_string()), words::shards(shards));
    if shards.is_empty() { name } else { format!("{name} ({shards})") }
}

fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

/// A table whose last column takes what is left.
pub(super) fn wide(header: &[&str]) -> Table {
    let mut table = table(header);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    table
}

fn page<T>(head: &str, rows: &Table, found: &Top<T>) -> String {
    format!("{head}\n\n{}", section(rows, found))
}

fn section<T>(rows: &Table, found: &Top<T>) -> String {
    let more = found.of - found.rows.len();
    let more = if more > 0 { format!("  and {more} more, see --limit\n") } else { String::new() };
    format!("{}\n{more}", rows.trim_fmt())
}
