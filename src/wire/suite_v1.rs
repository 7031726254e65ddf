//! A suite as JSON: what `discover --format json` prints.

use serde::Serialize;

use crate::model::suite::{GroupKind, Source, Suite, TestCase, TestGroup};

#[derive(Debug, Serialize)]
struct SuiteFile<'a> {
    format: &'static str,
    version: u32,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    runner_version: Option<&'a str>,
    groups: Vec<GroupWire<'a>>,
    /// Tests of set-up and teardown projects, which run in every shard that needs them.
    shared: Vec<CaseWire<'a>>,
}

#[derive(Debug, Serialize)]
struct GroupWire<'a> {
    project: &'a str,
    file: &'a str,
    kind: &'static str,
    tests: Vec<CaseWire<'a>>,
}

#[derive(Debug, Serialize)]
struct CaseWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    project: &'a str,
    file: &'a str,
    titles: &'a [String],
    #[serde(skip_serializing_if = "is_zero")]
    repeat: u32,
    tags: &'a [String],
    line: u32,
    column: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde calls")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The text of a suite, with a line feed at its end.
pub(crate) fn write(suite: &Suite) -> String {
    let file = SuiteFile {
        format: "shardwright.suite",
        version: 1,
        source: match suite.source {
            Source::Playwright => "playwright",
            Source::Scan => "scan",
        },
        runner_version: suite.settings.version.as_deref(),
        groups: suite.groups.iter().map(GroupWire::from).collect(),
        shared: suite.shared.iter().map(CaseWire::from).collect(),
    };
    // These types hold nothing that JSON cannot say.
    serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
}

/// The word for why tests belong together.
pub(crate) fn kind_name(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::File => "file",
        GroupKind::Sequence => "sequence",
        GroupKind::Single => "single",
        GroupKind::Hooked => "hooked",
        GroupKind::Opaque => "opaque",
    }
}

impl<'a> From<&'a TestGroup> for GroupWire<'a> {
    fn from(group: &'a TestGroup) -> Self {
        Self {
            project: &group.project,
            file: &group.file,
            kind: kind_name(group.kind),
            tests: group.tests.iter().map(CaseWire::from).collect(),
        }
    }
}

impl<'a> From<&'a TestCase> for CaseWire<'a> {
    fn from(test: &'a TestCase) -> Self {
        Self {
            id: test.runner_id.as_deref(),
            project: &test.key.project,
            file: &test.key.file,
            titles: &test.key.titles,
            repeat: test.key.repeat,
            tags: &test.tags,
            line: test.line,
            column: test.column,
        }
    }
}
