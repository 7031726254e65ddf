//! The end of `run` and `merge`: an outcome goes in, reports, timings and an exit code come out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::commands::hindsight::hindsight;
use crate::cli::commands::stage::History;
use crate::cli::commands::step_outputs;
use crate::cli::commands::step_summary::{self, Added};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::ci;
use crate::config::environment::Environment;
use crate::model::event::AttemptId;
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use crate::report::console::summary::summary;
use crate::report::console::width::{COLUMNS, width};
use crate::report::skew::{skew, words};
use crate::report::{REPORTS, ReportError, Source, github};
use crate::run::attempt;
use crate::timings::learn::learn;
use crate::timings::store;

/// What the end needs to know.
pub(crate) struct Finish<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) outcome: &'a Outcome,
    /// Absolute.
    pub(crate) output: &'a Path,
    /// What to write the new durations to; none leaves the file alone.
    pub(crate) history: Option<&'a History>,
    /// This is one node of a matrix, and others run the rest of the plan.
    pub(crate) is_part: bool,
    /// Says whether this is a CI machine that shows more than a log.
    pub(crate) environment: &'a Environment,
}

impl Finish<'_> {
    /// Writes all reports, whatever becomes of single ones, then the timings.
    pub(crate) fn exec(&self, streams: &mut Streams) -> anyhow::Result<Exit> {
        let attempts = self.attempts();
        let build = ci::build(self.environment);
        let (plan, outcome) = (self.plan, self.outcome);
        let skew = skew(plan, outcome);
        let hindsight = hindsight(plan, outcome, &skew);
        let hindsight = hindsight.as_ref();
        let source = Source { plan, outcome, attempts: &attempts, build: &build, hindsight };
        let mut written = Vec::new();
        let mut trouble = None;
        for report in REPORTS {
            match report.write(&source, self.output) {
                Ok(()) => written.push(report.path()),
                Err(ReportError::NoPlaywrightHtml) => {
                    streams.say(&format!(
                        "no {}/: {}",
                        report.path(),
                        ReportError::NoPlaywrightHtml
                    ));
                }
                Err(error) => trouble = trouble.or(Some(error)),
            }
        }
        streams.conclude(self.outcome);
        let for_people = !streams.log().is_json();
        if for_people {
            streams.tell(&summary(self.plan, self.outcome));
            if let Some(late) = words::remarkable(&skew) {
                streams.tell_folded(&late);
            }
        }
        if ci::github::is_github(self.environment) {
            for command in github::annotations(self.outcome).lines() {
                streams.annotate(command);
            }
        }
        self.add_to_step_summary(&source, streams);
        let mut timings_changed = false;
        if let Some(History { file, timings }) = self.history {
            timings_changed = store::save(file, &learn(timings, self.outcome))?;
            streams.say(&format!("timings written to {}", from_here(file).display()));
        }
        self.tell_later_steps(timings_changed, streams);
        let folder = from_here(self.output);
        let head = format!("reports in {}:", folder.display());
        // The page that leads to all others is written last and named first.
        written.sort_by_key(|path| *path != "index.html");
        let columns = if for_people { COLUMNS } else { usize::MAX };
        streams.say(&listed(&head, &written, columns));
        match trouble {
            Some(error) => Err(error.into()),
            None => Ok(Exit::of(self.outcome)),
        }
    }

    /// Says it on the page of the job, too. That it could not be said there is no failure. A node
    /// of a matrix whose part is well leaves that page to `merge`, or each job would say it.
    fn add_to_step_summary(&self, source: &Source<'_>, streams: &mut Streams) {
        let Some(file) = ci::github::step_summary(self.environment) else { return };
        let is_well = Exit::of(self.outcome) == Exit::Passed;
        if self.is_part && is_well {
            return;
        }
        let name = file.display();
        match step_summary::add(source, &file) {
            Ok(Added::Whole) => {}
            Ok(Added::NoRoom) => streams.warn(&format!(
                "warning: the job's summary `{name}` is full: ours is in summary.md alone"
            )),
            Err(error) => {
                streams.warn(&format!("warning: cannot write the job's summary `{name}`: {error}"));
            }
        }
    }

    /// Says what it came to, for what the job does next.
    fn tell_later_steps(&self, timings_changed: bool, streams: &mut Streams) {
        let Some(file) = ci::github::step_outputs(self.environment) else { return };
        let added = step_outputs::add(&file, self.outcome, self.output, timings_changed);
        if let Err(error) = added {
            let name = file.display();
            streams.warn(&format!("warning: cannot write the step's outputs `{name}`: {error}"));
        }
    }

    /// Where each attempt left its files.
    fn attempts(&self) -> BTreeMap<AttemptId, PathBuf> {
        let of_shard = |shard: &crate::model::outcome::ShardOutcome| {
            let number = shard.number;
            let count = u32::try_from(shard.attempts.len()).unwrap_or(u32::MAX);
            (1..=count).map(move |attempt| AttemptId { shard: number, attempt })
        };
        let ids = self.outcome.shards.iter().flat_map(of_shard);
        ids.map(|id| (id, attempt::folder(self.output, id).join("out"))).collect()
    }
}

/// Names behind a head: all of them, or as many as fit so many columns, and how many more.
fn listed(head: &str, names: &[&str], columns: usize) -> String {
    let line = |shown: usize| match names.len() - shown {
        0 => format!("{head} {}", names.join(", ")),
        more => format!("{head} {} and {more} more", names[..shown].join(", ")),
    };
    let fitting = (1..=names.len()).rev().map(line).find(|line| width(line) <= columns);
    fitting.unwrap_or_else(|| head.to_owned())
}

/// A path as short as a person would write it here.
fn from_here(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let here = std::env::current_dir().unwrap_or_default();
    absolute.strip_prefix(here).map(Path::to_path_buf).unwrap_or(absolute)
}
