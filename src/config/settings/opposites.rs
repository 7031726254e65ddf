//! A command, what was said beside the file, and what the file says go in; the keys of the file and
//! the variables that give way come out. Clap knows no conflict with a default, which is what a value
//! of the file is to it, and takes a variable for as strong as a flag.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::config::settings::chosen::Chosen;
use crate::config::settings::show::{below, is_said};

/// Two keys that cannot hold together, and who says so with the same weight: the line of the first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Opposites {
    pub(super) line: usize,
    pub(super) key: String,
    pub(super) other: String,
}

/// Who beats whom; the file itself is the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    File,
    Profile,
    Variable,
    Flag,
}

/// Two flags that are both set to something, and cannot both be.
struct Clash<'a> {
    own: (&'a Arg, Weight),
    other: (&'a Arg, Weight),
}

/// The keys of the file whose opposite is said by somebody who beats them.
pub(super) fn silenced(
    command: &Command,
    found: &ArgMatches,
    chosen: &Chosen,
) -> Result<BTreeSet<String>, Opposites> {
    let mut clashes = clashes(command, found, chosen);
    // Who is silent himself silences nobody.
    clashes.sort_by_key(|clash| std::cmp::Reverse(clash.own.1.max(clash.other.1)));
    let mut silenced = BTreeSet::new();
    for Clash { own: (argument, weight), other: (other, others) } in clashes {
        let (Some(key), Some(opposite)) = (name(argument), name(other)) else { continue };
        if silenced.contains(&key) || silenced.contains(&opposite) {
            continue;
        }
        match weight.cmp(&others) {
            Ordering::Less => silenced.insert(key),
            Ordering::Greater => silenced.insert(opposite),
            // Clap says so itself.
            Ordering::Equal if weight >= Weight::Variable => false,
            Ordering::Equal => {
                let line = chosen.flags.get(&key).map_or(1, |told| told.value.line);
                return Err(Opposites { line, key, other: opposite });
            }
        };
    }
    Ok(silenced)
}

/// The variables whose opposite is said by a flag.
pub(super) fn outvoted(command: &Command, found: &ArgMatches) -> BTreeSet<OsString> {
    let pair = |Clash { own, other }| [(own, other), (other, own)];
    clashes(command, found, &Chosen::default())
        .into_iter()
        .flat_map(pair)
        .filter(|((_, own), (_, other))| (*own, *other) == (Weight::Variable, Weight::Flag))
        .filter_map(|((argument, _), _)| argument.get_env().map(OsString::from))
        .collect()
}

/// A conflict with the variables in the place of the flags that they set: nobody typed these.
pub(super) fn with_variables(
    mut error: clap::Error,
    command: &Command,
    found: &ArgMatches,
) -> clap::Error {
    let (deepest, matches) = called(command, found);
    let said = |shown: String| {
        // `--shards <N>`
        let long = shown.strip_prefix("--").and_then(|flag| flag.split([' ', '[', '=']).next());
        let mut arguments = deepest.get_arguments().chain(command.get_arguments());
        let meant = arguments.find(|argument| long.is_some() && argument.get_long() == long);
        let variable = meant.filter(|argument| {
            let id = argument.get_id().as_str();
            let is_known = matches.try_contains_id(id).is_ok();
            is_known && matches.value_source(id) == Some(ValueSource::EnvVariable)
        });
        let variable = variable.and_then(|argument| argument.get_env()?.to_str());
        variable.map_or(shown, str::to_owned)
    };
    for kind in [ContextKind::InvalidArg, ContextKind::PriorArg] {
        let told = match error.get(kind).cloned() {
            Some(ContextValue::String(shown)) => ContextValue::String(said(shown)),
            Some(ContextValue::Strings(shown)) => {
                ContextValue::Strings(shown.into_iter().map(said).collect())
            }
            _ => continue,
        };
        error.insert(kind, told);
    }
    error
}

/// What contradicts what, the one first that names the other as its opposite.
fn clashes<'a>(command: &'a Command, found: &'a ArgMatches, chosen: &Chosen) -> Vec<Clash<'a>> {
    let (deepest, matches) = called(command, found);
    let global = command.get_arguments().filter(|argument| argument.is_global_set());
    let held: Vec<(&Arg, Weight)> = deepest
        .get_arguments()
        .chain(global)
        .filter_map(|argument| Some((argument, weight(argument, matches, found, chosen)?)))
        .collect();
    let mut clashes = Vec::new();
    for own in &held {
        let whose = if own.0.is_global_set() { command } else { deepest };
        let opposites = whose.get_arg_conflicts_with(own.0);
        let others = held.iter().filter(|(other, _)| {
            opposites.iter().any(|opposite| opposite.get_id() == other.get_id())
        });
        clashes.extend(others.map(|other| Clash { own: *own, other: *other }));
    }
    clashes
}

/// The command below that was called, and what was said to it.
fn called<'a>(command: &'a Command, found: &'a ArgMatches) -> (&'a Command, &'a ArgMatches) {
    let deepest = below(found)
        .fold(command, |command, (name, _)| command.find_subcommand(name).unwrap_or(command));
    (deepest, below(found).last().map_or(found, |(_, matches)| matches))
}

/// As in the file; a flag that has only a letter by that.
fn name(argument: &Arg) -> Option<String> {
    argument.get_long().map(str::to_owned).or_else(|| argument.get_short().map(String::from))
}

/// Who sets this flag to something; nobody where it is only the default, or a switch that is off.
fn weight(
    argument: &Arg,
    matches: &ArgMatches,
    found: &ArgMatches,
    chosen: &Chosen,
) -> Option<Weight> {
    let id = argument.get_id().as_str();
    let is_switch = matches!(argument.get_action(), ArgAction::SetTrue);
    if is_said(found, id) {
        let is_off = is_switch && matches.try_get_one::<bool>(id).ok().flatten() == Some(&false);
        let is_flag = matches.value_source(id) == Some(ValueSource::CommandLine);
        let weight = if is_flag { Weight::Flag } else { Weight::Variable };
        return (!is_off).then_some(weight);
    }
    let told = chosen.flags.get(argument.get_long()?)?;
    let is_off = told.value.texts.is_empty() || (is_switch && told.value.texts == ["false"]);
    let weight = if told.profile.is_some() { Weight::Profile } else { Weight::File };
    (!is_off).then_some(weight)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use clap::{Arg, ArgAction, ArgMatches, Command};

    use super::{Opposites, silenced};
    use crate::config::settings::read;

    fn command() -> Command {
        let run = Command::new("run")
            .arg(Arg::new("shards").long("shards").default_value("1"))
            .arg(Arg::new("shard").long("shard").conflicts_with("shards"))
            .arg(Arg::new("plan").long("plan").conflicts_with("shards"))
            .arg(Arg::new("x").short('x').action(ArgAction::SetTrue).conflicts_with("max_failures"))
            .arg(Arg::new("max_failures").long("max-failures"));
        let quiet = Arg::new("quiet").long("quiet").action(ArgAction::SetTrue).global(true);
        let verbose = Arg::new("verbose").long("verbose").action(ArgAction::SetTrue).global(true);
        Command::new("tool").arg(quiet.conflicts_with("verbose")).arg(verbose).subcommand(run)
    }

    fn said(words: &[&str]) -> ArgMatches {
        command().try_get_matches_from(["tool"].iter().chain(words)).unwrap()
    }

    fn of(words: &[&str], file: &str, profile: Option<&str>) -> Result<Vec<String>, Opposites> {
        let settings = read(&command(), Path::new("f.toml"), file, profile).unwrap();
        silenced(&command(), &said(words), &settings.chosen)
            .map(|keys: BTreeSet<String>| keys.into_iter().collect())
    }

    #[test]
    fn who_is_stronger_silences_the_opposite() {
        let run = |flags: &[&'static str]| [&["run"], flags].concat();
        for (words, file, profile, expected) in [
            (run(&["--shards", "2"]), "shard = 'auto'", None, &["shard"][..]),
            (run(&["--shard", "1/2"]), "shards = 4", None, &["shards"]),
            (run(&[]), "shard = 'auto'\n[profile.p]\nshards = 4", Some("p"), &["shard"]),
            (run(&[]), "shards = 4\n[profile.p]\nshard = 'auto'", Some("p"), &["shards"]),
            (run(&[]), "shards = 4", None, &[]),
            (run(&["-x"]), "max-failures = 3", None, &["max-failures"]),
            (run(&["--verbose"]), "quiet = true", None, &["quiet"]),
            (run(&["--verbose"]), "quiet = false", None, &[]),
            // What is silent itself silences nothing.
            (
                run(&["--plan", "p.json"]),
                "shard = 'auto'\n[profile.p]\nshards = 4",
                Some("p"),
                &["shards"],
            ),
        ] {
            assert_eq!(of(&words, file, profile).unwrap(), expected, "{words:?} {file}");
        }
    }

    #[test]
    fn what_a_file_says_against_itself_is_an_error() {
        let error = of(&["run"], "shards = 4\n\nshard = 'auto'", None).unwrap_err();
        let (key, other) = ("shard".to_owned(), "shards".to_owned());
        assert_eq!(error, Opposites { line: 3, key, other });
    }
}
