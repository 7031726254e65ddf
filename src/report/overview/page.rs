//! The page's template goes in with its parts, the page comes out.

use std::fmt::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::model::outcome::{Conclusion, Outcome, Verdict};
use crate::report::overview::{lists, timeline};
use crate::report::text::html;
use crate::report::{Source, facts};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");

/// The whole page. `output` is only looked at, for what can be linked to.
pub(crate) fn page(source: &Source<'_>, output: &Path) -> String {
    let outcome = source.outcome;
    let list = |title: &str, verdicts: &[Verdict]| lists::tests(outcome, title, verdicts);
    let parts = [
        ("style_hash", style_hash()),
        ("title", html(&format!("{} – shardwright", facts::conclusion(outcome)))),
        ("style", STYLE.to_owned()),
        ("conclusion_class", conclusion_class(outcome).to_owned()),
        ("headline", html(&facts::headline(outcome))),
        ("about", html(&about(source))),
        ("counts", counts(outcome)),
        ("links", links(output)),
        ("problems", lists::problems(outcome)),
        ("strains", lists::strains(outcome)),
        ("failed", list("Failed", &[Verdict::Failed, Verdict::TimedOut])),
        ("interrupted", list("Interrupted", &[Verdict::Interrupted])),
        ("not_run", list("Did not run", &[Verdict::NotRun])),
        ("flaky", list("Flaky", &[Verdict::Flaky])),
        ("timeline", timeline::timeline(outcome)),
        ("shards", lists::shards(outcome, output)),
        ("slowest", lists::slowest(outcome)),
        ("digest", html(&source.plan.digest.0)),
        ("strategy", html(&source.plan.strategy)),
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    fill(PAGE, &parts)
}

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

/// The only style that the page's policy admits is this one.
fn style_hash() -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE)))
}

fn conclusion_class(outcome: &Outcome) -> &'static str {
    match outcome.conclusion() {
        Conclusion::Passed => "passed",
        Conclusion::Failed | Conclusion::Incomplete | Conclusion::Interrupted => "failed",
        Conclusion::Empty => "empty",
    }
}

fn about(source: &Source<'_>) -> String {
    let shards = source.outcome.shards.len();
    let mut about = format!("{shards} shard{}", if shards == 1 { "" } else { "s" });
    if let Some(started) = source.outcome.started.and_then(facts::timestamp) {
        let _ = write!(about, ", started {started}");
    }
    let _ = write!(about, ", predicted {}", facts::time(source.plan.predicted()));
    about
}

fn counts(outcome: &Outcome) -> String {
    let counts = outcome.counts();
    let mut out = format!("<li><b>{}</b> tests</li>\n", counts.total());
    for (count, verdict, word) in [
        (counts.passed, Verdict::Passed, "passed"),
        (counts.failed, Verdict::Failed, "failed"),
        (counts.timed_out, Verdict::TimedOut, "timed out"),
        (counts.flaky, Verdict::Flaky, "flaky"),
        (counts.skipped, Verdict::Skipped, "skipped"),
        (counts.interrupted, Verdict::Interrupted, "interrupted"),
        (counts.not_run, Verdict::NotRun, "not run"),
    ] {
        if count > 0 {
            let class = verdict.name();
            let _ = writeln!(out, "<li><b class=\"{class}\">{count}</b> {word}</li>");
        }
    }
    out
}

fn links(output: &Path) -> String {
    let known = [
        ("playwright/index.html", "Playwright report"),
        ("junit.xml", "junit.xml"),
        ("results.json", "results.json (CTRF)"),
        ("summary.md", "summary.md"),
    ];
    let there = known.iter().filter(|(path, _)| output.join(path).exists());
    let links: Vec<String> =
        there.map(|(path, name)| format!("<a href=\"{path}\">{name}</a>")).collect();
    links.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{PAGE, STYLE, fill};

    #[test]
    fn a_part_that_looks_like_a_place_stays_text() {
        let parts = [("a", "{{b}}".to_owned()), ("b", "secret".to_owned())];
        assert_eq!(fill("<{{a}}|{{b}}>", &parts), "<{{b}}|secret>");
    }

    #[test]
    fn the_page_takes_nothing_from_elsewhere() {
        for source in [PAGE, STYLE] {
            for far in ["http:", "https:", "//", "url(", "@import", "<script", " style=", " src="] {
                assert!(!source.contains(far), "{far}");
            }
        }
        assert!(!STYLE.contains('<'));
    }
}
