//! A script of the fake sandbox goes in, its parts come out.
//!
//! `{"list": {...as list.json...}, "results": {"TITLE": {"status": "failed", "duration": 5, "error":
//! "..."}}, "deaths": {"SHARD": {"after": 2, "code": 137}}, "forged": {"SHARD": ["LINE"]}, "until":
//! {"SHARD": "FILE"}}`. A test that is not named passes after 10 ms of its own time. Titles, and
//! results of a later attempt, can differ: `"TITLE@2"` is what the second attempt finds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Script {
    pub(super) list: Box<RawValue>,
    #[serde(default)]
    results: BTreeMap<String, Scripted>,
    #[serde(default)]
    deaths: BTreeMap<String, Death>,
    /// Lines that the tests of a shard write to the reporter's file before their own.
    #[serde(default)]
    forged: BTreeMap<String, Vec<String>>,
    /// A shard runs no test until there is this file beside the script.
    #[serde(default)]
    until: BTreeMap<String, PathBuf>,
}

/// How a test ends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scripted {
    pub(super) status: String,
    #[serde(default)]
    pub(super) duration: u64,
    #[serde(default)]
    pub(super) error: Option<String>,
}

/// When and how a shard dies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Death {
    /// After so many tests.
    #[serde(default)]
    pub(super) after: usize,
    #[serde(default)]
    pub(super) moment: Moment,
    #[serde(default)]
    pub(super) how: How,
    #[serde(default)]
    pub(super) code: i32,
    /// The first of the shard's attempts that dies like this.
    #[serde(default)]
    from: u32,
    /// The last one; all from then on where it is not said.
    attempts: Option<u32>,
}

/// The moment of a death.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Moment {
    /// Before the reporter has said anything.
    BeforeTheFirstEvent,
    #[default]
    InATest,
    BetweenTests,
    /// All tests have ended, and nothing more is said.
    AfterTheLastTest,
    /// The reporter has said its last word.
    WhileReporting,
}

/// What is seen of a death from outside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum How {
    /// The process ends with a code.
    #[default]
    Exit,
    OutOfMemory,
    TimedOut,
    EngineGone,
    /// The job's files cannot be written.
    DiskFull,
    /// Nothing more happens until somebody ends it.
    Stalled,
}

/// What the reporter is told.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    pub(super) mode: String,
    pub(super) tests: Vec<Value>,
    pub(super) files: Vec<Value>,
}

impl Script {
    /// How a test ends in an attempt.
    pub(super) fn result(&self, title: &str, attempt: u32) -> Scripted {
        let later = (2..=attempt).rev().find_map(|n| self.results.get(&format!("{title}@{n}")));
        let passed = || Scripted { status: "passed".to_owned(), duration: 10, error: None };
        later.or_else(|| self.results.get(title)).cloned().unwrap_or_else(passed)
    }

    /// How an attempt at a shard dies, if it does.
    pub(super) fn death(&self, shard: &str, attempt: u32) -> Option<&Death> {
        let death = self.deaths.get(shard)?;
        let last = death.attempts.unwrap_or(u32::MAX);
        (death.from..=last).contains(&attempt).then_some(death)
    }

    /// The file that a shard waits for.
    pub(super) fn until(&self, shard: &str) -> Option<&Path> {
        self.until.get(shard).map(PathBuf::as_path)
    }

    /// What the tests of a shard write among the reporter's lines.
    pub(super) fn forged(&self, shard: &str) -> &[String] {
        self.forged.get(shard).map_or(&[], Vec::as_slice)
    }
}
