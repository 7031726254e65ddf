//! `--rerun DIR`: earlier results and the suite of today go in; the part of the suite that is still
//! to be run comes out.
//!
//! That is what failed, timed out, was interrupted or did not run, and what is new since. Not what
//! passed, was flaky or was skipped, but for what goes with it: a serial block is run whole, as
//! Playwright has to; and so is a shard that ended badly without a test to blame, or no re-run
//! could ever make that good.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cli::commands::parts::folders::result_folders;
use crate::cli::commands::parts::{self, Parts};
use crate::cli::commands::{pinned, stage};
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::config::flags::suite::SuiteFlags;
use crate::model::event::Event;
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::outcome::{Contradiction, Counts, Outcome, TestOutcome};
use crate::model::plan::Plan;
use crate::model::quarantine::Quarantine;
use crate::model::suite::{Source, Suite, TestGroup};
use crate::report::facts::{self, is_bad, number_of};

/// Earlier results.
pub(crate) struct Rerun {
    plan: Plan,
    outcome: Outcome,
    /// The plans that they are of.
    plans: Vec<PlanDigest>,
    /// What the titles of tests begin with that fail together.
    blocks: BTreeSet<TestKey>,
}

impl Rerun {
    /// What is in these folders, if any are named. None of them may be where the run writes to.
    pub(crate) fn read(
        folders: &[PathBuf],
        output: Option<&Path>,
        streams: &mut Streams,
    ) -> anyhow::Result<Option<Self>> {
        if folders.is_empty() {
            return Ok(None);
        }
        parts::check_folders(folders)?;
        let found = result_folders(folders, None)?;
        if let Some(Contradiction { title, text }) = found.left_out().next() {
            return Err(Refused { message: title, hint: Some(text), exit: Exit::BadInput }.into());
        }
        let found = found.folders;
        let output = output.and_then(|output| output.canonicalize().ok());
        if let Some(same) =
            found.iter().find(|f| output.is_some() && f.canonicalize().ok() == output)
        {
            return Err(written_over(same).into());
        }
        if found.is_empty() {
            return Err(no_results(folders).into());
        }
        let parts = Parts::read(&found)?;
        if let Some(contradiction) = parts.contradictions.first() {
            let message = contradiction.title.clone();
            let hint = Some(contradiction.text.clone());
            return Err(Refused { message, hint, exit: Exit::BadInput }.into());
        }
        for number in parts.missing() {
            let total = parts.plan.shards.len();
            streams.warn(&format!("shard {number} of {total} has no results: all of it is run"));
        }
        let (plans, outcome) = (parts.digests(), parts.outcome());
        let blocks = parts.events().flat_map(blocks).collect();
        Ok(Some(Self { plan: parts.plan, outcome, plans, blocks }))
    }

    /// The part of the suite that is to be run; without groups where nothing is.
    pub(crate) fn rest(&self, suite: Suite, streams: &mut Streams) -> Result<Suite, Refused> {
        if suite.groups.is_empty() {
            return Err(stage::nothing());
        }
        if suite.source == Source::Scan {
            return Err(scanned());
        }
        let wanted = self.wanted(&suite);
        let all = suite.tests().count() - suite.shared.len();
        self.tell(&suite, &wanted, all, streams);
        let part = |mut group: TestGroup| {
            group.tests.retain(|test| wanted.contains(&test.key));
            (!group.tests.is_empty()).then_some(group)
        };
        let groups = suite.groups.iter().cloned().filter_map(part).collect();
        Ok(Suite { groups, ..suite })
    }

    /// How a run ends that has nothing to do: as the earlier one did, judged by what holds now.
    pub(crate) fn exit(mut self, quarantine: &Quarantine, fail_on_flaky: bool) -> Exit {
        self.outcome.judge(quarantine, fail_on_flaky);
        Exit::of(&self.outcome)
    }

    fn wanted(&self, suite: &Suite) -> BTreeSet<TestKey> {
        let dealt = || suite.groups.iter().flat_map(|group| &group.tests).map(|test| &test.key);
        let whole = self.whole_shards();
        let is_wanted = |key: &&TestKey| match self.outcome.tests.get(*key) {
            None => true,
            Some(test) => {
                is_bad(test.verdict()) || whole.iter().any(|shard| test.is_dealt_to(*shard))
            }
        };
        let mut wanted: BTreeSet<&TestKey> = dealt().filter(is_wanted).collect();
        let more = self.for_shared(&wanted);
        wanted.extend(dealt().filter(|key| more.contains(key)));
        let blocks: BTreeSet<TestKey> = wanted.iter().filter_map(|key| self.block(key)).collect();
        wanted.extend(dealt().filter(|key| self.block(key).is_some_and(|b| blocks.contains(&b))));
        wanted.into_iter().cloned().collect()
    }

    fn whole_shards(&self) -> Vec<ShardNumber> {
        let shards = self.outcome.shards.iter();
        shards
            .filter(|shard| self.outcome.is_wrong_as_a_whole(shard))
            .map(|shard| shard.number)
            .collect()
    }

    /// What needs a set-up or teardown that failed in its shard, where nothing that is wanted does.
    fn for_shared(&self, wanted: &BTreeSet<&TestKey>) -> BTreeSet<&TestKey> {
        let mut more = BTreeSet::new();
        let shared = self.outcome.tests.values().filter(|test| test.shard.is_none());
        for test in shared.filter(|test| is_bad(test.verdict())) {
            for shard in test.ran_in().into_iter().filter(|s| is_bad(test.verdict_from(*s))) {
                let project = test.case.key.project.as_str();
                let needing: BTreeSet<&str> = self.needing(project).collect();
                let needs = |other: &&TestOutcome| {
                    needing.contains(other.case.key.project.as_str()) && other.is_dealt_to(shard)
                };
                let its = || self.outcome.tests.values().filter(needs).map(|test| &test.case.key);
                if !its().any(|key| wanted.contains(key)) {
                    more.extend(its());
                }
            }
        }
        more
    }

    /// The projects whose tests need this one.
    fn needing<'a>(&'a self, project: &'a str) -> impl Iterator<Item = &'a str> {
        let names = self.plan.projects.iter().map(|project| project.name.as_str());
        names.filter(move |name| self.plan.needed_by(std::iter::once(*name)).contains(project))
    }

    /// What the block of a serial test is called.
    fn block(&self, key: &TestKey) -> Option<TestKey> {
        let begins =
            |titles: usize| TestKey { titles: key.titles[..titles].to_vec(), ..key.clone() };
        (0..=key.titles.len()).map(begins).find(|block| self.blocks.contains(block))
    }

    fn tell(&self, suite: &Suite, wanted: &BTreeSet<TestKey>, all: usize, streams: &mut Streams) {
        let there: BTreeSet<&TestKey> = suite.tests().map(|test| &test.key).collect();
        let ill = self.outcome.tests.values().filter(|test| is_bad(test.verdict()));
        let gone = ill.map(|test| &test.case.key).filter(|key| !there.contains(key));
        pinned::name("not well in the earlier result and not in the suite of now", gone, streams);
        if wanted.is_empty() {
            let was = facts::counts(self.outcome.counts());
            streams.tell(&format!("nothing to run again: {was} in the earlier result"));
            return;
        }
        let (mut counts, mut new, mut along) = (Counts::default(), 0, 0);
        for key in wanted {
            match self.outcome.tests.get(key).map(TestOutcome::verdict) {
                None => new += 1,
                Some(verdict) if is_bad(verdict) => counts.add(verdict),
                Some(_) => along += 1,
            }
        }
        let mut parts = Vec::from_iter((counts.total() > 0).then(|| facts::counts(counts)));
        parts.extend((new > 0).then(|| format!("{new} new")));
        parts.extend((along > 0).then(|| format!("{along} that go with them")));
        let tests = number_of(all, "test");
        streams.say(&format!("again {} of {tests}: {}", wanted.len(), parts.join(", ")));
    }
}

/// The plans that a plan re-runs: those of earlier results, or what Playwright itself knows.
pub(crate) fn plans(rerun: Option<&Rerun>, flags: &SuiteFlags) -> Option<Vec<PlanDigest>> {
    let by_playwright = flags.playwright.iter().any(|word| word.starts_with("--last-failed"));
    match rerun {
        Some(rerun) => Some(rerun.plans.clone()),
        None => by_playwright.then(Vec::new),
    }
}

/// The blocks of tests that fail together which a runner told of.
fn blocks(event: &Event) -> Vec<TestKey> {
    let Event::TestsListed { tests, .. } = event else { return Vec::new() };
    let block = |test: &crate::model::event::ListedTest| {
        let titles = test.key.titles.iter().take(test.serial? as usize).cloned().collect();
        Some(TestKey { titles, ..test.key.clone() })
    };
    tests.iter().filter_map(block).collect()
}

fn written_over(folder: &Path) -> Refused {
    Refused {
        message: format!(
            "`{}` holds the results to re-run and is the output folder, too",
            folder.display()
        ),
        hint: Some(
            "name another output folder with --output DIR; `merge` joins the two".to_owned(),
        ),
        exit: Exit::Usage,
    }
}

fn no_results(folders: &[PathBuf]) -> Refused {
    let named: Vec<String> = folders.iter().map(|from| format!("`{}`", from.display())).collect();
    Refused {
        message: format!("no results in {}", named.join(", ")),
        hint: Some(
            "name the output folder of `run` or `merge`, or a folder that holds those of several \
             nodes"
                .to_owned(),
        ),
        exit: Exit::BadInput,
    }
}

fn scanned() -> Refused {
    Refused {
        message: "a re-run needs the tests as Playwright lists them, and they were scanned"
            .to_owned(),
        hint: Some("leave `--discover scan` out, and install Playwright in the project".to_owned()),
        exit: Exit::BadInput,
    }
}
