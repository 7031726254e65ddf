//! `shardwright run --dry-run`: the plan, and the commands that would run it.

use std::fs;
use std::path::Path;
use std::time::Duration;

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
use crate::report::text;
use crate::run::attempt::{self, Try};
use crate::run::cancel;
use crate::run::seats::Seat;

/// What the folders of dry runs are called in the cache folder.
const PREFIX: &str = "dry-run-";
/// Nobody pastes a command any later.
const KEPT: Duration = Duration::from_hours(24);

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
    fs::create_dir_all(&cache)?;
    sweep(&cache);
    let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(cache)?.keep();
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
        seat: Seat::first(position + 1),
        timeout: args.run.shard_timeout,
        root: suite.settings.root.clone(),
    });
    let jobs = tries.map(|each| attempt::job(&setting, &each)).collect::<Result<Vec<_>, _>>()?;
    for command in setting.sandbox.commands(&jobs) {
        let words: Vec<String> = command.iter().map(|word| quoted(word)).collect();
        streams.data(&format!("{}\n", words.join(" ")))?;
    }
    if let Some(place) = &args.run.artifacts {
        streams.say(&format!(
            "the results would be uploaded to {}",
            text::terminal(&place.to_string())
        ));
    }
    Ok(Exit::Passed)
}

/// Takes away what earlier dry runs left in the cache folder. What is no folder of theirs stays, and
/// nothing that a link leads to is touched.
fn sweep(cache: &Path) {
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        // Of a link itself.
        let Some(meta) = entry.metadata().ok().filter(|meta| is_ours && meta.is_dir()) else {
            continue;
        };
        let age = meta.modified().ok().and_then(|time| time.elapsed().ok());
        if age.is_some_and(|age| age > KEPT) {
            // Another dry run may be at it, too.
            fs::remove_dir_all(entry.path()).ok();
        }
    }
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
    use std::fs::{self, File};
    use std::time::{Duration, SystemTime};

    use super::{quoted, sweep};

    #[test]
    fn only_old_folders_of_dry_runs_go() {
        let place = tempfile::tempdir().unwrap();
        let (cache, outside) = (place.path().join("cache"), place.path().join("outside"));
        let old = SystemTime::now() - Duration::from_hours(25);
        for name in ["dry-run-old", "dry-run-new", "list-old", "runs"] {
            fs::create_dir_all(cache.join(name).join("list")).unwrap();
        }
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("kept"), "").unwrap();
        fs::write(cache.join("dry-run-file"), "").unwrap();
        std::os::unix::fs::symlink(&outside, cache.join("dry-run-old/link")).unwrap();
        std::os::unix::fs::symlink(&outside, cache.join("dry-run-link")).unwrap();
        for path in ["dry-run-old", "list-old", "runs", "dry-run-file"] {
            File::open(cache.join(path)).unwrap().set_modified(old).unwrap();
        }
        File::open(&outside).unwrap().set_modified(old).unwrap();
        sweep(&cache);
        let names = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        assert_eq!(names, ["dry-run-file", "dry-run-link", "dry-run-new", "list-old", "runs"]);
        assert!(outside.join("kept").is_file());
        sweep(&place.path().join("nothing"));
    }

    #[test]
    fn words_survive_a_shell() {
        for word in ["plain", "", "a b", "it's", "$(touch x)", "`x`", "a\nb", "\\", "\"", "*"] {
            let script = format!("printf %s {}", quoted(word));
            let printed = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(printed.stdout).unwrap(), word);
        }
    }
}
