//! The shape of the house: who may import whom, and how large things may grow. What comes in is
//! every file of `src/`, what goes out is a list of broken rules, each with its place.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Every room, and the rooms that it may import besides itself. Lower floors first.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    // What systems do differently.
    ("platform", &[]),
    ("wire", &["model", "platform"]),
    // The stages are siblings: none imports another.
    ("plan", &["model"]),
    ("timings", &["model", "platform", "wire"]),
    ("runner", &["model", "platform", "wire"]),
    ("sandbox", &["model", "platform"]),
    ("report", &["model", "platform", "wire"]),
    ("git", &["platform"]),
    ("queue", &["model", "wire"]),
    ("storage", &["model", "platform", "wire"]),
    // The engine takes a runner and a sandbox; it emits to closures, so it knows no report.
    ("run", &["model", "platform", "wire", "runner", "sandbox"]),
    // Makes the options of these stages, so it reads their types and the table of strategies.
    ("config", &["model", "platform", "plan", "runner", "sandbox", "storage", "run"]),
    (
        "cli",
        &[
            "model", "platform", "wire", "plan", "timings", "runner", "sandbox", "report", "git",
            "queue", "storage", "run", "config",
        ],
    ),
];

/// Packages that only these rooms may use; all others are free.
const PACKAGES: &[(&str, &[&str])] = &[
    ("anyhow", &["cli"]),
    ("clap", &["cli", "config"]),
    ("clap_complete", &["cli"]),
    ("futures_util", &["storage"]),
    ("nix", &["platform", "sandbox"]),
    ("object_store", &["storage"]),
    ("rustls", &["storage"]),
    ("serde", &["wire", "timings", "runner", "sandbox", "report"]),
    ("serde_json", &["wire", "timings", "runner", "sandbox", "report"]),
    ("tokio", &["platform", "run", "sandbox", "queue", "storage", "cli"]),
    ("toml", &["config"]),
    // Rooms below only say what they do; which of it is shown, and how, is decided above.
    ("tracing", &["run", "sandbox", "cli"]),
    ("tracing_subscriber", &["config", "cli"]),
];

const LINES_OF_A_FILE: usize = 500;
const LINES_OF_A_MOD_RS: usize = 150;
const MEDIAN_LINES: usize = 150;

/// A file below `src/`.
struct Source {
    /// As in `src/plan/mod.rs`.
    path: String,
    text: String,
}

impl Source {
    /// The folder or file below `src/` that it belongs to; `lib` and `main` are outside of all.
    fn room(&self) -> &str {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inner.split('/').next().unwrap_or(inner).trim_end_matches(".rs")
    }

    fn is_outside(&self) -> bool {
        matches!(self.room(), "lib" | "main")
    }

    fn broken(&self, line: usize, rule: &str) -> String {
        format!("{}:{line}: {rule}", self.path)
    }
}

#[test]
fn rooms_import_only_what_is_below_them() {
    let sources = sources();
    assert_eq!(all(&sources, imports), Vec::<String>::new());
    let found: BTreeSet<&str> =
        sources.iter().filter(|source| !source.is_outside()).map(Source::room).collect();
    let known: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    assert_eq!(found, known, "the rooms in src/ and those in the table of this test");
}

#[test]
fn a_forbidden_import_is_seen_wherever_it_stands() {
    let plain = "//! In, out.\nuse crate::model::id;\nuse crate::report::text;\n";
    assert_eq!(
        imports(&source("src/plan/a.rs", plain)),
        ["src/plan/a.rs:3: `plan` may not import `report`, only [\"model\"]"]
    );
    let grouped = "use crate::{\n    model::id,\n    run::{self, cancel},\n    cli,\n};\n";
    assert_eq!(
        imports(&source("src/report/a.rs", grouped)),
        [
            "src/report/a.rs:3: `report` may not import `run`, only [\"model\", \"platform\", \"wire\"]",
            "src/report/a.rs:4: `report` may not import `cli`, only [\"model\", \"platform\", \"wire\"]",
        ]
    );
    let inline = "fn f() -> crate::run::Setting {\n    crate::sandbox::x()\n}\n";
    assert_eq!(imports(&source("src/timings/a.rs", inline)).len(), 2);
    let roundabout = "use super::super::report::text;\n";
    assert_eq!(
        imports(&source("src/plan/a.rs", roundabout)),
        ["src/plan/a.rs:1: a path through `super::super` hides which room it means"]
    );
    let upwards = "use super::report::text;\n";
    assert_eq!(
        imports(&source("src/plan/mod.rs", upwards)),
        ["src/plan/mod.rs:1: `super` of a room is the crate; say `crate::`"]
    );
    assert_eq!(
        imports(&source("src/plan/a.rs", "use crate::*;\n")),
        ["src/plan/a.rs:1: name the room after `crate::`"]
    );
    let words = "// crate::cli\n/* crate::run */ const A: &str = \"crate::cli \\\" crate::run\";\n\
                 const B: &str = r#\"crate::cli\"#; const C: char = '\"'; pub(crate) fn f() {}\n";
    assert_eq!(imports(&source("src/plan/a.rs", words)), Vec::<String>::new());
}

#[test]
fn packages_stay_in_their_rooms() {
    assert_eq!(all(&sources(), packages), Vec::<String>::new());
}

#[test]
fn a_package_in_the_wrong_room_is_seen() {
    let text = "use clap::Args;\n\n#[derive(serde::Serialize)]\nstruct A;\n";
    assert_eq!(
        packages(&source("src/model/a.rs", text)),
        [
            "src/model/a.rs:1: `clap` is only for [\"cli\", \"config\"]",
            "src/model/a.rs:3: `serde` is only for [\"wire\", \"timings\", \"runner\", \"sandbox\", \"report\"]",
        ]
    );
    assert_eq!(packages(&source("src/plan/a.rs", "use tokio::fs;\n")).len(), 1);
    assert_eq!(packages(&source("src/run/a.rs", "use anyhow::Result;\n")).len(), 1);
    assert_eq!(packages(&source("src/run/a.rs", "use tokio::fs;\n")), Vec::<String>::new());
}

#[test]
fn files_say_what_they_are_and_stay_small() {
    let sources = sources();
    assert_eq!(all(&sources, shape), Vec::<String>::new());
    let lines = sources.iter().map(|source| source.text.lines().count()).collect();
    let median = median(lines);
    assert!(median <= MEDIAN_LINES, "half of the files have more than {median} lines");
}

#[test]
fn a_file_without_a_word_or_end_is_seen() {
    let silent = source("src/plan/a.rs", "use crate::model::id;\n");
    assert_eq!(shape(&silent), ["src/plan/a.rs:1: the first line is no `//!`"]);
    let long = |lines: usize| format!("//! In, out.\n{}", "\n".repeat(lines - 1));
    assert_eq!(shape(&source("src/plan/a.rs", &long(500))), Vec::<String>::new());
    assert_eq!(
        shape(&source("src/plan/a.rs", &long(501))),
        ["src/plan/a.rs:501: more than 500 lines"]
    );
    assert_eq!(shape(&source("src/plan/mod.rs", &long(150))), Vec::<String>::new());
    assert_eq!(
        shape(&source("src/plan/mod.rs", &long(151))),
        ["src/plan/mod.rs:151: more than 150 lines: a mod.rs holds docs, the trait and the table"]
    );
    assert_eq!(median(vec![1, 400, 151, 2, 300]), 151);
}

#[test]
fn the_library_has_one_function_and_a_map() {
    let library = read("src/lib.rs");
    assert_eq!(map(&library), Vec::<String>::new());
}

#[test]
fn a_second_function_or_a_room_off_the_map_is_seen() {
    let text =
        "//! - [`plan`]: deals.\n\nmod plan;\nmod run;\n\npub mod wire {}\n\npub fn run() {}\n";
    assert_eq!(
        map(&source("src/lib.rs", text)),
        [
            "src/lib.rs:6: only one `pub fn` leaves the library",
            "src/lib.rs:1: the map does not name `run`",
        ]
    );
    let run = "//! Nothing.\n\npub fn run() {}\n";
    let fuzzed =
        format!("{run}\n#[cfg(any(fuzzing, test))]\npub fn fuzz_timings(data: &[u8]) {{}}\n");
    assert_eq!(map(&source("src/lib.rs", &fuzzed)), Vec::<String>::new());
    let always = fuzzed.replace("#[cfg(any(fuzzing, test))]\n", "");
    assert_eq!(map(&source("src/lib.rs", &always)), ["src/lib.rs:1: 2 `pub fn` instead of one"]);
    let other = fuzzed.replace("fuzz_timings", "fuzz_others");
    assert_eq!(map(&source("src/lib.rs", &other)), ["src/lib.rs:1: 2 `pub fn` instead of one"]);
    let text = "//! Nothing.\n";
    assert_eq!(map(&source("src/lib.rs", text)), ["src/lib.rs:1: 0 `pub fn` instead of one"]);
}

#[test]
fn every_fuzz_target_is_built_has_seeds_and_a_line_in_the_tests() {
    let (damaged, package) = (read("fuzz/damaged.rs").text, read("fuzz/Cargo.toml").text);
    let targets = fuzz_targets();
    for target in &targets {
        let bin = format!("name = \"{target}\"\npath = \"fuzz_targets/{target}.rs\"\n");
        assert!(package.contains(&bin), "{target} in fuzz/Cargo.toml");
        let line = format!("(\"{target}\", super::fuzz_{target}),");
        assert!(damaged.contains(&line), "{target} in fuzz/damaged.rs");
    }
    assert_eq!(names_in("fuzz/corpus"), targets);
    assert_eq!(package.matches("[[bin]]").count(), targets.len());
}

/// What `fuzz/` has targets for; `make fuzz` goes by the same files.
fn fuzz_targets() -> BTreeSet<String> {
    names_in("fuzz/fuzz_targets")
}

/// The names in a folder without what follows their last dot.
fn names_in(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let stem = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    entries.map(|entry| stem(entry.unwrap().path())).collect()
}

/// Imports of other rooms that the table does not have.
fn imports(source: &Source) -> Vec<String> {
    if source.is_outside() {
        return Vec::new();
    }
    let room = source.room();
    let code = code(&source.text);
    let mut broken = Vec::new();
    for (line, rule) in named_rooms(&code) {
        match rule {
            Ok(other) if other == room => {}
            Ok(other) => match ROOMS.iter().find(|(name, _)| *name == room) {
                Some((_, below)) if below.contains(&other) => {}
                Some((_, below)) => {
                    let rule = format!("`{room}` may not import `{other}`, only {below:?}");
                    broken.push(source.broken(line, &rule));
                }
                None => broken.push(source.broken(line, &format!("`{room}` is not in the table"))),
            },
            Err(rule) => broken.push(source.broken(line, rule)),
        }
    }
    broken.extend(detours(source, &code));
    broken
}

/// The rooms that follow `crate::`, with their lines; an error where none can be read.
fn named_rooms(code: &str) -> Vec<(usize, Result<&str, &'static str>)> {
    let mut found = Vec::new();
    for start in words(code, "crate") {
        let Some(rest) = code[start..].strip_prefix("crate::") else { continue };
        let at = start + "crate::".len();
        if let Some(group) = rest.strip_prefix('{') {
            found.extend(
                group_heads(group).map(|(offset, name)| (line(code, at + 1 + offset), Ok(name))),
            );
        } else {
            let name = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
            let name =
                if name.is_empty() { Err("name the room after `crate::`") } else { Ok(name) };
            found.push((line(code, at), name));
        }
    }
    found
}

/// The first name of each part of `{a::b, c::{d, e}}`, given what follows the first brace.
fn group_heads(group: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut depth = 0;
    let mut fresh = true;
    let mut heads = Vec::new();
    for (offset, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && is_word(c) => {
                let rest = &group[offset..];
                heads.push((offset, &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())]));
                fresh = false;
            }
            _ => {}
        }
    }
    heads.into_iter()
}

/// Ways into other rooms that do not say `crate::`.
fn detours(source: &Source, code: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let at_the_door = source.path.ends_with("/mod.rs") && source.path.matches('/').count() == 2;
    for start in words(code, "super") {
        let place = line(code, start);
        if code[start..].starts_with("super::super") {
            let rule = "a path through `super::super` hides which room it means";
            broken.push(source.broken(place, rule));
        } else if at_the_door && code[start..].starts_with("super::") {
            broken.push(source.broken(place, "`super` of a room is the crate; say `crate::`"));
        }
    }
    broken
}

/// Packages that do not belong into the file's room.
fn packages(source: &Source) -> Vec<String> {
    let code = code(&source.text);
    let mut broken = Vec::new();
    for (package, rooms) in PACKAGES.iter().filter(|(_, rooms)| !rooms.contains(&source.room())) {
        for start in words(&code, package) {
            if code[start + package.len()..].starts_with("::") {
                let rule = format!("`{package}` is only for {rooms:?}");
                broken.push(source.broken(line(&code, start), &rule));
            }
        }
    }
    broken
}

/// What a file must begin with and how long it may be.
fn shape(source: &Source) -> Vec<String> {
    let mut broken = Vec::new();
    if !source.text.starts_with("//! ") {
        broken.push(source.broken(1, "the first line is no `//!`"));
    }
    let lines = source.text.lines().count();
    if lines > LINES_OF_A_FILE {
        broken.push(source.broken(lines, &format!("more than {LINES_OF_A_FILE} lines")));
    } else if source.path.ends_with("/mod.rs") && lines > LINES_OF_A_MOD_RS {
        let rule = "a mod.rs holds docs, the trait and the table";
        broken.push(source.broken(lines, &format!("more than {LINES_OF_A_MOD_RS} lines: {rule}")));
    }
    broken
}

/// What the library shows, and whether its map names every room.
fn map(library: &Source) -> Vec<String> {
    let mut broken = Vec::new();
    let lines = || library.text.lines().enumerate().map(|(number, line)| (number + 1, line));
    let shown: Vec<(usize, &str)> = lines().filter(|(_, line)| line.starts_with("pub ")).collect();
    for (number, _) in shown.iter().filter(|(_, line)| !line.starts_with("pub fn ")) {
        broken.push(library.broken(*number, "only one `pub fn` leaves the library"));
    }
    // What only `fuzz/` sees is no part of the library.
    let fuzzed = fuzz_targets();
    let fuzzed = fuzzed.iter().filter(|target| {
        library.text.contains(&format!("\n#[cfg(any(fuzzing, test))]\npub fn fuzz_{target}("))
    });
    let functions =
        shown.iter().filter(|(_, line)| line.starts_with("pub fn ")).count() - fuzzed.count();
    if functions != 1 {
        broken.push(library.broken(1, &format!("{functions} `pub fn` instead of one")));
    }
    // What stands elsewhere is no room.
    let here = lines().zip(std::iter::once("").chain(library.text.lines()));
    let here = here.filter(|(_, before)| !before.starts_with("#[path"));
    let rooms = here.filter_map(|((_, line), _)| line.strip_prefix("mod ")?.strip_suffix(';'));
    for room in rooms {
        if !library.text.contains(&format!("\n//! - [`{room}`]: "))
            && !library.text.starts_with(&format!("//! - [`{room}`]: "))
        {
            broken.push(library.broken(1, &format!("the map does not name `{room}`")));
        }
    }
    broken
}

fn median(mut numbers: Vec<usize>) -> usize {
    numbers.sort_unstable();
    numbers[numbers.len() / 2]
}

/// The text with comments and the insides of string literals blanked, so that every byte that
/// is left stands where it stood.
fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match &bytes[at..] {
            [b'/', b'/', ..] => text[at..].find('\n').map_or(bytes.len(), |end| at + end),
            [b'/', b'*', ..] => text[at..].find("*/").map_or(bytes.len(), |end| at + end + 2),
            [b'"', ..] => end_of_string(bytes, at + 1),
            [b'r', b'"' | b'#', ..] if at == 0 || !is_word(char::from(bytes[at - 1])) => {
                end_of_raw_string(text, at).unwrap_or(at + 1)
            }
            [b'\'', b'\\', _, b'\'', ..] => at + 4,
            [b'\'', _, b'\'', ..] => at + 3,
            _ => at,
        };
        code[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        at = end.max(at + 1);
    }
    String::from_utf8(code).unwrap_or_else(|_| panic!("blanks replace whole characters"))
}

fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

/// The end of `r"..."` or `r#"..."#`; none where it is something else.
fn end_of_raw_string(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at + 1..];
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let inner = rest[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(at + 1 + hashes + 1 + inner.find(&close)? + close.len())
}

/// Where a word stands as a whole word.
fn words(code: &str, word: &str) -> Vec<usize> {
    let whole = |start: &usize| {
        let before = code[..*start].chars().next_back();
        let after = code[start + word.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    };
    code.match_indices(word).map(|(start, _)| start).filter(whole).collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

fn all(sources: &[Source], rule: fn(&Source) -> Vec<String>) -> Vec<String> {
    sources.iter().flat_map(rule).collect()
}

fn read(path: &str) -> Source {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{path}: {e}"));
    Source { path: path.to_owned(), text }
}

/// Every Rust file below `src/`, by path.
fn sources() -> Vec<Source> {
    let top = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![top.join("src")];
    let mut paths = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                paths.push(path.strip_prefix(&top).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    paths.sort();
    assert!(paths.len() > 100, "only {} files found", paths.len());
    paths.iter().map(|path| read(path)).collect()
}
