//! A plan and its outcome go in, the table of shards comes out: what each one had to do, how long that
//! took, and how it ended.

use comfy_table::{Cell, ColumnConstraint, ContentArrangement};

use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use crate::report::console::tables::{number, table};
use crate::report::console::width::COLUMNS;
use crate::report::facts;
use crate::report::shards::{ShardRow, TIMES, rows, set_up};
use crate::report::text;

/// More shards than this are told by those that are not well.
const MOST: usize = 16;

/// The table, or one line where there is nothing to tell of many shards.
pub(super) fn shards(plan: &Plan, outcome: &Outcome) -> String {
    let all = rows(plan, outcome);
    let told: Vec<&ShardRow<'_>> = if all.len() > MOST {
        all.iter().filter(|row| !is_well(row)).take(MOST).collect()
    } else {
        all.iter().collect()
    };
    let [predicted, took, start] = TIMES.map(|(name, _)| name);
    let mut table = table(&["shard", "tests", predicted, took, start, "result"]);
    // What a shard ended with is broken between words, and no figure is.
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(COLUMNS).unwrap_or(u16::MAX));
    for row in &told {
        table.add_row(cells(row));
    }
    for column in table.column_iter_mut().take(2 + TIMES.len()) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    let (left, well) = (all.len() - told.len(), all.iter().filter(|row| is_well(row)).count());
    let page = match left {
        0 => table.trim_fmt(),
        _ if told.is_empty() => format!("all {left} shards passed"),
        _ if left == well => {
            format!("{}\n  ... and {left} more shards, all passed", table.trim_fmt())
        }
        _ => format!("{}\n  ... and {left} more shards, see index.html", table.trim_fmt()),
    };
    match set_up(outcome) {
        Some(set_up) => format!("{page}\n  {set_up}"),
        None => page,
    }
}

fn is_well(row: &ShardRow<'_>) -> bool {
    row.shard.is_settled() && row.counts.passed + row.counts.skipped == row.counts.total()
}

fn cells(row: &ShardRow<'_>) -> Vec<Cell> {
    let mut cells = vec![number(row.shard.number), number(row.tests)];
    cells.extend(row.told().map(number));
    cells.push(Cell::new(text::terminal(&result(row))));
    cells
}

/// How it ended, as far as that is not plain, and what became of its tests.
fn result(row: &ShardRow<'_>) -> String {
    let end = facts::ending(row.shard);
    if !row.shard.has_work {
        return end;
    }
    let (elsewhere, own) = (row.elsewhere(), row.counts.total());
    let own = (own > 0 || elsewhere.is_none()).then(|| facts::counts(row.counts));
    let tests = own.into_iter().chain(elsewhere).collect::<Vec<_>>().join(", ");
    if row.shard.finished() { tests } else { format!("{end}: {tests}") }
}

#[cfg(test)]
mod tests {
    use super::shards;
    use crate::model::id::ShardNumber;
    use crate::report::sample::{calm, stormy};

    #[test]
    fn every_figure_stands_under_its_name() {
        let mut calm = calm();
        calm.plan.known = 2;
        assert_eq!(
            shards(&calm.plan, &calm.outcome),
            " shard  tests  predicted    took   start  result\n     \
             1      1      1.0 s   1.1 s  0.09 s  1 passed\n     \
             2      1     0.90 s  0.98 s  0.09 s  1 passed"
        );
    }

    #[test]
    fn a_long_end_is_broken_and_the_set_up_test_is_counted() {
        let stormy = stormy();
        let table = shards(&stormy.plan, &stormy.outcome);
        assert!(!table.contains('…'), "{table}");
        let words = table.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("1 timed out, 1 skipped, 1 interrupted, 1 not run"), "{table}");
        assert!(table.ends_with("\n  + 1 set-up test, in each shard that needs it"), "{table}");
    }

    #[test]
    fn tests_are_told_where_they_ran_and_nothing_ran_again_that_did_not() {
        let mut calm = calm();
        let test = calm.outcome.tests.values_mut().next().unwrap();
        test.earlier.push(ShardNumber::at(0));
        test.shard = Some(ShardNumber::at(1));
        calm.outcome.shards[0].moved = 1;
        let table = shards(&calm.plan, &calm.outcome);
        let words = table.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.ends_with("1 passed, 1 counted with shard 1"), "{table}");
        assert!(!table.contains("again"), "{table}");
    }
}
