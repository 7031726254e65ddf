//! What a shell asks while a command is typed: its words go in, what may come next goes to standard
//! output. Values of the project are read from its files; none of its code runs.

mod quoting;

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Arg, Command, ValueHint};
use clap_complete::CompleteEnv;
use clap_complete::engine::{
    ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};

use crate::cli::args;
use crate::cli::commands::complete::quoting::Quoting;
use crate::cli::commands::help::TOPICS;
use crate::config::environment::Environment;
use crate::config::flags::suite::SuiteFlags;
use crate::config::project;
use crate::config::settings;
use crate::runner::playwright::scan;
use crate::timings::store;
use crate::wire::input;

/// Set by the scripts of `shardwright completions`, to the name of the shell.
pub(crate) const VARIABLE: &str = "SHARDWRIGHT_COMPLETE";

/// Answers a shell; false where none asks.
pub(crate) fn answer(
    arguments: &[OsString],
    environment: &Environment,
) -> Result<bool, clap::Error> {
    let Some(shell) = environment.get(VARIABLE) else { return Ok(false) };
    let words = arguments.iter().skip_while(|word| *word != "--").skip(1);
    let place = Place::of(&words.cloned().collect::<Vec<_>>(), Quoting::of(shell));
    CompleteEnv::with_factory(|| place.command())
        .var(VARIABLE)
        .completer("shardwright")
        .try_complete(arguments, std::env::current_dir().ok().as_deref())
}

/// Where values come from, and how they are to be written.
#[derive(Clone)]
struct Place {
    folder: PathBuf,
    config: Option<PathBuf>,
    settings: PathBuf,
    timings: PathBuf,
    quoting: Quoting,
}

/// Whose values a flag takes.
type Source = fn(&Place) -> BTreeSet<String>;

/// Flags with values of the project, by their ids.
const SOURCES: [(&str, Source); 5] = [
    ("project", Place::projects),
    ("tag", Place::tags),
    ("spread", Place::tags),
    ("priority", Place::tags),
    ("profile", Place::profiles),
];

impl Place {
    /// What the words that are there already say.
    fn of(words: &[OsString], quoting: Quoting) -> Self {
        let command = args::command().ignore_errors(true);
        let found = command.try_get_matches_from(words).ok();
        let below = found.as_ref().and_then(clap::ArgMatches::subcommand).map(|(_, below)| below);
        let path = |id: &str| -> Option<PathBuf> {
            let of = |matches: &clap::ArgMatches| {
                matches.try_get_one::<PathBuf>(id).ok().flatten().cloned()
            };
            below.and_then(of).or_else(|| found.as_ref().and_then(of))
        };
        let folder = path("directory").unwrap_or_default();
        Self {
            config: path("config"),
            settings: folder.join(path("settings").unwrap_or(settings::FILE.into())),
            timings: folder.join(path("timings").unwrap_or("timings.json".into())),
            folder,
            quoting,
        }
    }

    fn command(&self) -> Command {
        self.with_values(args::command())
    }

    fn with_values(&self, command: Command) -> Command {
        command
            .mut_args(|argument| self.with_value(argument))
            .mut_subcommands(|below| self.with_values(below))
    }

    fn with_value(&self, argument: Arg) -> Arg {
        let id = argument.get_id().as_str();
        if id == "globs" {
            return self.with_paths(argument, PathCompleter::any().current_dir(&self.folder));
        }
        let source: Source = match SOURCES.iter().find(|(flag, _)| *flag == id) {
            Some((_, source)) => *source,
            None if id == "words" => {
                |_| TOPICS.iter().map(|topic| topic.name.to_owned()).chain(commands()).collect()
            }
            None if id == "command" => |_| commands().collect(),
            None => return self.with_paths_of(argument),
        };
        let place = self.clone();
        argument.add(ArgValueCompleter::new(move |begun: &OsStr| {
            place.quoting.candidates(begun, |_| source(&place))
        }))
    }

    fn with_paths_of(&self, argument: Arg) -> Arg {
        let known = [
            (ValueHint::AnyPath, PathCompleter::any()),
            (ValueHint::FilePath, PathCompleter::file()),
            (ValueHint::DirPath, PathCompleter::dir()),
        ];
        let hint = argument.get_value_hint();
        match known.into_iter().find(|(known, _)| *known == hint) {
            Some((_, paths)) => self.with_paths(argument, paths),
            None => argument,
        }
    }

    /// Names of files are anybody's: they are quoted as all that comes from the project.
    fn with_paths(&self, argument: Arg, paths: PathCompleter) -> Arg {
        let quoting = self.quoting;
        argument.add(ArgValueCompleter::new(move |begun: &OsStr| {
            quoting.candidates(begun, |begun| {
                let found = paths.complete(OsStr::new(begun));
                let text = |path: CompletionCandidate| path.get_value().to_str().map(str::to_owned);
                found.into_iter().filter_map(text).collect()
            })
        }))
    }

    fn projects(&self) -> BTreeSet<String> {
        let known = input::regular_text(&self.timings).ok();
        let known = known.and_then(|text| store::parse(&self.timings, &text).ok());
        let known = known.unwrap_or_default();
        let known = known.tests.into_keys().map(|key| key.project);
        let keys = self.scanned().into_iter().flat_map(|suite| {
            suite.tests().map(|test| test.key.project.clone()).collect::<Vec<_>>()
        });
        known.chain(keys).filter(|name| !name.is_empty()).collect()
    }

    fn tags(&self) -> BTreeSet<String> {
        let tags = |suite: crate::model::suite::Suite| {
            suite.tests().flat_map(|test| test.tags.clone()).collect::<Vec<_>>()
        };
        self.scanned().into_iter().flat_map(tags).collect()
    }

    fn profiles(&self) -> BTreeSet<String> {
        settings::profiles(&self.settings)
    }

    /// The suite, as far as its files tell; whatever is wrong with them, a shell shows no message.
    fn scanned(&self) -> Option<crate::model::suite::Suite> {
        let flags = SuiteFlags::whole(self.config.clone());
        let options =
            project::scan_options(&std::path::absolute(&self.folder).ok()?, &flags).ok()?;
        Some(scan::scan(&options).ok()?.suite)
    }
}

/// The commands that people type.
fn commands() -> impl Iterator<Item = String> {
    let command = args::command();
    let seen = command.get_subcommands().filter(|command| !command.is_hide_set());
    seen.map(|command| command.get_name().to_owned()).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::SOURCES;
    use crate::cli::args::command;

    #[test]
    fn every_source_is_that_of_a_flag() {
        let command = command();
        let all = command.get_subcommands().chain([&command]);
        let ids: Vec<&str> =
            all.flat_map(clap::Command::get_arguments).map(|flag| flag.get_id().as_str()).collect();
        for (id, _) in SOURCES {
            assert!(ids.contains(&id), "{id}");
        }
    }
}
