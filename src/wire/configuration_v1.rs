//! What a command goes by as JSON, version 1: what `--show-config --format json` prints.

use serde::Serialize;

use crate::model::setting::{Configuration, Setting, Source};

#[derive(Serialize)]
struct ConfigurationFile<'a> {
    format: &'static str,
    version: u32,
    command: &'a str,
    /// None where there is no settings file.
    file: Option<&'a str>,
    profile: Option<&'a str>,
    settings: Vec<SettingEntry<'a>>,
}

#[derive(Serialize)]
struct SettingEntry<'a> {
    name: &'a str,
    value: ValueEntry<'a>,
    source: SourceEntry<'a>,
}

/// Texts, as the command line would be told them.
#[derive(Serialize)]
#[serde(untagged)]
enum ValueEntry<'a> {
    List(&'a [String]),
    One(Option<&'a str>),
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum SourceEntry<'a> {
    Flag { flag: &'a str },
    Variable { variable: &'a str },
    File { line: usize, profile: Option<&'a str> },
    BuiltIn,
}

/// The text, with a line feed at its end.
pub(crate) fn write(configuration: &Configuration) -> String {
    let Configuration { command, file, profile, settings } = configuration;
    let file = ConfigurationFile {
        format: "shardwright.configuration",
        version: 1,
        command,
        file: file.as_deref(),
        profile: profile.as_deref(),
        settings: settings.iter().map(SettingEntry::from).collect(),
    };
    let mut text = serde_json::to_string_pretty(&file).expect("names and values are JSON");
    text.push('\n');
    text
}

impl<'a> From<&'a Setting> for SettingEntry<'a> {
    fn from(setting: &'a Setting) -> Self {
        let Setting { name, values, is_list, source } = setting;
        let value = match is_list {
            true => ValueEntry::List(values),
            false => ValueEntry::One(values.first().map(String::as_str)),
        };
        let source = match source {
            Source::Flag(flag) => SourceEntry::Flag { flag },
            Source::Variable(variable) => SourceEntry::Variable { variable },
            Source::File { line, profile } => {
                SourceEntry::File { line: *line, profile: profile.as_deref() }
            }
            Source::BuiltIn => SourceEntry::BuiltIn,
        };
        Self { name, value, source }
    }
}

#[cfg(test)]
mod tests {
    use crate::model::setting::{Configuration, Setting, Source};
    use crate::wire::configuration_v1::write;

    const GOLDEN: &str = include_str!("../../fixtures/wire/configuration-v1.json");

    #[test]
    fn the_golden_file_of_version_1_is_what_is_written() {
        let setting = |name: &str, values: &[&str], is_list, source| Setting {
            name: name.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            is_list,
            source,
        };
        let ci = Some("ci".to_owned());
        let settings = vec![
            setting("shards", &["4"], false, Source::Flag("--shards".to_owned())),
            setting("env", &["A", "B"], true, Source::File { line: 3, profile: None }),
            setting("jobs", &["2"], false, Source::File { line: 7, profile: ci.clone() }),
            setting("log-level", &["debug"], false, Source::Variable("SHARDWRIGHT_LOG".to_owned())),
            setting("grep", &[], false, Source::BuiltIn),
        ];
        let (command, file) = ("run".to_owned(), Some("./shardwright.toml".to_owned()));
        assert_eq!(write(&Configuration { command, file, profile: ci, settings }), GOLDEN);
    }
}
