//! Is Playwright installed, and what can be done with its version?

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::config::project::check_workspace;
use crate::runner::playwright::install::{Install, InstallError, Version};

pub(super) const PLAYWRIGHT: Check = Check { name: "playwright", look };

/// What a project's lock file is called, and how its packages are installed and added.
const MANAGERS: [(&str, &str, &str); 6] = [
    ("pnpm-lock.yaml", "pnpm install --frozen-lockfile", "pnpm add -D"),
    ("yarn.lock", "yarn install", "yarn add -D"),
    ("bun.lock", "bun install", "bun add -d"),
    ("bun.lockb", "bun install", "bun add -d"),
    ("package-lock.json", "npm ci", "npm install -D"),
    ("npm-shrinkwrap.json", "npm ci", "npm install -D"),
];

fn look(subject: &Subject<'_>) -> Found {
    let install = match &subject.install {
        Ok(install) => install,
        Err(error) => return missing(subject, error),
    };
    if let Err(error) = check_workspace(install, subject.environment) {
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
        "Playwright {version}: tests are chosen by `--last-failed`; from 1.{newer} (`preprocess`) a \
         node of a CI matrix loads the suite once, not twice"
    ))
    .with_command(newest(subject))
}

fn missing(subject: &Subject<'_>, error: &anyhow::Error) -> Found {
    match error.downcast_ref::<InstallError>() {
        Some(
            InstallError::NoProject(_) | InstallError::NoConfig(_) | InstallError::NoSuchConfig(_),
        ) => Found::unseen("it is looked for beside the Playwright configuration"),
        Some(InstallError::NoPackage(_)) => {
            let (_, install, add) = manager(subject);
            let is_named = is_named(subject);
            let command =
                if is_named { install.to_owned() } else { format!("{add} @playwright/test") };
            Found::refused(error).without_advice().with_command(subject.in_project(&command))
        }
        Some(InstallError::TooOld(_)) => {
            Found::refused(error).without_advice().with_command(newest(subject))
        }
        Some(InstallError::BadPackage { .. } | InstallError::TooWide { .. }) | None => {
            Found::refused(error)
        }
    }
}

fn newest(subject: &Subject<'_>) -> String {
    let (_, _, add) = manager(subject);
    subject.in_project(&format!("{add} @playwright/test@latest"))
}

/// That of the nearest lock file, which in a monorepo lies above the project; npm where there is
/// none.
fn manager(subject: &Subject<'_>) -> (&'static str, &'static str, &'static str) {
    let of = |folder: &std::path::Path| {
        MANAGERS.into_iter().find(|(lock, _, _)| folder.join(lock).is_file())
    };
    subject.project.ancestors().find_map(of).unwrap_or(("", "npm install", "npm install -D"))
}

/// Whether the project wants Playwright already.
fn is_named(subject: &Subject<'_>) -> bool {
    let text = std::fs::read_to_string(subject.project.join("package.json"));
    text.is_ok_and(|text| text.contains("\"@playwright/test\""))
}
