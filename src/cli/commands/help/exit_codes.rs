//! `help exit-codes`: what each of them means, and what to do then.

use super::table;
use crate::cli::exit::{EXITS, Exit};

pub(crate) fn text() -> String {
    let rows: Vec<(String, String)> =
        EXITS.iter().map(|exit| (exit.code().to_string(), exit.meaning().to_owned())).collect();
    let remedies: Vec<(String, String)> = EXITS
        .iter()
        .filter_map(|exit| Some((exit.code().to_string(), remedy(*exit)?.to_owned())))
        .collect();
    format!(
        "Exit codes:\n{}\n0 only where every test of the plan ran and passed, or was flaky or \
         skipped.\n\nWhat to do:\n{}",
        table(&rows),
        table(&remedies)
    )
}

fn remedy(exit: Exit) -> Option<&'static str> {
    match exit {
        Exit::Passed => None,
        Exit::Failed => Some(
            "open shardwright-report/index.html; `shardwright run --rerun shardwright-report` runs \
             what failed again. With --fail-on-flaky a flaky test gives 1, too",
        ),
        Exit::Usage => Some("the message names the argument; `shardwright help run` has all"),
        Exit::Incomplete => Some(
            "a shard died, or its report is missing: the message names it, shards/N/log.txt says \
             more; `shardwright run --rerun shardwright-report` runs what is left",
        ),
        Exit::Nothing => {
            Some("`shardwright discover` shows what there is, and what chooses from it")
        }
        Exit::BadInput => {
            Some("the message names the file, with line and column; it was left as it is")
        }
        Exit::NoSandbox => Some(
            "start the container engine, or name an image by --image; `--isolation process` runs \
             without containers where the tests are trusted",
        ),
        Exit::Interrupted => {
            Some("`shardwright run --rerun shardwright-report` goes on from there")
        }
    }
}
