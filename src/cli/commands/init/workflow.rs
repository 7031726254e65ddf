//! A project and a CI system go in, the text of its workflow comes out.

use std::iter::repeat_n;
use std::path::Path;

use super::ci::Ci;
use super::quote;
use super::survey::{Project, Size};
use super::template::{Values, fill};
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::report::text;
use crate::runner::playwright::install::Version;

/// What is taken where nobody asks for a version of Playwright.
const VERSION: &str = "1.65.1";

/// How many shards such a suite gets to start with; later `plan --shards auto` knows better.
pub(super) fn shards(size: Option<Size>) -> usize {
    /// A few minutes of most suites.
    const TESTS_OF_A_SHARD: usize = 25;
    const UNKNOWN: usize = 4;
    let Some(Size { tests, groups }) = size else { return UNKNOWN };
    tests.div_ceil(TESTS_OF_A_SHARD).min(groups).clamp(2, 8)
}

/// The workflow that runs a project's tests in so many nodes.
pub(super) fn text(project: &Project, ci: &Ci, shards: usize) -> Result<String, Refused> {
    let folder = from_top(project, &project.folder, ci)?;
    let mut values = Values::default();
    count(&mut values, shards);
    install(&mut values, project, ci)?;
    let within = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let word = |text: &str| if text.is_empty() { String::new() } else { quote::shell(text) };
    let artifacts = quote::shell(&format!("{within}shardwright-report/**/*"));
    let option = if folder.is_empty() { String::new() } else { format!(" -C {}", word(&folder)) };
    values.set("C", [option]);
    values.set("ARG_IN", [word(&within)]);
    values.set("ARTIFACTS", [artifacts]);
    values.set("IN", [within]);
    values.set("FOLDER", Some(folder).filter(|folder| !folder.is_empty()));
    let branch = project.main_branch.as_deref().filter(|name| is_branch(name));
    values.set("BRANCH", [branch.unwrap_or("main").to_owned()]);
    let version = project.version.as_deref().unwrap_or(VERSION).to_owned();
    values.set("IMAGE", [Version::from(version).image()]);
    Ok(fill(ci.template, &values, ci.quote))
}

/// What says how many nodes there are.
fn count(values: &mut Values, shards: usize) {
    const WORDS: [&str; 9] = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"];
    let word = WORDS.get(shards).map_or_else(|| shards.to_string(), |word| (*word).to_owned());
    let list =
        |each: fn(usize) -> String| (1..=shards).map(each).collect::<Vec<String>>().join(", ");
    values.set("WORD", [word.to_lowercase()]);
    values.set("BEGIN", [word]);
    values.set("COUNT", [shards.to_string()]);
    values.set("SHARDS", [list(|shard| shard.to_string())]);
    values.set("AXIS", [list(|shard| format!("'{shard}'"))]);
    values.set("OTHER_NODE", repeat_n("*node".to_owned(), shards.saturating_sub(1)));
}

/// What installs the project, as steps of GitHub Actions and as lines for a shell.
fn install(values: &mut Values, project: &Project, ci: &Ci) -> Result<(), Refused> {
    let (manager, lock) = (project.installed.manager, project.installed.lock.as_deref());
    let folder = lock.and_then(Path::parent).unwrap_or(&project.folder);
    let folder = from_top(project, folder, ci)?;
    let file = lock.and_then(Path::file_name).and_then(|name| name.to_str());
    let whole = file.map(|file| format!("{folder}/{file}"));
    let is_top = folder.is_empty();
    let line = if is_top {
        manager.install.to_owned()
    } else {
        format!("(cd {} && {})", quote::shell(&folder), manager.install)
    };
    let before = manager.before.map(str::to_owned);
    values.set("SET_UP", before.into_iter().chain([line]));
    values.set("INSTALL", [manager.install.to_owned()]);
    values.set("INSTALL_FOLDER", (!is_top).then_some(folder));
    values.set("ACTION_STEP", manager.step.map(str::to_owned));
    values.set("CACHE", manager.cache.map(str::to_owned));
    values.set("LOCK", whole.filter(|_| !is_top && manager.cache.is_some()));
    values.set("LOCK_NAME", [file.unwrap_or("package.json").to_owned()]);
    Ok(())
}

/// A folder from the top of the repository, as workflows name it; empty for the top itself.
fn from_top(project: &Project, folder: &Path, ci: &Ci) -> Result<String, Refused> {
    let path = folder.strip_prefix(&project.top).unwrap_or(folder);
    match path.to_str() {
        Some(name) if is_fit(name, ci.special) => Ok(name.to_owned()),
        _ => Err(Refused {
            message: format!(
                "no workflow of {} can name the folder `{}`: a character in it means something \
                 else there",
                ci.title,
                text::terminal(&path.to_string_lossy())
            ),
            hint: Some("rename it, or write the settings alone with --ci none".to_owned()),
            exit: Exit::BadInput,
        }),
    }
}

/// Whether a path means itself: no CI fills anything in, takes it for a pattern or for an option,
/// and no line of the file can be read otherwise than it is shown.
fn is_fit(path: &str, special: &[char]) -> bool {
    const SPECIAL: &str = "$*?[]{}<>\\,";
    let is_special = |c: char| SPECIAL.contains(c) || special.contains(&c);
    text::terminal(path) == path && !path.starts_with(['-', '!', '~']) && !path.contains(is_special)
}

/// Whether a branch's name can stand in an expression of any CI.
fn is_branch(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || "._/-".contains(c))
}
