//! Plans of one suite go in, a table with one row for each comes out.

use comfy_table::{Cell, CellAlignment};

use crate::model::plan::Plan;
use crate::report::console::plan_table::gap;
use crate::report::console::tables::{number, table};
use crate::report::facts::{number_of as count, time};
use crate::report::text;

/// Plans side by side; the one of the strategy `chosen` is marked.
pub(crate) fn compare(plans: &[Plan], chosen: &str) -> String {
    let head = ["strategy", "slowest", "mean", "imbalance", "gap", "files", "machines", ""];
    let mut table = table(&head);
    for plan in plans {
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        table.add_row([
            Cell::new(text::terminal(&plan.strategy)),
            right(time(plan.predicted())),
            right(time(plan.mean())),
            right(format!("{:.2}", plan.imbalance())),
            right(gap(plan).unwrap_or_else(|| "optimal".to_owned())),
            number(plan.files_loaded()),
            right(time(plan.machine_time())),
            Cell::new(if plan.strategy == chosen { "◀" } else { "" }),
        ]);
    }
    format!("{}\n{}", table.trim_fmt(), foot(plans))
}

fn foot(plans: &[Plan]) -> String {
    let Some(plan) = plans.first() else { return String::new() };
    let tests = count(plan.dealt().count(), "test");
    let shards = count(plan.shards.len(), "shard");
    let workers = count(plan.workers as usize, "worker");
    let bound = time(plan.lower_bound);
    format!(
        "{tests} in {shards} of {workers}, lower bound {bound}\n◀ chosen; playwright: what its own \
         `--shard` does; files: loaded in all shards;\nmachines: the time of all shards together\n"
    )
}
