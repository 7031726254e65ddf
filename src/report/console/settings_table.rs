//! What a command goes by, as a table.

use std::fmt::Write;

use crate::model::setting::{Configuration, Setting, Source};
use crate::report::console::tables::table;
use crate::report::text;

/// Each setting, its value and who says so.
pub(crate) fn settings(configuration: &Configuration) -> String {
    let Configuration { command, file, profile, settings } = configuration;
    let mut table = table(&["setting", "value", "from"]);
    for setting in settings {
        let Setting { name, values, source, .. } = setting;
        let value = if values.is_empty() { "–".to_owned() } else { values.join(", ") };
        let from = from(source, file.as_deref());
        table.add_row([name, &value, &from].map(|cell| text::terminal(cell)));
    }
    let mut page = format!("{}\n`shardwright {command}`", table.trim_fmt());
    match (file, profile) {
        (None, _) => page += "; there is no settings file",
        (Some(file), None) => {
            write!(page, " with `{}`", text::terminal(file)).ok();
        }
        (Some(file), Some(profile)) => {
            let (file, profile) = (text::terminal(file), text::terminal(profile));
            write!(page, " with `{file}`, profile `{profile}`").ok();
        }
    }
    page.push('\n');
    page
}

fn from(source: &Source, file: Option<&str>) -> String {
    // The path stands below the table, and may be long.
    let name = file.and_then(|file| file.rsplit('/').next()).unwrap_or_default();
    match source {
        Source::Flag(flag) => flag.clone(),
        Source::Variable(name) => name.clone(),
        Source::File { line, profile: None } => format!("{name}, line {line}"),
        Source::File { line, profile: Some(profile) } => {
            format!("{name}, line {line}, profile {profile}")
        }
        Source::BuiltIn => "built in".to_owned(),
    }
}
