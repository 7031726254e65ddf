//! An error goes in; a message, a hint and an exit code come out. Nobody else prints errors.

use crate::cli::commands::exec_strategy::{ExecError, Silence};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::ci::node::NodeError;
use crate::config::isolation::ImageError;
use crate::config::settings::SettingsError;
use crate::git::GitError;
use crate::report::junit::merge::JunitMergeError;
use crate::report::text;
use crate::run::list::DiscoverError;
use crate::runner::playwright::install::InstallError;
use crate::runner::playwright::list::ListError;
use crate::runner::playwright::scan::{ScanError, SelectError};
use crate::runner::playwright::workspace::Cause;
use crate::sandbox::SandboxError;
use crate::storage::{self, StorageError};
use crate::timings::import::{IMPORTERS, ImportError};
use crate::timings::store::StoreError;
use crate::wire::envelope::EnvelopeError;
use crate::wire::junit::error::JunitError;
use crate::wire::log_v1::{Entry, Level};
use crate::wire::timings_v1::TimingsFormatError;

/// The user asked for something that cannot be; the text says what and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Refused {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) exit: Exit,
}

/// Prints an error with its causes and gives the exit code for it.
pub(crate) fn report(error: &anyhow::Error, streams: &mut Streams) -> Exit {
    if broken_pipe(error) {
        return Exit::Passed;
    }
    if streams.log().is_json() {
        return log(error, streams);
    }
    let head = streams.coloured(31, "error:");
    let mut causes = causes(error).into_iter();
    let first = causes.next().unwrap_or_default();
    streams.tell(&format!("{head} {}", text::hanging(clipped(&first))));
    for cause in causes {
        streams.tell(&format!("  caused by: {}", text::hanging(clipped(&cause))));
    }
    for detail in details(error) {
        streams.tell(&text::barred(clipped(&detail)));
    }
    let (exit, hint) = judge(error);
    if let Some(hint) = hint {
        let head = streams.coloured(36, "hint:");
        streams.tell(&format!("{head} {hint}"));
    }
    exit
}

/// An error in one sentence, for who goes on after it.
pub(crate) struct Explained {
    /// With its causes.
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) exit: Exit,
}

/// What [`report`] would say and end with.
pub(crate) fn explained(error: &anyhow::Error) -> Explained {
    // Of what shows a place in a file, what it is about and what is wrong there.
    let short = |cause: String| -> String {
        let told: Vec<&str> =
            cause.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        match told.as_slice() {
            [] => String::new(),
            [only] => clipped(only).to_owned(),
            [first, .., last] => clipped(&format!("{first}: {last}")).to_owned(),
        }
    };
    let causes: Vec<String> = causes(error).into_iter().map(short).collect();
    let (exit, hint) = judge(error);
    Explained { message: causes.join(": "), hint, exit }
}

/// What an error says, then each of its causes. Some libraries say a cause at the end of the error
/// itself, and again as its cause: it is told once.
fn causes(error: &anyhow::Error) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for cause in error.chain().map(ToString::to_string) {
        if !told.last().is_some_and(|before| before.ends_with(&cause)) {
            told.push(cause);
        }
    }
    told
}

/// The begin of a text: a message can name what a broken file holds, however long that is.
fn clipped(text: &str) -> &str {
    /// In bytes, more than anybody reads.
    const MOST: usize = 1 << 16;
    &text[..text.floor_char_boundary(MOST)]
}

/// The same as one entry of the log.
fn log(error: &anyhow::Error, streams: &Streams) -> Exit {
    let plain = |text: String| text::strip_ansi(&text).into_owned();
    let mut causes = causes(error).into_iter().map(plain);
    let message = causes.next().unwrap_or_default();
    let details = details(error).into_iter().map(plain).collect();
    let (exit, hint) = judge(error);
    let (caused_by, exit_code) = (causes.collect(), exit.code());
    let entry = Entry::Error { message, caused_by, details, hint, exit_code };
    streams.log().always(Level::Error, &entry);
    exit
}

/// Whoever read our output has seen enough.
fn broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}

/// What belongs to an error besides its causes: each file that could not be loaded, what a
/// program complained about.
fn details(error: &anyhow::Error) -> Vec<String> {
    let exec = error.downcast_ref::<ExecError>();
    if let Some(ExecError::Silent { complaint, .. } | ExecError::Bad { complaint, .. }) = exec {
        return Vec::from_iter((!complaint.is_empty()).then(|| complaint.clone()));
    }
    match error.downcast_ref::<DiscoverError>() {
        Some(DiscoverError::List(ListError::Broken(errors))) => {
            let shown = |error: &crate::model::event::TestError| {
                let place = if error.location.is_empty() {
                    String::new()
                } else {
                    format!("{}: ", error.location)
                };
                format!("{place}{}\n{}", error.message, error.snippet)
            };
            errors.iter().map(shown).collect()
        }
        _ => Vec::new(),
    }
}

fn judge(error: &anyhow::Error) -> (Exit, Option<String>) {
    let some = |hint: &str| Some(hint.to_owned());
    if let Some(refused) = error.downcast_ref::<Refused>() {
        return (refused.exit, refused.hint.clone());
    }
    if let Some(error) = error.downcast_ref::<NodeError>() {
        return (Exit::Usage, Some(error.hint()));
    }
    if let Some(error) = error.downcast_ref::<InstallError>() {
        return (Exit::BadInput, install_hint(error));
    }
    if error.downcast_ref::<ImageError>().is_some() {
        let hint = "leave --image out for the official image of that version, or name one of it";
        return (Exit::NoSandbox, some(hint));
    }
    if let Some(error) = error.downcast_ref::<SandboxError>() {
        return (Exit::NoSandbox, sandbox_hint(error));
    }
    if let Some(error) = error.downcast_ref::<DiscoverError>() {
        return match error {
            DiscoverError::Sandbox(error) => (Exit::NoSandbox, sandbox_hint(error)),
            DiscoverError::Interrupted => (Exit::Interrupted, None),
            DiscoverError::List(ListError::Sharded) => (
                Exit::BadInput,
                some("take `shard` out of the configuration and of what follows `--`"),
            ),
            DiscoverError::List(ListError::Alike(_)) => {
                (Exit::BadInput, some("give every project in the configuration a name of its own"))
            }
            DiscoverError::List(
                ListError::Malformed(_) | ListError::Names | ListError::Broken(_),
            ) => (Exit::BadInput, None),
            DiscoverError::Failed { .. } => (
                Exit::BadInput,
                some("`npx playwright test --list` in the project folder should show the same"),
            ),
        };
    }
    if let Some(error) = selection(error) {
        return match error {
            SelectError::Nothing { .. } => {
                (Exit::Nothing, some("`shardwright discover` shows what there is"))
            }
            SelectError::Glob { .. } | SelectError::Words { .. } => (Exit::Usage, None),
        };
    }
    if let Some(error) = error.downcast_ref::<ExecError>() {
        return (Exit::BadInput, exec_hint(error));
    }
    if let Some(error) = error.downcast_ref::<StoreError>() {
        return (Exit::BadInput, store_hint(error));
    }
    if let Some(error) = error.downcast_ref::<GitError>() {
        return (git_exit(error), some(git_hint(error)));
    }
    if let Some(ImportError::Unknown { .. }) = error.downcast_ref::<ImportError>() {
        let names: Vec<&str> = IMPORTERS.iter().map(|importer| importer.name()).collect();
        let hint = format!("known are {}; --input-format NAME names one", names.join(", "));
        return (Exit::BadInput, Some(hint));
    }
    if let Some(JunitMergeError::Read(error)) = error.downcast_ref::<JunitMergeError>() {
        return (Exit::BadInput, junit_hint(error));
    }
    if let Some(SettingsError::NoProfile { .. }) = error.downcast_ref::<SettingsError>() {
        return (Exit::Usage, None);
    }
    if let Some(error) = error.downcast_ref::<StorageError>() {
        return storage(error);
    }
    // What clap refuses never comes here: all that is left are files that cannot be used.
    (Exit::BadInput, None)
}

/// What is wrong with object storage. Where it cannot be used, nobody is to blame for a file.
fn storage(error: &StorageError) -> (Exit, Option<String>) {
    let hint = match error {
        StorageError::Unusable { refusal: storage::Refusal::NotFound, .. } => {
            "is there such a bucket, container or folder? none is made"
        }
        StorageError::Unusable { refusal: storage::Refusal::Denied, .. } => {
            "credentials come from the environment (AWS_*, GOOGLE_*, AZURE_*) or the machine's role; \
             they have to list, read and write below that prefix"
        }
        StorageError::Unusable { .. } | StorageError::Write { .. } => {
            return (Exit::NoSandbox, None);
        }
        StorageError::Variable { .. } => return (Exit::Usage, None),
        StorageError::Crowded { .. } => "give each run a prefix of its own",
        StorageError::Name { .. } => "no run of ours leaves such a name: who else writes there?",
        StorageError::Format { .. } => "was it changed, or written by a newer shardwright?",
        StorageError::Nothing { .. } => {
            "is it the URL that the nodes had as `run --artifacts URL`?"
        }
    };
    let is_unusable = matches!(error, StorageError::Unusable { .. });
    let exit = if is_unusable { Exit::NoSandbox } else { Exit::BadInput };
    (exit, Some(hint.to_owned()))
}

/// What is wrong with the choice of tests, whoever looked for them.
fn selection(error: &anyhow::Error) -> Option<&SelectError> {
    match error.downcast_ref::<ScanError>() {
        Some(ScanError::Select(error)) => Some(error),
        _ => error.downcast_ref::<SelectError>(),
    }
}

fn junit_hint(error: &JunitError) -> Option<String> {
    let hint = match error {
        JunitError::Truncated { .. } | JunitError::Empty { .. } => {
            "the job that wrote it was killed or is still at it: run it again, or leave the file out"
        }
        JunitError::Root { .. } | JunitError::Rootless { .. } => {
            "leave it out, or write JUnit XML with the tool that made it"
        }
        JunitError::Encoding { .. } => "write it as UTF-8",
        JunitError::Xml { .. }
        | JunitError::Attributes { .. }
        | JunitError::Name { .. }
        | JunitError::Inside { .. }
        | JunitError::Entity { .. } => "mend the file or leave it out; nothing was written",
        JunitError::Depth { .. } | JunitError::Crowded { .. } | JunitError::TooLong { .. } => {
            "no tool writes such a report; leave the file out"
        }
        JunitError::Read { .. } => return None,
    };
    Some(hint.to_owned())
}

fn store_hint(error: &StoreError) -> Option<String> {
    let conflict = |source: &TimingsFormatError| {
        matches!(source, TimingsFormatError::Envelope(EnvelopeError::Conflict { .. }))
    };
    let is_newer = |source: &TimingsFormatError| {
        matches!(source, TimingsFormatError::Envelope(EnvelopeError::Newer { .. }))
    };
    let hint = match error {
        StoreError::Format { source, .. } if is_newer(source) => {
            "update shardwright; the file was left as it is"
        }
        StoreError::Format { source, .. } if conflict(source) => {
            "`shardwright timings merge --conflicted` resolves them; the file was left as it is"
        }
        StoreError::NotText { .. } | StoreError::Format { .. } => {
            "mend the file, or remove it to start with no history; it was left as it is"
        }
        StoreError::Read { .. } | StoreError::Write { .. } => return None,
    };
    Some(hint.to_owned())
}

fn install_hint(error: &InstallError) -> Option<String> {
    let hint = match error {
        InstallError::NoProject(_) => "name the project folder with -C DIR",
        InstallError::NoConfig(_) => {
            "name the project folder with -C DIR, or the configuration with -c FILE"
        }
        InstallError::NoPackage(_) => {
            "run `npm ci` there first; `--discover scan` plans without Playwright"
        }
        InstallError::PlugAndPlay { .. } => {
            "set `nodeLinker: node-modules` in `.yarnrc.yml` and run `yarn install`; `--discover \
             scan` plans without Playwright"
        }
        InstallError::TooWide(error) => wide_hint(&error.cause),
        InstallError::TooOld(_) => "run `npm install -D @playwright/test@latest`",
        InstallError::NoSuchConfig(_) | InstallError::BadPackage { .. } => return None,
    };
    Some(hint.to_owned())
}

/// How to keep the workspace narrow.
fn wide_hint(cause: &Cause) -> &'static str {
    match cause {
        Cause::Config { link, real, .. } if link != real => {
            "put the configuration itself in the place of the link, or name it with -c FILE"
        }
        Cause::Config { .. } => {
            "name with -C a folder that holds the configuration and the tests, and no more"
        }
        Cause::Modules(_) => {
            "install Playwright in the project folder: `npm install -D @playwright/test`"
        }
        Cause::Playwright { .. } => {
            "install Playwright in the project folder: `npm install -D @playwright/test`; with pnpm, \
             set `enableGlobalVirtualStore: false`"
        }
        Cause::Monorepo(_) => {
            "remove that file where the project is not part of it, or make the project a repository \
             of its own: `git init`"
        }
        Cause::Link { .. } => {
            "install the package in the place of the link, or keep both in a repository that holds \
             nothing else"
        }
        Cause::Settings(_) => {
            "put a `tsconfig.json` into the project folder, or make it a repository of its own: \
             `git init`"
        }
        Cause::Alias { .. } => {
            "let the aliases lead to nothing but the project's own sources, or make the project a \
             repository of its own: `git init`"
        }
    }
}

fn exec_hint(error: &ExecError) -> Option<String> {
    let hint = match error {
        ExecError::Silent { program, source: Silence::NotFound { beside: true }, .. } => {
            return Some(format!(
                "a name without a slash is looked for on PATH; the file in the project folder is \
                 `exec:./{}`",
                text::terminal(program)
            ));
        }
        ExecError::Silent { source: Silence::NotFound { .. }, .. } => {
            "a path with a slash counts from the project folder, a name is looked for on PATH"
        }
        ExecError::Silent { source: Silence::Spawn(_), .. } => {
            "is it executable, and does a script begin with `#!`?"
        }
        ExecError::Silent { .. } => return None,
        ExecError::Bad { .. } => {
            "expected is {\"shards\": [[\"g1\", \"g3\"], [\"g2\"]]}, each group of the question once"
        }
    };
    Some(hint.to_owned())
}

fn git_exit(error: &GitError) -> Exit {
    if let GitError::Push { .. } = error { Exit::Incomplete } else { Exit::BadInput }
}

/// What to do about git; also where it is only a warning.
pub(crate) fn git_hint(error: &GitError) -> &'static str {
    match error {
        GitError::Push { .. } => {
            "may this job push (on GitHub `permissions: contents: write`)? where the branch is \
             protected, push to another with --branch NAME and open a pull request"
        }
        GitError::Start(_) => "install git, or see that it is on PATH",
        GitError::Failed { command, source } => refusal_hint(command, &source.0),
        GitError::Folder { .. } => {
            "the timings file is looked for in the project folder (-C DIR), which has to be in a \
             repository"
        }
        GitError::NoFile { .. } | GitError::NoText { .. } => {
            "name another file with --timings FILE"
        }
    }
}

/// What to do where git refuses, by the command and by what it says.
fn refusal_hint(command: &str, said: &str) -> &'static str {
    if said.contains("safe.directory") {
        "git works in no folder of another user until it is told that this is fine: see what it \
         says above"
    } else if command == "rev-parse" {
        "the timings file is looked for in the project folder (-C DIR), which has to be in a \
         repository"
    } else if said.contains(".lock': File exists") {
        "another git is at work in this repository; try again when it has ended, or remove the \
         lock that a killed one left"
    } else if command == "commit-tree" && said.contains("sign") {
        "this repository signs its commits (`commit.gpgSign`): see that the key is here, or let \
         this clone not sign: `git config commit.gpgSign false`"
    } else {
        "git itself says above why; mend that in the repository and try again"
    }
}

fn sandbox_hint(error: &SandboxError) -> Option<String> {
    let hint = match error {
        SandboxError::NoEngine { .. } => {
            "install and start Docker, or run without containers and their locks: \
             --isolation process"
        }
        SandboxError::NoImage { .. } => {
            "see that the registry can be reached, or name an image that is here: --image IMAGE"
        }
        SandboxError::NoSystem => "run them on Linux or macOS",
        SandboxError::NoView { .. } => "see that the engine runs on this machine",
        SandboxError::Spawn { .. } => "install Node.js, or see that it is on PATH",
        SandboxError::Engine(_)
        | SandboxError::Write { .. }
        | SandboxError::Left { .. }
        | SandboxError::Script { .. } => return None,
    };
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::cli::exit::Exit;
    use crate::cli::failure::{causes, judge, refusal_hint};
    use crate::runner::playwright::scan::{ScanError, SelectError};

    #[test]
    fn what_an_error_says_already_is_no_cause_of_its_own() {
        let cause = anyhow::anyhow!("the tag is not closed").context("line 3");
        assert_eq!(causes(&cause), ["line 3", "the tag is not closed"]);
        let said_twice = cause.context("bad XML: line 3").context("cannot read it");
        let told = ["cannot read it", "bad XML: line 3", "the tag is not closed"];
        assert_eq!(causes(&said_twice), told);
    }

    #[test]
    fn what_git_refuses_has_the_remedy_of_what_it_says() {
        let owned = "fatal: detected dubious ownership in repository at '/x'\n\tgit config --global \
                     --add safe.directory /x";
        for (command, said, hint) in [
            ("rev-parse", owned, "git works in no folder of another user"),
            ("rev-parse", "fatal: not a git repository", "the timings file is looked for"),
            ("update-index", "Unable to create '/x/.git/index.lock': File exists.", "another git"),
            ("commit-tree", "error: gpg failed to sign the data:", "this repository signs"),
            ("commit-tree", "fatal: unable to write new file", "git itself says above why"),
        ] {
            assert!(refusal_hint(command, said).starts_with(hint), "{command}: {said}");
        }
    }

    #[test]
    fn a_choice_of_nothing_ends_alike_whoever_looked() {
        let nothing = || SelectError::Nothing { glob: "x".to_owned() };
        assert_eq!(judge(&nothing().into()).0, Exit::Nothing);
        assert_eq!(judge(&ScanError::Select(nothing()).into()).0, Exit::Nothing);
        let project = ScanError::Project { name: "x".to_owned(), available: "`y`".to_owned() };
        assert_eq!(judge(&project.into()).0, Exit::BadInput);
    }
}
