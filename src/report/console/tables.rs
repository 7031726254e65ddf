//! Suites and plans as tables and lists.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};

use crate::model::plan::{Plan, PlannedShard};
use crate::model::suite::{GroupKind, Suite, TestCase};
use crate::report::facts::{number_of as count, time};
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

/// A plan, one row a shard.
pub(crate) fn plan(plan: &Plan) -> String {
    let mut table = table(&["shard", "files", "tests", "predicted", ""]);
    let longest = plan.predicted();
    for shard in &plan.shards {
        let mut files: Vec<&str> =
            shard.groups.iter().map(|planned| planned.group.file.as_str()).collect();
        files.sort_unstable();
        files.dedup();
        table.add_row([
            number(shard.number.get()),
            number(files.len()),
            number(shard.tests().count()),
            Cell::new(time(shard.predicted)).set_alignment(CellAlignment::Right),
            Cell::new(bar(shard.predicted, longest)),
        ]);
    }
    format!("{}\n{}", table.trim_fmt(), plan_foot(plan))
}

/// A plan, one line a test, in the order in which they run.
pub(crate) fn plan_list(plan: &Plan) -> String {
    let mut page = String::new();
    for shard in &plan.shards {
        writeln!(page, "shard {}, {}:", shard.number, time(shard.predicted)).ok();
        for test in shard.tests() {
            writeln!(page, "  {}", line(test)).ok();
        }
        for whole in whole_files(shard) {
            writeln!(page, "  {} (all tests)", text::terminal(whole)).ok();
        }
    }
    page + &plan_foot(plan)
}

fn whole_files(shard: &PlannedShard) -> impl Iterator<Item = &str> {
    let opaque = |kind| kind == GroupKind::Opaque;
    let groups = shard.groups.iter().map(|planned| &planned.group);
    groups.filter(move |group| opaque(group.kind)).map(|group| group.file.as_str())
}

fn plan_foot(plan: &Plan) -> String {
    let predicted = plan.predicted();
    let sum: Duration = plan.shards.iter().map(|shard| shard.predicted).sum();
    let shards = u32::try_from(plan.shards.len()).unwrap_or(u32::MAX).max(1);
    let mean = sum / shards;
    let tests = plan.dealt().count();
    let mut foot = format!(
        "{} by `{}`: slowest {}, mean {}, imbalance {:.2}, lower bound {}\n",
        count(tests, "test"),
        plan.strategy,
        time(predicted),
        time(mean),
        plan.imbalance(),
        time(plan.lower_bound),
    );
    writeln!(
        foot,
        "{} of {} have a history; digest {}",
        plan.known,
        count(tests, "test"),
        plan.digest
    )
    .ok();
    let empty = plan.shards.iter().filter(|shard| shard.is_empty()).count();
    if empty > 0 {
        writeln!(
            foot,
            "{} with nothing to run: there are fewer groups than shards",
            count(empty, "shard")
        )
        .ok();
    }
    foot
}

pub(super) fn bar(part: Duration, whole: Duration) -> String {
    const WIDTH: usize = 24;
    let whole = whole.as_millis().max(1);
    let filled = usize::try_from(part.as_millis() * WIDTH as u128 / whole).unwrap_or(WIDTH);
    "█".repeat(filled.min(WIDTH))
}

fn line(test: &TestCase) -> String {
    text::terminal(&test.key.to_string())
}

pub(super) fn number(value: impl ToString) -> Cell {
    Cell::new(value).set_alignment(CellAlignment::Right)
}

/// Columns whose cells stand at the right, and so does their head.
const NUMBERS: [&str; 6] = ["shard", "files", "groups", "tests", "predicted", "took"];

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
