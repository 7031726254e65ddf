//! The page holds what the outcome holds, as text and nothing else.

use std::fs;
use std::time::Duration;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::model::event::{Attachment, TestResult, Usage};
use crate::model::outcome::Verdict;
use crate::model::quarantine::{Day, Term};
use crate::report::overview::Overview;
use crate::report::sample::{calm, stormy};
use crate::report::text::html;

/// The page's elements by name; the page is written so that an XML reader can walk it, but for
/// its scripts and its style.
fn elements(page: &str) -> Vec<String> {
    let mut reader = Reader::from_str(page);
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

/// The page without its style and without what stands in its script elements.
fn written(page: &str) -> String {
    let mut page = page.replace("<!doctype html>", "");
    for (open, close) in
        [("<style>", "</style>"), ("id=\"data\">", "</script>"), ("<script>", "</script>")]
    {
        let from = page.find(open).unwrap() + open.len();
        let to = from + page[from..].find(close).unwrap();
        page.replace_range(from..to, "");
    }
    page
}

fn headings(page: &str) -> Vec<String> {
    let text = |part: &str| {
        let inner = part.split("</h2>").next().unwrap_or_default();
        inner.replace("<span class=\"count\">", "").replace("</span>", "")
    };
    page.split("<h2>").skip(1).map(text).collect()
}

#[test]
fn no_title_or_message_becomes_an_element() {
    let page = stormy().text_of(&Overview);
    assert_eq!(page.matches("<script").count(), 2, "the data and the script");
    let names = elements(&written(&page));
    assert_eq!(names.iter().filter(|name| *name == "script").count(), 2);
    assert!(!names.iter().any(|name| name == "img"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("killed at 2 GB &lt;b&gt;"));
    assert!(!page.contains("<i>broke") && page.contains("&lt;i&gt;broke"));
    assert!(!page.contains(['\0', '\u{1b}']));
}

#[test]
fn every_part_stands_there_once() {
    let page = stormy().text_of(&Overview);
    let mut headings = headings(&page);
    let all = headings.len();
    headings.sort_unstable();
    headings.dedup();
    assert_eq!(headings.len(), all, "{headings:?}");
    let mut ids: Vec<&str> =
        page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{ids:?}");
}

#[test]
fn every_link_on_the_page_leads_somewhere() {
    let page = stormy().text_of(&Overview);
    let places = page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next());
    for place in places {
        assert!(page.contains(&format!(" id=\"{place}\"")), "{place}");
    }
}

#[test]
fn a_limit_that_was_hit_is_told_with_its_flag() {
    let mut stormy = stormy();
    stormy.outcome.shards[0].attempts[0].usage =
        Usage { out_of_memory: true, refused_processes: 3, ..Usage::default() };
    let page = stormy.text_of(&Overview);
    assert!(headings(&page).iter().any(|heading| heading == "Faults and limits 2"), "{page}");
    assert!(page.contains("raise --memory") && page.contains("raise --pids-limit"));
}

#[test]
fn what_is_wrong_is_listed_and_what_is_well_is_not() {
    let page = stormy().text_of(&Overview);
    assert_eq!(
        headings(&page),
        [
            "Timeline",
            "Errors outside the tests 1",
            "Failed 2",
            "Interrupted 1",
            "Did not run 1",
            "Flaky 1",
            "Where the time went",
            "Slowest",
            "Shards"
        ]
    );
    let page = calm().text_of(&Overview);
    assert_eq!(headings(&page), ["Timeline", "Where the time went", "Slowest", "Shards"]);
    assert!(page.contains("<h1><span class=\"word\">Passed</span> All 2 tests passed.</h1>"));
}

#[test]
fn a_flaky_test_has_its_attempts() {
    let page = stormy().text_of(&Overview);
    let flaky = page.split("id=\"flaky\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(flaky.contains("<b>Try 1: failed</b> in 0.40 s, shard 1, worker 1"), "{flaky}");
    assert!(flaky.contains("Error: expect(received).not.toBe(expected)"));
    assert!(flaky.contains("<b>Try 2: passed</b> in 0.30 s"), "{flaky}");
}

#[test]
fn many_failures_with_one_message_are_one_group_and_all_are_counted() {
    let mut sample = stormy();
    let failed = |verdict| matches!(verdict, Verdict::Failed);
    let bad = sample.outcome.tests.values().find(|test| failed(test.verdict())).unwrap().clone();
    for number in 0..500 {
        let mut test = bad.clone();
        test.case.key.titles = vec![format!("test {number}")];
        let TestResult { errors, .. } = &mut test.runs[0].result;
        errors[0].message =
            format!("Error: net::ERR_CONNECTION_REFUSED at http://127.0.0.1:41{number}/\nx");
        sample.outcome.tests.insert(test.case.key.clone(), test);
    }
    let page = sample.text_of(&Overview);
    let name = "<h3>500 tests: <code>Error: net::ERR_CONNECTION_REFUSED</code></h3>";
    assert!(page.contains(name), "{page}");
    assert!(headings(&page).iter().any(|heading| heading == "Failed 502"));
    let cards = page.split("id=\"failed\"").nth(1).unwrap().split("</section>").next().unwrap();
    let left_out: usize = cards
        .split("<p class=\"muted\">… and ")
        .skip(1)
        .map(|rest| rest.split(' ').next().unwrap().parse::<usize>().unwrap())
        .sum();
    let shown = cards.matches("<li class=\"card").count();
    assert_eq!(shown + left_out, 502);
    assert!(shown < 502 && page.len() < 4 << 20);
}

#[test]
fn only_what_is_there_is_linked() {
    let folder = tempfile::tempdir().unwrap();
    let sample = calm();
    let page = || {
        sample.write(&Overview, folder.path());
        let page = fs::read_to_string(folder.path().join("index.html")).unwrap();
        let page = written(&page);
        let links = page.split("href=\"").skip(1).filter_map(|part| part.split('"').next());
        links.filter(|link| !link.starts_with('#')).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(page(), Vec::<String>::new());
    for path in ["playwright/index.html", "junit.xml", "trace.json", "shards/2/log.txt"] {
        fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        fs::write(folder.path().join(path), "").unwrap();
    }
    assert_eq!(page(), ["playwright/index.html", "junit.xml", "trace.json", "shards/2/log.txt"]);
}

#[test]
fn a_screenshot_is_shown_where_it_is_there_and_a_file_that_is_none_is_linked() {
    let mut sample = stormy();
    let folder = tempfile::tempdir().unwrap();
    let shots = folder.path().join("shards/1/files");
    fs::create_dir_all(&shots).unwrap();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0rest";
    fs::write(shots.join("a \"b\".png"), png).unwrap();
    fs::write(shots.join("false.png"), "<svg onload=alert(1)>").unwrap();
    fs::write(shots.join("trace.zip"), "zip").unwrap();
    let attachment = |name: &str, content_type: &str, path: &str| Attachment {
        name: name.into(),
        content_type: content_type.into(),
        path: Some(path.into()),
    };
    let test = sample.outcome.tests.values_mut().find(|test| test.verdict() == Verdict::Failed);
    let test = test.unwrap();
    let title = test.case.key.title();
    let result = &mut test.runs[0].result;
    result.duration = Duration::from_secs(1);
    result.attachments = vec![
        attachment("<screenshot>", "image/png", "shards/1/files/a \"b\".png"),
        attachment("no picture", "image/png", "shards/1/files/false.png"),
        attachment("trace", "application/zip", "shards/1/files/trace.zip"),
        attachment("gone", "image/png", "shards/1/files/gone.png"),
        attachment("secret", "image/png", "../secret.png"),
    ];
    sample.write(&Overview, folder.path());
    let page = fs::read_to_string(folder.path().join("index.html")).unwrap();
    let pictures: Vec<&str> =
        page.split("<img ").skip(1).filter_map(|rest| rest.split('>').next()).collect();
    let title = html(&title);
    let expected = format!(
        "loading=\"lazy\" decoding=\"async\" src=\"shards/1/files/a%20%22b%22.png\" \
          alt=\"&lt;screenshot&gt; of {title}\" width=\"640\" height=\"480\""
    );
    assert_eq!(pictures, [expected], "each is named by its test, too");
    assert!(page.contains("<a href=\"shards/1/files/false.png\">no picture<span"), "{page}");
    assert!(page.contains("<a href=\"shards/1/files/trace.zip\">trace<span"));
    assert!(!page.contains("gone.png") && !page.contains("secret.png"));
}

/// The cards of a section.
fn section<'a>(page: &'a str, id: &str) -> &'a str {
    let rest = page.split(&format!("<section id=\"{id}\"")).nth(1).unwrap();
    rest.split("</section>").next().unwrap()
}

#[test]
fn a_card_names_the_line_that_failed_and_each_name_has_its_own_direction() {
    let mut sample = stormy();
    let test = sample.outcome.tests.values_mut().find(|test| test.verdict() == Verdict::Failed);
    let test = test.unwrap();
    // It is declared where no error is.
    test.case.line = 3;
    test.case.key.titles = vec!["عنوان".into()];
    let page = sample.text_of(&Overview);
    let place = "<bdi class=\"title\">عنوان</bdi> <bdi class=\"place\">shop.spec.ts:7 · desk";
    assert!(section(&page, "failed").contains(place), "{page}");
}

#[test]
fn a_closed_card_of_a_quarantined_test_says_until_when_and_who() {
    let mut sample = stormy();
    let test = sample.outcome.tests.values_mut().find(|test| test.verdict() == Verdict::Failed);
    let (owner, reason) = ("<ann>".to_owned(), "slow".to_owned());
    test.unwrap().quarantine =
        Some(Term { until: Day(2026, 12, 31), owner, reason, is_over: false });
    let page = sample.text_of(&Overview);
    let head = section(&page, "quarantined").split("</summary>").next().unwrap();
    assert!(head.ends_with("· until 2026-12-31 (&lt;ann&gt;)</bdi>"), "{head}");
}

#[test]
fn what_other_reports_count_as_a_test_case_is_said_and_set_up_tests_are_counted() {
    let page = stormy().text_of(&Overview);
    let said = "count each of them as a test case: 9 with the 8 tests.";
    assert!(section(&page, "outside").contains(said), "{page}");
    let table = section(&page, "shards");
    assert!(table.contains("+ 1 set-up test, in each shard that needs it"), "{table}");
    for name in ["Predicted", "Took", "Start"] {
        assert!(table.contains(&format!(">{name}</th>")), "no column {name}: {table}");
    }
}

#[test]
fn the_slowest_test_is_the_one_with_the_longest_execution() {
    let mut sample = stormy();
    let of = |sample: &crate::report::sample::Sample| {
        let page = sample.text_of(&Overview);
        let rows = section(&page, "slowest").split("longest execution").nth(1).unwrap().to_owned();
        rows.split("<tr><td class=\"number\">")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(of(&sample), "1.0 s");
    // Three tries of one test take longer together than any other test.
    let flaky = sample.outcome.tests.values_mut().find(|test| test.verdict() == Verdict::Flaky);
    let runs = &mut flaky.unwrap().runs;
    runs[0].result.duration = Duration::from_millis(900);
    runs[1].result.duration = Duration::from_millis(900);
    assert_eq!(of(&sample), "1.0 s");
}
