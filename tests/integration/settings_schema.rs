//! `shardwright.schema.json`: it is that of the flags as they are now, and it says of settings what
//! the tool says of them.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::{repository, shardwright};

const FILE: &str = "shardwright.schema.json";

fn schema() -> Value {
    let text = fs::read_to_string(repository().join(FILE)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Whether the schema accepts settings.
struct Schema(boon::Schemas, boon::SchemaIndex);

impl Schema {
    fn new() -> Self {
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler.add_resource(FILE, schema()).unwrap();
        let index =
            compiler.compile(FILE, &mut schemas).unwrap_or_else(|error| panic!("{error:#}"));
        Self(schemas, index)
    }

    fn accepts(&self, settings: &Value) -> bool {
        self.0.validate(settings, self.1).is_ok()
    }
}

#[test]
fn the_shipped_schema_is_up_to_date() {
    let said = shardwright(&repository(), &["schema"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let shipped = fs::read_to_string(repository().join(FILE)).unwrap();
    assert!(said.stdout == shipped, "{FILE} is old: run `make completions`");
}

#[test]
fn every_key_has_a_description_and_says_what_it_takes() {
    let schema = schema();
    let definitions = schema["definitions"].as_object().unwrap();
    assert!(definitions.len() > 50, "{}", definitions.len());
    for (name, key) in definitions {
        let about = key["description"].as_str().unwrap_or_default();
        assert!(about.len() > 10, "{name}: {about}");
        let says = ["type", "enum", "anyOf"].iter().any(|word| key.get(word).is_some());
        assert!(says && key["anyOf"] != json!([]), "{name}: {key}");
        assert_eq!(schema["properties"][name]["$ref"], format!("#/definitions/{name}"));
    }
    let strategies = &definitions["strategy"]["anyOf"][1]["enum"];
    assert_eq!(strategies[0], "balanced");
    assert_eq!(definitions["shards"]["default"], 1);
    assert_eq!(definitions["update-timings"]["type"], "boolean");
}

/// Values of every kind, as TOML writes them.
const SAMPLES: [&str; 49] = [
    "true",
    "false",
    "0",
    "1",
    "3",
    "15",
    "16",
    "10001",
    "4294967296",
    "-1",
    "0.05",
    "0.5",
    "1.5",
    "2.0",
    "70000.5",
    "''",
    "'auto'",
    "'all'",
    "'off'",
    "'x'",
    "'json'",
    "'markdown'",
    "'lpt'",
    "'exec:./deal'",
    "'exec:'",
    "'docker'",
    "'5m'",
    "'1h 30m'",
    "'1s..30s'",
    "'2g'",
    "'0g'",
    "'2x'",
    "'2/4'",
    "'80%,90%,95%'",
    "'NAME=VALUE'",
    "'1A'",
    "[]",
    "['a', 'b']",
    "[{ tag = '@a' }]",
    "{ a = 1 }",
    "'none'",
    "'debug'",
    "'dynamic'",
    "'critical'",
    "'5%'",
    "'s3://ci/run-1'",
    "'s3://me:pass@ci/run-1'",
    "'rediss://ci@cache.example:6380/1'",
    "'redis://ci:pass@cache.example'",
];

/// Whether the tool takes these settings.
fn takes(place: &Place, key: &str, text: &str) -> bool {
    place.write("shardwright.toml", text);
    // The first ones that have the key; formats differ from command to command.
    let commands: &[&[&str]] = match key {
        "format" => &[&["plan"], &["report", "slow"]],
        "plan-file" => &[&["plan"]],
        "in-order" => &[&["merge"]],
        "branch" | "ci-skip" | "remote" | "strict" | "subject" | "threshold" => {
            &[&["timings", "commit"]]
        }
        _ => &[&["run"]],
    };
    commands.iter().any(|words| {
        let mut command = place.tool(&[words, &["--show-config"][..]].concat());
        // A variable would beat the file.
        command.env("SHARDWRIGHT_BACKOFF", "").env("SHARDWRIGHT_IMAGE", "");
        let said = place.answer(&mut command);
        assert!(said.code == 0 || said.code == 5, "{text}: {said:?}");
        said.code == 0
    })
}

#[test]
fn the_schema_says_of_every_key_what_the_tool_says() {
    let (schema, place) = (Schema::new(), Place::new());
    let keys = self::schema()["definitions"].as_object().unwrap().clone();
    let (mut lenient, mut seen) = (0, BTreeSet::new());
    for (key, definition) in keys.iter().filter(|(key, _)| !key.starts_with("per-")) {
        let mut shape = definition.clone();
        for word in ["description", "default"] {
            shape.as_object_mut().unwrap().remove(word);
        }
        // What one key refuses, another of its shape refuses, too.
        let is_new = seen.insert(shape.to_string());
        let mut accepted = 0;
        for sample in SAMPLES {
            let text = format!("{key} = {sample}\n");
            let settings = as_json(&text);
            let by_schema = schema.accepts(&settings);
            accepted += usize::from(by_schema);
            if !by_schema && !is_new {
                continue;
            }
            let by_tool = takes(&place, key, &text);
            if by_schema == by_tool {
                continue;
            }
            // The tool also takes numbers and truths for texts, and texts for numbers and truths.
            assert!(by_tool, "the schema takes `{text}`, the tool does not");
            let value = &settings[key];
            let quoted = json!(value.to_string());
            let other = match value.as_str() {
                Some(text) => serde_json::from_str(text).unwrap_or(Value::Null),
                None => quoted,
            };
            assert!(
                schema.accepts(&json!({key: other})),
                "the tool takes `{text}`, the schema does not"
            );
            lenient += 1;
        }
        assert!(accepted > 0, "no sample fits `{key}`");
        assert!(accepted < SAMPLES.len(), "every sample fits `{key}`");
    }
    assert!(lenient > 0);
}

#[test]
fn the_schema_says_of_whole_files_what_the_tool_says() {
    let (schema, place) = (Schema::new(), Place::new());
    for (text, expected) in [
        ("", true),
        ("shards = 4\n[[priority]]\ntag = '@a'\n", true),
        ("[[priority]]\nname = '@a'\n", false),
        ("[[priority]]\n", false),
        ("priority = [{ tag = '@a' }, '@b']\n", false),
        ("shardz = 4\n", false),
        ("dry-run = true\n", false),
        ("settings = 'x.toml'\n", false),
        ("[profile.ci]\nshards = 4\n[[profile.ci.priority]]\ntag = '@a'\n", true),
        ("[profile.ci]\ninherits = 'base'\n[profile.base]\n", true),
        ("[profile.ci]\ninherits = 3\n", false),
        ("[profile.ci]\nshardz = 4\n", false),
        ("profile = 'ci'\n", false),
        ("inherits = 'ci'\n", false),
        ("[per-tag.'@slow']\nretries = 2\nestimate = '30s'\n", true),
        ("timeout = '0s'", false),
        ("timeout = '0h 10s'", true),
        ("[per-project.'Mobile Safari']\nestimate = '1m'\n", true),
        ("[profile.ci.per-project.webkit]\nretries = 0\n", true),
        ("[per-project.webkit]\nretries = -1\n", false),
        ("[per-project.webkit]\nretries = '1'\n", false),
        ("[per-project.webkit]\nestimate = 30\n", false),
        ("[per-project.webkit]\nestimate = 'soon'\n", false),
        ("[per-project.webkit]\nweight = 2\n", false),
        ("[per-tag.a]\nweight = 2\n", false),
        ("per-project = 'webkit'\n", false),
        ("[per-tag]\nretries = 2\n", false),
    ] {
        assert_eq!(schema.accepts(&as_json(text)), expected, "the schema of {text}");
        assert_eq!(takes(&place, "", text), expected, "the tool of {text}");
    }
}

#[test]
fn the_schema_accepts_every_settings_file_of_the_pages() {
    let schema = Schema::new();
    let mut files = 0;
    for page in crate::readme::pages::pages() {
        for block in
            page.blocks().iter().filter(|block| block.file.as_deref() == Some("shardwright.toml"))
        {
            let settings = as_json(&(block.lines.join("\n") + "\n"));
            assert!(schema.accepts(&settings), "{}:{}", page.name, block.line);
            files += 1;
        }
    }
    assert!(files >= 4, "{files}");
}

/// TOML as JSON.
fn as_json(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap()
}
