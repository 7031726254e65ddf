//! What a shell asks while a command is typed: its words go in, what may come next goes to standard
//! output. Values of the project are read from its files; none of its code runs.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{Arg, Command};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter};

use crate::cli::args;
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
            return argument
                .add(ArgValueCompleter::new(PathCompleter::any().current_dir(&self.folder)));
        }
        let source: Source = match SOURCES.iter().find(|(flag, _)| *flag == id) {
            Some((_, source)) => *source,
            None if id == "words" => {
                |_| TOPICS.iter().map(|topic| topic.name.to_owned()).chain(commands()).collect()
            }
            None if id == "command" => |_| commands().collect(),
            None => return argument,
        };
        let place = self.clone();
        argument.add(ArgValueCompleter::new(move |begun: &OsStr| place.candidates(source, begun)))
    }

    fn candidates(&self, source: Source, begun: &OsStr) -> Vec<CompletionCandidate> {
        let Some(begun) = begun.to_str() else { return Vec::new() };
        let begun = begun.trim_start_matches(['\'', '"']);
        // A name with a line break is one line of an answer for no shell.
        let fits = |value: &String| value.starts_with(begun) && !value.contains(char::is_control);
        let quoted = |value: String| CompletionCandidate::new(self.quoting.quote(&value));
        source(self).into_iter().filter(fits).map(quoted).collect()
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

/// How a shell wants a value with blanks; those that are not here quote by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Itself,
    Posix,
    Powershell,
}

impl Quoting {
    /// As the shell's name or path says.
    fn of(shell: &str) -> Self {
        match Path::new(shell).file_stem().and_then(OsStr::to_str) {
            Some("bash" | "elvish") => Self::Posix,
            Some("pwsh" | "powershell" | "powershell_ise") => Self::Powershell,
            _ => Self::Itself,
        }
    }

    fn quote(self, value: &str) -> String {
        let plain = |c: char| {
            c.is_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '/' | ':' | '+' | ',')
        };
        // PowerShell takes @name for a splatted variable.
        let is_plain = value.chars().all(plain)
            && !value.is_empty()
            && (self != Self::Powershell || !value.starts_with('@'));
        match self {
            Self::Posix if !is_plain => format!("'{}'", value.replace('\'', "'\\''")),
            Self::Powershell if !is_plain => format!("'{}'", value.replace('\'', "''")),
            Self::Itself | Self::Posix | Self::Powershell => value.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Quoting, SOURCES};
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

    #[test]
    fn a_name_means_itself_in_every_shell() {
        for (shell, name, written) in [
            ("bash", "chromium", "chromium"),
            ("bash", "Mobile Chrome", "'Mobile Chrome'"),
            ("bash", "it's $(id)", r"'it'\''s $(id)'"),
            ("zsh", "Mobile Chrome", "Mobile Chrome"),
            ("fish", "Mobile Chrome", "Mobile Chrome"),
            ("/usr/bin/pwsh", "@slow", "'@slow'"),
            ("powershell.exe", "it's", "'it''s'"),
        ] {
            assert_eq!(Quoting::of(shell).quote(name), written, "{shell}");
        }
    }
}
