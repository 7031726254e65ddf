//! A project and a number of shards go in, the text of its `shardwright.toml` comes out.

use std::fmt::Write as _;

use super::quote;
use super::survey::Project;

/// The settings to start from: few that hold, and some that others wished for.
pub(super) fn text(project: &Project, shards: usize) -> String {
    let mut text = String::from(
        "# What stands here holds for every call of `shardwright` in this folder; a flag or a variable beats it.\n\
         # Every flag can stand here: `shardwright run --help` names them, `--show-config` shows what holds.\n\n",
    );
    if let Some(config) = &project.config {
        let config = quote::toml(&config.to_string_lossy());
        let _ = writeln!(text, "config = {config}");
    }
    let _ = writeln!(text, "shards = {shards} # on this machine; in CI the workflow says how many");
    text + "
# What others set:
# workers = 2           # Playwright workers in each shard
# memory = \"4g\"         # of each shard, instead of 2g
# env = [\"BASE_URL\"]    # variables that tests may see
# retries = 1           # failed tests once more, in a fresh sandbox
# update-timings = true # remember after each run how long tests took
"
}
