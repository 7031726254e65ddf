//! Can the output folder be used, and does git leave it alone?

use std::path::Path;

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::{Subject, shown};
use crate::cli::commands::dry_run::quoted;
use crate::cli::commands::output::{self, PLAN};
use crate::runner::playwright::install::real;

pub(super) const OUTPUT: Check = Check { name: "output", look };

fn look(subject: &Subject<'_>) -> Found {
    let folder = &subject.args.run.report.output;
    let path = real(&subject.project.join(folder));
    if let Err(error) = output::check(&path) {
        return Found::refused(&error.into());
    }
    let name = shown(folder);
    // Some file in it, because the folder itself may not be there yet.
    let ignored = subject
        .repository(Path::new(PLAN))
        .and_then(|repository| repository.ignored_by(&path.join(PLAN)));
    match ignored {
        Ok(Some(_)) => Found::ok(format!("`{name}` can be written, git ignores it")),
        Ok(None) => {
            let line = quoted(&format!("{}/", name.trim_end_matches('/')));
            Found::note(format!("git does not ignore `{name}`: reports may be committed by chance"))
                .with_command(subject.in_project(&format!("echo {line} >> .gitignore")))
        }
        Err(_) => Found::ok(format!("`{name}` can be written, it is in no git repository")),
    }
}
