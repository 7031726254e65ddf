//! Does git know how to merge the history of two branches?

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::{Subject, shown};
use crate::cli::commands::dry_run::quoted;
use crate::git::{GitError, Repository};

pub(super) const MERGE_DRIVER: Check = Check { name: "merge-driver", look };

/// What git is told to start.
const DRIVER: &str = "shardwright timings merge-driver %O %A %B";
/// The name that docs/timings.md gives it.
const NAME: &str = "shardwright";

fn look(subject: &Subject<'_>) -> Found {
    let file = &subject.args.plan.timings;
    if !subject.project.join(file).is_file() {
        return Found::ok("there is no history yet");
    }
    let stands = subject.repository(file).and_then(|repository| stands(subject, &repository));
    stands.unwrap_or_else(|error| match error {
        GitError::Start(_) => Found::unseen("there is no git here"),
        GitError::Failed { .. }
        | GitError::Folder { .. }
        | GitError::NoText { .. }
        | GitError::NoFile { .. }
        | GitError::Push { .. } => Found::ok("not needed: the history is in no git repository"),
    })
}

fn stands(subject: &Subject<'_>, repository: &Repository) -> Result<Found, GitError> {
    let name = shown(&subject.args.plan.timings);
    let tell = |driver: &str| format!("git config merge.{driver}.driver {}", quoted(DRIVER));
    Ok(match repository.merge_driver()? {
        None => {
            let line = quoted(&format!("{name} merge={NAME}"));
            Found::note(format!("git merges `{name}` as text: two branches may conflict in it"))
                .with_command(
                    subject.in_project(&format!("echo {line} >> .gitattributes && {}", tell(NAME))),
                )
        }
        Some(driver) if repository.has_driver(&driver)? => {
            Found::ok(format!("git merges `{name}` by the driver `{driver}`"))
        }
        Some(driver) => Found::warning(format!(
            "this clone knows no merge driver `{driver}`, which .gitattributes names for `{name}`"
        ))
        .with_command(subject.in_project(&tell(&quoted(&driver)))),
    })
}
