//! Projects as package managers lay them out, with what people's configurations and TypeScript
//! settings look like: everything that the tests need is in the shards' containers, and no more.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::place::Place;
use crate::support::{Said, engine, fixture, read, repository};

const PROCESS: [&str; 2] = ["--isolation", "process"];
/// Where the tests are.
const MEMBER: &str = "packages/e2e";

/// The monorepo as a package manager installed it.
fn installed(layout: &str) -> Place {
    let from = repository().join("target/machine/layouts").join(layout);
    assert!(from.is_dir(), "no `{}`: run fixtures/machine/setup test", from.display());
    let place = bare();
    link_tree(&from.join("."), &place.path(""));
    place
}

/// An empty repository.
fn bare() -> Place {
    let place = Place::new();
    place.write(".git/HEAD", "");
    place
}

/// A repository with these files, and in `packages/e2e` a Playwright of its own.
fn with_own_playwright(files: &[(&str, &str)]) -> Place {
    let place = bare();
    fs::create_dir_all(place.path(MEMBER)).unwrap();
    link_tree(&fixture("shop/node_modules"), &place.path(MEMBER));
    for (path, text) in files {
        place.write(path, text);
    }
    place
}

/// Links stay what they are, files become links.
fn link_tree(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-al").args([from, to]).status();
    assert!(status.unwrap().success(), "{} cannot be linked", from.display());
}

/// The tests of `discover --format json`, each as its file and titles.
fn listed(said: &Said, source: &str) -> BTreeSet<String> {
    assert_eq!(said.code, 0, "{}", said.stderr);
    let suite: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(suite["source"], source, "{}", said.stderr);
    let groups = read::list(&suite, "groups").iter();
    let tests = groups.flat_map(|group| read::list(group, "tests"));
    tests.map(|test| format!("{} {}", test["file"], test["titles"])).collect()
}

/// The tests as Playwright lists them, asked for from within the project; the scan, asked from
/// above, says the same.
#[track_caller]
fn discovered(place: &Place) -> BTreeSet<String> {
    let mut within = place.tool(&["discover", "--discover", "playwright", "--format", "json"]);
    within.args(PROCESS).current_dir(place.path(MEMBER));
    let found = listed(&place.answer(&mut within), "playwright");
    let scan = ["discover", "-C", MEMBER, "--discover", "scan", "--format", "json"];
    assert_eq!(listed(&place.call(&scan), "scan"), found);
    found
}

/// Discovered, planned, and run in two containers: every test passes.
#[track_caller]
fn passes(place: &Place, tests: usize) {
    let found = discovered(place);
    assert_eq!(found.len(), tests, "{found:?}");
    let plan = ["plan", "-C", MEMBER, "--shards", "2", "--discover", "scan", "--format", "json"];
    let plan = place.call(&plan);
    assert_eq!(plan.code, 0, "{}", plan.stderr);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    assert_eq!(read::list(&plan, "shards").len(), 2);
    let said = place.call(&["run", "-C", MEMBER, "--shards", "2", "--quiet"]);
    let log = |shard: usize| {
        let file = place.path(MEMBER).join(format!("shardwright-report/shards/{shard}/log.txt"));
        fs::read_to_string(file).unwrap_or_default()
    };
    assert_eq!(said.code, 0, "{}\n{}\n{}", said.stderr, log(1), log(2));
    let verdicts = read::verdicts(&place.path(MEMBER).join("shardwright-report"));
    assert_eq!(verdicts.len(), tests, "{verdicts:?}");
    assert!(verdicts.values().all(|verdict| verdict == "passed"), "{verdicts:?}");
}

#[track_caller]
fn hold(layouts: &[&str]) {
    engine::needed();
    for layout in layouts {
        let _turn = engine::beside_others();
        passes(&installed(layout), 4);
    }
}

#[test]
fn projects_of_npm_and_yarn_run_in_containers() {
    hold(&["npm", "yarn-classic", "yarn-berry", "yarn-berry-apart"]);
}

#[test]
fn projects_of_pnpm_and_bun_run_in_containers() {
    hold(&["pnpm", "pnpm-hoisted", "bun", "bun-isolated"]);
}

#[test]
fn a_project_without_node_modules_is_planned_and_says_what_a_run_needs() {
    let place = installed("yarn-pnp");
    let reason = "`[DIR]/.pnp.cjs` installs the packages of `[DIR]/packages/e2e` without a \
                  `node_modules` (Yarn Plug'n'Play), which shards need";
    let found = place.call(&["discover", "-C", MEMBER, "--format", "json"]);
    assert_eq!(found.stderr, format!("{reason}: the spec files are scanned\n"));
    assert_eq!(listed(&found, "scan").len(), 4);
    let stderr = format!(
        "error: {reason}\nhint: set `nodeLinker: node-modules` in `.yarnrc.yml` and run `yarn \
         install`; `--discover scan` plans without Playwright"
    );
    place.refuses(&["run", "-C", MEMBER, "--shards", "2"], 5, &stderr);
}

const SHARED: [(&str, &str); 2] = [
    ("packages/shared/package.json", r#"{"name":"@acme/shared","main":"index.js"}"#),
    ("packages/shared/index.js", "exports.greeting = 'hello';\n"),
];

/// As `npm install ../shared` makes it; nothing else says that the two belong together.
#[test]
fn linked_packages_and_typescript_settings_above_are_shown_and_nothing_else() {
    engine::needed();
    let spec = "import fs from 'node:fs';\n\
                import shared from '@acme/shared';\n\
                import { answer } from '@lib/answer';\n\
                import { expect, test } from '@playwright/test';\n\
                test('what is imported is there', () => {\n\
                  expect([shared.greeting, answer]).toEqual(['hello', 42]);\n\
                });\n\
                test('what is not is not', () => {\n\
                  expect(fs.existsSync('../shared/index.js')).toBe(true);\n\
                  for (const above of ['../..', '/'])\n\
                    expect(fs.existsSync(`${above}/secret.txt`)).toBe(false);\n\
                });\n";
    let config = "import { defineConfig } from '@playwright/test';\n\
                  if (!import.meta.url) throw new Error('no module');\n\
                  export default defineConfig({ testDir: './tests' });\n";
    let base = "{\n  // For all packages.\n  \"compilerOptions\": {\n    \"paths\": { \"@lib/*\": \
                [\"../lib/src/*\"], },\n  },\n}\n";
    let place = with_own_playwright(&[
        SHARED[0],
        SHARED[1],
        ("packages/config/base.json", base),
        ("packages/lib/package.json", r#"{"type":"module"}"#),
        ("packages/lib/src/answer.ts", "export const answer: number = 42;\n"),
        ("packages/e2e/tsconfig.json", r#"{"extends":"../config/base"}"#),
        ("packages/e2e/package.json", r#"{"type":"module"}"#),
        ("packages/e2e/playwright.config.mts", config),
        ("packages/e2e/tests/a.spec.ts", spec),
        ("packages/e2e/tests/b.spec.ts", spec),
        ("secret.txt", "secret"),
    ]);
    let scope = place.path("packages/e2e/node_modules/@acme");
    fs::create_dir(&scope).unwrap();
    symlink("../../../shared", scope.join("shared")).unwrap();
    let _turn = engine::beside_others();
    passes(&place, 4);
}

#[test]
fn a_project_that_names_playwright_alone_needs_no_more() {
    engine::needed();
    let config = "const { defineConfig } = require('playwright/test');\n\
                  module.exports = defineConfig({ testDir: 'tests' });\n";
    let common = "const { expect, test } = require('playwright/test');\n\
                  test('one', () => { expect(1).toBe(1); });\ntest('two', () => {});\n";
    let default = "import test, { expect } from 'playwright/test';\n\
                   test('three', () => { expect(1).toBe(1); });\n";
    let place = with_own_playwright(&[
        ("packages/e2e/package.json", r#"{"devDependencies":{"playwright":"1.65.1"}}"#),
        ("packages/e2e/playwright.config.cjs", config),
        ("packages/e2e/tests/a.spec.js", common),
        ("packages/e2e/tests/b.spec.ts", default),
    ]);
    fs::remove_dir_all(place.path("packages/e2e/node_modules/@playwright")).unwrap();
    let _turn = engine::beside_others();
    passes(&place, 3);
    let page = place.path("packages/e2e/shardwright-report/playwright/index.html");
    assert!(page.is_file(), "Playwright's own report is missing");
    // Another tool's Playwright above is not the project's.
    let other = r#"{"name":"@playwright/test","version":"1.30.0"}"#;
    place.write("node_modules/@playwright/test/package.json", other);
    assert_eq!(discovered(&place).len(), 3);
}

#[test]
fn configurations_of_every_kind_of_module_are_found_and_read() {
    let module = "import { defineConfig } from '@playwright/test';\n\
                  export default defineConfig({ testDir: 'specs' });\n";
    let common = "const { defineConfig } = require('@playwright/test');\n\
                  module.exports = defineConfig({ testDir: 'specs' });\n";
    let typed = "import { defineConfig } from '@playwright/test';\n\
                 const testDir: string = 'specs';\n\
                 export = defineConfig({ testDir });\n";
    let paths = r#"{"compilerOptions":{"baseUrl":".","paths":{"~/*":["lib/*"]}}}"#;
    for (name, text, kind) in [
        ("playwright.config.ts", module, "module"),
        ("playwright.config.js", module, "module"),
        ("playwright.config.mjs", module, "commonjs"),
        ("playwright.config.js", common, "commonjs"),
        ("playwright.config.cts", typed, "module"),
    ] {
        let spec =
            "import { expect, test } from '~/test';\ntest('one', () => { expect(1).toBe(1); });\n";
        let place = with_own_playwright(&[
            ("packages/e2e/package.json", &format!(r#"{{"type":"{kind}"}}"#)),
            ("packages/e2e/tsconfig.json", paths),
            (&format!("packages/e2e/{name}"), text),
            ("packages/e2e/lib/test.ts", "export { expect, test } from '@playwright/test';\n"),
            ("packages/e2e/specs/a.spec.ts", spec),
            ("packages/e2e/tests/no.spec.ts", "throw new Error('not of this suite');\n"),
        ]);
        let found = discovered(&place);
        assert_eq!(Vec::from_iter(found), [r#""a.spec.ts" ["one"]"#], "{name} in {kind}");
    }
}
