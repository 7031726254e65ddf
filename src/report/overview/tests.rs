//! The page holds what the outcome holds, as text and nothing else.

use std::fs;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::model::event::Usage;
use crate::report::overview::Overview;
use crate::report::sample::{calm, stormy};

/// The page's elements by name; the page is written so that an XML reader can walk it.
fn elements(page: &str) -> Vec<String> {
    let page = page.replace("<!doctype html>", "");
    let mut reader = Reader::from_str(&page);
    reader.config_mut().check_end_names = false;
    let mut names = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) | Event::Empty(start) => {
                names.push(start.name().as_ref().to_owned());
            }
            Event::Eof => return names,
            Event::End(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
}

#[test]
fn no_title_or_message_becomes_an_element() {
    let page = stormy().text_of(&Overview);
    let names = elements(&page);
    for name in ["script", "i", "img"] {
        assert!(!names.iter().any(|found| found == name), "{name}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("killed at 2 GB &lt;b&gt;"));
    assert!(!page.contains(['\0', '\u{1b}']));
}

#[test]
fn every_execution_is_a_segment_of_its_colour() {
    let page = stormy().text_of(&Overview);
    let bars = page.split("<div class=\"timeline\">").nth(1).unwrap();
    let bars = bars.split("<div class=\"axis\">").next().unwrap();
    let count = |class: &str| bars.matches(&format!("<rect class=\"{class}\"")).count();
    let counted = ["predicted", "passed", "failed", "timed-out", "flaky", "skipped"].map(count);
    assert_eq!(counted, [3, 4, 1, 1, 1, 1]);
}

#[test]
fn every_part_stands_there_once() {
    let page = stormy().text_of(&Overview);
    let mut headings: Vec<&str> =
        page.split("<h2>").skip(1).filter_map(|rest| rest.split("</h2>").next()).collect();
    let all = headings.len();
    headings.sort_unstable();
    headings.dedup();
    assert_eq!(headings.len(), all, "{headings:?}");
}

#[test]
fn a_limit_that_was_hit_is_told_with_its_flag() {
    let mut stormy = stormy();
    stormy.outcome.shards[0].attempts[0].usage =
        Usage { out_of_memory: true, refused_processes: 3, ..Usage::default() };
    let page = stormy.text_of(&Overview);
    assert!(page.contains("<h2>Limits (2)</h2>"), "{page}");
    assert!(page.contains("raise --memory") && page.contains("raise --pids-limit"));
}

#[test]
fn what_is_wrong_is_listed_and_what_is_well_is_not() {
    let page = stormy().text_of(&Overview);
    for heading in [
        "Wrong outside the tests (1)",
        "Failed (2)",
        "Interrupted (1)",
        "Did not run (1)",
        "Flaky (1)",
    ] {
        assert!(page.contains(&format!("<h2>{heading}</h2>")), "{heading}");
    }
    let page = calm().text_of(&Overview);
    let headings: Vec<&str> =
        page.split("<h2>").skip(1).filter_map(|part| part.split("</h2>").next()).collect();
    assert_eq!(headings, ["Shards", "Slowest tests"]);
    assert!(page.contains("<h1>passed: 2 passed in 4.2 s</h1>"));
}

#[test]
fn only_what_is_there_is_linked() {
    let folder = tempfile::tempdir().unwrap();
    let sample = calm();
    let page = || {
        sample.write(&Overview, folder.path());
        fs::read_to_string(folder.path().join("index.html")).unwrap()
    };
    assert!(!page().contains("href"));
    for path in ["playwright/index.html", "junit.xml", "shards/2/log.txt"] {
        fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        fs::write(folder.path().join(path), "").unwrap();
    }
    let page = page();
    let links: Vec<&str> =
        page.split("href=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    assert_eq!(links, ["playwright/index.html", "junit.xml", "shards/2/log.txt"]);
}
