//! An outcome goes in, `summary.md` comes out: what a reviewer reads in a pull request or on the
//! page of a CI job.

use std::fmt::Write;
use std::path::Path;

use crate::model::outcome::{Conclusion, Outcome, TestOutcome, Verdict};
use crate::report::facts;
use crate::report::strains;
use crate::report::text::{html, markdown, markdown_block, terminal};
use crate::report::write::replace_file;
use crate::report::{Report, ReportError, Source};

/// GitHub cuts a job's summary at 1 MiB, so lists are bounded.
const MOST: usize = 50;
/// Of a message, in lines and in characters.
const MOST_LINES: usize = 20;
const MOST_CHARS: usize = 4_000;

/// `summary.md`.
pub(crate) struct Markdown;

impl Report for Markdown {
    fn path(&self) -> &'static str {
        "summary.md"
    }

    fn write(&self, source: &Source<'_>, output: &Path) -> Result<(), ReportError> {
        let text = summary(source);
        replace_file(&output.join(self.path()), |out| out.write_all(text.as_bytes()))
    }
}

fn summary(source: &Source<'_>) -> String {
    let outcome = source.outcome;
    let parts = [
        headline(outcome),
        problems(outcome),
        strains(outcome),
        details(outcome, "Failed", &facts::failed(outcome, false)),
        details(outcome, "Quarantined failures", &facts::failed(outcome, true)),
        details(outcome, "Interrupted", &facts::with_verdict(outcome, &[Verdict::Interrupted])),
        list(outcome, "Did not run", Verdict::NotRun),
        list(outcome, "Flaky", Verdict::Flaky),
        shards(outcome),
        format!(
            "<sub>Plan {}, strategy {}.</sub>\n",
            markdown(&source.plan.digest.0),
            markdown(&source.plan.strategy)
        ),
    ];
    let said: Vec<&str> = parts.iter().map(|part| part.trim_end()).collect();
    said.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n") + "\n"
}

fn headline(outcome: &Outcome) -> String {
    let mark = match outcome.conclusion() {
        Conclusion::Passed => "✅",
        Conclusion::Failed | Conclusion::Incomplete | Conclusion::Interrupted => "❌",
        Conclusion::Empty => "⚠️",
    };
    format!("## {mark} {}\n", facts::headline(outcome))
}

fn problems(outcome: &Outcome) -> String {
    let problems = facts::problems(outcome);
    if problems.is_empty() {
        return String::new();
    }
    let mut out = format!("### Wrong outside the tests ({})\n\n", problems.len());
    for problem in problems.iter().take(MOST) {
        let _ = writeln!(out, "- {}", code(&problem.title));
        if !problem.text.is_empty() {
            let _ = write!(out, "\n{}\n", indented(&markdown_block(&excerpt(&problem.text))));
        }
    }
    more(&mut out, problems.len());
    out
}

fn strains(outcome: &Outcome) -> String {
    let lines: Vec<String> =
        strains::strains(outcome).iter().map(|strain| format!("- {}", markdown(strain))).collect();
    if lines.is_empty() { String::new() } else { format!("### Limits\n\n{}", lines.join("\n")) }
}

/// Tests with their message, each to be unfolded.
fn details(outcome: &Outcome, title: &str, tests: &[&TestOutcome]) -> String {
    if tests.is_empty() {
        return String::new();
    }
    let mut out = format!("### {title} ({})\n\n", tests.len());
    for test in tests.iter().take(MOST) {
        let kind = if test.verdict() == Verdict::TimedOut { " (timed out)" } else { "" };
        // This line is HTML to every reader of Markdown: a backslash would be shown.
        let title = html(&terminal(&test.case.key.to_string()));
        let _ = writeln!(out, "<details><summary><code>{title}</code>{kind}</summary>\n");
        let _ = writeln!(
            out,
            "{}\n</details>\n",
            markdown_block(&excerpt(&facts::story(outcome, test)))
        );
    }
    more(&mut out, tests.len());
    out
}

/// Tests with one line of why.
fn list(outcome: &Outcome, title: &str, verdict: Verdict) -> String {
    let tests = facts::with_verdict(outcome, &[verdict]);
    if tests.is_empty() {
        return String::new();
    }
    let mut out = format!("### {title} ({})\n\n", tests.len());
    for test in tests.iter().take(MOST) {
        let why = facts::why(outcome, test);
        let why = code(why.lines().next().unwrap_or_default());
        let _ = writeln!(out, "- {}: {why}", code(&test.case.key.to_string()));
    }
    more(&mut out, tests.len());
    out
}

fn shards(outcome: &Outcome) -> String {
    let mut out =
        "### Shards\n\n| shard | tests | predicted | actual | end |\n|---:|---:|---:|---:|---|\n"
            .to_owned();
    for shard in &outcome.shards {
        let actual = shard.elapsed().map_or_else(|| "–".to_owned(), facts::time);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {actual} | {} |",
            shard.number,
            shard.planned,
            facts::time(shard.predicted),
            code(&facts::ending(shard)),
        );
    }
    out
}

/// As code, so that `@smoke` in a title calls nobody.
fn code(text: &str) -> String {
    format!("<code>{}</code>", markdown(text))
}

fn more(out: &mut String, all: usize) {
    if all > MOST {
        let _ = writeln!(out, "… and {} more", all - MOST);
    }
}

/// The first lines.
fn excerpt(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take(MOST_LINES).collect();
    let short: String = lines.join("\n").chars().take(MOST_CHARS).collect();
    if short.len() < text.trim_end().len() { short + "\n…" } else { short }
}

fn indented(block: &str) -> String {
    block.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use crate::model::outcome::Outcome;
    use crate::report::markdown::Markdown;
    use crate::report::sample::{Sample, calm, key, stormy};

    #[test]
    fn the_whole_summary_is_as_it_was() {
        assert_eq!(stormy().text_of(&Markdown), include_str!("golden/summary.md"));
    }

    #[test]
    fn a_good_run_is_told_in_a_few_lines() {
        assert_eq!(
            calm().text_of(&Markdown),
            "## ✅ passed: 2 passed in 4.2 s

### Shards

| shard | tests | predicted | actual | end |
|---:|---:|---:|---:|---|
| 1 | 1 | 1.0 s | 1.1 s | <code>passed</code> |
| 2 | 1 | 0.90 s | 0.98 s | <code>passed</code> |

<sub>Plan sha256:feed, strategy balanced.</sub>
"
        );
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let Sample { plan, outcome } = calm();
        let first = outcome.tests.into_values().next().unwrap();
        let mut outcome = Outcome::of(&plan);
        for index in 0..60 {
            let mut test = first.clone();
            test.runs.clear();
            test.case.key = key("", "a.spec.ts", &[&index.to_string()]);
            outcome.tests.insert(test.case.key.clone(), test);
        }
        let text = Sample { plan, outcome }.text_of(&Markdown);
        assert!(text.contains("### Did not run (62)"), "{text}");
        assert!(text.contains("… and 12 more"), "{text}");
        assert_eq!(text.matches("shard 1 has no result").count(), 50);
    }

    #[test]
    fn what_ran_outside_the_plan_is_named() {
        let mut sample = calm();
        sample.outcome.unplanned.insert(key("", "a.spec.ts", &["st|ray"]));
        let text = sample.text_of(&Markdown);
        assert!(text.contains("❌ incomplete"), "{text}");
        assert!(
            text.contains(
                "- <code>not in the plan, but a shard has it: a.spec.ts › st&#124;ray</code>"
            ),
            "{text}"
        );
    }
}
