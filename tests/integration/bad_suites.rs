//! Suites that a real Playwright, or a real engine, refuses.

use crate::support::place::Place;

const CONFIG: (&str, &str) = ("playwright.config.ts", "export default { testDir: 'tests' };\n");
const SPEC: (&str, &str) =
    ("tests/a.spec.ts", "import { test } from '@playwright/test';\ntest('one', () => {});\n");
const BROKEN: (&str, &str) =
    ("tests/b.spec.ts", "import { test } from '@playwright/test';\ntest('two', () => {\n");
const PROCESS: [&str; 2] = ["--isolation", "process"];

#[test]
fn a_spec_file_with_a_syntax_error_is_named_with_its_place() {
    let place = Place::with_playwright(&[CONFIG, SPEC, BROKEN]);
    let stderr = "error: Playwright could not load the suite\n  │ b.spec.ts:3:1: SyntaxError: \
                  [DIR]/tests/b.spec.ts: Unexpected token (3:0)\n";
    for command in ["discover", "plan"] {
        let before = place.files();
        let said = place.call(&[&[command], PROCESS.as_slice()].concat());
        assert_eq!((said.code, said.stdout.as_str()), (5, ""), "{said:?}");
        assert!(said.stderr.starts_with(stderr), "{}", said.stderr);
        assert_eq!(place.files(), before);
    }
    let said = place.call(&[&["run"], PROCESS.as_slice()].concat());
    assert_eq!((said.code, said.stdout.as_str()), (5, ""), "{said:?}");
    assert!(said.stderr.starts_with(stderr), "{}", said.stderr);
    assert!(!place.path("shardwright-report/junit.xml").exists());
    let place = Place::with_playwright(&[CONFIG, SPEC, BROKEN]);
    place.refuses(
        &["discover", "--discover", "scan"],
        5,
        "error: syntax error in `tests/b.spec.ts:3:1`: Expected `}` but found `EOF`",
    );
}

#[test]
fn a_focused_test_that_is_forbidden_ends_the_run_before_it_begins() {
    let config =
        ("playwright.config.ts", "export default { testDir: 'tests', forbidOnly: true };\n");
    let spec = "import { test } from '@playwright/test';\ntest.only('one', () => {});\n";
    let place = Place::with_playwright(&[config, ("tests/a.spec.ts", spec)]);
    let said = place.call(&[&["run"], PROCESS.as_slice()].concat());
    assert_eq!((said.code, said.stdout.as_str()), (5, ""), "{said:?}");
    let told = "error: Playwright could not load the suite\n  │ a.spec.ts:2:6: Error: item focused \
                with '.only' is not allowed due to the 'forbidOnly' option";
    assert!(said.stderr.starts_with(told), "{}", said.stderr);
}

#[test]
fn an_official_image_of_another_version_is_refused_before_it_is_pulled() {
    let place = Place::with_playwright(&[CONFIG, SPEC]);
    let image = "mcr.microsoft.com/playwright:v1.40.0-jammy";
    place.refuses(
        &["run", "--image", image],
        6,
        &format!(
            "error: the image `{image}` has no browsers for the project's Playwright 1.65.1\nhint: \
             leave --image out for the official image of that version, or name one of it\n"
        ),
    );
}

#[test]
fn a_configuration_that_throws_is_told_in_its_own_words() {
    let config = ("playwright.config.ts", "throw new Error('::error::no\\n::error::config');\n");
    let place = Place::with_playwright(&[config, SPEC]);
    let said = place.call(&[&["discover"], PROCESS.as_slice()].concat());
    assert_eq!((said.code, said.stdout.as_str()), (5, ""), "{said:?}");
    let head = "error: Playwright could not list the suite (exit code 1):\n  │ Error: \
                ::error::no\n  │ ::error::config\n  │     at Object.<anonymous> \
                ([DIR]/playwright.config.ts:1:7)\n";
    assert!(said.stderr.starts_with(head), "{}", said.stderr);
    let hint = "hint: `npx playwright test --list` in the project folder should show the same\n";
    assert!(said.stderr.ends_with(hint), "{}", said.stderr);
    // A scan does not run it: what it says is unknown, once.
    let said = place.call(&["discover", "--discover", "scan", "--format", "list"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, "tests/a.spec.ts › one\n"));
    assert_eq!(
        said.stderr,
        "scan: `playwright.config.ts` exports no object that can be read without running it: \
         defaults are assumed\n"
    );
}

#[test]
fn a_choice_without_tests_is_nothing_to_run_for_playwright_too() {
    let place = Place::with_playwright(&[CONFIG, SPEC]);
    let stderr = "error: there is nothing to run: no test matches\nhint: `shardwright discover` \
                  shows what there is\n";
    for choice in [["--grep", "gone"], ["--tag", "@gone"], ["--discover=playwright", "gone"]] {
        for command in ["plan", "run"] {
            let said = place.call(&[&[command], PROCESS.as_slice(), &choice].concat());
            let answer = (said.code, said.stdout.as_str(), said.stderr.as_str());
            assert_eq!(answer, (4, "", stderr), "{choice:?}");
        }
    }
    let said = place.call(&[&["plan"], PROCESS.as_slice(), &["gone/*.spec.ts"]].concat());
    assert_eq!(said.code, 4, "{said:?}");
    assert!(said.stderr.starts_with("error: `gone/*.spec.ts` matches no file\n"), "{said:?}");
}

#[test]
fn what_playwright_cannot_read_of_the_choice_is_its_own_words() {
    let place = Place::with_playwright(&[CONFIG, SPEC]);
    let said = place.call(&[&["plan"], PROCESS.as_slice(), &["--project", "nope"]].concat());
    assert_eq!((said.code, said.stdout.as_str()), (5, ""), "{said:?}");
    assert!(said.stderr.contains("Project(s) \"nope\" not found"), "{}", said.stderr);
    let said = place.call(&[&["plan"], PROCESS.as_slice(), &["--grep", "("]].concat());
    assert_eq!((said.code, said.stdout.as_str()), (5, ""), "{said:?}");
    assert!(said.stderr.contains("│ SyntaxError: Invalid regular expression"), "{}", said.stderr);
}

#[test]
fn without_node_there_is_no_process_to_run() {
    let place = Place::with_playwright(&[CONFIG, SPEC]);
    let mut command = place.tool(&[&["plan"], PROCESS.as_slice()].concat());
    place.refuses_as(
        command.env("PATH", "/nowhere"),
        6,
        "error: cannot start `node`\n  caused by: No such file or directory (os error 2)\nhint: \
         install Node.js, or see that it is on PATH",
    );
}

#[test]
fn an_image_that_cannot_be_had_is_named() {
    assert_engine();
    let place = Place::with_playwright(&[CONFIG, SPEC]);
    let image = "shardwright/nowhere:none";
    let said = place.call(&["run", "--image", image]);
    assert_eq!((said.code, said.stdout.as_str()), (6, ""), "{said:?}");
    let lines: Vec<&str> = said.stderr.lines().collect();
    let error = format!("error: image `{image}` is not here and cannot be pulled");
    assert!(lines.contains(&error.as_str()), "{said:?}");
    let cause = format!("  caused by: `docker pull {image}` failed");
    assert!(lines.iter().any(|line| line.starts_with(&cause)), "{said:?}");
    let hint = "hint: see that the registry can be reached, or name an image that is here: --image \
                IMAGE";
    assert_eq!(lines.last(), Some(&hint), "{said:?}");
    assert!(!place.path("test-results").exists());
    assert!(!place.path("shardwright-report/junit.xml").exists());
}

/// The set-up found an engine, or this cannot be tested.
#[expect(clippy::disallowed_methods, reason = "what the set-up found is told by variables")]
fn assert_engine() {
    let trouble = std::env::var("SHARDWRIGHT_TEST_ENGINE_TROUBLE").unwrap_or_default();
    assert!(trouble.is_empty(), "no engine: {trouble}");
}
