//! An outcome goes in, the last lines of a run come out.

use std::fmt::Write;

use comfy_table::{Cell, CellAlignment};

use crate::model::outcome::{Counts, Outcome, TestOutcome, Verdict};
use crate::report::console::tables::table;
use crate::report::facts;
use crate::report::strains;
use crate::report::text;

/// So many test cases of one kind are named; the reports name them all.
const NAMED: usize = 20;
/// So many lines of each message are shown.
const LINES: usize = 3;

/// The table of shards, what was not well, and the sums.
pub(crate) fn summary(outcome: &Outcome) -> String {
    let mut page = String::new();
    let kinds = [
        (Verdict::Failed, "failed"),
        (Verdict::TimedOut, "timed out"),
        (Verdict::Flaky, "flaky"),
        (Verdict::Interrupted, "interrupted"),
        (Verdict::NotRun, "did not run"),
    ];
    for (verdict, word) in kinds {
        let tests = facts::with_verdict(outcome, &[verdict]);
        let tests = tests.into_iter().filter(|test| !test.is_excused());
        page += &named(&tests.collect::<Vec<_>>(), word);
    }
    page += &named(&facts::failed(outcome, true), "quarantined");
    for problem in facts::problems(outcome).iter().take(NAMED) {
        writeln!(page, "  {}", text::terminal(&problem.title)).ok();
        for line in text::strip_ansi(&problem.text).lines().take(LINES) {
            writeln!(page, "      │ {}", text::terminal(line)).ok();
        }
    }
    for strain in strains::strains(outcome) {
        writeln!(page, "  {strain}").ok();
    }
    writeln!(page, "{}", shards(outcome)).ok();
    let time = facts::time(outcome.elapsed());
    writeln!(page, "{} in {time}", facts::counts(outcome.counts())).ok();
    page
}

fn named(tests: &[&TestOutcome], word: &str) -> String {
    let mut page = String::new();
    for test in tests.iter().take(NAMED) {
        writeln!(page, "  {word}  {}", text::terminal(&test.case.key.to_string())).ok();
        if let Some(term) = facts::term(test) {
            writeln!(page, "      {}", text::terminal(&term.to_string())).ok();
        }
        let errors = test.runs.last().map(|run| &run.result.errors);
        let message = errors.and_then(|errors| errors.first()).map(|error| &error.message);
        if let Some(message) = message.filter(|_| test.verdict() != Verdict::Flaky) {
            let plain = text::strip_ansi(message);
            for line in plain.lines().filter(|line| !line.trim().is_empty()).take(LINES) {
                // A bar, so that no line begins as a command for a CI machine.
                writeln!(page, "      │ {}", text::terminal(line)).ok();
            }
        }
    }
    if tests.len() > NAMED {
        writeln!(page, "  ... and {} more {word}", tests.len() - NAMED).ok();
    }
    page
}

fn shards(outcome: &Outcome) -> String {
    let mut table = table(&["shard", "tests", "predicted", "took", "result"]);
    for shard in &outcome.shards {
        let mut counts = Counts::default();
        for test in outcome.tests.values().filter(|test| test.shard == Some(shard.number)) {
            counts.add(test.verdict());
        }
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        let end = facts::ending(shard);
        let result = if shard.finished() {
            facts::counts(counts)
        } else {
            format!("{end}: {}", facts::counts(counts))
        };
        table.add_row([
            right(shard.number.to_string()),
            right(counts.total().to_string()),
            right(facts::time(shard.predicted)),
            right(shard.elapsed().map(facts::time).unwrap_or_default()),
            Cell::new(if shard.has_work { result } else { end }),
        ]);
    }
    table.trim_fmt()
}
