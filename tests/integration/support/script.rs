//! Scripted suites: spec files and titles go in, what `--fake` plays comes out.

use serde_json::{Value, json};

/// A suite of one project with these spec files and the titles of their tests, all of which
/// pass. A file is one test group.
pub(crate) fn suite(files: &[(&str, &[&str])]) -> Value {
    let groups: Vec<Value> = files.iter().map(|(file, titles)| group(file, titles)).collect();
    json!({"list": {
        "version": "1.65.1", "workers": 1, "servers": null,
        "projects": [{"name": "chromium", "dependencies": [], "teardown": null}],
        "shared": [], "groups": groups, "errors": [],
    }})
}

/// Three files of one, two and three tests.
pub(crate) fn six() -> Value {
    suite(&[
        ("a.spec.ts", &["a1"]),
        ("b.spec.ts", &["b1", "b2"]),
        ("c.spec.ts", &["c1", "c2", "c3"]),
    ])
}

/// The same suite where a test ends otherwise.
pub(crate) fn with_result(mut script: Value, title: &str, status: &str, error: &str) -> Value {
    script["results"][title] = json!({"status": status, "duration": 5, "error": error});
    script
}

/// The same suite where a shard dies after so many tests.
pub(crate) fn with_death(mut script: Value, shard: u32, after: usize) -> Value {
    script["deaths"][shard.to_string()] = json!({"after": after, "code": 137});
    script
}

fn group(file: &str, titles: &[&str]) -> Value {
    let tests: Vec<Value> = (1..)
        .zip(titles)
        .map(|(line, title)| {
            json!({"project": "chromium", "file": file, "titles": [title], "repeat": 0, "id": "",
                "tags": [], "line": line, "column": 1, "shared": false})
        })
        .collect();
    json!({"project": "chromium", "file": file, "kind": "file", "tests": tests})
}

/// Twelve files of two tests each.
pub(crate) fn twelve() -> Value {
    let files: Vec<(String, [String; 2])> = (10..22)
        .map(|file| (format!("{file}.spec.ts"), [format!("{file}a"), format!("{file}b")]))
        .collect();
    let titles: Vec<(&str, [&str; 2])> =
        files.iter().map(|(file, [a, b])| (file.as_str(), [a.as_str(), b.as_str()])).collect();
    let all: Vec<(&str, &[&str])> =
        titles.iter().map(|(file, tests)| (*file, &tests[..])).collect();
    suite(&all)
}
