//! Results and the versions of a timings file go in; the file as it should be committed comes out,
//! with a message, or with the reason why it is not worth a commit.

use std::collections::HashSet;
use std::num::NonZeroU32;
use std::path::Path;

use anyhow::Context;

use crate::cli::args::commit::CommitArgs;
use crate::cli::commands::replanned::{as_dealt, options, same_strategy, suite_of};
use crate::cli::commands::timings::lessons::Lessons;
use crate::cli::commands::timings::told;
use crate::git::{CommitId, Repository};
use crate::model::movement::{Movement, Shift};
use crate::model::per_test::PerTest;
use crate::model::plan::Plan;
use crate::model::timings::{Costs, Timings};
use crate::plan::make::make;
use crate::report::commit_message::{self, Message, RESULTS};
use crate::timings::estimate::estimates;
use crate::timings::merge::merge;
use crate::timings::movement::movement;
use crate::timings::store;
use crate::wire::timings_v1;

/// What a commit is made of.
pub(super) struct Sides<'a> {
    pub(super) repository: &'a Repository,
    /// What is checked out, and what the tests ran on.
    pub(super) head: &'a CommitId,
    /// The file in the working tree; none where there is none.
    pub(super) here: Option<Timings>,
    pub(super) lessons: &'a Lessons,
    pub(super) args: &'a CommitArgs,
}

/// The file as it should be, and what to say of it.
pub(super) struct Proposal {
    pub(super) timings: Timings,
    pub(super) text: String,
    /// The commit's message; else why there should be no commit.
    pub(super) message: Result<String, String>,
    /// As in `17 of 430 entries changed, 3 new, 0 removed`.
    pub(super) changes: String,
}

impl Sides<'_> {
    /// What to commit on top of `tip`: all that these results, and whoever changed the file in the
    /// working tree, change on what is checked out, done to the file as it is in `tip`; with a
    /// `base`, where the two parted, also what changed from there to what is checked out.
    pub(super) fn proposal(
        &self,
        tip: &CommitId,
        base: Option<&CommitId>,
    ) -> anyhow::Result<Proposal> {
        let Self { head, here, lessons, args, .. } = self;
        let of_head = self.at(head)?;
        let theirs = if tip == *head { of_head.clone() } else { self.at(tip)? };
        let mut known: HashSet<String> =
            self.repository.trailers_before(tip, RESULTS)?.into_iter().collect();
        known.extend(self.repository.trailers_before(head, RESULTS)?);
        let learnt = lessons.learn(&of_head, |id| known.contains(id));
        // What stands in the working tree may hold the same lessons: `run --update-timings`.
        let ours = merge(&of_head, here.as_ref().unwrap_or(&of_head), &learnt);
        let base = base.map_or(Ok(of_head), |base| self.at(base))?;
        let timings = merge(&base, &ours, &theirs);
        let ids = lessons.ids();
        let is_known = ids.iter().all(|id| known.contains(id));
        let movement = movement(&theirs, &timings);
        let shift = lessons.plan().and_then(|plan| shift(&plan, &theirs, &timings));
        let why_not = why_not(&theirs, &timings, &movement, shift.as_ref(), args.threshold);
        let message = match why_not {
            Some(_) if is_known => Err("these results were learnt from before".to_owned()),
            Some(reason) => Err(reason),
            None => Ok(Message {
                subject: &args.subject,
                ci_skip: &args.ci_skip,
                movement: &movement,
                shift: shift.as_ref(),
                results: &ids,
            }
            .text()),
        };
        let (text, changes) = (timings_v1::write(&timings), told::changes(&theirs, &timings));
        Ok(Proposal { timings, text, message, changes })
    }

    /// The timings in a commit.
    fn at(&self, commit: &CommitId) -> anyhow::Result<Timings> {
        let Some(bytes) = self.repository.text_at(commit)? else { return Ok(Timings::default()) };
        let wrap = || format!("cannot use the timings in the commit {commit}");
        let text = String::from_utf8(bytes).with_context(wrap)?;
        store::parse(Path::new(&self.args.file.timings), &text).with_context(wrap)
    }
}

/// Why the way from one history to another is not worth a commit; none where it is: a test is new
/// or gone, fails now or passes again, or plans or their times are out by more than `threshold`.
/// Flaky tests and small moves come and go with every run; what stays teaches the next one as well.
fn why_not(
    before: &Timings,
    after: &Timings,
    movement: &Movement,
    shift: Option<&Shift>,
    threshold: f64,
) -> Option<String> {
    if before == after {
        return Some("the results say nothing new".to_owned());
    }
    let Movement { new, removed, turned, .. } = movement;
    let is_out = shift.is_none_or(|shift| shift.part() > threshold);
    if threshold <= 0.0 || is_out || !(new.is_empty() && removed.is_empty() && turned.is_empty()) {
        return None;
    }
    let changes = told::changes(before, after);
    let shift = shift.map(commit_message::told).unwrap_or_default();
    let limit = threshold * 100.0;
    Some(format!("{changes}. {shift} --threshold {limit}% takes no less"))
}

/// What `after` says of the plan that `before` would make of the same suite; none where that knows
/// nothing.
fn shift(plan: &Plan, before: &Timings, after: &Timings) -> Option<Shift> {
    if before.tests.is_empty() {
        return None;
    }
    let suite = suite_of(plan);
    let shards = NonZeroU32::new(u32::try_from(plan.shards.len()).ok()?)?;
    let options = options(same_strategy(plan), shards, plan.workers.max(1));
    // How fast the last machine was is no news of the suite.
    let costs = Costs { pace: after.costs.pace, ..before.costs };
    let before = Timings { costs, ..before.clone() };
    // Wishes of the settings are the same on both sides.
    let wishes = PerTest::default();
    let (old, new) = (estimates(&suite, &before, &wishes), estimates(&suite, after, &wishes));
    let planned = make(&suite, &old, &options);
    let takes = as_dealt(&planned, &suite, &new, &options)?.predicted();
    let replanned = make(&suite, &new, &options).predicted();
    Some(Shift { shards: plan.shards.len(), told: planned.predicted(), takes, replanned })
}
