//! A plan goes in, how good it is comes out.

use crate::model::plan::Plan;

/// The slowest shard's predicted time over the mean of all: 1.0 is perfect, 2.0 means that the
/// others wait as long again as they work. 1.0 for a plan without work.
pub(crate) fn imbalance(plan: &Plan) -> f64 {
    let total: f64 = plan.shards.iter().map(|shard| shard.predicted.as_secs_f64()).sum();
    if total == 0.0 {
        return 1.0;
    }
    let shards = plan.shards.iter().fold(0.0, |count, _| count + 1.0);
    plan.predicted().as_secs_f64() * shards / total
}
