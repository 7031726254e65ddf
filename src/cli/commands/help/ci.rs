//! `help ci`: how a node of each CI knows its part, from the table of CI systems.

use super::table;
use crate::config::ci::node::{INDEX, TOTAL};
use crate::config::ci::numbering;

pub(super) fn text() -> String {
    let row = |(name, index, first, total): (&str, &str, u32, Option<&str>)| {
        let total = total.unwrap_or(TOTAL);
        (name.to_owned(), format!("{index} from {first}, {total}"))
    };
    let rows: Vec<(String, String)> =
        numbering().map(row).chain([row(("any other", INDEX, 0, Some(TOTAL)))]).collect();
    format!(
        "Every node runs its part, a last job joins their reports:\n  \
         shardwright run --shard 2/4     or `--shard auto`, which asks the CI\n  \
         shardwright merge all-reports   once, when all of them have ended\n\n\
         No job has to plan before them: with the same commit, timings and flags every\n\
         node computes the same plan and prints its digest; `merge` refuses parts of\n\
         different plans, and a part that is missing is exit code 3.\n\n\
         Where `--shard auto` looks, which node of how many:\n{}\n\
         On GitHub a step of a matrix sets the last two itself, from strategy.job-index\n\
         and strategy.job-total.\n\n\
         Examples:\n  \
         shardwright plan --shards auto --target 5m --format github\n      \
         the matrix of the jobs that run it\n  \
         shardwright run --shard auto --pin plan.json\n      \
         a job that runs again has the same tests\n  \
         shardwright timings commit all-reports --push\n      \
         learn, on the main branch\n",
        table(&rows)
    )
}
