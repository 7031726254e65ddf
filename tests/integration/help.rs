//! What explains the tool: help, its topics, and pages for `man`.

use std::fs;
use std::process::Command;

use crate::support::place::Place;
use crate::support::{repository, said, shardwright};

#[test]
fn help_of_a_command_is_its_own_help() {
    for words in [&["run"][..], &["timings", "show"], &[]] {
        let asked = shardwright(&repository(), &[&["help"], words].concat());
        let own = shardwright(&repository(), &[words, &["--help"]].concat());
        assert_eq!((asked.code, asked.stderr.as_str()), (0, ""));
        assert_eq!(asked.stdout, own.stdout, "{words:?}");
    }
}

#[test]
fn a_topic_is_found_by_its_name_and_a_slip_is_told_what_was_meant() {
    for (topic, begin) in [
        ("exit-codes", "Exit codes:\n  0    all passed\n"),
        ("timings", "timings.json holds"),
        ("ci", "Every node runs its part"),
        ("strategies", "A strategy says who runs what"),
    ] {
        let said = shardwright(&repository(), &["help", topic]);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""));
        assert!(said.stdout.starts_with(begin), "{topic}: {}", said.stdout);
    }
    let said = shardwright(&repository(), &["help", "exit-code"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    assert!(said.stderr.contains("a similar subcommand exists: 'exit-codes'"), "{}", said.stderr);
}

#[test]
fn the_short_help_leaves_out_what_is_rare_and_says_where_it_stands() {
    let brief = shardwright(&repository(), &["run", "-h"]).stdout;
    let all = shardwright(&repository(), &["run", "--help"]).stdout;
    assert!(!brief.contains("--backoff-jitter") && all.contains("--backoff-jitter"));
    assert!(brief.contains("--shards") && brief.ends_with("All flags: shardwright run --help\n"));
    // What is Playwright's is not asked.
    let said = shardwright(&repository(), &["run", "-h", "--", "--help"]);
    assert_eq!(said.stdout, brief);
}

#[test]
fn every_command_has_a_page_that_man_reads_without_complaint() {
    let place = Place::new();
    let said = place.call(&["man", "--to", "pages/man1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let pages: Vec<_> =
        fs::read_dir(place.path("pages/man1")).unwrap().map(|page| page.unwrap()).collect();
    assert!(pages.len() > 20, "{}", pages.len());
    for page in pages {
        let name = page.file_name().into_string().unwrap();
        let checked = self::said(mandoc(&["-T", "lint", "-W", "error"], &page.path()));
        assert_eq!((checked.code, checked.stdout.as_str()), (0, ""), "{name}");
        let words: Vec<&str> = name.trim_end_matches(".1").split('-').skip(1).collect();
        // `merge-driver` has a hyphen of its own.
        let words = if words.ends_with(&["merge", "driver"]) {
            vec!["timings", "merge-driver"]
        } else {
            words
        };
        let single = place.call(&[&["man"], words.as_slice()].concat());
        assert_eq!(single.stdout, fs::read_to_string(page.path()).unwrap(), "{name}");
    }
}

#[test]
fn a_page_has_the_flags_the_examples_and_the_exit_codes() {
    let place = Place::new();
    place.write("run.1", place.call(&["man", "run"]).stdout);
    let shown = said(mandoc(&["-T", "ascii"], &place.path("run.1")));
    let text: String = shown
        .stdout
        .split('\u{8}')
        .map(|part| part.strip_suffix(|_: char| true).unwrap_or(""))
        .collect();
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "shardwright-run - Run the suite in shards and report",
        "SYNOPSIS shardwright run [OPTIONS] [GLOB]... [-- <PLAYWRIGHT ARGUMENTS>...]",
        "--backoff-jitter <PART>",
        "EXAMPLES shardwright run --shards 4 all tests in four containers",
        "3 something planned did not run",
    ] {
        assert!(flat.contains(part), "no `{part}` in\n{text}");
    }
}

#[test]
fn a_page_of_no_command_is_refused() {
    Place::new().refuses(
        &["man", "rum"],
        2,
        "error: there is no command `rum` of which this could be the page\n\
         hint: `shardwright --help` lists the commands",
    );
}

fn mandoc(arguments: &[&str], page: &std::path::Path) -> std::process::Output {
    let output = Command::new("mandoc").args(arguments).arg(page).output();
    output.unwrap_or_else(|error| panic!("mandoc: {error}: run fixtures/machine/setup test"))
}
