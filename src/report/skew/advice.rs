//! How a plan could have been better goes in, sentences come out; names in them are safe for a
//! terminal.

use crate::model::hindsight::{Advice, Hindsight};
use crate::model::plan::Blocker;
use crate::report::facts::{number_of, time};
use crate::report::text::terminal;

/// What to do, the best first; one sentence that says so where there is nothing.
pub(crate) fn advice(hindsight: &Hindsight) -> Vec<String> {
    if hindsight.advice.is_empty() {
        let took = time(hindsight.took);
        return vec![format!(
            "The plan was good: with all times known the slowest shard would have taken {} \
             instead of {took}.",
            time(hindsight.replanned)
        )];
    }
    hindsight.advice.iter().map(|advice| sentence(hindsight, advice)).collect()
}

fn sentence(hindsight: &Hindsight, advice: &Advice) -> String {
    let (took, replanned) = (time(hindsight.took), time(hindsight.replanned));
    match advice {
        Advice::Learn { saves } => format!(
            "With these durations the plan takes {replanned} instead of {took}, {} less: \
             `--update-timings` keeps them.",
            time(*saves)
        ),
        Advice::Split { saves } => {
            let (file, tests) = hindsight
                .split
                .as_ref()
                .map_or_else(|| (String::new(), 0), |split| (terminal(&split.file), split.tests));
            format!(
                "`{file}` holds {} in one piece: dealt one by one (`fullyParallel`, or \
                 `test.describe.configure({{ mode: 'parallel' }})`) they save {}.",
                number_of(tests, "test"),
                time(*saves)
            )
        }
        Advice::Shorten { alone } => format!(
            "{} takes {} alone: no plan is faster before it is shorter.",
            hindsight.blocker.as_ref().map(name).unwrap_or_default(),
            time(*alone)
        ),
        Advice::MoreShards { shards, saves } => {
            format!("{} save {}.", number_of(*shards as usize, "shard"), time(*saves))
        }
        Advice::MoreWorkers { workers, saves } => format!(
            "{} in each shard save up to {}, if the machine has room for them.",
            number_of(*workers as usize, "worker"),
            time(*saves)
        ),
        Advice::FewerShards { shards, slower, machine_time } => format!(
            "{} take only {} longer and {} less of the machines.",
            number_of(*shards as usize, "shard"),
            time(*slower),
            time(*machine_time)
        ),
    }
}

/// A test by its title, several by their file.
fn name(blocker: &Blocker) -> String {
    let group = &blocker.group.group;
    match group.tests.as_slice() {
        [test] => format!("`{}`", terminal(&test.key.title())),
        _ => format!("`{}`", terminal(&group.file)),
    }
}
