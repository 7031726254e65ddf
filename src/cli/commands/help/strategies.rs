//! `help strategies`: the rules that deal tests, from the table of strategies.

use super::table;
use crate::config::flags::plan::OWN_STRATEGY;
use crate::plan::STRATEGIES;

pub(super) fn text() -> String {
    let known = STRATEGIES.iter().map(|rule| (rule.name().to_owned(), rule.about().to_owned()));
    let (name, about) = OWN_STRATEGY;
    let rows: Vec<(String, String)> = known.chain([(name.to_owned(), about.to_owned())]).collect();
    format!(
        "A strategy says who runs what, and in which order; the first is the default:\n{}\n\
         Examples:\n  \
         shardwright plan --shards 4 --compare        what each of them would take\n  \
         shardwright plan --what-if 1..16             how many shards are worth it\n  \
         shardwright run --shards 4 --strategy lpt    take another\n  \
         shardwright run --shards 4 --priority @slow  start tests with a tag first\n\n\
         The same suite, timings, strategy, shards and workers give the same plan on\n\
         every machine; its digest is printed. `shardwright help timings` says where\n\
         times come from.\n",
        table(&rows)
    )
}
