//! A plan and how it is to be dealt go in; what every shard begins with comes out, and the rest
//! that shards take when they are free.

use crate::cli::streams::Streams;
use crate::config::flags::run::{RunFlags, Schedule};
use crate::model::plan::Plan;
use crate::queue::memory::Pool;
use crate::queue::split::{Split, split};

/// How many batches each shard can take, in the mean: every one gets a view of the project of its
/// own, and these are made before.
const BATCHES: usize = 32;

/// How many batches there may be.
pub(super) fn batches(flags: &RunFlags, shards: usize) -> usize {
    match flags.schedule {
        Schedule::Static => 0,
        Schedule::Dynamic => BATCHES.saturating_mul(shards),
    }
}

/// What the shards of a plan begin with, and the rest.
pub(super) fn scheduled(plan: &Plan, flags: &RunFlags, streams: &mut Streams) -> (Plan, Pool) {
    if flags.schedule == Schedule::Static {
        return (plan.clone(), Pool::new(Vec::new(), 0));
    }
    if plan.shards.iter().filter(|shard| !shard.is_empty()).count() < 2 {
        streams.say("--schedule dynamic changes nothing here: one shard has nobody to share with");
        return (plan.clone(), Pool::new(Vec::new(), 0));
    }
    let Split { first, rest } = split(&plan.shards);
    let most = batches(flags, plan.shards.len());
    (Plan { shards: first, ..plan.clone() }, Pool::new(rest, most))
}
