//! How a plan could have been better goes in, sentences come out; names in them are safe for a
//! terminal.

use crate::model::hindsight::{Advice, Hindsight};
use crate::model::plan::Blocker;
use crate::report::facts::{number_of, time};
use crate::report::text::terminal;

/// What to do, the best first; one sentence that says so where there is nothing.
pub(crate) fn advice(hindsight: &Hindsight) -> Vec<String> {
    let (dealt, replanned) = (time(hindsight.dealt), time(hindsight.replanned));
    if hindsight.advice.is_empty() {
        if hindsight.replanned >= hindsight.dealt || replanned == dealt {
            return vec![
                "The plan was good: with all times known it would be no faster.".to_owned(),
            ];
        }
        return vec![format!(
            "The plan was good: with all times known it would take {replanned} instead of {dealt}."
        )];
    }
    let mut said: Vec<String> =
        hindsight.advice.iter().map(|advice| sentence(hindsight, advice)).collect();
    let is_other =
        |advice: &Advice| !matches!(advice, Advice::Learn { .. } | Advice::Shorten { .. });
    if replanned != time(hindsight.took) && hindsight.advice.iter().any(is_other) {
        said.push(format!(
            "What else saves time is counted from the plan with these durations, which takes \
             {replanned}."
        ));
    }
    said
}

fn sentence(hindsight: &Hindsight, advice: &Advice) -> String {
    let (dealt, replanned) = (time(hindsight.dealt), time(hindsight.replanned));
    match advice {
        Advice::Learn { saves } => format!(
            "With these durations the plan takes {replanned} instead of {dealt}, {} less: \
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
            let shards = number_of(*shards as usize, "shard");
            format!("{shards} save {}, if the machine has room for them.", time(*saves))
        }
        Advice::MoreWorkers { workers, saves } => format!(
            "{} in each shard save up to {}, if the machine has room for them.",
            number_of(*workers as usize, "worker"),
            time(*saves)
        ),
        Advice::FewerShards { shards, slower, machine_time } => format!(
            "{} {} only {} longer and {} less of the machines.",
            number_of(*shards as usize, "shard"),
            if *shards == 1 { "takes" } else { "take" },
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
