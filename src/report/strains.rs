//! An outcome goes in, what was wrong with the places where its tests ran and what to do about it
//! comes out, each in one line.

use std::collections::BTreeMap;

use crate::model::event::{AttemptEnd, FaultKind, Usage};
use crate::model::outcome::{Outcome, ShardOutcome};
use crate::model::symptom::Symptom;
use crate::report::facts::{ill, number_of, size};

/// What a person can do about a fault; none where something else says it already.
fn remedy(kind: FaultKind) -> Option<&'static str> {
    match kind {
        FaultKind::DiskFull => Some(DISK),
        FaultKind::Crash => Some("look at its log.txt and at the tests that ran"),
        FaultKind::TimedOut => Some("take more shards, or raise --shard-timeout"),
        FaultKind::Stalled => Some("look at the test that ran; --stall-timeout says how long"),
        FaultKind::EngineGone => Some("look at the container engine"),
        FaultKind::NodeLost => Some("look at the machine that ran it; others took over the rest"),
        FaultKind::Unwritable => Some(UNWRITABLE),
        // What was counted tells of the first two, Playwright of the third.
        FaultKind::OutOfMemory | FaultKind::ProcessLimit | FaultKind::Config => None,
    }
}

const DISK: &str = "make room on the disk, or raise --tmp-size (its /tmp) or --disk (the rest)";
const UNWRITABLE: &str = "tests may write to the project and to /tmp; where the engine gives no \
                          private view of the project, name folders with --writable";
const NO_BROWSER: &str =
    "take the image of the project's Playwright version (--image), or `npx playwright install`";
const CRASH: &str = "raise --memory, or look at these tests";

/// The limits that shards hit and what their tests lacked, with what to do about it.
pub(crate) fn strains(outcome: &Outcome) -> Vec<String> {
    let limits = outcome.shards.iter().flat_map(limits);
    let faults = outcome.shards.iter().flat_map(faults);
    let lacks = [
        (Symptom::NoSpace, "found no space left", DISK),
        (Symptom::NoBrowser, "found no browser", NO_BROWSER),
        (Symptom::Unwritable, "could not write", UNWRITABLE),
        (Symptom::Crash, "lost the worker or the browser", CRASH),
    ];
    let lacks = lacks.into_iter().filter_map(|(symptom, what, remedy)| {
        let tests = struck(outcome, symptom);
        (tests > 0).then(|| format!("{} {what}: {remedy}", number_of(tests, "test")))
    });
    limits.chain(faults).chain(lacks).collect()
}

/// Its bad ends, but for those that [`limits`] tells of, and for what Playwright explains better.
fn faults(shard: &ShardOutcome) -> Vec<String> {
    let mut counts: BTreeMap<FaultKind, usize> = BTreeMap::new();
    for (_, end) in shard.attempts.iter().filter_map(|attempt| attempt.ended.as_ref()) {
        if let AttemptEnd::Faulted(fault) = end {
            *counts.entry(fault.kind).or_default() += 1;
        }
    }
    let healed = if shard.is_settled() { "healed" } else { "not healed" };
    let line = |(kind, count): (FaultKind, usize)| {
        let times = number_of(count, "time");
        let number = shard.number;
        Some(format!("shard {number}: {} {times}, {healed}; {}", kind.name(), remedy(kind)?))
    };
    counts.into_iter().filter_map(line).collect()
}

/// How many tests went wrong with this symptom, healed or not.
fn struck(outcome: &Outcome, symptom: Symptom) -> usize {
    let tests = outcome.tests.values();
    let has = |test: &&_| ill(test).any(|run| Symptom::of_result(&run.result) == Some(symptom));
    tests.filter(has).count()
}

fn limits(shard: &ShardOutcome) -> impl Iterator<Item = String> + use<> {
    let usages: Vec<Usage> = shard.attempts.iter().map(|attempt| attempt.usage).collect();
    let number = shard.number;
    let memory = usages.iter().any(|usage| usage.out_of_memory).then(|| {
        let peak = usages.iter().filter_map(|usage| usage.peak_memory).max();
        let peak = peak.map(|peak| format!(" at {}", size(peak))).unwrap_or_default();
        format!("shard {number} was out of memory{peak}: a process was killed; raise --memory")
    });
    let refused: u64 = usages.iter().map(|usage| usage.refused_processes).sum();
    let processes = (refused > 0).then(|| {
        format!(
            "shard {number} hit its limit of processes {refused} times: browsers die of that; \
             raise --pids-limit"
        )
    });
    memory.into_iter().chain(processes)
}
