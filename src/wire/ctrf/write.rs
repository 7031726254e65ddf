//! A run's results go in, CTRF comes out. What is left out here is optional there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::build::Build;
use crate::model::event;
use crate::model::id::TestKey;
use crate::model::outcome::Verdict;
use crate::model::quarantine::Term;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    #[serde(rename = "reportFormat")]
    pub(crate) format: String,
    pub(crate) spec_version: String,
    /// RFC 3339; none where no end was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timestamp: Option<String>,
    pub(crate) generated_by: String,
    pub(crate) results: Results,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Results {
    pub(crate) tool: Tool,
    pub(crate) summary: Summary,
    pub(crate) tests: Vec<Test>,
    #[serde(default, skip_serializing_if = "Environment::is_empty")]
    pub(crate) environment: Environment,
    pub(crate) extra: ResultsExtra,
}

/// The framework that ran the tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tool {
    pub(crate) name: String,
}

/// The build that the run was part of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Environment {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) build_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) build_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) build_number: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) build_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repository_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repository_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) commit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) branch_name: Option<String>,
}

impl Environment {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<&Build> for Environment {
    fn from(build: &Build) -> Self {
        let Build {
            id,
            name,
            number,
            url,
            repository,
            repository_url,
            commit,
            branch,
            files_url: _,
        } = build.clone();
        Self {
            build_id: id,
            build_name: name,
            build_number: number,
            build_url: url,
            repository_name: repository,
            repository_url,
            commit,
            branch_name: branch,
        }
    }
}

/// Counts of `tests` by status; times in milliseconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) tests: u64,
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) pending: u64,
    pub(crate) skipped: u64,
    pub(crate) other: u64,
    pub(crate) flaky: u64,
    /// Spec files, `describe` blocks and projects that tests are in, each path of them once.
    pub(crate) suites: u64,
    pub(crate) start: u64,
    pub(crate) stop: u64,
    /// Milliseconds.
    pub(crate) duration: u64,
}

impl Summary {
    /// Counts one test.
    pub(crate) fn count(&mut self, test: &Test) {
        self.tests += 1;
        self.flaky += u64::from(test.flaky);
        *match test.status {
            Status::Passed => &mut self.passed,
            Status::Failed => &mut self.failed,
            Status::Skipped => &mut self.skipped,
            Status::Pending => &mut self.pending,
            Status::Other => &mut self.other,
        } += 1;
    }
}

/// What we add to the run, under a name of our own as the specification asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ResultsExtra {
    #[serde(rename = "shardwright.run")]
    pub(crate) run: RunExtra,
}

/// What we add to a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TestExtra {
    #[serde(rename = "shardwright.test")]
    pub(crate) test: Place,
    /// Where it failed and its quarantine has a word on that.
    #[serde(rename = "shardwright.quarantine", skip_serializing_if = "Option::is_none")]
    pub(crate) quarantine: Option<Quarantine>,
}

/// Until when a test may fail, and who takes care of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Quarantine {
    /// The last day of it, as in ISO 8601.
    pub(crate) until: String,
    pub(crate) owner: String,
    pub(crate) reason: String,
    /// Whether the failure still makes the run none.
    pub(crate) excused: bool,
}

impl From<&Term> for Quarantine {
    fn from(Term { until, owner, reason, is_over }: &Term) -> Self {
        let (owner, reason) = (owner.clone(), reason.clone());
        Self { until: until.to_string(), owner, reason, excused: !is_over }
    }
}

/// What we say of the run as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunExtra {
    pub(crate) plan_digest: String,
    pub(crate) strategy: String,
    pub(crate) conclusion: String,
    /// The builds on CI machines that ran of it, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) builds: Vec<String>,
    /// In the order of time: one, unless a merge joined several.
    pub(crate) plans: Vec<PlanPart>,
    pub(crate) shards: Vec<Shard>,
}

/// A plan, by which a run and its parts are known to belong together. Its shards have the numbers
/// that follow those of the plan before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanPart {
    pub(crate) digest: String,
    /// As far as they are known here: a node of a CI matrix knows that there are others.
    pub(crate) shards: u64,
    /// How many of them have something to run.
    pub(crate) with_work: u64,
    /// The plans that it re-runs; none for the plan of a suite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reruns: Option<Vec<String>>,
}

/// One shard; times in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shard {
    #[serde(rename = "shard")]
    pub(crate) number: u32,
    pub(crate) planned: u64,
    /// None where the plan knew nothing of its tests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) predicted: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) duration: Option<u64>,
    /// When each of its attempts began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) starts: Vec<u64>,
    pub(crate) end: String,
}

/// One test case, or something wrong outside all test cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Test {
    /// The same for the same test case in every run; none for what is not a test case.
    #[serde(rename = "testId", skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    pub(crate) status: Status,
    /// Milliseconds, all executions together.
    pub(crate) duration: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stop: Option<u64>,
    /// Project (where it has a name), file and `describe` titles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) suite: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) message: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) trace: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) snippet: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u32>,
    /// Our own verdict, which says more than the status.
    pub(crate) raw_status: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    /// The project, and the notes on the test by their kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) labels: BTreeMap<String, Vec<String>>,
    /// The kind of test.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) file_path: String,
    pub(crate) retries: u64,
    pub(crate) flaky: bool,
    /// The executions before the last one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) retry_attempts: Vec<RetryAttempt>,
    /// Lines, of the last execution; those of the others stand at them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) stdout: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) stderr: Vec<String>,
    /// Shard and worker of the last execution, e.g. `2/0`; none for a test that did not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thread_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) attachments: Vec<Attachment>,
    /// None for what is not a test case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) extra: Option<TestExtra>,
}

/// One execution before the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RetryAttempt {
    /// From 1.
    pub(crate) attempt: u64,
    pub(crate) status: Status,
    /// Milliseconds.
    pub(crate) duration: u64,
    pub(crate) start: u64,
    pub(crate) stop: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) message: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) trace: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) snippet: String,
    /// Where it failed, in the test's own file; none where the error does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) stdout: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) stderr: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) extra: AttemptExtra,
}

/// What we add to an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AttemptExtra {
    #[serde(rename = "shardwright.attempt")]
    pub(crate) attempt: AttemptPlace,
}

/// Where an execution took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttemptPlace {
    pub(crate) shard: u32,
    /// The attempt at the shard, from 1.
    pub(crate) shard_attempt: u32,
    pub(crate) worker: u32,
    /// Playwright's own retry, from 0.
    pub(crate) retry: u32,
}

/// A file that a test attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attachment {
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) path: String,
}

/// Where a test case ran, and what it is for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The shards that ran it or should have; more than one for a shared test.
    pub(crate) shards: Vec<u32>,
    pub(crate) key: Key,
}

/// A test case's identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) file: String,
    pub(crate) project: String,
    pub(crate) titles: Vec<String>,
    pub(crate) repeat: u32,
}

impl From<&TestKey> for Key {
    fn from(key: &TestKey) -> Self {
        Self {
            file: key.file.clone(),
            project: key.project.clone(),
            titles: key.titles.clone(),
            repeat: key.repeat,
        }
    }
}

/// The five words that CTRF has for how a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Passed,
    Failed,
    Skipped,
    Pending,
    Other,
}

impl From<Verdict> for Status {
    /// What has no result is `other`: it did not fail, and nothing may count it as well.
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Passed | Verdict::Flaky => Self::Passed,
            Verdict::Failed | Verdict::TimedOut => Self::Failed,
            Verdict::Skipped => Self::Skipped,
            Verdict::NotRun | Verdict::Interrupted => Self::Other,
        }
    }
}

impl From<&event::TestResult> for Status {
    /// A test that should fail and does has passed.
    fn from(result: &event::TestResult) -> Self {
        match result.status {
            event::Status::Skipped => Self::Skipped,
            event::Status::Interrupted => Self::Other,
            status if status == result.expected => Self::Passed,
            event::Status::Passed | event::Status::Failed | event::Status::TimedOut => Self::Failed,
        }
    }
}
