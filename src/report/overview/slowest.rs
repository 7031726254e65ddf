//! A plan and its outcome go in, the tables of the slowest spec files and tests come out as HTML.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::outcome::{Outcome, TestOutcome};
use crate::model::plan::Plan;
use crate::report::facts;
use crate::report::overview::links::Links;
use crate::report::overview::lists::name;
use crate::report::text::html;

const MOST: usize = 15;

/// Both tables; nothing where no test took any time.
pub(crate) fn slowest(plan: &Plan, outcome: &Outcome, links: &Links) -> String {
    let all: Duration = outcome.tests.values().map(TestOutcome::duration).sum();
    if all.is_zero() {
        return String::new();
    }
    format!(
        "<section id=\"slowest\">\n<h2>Slowest</h2>\n<h3>Spec files, with all executions of their tests</h3>\n{}<h3>Tests, each with its longest execution</h3>\n{}</section>\n",
        files(plan, outcome, all),
        tests(plan, outcome, all, links),
    )
}

/// What a plan expected of the files and of single tests; nothing where it knew no times.
fn estimates(plan: &Plan) -> (BTreeMap<&str, Duration>, BTreeMap<&TestKey, Duration>) {
    let (mut files, mut tests) = (BTreeMap::new(), BTreeMap::new());
    if plan.known == 0 {
        return (files, tests);
    }
    for planned in plan.shards.iter().flat_map(|shard| &shard.groups) {
        let group = &planned.group;
        *files.entry(group.file.as_str()).or_insert(Duration::ZERO) += planned.estimate;
        if let [test] = group.tests.as_slice() {
            tests.insert(&test.key, planned.estimate);
        }
    }
    (files, tests)
}

#[derive(Default)]
struct OfFile<'a> {
    took: Duration,
    tests: usize,
    shards: BTreeSet<String>,
    projects: BTreeSet<&'a str>,
}

fn files(plan: &Plan, outcome: &Outcome, all: Duration) -> String {
    let mut files: BTreeMap<&str, OfFile<'_>> = BTreeMap::new();
    for test in outcome.tests.values() {
        let file = files.entry(&test.case.key.file).or_default();
        file.took += test.duration();
        file.tests += 1;
        file.shards.extend(facts::shards(test).iter().map(ToString::to_string));
        file.projects.insert(&test.case.key.project);
    }
    let mut sorted: Vec<(&str, OfFile<'_>)> = files.into_iter().collect();
    sorted.sort_by_key(|(file, of)| (Reverse(of.took), *file));
    let estimates = estimates(plan).0;
    let mut out = head("Spec file", "<th scope=\"col\" class=\"number\">Tests</th>");
    for (file, of) in sorted.iter().take(MOST).filter(|(_, of)| !of.took.is_zero()) {
        let projects: Vec<&str> =
            of.projects.iter().copied().filter(|name| !name.is_empty()).collect();
        let mut place = projects.join(", ");
        if !place.is_empty() {
            place.push_str(" · ");
        }
        let shards: Vec<&str> = of.shards.iter().map(String::as_str).collect();
        let _ = write!(place, "shard {}", shards.join(", "));
        let _ = writeln!(
            out,
            "<tr>{}<td class=\"number\">{}</td><td><bdi>{}</bdi> <bdi class=\"place\">{}</bdi></td></tr>",
            numbers(of.took, all, estimates.get(file).copied()),
            of.tests,
            html(file),
            html(&place),
        );
    }
    out + "</tbody></table></div>\n"
}

fn tests(plan: &Plan, outcome: &Outcome, all: Duration, links: &Links) -> String {
    let estimates = estimates(plan).1;
    let mut out = head("Test", "");
    for (test, run) in facts::slowest(outcome).into_iter().take(MOST) {
        let named = match links.test(test) {
            Some(page) => format!("<a href=\"{}\">{}</a>", html(&page), name(test)),
            None => name(test),
        };
        let numbers = numbers(run.result.duration, all, estimates.get(&test.case.key).copied());
        let _ = writeln!(out, "<tr>{numbers}<td>{named}</td></tr>");
    }
    out + "</tbody></table></div>\n"
}

fn head(what: &str, more: &str) -> String {
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Slowest: {what}\"><table class=\"slow\">\n<thead><tr>\
         <th scope=\"col\" class=\"number\">Time</th><th scope=\"col\" class=\"number more\">Share</th>\
         <th scope=\"col\" class=\"number more\">Estimate</th>{more}<th scope=\"col\">{what}</th></tr></thead>\n<tbody>\n"
    )
}

fn numbers(took: Duration, all: Duration, estimate: Option<Duration>) -> String {
    let share = took.as_secs_f64() / all.as_secs_f64() * 100.0;
    let estimate = estimate.map_or_else(|| "–".to_owned(), facts::time);
    format!(
        "<td class=\"number\">{}</td><td class=\"number more\">{share:.1} %</td><td class=\"number more\">{estimate}</td>",
        facts::time(took)
    )
}
