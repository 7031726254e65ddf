//! The text of a `tsconfig.json`, comments and all, goes in; the files that it leads to come out.

use super::config::exported;
use super::parse::with_program;
use super::value::{Fields, Value};
use super::walk::Walker;

/// What decides where imports lead; all as it is written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TsConfig {
    /// Other such files that it is based on, or the packages that hold them.
    pub(crate) extends: Vec<String>,
    /// Other such files, or their folders, for other parts of the sources.
    pub(crate) references: Vec<String>,
    /// What `paths` counts from, where that is not the file's own folder.
    pub(crate) base_url: Option<String>,
    /// Where aliases lead: paths with at most one `*`.
    pub(crate) targets: Vec<String>,
}

/// Reads it; what is no such text leads nowhere.
pub(crate) fn read(text: &str) -> TsConfig {
    // JSON with comments and commas at the end is an expression of TypeScript.
    let source = format!("export default {}", text.trim_start_matches('\u{feff}'));
    let read = with_program("tsconfig.ts", &source, |program| {
        let mut walker = Walker::new(&source);
        walker.program(program);
        match exported(program).map(|expression| walker.value(expression)) {
            Some(Value::Object(fields)) => of(&fields),
            _ => TsConfig::default(),
        }
    });
    read.unwrap_or_default()
}

fn of(fields: &Fields<'_>) -> TsConfig {
    let options = match fields.get("compilerOptions") {
        Value::Object(options) => (*options).clone(),
        _ => Fields::default(),
    };
    let references = match fields.get("references") {
        Value::List(items) => items.iter().flat_map(|item| texts(&item.member("path"))).collect(),
        _ => Vec::new(),
    };
    let targets = match options.get("paths") {
        Value::Object(paths) => paths.entries.iter().flat_map(|(_, value)| texts(value)).collect(),
        _ => Vec::new(),
    };
    TsConfig {
        extends: texts(&fields.get("extends")),
        references,
        base_url: options.get("baseUrl").as_text().map(str::to_owned),
        targets,
    }
}

/// A text, or those of a list.
fn texts(value: &Value<'_>) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.to_string()],
        Value::List(items) => {
            items.iter().filter_map(|item| item.as_text().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{TsConfig, read};

    #[test]
    fn comments_and_commas_are_read_over() {
        let text = "\u{feff}// ours\n{ \"extends\": [\"../base\", \"@acme/ts\"], /* */ \"compilerOptions\": {\n\
                    \"baseUrl\": \".\", \"paths\": { \"@lib/*\": [\"../lib/*\", \"gen/*\",], } },\n\
                    \"references\": [{ \"path\": \"../app\" }], }";
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let expected = TsConfig {
            extends: owned(&["../base", "@acme/ts"]),
            references: owned(&["../app"]),
            base_url: Some(".".to_owned()),
            targets: owned(&["../lib/*", "gen/*"]),
        };
        assert_eq!(read(text), expected);
        assert_eq!(read("{ \"extends\": "), TsConfig::default());
    }
}
