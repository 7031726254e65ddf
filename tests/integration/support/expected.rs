//! `fixtures/shop/expected.toml` goes in, what every test of the shop should do comes out.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::support::fixture;

/// Which test: its project, its file below `tests/`, its titles from the outermost `describe`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) project: String,
    pub(crate) file: String,
    pub(crate) titles: Vec<String>,
}

/// What became of each test, in the tool's words: `passed`, `flaky`, `skipped`, `failed`, ...
pub(crate) type Verdicts = BTreeMap<Key, String>;

/// How the suite's switches stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switch {
    Off,
    Fail,
    Flaky,
}

/// The whole model.
#[derive(Debug, Deserialize)]
pub(crate) struct Expected {
    pub(crate) counts: Counts,
    /// In the order of projects and files, in a file as they are written there.
    #[serde(rename = "test")]
    pub(crate) tests: Vec<Test>,
}

/// How many there should be.
#[derive(Debug, Deserialize)]
pub(crate) struct Counts {
    pub(crate) tests: usize,
    pub(crate) groups: usize,
    pub(crate) passed: usize,
    pub(crate) skipped: usize,
}

/// One test case.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Test {
    pub(crate) project: String,
    pub(crate) file: String,
    pub(crate) titles: Vec<String>,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Test cases of one group are kept together.
    pub(crate) group: String,
    /// The group is cut into as many pieces as there are workers.
    #[serde(default)]
    pub(crate) chunked: bool,
    verdict: String,
    #[serde(default)]
    attachments: Vec<String>,
    with_fail: Option<String>,
    #[serde(default)]
    with_fail_attachments: Vec<String>,
    with_flaky: Option<String>,
    #[serde(default)]
    with_flaky_attachments: Vec<String>,
}

impl Test {
    /// Which test.
    pub(crate) fn key(&self) -> Key {
        Key { project: self.project.clone(), file: self.file.clone(), titles: self.titles.clone() }
    }

    /// What should become of it.
    pub(crate) fn verdict(&self, switch: Switch) -> &str {
        let other = match switch {
            Switch::Off => None,
            Switch::Fail => self.with_fail.as_deref(),
            Switch::Flaky => self.with_flaky.as_deref(),
        };
        other.unwrap_or(&self.verdict)
    }

    /// Names of what all its executions attach, sorted.
    pub(crate) fn attachments(&self, switch: Switch) -> Vec<String> {
        let other = match switch {
            Switch::Off => &self.attachments,
            Switch::Fail => &self.with_fail_attachments,
            Switch::Flaky => &self.with_flaky_attachments,
        };
        let mut names = if other.is_empty() { &self.attachments } else { other }.clone();
        names.sort();
        names
    }
}

impl Expected {
    /// The shop's.
    pub(crate) fn of_shop() -> Self {
        let text = std::fs::read_to_string(fixture("shop").join("expected.toml")).unwrap();
        toml::from_str(&text).unwrap()
    }

    /// Every test's verdict.
    pub(crate) fn verdicts(&self, switch: Switch) -> Verdicts {
        self.tests.iter().map(|test| (test.key(), test.verdict(switch).to_owned())).collect()
    }

    /// The verdicts of a run of these files alone, with the set-up project that they need.
    pub(crate) fn verdicts_of(&self, files: &[&str], switch: Switch) -> Verdicts {
        let mut verdicts = self.verdicts(switch);
        let chosen = |key: &Key| key.project == "setup" || files.contains(&key.file.as_str());
        verdicts.retain(|key, _| chosen(key));
        verdicts
    }
}

#[test]
fn the_model_counts_itself() {
    let expected = Expected::of_shop();
    let count = |verdict: &str| {
        expected.tests.iter().filter(|test| test.verdict(Switch::Off) == verdict).count()
    };
    assert_eq!(expected.tests.len(), expected.counts.tests);
    assert_eq!(expected.verdicts(Switch::Off).len(), expected.counts.tests);
    assert_eq!(count("passed"), expected.counts.passed);
    assert_eq!(count("skipped"), expected.counts.skipped);
}
