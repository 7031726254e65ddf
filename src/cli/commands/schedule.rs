//! A plan and how it is to be dealt go in; what every shard begins with comes out, and the rest
//! that shards take when they are free.

use crate::cli::streams::Streams;
use crate::config::flags::run::{RunFlags, Schedule};
use crate::model::plan::Plan;
use crate::queue::memory::Pool;
use crate::queue::split::{Split, split};

/// Whether shards go on in their sandboxes with what nobody has begun.
pub(super) fn shares(plan: &Plan, flags: &RunFlags) -> bool {
    let begun = plan.shards.iter().filter(|shard| !shard.is_empty()).count();
    flags.schedule == Schedule::Dynamic && begun > 1
}

/// What the shards of a plan begin with, and the rest.
pub(super) fn scheduled(plan: &Plan, flags: &RunFlags, streams: &mut Streams) -> (Plan, Pool) {
    if !shares(plan, flags) {
        if flags.schedule == Schedule::Dynamic {
            let told =
                "--schedule dynamic changes nothing here: one shard has nobody to share with";
            streams.say(told);
        }
        return (plan.clone(), Pool::new(Vec::new(), 0));
    }
    let Split { first, rest } = split(&plan.shards);
    // What a shard goes on with is run in the view that it has: there may be any number of batches.
    (Plan { shards: first, ..plan.clone() }, Pool::new(rest, usize::MAX))
}
