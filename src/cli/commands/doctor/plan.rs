//! Can the earlier plans and results be used that the flags name, and the program that is to deal?

use std::path::PathBuf;

use crate::cli::commands::beforehand;
use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::cli::commands::pinned;
use crate::report::facts::number_of;

pub(super) const PLAN: Check = Check { name: "plan", look };

fn look(subject: &Subject<'_>) -> Found {
    let (flags, run) = (&subject.args.plan, &subject.args.run);
    let mut told = Vec::new();
    match pinned::read(&subject.args) {
        Ok(Some(plan)) => {
            let shards = number_of(plan.shards.len(), "shard");
            told.push(format!("the plan that is run has {shards}"));
        }
        Ok(None) => {
            let asked = subject.asked();
            if let Err(error) = beforehand::strategy(&asked, flags, subject.environment) {
                return Found::refused(&error);
            }
            let unmade = |pin: &PathBuf| {
                format!("`{}` is not there yet: the first run makes it", pin.display())
            };
            told.extend(run.pin.as_ref().map(unmade));
        }
        Err(refused) => return Found::refused(&refused.into()),
    }
    if let Err(error) = &subject.rerun {
        return Found::refused(error);
    }
    let results = number_of(flags.rerun.len(), "folder");
    told.extend(
        (!flags.rerun.is_empty()).then(|| format!("results in {results} can be run again")),
    );
    if let Some(previous) = &flags.previous {
        match pinned::load(previous) {
            Ok(_) => told.push(format!("tests stay where `{}` has them", previous.display())),
            Err(refused) => return Found::refused(&refused.into()),
        }
    }
    if told.is_empty() {
        return Found::ok("no earlier plan or result is asked for");
    }
    Found::ok(told.join("; "))
}
