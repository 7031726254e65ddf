//! Can the settings file be used, and which profile of it holds?

use crate::cli::args::doctor::SettingsFile;
use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::{Subject, shown};
use crate::config::settings::FILE;

pub(super) const SETTINGS: Check = Check { name: "settings", look };

fn look(subject: &Subject<'_>) -> Found {
    match &subject.doctor.settings {
        SettingsFile::None => Found::ok(format!("no `{FILE}`: flags, variables and defaults hold")),
        SettingsFile::Read { path, profile: None } => {
            Found::ok(format!("`{}` can be read", shown(path)))
        }
        SettingsFile::Read { path, profile: Some(profile) } => {
            Found::ok(format!("`{}` can be read, profile `{profile}` holds", shown(path)))
        }
        SettingsFile::Refused(error) => Found::refused(error)
            .with_advice("mend it; all other checks go by flags, variables and defaults alone"),
    }
}
