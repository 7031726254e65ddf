//! Titles, paths and messages that try to leave their place: terminal, XML, Markdown, HTML,
//! workflow commands.

use crate::support::place::Place;
use crate::support::script::suite;

const TITLES: [&str; 14] = [
    "plain",
    "a › b",
    "a > b",
    "\"double\" and 'single'",
    "]]> <![CDATA[ </testcase>",
    "🛒 é 漢字 \u{202e}turned\u{202c}",
    "back\\slash \\n",
    "::error::forged",
    "two\n::error file=x::lines\r\n  ##[error]more",
    "\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7} \u{9b}2J",
    "bell \u{7} null \u{0} backspace \u{8}",
    "| cell | `code` **bold** <b>html</b> [link](x)",
    "<script>alert(1)</script> &amp; & %0A %25",
    "@tag #1 \u{fffe}\u{ffff}",
];

/// A run where every test fails with its own title as message.
fn run(github: bool) -> (Place, crate::support::Said) {
    let file = "odd \u{1b}[1m::error::/<b>|]]>.spec.ts";
    let mut script = suite(&[(file, &TITLES)]);
    for title in TITLES {
        script["results"][title] =
            serde_json::json!({"status": "failed", "error": format!("{title}\n{title}")});
    }
    let place = Place::scripted(&script);
    let mut command =
        place.tool(&["run", "--shards", "2", "--progress", "plain", "-v", "--fake", "suite.json"]);
    command.envs(github.then_some(("GITHUB_ACTIONS", "true")));
    let said = place.answer(&mut command);
    assert_eq!((said.code, said.stdout.as_str()), (1, ""), "{}", said.stderr);
    (place, said)
}

/// Nothing that a terminal would obey, and no line that a CI machine would.
#[track_caller]
fn is_harmless(text: &str) {
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    assert!(!text.contains(control), "{text:?}");
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("::"), "{line:?}");
        // GitHub and Azure Pipelines look for these anywhere.
        assert!(!line.contains("##[") && !line.contains("##vso["), "{line:?}");
    }
}

#[test]
fn nothing_printed_is_obeyed_by_a_terminal_or_a_ci_machine() {
    let (place, said) = run(false);
    is_harmless(&said.stderr);
    for arguments in [
        ["discover", "--format", "table"],
        ["discover", "--format", "list"],
        ["plan", "--format", "table"],
        ["plan", "--format", "list"],
        ["discover", "--format", "json"],
        ["plan", "--format", "json"],
    ] {
        let said = place.play(&arguments);
        assert_eq!(said.code, 0, "{said:?}");
        is_harmless(&said.stderr);
        if arguments[2] == "json" {
            assert!(!said.stdout.contains("##["), "{}", said.stdout);
            let said: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
            assert!(said.to_string().contains("forged"));
            assert!(said.to_string().contains("##[error]more"), "{said}");
        } else {
            is_harmless(&said.stdout);
        }
    }
}

#[test]
fn on_github_there_are_our_own_commands_and_no_others() {
    let (_place, said) = run(true);
    let commands: Vec<&str> =
        said.stderr.lines().filter(|line| line.trim_start().starts_with("::")).collect();
    let (last, errors) = commands.split_last().expect("commands");
    assert_eq!(errors.len(), 10);
    for command in errors {
        assert!(command.starts_with("::error title=failed%3A "), "{command}");
    }
    let left = TITLES.len() - errors.len();
    let notice = format!("::notice title=shardwright::{left} more errors, see the job's summary ");
    assert!(last.starts_with(&notice), "{last}");
    let own = |line: &&str| !line.starts_with("::");
    is_harmless(&said.stderr.lines().filter(own).collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_junit_file_is_xml_with_every_test_once() {
    let (place, _said) = run(false);
    let text = place.read("shardwright-report/junit.xml");
    let mut reader = quick_xml::Reader::from_str(&text);
    reader.config_mut().check_end_names = true;
    let (mut cases, mut failures) = (0, 0);
    loop {
        let event = reader.read_event().expect("it is XML");
        if let quick_xml::events::Event::Start(tag) = &event {
            cases += usize::from(tag.name().as_ref() == "testcase");
            failures += usize::from(tag.name().as_ref() == "failure");
            for attribute in tag.attributes() {
                attribute.expect("it is an attribute");
            }
        }
        if event == quick_xml::events::Event::Eof {
            break;
        }
    }
    assert_eq!((cases, failures), (TITLES.len(), TITLES.len()));
    let forbidden = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    assert!(!text.contains(forbidden) && !text.contains(['\u{fffe}', '\u{ffff}']));
}

#[test]
fn the_ctrf_file_holds_every_test_as_failed() {
    let (place, _said) = run(false);
    let results = &place.json("shardwright-report/results.json")["results"];
    let tests = results["tests"].as_array().expect("tests");
    assert_eq!(tests.len(), TITLES.len());
    assert!(tests.iter().all(|test| test["status"] == "failed"));
    assert_eq!(results["summary"]["failed"], TITLES.len());
}

#[test]
fn markdown_and_html_stay_whole() {
    let (place, _said) = run(false);
    let markdown = place.read("shardwright-report/summary.md");
    assert!(!markdown.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')));
    let mut fenced = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            assert!(!line.contains("<script") && !line.contains("<b>"), "{line}");
            // In a block of HTML, which begins with a tag, Markdown means nothing.
            let marks = ["**bold**", "[link](x)"].iter().any(|mark| line.contains(mark));
            assert!(line.starts_with('<') || !marks, "{line}");
        }
    }
    assert!(!fenced, "a block is open at the end of {markdown}");
    let html = place.read("shardwright-report/index.html");
    assert!(!html.contains("<script>alert") && !html.contains("<b>html"), "{html}");
    assert!(!html.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')));
}

#[test]
fn timings_keep_such_titles_and_know_them_again() {
    let (place, _said) = run(false);
    let passing: Vec<&str> = TITLES.to_vec();
    place.write("suite.json", suite(&[("a.spec.ts", &passing)]).to_string());
    assert_eq!(place.play(&["run", "-q", "--update-timings"]).code, 0);
    let said = place.play(&["plan"]);
    let known = format!("{0} of {0} tests have a history", TITLES.len());
    assert!(said.stdout.contains(&known), "{}", said.stdout);
}
