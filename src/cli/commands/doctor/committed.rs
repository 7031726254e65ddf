//! Is the history in git, so that every machine makes the same plan, and how old is it?

use std::time::Duration;

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::{Subject, shown};
use crate::cli::commands::dry_run::quoted;
use crate::git::{GitError, Repository};
use crate::report::facts::number_of;

pub(super) const COMMITTED: Check = Check { name: "committed", look };

/// Suites change; an older history knows less of them.
const OLD: Duration = Duration::from_hours(90 * 24);

fn look(subject: &Subject<'_>) -> Found {
    let file = &subject.args.plan.timings;
    if !subject.project.join(file).is_file() {
        return Found::ok("there is no history yet");
    }
    let name = shown(file);
    match subject.repository(file) {
        Ok(repository) => {
            stands(subject, &repository).unwrap_or_else(|error| unknown(&name, &error))
        }
        Err(error) => unknown(&name, &error),
    }
}

fn unknown(name: &str, error: &GitError) -> Found {
    let why = match error {
        GitError::Start(_) => "there is no git here",
        GitError::Failed { .. }
        | GitError::Folder { .. }
        | GitError::NoText { .. }
        | GitError::NoFile { .. }
        | GitError::Push { .. } => "it is in no git repository",
    };
    Found::note(format!("`{name}` stays on this machine: {why}"))
        .with_advice("commit it, so that every machine makes the same plan")
}

fn stands(subject: &Subject<'_>, repository: &Repository) -> Result<Found, GitError> {
    let file = &subject.args.plan.timings;
    let name = shown(file);
    let add = subject.in_project(&format!("git add {}", quoted(&name)));
    if !repository.knows_file()? {
        let path = subject.project.join(file);
        let found = match repository.ignored_by(&path)? {
            Some(rule) => Found::warning(format!("`{name}` is ignored by git ({rule})"))
                .with_advice("take that line away, so that every machine makes the same plan"),
            None => Found::note(format!("`{name}` is not committed"))
                .with_advice("commit it, so that every machine makes the same plan")
                .with_command(add),
        };
        return Ok(found);
    }
    Ok(match repository.age()? {
        None => Found::note(format!("`{name}` is added to git and not committed yet")),
        Some(age) if age > OLD => Found::note(format!("`{name}` was committed {} ago", days(age)))
            .with_advice("`shardwright timings commit DIR` in CI keeps it young"),
        Some(age) => Found::ok(format!("`{name}` was committed {} ago", days(age))),
    })
}

/// As in `3 days`; less than one is hours.
fn days(age: Duration) -> String {
    let hours = usize::try_from(age.as_secs() / 3600).unwrap_or(usize::MAX);
    match hours {
        0 => "less than an hour".to_owned(),
        1..48 => number_of(hours, "hour"),
        _ => number_of(hours / 24, "day"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::days;

    #[test]
    fn an_age_is_told_in_whole_hours_or_days() {
        let told = |hours| days(Duration::from_hours(hours));
        assert_eq!(told(0), "less than an hour");
        assert_eq!(told(1), "1 hour");
        assert_eq!(told(47), "47 hours");
        assert_eq!(told(71), "2 days");
    }
}
