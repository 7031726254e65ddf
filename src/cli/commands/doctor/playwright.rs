//! Is Playwright installed, and what can be done with its version?

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::cli::commands::manager::{self, Manager};
use crate::config::project::check_workspace;
use crate::platform::regular::{self, SOURCE};
use crate::runner::playwright::install::{Install, InstallError, Version};

pub(super) const PLAYWRIGHT: Check = Check { name: "playwright", look };

fn look(subject: &Subject<'_>) -> Found {
    let install = match &subject.install {
        Ok(install) => install,
        Err(error) => return missing(subject, error),
    };
    if let Err(error) = check_workspace(install, &subject.args.sandbox, subject.environment) {
        return Found::refused(&error.into());
    }
    let Install { version, .. } = install;
    if subject.is_played() {
        return Found::ok("not needed: a script plays the suite");
    }
    if version.chooses() {
        return Found::ok(format!(
            "Playwright {version}: it can be told late which tests to run (`preprocess`), so a node of \
             a CI matrix loads the suite once"
        ));
    }
    let newer = Version::CHOOSES;
    Found::note(format!(
        "Playwright {version}: a node of a CI matrix loads the suite twice; from 1.{newer} \
         (`preprocess`) once"
    ))
    .with_command(newest(subject))
}

fn missing(subject: &Subject<'_>, error: &anyhow::Error) -> Found {
    match error.downcast_ref::<InstallError>() {
        Some(
            InstallError::NoProject(_) | InstallError::NoConfig(_) | InstallError::NoSuchConfig(_),
        ) => Found::unseen("it is looked for beside the Playwright configuration"),
        Some(InstallError::NoPackage(_)) => {
            let manager = manager(subject);
            let command = if is_named(subject) {
                manager.install.to_owned()
            } else {
                format!("{} @playwright/test", manager.add)
            };
            Found::refused(error).without_advice().with_command(subject.in_project(&command))
        }
        Some(InstallError::TooOld(_)) => {
            Found::refused(error).without_advice().with_command(newest(subject))
        }
        Some(
            InstallError::BadPackage { .. }
            | InstallError::TooWide(_)
            | InstallError::PlugAndPlay { .. },
        )
        | None => Found::refused(error),
    }
}

fn newest(subject: &Subject<'_>) -> String {
    subject.in_project(&format!("{} @playwright/test@latest", manager(subject).add))
}

/// That of the nearest lock file, which in a monorepo lies above the project; npm where there is
/// none.
fn manager(subject: &Subject<'_>) -> &'static Manager {
    let top = subject.project.ancestors().last().unwrap_or(&subject.project);
    manager::find(&subject.project, top).manager
}

/// Whether the project wants Playwright already.
fn is_named(subject: &Subject<'_>) -> bool {
    let text = regular::text(&subject.project.join("package.json"), SOURCE);
    text.is_ok_and(|text| text.contains("\"@playwright/test\""))
}
