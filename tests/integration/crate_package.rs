//! The crate as it is published: what it holds, what it says of itself, the oldest compiler that it
//! promises, and the licences of what it is built from.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::{read, repository, said};

/// What lies beside the folders in the published crate; `cargo` makes some of it.
const FILES: [&str; 11] = [
    ".cargo_vcs_info.json",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "Cargo.toml.orig",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "shardwright.schema.json",
    "src/main.rs",
];
const FOLDERS: [&str; 3] = ["completions", "docs", "src"];
/// All files together, in bytes; the README's pictures are no part of it.
const SIZE: u64 = 4_000_000;

fn cargo(arguments: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    let ended = said(cargo.current_dir(repository()).args(arguments).output().unwrap());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.stdout
}

fn packaged() -> BTreeSet<String> {
    let listed = cargo(&["package", "--list", "--allow-dirty", "--offline"]);
    listed.lines().map(str::to_owned).collect()
}

/// What `cargo` knows of the crate, and of all that it is built from here.
fn metadata() -> Value {
    let filter = ["--filter-platform", "x86_64-unknown-linux-gnu"];
    let all =
        [&["metadata", "--format-version", "1", "--locked", "--offline"][..], &filter].concat();
    serde_json::from_str(&cargo(&all)).unwrap()
}

fn manifest() -> toml::Table {
    fs::read_to_string(repository().join("Cargo.toml")).unwrap().parse().unwrap()
}

#[test]
fn the_crate_holds_what_it_needs_and_nothing_else() {
    let files = packaged();
    let (inside, beside): (BTreeSet<&str>, BTreeSet<&str>) =
        files.iter().map(String::as_str).partition(|file| {
            file.split_once('/').is_some_and(|(folder, _)| FOLDERS.contains(&folder))
        });
    let known: BTreeSet<&str> = FILES.into_iter().filter(|file| !file.contains('/')).collect();
    assert!(beside.is_subset(&known), "{:?}", beside.difference(&known).collect::<Vec<_>>());
    for file in FILES.iter().filter(|file| !file.starts_with(".cargo")) {
        assert!(files.contains(*file), "{file}");
    }
    for folder in FOLDERS {
        let begin = format!("{folder}/");
        assert!(inside.iter().any(|file| file.starts_with(&begin)), "{folder}");
    }
    let there = || files.iter().map(|file| repository().join(file)).filter(|file| file.is_file());
    let size: u64 = there().map(|file| file.metadata().unwrap().len()).sum();
    assert!((500_000..SIZE).contains(&size), "{size} bytes");
    let here = repository();
    let here = here.to_str().unwrap();
    for file in there() {
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        assert!(!text.contains(here), "{} names a folder of this machine", file.display());
    }
}

#[test]
fn the_crate_says_what_it_is() {
    let manifest = manifest();
    let package = manifest["package"].as_table().unwrap();
    for name in ["description", "license", "readme", "rust-version"] {
        assert!(package[name].as_str().is_some_and(|text| !text.is_empty()), "{name}");
    }
    assert!(repository().join(package["readme"].as_str().unwrap()).is_file());
    // More than five of either are refused by the registry.
    for name in ["keywords", "categories"] {
        assert!((1..=5).contains(&package[name].as_array().unwrap().len()), "{name}");
    }
}

#[test]
fn the_oldest_compiler_is_the_same_everywhere() {
    let manifest = manifest();
    let oldest = manifest["package"]["rust-version"].as_str().unwrap();
    let text = |path: &str| fs::read_to_string(repository().join(path)).unwrap();
    assert!(text("README.md").contains(&format!("Rust {oldest} or newer")));
    assert!(text("fuzz/Cargo.toml").contains(&format!("rust-version = \"{oldest}\"")));
    let install = "rustup toolchain install \"$(sed -n 's/^rust-version = ";
    assert!(text(".github/workflows/ci.yml").contains(install));
    // What is built from may not want a newer one.
    let number = |version: &str| -> Vec<u32> {
        version.split('.').take(2).map(|part| part.parse().unwrap()).collect()
    };
    for package in read::list(&metadata(), "packages") {
        if let Some(wanted) = package["rust_version"].as_str() {
            assert!(number(wanted) <= number(oldest), "{} wants {wanted}", package["name"]);
        }
    }
}

/// Whether an expression of SPDX, or of the old manner with slashes, can be met with these licences.
fn is_met(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (met, rest) = either(&words, allowed);
    assert!(rest.is_empty(), "`{expression}` is no expression: {rest:?}");
    met
}

fn either<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = both(words, allowed);
    while let ["OR", after @ ..] = rest {
        let (other, left) = both(after, allowed);
        (met, rest) = (met || other, left);
    }
    (met, rest)
}

fn both<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = one(words, allowed);
    while let ["AND", after @ ..] = rest {
        let (other, left) = one(after, allowed);
        (met, rest) = (met && other, left);
    }
    (met, rest)
}

fn one<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    match words {
        ["(", inner @ ..] => {
            let (met, rest) = either(inner, allowed);
            assert_eq!(rest.first(), Some(&")"));
            (met, &rest[1..])
        }
        [licence, "WITH", exception, rest @ ..] => {
            (allowed.contains(&format!("{licence} WITH {exception}").as_str()), rest)
        }
        [licence, rest @ ..] => (allowed.contains(licence), rest),
        [] => (false, words),
    }
}

#[test]
fn every_licence_of_what_it_is_built_from_is_allowed() {
    let rules = fs::read_to_string(repository().join("deny.toml")).unwrap();
    let rules: toml::Table = rules.parse().unwrap();
    let allowed = rules["licenses"]["allow"].as_array().unwrap();
    let allowed: Vec<&str> = allowed.iter().map(|licence| licence.as_str().unwrap()).collect();
    let metadata = metadata();
    let packages = read::list(&metadata, "packages");
    assert!(packages.len() > 100, "{}", packages.len());
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(is_met(licence, &allowed), "{}: {licence}", package["name"]);
    }
}

#[test]
fn a_licence_that_is_not_allowed_is_seen() {
    let allowed = ["MIT", "Zlib"];
    for good in ["MIT", "MIT OR GPL-3.0", "GPL-3.0/MIT", "(MIT OR X) AND Zlib", "X AND Y OR MIT"] {
        assert!(is_met(good, &allowed), "{good}");
    }
    for bad in ["GPL-3.0", "MIT AND GPL-3.0", "MIT WITH Some-exception", "(MIT OR X) AND Y", ""] {
        assert!(!is_met(bad, &allowed), "{bad}");
    }
}
