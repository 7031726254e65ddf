//! An outcome goes in, the page's lists and tables come out as HTML.

use std::cmp::Reverse;
use std::fmt::Write;
use std::path::Path;

use crate::model::outcome::{Outcome, TestOutcome, Verdict};
use crate::report::facts;
use crate::report::strains;
use crate::report::text::html;

/// A page of tens of thousands of failures opens in no browser; the other reports hold them all.
const MOST: usize = 200;
const MOST_CHARS: usize = 8_000;
const SLOWEST: usize = 10;

/// What is wrong outside all tests.
pub(crate) fn problems(outcome: &Outcome) -> String {
    let problems = facts::problems(outcome);
    let items = problems.iter().map(|problem| {
        let title = html(&problem.title);
        if problem.text.is_empty() {
            format!("<li class=\"failed\">{title}</li>\n")
        } else {
            format!("<li class=\"failed\">{title}<pre>{}</pre></li>\n", html(&short(&problem.text)))
        }
    });
    section("Wrong outside the tests", items.collect())
}

/// The limits that shards hit.
pub(crate) fn strains(outcome: &Outcome) -> String {
    let strains = strains::strains(outcome);
    let items = strains.iter().map(|strain| format!("<li class=\"flaky\">{}</li>\n", html(strain)));
    section("Limits", items.collect())
}

/// The tests with one of these verdicts and why.
pub(crate) fn tests(outcome: &Outcome, title: &str, verdicts: &[Verdict]) -> String {
    let tests = facts::with_verdict(outcome, verdicts);
    section(title, tests.iter().map(|test| item(outcome, test)).collect())
}

fn section(title: &str, items: Vec<String>) -> String {
    if items.is_empty() {
        return String::new();
    }
    let all = items.len();
    let mut out = format!("<section>\n<h2>{title} ({all})</h2>\n<ul class=\"list\">\n");
    out.extend(items.into_iter().take(MOST));
    out.push_str("</ul>\n");
    if all > MOST {
        let _ = writeln!(out, "<p class=\"muted\">… and {} more</p>", all - MOST);
    }
    out.push_str("</section>\n");
    out
}

fn item(outcome: &Outcome, test: &TestOutcome) -> String {
    let verdict = test.verdict();
    let open = match verdict {
        Verdict::Failed | Verdict::TimedOut => " open",
        Verdict::Flaky
        | Verdict::NotRun
        | Verdict::Interrupted
        | Verdict::Passed
        | Verdict::Skipped => "",
    };
    format!(
        "<li class=\"{}\"><details{open}><summary>{}</summary><pre>{}</pre></details></li>\n",
        verdict.name(),
        name(test),
        html(&short(&facts::story(outcome, test))),
    )
}

fn name(test: &TestOutcome) -> String {
    let key = &test.case.key;
    let mut place = format!("{}:{}", key.file, test.case.line);
    if !key.project.is_empty() {
        let _ = write!(place, " · {}", key.project);
    }
    if key.repeat > 0 {
        let _ = write!(place, " · repeat {}", key.repeat);
    }
    let _ = write!(place, " · shard {}", facts::shard_list(test));
    format!("{} <span class=\"place\">{}</span>", html(&key.title()), html(&place))
}

fn short(text: &str) -> String {
    let short: String = text.chars().take(MOST_CHARS).collect();
    if short.len() < text.len() { short + "\n…" } else { short }
}

/// One row a shard, with a link to its log where there is one.
pub(crate) fn shards(outcome: &Outcome, output: &Path) -> String {
    let mut out = "<div class=\"scroll\"><table>\n<tr><th class=\"number\">shard</th>\
        <th class=\"number\">tests</th><th class=\"number\">predicted</th>\
        <th class=\"number\">actual</th><th class=\"number\">attempts</th>\
        <th class=\"number\">memory</th><th class=\"number\">CPU</th><th>end</th><th></th></tr>\n"
        .to_owned();
    for shard in &outcome.shards {
        let actual = shard.elapsed().map_or_else(|| "–".to_owned(), facts::time);
        let (memory, cpu) = facts::used(shard);
        let log = format!("shards/{}/log.txt", shard.number);
        let link = if output.join(&log).exists() {
            format!("<a href=\"{log}\">log</a>")
        } else {
            String::new()
        };
        let numbers = [
            shard.number.to_string(),
            shard.planned.to_string(),
            facts::time(shard.predicted),
            actual,
            shard.attempts.len().to_string(),
            memory.map_or_else(|| "–".to_owned(), facts::size),
            cpu.map_or_else(|| "–".to_owned(), facts::time),
        ];
        out.push_str("<tr>");
        out.extend(numbers.iter().map(|cell| format!("<td class=\"number\">{cell}</td>")));
        let _ = writeln!(out, "<td>{}</td><td>{link}</td></tr>", html(&facts::ending(shard)));
    }
    out.push_str("</table></div>\n");
    out
}

/// The tests that took longest, all their executions together.
pub(crate) fn slowest(outcome: &Outcome) -> String {
    let mut tests: Vec<&TestOutcome> = outcome.tests.values().collect();
    tests.retain(|test| !test.duration().is_zero());
    // Stable: equal ones stay in the order of their keys.
    tests.sort_by_key(|test| Reverse(test.duration()));
    if tests.is_empty() {
        return String::new();
    }
    let mut out = "<section>\n<h2>Slowest tests</h2>\n<div class=\"scroll\"><table>\n\
        <tr><th class=\"number\">time</th><th>test</th></tr>\n"
        .to_owned();
    for test in tests.iter().take(SLOWEST) {
        let time = facts::time(test.duration());
        let _ = writeln!(out, "<tr><td class=\"number\">{time}</td><td>{}</td></tr>", name(test));
    }
    out.push_str("</table></div>\n</section>\n");
    out
}
