//! An outcome goes in, the sections of the summary come out, each as blocks of bounded length.

use std::fmt::Write;

use crate::model::event::Status;
use crate::model::outcome::{Outcome, TestOutcome, TestRun, Verdict};
use crate::report::Source;
use crate::report::facts::{self, Problem};
use crate::report::markdown::fit::Section;
use crate::report::place;
use crate::report::shards::{ShardRow, rows, set_up};
use crate::report::skew::{skew, words};
use crate::report::strains;
use crate::report::text::{html, markdown, markdown_block, terminal};

/// Blocks with messages, and lines: a page of thousands opens slowly and is read by nobody.
const MOST_BLOCKS: usize = 100;
const MOST_LINES: usize = 200;
const SLOWEST: usize = 10;
/// Of one test.
const MOST_EXECUTIONS: usize = 10;
/// Of a message, in lines and in characters.
const MESSAGE_LINES: usize = 30;
const MESSAGE_CHARS: usize = 4_000;
/// Of a title, a path or the first line of a message, in characters.
const LINE_CHARS: usize = 240;

/// All of them, the most urgent first.
pub(super) fn sections<'a>(source: &'a Source<'_>) -> Vec<Section<'a>> {
    vec![
        problems(source.outcome),
        tests(source, "Failed", "failures", facts::failed(source.outcome, false)),
        tests(
            source,
            "Interrupted",
            "interrupted tests",
            facts::with_verdict(source.outcome, &[Verdict::Interrupted]),
        ),
        tests(
            source,
            "Quarantined failures",
            "quarantined failures",
            facts::failed(source.outcome, true),
        ),
        not_run(source.outcome),
        flaky(source),
        faults(source.outcome),
        shards(source),
        late(source),
        slowest(source.outcome),
    ]
}

/// What is wrong and no test tells.
fn problems(outcome: &Outcome) -> Section<'_> {
    let problems = facts::problems(outcome);
    let block = |Problem { title, text }: Problem| {
        let title = short(&title);
        // Where nothing is marked as a name all of it may be one.
        let title = if title.contains('`') { marked(&title) } else { code(&title) };
        let line = format!("- {title}\n");
        if text.is_empty() { line } else { line + "\n" + &indented(&message(&text)) + "\n" }
    };
    Section {
        title: "Errors outside the tests",
        noun: "problems",
        head: "",
        all: problems.len(),
        most: MOST_BLOCKS,
        share: 3,
        blocks: Box::new(problems.into_iter().map(block)),
    }
}

/// Tests with their message, each to be unfolded.
fn tests<'a>(
    source: &'a Source<'_>,
    title: &'static str,
    noun: &'static str,
    tests: Vec<&'a TestOutcome>,
) -> Section<'a> {
    let block = |test: &TestOutcome| {
        let kind = if test.verdict() == Verdict::TimedOut { " (timed out)" } else { "" };
        // This line is HTML to every reader of Markdown: a backslash would be shown.
        let title = html(&terminal(&short(&test.case.key.to_string())));
        let story = message(&facts::story(source.outcome, test));
        format!(
            "<details><summary><code>{title}</code>{kind}</summary>\n\n{}\n\n{story}\n</details>\n\n",
            whereabouts(source, test),
        )
    };
    Section {
        title,
        noun,
        head: "",
        all: tests.len(),
        most: MOST_BLOCKS,
        share: 10,
        blocks: Box::new(tests.into_iter().map(block)),
    }
}

fn not_run(outcome: &Outcome) -> Section<'_> {
    let tests = facts::with_verdict(outcome, &[Verdict::NotRun]);
    let block = |test: &TestOutcome| {
        let why = code(&short(&facts::why(outcome, test)));
        format!("- {}: {why}\n", code(&short(&test.case.key.to_string())))
    };
    Section {
        title: "Did not run",
        noun: "tests that did not run",
        head: "",
        all: tests.len(),
        most: MOST_LINES,
        share: 2,
        blocks: Box::new(tests.into_iter().map(block)),
    }
}

/// Tests that failed and passed, with all their executions.
fn flaky<'a>(source: &'a Source<'_>) -> Section<'a> {
    let tests = facts::with_verdict(source.outcome, &[Verdict::Flaky]);
    let block = |test: &TestOutcome| {
        let why = facts::why(source.outcome, test);
        let first = short(why.lines().find(|line| !line.trim().is_empty()).unwrap_or_default());
        let title = code(&short(&test.case.key.to_string()));
        format!("- {title}<br>{}<br>{}\n", whereabouts(source, test), code(&first))
    };
    Section {
        title: "Flaky",
        noun: "flaky tests",
        head: "",
        all: tests.len(),
        most: MOST_LINES,
        share: 4,
        blocks: Box::new(tests.into_iter().map(block)),
    }
}

/// What was wrong with the places where tests ran, and what to do about it.
fn faults(outcome: &Outcome) -> Section<'_> {
    let strains = strains::strains(outcome);
    Section {
        title: "Faults and limits",
        noun: "faults",
        head: "",
        all: strains.len(),
        most: MOST_LINES,
        share: 1,
        blocks: Box::new(strains.into_iter().map(|strain| format!("- {}\n", marked(&strain)))),
    }
}

fn shards<'a>(source: &'a Source<'_>) -> Section<'a> {
    let rows = rows(source.plan, source.outcome);
    let (all, set_up) = (rows.len(), set_up(source.outcome));
    // It stands below the table.
    let foot = set_up.map(|set_up| format!("\n{set_up}\n")).unwrap_or_default();
    let row = move |(at, row): (usize, ShardRow<'_>)| {
        let times = row.told().join(" | ");
        let end = code(&short(&facts::ending(row.shard)));
        let elsewhere = row.elsewhere().map(|said| format!(", {said}")).unwrap_or_default();
        let foot = if at + 1 == all { foot.as_str() } else { "" };
        format!("| {} | {} | {times} | {end}{elsewhere} |\n{foot}", row.shard.number, row.tests)
    };
    Section {
        title: "Shards",
        noun: "shards",
        head: "| shard | tests | predicted | took | start | end |\n\
               |---:|---:|---:|---:|---:|---|\n",
        all,
        most: MOST_LINES,
        share: 2,
        blocks: Box::new(rows.into_iter().enumerate().map(row)),
    }
}

/// Which shards kept the others waiting, and why.
fn late<'a>(source: &'a Source<'_>) -> Section<'a> {
    let sentences = words::sentences(&skew(source.plan, source.outcome));
    let line = |sentence: String| format!("- {}\n", marked(&cut(&sentence, MESSAGE_CHARS)));
    Section {
        title: "Late shards",
        noun: "late shards",
        head: "",
        all: sentences.len(),
        most: MOST_LINES,
        share: 1,
        blocks: Box::new(sentences.into_iter().map(line)),
    }
}

/// Of each test its longest execution.
fn slowest(outcome: &Outcome) -> Section<'_> {
    let mut slowest = facts::slowest(outcome);
    slowest.truncate(SLOWEST);
    let row = |(test, run): (&TestOutcome, &TestRun)| {
        let title = code(&short(&test.case.key.to_string()));
        format!("| {} | {title} | {} |\n", facts::time(run.result.duration), run.id.shard)
    };
    Section {
        title: "Slowest tests",
        noun: "tests",
        head: "| time | test | shard |\n|---:|---|---:|\n",
        all: slowest.len(),
        most: SLOWEST,
        share: 1,
        blocks: Box::new(slowest.into_iter().map(row)),
    }
}

/// Where a test is, where it ran and how each execution ended.
fn whereabouts(source: &Source<'_>, test: &TestOutcome) -> String {
    let shards = facts::shards(test).len();
    let shards = match shards {
        0 => String::new(),
        1 => format!(", shard {}", facts::shard_list(test)),
        _ => format!(", shards {}", facts::shard_list(test)),
    };
    let ends: Vec<String> = facts::executions(test)
        .take(MOST_EXECUTIONS)
        .map(|run| format!("{} in {}", end(run), facts::time(run.result.duration)))
        .collect();
    let more = facts::executions(test).count().saturating_sub(MOST_EXECUTIONS);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    let ends = if ends.is_empty() { String::new() } else { format!(": {}{more}", ends.join(", ")) };
    format!("{}{shards}{ends}", link(source, test))
}

/// The line to look at, as a link where the CI system shows files.
fn link(source: &Source<'_>, test: &TestOutcome) -> String {
    let (file, line) = (&test.case.key.file, place::of_test(test).line);
    let known = place::in_repository(source.outcome.sources.as_deref(), file);
    let shown = code(&short(&format!("{}:{line}", known.as_ref().unwrap_or(file))));
    match (known, &source.build.files_url) {
        (Some(path), Some(url)) if path.len() <= LINE_CHARS => {
            let url = format!("{url}/{}#L{line}", address(&path));
            format!("<a href=\"{}\">{shown}</a>", html(&url))
        }
        _ => shown,
    }
}

/// A path as a part of an address.
fn address(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

fn end(run: &TestRun) -> &'static str {
    match run.result.status {
        Status::Interrupted => "interrupted",
        Status::Skipped => "skipped",
        status if status == run.result.expected => "passed",
        Status::TimedOut => "timed out",
        Status::Passed | Status::Failed => "failed",
    }
}

/// As code, so that `@smoke` in a title calls nobody and `#1` leads nowhere.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", markdown(text))
}

/// A sentence with the names that stand in backticks as code. What it is not sure of is code as a
/// whole: a name may hold backticks, too, and nobody is to be called.
fn marked(sentence: &str) -> String {
    let parts: Vec<&str> = sentence.split('`').collect();
    let outside = || parts.iter().step_by(2);
    if parts.len().is_multiple_of(2) || outside().any(|part| part.contains('@')) {
        return code(sentence);
    }
    let said = parts.iter().enumerate().map(|(at, part)| match at % 2 {
        0 => markdown(part),
        _ => code(part),
    });
    said.collect()
}

/// The beginning of a line.
fn short(text: &str) -> String {
    cut(text, LINE_CHARS)
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// The first lines, in a block of their own.
fn message(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take(MESSAGE_LINES).collect();
    let short = cut(&lines.join("\n"), MESSAGE_CHARS);
    let rest = text.lines().count().saturating_sub(MESSAGE_LINES);
    let rest = match rest {
        0 => String::new(),
        rest => format!("\n… and {}", facts::number_of(rest, "more line")),
    };
    markdown_block(&(short + &rest))
}

fn indented(block: &str) -> String {
    block.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect()
}
