//! An outcome goes in, JUnit XML leaves for a stream suite by suite.

use std::io::{self, Write};
use std::time::Duration;

use crate::model::outcome::{Outcome, TestOutcome, TestRun, Verdict};
use crate::model::quarantine::Term;
use crate::report::facts::{self, Problem};
use crate::report::junit::element::Elements;
use crate::report::junit::failure::Failure;
use crate::report::junit::totals::{JunitTotals, seconds};
use crate::report::text;
use crate::wire::junit::Status;

/// What heads the suite of everything that is wrong outside all tests.
const OUTSIDE: &str = "shardwright";

/// One file in one project.
struct Suite<'a> {
    file: &'a str,
    project: &'a str,
    /// In the order in which the file declares them.
    tests: Vec<&'a TestOutcome>,
}

/// Writes all of it.
pub(crate) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let problems = facts::problems(outcome);
    let mut totals = JunitTotals::default();
    for test in outcome.tests.values() {
        count(&mut totals, test);
    }
    for _ in &problems {
        totals.count(Status::Error, Duration::ZERO);
    }
    totals.time = outcome.elapsed();
    let mut xml = Elements::new(out)?;
    let root = numbers(&totals);
    let mut attributes = vec![("id", ""), ("name", "")];
    attributes.extend(root.iter().map(|(name, value)| (*name, value.as_str())));
    xml.open("testsuites", &attributes)?;
    let timestamp = outcome.started.and_then(facts::timestamp).unwrap_or_default();
    for suite in suites(outcome) {
        write_suite(&mut xml, outcome, &suite, &timestamp)?;
    }
    if !problems.is_empty() {
        write_problems(&mut xml, &problems, &timestamp)?;
    }
    xml.close("testsuites")
}

/// The tests of each file and project; the outcome holds them side by side.
fn suites(outcome: &Outcome) -> impl Iterator<Item = Suite<'_>> {
    let mut rest = outcome.tests.values().peekable();
    std::iter::from_fn(move || {
        let first = rest.next()?;
        let (file, project) = (first.case.key.file.as_str(), first.case.key.project.as_str());
        let mut tests = vec![first];
        while let Some(test) =
            rest.next_if(|test| test.case.key.file == file && test.case.key.project == project)
        {
            tests.push(test);
        }
        tests.sort_by_key(|test| (test.case.line, test.case.column));
        Some(Suite { file, project, tests })
    })
}

fn count(totals: &mut JunitTotals, test: &TestOutcome) {
    totals.count(status(test), test.duration());
}

/// A quarantined failure is a skipped test to whoever turns red on failures: what the file says is
/// what the exit code says.
fn status(test: &TestOutcome) -> Status {
    if test.is_excused() { Status::Skipped } else { Status::from(test.verdict()) }
}

fn numbers(totals: &JunitTotals) -> [(&'static str, String); 5] {
    [
        ("tests", totals.tests.to_string()),
        ("failures", totals.failures.to_string()),
        ("skipped", totals.skipped.to_string()),
        ("errors", totals.errors.to_string()),
        ("time", seconds(totals.time)),
    ]
}

fn open_suite<W: Write>(
    xml: &mut Elements<W>,
    [name, hostname, timestamp]: [&str; 3],
    totals: &JunitTotals,
) -> io::Result<()> {
    let numbers = numbers(totals);
    let mut attributes = vec![("name", name), ("timestamp", timestamp), ("hostname", hostname)];
    attributes.extend(numbers.iter().map(|(name, value)| (*name, value.as_str())));
    xml.open("testsuite", &attributes)
}

fn write_suite<W: Write>(
    xml: &mut Elements<W>,
    outcome: &Outcome,
    suite: &Suite<'_>,
    timestamp: &str,
) -> io::Result<()> {
    let mut totals = JunitTotals::default();
    for test in &suite.tests {
        count(&mut totals, test);
    }
    open_suite(xml, [suite.file, suite.project, timestamp], &totals)?;
    for test in &suite.tests {
        write_case(xml, outcome, test)?;
    }
    xml.close("testsuite")
}

fn write_case<W: Write>(
    xml: &mut Elements<W>,
    outcome: &Outcome,
    test: &TestOutcome,
) -> io::Result<()> {
    let (key, verdict) = (&test.case.key, test.verdict());
    // As in Playwright's own file, where such characters are left out and what follows them stays.
    let title = key.title().replace(text::unfit_for_xml, "");
    let time = seconds(test.duration());
    let mut attributes = vec![("name", title.as_str()), ("classname", key.file.as_str())];
    // Playwright gives a skipped test no time.
    if verdict != Verdict::Skipped {
        attributes.push(("time", &time));
    }
    xml.open("testcase", &attributes)?;
    write_properties(xml, test, verdict)?;
    match status(test) {
        Status::Skipped => match facts::term(test) {
            Some(term) => write_excused(xml, outcome, test, term)?,
            None => xml.empty("skipped", &[])?,
        },
        Status::Passed => {
            write_output(xml, test)?;
            write_runs(xml, "flakyFailure", facts::ill(test))?;
        }
        status @ (Status::Failed | Status::Error) => {
            write_output(xml, test)?;
            let name = if status == Status::Failed { "failure" } else { "error" };
            let Failure { kind, message, text } = Failure::of_test(outcome, test);
            xml.text(name, &[("message", &message), ("type", &kind)], &text)?;
            // The first execution that went wrong is the failure; a test without a result has
            // none of its own.
            let told = usize::from(status == Status::Failed);
            write_runs(xml, "rerunFailure", facts::ill(test).skip(told))?;
        }
    }
    xml.close("testcase")
}

/// The annotations of the last execution, as Playwright has them, then our own.
fn write_properties<W: Write>(
    xml: &mut Elements<W>,
    test: &TestOutcome,
    verdict: Verdict,
) -> io::Result<()> {
    let (shards, retries) = (facts::shard_list(test), facts::retries(test).to_string());
    let repeat = test.case.key.repeat.to_string();
    let quarantine = facts::term(test).map(ToString::to_string).unwrap_or_default();
    xml.open("properties", &[])?;
    let annotations = test.runs.last().map(|run| run.result.annotations.as_slice());
    for note in annotations.unwrap_or_default() {
        xml.empty("property", &[("name", &note.kind), ("value", &note.description)])?;
    }
    let own = [
        ("shardwright.verdict", verdict.name()),
        ("shardwright.quarantine", &quarantine),
        ("shardwright.shard", &shards),
        ("shardwright.retries", &retries),
        ("shardwright.repeat", &repeat),
    ];
    for (name, value) in own {
        if !matches!(value, "" | "0") {
            xml.empty("property", &[("name", name), ("value", value)])?;
        }
    }
    xml.close("properties")
}

/// Why it does not count, and with what it failed among what it printed.
fn write_excused<W: Write>(
    xml: &mut Elements<W>,
    outcome: &Outcome,
    test: &TestOutcome,
    term: &Term,
) -> io::Result<()> {
    xml.empty("skipped", &[("message", &term.to_string())])?;
    write_output_and(xml, test, &Failure::of_test(outcome, test).text)
}

/// What all executions printed, and what they attached in the notation of Jenkins and GitLab.
fn write_output<W: Write>(xml: &mut Elements<W>, test: &TestOutcome) -> io::Result<()> {
    write_output_and(xml, test, "")
}

/// The same with `more` behind what was printed.
fn write_output_and<W: Write>(
    xml: &mut Elements<W>,
    test: &TestOutcome,
    more: &str,
) -> io::Result<()> {
    let (mut stdout, mut stderr) = (String::new(), String::new());
    for run in &test.runs {
        stdout.push_str(&run.result.stdout);
        stderr.push_str(&run.result.stderr);
        for path in run.result.attachments.iter().filter_map(|file| file.path.as_deref()) {
            stdout.push_str("\n[[ATTACHMENT|");
            stdout.push_str(path);
            stdout.push_str("]]\n");
        }
    }
    stdout.push_str(more);
    for (name, content) in [("system-out", stdout), ("system-err", stderr)] {
        if !content.is_empty() {
            xml.text(name, &[], &content)?;
        }
    }
    Ok(())
}

/// An element for each of these executions.
fn write_runs<'a, W: Write>(
    xml: &mut Elements<W>,
    name: &str,
    runs: impl Iterator<Item = &'a TestRun>,
) -> io::Result<()> {
    for run in runs {
        let Failure { kind, message, text } = Failure::of_run(run);
        let time = seconds(run.result.duration);
        let attributes = [("message", message.as_str()), ("type", &kind), ("time", &time)];
        xml.open(name, &attributes)?;
        xml.text("stackTrace", &[], &text)?;
        xml.close(name)?;
    }
    Ok(())
}

fn write_problems<W: Write>(
    xml: &mut Elements<W>,
    problems: &[Problem],
    timestamp: &str,
) -> io::Result<()> {
    let mut totals = JunitTotals::default();
    for _ in problems {
        totals.count(Status::Error, Duration::ZERO);
    }
    open_suite(xml, [OUTSIDE, "", timestamp], &totals)?;
    for problem in problems {
        let (title, time) = (problem.title.as_str(), seconds(Duration::ZERO));
        xml.open("testcase", &[("name", title), ("classname", OUTSIDE), ("time", &time)])?;
        xml.text("error", &[("message", title), ("type", "run")], &problem.text)?;
        xml.close("testcase")?;
    }
    xml.close("testsuite")
}
