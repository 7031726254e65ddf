//! An outcome goes in, the page's lists come out as HTML: cards of tests, what is wrong outside
//! tests, faults with what to do.

use std::fmt::Write;

use crate::model::outcome::{Outcome, TestOutcome, Verdict};
use crate::model::quarantine::Term;
use crate::report::facts;
use crate::report::overview::data::Positions;
use crate::report::overview::executions::{executions, focus};
use crate::report::overview::links::Links;
use crate::report::place;
use crate::report::strains;
use crate::report::text::html;

/// A page of tens of thousands of failures opens in no browser; the other reports hold them all.
const MOST: usize = 200;
/// All cards together, in bytes; then only names are shown.
const MOST_BYTES: usize = 2 << 20;
/// Of a text outside tests, in characters.
const MOST_CHARS: usize = 8_000;
/// So few cards are opened at once.
const OPEN: usize = 5;

/// What cards of tests are made of, and how much of them there is already.
pub(crate) struct Cards<'a> {
    pub(crate) outcome: &'a Outcome,
    pub(crate) links: &'a Links,
    pub(crate) positions: &'a Positions,
    shown: usize,
    opened: usize,
    bytes: usize,
}

impl<'a> Cards<'a> {
    pub(crate) fn new(outcome: &'a Outcome, links: &'a Links, positions: &'a Positions) -> Self {
        Self { outcome, links, positions, shown: 0, opened: 0, bytes: 0 }
    }

    /// The tests with one of these verdicts.
    pub(crate) fn section(&mut self, id: &str, title: &str, verdicts: &[Verdict]) -> String {
        self.titled(id, title, &facts::with_verdict(self.outcome, verdicts))
    }

    /// These tests.
    pub(crate) fn titled(&mut self, id: &str, title: &str, tests: &[&TestOutcome]) -> String {
        if tests.is_empty() {
            return String::new();
        }
        self.shown = 0;
        let count = tests.len();
        format!(
            "<section id=\"{id}\">\n<h2>{title} <span class=\"count\">{count}</span></h2>\n{}</section>\n",
            self.list(tests)
        )
    }

    /// A list of cards, as many as there is room for.
    pub(crate) fn list(&mut self, tests: &[&TestOutcome]) -> String {
        let room = MOST.saturating_sub(self.shown).min(tests.len());
        let mut out = "<ul class=\"cards\">\n".to_owned();
        for test in &tests[..room] {
            out.push_str(&self.card(test));
        }
        out.push_str("</ul>\n");
        if room < tests.len() {
            let more = tests.len() - room;
            let _ = writeln!(
                out,
                "<p class=\"muted\">… and {more} more, which results.json and junit.xml name</p>"
            );
        }
        out
    }

    fn card(&mut self, test: &TestOutcome) -> String {
        self.shown += 1;
        let verdict = test.verdict();
        let id = self.positions.get(test).map(|at| format!(" id=\"t{at}\"")).unwrap_or_default();
        let head = format!(
            "<li class=\"card {}\"{id}><details{}><summary>{}</summary>\n",
            verdict.name(),
            if !test.is_excused() && self.opens(verdict) { " open" } else { "" },
            name(test) + &term(test),
        );
        let body = if self.bytes < MOST_BYTES {
            executions(self.outcome, test, self.links)
        } else {
            format!("<p>{}</p>\n", html(first_line(&facts::why(self.outcome, test))))
        };
        self.bytes += head.len() + body.len();
        format!("{head}{body}</details></li>\n")
    }

    /// The first ones that failed are read by most who open the page.
    fn opens(&mut self, verdict: Verdict) -> bool {
        let is_bad = matches!(verdict, Verdict::Failed | Verdict::TimedOut);
        self.opened += usize::from(is_bad);
        is_bad && self.opened <= OPEN
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Its titles and where to look: where it went wrong, or else where it is declared. Each of both is
/// written in its own direction.
pub(crate) fn name(test: &TestOutcome) -> String {
    let key = &test.case.key;
    let mut place = format!("{}:{}", key.file, place::of_test(test).line);
    if !key.project.is_empty() {
        let _ = write!(place, " · {}", key.project);
    }
    if key.repeat > 0 {
        let _ = write!(place, " · repeat {}", key.repeat);
    }
    let _ = write!(place, " · shard {}", facts::shard_list(test));
    let word = match test.verdict() {
        Verdict::TimedOut => "<b class=\"word\">timed out</b> ",
        Verdict::Passed
        | Verdict::Flaky
        | Verdict::Skipped
        | Verdict::NotRun
        | Verdict::Interrupted
        | Verdict::Failed => "",
    };
    format!(
        "{word}<bdi class=\"title\">{}</bdi> <bdi class=\"place\">{}</bdi>",
        html(&key.title()),
        html(&place)
    )
}

/// Until when it may fail and who takes care of that, for a card that is closed.
fn term(test: &TestOutcome) -> String {
    let Some(Term { until, owner, is_over, .. }) = facts::term(test) else { return String::new() };
    let word = if *is_over { "quarantine ended on" } else { "until" };
    format!(" <bdi class=\"place\">· {word} {until} ({})</bdi>", html(owner))
}

/// What is wrong outside all tests.
pub(crate) fn problems(outcome: &Outcome) -> String {
    let problems = facts::problems(outcome);
    let items = problems.iter().map(|problem| {
        let title = html(&problem.title);
        if problem.text.is_empty() {
            format!("<li class=\"card failed\"><p>{title}</p></li>\n")
        } else {
            let text = short(&problem.text);
            let (focus, text) = (focus("message", &text), html(&text));
            format!("<li class=\"card failed\"><p>{title}</p><pre{focus}>{text}</pre></li>\n")
        }
    });
    let (tests, cases) = (outcome.tests.len(), outcome.tests.len() + problems.len());
    let note = format!(
        "<p class=\"muted\">junit.xml and results.json count each of them as a test case: {cases} \
         with the {}.</p>\n",
        facts::number_of(tests, "test")
    );
    section("outside", "Errors outside the tests", items.collect(), &note)
}

/// Faults and limits, with what to do.
pub(crate) fn strains(outcome: &Outcome) -> String {
    let strains = strains::strains(outcome);
    let items = strains
        .iter()
        .map(|strain| format!("<li class=\"card flaky\"><p>{}</p></li>\n", marked(strain)));
    section("faults", "Faults and limits", items.collect(), "")
}

fn section(id: &str, title: &str, items: Vec<String>, note: &str) -> String {
    if items.is_empty() {
        return String::new();
    }
    let all = items.len();
    let mut out = format!(
        "<section id=\"{id}\">\n<h2>{title} <span class=\"count\">{all}</span></h2>\n<ul class=\"cards\">\n"
    );
    out.extend(items.into_iter().take(MOST));
    out.push_str("</ul>\n");
    if all > MOST {
        let _ = writeln!(out, "<p class=\"muted\">… and {} more</p>", all - MOST);
    }
    out + note + "</section>\n"
}

/// A sentence with the names that stand in backticks as code.
pub(crate) fn marked(sentence: &str) -> String {
    let mut parts: Vec<String> = sentence.split('`').map(html).collect();
    // Every other part stands between two of them; a last one without its end is a mark itself.
    let last = if parts.len().is_multiple_of(2) { parts.pop() } else { None };
    let code = |(at, part): (usize, String)| match at % 2 {
        0 => part,
        _ => format!("<code>{part}</code>"),
    };
    let said: String = parts.into_iter().enumerate().map(code).collect();
    said + &last.map(|last| format!("`{last}")).unwrap_or_default()
}

fn short(text: &str) -> String {
    let short: String = text.chars().take(MOST_CHARS).collect();
    if short.len() < text.len() { short + "\n…" } else { short }
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn names_in_backticks_are_code_and_nothing_else_is() {
        assert_eq!(marked("`a<b>` of `c`: d"), "<code>a&lt;b&gt;</code> of <code>c</code>: d");
        assert_eq!(marked("one ` alone"), "one ` alone");
        assert_eq!(marked("`a` and ` alone"), "<code>a</code> and ` alone");
        assert_eq!(marked("plain"), "plain");
    }
}
