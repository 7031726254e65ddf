//! The overview as people meet it: in a browser, with mouse and keyboard, on a phone, on paper,
//! without scripts, and with twenty thousand tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::support::made::{Making, merged};
use crate::support::{fixture, project, read, repository, shop, tool};

/// What `overview.cjs` saw.
#[derive(Debug, Deserialize)]
struct Seen {
    /// Errors of the page and of its console, what the page's policy refused among them.
    errors: Vec<String>,
    /// What was asked for outside the page's own folder.
    foreign: Vec<String>,
    verdict: String,
    reasons: Vec<String>,
    jumps: Vec<String>,
    bars: usize,
    background: String,
    contrast: Contrast,
    /// The accessibility tree.
    tree: String,
    /// What axe says against the page: light, dark and on a phone.
    violations: Vec<String>,
    #[serde(default)]
    walked: Vec<Walked>,
    zoom: Vec<Zoom>,
    /// The page was not left by a drag.
    stayed: bool,
    filtered: Option<Filtered>,
    /// What had the focus after a key was pressed that nothing had asked for.
    key: Option<String>,
    /// Links above the results whose target cannot be seen, and at which width of the window.
    covered: Vec<String>,
    /// Titles from right to left that run into what stands beside them.
    mixed: usize,
    themes: Vec<String>,
    /// The width of each picture once it was loaded.
    pictures: Vec<u32>,
    /// In bytes.
    memory: u64,
    dark: Dark,
    phone: Phone,
    paper: Paper,
    plain: Plain,
    hovered: Vec<Hovered>,
}

#[derive(Debug, Deserialize)]
struct Contrast {
    ratio: f64,
    text: String,
}

#[derive(Debug, Deserialize)]
struct Walked {
    label: String,
    href: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Zoom {
    name: String,
    range: String,
    axis: String,
}

#[derive(Debug, Deserialize)]
struct Filtered {
    none: usize,
    said: String,
    all: usize,
}

#[derive(Debug, Deserialize)]
struct Dark {
    background: String,
    contrast: Contrast,
}

#[derive(Debug, Deserialize)]
struct Phone {
    wide: u32,
    canvas: u32,
}

#[derive(Debug, Deserialize)]
struct Paper {
    /// The widest table, on paper of 720 pixels.
    wide: u32,
    closed: usize,
    tools: bool,
    cards: usize,
    background: String,
}

#[derive(Debug, Deserialize)]
struct Plain {
    verdict: String,
    cards: usize,
    shards: usize,
    chart: bool,
}

#[derive(Debug, Deserialize)]
struct Hovered {
    tip: Vec<String>,
    href: Option<String>,
    /// Red, green, blue, alpha in the middle of the bar.
    colour: [u8; 4],
    /// What stands on the page that a click led to.
    page: Option<String>,
    url: Option<String>,
}

/// Opens the overview of a results folder, and moves the mouse over the bars with these words.
fn look(output: &Path, bars: &[&str], pictures: Option<&Path>) -> Seen {
    let scratch = project::scratch("overview");
    let script = scratch.join("overview.cjs");
    fs::write(&script, include_str!("support/overview.cjs")).unwrap();
    let harness = tool(&scratch);
    let mut command = std::process::Command::new("node");
    command.env_clear().envs(harness.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("OVERVIEW_BARS", serde_json::to_string(bars).unwrap());
    command.arg(&script).arg(fixture("shop").join("node_modules/playwright-core"));
    command.arg(fixture("axe").join("node_modules/axe-core/axe.min.js"));
    command.arg(output.join("index.html").canonicalize().unwrap()).args(pictures);
    let said = command.output().unwrap();
    let errors = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{}: {errors}", output.display());
    serde_json::from_slice(&said.stdout).unwrap()
}

/// What holds for every overview.
#[track_caller]
fn is_sound(seen: &Seen) {
    assert_eq!((seen.errors.as_slice(), seen.foreign.as_slice()), (&[][..], &[][..]));
    assert_eq!(seen.violations, Vec::<String>::new());
    for contrast in [&seen.contrast, &seen.dark.contrast] {
        assert!(contrast.ratio >= 4.5, "{} of `{}`", contrast.ratio, contrast.text);
    }
    assert_ne!(seen.background, seen.dark.background);
    // From what the system says to light, dark, and back.
    let [light, dark, system] = &seen.themes[..] else { panic!("{:?}", seen.themes) };
    assert_eq!(*light, format!("Theme: light {}", seen.background));
    assert_eq!(*dark, format!("Theme: dark {}", seen.dark.background));
    assert_eq!(*system, format!("Theme: system {}", seen.background));
    assert!(seen.phone.wide <= 375 && seen.phone.canvas > 300, "{:?}", seen.phone);
    assert_eq!((seen.paper.closed, seen.paper.tools), (0, false));
    assert!(seen.paper.wide <= 720, "a table is {} pixels wide on paper", seen.paper.wide);
    assert_eq!((seen.covered.as_slice(), seen.mixed), (&[][..], 0));
    assert_eq!(seen.key.as_deref().unwrap_or_default(), "", "a key alone does nothing");
    assert_eq!(seen.paper.background, seen.background, "paper is light");
    assert_eq!(seen.plain.verdict, seen.verdict);
    assert!(!seen.plain.chart);
    assert_eq!(seen.plain.cards, seen.paper.cards);
    for line in seen.tree.lines() {
        let line = line.trim().trim_start_matches("- ").trim_start_matches('\'');
        for role in ["link", "button", "checkbox", "searchbox", "toolbar"] {
            assert!(line != role && !line.starts_with(&format!("{role}:")), "a {role} has no name");
        }
    }
    zooms(&seen.zoom);
    assert!(seen.stayed, "a drag led away from the page");
}

/// Every way to zoom changes the axis, and what shows all shows what it showed first.
#[track_caller]
fn zooms(steps: &[Zoom]) {
    let all = &steps[0];
    for step in &steps[1..] {
        let back = matches!(step.name.as_str(), "reset" | "double click" | "key 0");
        assert_eq!(step.axis == all.axis, back, "{}: {}", step.name, step.range);
        assert_eq!(step.range == all.range, back, "{}: {}", step.name, step.range);
    }
    let axes: BTreeSet<&str> = steps.iter().map(|step| step.axis.as_str()).collect();
    assert_eq!(axes.len(), 5, "button, wheel, drag and key show different parts");
}

/// How often tests ran or began to, by the events of all shards.
fn executions(output: &Path) -> usize {
    let shards = fs::read_dir(output.join("shards")).unwrap();
    let count = |folder: PathBuf| {
        let text = fs::read_to_string(folder.join("events.ndjson")).unwrap();
        let began = text.lines().skip(1).filter(|line| {
            let event: Value = serde_json::from_str(line).unwrap();
            event["event"] == "test-began"
        });
        began.count()
    };
    shards.map(|shard| count(shard.unwrap().path())).sum()
}

#[test]
fn a_run_that_passed_is_walked_bar_by_bar_and_each_leads_to_its_test() {
    let output = shop::whole().output();
    let seen = look(&output, &["log in as Robin"], None);
    is_sound(&seen);
    assert_eq!(seen.verdict, "Passed 147 of 152 tests passed, 5 were skipped.");
    assert_eq!(seen.reasons, Vec::<String>::new());
    // A test that is skipped before it runs began, too.
    assert_eq!(seen.bars, executions(&output));
    assert_eq!(seen.walked.len(), seen.bars);
    let ids: BTreeSet<String> = read::html(&output)["report.json"]["files"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|file| read::list(file, "tests"))
        .map(|test| read::text(test, "testId"))
        .collect();
    for bar in &seen.walked {
        let href = bar.href.as_deref().unwrap_or_default();
        let id = href.strip_prefix("playwright/index.html#?testId=").unwrap_or_default();
        assert!(ids.contains(id), "{}: {href}", bar.label);
    }
    let hovered = &seen.hovered[0];
    assert_eq!(hovered.tip[0], "log in as Robin");
    assert!(hovered.tip[1].starts_with("passed in ") && hovered.tip[1].ends_with(", set-up test"));
    assert_eq!(hovered.tip[2], "auth.setup.ts · setup");
    assert!(hovered.page.as_ref().unwrap().contains("log in as Robin auth.setup.ts"));
}

#[test]
fn a_failed_test_is_shown_with_its_screenshot_and_a_click_opens_it() {
    let output = shop::failing().output();
    let title = "the return policy is up to date";
    let seen = look(&output, &[title], None);
    is_sound(&seen);
    assert!(seen.verdict.starts_with("Failed 1 of "), "{}", seen.verdict);
    assert!(seen.jumps.contains(&"Failed 1".to_owned()), "{:?}", seen.jumps);
    assert!(!seen.pictures.is_empty() && seen.pictures.iter().all(|wide| *wide > 0));
    let [hovered] = &seen.hovered[..] else { panic!("{:?}", seen.hovered) };
    assert_eq!(hovered.tip[0], title);
    assert!(hovered.tip[1].starts_with("failed after "), "{:?}", hovered.tip);
    let [red, green, blue, _] = hovered.colour;
    assert!(red > 150 && green < 100 && blue < 100, "the bar is {:?}", hovered.colour);
    assert!(hovered.page.as_ref().unwrap().contains(title));
    let filtered = seen.filtered.unwrap();
    assert_eq!((filtered.none, filtered.all), (0, 1));
    assert_eq!(filtered.said, "0 of 1");
}

#[test]
fn a_try_of_a_flaky_test_opens_at_that_try() {
    let output = shop::flaky().output();
    let title = "the shop answers at the first knock";
    let seen = look(&output, &[&format!("{title}, home"), "try 2 of 2"], None);
    is_sound(&seen);
    assert!(seen.verdict.starts_with("Passed ") && seen.verdict.contains("1 is flaky"));
    let [first, second] = &seen.hovered[..] else { panic!("{:?}", seen.hovered) };
    assert!(first.tip[1].starts_with("failed, passed later after "), "{:?}", first.tip);
    assert!(second.tip[1].starts_with("passed in "), "{:?}", second.tip);
    for (bar, turn) in [(first, 0), (second, 1)] {
        assert_eq!(bar.tip[0], title);
        assert!(bar.url.as_ref().unwrap().ends_with(&format!("&run={turn}")), "{:?}", bar.url);
        assert!(bar.page.as_ref().unwrap().contains(title));
    }
}

#[test]
fn a_run_with_faults_says_what_went_wrong_and_what_to_do() {
    let making = Making { shards: 4, workers: 3, files: 24, tests: 7, trouble: true, lost: true };
    let made = merged(making);
    let output = made.place.path("merged");
    let seen = look(&output, &["failed after", "was cut off"], None);
    is_sound(&seen);
    assert_eq!((seen.bars, seen.walked.len()), (made.executions, made.executions));
    assert!(seen.verdict.starts_with("Incomplete "), "{}", seen.verdict);
    assert_eq!(seen.reasons.len(), 1, "{:?}", seen.reasons);
    assert!(seen.reasons[0].starts_with("Shard 4 was killed (out of memory): "));
    assert!(seen.jumps.contains(&"Faults 2".to_owned()), "{:?}", seen.jumps);
    assert_eq!(seen.plain.shards, 4);
    // There is no page of Playwright to lead to: the test's card on this page is next, and what
    // was cut off and passed in the next attempt has none.
    let [failed, cut] = &seen.hovered[..] else { panic!("{:?}", seen.hovered) };
    assert!(failed.href.as_ref().unwrap().starts_with("#t"), "{failed:?}");
    assert!(cut.href.is_none() && cut.tip[1].starts_with("was cut off after "), "{cut:?}");
    assert!(seen.walked.iter().any(|bar| bar.label.contains("attempt 2")));
}

#[test]
fn twenty_thousand_tests_are_a_page_that_opens_and_zooms() {
    let making =
        Making { shards: 16, workers: 4, files: 500, tests: 40, trouble: true, lost: false };
    let made = merged(making);
    let output = made.place.path("merged");
    let seen = look(&output, &["passed in", "failed after"], None);
    is_sound(&seen);
    assert_eq!(seen.bars, made.executions);
    let size = fs::metadata(output.join("index.html")).unwrap().len();
    assert!(size < 4 << 20, "{size} bytes");
    assert!(seen.memory < 256 << 20, "{} bytes", seen.memory);
    let [passed, failed] = &seen.hovered[..] else { panic!("{:?}", seen.hovered) };
    assert!(passed.colour[3] == 255 && passed.colour != failed.colour, "{passed:?} {failed:?}");
}

/// `SHARDWRIGHT_PICTURES=1`, which `make pictures` sets, lays them into the repository.
#[test]
#[expect(clippy::disallowed_methods, reason = "whoever runs the test says where pictures go")]
fn the_pictures_of_the_readme_are_made_of_a_page_that_is_sound() {
    let making = Making { shards: 4, workers: 3, files: 24, tests: 7, trouble: true, lost: false };
    let made = merged(making);
    let scratch = project::scratch("pictures");
    let seen = look(&made.place.path("merged"), &[], Some(&scratch));
    is_sound(&seen);
    let wanted = std::env::var_os("SHARDWRIGHT_PICTURES").is_some();
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    for name in ["overview-light.png", "overview-dark.png"] {
        assert!(readme.contains(&format!("\".github/{name}\"")), "{name}");
        let picture = fs::read(scratch.join(name)).unwrap();
        assert!(picture.len() < 150_000, "{name} has {} bytes", picture.len());
        if wanted {
            fs::write(repository().join(".github").join(name), picture).unwrap();
        }
    }
}
