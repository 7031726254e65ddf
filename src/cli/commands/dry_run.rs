//! `shardwright run --dry-run`: the plan, and the commands that would run it.

use tokio::runtime::Runtime;

use crate::cli::args::RunArgs;
use crate::cli::commands::pinned;
use crate::cli::commands::planning::{Planner, of_part, part_of};
use crate::cli::commands::rerun::{self, Rerun};
use crate::cli::commands::stage::{self, Asked, History};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::model::event::AttemptId;
use crate::model::plan::Plan;
use crate::report::console::plan_table;
use crate::run::attempt::{self, Try};
use crate::run::cancel;

/// Lists the suite, plans, and prints. The tasks that the commands read are written to the cache
/// folder, so that the commands can be pasted.
pub(crate) fn exec(
    asked: &Asked<'_>,
    args: &RunArgs,
    (pinned, rerun): (Option<Plan>, Option<&Rerun>),
    history: &History,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let cache = environment.cache_folder();
    std::fs::create_dir_all(&cache)?;
    let folder = tempfile::Builder::new().prefix("dry-run-").tempdir_in(cache)?.keep();
    let setting = asked.setting(stage::install(asked)?, environment, folder.clone())?;
    let suite = Runtime::new()?.block_on(async {
        let wishes = cancel::wishes()?;
        let suite = stage::listed(&setting, 1, &folder.join("list"), wishes, streams).await;
        setting.sandbox.close().await;
        suite
    })?;
    let suite = match rerun {
        Some(rerun) => rerun.rest(suite, streams)?,
        None => suite,
    };
    let project = &setting.install.project;
    let whole = pinned::or_planned(pinned, &suite, args, history, project, rerun, streams)?;
    let flags = of_part(&args.plan, args);
    let reruns = rerun::plans(rerun, &args.suite);
    let planner = Planner::new(&suite, &flags, &history.timings, project, reruns)?;
    streams.data(&plan_table::plan(&whole, planner.blocker(&whole).as_ref()))?;
    let plan = part_of(whole, args.run.part().map(|shard| shard.number));
    let shards = plan.shards.iter().filter(|shard| !shard.is_empty()).enumerate();
    let tries = shards.map(|(position, shard)| Try {
        shard: shard.clone(),
        id: AttemptId { shard: shard.number, attempt: 1 },
        view: position + 1,
        timeout: args.run.shard_timeout,
        root: suite.settings.root.clone(),
    });
    let jobs = tries.map(|each| attempt::job(&setting, &each)).collect::<Result<Vec<_>, _>>()?;
    for command in setting.sandbox.commands(&jobs) {
        let words: Vec<String> = command.iter().map(|word| quoted(word)).collect();
        streams.data(&format!("{}\n", words.join(" ")))?;
    }
    Ok(Exit::Passed)
}

/// A word as a POSIX shell reads it back.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=/.,:@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_survive_a_shell() {
        for word in ["plain", "", "a b", "it's", "$(touch x)", "`x`", "a\nb", "\\", "\"", "*"] {
            let script = format!("printf %s {}", quoted(word));
            let printed = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(printed.stdout).unwrap(), word);
        }
    }
}
