//! `run --plan FILE`: a plan that was made before goes in; it comes out with what it and the suite
//! of today do not have in common, because a test must not get lost between the two.

use std::collections::BTreeSet;
use std::path::Path;

use crate::cli::args::RunArgs;
use crate::cli::commands::output::PLAN;
use crate::cli::commands::planning::{Planner, of_part};
use crate::cli::commands::rerun::{self, Rerun};
use crate::cli::commands::stage::{self, History};
use crate::cli::commands::unfit;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::model::event::{AttemptId, Event, ListedTest};
use crate::model::id::{ShardNumber, TestKey};
use crate::model::plan::Plan;
use crate::model::suite::{GroupKind, Suite, TestCase};
use crate::report::text;
use crate::wire::{input, plan_v1};

/// How many names are shown of each kind.
const SHOWN: usize = 10;

/// The plan that the user named, if any: a file, or the folder of a report.
pub(crate) fn read(args: &RunArgs) -> Result<Option<Plan>, Refused> {
    let Some(named) = &args.run.plan else { return Ok(None) };
    let plan = load(named)?;
    let shards = plan.shards.len();
    if let Some(part) = args.run.shard
        && part.total.get() as usize != shards
    {
        let (number, total) = (part.number, part.total);
        return Err(Refused {
            message: format!(
                "`--shard {number}/{total}` does not fit the plan `{}`, which has {shards} {}",
                named.display(),
                if shards == 1 { "shard" } else { "shards" }
            ),
            hint: Some(format!("say `--shard I/{shards}`, or plan for {total}")),
            exit: Exit::Usage,
        });
    }
    Ok(Some(plan))
}

/// The plan in a file, or in the folder of a report. Of a merge with re-runs it is the first one.
pub(crate) fn load(named: &Path) -> Result<Plan, Refused> {
    let file = if named.is_dir() { named.join(PLAN) } else { named.to_path_buf() };
    let text = input::text(&file).map_err(|error| error.to_string());
    let plan = text.and_then(|text| plan_v1::read(&text).map_err(|error| error.to_string()));
    let first = |plan: Plan| match plan.parts().into_iter().next() {
        Some((mut first, _)) => {
            first.digest = first.compute_digest();
            first
        }
        None => plan,
    };
    plan.map(first).map_err(|reason| Refused {
        message: format!("cannot use the plan `{}`: {reason}", file.display()),
        hint: Some("`shardwright plan -o FILE` makes one".to_owned()),
        exit: Exit::BadInput,
    })
}

/// The plan that is run: the pinned one, or one that is made now.
pub(crate) fn or_planned(
    pinned: Option<Plan>,
    suite: &Suite,
    args: &RunArgs,
    history: &History,
    project: &Path,
    earlier: Option<&Rerun>,
    streams: &mut Streams,
) -> anyhow::Result<Plan> {
    unfit::tell(&args.plan.per_test, suite, &args.suite, earlier.is_some(), streams);
    let Some(plan) = pinned else {
        let flags = of_part(&args.plan, args);
        let reruns = rerun::plans(earlier, &args.suite);
        let planner = Planner::new(suite, &flags, &history.timings, project, reruns)?;
        stage::tell_coverage(suite, history, &flags.per_test, streams);
        return planner.plan(streams);
    };
    if suite.groups.is_empty() {
        return Err(stage::nothing().into());
    }
    tell(&plan, suite, streams);
    Ok(plan)
}

/// Tests of the suite that no shard of the plan holds. The plan of a re-run leaves out what is
/// well.
pub(crate) fn unplanned<'a>(plan: &Plan, suite: &'a Suite) -> Vec<&'a TestCase> {
    if plan.lineage.reruns.is_some() {
        return Vec::new();
    }
    let planned: BTreeSet<&TestKey> = plan.dealt().map(|(_, test)| &test.key).collect();
    let groups = plan.shards.iter().flat_map(|shard| &shard.groups).map(|planned| &planned.group);
    let opaque = groups.filter(|group| group.kind == GroupKind::Opaque);
    let whole: BTreeSet<&str> = opaque.map(|group| group.file.as_str()).collect();
    let dealt = suite.groups.iter().flat_map(|group| &group.tests);
    dealt
        .filter(|test| !planned.contains(&test.key) && !whole.contains(test.key.file.as_str()))
        .collect()
}

/// Names what the plan and the suite do not have in common.
fn tell(plan: &Plan, suite: &Suite, streams: &mut Streams) {
    let there: BTreeSet<&TestKey> = suite.tests().map(|test| &test.key).collect();
    let gone = plan.dealt().map(|(_, test)| &test.key).filter(|key| !there.contains(key));
    let new = unplanned(plan, suite);
    let them = if new.len() == 1 { "it" } else { "them" };
    let what = format!("not in the plan, so that no shard runs {them}");
    name(&what, new.iter().map(|test| &test.key), streams);
    name("in the plan and not in the suite any more", gone, streams);
}

pub(super) fn name<'a>(what: &str, keys: impl Iterator<Item = &'a TestKey>, streams: &mut Streams) {
    let keys: BTreeSet<&TestKey> = keys.collect();
    if keys.is_empty() {
        return;
    }
    let tests =
        if keys.len() == 1 { "1 test is".to_owned() } else { format!("{} tests are", keys.len()) };
    let mut lines = vec![format!("warning: {tests} {what}:")];
    let shown = keys.iter().take(SHOWN);
    lines.extend(shown.map(|key| format!("  {}", text::terminal(&key.to_string()))));
    if keys.len() > SHOWN {
        lines.push(format!("  and {} more", keys.len() - SHOWN));
    }
    streams.tell(&lines.join("\n"));
}

/// What puts tests that no shard runs into the outcome, and so into every report: as tests that
/// did not run and that nobody planned.
pub(crate) fn event(tests: &[&TestCase], shard: ShardNumber) -> Event {
    let listed = |test: &&TestCase| ListedTest {
        key: test.key.clone(),
        runner_id: test.runner_id.clone().unwrap_or_default(),
        tags: test.tags.clone(),
        line: test.line,
        column: test.column,
        shared: false,
        serial: None,
    };
    let id = AttemptId { shard, attempt: 1 };
    Event::TestsListed { id, tests: tests.iter().map(listed).collect(), up: None, at: None }
}
