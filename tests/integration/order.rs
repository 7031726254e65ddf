//! The order in which a real run starts its tests is the order of its plan, and that is the one
//! that the strategy and the flags ask for.

use std::sync::OnceLock;

use serde_json::Value;

use crate::support::place::Place;
use crate::support::{engine, read};

const PROCESS: [&str; 4] = ["--isolation", "process", "--workers", "1"];
/// By name a, b, c, d; the longest first d, b, c, a. When it ran last, c failed.
const FILES: [(&str, u32, &str); 4] =
    [("a", 10, " @critical"), ("b", 900, ""), ("c", 400, ""), ("d", 1600, "")];

/// A project with the timings of two runs of it.
fn timed() -> &'static Place {
    static PLACE: OnceLock<Place> = OnceLock::new();
    PLACE.get_or_init(|| timed_with("shop"))
}

/// The same with the Playwright of a fixture.
fn timed_with(modules: &str) -> Place {
    let config = "export default { testDir: 'tests' };\n";
    let place = Place::with_modules(modules, &[("playwright.config.ts", config)]);
    for (file, millis, tag) in FILES {
        let text = format!(
            "import {{ test }} from '@playwright/test';\n\
                 test('of {file}{tag}', async () => {{\n\
                 \x20 await new Promise(done => setTimeout(done, {millis}));\n\
                 \x20 if (process.env.FAIL === '{file}') throw new Error('failed');\n\
                 }});\n"
        );
        place.write(&format!("tests/{file}.spec.ts"), text);
    }
    let _turn = engine::alone();
    let arguments = [&["run", "--quiet", "--update-timings"], PROCESS.as_slice()].concat();
    for (failing, code) in [("none", 0), ("c", 1)] {
        let said = place.answer(place.tool(&arguments).env("FAIL", failing));
        assert_eq!(said.code, code, "{}", said.stderr);
    }
    place
}

/// The tests of the plan's shard 1 in the plan's order.
fn planned(place: &Place, output: &str) -> Vec<String> {
    let plan = place.json(&format!("{output}/plan.json"));
    let groups = read::list(&read::list(&plan, "shards")[0], "groups").to_vec();
    let of_group = |group: Value| {
        let project = read::text(&group, "project");
        let title =
            move |test: &Value| format!("{project} {}", read::texts(test, "titles").join(" "));
        read::list(&group, "tests").iter().map(title).collect::<Vec<_>>()
    };
    groups.into_iter().flat_map(of_group).collect()
}

/// The tests in the order in which they began.
fn began(place: &Place, output: &str) -> Vec<String> {
    let events = place.read(&format!("{output}/shards/1/events.ndjson"));
    let events = events.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let begins = events.filter(|event| event["event"] == "test-began");
    begins
        .map(|event| {
            let key = &event["key"];
            format!("{} {}", read::text(key, "project"), read::texts(key, "titles").join(" "))
        })
        .collect()
}

/// Runs and says in which order the files' tests began, as their letters.
fn order(output: &str, arguments: &[&str]) -> String {
    order_in(timed(), output, arguments)
}

fn order_in(place: &Place, output: &str, arguments: &[&str]) -> String {
    let _turn = engine::alone();
    let all = [&["run", "--quiet", "--output", output], PROCESS.as_slice(), arguments].concat();
    let said = place.call(&all);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    let began = began(place, output);
    assert_eq!(began, planned(place, output), "the order of the run and that of the plan");
    began.iter().filter_map(|title| title.trim().chars().nth(3)).collect()
}

#[test]
fn the_longest_file_starts_first() {
    assert_eq!(order("balanced", &["--strategy", "balanced"]), "dbca");
    assert_eq!(order("node", &["--strategy", "balanced", "--shard", "1/1"]), "dbca");
}

#[test]
fn what_failed_last_starts_first_where_that_is_asked() {
    assert_eq!(order("fail-first", &["--strategy", "fail-first"]), "cdba");
}

#[test]
fn urgent_tests_start_before_longer_ones() {
    assert_eq!(order("priority", &["--priority", "@critical"]), "adbc");
}

/// Before 1.62 Playwright asks no reporter which order it should keep.
#[test]
fn older_versions_of_playwright_keep_the_order_too() {
    for version in ["older/1.50", "older/1.61"] {
        let place = timed_with(version);
        assert_eq!(order_in(&place, "balanced", &[]), "dbca", "{version}");
        let fail_first = ["--strategy", "fail-first"];
        assert_eq!(order_in(&place, "fail-first", &fail_first), "cdba", "{version}");
    }
}

#[test]
fn single_tests_of_several_projects_start_as_planned() {
    let config = "export default { testDir: 'tests', fullyParallel: true, projects: [\n\
                  { name: 'z', use: { locale: 'de' } }, { name: 'a' } ] };\n";
    let place = Place::with_playwright(&[("playwright.config.ts", config)]);
    // Playwright starts the tests of one kind of worker before those of another.
    let worker = "test.use({ launchOptions: { slowMo: 1 } });\n";
    for (file, kind, millis) in
        [("one", "", [10, 300, 100]), ("three", "", [200, 5, 50]), ("two", worker, [400, 20, 80])]
    {
        let tests = (0..).zip(millis).map(|(number, millis)| {
            format!(
                "test('{file} {number}', async () => {{\n\
                 \x20 await new Promise(done => setTimeout(done, {millis}));\n}});\n"
            )
        });
        let tests = tests.collect::<String>();
        let text = format!("import {{ test }} from '@playwright/test';\n{kind}{tests}");
        place.write(&format!("tests/{file}.spec.ts"), text);
    }
    let _turn = engine::alone();
    for output in ["first", "second"] {
        let all = ["run", "--quiet", "--update-timings", "--output", output];
        let said = place.call(&[all.as_slice(), PROCESS.as_slice()].concat());
        assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
        let began = began(&place, output);
        assert_eq!(began.len(), 18);
        assert_eq!(began, planned(&place, output), "the {output} run");
    }
}
