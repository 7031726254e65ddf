//! How the plan could have been better, once it is known how long everything really took.

use std::time::Duration;

use crate::model::forecast::Forecast;
use crate::model::plan::Blocker;

/// One run, planned again with what its tests really took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hindsight {
    /// What the slowest shard took.
    pub(crate) took: Duration,
    /// The strategy of the plan, and of all plans here.
    pub(crate) strategy: String,
    /// Workers in each shard, of the plan and of all plans here that do not say others.
    pub(crate) workers: u32,
    /// The slowest shard of the plan as it was dealt, predicted with what everything took: what
    /// the plans here can be compared with.
    pub(crate) dealt: Duration,
    /// The slowest shard of the same strategy with as many shards and workers.
    pub(crate) replanned: Duration,
    /// No plan with as many shards and workers is faster.
    pub(crate) lower_bound: Duration,
    /// Other numbers of shards, this one among them.
    pub(crate) shards: Forecast,
    /// Other numbers of workers with as many shards: how many, and the slowest shard's time if
    /// the machines do not slow down by it.
    pub(crate) more_workers: Option<(u32, Duration)>,
    /// The file of which each test dealt by itself would help.
    pub(crate) split: Option<Split>,
    /// The group that no plan gets around, where it is what decides.
    pub(crate) blocker: Option<Blocker>,
    /// What to do, the best first; empty where the plan was as good as can be.
    pub(crate) advice: Vec<Advice>,
}

/// A file whose tests are kept together and need not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Split {
    pub(crate) file: String,
    /// Empty where there is one project without a name.
    pub(crate) project: String,
    pub(crate) tests: usize,
    /// The slowest shard's time with its tests dealt one by one.
    pub(crate) predicted: Duration,
}

/// One thing that would make the next run faster or cheaper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Advice {
    /// Plan with these durations: `--update-timings`. What that deal saves over the one that was.
    Learn {
        saves: Duration,
    },
    /// Let the file's tests run in parallel (`test.describe.configure({ mode: 'parallel' })`).
    Split {
        saves: Duration,
    },
    /// Make the blocker shorter: nothing else makes the run shorter.
    Shorten {
        alone: Duration,
    },
    MoreShards {
        shards: u32,
        saves: Duration,
    },
    MoreWorkers {
        workers: u32,
        saves: Duration,
    },
    /// As fast with fewer shards, because of what each costs to start; what all machines save.
    FewerShards {
        shards: u32,
        slower: Duration,
        machine_time: Duration,
    },
}
