//! All runs of each shard go in; those that are the same run stay once, and what cannot be said of
//! one run is named.
//!
//! A run of a shard is known by the moment at which its first attempt began. Of two with the same
//! one that say the same, one counts. Where one of them says only the beginning of what the other
//! says, its copy was cut off, and the whole one counts. Where a queue gave its machine up, what was
//! saved of it counts, and nothing that it said later: others ran that. Where they say different
//! things one of them was changed: both stay, for nobody knows which is true, and the run is
//! incomplete.

use super::ShardRun;
use super::found::Found;
use crate::cli::commands::shared_run::short;
use crate::model::event::{Event, Status};
use crate::model::id::{PlanDigest, ShardNumber};
use crate::model::outcome::Contradiction;

/// What is to be said of the runs.
#[derive(Default)]
pub(super) struct Said {
    pub(super) notes: Vec<String>,
    pub(super) contradictions: Vec<Contradiction>,
}

/// Leaves every run once.
pub(super) fn counted_once(found: &mut Found) -> Said {
    let mut said = Said::default();
    for ((digest, shard), runs) in &mut found.runs {
        let mut kept: Vec<ShardRun> = Vec::new();
        for run in std::mem::take(runs) {
            said.contradictions.extend(of_another_plan(&run, digest, *shard));
            said.contradictions.extend(of_no_plan(&run, *shard));
            let same = kept.iter_mut().find(|other| is_same(other, &run));
            let Some(other) = same else {
                kept.push(run);
                continue;
            };
            let (ours, theirs) = (other.folder.display(), run.folder.display());
            if other.given_up().is_some() != run.given_up().is_some() {
                let is_ours = other.given_up().is_some();
                said.notes.push(if is_ours {
                    given_up(&run, other)
                } else {
                    given_up(other, &run)
                });
                if !is_ours {
                    *other = run;
                }
            } else if other.events == run.events {
                if other.folder != run.folder {
                    said.notes.push(format!("`{ours}` and `{theirs}` are the same: counted once"));
                }
            } else if begins_with(other, &run) {
                said.notes.push(cut(&run, other));
            } else if begins_with(&run, other) {
                said.notes.push(cut(other, &run));
                *other = run;
            } else {
                said.contradictions.push(contradiction(*shard, other, &run));
                kept.push(run);
            }
        }
        *runs = kept;
    }
    said
}

/// Whether all of the events of the one are what the other begins with. Of what tests printed, what
/// was saved from a queue may hold less.
fn begins_with(whole: &ShardRun, part: &ShardRun) -> bool {
    let mut pairs = whole.events.iter().zip(&part.events);
    part.events.len() <= whole.events.len()
        && pairs.all(|(whole, part)| whole == part || short(whole) == *part)
}

/// Whether two runs of a shard are one. What was saved of a machine that was given up may not hold
/// its first attempt: it is of all that this machine began before, and a shard comes once in a run.
fn is_same(one: &ShardRun, other: &ShardRun) -> bool {
    let build =
        |run: &ShardRun| run.events.iter().find_map(|event| event.build().map(str::to_owned));
    let covers = |saved: &ShardRun, own: &ShardRun| {
        let is_before = |at| own.began() <= Some(at);
        saved.given_up().is_some_and(|at| {
            own.given_up().is_none()
                && (is_before(at) || build(saved).is_some_and(|it| Some(it) == build(own)))
        })
    };
    one.began() == other.began() || covers(one, other) || covers(other, one)
}

fn given_up(own: &ShardRun, saved: &ShardRun) -> String {
    let (own, saved) = (own.folder.display(), saved.folder.display());
    format!(
        "`{own}` is of a machine that its queue gave up: what counts of it is taken from `{saved}`"
    )
}

fn cut(part: &ShardRun, whole: &ShardRun) -> String {
    let (part, whole) = (part.folder.display(), whole.folder.display());
    format!("`{part}` is cut off: taken from `{whole}`, which has the same run whole")
}

fn contradiction(shard: ShardNumber, one: &ShardRun, other: &ShardRun) -> Contradiction {
    let (a, b) = (one.folder.display(), other.folder.display());
    let differs = one.events.iter().zip(&other.events).position(|(one, other)| one != other);
    let at = differs.unwrap_or(one.events.len().min(other.events.len()));
    let what = |run: &ShardRun| run.events.get(at).map_or("nothing more".to_owned(), told);
    let text = format!(
        "both are the run of shard {shard} that began at the same moment, and first differ in \
         event {}: {} here, {} there\nleave out the one that was changed",
        at + 1,
        what(one),
        what(other)
    );
    Contradiction { title: format!("`{a}` and `{b}` contradict each other"), text }
}

/// An event in a few words.
fn told(event: &Event) -> String {
    match event {
        Event::TestBegan { key, .. } => format!("`{key}` begins"),
        Event::TestEnded { key, result, .. } => format!("`{key}` {}", status(result.status)),
        Event::RunStarted { .. } => "the run begins".to_owned(),
        Event::AttemptStarted { .. } => "an attempt begins".to_owned(),
        Event::TestsMoved { .. } => "tests are taken over".to_owned(),
        Event::TestsListed { .. } => "tests are listed".to_owned(),
        Event::RunnerError { .. } => "an error outside any test".to_owned(),
        Event::SandboxUsed { .. } => "what the sandbox took".to_owned(),
        Event::AttemptEnded { .. } => "an attempt ends".to_owned(),
        Event::RunEnded { .. } => "the run ends".to_owned(),
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::TimedOut => "timed out",
        Status::Skipped => "was skipped",
        Status::Interrupted => "was interrupted",
    }
}

/// Results that do not say by what they were judged, nor of which plan and build they are: every
/// run says so before anything else.
fn of_no_plan(run: &ShardRun, shard: ShardNumber) -> Option<Contradiction> {
    let first = run.events.first()?;
    (!matches!(first, Event::RunStarted { .. })).then(|| Contradiction {
        title: format!("`{}` does not begin with the begin of a run", run.folder.display()),
        text: format!(
            "shard {shard} may be of any plan, and somebody changed its events\nleave it out, or \
             take it again from where it ran"
        ),
    })
}

/// Results that were put beside the plan of another run.
fn of_another_plan<'a>(
    run: &'a ShardRun,
    plan: &PlanDigest,
    shard: ShardNumber,
) -> Option<Contradiction> {
    let digest = |event: &'a Event| {
        if let Event::RunStarted { digest, .. } = event { Some(digest) } else { None }
    };
    let own = run.events.iter().find_map(digest)?;
    (own != plan).then(|| Contradiction {
        title: format!("`{}` is not of the plan beside it", run.folder.display()),
        text: format!(
            "what shard {shard} says is of plan {own}, and its folder's plan is {plan}\nsee that \
             no folder was written over another one"
        ),
    })
}
