//! The end of `run` and `merge`: an outcome goes in, reports, timings and an exit code come out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::commands::hindsight::hindsight;
use crate::cli::commands::stage::History;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::model::event::AttemptId;
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use crate::report::console::summary::summary;
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
    /// Say what is not well as GitHub workflow commands, too.
    pub(crate) annotate: bool,
}

impl Finish<'_> {
    /// Writes all reports, whatever becomes of single ones, then the timings.
    pub(crate) fn exec(&self, streams: &mut Streams) -> anyhow::Result<Exit> {
        let attempts = self.attempts();
        let (plan, outcome) = (self.plan, self.outcome);
        let skew = skew(plan, outcome);
        let hindsight = hindsight(plan, outcome, &skew);
        let source = Source { plan, outcome, attempts: &attempts, hindsight: hindsight.as_ref() };
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
            streams.tell(&summary(self.outcome));
            if let Some(late) = words::remarkable(&skew) {
                streams.tell(&late);
            }
        }
        if self.annotate && for_people {
            let commands = github::annotations(self.outcome);
            for command in commands.lines() {
                streams.tell(command);
            }
        }
        if let Some(History { file, timings }) = self.history {
            store::save(file, &learn(timings, self.outcome))?;
            streams.say(&format!("timings written to {}", from_here(file).display()));
        }
        let folder = from_here(self.output);
        streams.say(&format!("reports in {}: {}", folder.display(), written.join(", ")));
        match trouble {
            Some(error) => Err(error.into()),
            None => Ok(Exit::of(self.outcome)),
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

/// A path as short as a person would write it here.
fn from_here(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let here = std::env::current_dir().unwrap_or_default();
    absolute.strip_prefix(here).map(Path::to_path_buf).unwrap_or(absolute)
}
