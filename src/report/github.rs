//! An outcome goes in, GitHub workflow commands come out: what is not well, as annotations at the
//! lines of the spec files.

use std::collections::BTreeMap;

use crate::model::outcome::{Outcome, TestOutcome, Verdict};
use crate::report::facts;
use crate::report::place::{self, Place};
use crate::report::strains::strains;
use crate::report::text::{github_command_data, github_command_property};

/// GitHub shows so many annotations of each level of a step, and 50 of a job: "Limitations" in
/// <https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md>,
/// `_maxCountPerIssueType` in <https://github.com/actions/runner>.
const LIMIT: usize = 10;
/// So many of them are for what is wrong with whole shards, where tests want the others.
const OF_SHARDS: usize = 4;
/// GitHub cuts longer messages (`_maxIssueMessageLength`, 4096) and titles (255).
const MESSAGE_LINES: usize = 20;
const MESSAGE_CHARS: usize = 3_500;
const TITLE_CHARS: usize = 200;
/// Names in the message of an annotation that stands for many tests.
const NAMED: usize = 10;

/// One line of `::error` or `::warning`.
struct Annotation {
    level: &'static str,
    /// A file from the top of the repository.
    place: Option<(String, Place)>,
    title: String,
    text: String,
}

/// A line for each test or problem that makes the run no success, as errors, and for each flaky
/// test and each quarantined failure, as warnings; the most important first. What GitHub would not show is counted in a last
/// line.
pub(crate) fn annotations(outcome: &Outcome) -> String {
    let all = |tests: Vec<&TestOutcome>, level: &'static str| -> Vec<Annotation> {
        tests.into_iter().map(|test| of_test(outcome, test, level)).collect()
    };
    let mut bad = all(facts::failed(outcome, false), "error");
    bad.extend(all(facts::with_verdict(outcome, &[Verdict::Interrupted]), "error"));
    let errors = ordered(shards(outcome), bad);
    let limits = strains(outcome).into_iter().map(|strain| Annotation {
        level: "warning",
        place: None,
        title: "shardwright".to_owned(),
        text: strain,
    });
    let mut notable = facts::with_verdict(outcome, &[Verdict::Flaky]);
    notable.extend(facts::failed(outcome, true));
    let warnings = ordered(limits.collect(), all(notable, "warning"));
    let left = [(&errors, "error"), (&warnings, "warning")]
        .map(|(all, noun)| (all.len().saturating_sub(LIMIT), noun));
    let shown = errors.iter().take(LIMIT).chain(warnings.iter().take(LIMIT));
    shown.map(Annotation::command).collect::<String>() + &rest(&left)
}

/// Shards' annotations before the tests', but not so many that no test is shown.
/// A warning on the page of the run that belongs to no test.
pub(crate) fn warning(message: &str) -> String {
    format!("::warning title=shardwright::{}", github_command_data(message))
}

fn ordered(shards: Vec<Annotation>, tests: Vec<Annotation>) -> Vec<Annotation> {
    let mut shards = shards.into_iter();
    let mut all: Vec<Annotation> = shards.by_ref().take(OF_SHARDS).collect();
    all.extend(tests);
    // What does not fit stands behind the tests.
    all.extend(shards);
    all
}

/// How many annotations GitHub would not have shown.
fn rest(left: &[(usize, &str)]) -> String {
    let counts: Vec<String> = left
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| facts::number_of(*count, &format!("more {noun}")))
        .collect();
    if counts.is_empty() {
        return String::new();
    }
    let counts = counts.join(" and ");
    format!("::notice title=shardwright::{counts}, see the job's summary or index.html\n")
}

/// What is wrong outside the tests, and the tests that did not run, once for each reason.
fn shards(outcome: &Outcome) -> Vec<Annotation> {
    let mut not_run = BTreeMap::<String, Vec<&TestOutcome>>::new();
    for test in facts::with_verdict(outcome, &[Verdict::NotRun]) {
        not_run.entry(facts::why(outcome, test)).or_default().push(test);
    }
    let problems =
        facts::problems(outcome).into_iter().map(|problem| (problem.title, problem.text));
    let missing = not_run.into_iter().map(|(why, tests)| {
        let names = tests.iter().take(NAMED).map(|test| test.case.key.to_string());
        let mut lines: Vec<String> = std::iter::once(why).chain(names).collect();
        if tests.len() > NAMED {
            lines.push(format!("… and {} more", tests.len() - NAMED));
        }
        (format!("not-run: {}", facts::number_of(tests.len(), "test")), lines.join("\n"))
    });
    problems
        .chain(missing)
        .map(|(title, text)| Annotation { level: "error", place: None, title, text })
        .collect()
}

fn of_test(outcome: &Outcome, test: &TestOutcome, level: &'static str) -> Annotation {
    let place = place::of_test(test);
    let file = place::in_repository(outcome.sources.as_deref(), &test.case.key.file);
    let mut why = facts::why(outcome, test);
    if let Some(term) = facts::term(test) {
        why = format!("{term}\n\n{why}");
    }
    let word = if test.is_excused() { "quarantined" } else { test.verdict().name() };
    let message = match file {
        Some(_) => why,
        None => format!("{}\n\nat {}:{}", first_lines(&why), test.case.key.file, place.line),
    };
    Annotation {
        level,
        place: file.map(|file| (file, place)),
        title: format!("{word}: {}", test.case.key),
        text: message,
    }
}

impl Annotation {
    fn command(&self) -> String {
        let title = github_command_property(&cut(&self.title, TITLE_CHARS));
        let place = match &self.place {
            Some((file, Place { line, column })) => {
                let file = github_command_property(file);
                let column = if *column > 0 { format!("col={column},") } else { String::new() };
                format!("file={file},line={line},{column}")
            }
            None => String::new(),
        };
        // An annotation without a message is none.
        let text = if self.text.trim().is_empty() { &self.title } else { &self.text };
        let text = github_command_data(&first_lines(text));
        format!("::{} {place}title={title}::{text}\n", self.level)
    }
}

fn first_lines(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().take(MESSAGE_LINES).collect();
    cut(&lines.join("\n"), MESSAGE_CHARS)
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, annotations};
    use crate::model::outcome::Outcome;
    use crate::report::sample::{HOSTILE, calm, key, stormy};

    #[test]
    fn a_good_run_has_none() {
        assert_eq!(annotations(&calm().outcome), "");
    }

    type Properties<'a> = Vec<(&'a str, &'a str)>;

    /// The level, the properties and the message of each line, as GitHub's runner parses it.
    fn parsed(text: &str) -> Vec<(&str, Properties<'_>, &str)> {
        let line = |line| {
            let (command, message) =
                str::strip_prefix(line, "::").unwrap().split_once("::").unwrap();
            let (level, properties) = command.split_once(' ').unwrap();
            let pairs = properties.split(',').map(|pair| pair.split_once('=').unwrap());
            (level, pairs.collect(), message)
        };
        text.lines().map(line).collect()
    }

    #[test]
    fn each_test_is_annotated_at_the_line_where_it_went_wrong() {
        let text = annotations(&stormy().outcome);
        let found: Vec<(&str, Properties<'_>)> = parsed(&text)
            .into_iter()
            .map(|(level, pairs, _)| {
                (level, pairs.into_iter().filter(|(name, _)| *name != "title").collect())
            })
            .collect();
        let at = |file, line, col| vec![("file", file), ("line", line), ("col", col)];
        assert_eq!(
            found,
            [
                ("error", vec![]),
                ("error", vec![]),
                ("error", at("web/tests/shop.spec.ts", "7", "5")),
                ("error", at("web/tests/slow.spec.ts", "2", "3")),
                ("error", at("web/tests/slow.spec.ts", "2", "3")),
                ("warning", at("web/tests/shop.spec.ts", "7", "5")),
            ]
        );
        assert!(
            text.contains("title=not-run%3A 1 test::did not run: shard 2 ended early"),
            "{text}"
        );
    }

    #[test]
    fn each_annotation_is_one_command_whatever_the_titles_say() {
        let mut outcome = stormy().outcome;
        outcome.sources = Some(HOSTILE.replace('/', ""));
        let text = annotations(&outcome);
        for (level, pairs, message) in parsed(&text) {
            assert!(["error", "warning"].contains(&level));
            for (name, value) in pairs {
                assert!(["file", "line", "col", "title"].contains(&name), "{name}");
                assert!(!value.contains([':', ',', '\r']), "{value}");
            }
            assert!(!message.is_empty());
        }
    }

    #[test]
    fn a_file_whose_place_in_the_repository_is_unknown_is_named_in_the_message() {
        let mut outcome = stormy().outcome;
        outcome.sources = None;
        let text = annotations(&outcome);
        assert!(!text.contains("file="), "{text}");
        assert!(
            text.contains("Test timeout of 900ms exceeded.%0A%0Aat slow.spec.ts:2\n"),
            "{text}"
        );
    }

    #[test]
    fn what_github_would_not_show_is_counted() {
        let sample = stormy();
        let bad = |outcome: &Outcome, title: &str| {
            let test = outcome.tests.values().find(|test| test.case.key.title().ends_with(title));
            test.unwrap().clone()
        };
        let mut outcome = sample.outcome;
        let (failed, flaky) = (bad(&outcome, "waits"), bad(&outcome, "wobbles"));
        for index in 0..30 {
            for (test, name) in [(&failed, "bad"), (&flaky, "odd")] {
                let mut test = test.clone();
                test.case.key = key("", "more.spec.ts", &[name, &index.to_string()]);
                outcome.tests.insert(test.case.key.clone(), test);
            }
        }
        let text = annotations(&outcome);
        let count = |level: &str| text.lines().filter(|line| line.starts_with(level)).count();
        assert_eq!((count("::error "), count("::warning "), count("::notice ")), (LIMIT, LIMIT, 1));
        // Two of shards and 33 of tests; 31 of tests.
        assert!(
            text.ends_with(
                "::25 more errors and 21 more warnings, see the job's summary or index.html\n"
            ),
            "{text}"
        );
    }
}
