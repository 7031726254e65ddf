//! May a shard have as many processes as its browsers need?

use std::num::NonZeroU32;

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::report::facts::number_of;

pub(super) const PROCESSES: Check = Check { name: "processes", look };

/// What Chromium and its worker need: 256 were enough for two of them, 100 were not for one.
const OF_A_WORKER: u32 = 128;

fn look(subject: &Subject<'_>) -> Found {
    if let Some(why) = subject.without_containers() {
        return Found::ok(format!("not limited: {why}"));
    }
    let limit = subject.args.sandbox.pids_limit;
    let workers = subject.args.plan.workers.map_or(1, NonZeroU32::get);
    let needed = workers.saturating_mul(OF_A_WORKER);
    let told = number_of(workers as usize, "worker");
    if limit < needed {
        return Found::warning(format!(
            "{limit} processes and threads for a shard of {told}: Chromium may die for want of them"
        ))
        .with_advice(format!("--pids-limit {needed}"));
    }
    Found::ok(format!("{limit} processes and threads for a shard, {told} needs about {needed}"))
}
