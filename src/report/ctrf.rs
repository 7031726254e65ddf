//! An outcome goes in, `results.json` in CTRF comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::slice;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::model::event::{TestError, TestResult, UnixMillis};
use crate::model::id::{ShardNumber, TestKey};
use crate::model::lineage::{Lineage, Part};
use crate::model::outcome::{Outcome, ShardOutcome, TestOutcome, TestRun, Verdict};
use crate::model::plan::Plan;
use crate::report::facts::{self, Problem};
use crate::report::write::replace_file;
use crate::report::{Report, ReportError, Source, place, text};
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
    let suites: BTreeSet<&[String]> = tests.iter().flat_map(suites).collect();
    summary.suites = suites.len() as u64;
    wire::Report {
        format: FORMAT.to_owned(),
        spec_version: SPEC_VERSION.to_owned(),
        timestamp: outcome.ended.and_then(facts::timestamp),
        generated_by: concat!("shardwright ", env!("CARGO_PKG_VERSION")).to_owned(),
        results: wire::Results {
            tool: wire::Tool { name: "playwright".to_owned() },
            summary,
            tests,
            environment: source.build.into(),
            extra: wire::ResultsExtra { run: run_extra(source) },
        },
    }
}

fn run_extra(source: &Source<'_>) -> wire::RunExtra {
    let is_known = source.plan.known > 0;
    let shard = |shard: &ShardOutcome| wire::Shard {
        number: shard.number.get(),
        planned: shard.planned as u64,
        predicted: is_known.then(|| millis(shard.predicted)),
        duration: shard.elapsed().map(millis),
        starts: shard.attempts.iter().map(|attempt| attempt.started.0).collect(),
        end: facts::ending(shard),
    };
    wire::RunExtra {
        plan_digest: source.plan.digest.to_string(),
        strategy: source.plan.strategy.clone(),
        conclusion: facts::conclusion(source.outcome).to_owned(),
        builds: source.outcome.builds.iter().cloned().collect(),
        plans: plans(source.plan),
        shards: source.outcome.shards.iter().map(shard).collect(),
    }
}

/// The plans that were joined, or the one that there is. A node of a CI matrix knows its own shard
/// of it alone: the digest is of more than that, so there is at least another one.
fn plans(plan: &Plan) -> Vec<wire::PlanPart> {
    let Lineage { reruns, parts, .. } = &plan.lineage;
    let others = usize::from(parts.is_empty() && plan.compute_digest() != plan.digest);
    let last = plan.shards.last().map_or(0, |shard| shard.number.index() + 1);
    let (digest, reruns) = (plan.digest.clone(), reruns.clone());
    let own = Part { digest, reruns, shards: last + others };
    let parts = if parts.is_empty() { slice::from_ref(&own) } else { parts.as_slice() };
    let mut shards = plan.shards.iter();
    let mut of = |part: &Part| {
        let own = shards.by_ref().take(part.shards).filter(|shard| !shard.is_empty());
        wire::PlanPart {
            digest: part.digest.to_string(),
            shards: part.shards as u64,
            with_work: (own.count() + others) as u64,
            reruns: part.reruns.as_ref().map(|all| all.iter().map(ToString::to_string).collect()),
        }
    };
    parts.iter().map(&mut of).collect()
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
    let (before, last) = attempts(test, &runs);
    wire::Test {
        id: Some(test_id(key)),
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
        labels: labels(key, last.last().map(|(_, run)| &run.result)),
        kind: Some("e2e".to_owned()),
        file_path: key.file.clone(),
        retries: facts::retries(test) as u64,
        flaky: verdict == Verdict::Flaky,
        retry_attempts: before.into_iter().map(|each| retry_attempt(test, each)).collect(),
        stdout: printed(&last, |result| &result.stdout),
        stderr: printed(&last, |result| &result.stderr),
        thread_id: last.last().map(|(_, run)| format!("{}/{}", run.id.shard, run.result.worker)),
        attachments: last.iter().flat_map(|(_, run)| attachments(&run.result)).collect(),
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
        id: None,
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
        labels: BTreeMap::new(),
        kind: None,
        file_path: String::new(),
        retries: 0,
        flaky: false,
        retry_attempts: Vec::new(),
        stdout: Vec::new(),
        stderr: Vec::new(),
        thread_id: None,
        attachments: Vec::new(),
        extra: None,
    }
}

/// Executions with their numbers, from 1.
type Numbered<'a> = Vec<(u64, &'a TestRun)>;

/// All executions but the last one, and that: of those that it was dealt to, and of each other
/// shard, for a shared test is not retried by the next shard.
fn attempts<'a>(test: &TestOutcome, runs: &[&'a TestRun]) -> (Numbered<'a>, Numbered<'a>) {
    let again = |number: u64, run: &TestRun| {
        let after = usize::try_from(number).unwrap_or(usize::MAX);
        let shard = run.id.shard;
        let is_same = |later: ShardNumber| {
            later == shard || (test.is_dealt_to(later) && test.is_dealt_to(shard))
        };
        runs.iter().skip(after).any(|later| is_same(later.id.shard))
    };
    (1..).zip(runs.iter().copied()).partition(|(number, run)| again(*number, run))
}

fn retry_attempt(test: &TestOutcome, (number, run): (u64, &TestRun)) -> wire::RetryAttempt {
    let (TestRun { id, result }, file) = (run, &test.case.key.file);
    let errors = &result.errors;
    let one = [(number, run)];
    wire::RetryAttempt {
        attempt: number,
        status: result.into(),
        duration: millis(result.duration),
        start: result.started.0,
        stop: end(result),
        message: errors.first().map(|error| text::lines(&error.message)).unwrap_or_default(),
        trace: trace(&errors.iter().collect::<Vec<_>>()),
        snippet: errors.first().map(|error| text::lines(&error.snippet)).unwrap_or_default(),
        line: place::of_errors(file, errors).map(|place| place.line),
        stdout: printed(&one, |result| &result.stdout),
        stderr: printed(&one, |result| &result.stderr),
        attachments: attachments(result).collect(),
        extra: wire::AttemptExtra {
            attempt: wire::AttemptPlace {
                shard: id.shard.get(),
                shard_attempt: id.attempt,
                worker: result.worker,
                retry: result.retry,
            },
        },
    }
}

/// A name for a test case that holds nothing but letters and digits: the beginning of a hash of
/// all that it is known by, each with its length, so that no two have the same bytes.
fn test_id(key: &TestKey) -> String {
    let mut hash = Sha256::new();
    let texts = [&key.project, &key.file].into_iter().chain(&key.titles);
    for text in texts {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hash.update(key.repeat.to_le_bytes());
    let hash = hash.finalize();
    let digits = hash.iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// The project, and the notes on the test by their kind.
fn labels(key: &TestKey, result: Option<&TestResult>) -> BTreeMap<String, Vec<String>> {
    let mut labels: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if !key.project.is_empty() {
        labels.entry("project".to_owned()).or_default().push(key.project.clone());
    }
    for note in result.iter().flat_map(|result| &result.annotations) {
        labels.entry(note.kind.clone()).or_default().push(text::lines(&note.description));
    }
    labels
}

/// Every suite that a test is in: each beginning of its path.
fn suites(test: &wire::Test) -> impl Iterator<Item = &[String]> {
    (1..=test.suite.len()).map(|length| &test.suite[..length])
}

fn trace(errors: &[&TestError]) -> String {
    let stacks: Vec<String> = errors
        .iter()
        .map(|error| if error.stack.is_empty() { &error.message } else { &error.stack })
        .map(|stack| text::lines(stack))
        .collect();
    stacks.join("\n\n")
}

fn printed(runs: &[(u64, &TestRun)], stream: impl Fn(&TestResult) -> &String) -> Vec<String> {
    let printed: String = runs.iter().map(|(_, run)| stream(&run.result).as_str()).collect();
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
mod tests;
