//! An outcome goes in, one bar a shard comes out as SVG: what was predicted, and above each
//! other, worker by worker, what ran when.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use crate::model::event::{Status, UnixMillis};
use crate::model::id::ShardNumber;
use crate::model::outcome::{Outcome, ShardOutcome, TestOutcome, TestRun, Verdict};
use crate::report::facts;
use crate::report::text::html;

/// The width of a bar in its own units; the page stretches it.
const WIDTH: f64 = 1000.0;
const LANE: u32 = 14;
const PREDICTED: u32 = 5;
/// More workers than this share the last lane.
const MOST_LANES: u32 = 32;
const TICKS: u32 = 4;

/// All bars on one scale, each beginning at its own shard's start: shards of a CI matrix start
/// when a machine is free, which says nothing about the plan.
pub(crate) fn timeline(outcome: &Outcome) -> String {
    let ends = outcome.shards.iter().map(|shard| shard.predicted.max(reached(outcome, shard)));
    let scale = ends.max().unwrap_or_default();
    if scale.is_zero() {
        return String::new();
    }
    let mut runs = BTreeMap::<ShardNumber, Vec<(&TestOutcome, &TestRun)>>::new();
    for test in outcome.tests.values() {
        for run in facts::executions(test) {
            runs.entry(run.id.shard).or_default().push((test, run));
        }
    }
    let mut out = "<div class=\"timeline\">\n".to_owned();
    for shard in &outcome.shards {
        let runs = runs.get(&shard.number).map(Vec::as_slice).unwrap_or_default();
        let _ = write!(out, "<span>Shard {}</span>{}", shard.number, bar(shard, runs, scale));
    }
    let ticks =
        (0..=TICKS).map(|tick| format!("<span>{}</span>", facts::time(scale * tick / TICKS)));
    let _ = writeln!(
        out,
        "<span></span><div class=\"axis\">{}</div>\n</div>",
        ticks.collect::<String>()
    );
    out.push_str(&key());
    out
}

/// How far a shard came: its end, or where nobody saw one the end of its last test.
fn reached(outcome: &Outcome, shard: &ShardOutcome) -> Duration {
    let start = start(shard);
    let tests = outcome.tests.values().flat_map(|test| &test.runs);
    let last = tests
        .filter(|run| run.id.shard == shard.number)
        .map(|run| run.result.started.since(start) + run.result.duration)
        .max();
    shard.elapsed().max(last).unwrap_or_default()
}

fn start(shard: &ShardOutcome) -> UnixMillis {
    shard.attempts.first().map(|attempt| attempt.started).unwrap_or_default()
}

fn bar(shard: &ShardOutcome, runs: &[(&TestOutcome, &TestRun)], scale: Duration) -> String {
    let lane = |run: &TestRun| run.result.worker.min(MOST_LANES - 1);
    let lanes = runs.iter().map(|(_, run)| lane(run)).max().unwrap_or(0) + 1;
    let height = lanes * LANE + PREDICTED + 1;
    let units = |time: Duration| WIDTH * (time.as_secs_f64() / scale.as_secs_f64());
    let mut out = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" height=\"{height}\" preserveAspectRatio=\"none\" \
         role=\"img\" aria-label=\"shard {}\">",
        shard.number
    );
    let _ = write!(
        out,
        "<rect class=\"predicted\" x=\"0\" y=\"0\" width=\"{:.2}\" height=\"{PREDICTED}\">\
         <title>predicted {}</title></rect>",
        units(shard.predicted),
        facts::time(shard.predicted),
    );
    let start = start(shard);
    for (test, run) in runs {
        let result = &run.result;
        let title = format!("{} ({})", test.case.key, facts::time(result.duration));
        let _ = write!(
            out,
            "<rect class=\"{}\" x=\"{:.2}\" y=\"{}\" width=\"{:.2}\" height=\"{LANE}\"><title>{}</title></rect>",
            class(test, run),
            units(result.started.since(start)),
            PREDICTED + 1 + lane(run) * LANE,
            units(result.duration).max(0.5),
            html(&title),
        );
    }
    out.push_str("</svg>\n");
    out
}

/// What one execution is coloured by: its own end, and whether the test healed later.
fn class(test: &TestOutcome, run: &TestRun) -> &'static str {
    let verdict = match run.result.status {
        Status::Interrupted => Verdict::Interrupted,
        Status::Skipped => Verdict::Skipped,
        status if status == run.result.expected => Verdict::Passed,
        _ if test.verdict() == Verdict::Flaky => Verdict::Flaky,
        Status::TimedOut => Verdict::TimedOut,
        Status::Passed | Status::Failed => Verdict::Failed,
    };
    verdict.name()
}

fn key() -> String {
    let entries = [
        ("predicted", "predicted"),
        ("passed", "passed"),
        ("failed", "failed"),
        ("timed-out", "timed out"),
        ("flaky", "failed, passed later"),
        ("interrupted", "interrupted"),
    ];
    let mut out = "<div class=\"key\">".to_owned();
    for (class, word) in entries {
        let _ = write!(
            out,
            "<span><svg viewBox=\"0 0 1 1\"><rect class=\"{class}\" width=\"1\" height=\"1\"/></svg>{word}</span>"
        );
    }
    out.push_str("</div>\n");
    out
}
