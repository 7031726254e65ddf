//! An outcome goes in, `results.json` in CTRF comes out.

use std::path::Path;
use std::time::Duration;

use crate::model::event::{TestError, TestResult, UnixMillis};
use crate::model::id::ShardNumber;
use crate::model::outcome::{Outcome, ShardOutcome, TestOutcome, TestRun, Verdict};
use crate::report::facts::{self, Problem};
use crate::report::write::replace_file;
use crate::report::{Report, ReportError, Source, text};
use crate::wire::ctrf::{FORMAT, SPEC_VERSION, write as wire};

/// `results.json`.
pub(crate) struct Ctrf;

impl Report for Ctrf {
    fn path(&self) -> &'static str {
        "results.json"
    }

    fn write(&self, source: &Source<'_>, output: &Path) -> Result<(), ReportError> {
        let report = report(source);
        replace_file(&output.join(self.path()), |out| {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            out.write_all(b"\n")
        })
    }
}

fn report(source: &Source<'_>) -> wire::Report {
    let outcome = source.outcome;
    let own = outcome.tests.values().map(|test| self::test(outcome, test));
    let tests: Vec<wire::Test> =
        own.chain(facts::problems(outcome).into_iter().map(problem)).collect();
    let mut summary = wire::Summary {
        start: outcome.started.unwrap_or_default().0,
        stop: outcome.ended.or(outcome.started).unwrap_or_default().0,
        duration: millis(outcome.elapsed()),
        ..wire::Summary::default()
    };
    for test in &tests {
        summary.count(test);
    }
    wire::Report {
        format: FORMAT.to_owned(),
        spec_version: SPEC_VERSION.to_owned(),
        timestamp: outcome.ended.and_then(facts::timestamp),
        generated_by: concat!("shardwright ", env!("CARGO_PKG_VERSION")).to_owned(),
        results: wire::Results {
            tool: wire::Tool { name: "playwright".to_owned() },
            summary,
            tests,
            extra: wire::ResultsExtra { run: run_extra(source) },
        },
    }
}

fn run_extra(source: &Source<'_>) -> wire::RunExtra {
    let shard = |shard: &ShardOutcome| wire::Shard {
        number: shard.number.get(),
        planned: shard.planned as u64,
        predicted: millis(shard.predicted),
        duration: shard.elapsed().map(millis),
        end: facts::ending(shard),
    };
    wire::RunExtra {
        plan_digest: source.plan.digest.to_string(),
        strategy: source.plan.strategy.clone(),
        conclusion: facts::conclusion(source.outcome).to_owned(),
        shards: source.outcome.shards.iter().map(shard).collect(),
    }
}

fn test(outcome: &Outcome, test: &TestOutcome) -> wire::Test {
    let (key, verdict) = (&test.case.key, test.verdict());
    let (title, scopes) = key.titles.split_last().map_or(("", &[][..]), |(t, s)| (t.as_str(), s));
    let project = (!key.project.is_empty()).then_some(&key.project);
    let suite = project.into_iter().chain([&key.file]).chain(scopes);
    let runs: Vec<&TestRun> = facts::executions(test).collect();
    let errors: Vec<&TestError> =
        facts::ill(test).next().map(|run| run.result.errors.iter().collect()).unwrap_or_default();
    let ends = runs.iter().map(|run| end(&run.result));
    wire::Test {
        name: if title.is_empty() { "(no title)".to_owned() } else { text::terminal(title) },
        status: verdict.into(),
        duration: millis(test.duration()),
        start: runs.iter().map(|run| run.result.started.0).min(),
        stop: ends.max(),
        suite: suite.map(|name| text::terminal(name)).collect(),
        message: facts::why(outcome, test),
        trace: trace(&errors),
        snippet: errors.first().map(|error| text::lines(&error.snippet)).unwrap_or_default(),
        line: Some(test.case.line),
        raw_status: verdict.name().to_owned(),
        tags: test.case.tags.clone(),
        file_path: key.file.clone(),
        retries: facts::retries(test) as u64,
        flaky: verdict == Verdict::Flaky,
        retry_attempts: retry_attempts(&runs),
        stdout: printed(&runs, |result| &result.stdout),
        stderr: printed(&runs, |result| &result.stderr),
        attachments: runs.iter().flat_map(|run| attachments(&run.result)).collect(),
        extra: Some(wire::TestExtra {
            quarantine: facts::term(test).map(Into::into),
            test: wire::Place {
                shards: facts::shards(test).into_iter().map(ShardNumber::get).collect(),
                key: key.into(),
            },
        }),
    }
}

/// Something wrong outside all tests stands among them: a reader that only counts statuses must
/// not take such a run for a good one.
fn problem(problem: Problem) -> wire::Test {
    wire::Test {
        name: problem.title.clone(),
        status: wire::Status::Failed,
        duration: 0,
        start: None,
        stop: None,
        suite: Vec::new(),
        message: problem.title,
        trace: problem.text,
        snippet: String::new(),
        line: None,
        raw_status: "error".to_owned(),
        tags: Vec::new(),
        file_path: String::new(),
        retries: 0,
        flaky: false,
        retry_attempts: Vec::new(),
        stdout: Vec::new(),
        stderr: Vec::new(),
        attachments: Vec::new(),
        extra: None,
    }
}

/// All executions but the last one of each shard: a shared test is not retried by the next shard.
fn retry_attempts(runs: &[&TestRun]) -> Vec<wire::RetryAttempt> {
    let again = |index: usize, run: &TestRun| {
        runs[index + 1..].iter().any(|later| later.id.shard == run.id.shard)
    };
    let before = runs.iter().enumerate().filter(|(index, run)| again(*index, run));
    let attempt = |(index, run): (usize, &&TestRun)| wire::RetryAttempt {
        attempt: index as u64 + 1,
        status: (&run.result).into(),
        duration: millis(run.result.duration),
        start: run.result.started.0,
        message: run.result.errors.first().map(|e| text::lines(&e.message)).unwrap_or_default(),
        trace: trace(&run.result.errors.iter().collect::<Vec<_>>()),
    };
    before.map(|(_, run)| run).enumerate().map(attempt).collect()
}

fn trace(errors: &[&TestError]) -> String {
    let stacks: Vec<String> = errors
        .iter()
        .map(|error| if error.stack.is_empty() { &error.message } else { &error.stack })
        .map(|stack| text::lines(stack))
        .collect();
    stacks.join("\n\n")
}

fn printed(runs: &[&TestRun], stream: impl Fn(&TestResult) -> &String) -> Vec<String> {
    let printed: String = runs.iter().map(|run| stream(&run.result).as_str()).collect();
    text::lines(&printed).lines().map(str::to_owned).collect()
}

fn attachments(result: &TestResult) -> impl Iterator<Item = wire::Attachment> {
    result.attachments.iter().filter_map(|file| {
        Some(wire::Attachment {
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            path: file.path.clone()?,
        })
    })
}

fn end(result: &TestResult) -> u64 {
    let UnixMillis(started) = result.started;
    started.saturating_add(millis(result.duration))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use crate::report::ctrf::Ctrf;
    use crate::report::sample::{calm, stormy};
    use crate::wire::ctrf::write as wire;

    #[test]
    fn the_whole_file_is_as_it_was() {
        let version = concat!("shardwright ", env!("CARGO_PKG_VERSION"));
        let text = stormy().text_of(&Ctrf).replace(version, "shardwright VERSION");
        assert_eq!(text, include_str!("golden/results.json"));
    }

    #[test]
    fn every_test_case_is_told_once_and_the_summary_counts_them() {
        for sample in [calm(), stormy()] {
            let report: wire::Report = serde_json::from_str(&sample.text_of(&Ctrf)).unwrap();
            let mut told: Vec<wire::Key> = Vec::new();
            let mut counted = wire::Summary::default();
            for test in &report.results.tests {
                counted.count(test);
                told.extend(test.extra.as_ref().map(|extra| extra.test.key.clone()));
            }
            let keys: Vec<wire::Key> = sample.outcome.tests.keys().map(wire::Key::from).collect();
            assert_eq!(told, keys);
            let summary =
                wire::Summary { start: 0, stop: 0, duration: 0, ..report.results.summary };
            assert_eq!(summary, counted);
        }
    }
}
