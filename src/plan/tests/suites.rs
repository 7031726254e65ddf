//! Suites to plan: by hand and at random.

use std::num::NonZeroU32;
use std::time::Duration;

use proptest::prelude::{Just, Strategy as Arbitrary, any, prop};

use crate::model::id::TestKey;
use crate::model::suite::{GroupKind, Project, RunnerSettings, Source, Suite, TestCase, TestGroup};
use crate::model::timings::{Estimate, Estimates, LastResult};
use crate::plan::Strategy;
use crate::plan::make::Options;

/// A group of one test that takes that many milliseconds.
pub(super) fn group(file: &str, project: &str, tags: &[&str]) -> TestGroup {
    let key = TestKey {
        file: file.to_owned(),
        project: project.to_owned(),
        titles: vec![format!("test of {file}")],
        repeat: 0,
    };
    let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    let test = TestCase { key, runner_id: None, tags, line: 1, column: 1 };
    TestGroup {
        project: project.to_owned(),
        file: file.to_owned(),
        kind: GroupKind::File,
        worker: String::new(),
        tests: vec![test],
    }
}

pub(super) fn suite(groups: Vec<TestGroup>) -> Suite {
    Suite {
        source: Source::Playwright,
        groups,
        shared: Vec::new(),
        projects: vec![project("", &[], None)],
        settings: RunnerSettings::default(),
    }
}

pub(super) fn project(name: &str, dependencies: &[&str], teardown: Option<&str>) -> Project {
    Project {
        name: name.to_owned(),
        dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
        teardown: teardown.map(str::to_owned),
        workers: None,
    }
}

/// Groups of one test in files of these names, with their times in milliseconds.
pub(super) fn timed(files: &[(&str, u64)]) -> (Suite, Estimates) {
    let groups: Vec<TestGroup> = files.iter().map(|(file, _)| group(file, "", &[])).collect();
    let mut estimates = Estimates::default();
    for (group, (_, millis)) in groups.iter().zip(files) {
        learn(&mut estimates, group, *millis, LastResult::Passed);
    }
    (suite(groups), estimates)
}

pub(super) fn learn(estimates: &mut Estimates, group: &TestGroup, millis: u64, last: LastResult) {
    let estimate = Estimate { duration: Duration::from_millis(millis), last: Some(last), flaky: 0 };
    estimates.tests.insert(group.tests[0].key.clone(), estimate);
}

pub(super) fn options(strategy: &'static dyn Strategy, shards: u32, workers: u32) -> Options {
    let shards = NonZeroU32::new(shards).expect("a test asks for shards");
    let (tags, priorities) = (Vec::new(), Vec::new());
    Options { shards, workers, strategy, tags, priorities, previous: None, reruns: None }
}

/// A group at random: file, project, tags, and each test's time and last result.
type Draft = (usize, usize, usize, Vec<(u64, u8)>);

/// Any suite of up to 40 groups in projects with and without set-up, and its estimates.
pub(super) fn any_suite() -> impl Arbitrary<Value = (Suite, Estimates)> {
    let tests = prop::collection::vec((0_u64..20_000, 0_u8..8), 1..4);
    let draft = (0_usize..9, 0_usize..3, 0_usize..4, tests);
    let shared = prop::collection::vec(0_u64..9_000, 0..4);
    (prop::collection::vec(draft, 0..40), shared)
        .prop_map(|(drafts, shared)| build(drafts, &shared))
}

/// The same suite with its groups in another order.
pub(super) fn shuffled_suite() -> impl Arbitrary<Value = (Suite, Suite, Estimates)> {
    any_suite().prop_flat_map(|(suite, estimates)| {
        let groups = Just(suite.groups.clone()).prop_shuffle();
        (groups, Just(suite), Just(estimates), any::<bool>()).prop_map(
            |(groups, suite, estimates, reversed)| {
                // The order of the projects says which of them the runner begins with.
                let mut other = Suite { groups, ..suite.clone() };
                if reversed {
                    other.shared.reverse();
                }
                (suite, other, estimates)
            },
        )
    })
}

fn build(drafts: Vec<Draft>, shared: &[u64]) -> (Suite, Estimates) {
    const FILES: [&str; 9] = [
        "a.spec.ts",
        "cart/add.spec.ts",
        "cart/pay.spec.ts",
        "cart/z/deep.spec.ts",
        "login/in.spec.ts",
        "login/out.spec.ts",
        "login.spec.ts",
        "z/y.spec.ts",
        "z/z.spec.ts",
    ];
    const TAGS: [&[&str]; 4] = [&[], &["@slow"], &["@slow", "@smoke"], &["@smoke"]];
    let mut estimates = Estimates { fallback: Duration::from_secs(2), ..Estimates::default() };
    let mut groups = Vec::new();
    for (position, (file, project, tags, tests)) in drafts.into_iter().enumerate() {
        let (file, project) = (FILES[file], ["api", "chromium", "firefox"][project]);
        let mut group = group(file, project, TAGS[tags]);
        let template = group.tests.remove(0);
        for (number, (millis, last)) in tests.into_iter().enumerate() {
            let mut test = template.clone();
            test.key.titles = vec![format!("group {position}"), format!("test {number}")];
            group.tests.push(test);
            let duration = Duration::from_millis(millis);
            let last = match last {
                0 => Some(LastResult::Failed),
                1 => Some(LastResult::Flaky),
                2 => continue,
                _ => Some(LastResult::Passed),
            };
            let key = group.tests[number].key.clone();
            estimates.tests.insert(key, Estimate { duration, last, flaky: 0 });
        }
        groups.push(group);
    }
    let mut suite = suite(groups);
    suite.projects = vec![
        project("setup", &[], Some("clean")),
        project("clean", &[], None),
        project("api", &[], None),
        project("chromium", &["setup"], None),
        project("firefox", &["setup"], None),
    ];
    for (position, millis) in shared.iter().enumerate() {
        let name = if position == 0 { "clean" } else { "setup" };
        let group = group(&format!("{name}{position}.ts"), name, &[]);
        learn(&mut estimates, &group, *millis, LastResult::Passed);
        suite.shared.extend(group.tests);
    }
    (suite, estimates)
}
