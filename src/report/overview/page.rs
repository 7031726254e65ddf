//! The page's template goes in with its parts, the page comes out.

use std::fmt::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::model::outcome::{Conclusion, Outcome, Verdict};
use crate::model::plan::Plan;
use crate::report::overview::chart::chart;
use crate::report::overview::data::{Positions, json};
use crate::report::overview::failures::failures;
use crate::report::overview::links::{Links, PLAYWRIGHT};
use crate::report::overview::lists::{self, Cards};
use crate::report::overview::shards::shards;
use crate::report::overview::slowest::slowest;
use crate::report::overview::took::took;
use crate::report::overview::verdict;
use crate::report::overview::why::why;
use crate::report::skew::skew;
use crate::report::text::html;
use crate::report::{Source, facts, strains};

const PAGE: &str = include_str!("page.html");
const TIMELINE: &str = include_str!("timeline.html");
const STYLE: &str = include_str!("style.css");
/// One script, in the order in which its parts need each other.
const SCRIPT: &str = concat!(
    include_str!("script/chart.js"),
    include_str!("script/paint.js"),
    include_str!("script/view.js"),
    include_str!("script/walk.js"),
    include_str!("script/page.js"),
);

/// The whole page. `output` is only looked at, for what can be linked to.
pub(crate) fn page(source: &Source<'_>, output: &Path) -> String {
    let (plan, outcome) = (source.plan, source.outcome);
    let (chart, links) = (chart(plan, outcome), Links::of(output));
    let positions = Positions::of(&chart);
    let mut cards = Cards::new(outcome, &links, &positions);
    let has_bars = chart.bars().next().is_some();
    let parts = [
        ("script_hash", hash(SCRIPT)),
        ("style_hash", hash(STYLE)),
        ("title", html(&title(outcome))),
        ("style", STYLE.to_owned()),
        ("script", SCRIPT.to_owned()),
        ("conclusion_class", conclusion_class(outcome).to_owned()),
        ("word", verdict::word(outcome).to_owned()),
        ("sentence", html(&verdict::sentence(plan, outcome))),
        ("took", html(&took(plan, outcome))),
        ("reasons", reasons(plan, outcome)),
        ("about", html(&about(source))),
        ("counts", counts(outcome)),
        ("links", reports(output)),
        ("jumps", jumps(outcome)),
        ("problems", lists::problems(outcome)),
        ("strains", lists::strains(outcome)),
        ("failed", failures(&mut cards)),
        ("interrupted", cards.section("interrupted", "Interrupted", &[Verdict::Interrupted])),
        ("not_run", cards.section("not-run", "Did not run", &[Verdict::NotRun])),
        ("quarantined", quarantined(&mut cards)),
        ("flaky", cards.section("flaky", "Flaky", &[Verdict::Flaky])),
        ("timeline", if has_bars { TIMELINE.to_owned() } else { NOTHING.to_owned() }),
        ("why", why(&skew(plan, outcome), source.hindsight)),
        ("slowest", slowest(plan, outcome, &links)),
        ("shards", shards(&chart, outcome, output)),
        ("digest", html(&plan.digest.0)),
        ("strategy", html(&plan.strategy)),
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("data", json(&chart, &links, &positions)),
    ];
    fill(PAGE, &parts)
}

/// Failures that do not fail the run.
fn quarantined(cards: &mut Cards<'_>) -> String {
    let tests = facts::failed(cards.outcome, true);
    cards.titled("quarantined", "Quarantined failures", &tests)
}

const NOTHING: &str = "<p class=\"muted\">No test ran.</p>\n";

/// Puts the parts in place of `{{name}}`, in one pass: a title that looks like a place stays text.
fn fill(template: &str, parts: &[(&str, String)]) -> String {
    let mut page = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        let part = parts.iter().find(|(known, _)| *known == name);
        page.push_str(part.map_or("", |(_, text)| text));
        rest = after;
    }
    page.push_str(rest);
    page
}

/// The only style and the only script that the page's policy admits are its own.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

fn title(outcome: &Outcome) -> String {
    let failed = match outcome.counts().unexcused() {
        0 => String::new(),
        bad => format!(" ({bad})"),
    };
    format!("{}{failed} – shardwright", verdict::word(outcome))
}

fn conclusion_class(outcome: &Outcome) -> &'static str {
    match outcome.conclusion() {
        Conclusion::Passed => "passed",
        Conclusion::Failed | Conclusion::Incomplete | Conclusion::Interrupted => "failed",
        Conclusion::Empty => "empty",
    }
}

fn reasons(plan: &Plan, outcome: &Outcome) -> String {
    let reasons = verdict::reasons(plan, outcome);
    if reasons.is_empty() {
        return String::new();
    }
    let items = reasons.iter().map(|reason| format!("<li>{}</li>\n", html(reason)));
    format!("<ul class=\"reasons\">\n{}</ul>\n", items.collect::<String>())
}

fn about(source: &Source<'_>) -> String {
    let plan = source.plan;
    let started = source.outcome.started.and_then(facts::minute);
    let mut about = started.map_or_else(String::new, |started| format!("Started {started}. "));
    let workers = facts::number_of(plan.workers as usize, "worker");
    let _ = write!(about, "Plan by {}, {workers} a shard.", plan.strategy);
    about
}

fn counts(outcome: &Outcome) -> String {
    let counts = outcome.counts();
    // Where they all are quarantined there is no other section of them.
    let failed = if counts.unexcused() > 0 { "failed" } else { "quarantined" };
    let mut out = format!("<li><b>{}</b> tests</li>\n", counts.total());
    for (count, verdict, word, list) in [
        (counts.passed, Verdict::Passed, "passed", ""),
        (counts.failed, Verdict::Failed, "failed", failed),
        (counts.timed_out, Verdict::TimedOut, "timed out", failed),
        (counts.flaky, Verdict::Flaky, "flaky", "flaky"),
        (counts.skipped, Verdict::Skipped, "skipped", ""),
        (counts.interrupted, Verdict::Interrupted, "interrupted", "interrupted"),
        (counts.not_run, Verdict::NotRun, "not run", "not-run"),
    ] {
        if count == 0 {
            continue;
        }
        let said = format!("<b class=\"{}\">{count}</b> {word}", verdict.name());
        let _ = match list {
            "" => writeln!(out, "<li>{said}</li>"),
            list => writeln!(out, "<li><a href=\"#{list}\">{said}</a></li>"),
        };
    }
    out
}

/// The other reports that are there.
fn reports(output: &Path) -> String {
    let known = [
        (PLAYWRIGHT, "Playwright’s report"),
        ("junit.xml", "junit.xml"),
        ("results.json", "results.json"),
        ("summary.md", "summary.md"),
        ("trace.json", "trace.json"),
        ("plan.json", "plan.json"),
    ];
    let there = known.iter().filter(|(path, _)| output.join(path).exists());
    let links: Vec<String> =
        there.map(|(path, name)| format!("<a href=\"{path}\">{name}</a>")).collect();
    links.join("\n")
}

/// The sections that this page has.
fn jumps(outcome: &Outcome) -> String {
    let counts = outcome.counts();
    let links = [
        ("timeline", "Timeline", None),
        ("outside", "Errors outside tests", Some(facts::problems(outcome).len())),
        ("faults", "Faults", Some(strains::strains(outcome).len())),
        ("failed", "Failed", Some(counts.unexcused())),
        ("interrupted", "Interrupted", Some(counts.interrupted)),
        ("not-run", "Did not run", Some(counts.not_run)),
        ("quarantined", "Quarantined", Some(counts.quarantined)),
        ("flaky", "Flaky", Some(counts.flaky)),
        ("why", "Time", None),
        ("slowest", "Slowest", None),
        ("shards", "Shards", None),
    ];
    let there = links.iter().filter(|(_, _, count)| *count != Some(0));
    let link = |(id, name, count): &(&str, &str, Option<usize>)| {
        let count = count.map(|count| format!(" <span class=\"count\">{count}</span>"));
        format!("<a href=\"#{id}\">{name}{}</a>", count.unwrap_or_default())
    };
    there.map(link).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{PAGE, SCRIPT, STYLE, TIMELINE, fill};

    #[test]
    fn a_part_that_looks_like_a_place_stays_text() {
        let parts = [("a", "{{b}}".to_owned()), ("b", "secret".to_owned())];
        assert_eq!(fill("<{{a}}|{{b}}>", &parts), "<{{b}}|secret>");
    }

    #[test]
    fn the_page_takes_nothing_from_elsewhere() {
        for source in [PAGE, TIMELINE, STYLE, SCRIPT] {
            for far in
                ["http:", "https:", "url(", "@import", " style=", " src=", "fetch(", "import("]
            {
                assert!(!source.contains(far), "{far}");
            }
        }
        assert!(!STYLE.contains('<'));
        // Text becomes an element by `textContent` alone.
        for raw in ["innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "</"] {
            assert!(!SCRIPT.contains(raw), "{raw}");
        }
    }
}
