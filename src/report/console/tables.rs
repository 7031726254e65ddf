//! Suites as tables and lists, and what all tables have in common.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};

use crate::model::suite::{GroupKind, Suite, TestCase};
use crate::report::facts::number_of as count;
use crate::report::text;

/// A suite, one row a spec file.
pub(crate) fn suite(suite: &Suite) -> String {
    #[derive(Default)]
    struct Row<'a> {
        projects: Vec<&'a str>,
        groups: usize,
        tests: usize,
        opaque: bool,
    }
    let mut rows: BTreeMap<&str, Row<'_>> = BTreeMap::new();
    for group in &suite.groups {
        let row = rows.entry(&group.file).or_default();
        if !row.projects.contains(&group.project.as_str()) {
            row.projects.push(&group.project);
        }
        row.groups += 1;
        row.tests += group.tests.len();
        row.opaque |= group.kind == GroupKind::Opaque;
    }
    let mut table = table(&["spec file", "projects", "groups", "tests"]);
    for (file, row) in &rows {
        let more = if row.opaque { "+" } else { "" };
        table.add_row([
            Cell::new(text::terminal(file)),
            Cell::new(text::terminal(&row.projects.join(", "))),
            number(row.groups),
            Cell::new(format!("{}{more}", row.tests)).set_alignment(CellAlignment::Right),
        ]);
    }
    let tests: usize = rows.values().map(|row| row.tests).sum();
    let mut page = format!("{}\n", table.trim_fmt());
    let head =
        [count(tests, "test"), count(suite.groups.len(), "group"), count(rows.len(), "file")];
    page += &head.join(" in ");
    if !suite.shared.is_empty() {
        write!(page, ", and {} of set-up in every shard", count(suite.shared.len(), "test")).ok();
    }
    page.push('\n');
    if rows.values().any(|row| row.opaque) {
        page += "+ titles are computed: such a file is dealt whole\n";
    }
    page
}

/// A suite, one line a test.
pub(crate) fn suite_list(suite: &Suite) -> String {
    suite.tests().map(|test| line(test) + "\n").collect()
}

/// A test case in one line.
pub(super) fn line(test: &TestCase) -> String {
    text::terminal(&test.key.to_string())
}

/// A part of a whole, as a bar.
pub(super) fn bar(part: Duration, whole: Duration) -> String {
    const WIDTH: usize = 24;
    let whole = whole.as_millis().max(1);
    let filled = usize::try_from(part.as_millis() * WIDTH as u128 / whole).unwrap_or(WIDTH);
    "█".repeat(filled.min(WIDTH))
}

/// A cell of figures.
pub(super) fn number(value: impl ToString) -> Cell {
    Cell::new(value).set_alignment(CellAlignment::Right)
}

/// Columns whose cells stand at the right, and so does their head.
const NUMBERS: [&str; 29] = [
    "shard",
    "shards",
    "files",
    "groups",
    "tests",
    "predicted",
    "start",
    "took",
    "slowest",
    "mean",
    "imbalance",
    "gap",
    "machine time",
    "machines",
    "saves",
    "flaky in",
    "failed in",
    "rate",
    "failures",
    "median",
    "p95",
    "latest",
    "runs",
    "here",
    "left",
    "lost",
    "waiting",
    "in work",
    "given up",
];

/// An empty table in the house's style.
pub(super) fn table(header: &[&str]) -> Table {
    let head = header.iter().map(|name| {
        let number = NUMBERS.contains(name);
        Cell::new(name).set_alignment(if number {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        })
    });
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(head);
    table
}
