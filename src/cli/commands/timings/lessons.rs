//! Folders that runs left go in, what they teach comes out.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::cli::commands::parts::folders::result_folders;
use crate::cli::commands::parts::{self, Parts};
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::model::history::Mark;
use crate::model::outcome::Contradiction;
use crate::model::plan::Plan;
use crate::model::timings::Timings;
use crate::timings::learn::learn;

/// The results of runs, the earliest first.
pub(super) struct Lessons(Vec<Parts>);

impl Lessons {
    /// What the folders hold, at any depth; says which shards are missing.
    pub(super) fn read(from: &[PathBuf], streams: &mut Streams) -> anyhow::Result<Self> {
        parts::check_folders(from)?;
        let found = result_folders(from, None)?;
        for Contradiction { title, text } in found.left_out() {
            streams.warn(&format!("warning: {title}: {}", text.replace('\n', ": ")));
        }
        let folders = found.folders;
        if folders.is_empty() {
            return Err(nothing(from).into());
        }
        let runs = Parts::read_each(&folders)?;
        for parts in &runs {
            for number in parts.missing() {
                let total = parts.plan.shards.len();
                streams.warn(&format!("shard {number} of {total} has no results"));
            }
        }
        Ok(Self(runs))
    }

    /// The history after all of them but those that are known: a run teaches once.
    pub(super) fn learn(&self, before: &Timings, is_known: impl Fn(&str) -> bool) -> Timings {
        let mut after = before.clone();
        for parts in &self.0 {
            let new = parts.clone().unknown(|mark| is_known(&id(mark)));
            if !new.shards.is_empty() {
                after = learn(&after, &new.outcome());
            }
        }
        after
    }

    /// What tells each attempt at a shard from all others that ever were.
    pub(super) fn ids(&self) -> Vec<String> {
        self.0.iter().flat_map(Parts::marks).map(|mark| id(&mark)).collect()
    }

    /// The latest plan of a suite; a re-run deals but a part of one.
    pub(super) fn plan(&self) -> Option<Plan> {
        let plans = self.0.iter().flat_map(|parts| parts.plan.parts());
        plans.map(|(plan, _)| plan).rfind(|plan| plan.lineage.reruns.is_none())
    }
}

/// A mark in eight digits.
fn id((digest, shard, at): &Mark) -> String {
    let text = format!("{digest} {shard} {}", at.0);
    let hash = Sha256::digest(text.as_bytes());
    let first = hash.iter().take(4).fold(0, |number: u32, byte| number << 8 | u32::from(*byte));
    format!("{first:08x}")
}

fn nothing(from: &[PathBuf]) -> Refused {
    let named: Vec<String> = from.iter().map(|from| format!("`{}`", from.display())).collect();
    let hint = "name the output folder of `run`, or a folder that holds those of several nodes; \
                for files of other tools there is `shardwright timings import`";
    Refused {
        message: format!("no results in {}", named.join(", ")),
        hint: Some(hint.to_owned()),
        exit: Exit::BadInput,
    }
}
