//! The way of somebody new: an empty folder, a fresh project of Playwright, and the commands that
//! stand under "Start" in the README, typed as they stand there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::python::checked;
use crate::support::{Said, engine, project, repository, said, terminal, tool};

/// What makes a new project, in the README. It asks questions and talks to the network; what it
/// leaves is written by this test.
const NEW_PROJECT: &str = "npm init playwright@latest";

/// The commands of the README's first minutes, without what is said behind them.
fn commands() -> Vec<String> {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, section) = readme.split_once("\n## Start\n").expect("a section for newcomers");
    let (_, block) = section.split_once("```sh\n").unwrap();
    let lines = block.split("```").next().unwrap().lines();
    lines.map(|line| line.split("  #").next().unwrap().trim().to_owned()).collect()
}

/// The files of a new project, as the questions of `npm init playwright` are answered by Enter, with
/// a workflow for GitHub and one browser; the tests look at a page of this machine, at `PORT`.
const FILES: [(&str, &str); 6] = [
    (
        "package.json",
        r#"{
  "name": "newcomer",
  "version": "1.0.0",
  "scripts": {},
  "license": "ISC",
  "devDependencies": {
    "@playwright/test": "1.65.1"
  }
}
"#,
    ),
    (
        "playwright.config.ts",
        r"import { defineConfig, devices } from '@playwright/test';

export default defineConfig({
  testDir: './tests',
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  retries: process.env.CI ? 2 : 0,
  workers: process.env.CI ? 1 : undefined,
  reporter: 'html',
  use: {
    baseURL: 'http://127.0.0.1:PORT',
    trace: 'on-first-retry',
  },
  projects: [
    { name: 'chromium', use: { ...devices['Desktop Chrome'] } },
    // { name: 'firefox', use: { ...devices['Desktop Firefox'] } },
    // { name: 'webkit', use: { ...devices['Desktop Safari'] } },
  ],
  webServer: {
    command: 'node site.mjs PORT',
    url: 'http://127.0.0.1:PORT',
    reuseExistingServer: !process.env.CI,
  },
});
",
    ),
    (
        "tests/example.spec.ts",
        r"import { test, expect } from '@playwright/test';

test('has title', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveTitle(/Newcomer/);
});

test('get started link', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Get started' }).click();
  await expect(page.getByRole('heading', { name: 'Installation' })).toBeVisible();
});
",
    ),
    (
        "site.mjs",
        r#"import { createServer } from 'node:http';

const page = (body) => `<!doctype html><title>Newcomer</title>${body}`;
createServer((request, response) => {
  const isFirst = request.url === '/';
  response.setHeader('content-type', 'text/html');
  response.end(page(isFirst ? '<a href="/intro">Get started</a>' : '<h1>Installation</h1>'));
}).listen(Number(process.argv[2]), '127.0.0.1');
"#,
    ),
    (
        ".gitignore",
        "\n# Playwright\nnode_modules/\n/test-results/\n/playwright-report/\n/blob-report/\n",
    ),
    (
        ".github/workflows/playwright.yml",
        "name: Playwright Tests\non: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      \
             - run: npx playwright test\n",
    ),
];

/// Writes a new project and installs it.
fn fresh_project(folder: &Path) {
    let port = project::free_port();
    for (file, text) in FILES {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("PORT", &port)).unwrap();
    }
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved"]);
    npm.current_dir(folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    let said = said(npm.output().expect("npm starts"));
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
}

/// Types a line into the shell of somebody who has installed the tool and told git their name, and
/// who says yes to what it asks.
fn types(folder: &Path, line: &str) -> Said {
    let (code, shown) = terminal::talk(&shell(folder, line), &["y"]);
    Said { code, stdout: String::new(), stderr: shown }
}

/// The same where nobody is asked.
fn tells(folder: &Path, line: &str) -> String {
    said(shell(folder, line).output().expect("a shell starts")).stdout
}

fn shell(folder: &Path, line: &str) -> Command {
    let harness = tool(folder);
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).current_dir(folder).env_clear();
    shell.envs(harness.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let tool = PathBuf::from(env!("CARGO_BIN_EXE_shardwright"));
    shell.env("PATH", format!("{}:{}", tool.parent().unwrap().display(), engine::path()));
    for who in ["AUTHOR", "COMMITTER"] {
        shell.env(format!("GIT_{who}_NAME"), "a").env(format!("GIT_{who}_EMAIL"), "a@example.org");
    }
    shell
}

#[test]
fn the_first_minutes_are_as_the_readme_says() {
    engine::needed();
    // Not below this repository: the project is to be one of its own.
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    let mut typed = Vec::new();
    for command in commands() {
        let line = match command.strip_suffix(NEW_PROJECT) {
            Some(before) => {
                fresh_project(folder);
                format!("{before}true")
            }
            None => command,
        };
        let turn = line.starts_with("shardwright run").then(engine::alone);
        let said = types(folder, &line);
        drop(turn);
        assert_eq!(said.code, 0, "{line}: {}{}", said.stdout, said.stderr);
        typed.push((line, said));
    }
    let after = |begin: &str| {
        let found = typed.iter().find(|(line, _)| line.starts_with(begin));
        &found.unwrap_or_else(|| panic!("no `{begin}` in the README")).1
    };
    let init = &after("shardwright init").stderr;
    let first = "Playwright 1.65.1 with 2 tests, installed by npm; GitHub Actions\n";
    assert!(init.starts_with(first), "{init}");
    for line in [
        "wrote shardwright.toml",
        "wrote .github/workflows/e2e.yml",
        "added shardwright-report/ to .gitignore",
    ] {
        assert!(init.contains(&format!("\n{line}\n")), "{init}");
    }
    let workflow = fs::read_to_string(folder.join(".github/workflows/e2e.yml")).unwrap();
    assert_eq!(checked("github-workflows", &workflow), Ok(()));
    let run = &after("shardwright run").stderr;
    assert!(run.contains("2 passed in ") && run.contains("reports in "), "{run}");
    let results = fs::read_to_string(folder.join("shardwright-report/results.json")).unwrap();
    let results: Value = serde_json::from_str(&results).unwrap();
    let summary = &results["results"]["summary"];
    assert_eq!((&summary["tests"], &summary["passed"]), (&2.into(), &2.into()), "{summary}");
    assert!(folder.join("shardwright-report/shards/2/events.ndjson").is_file(), "two shards");
    // The times are committed, and nothing else is left over.
    let commit = &after("shardwright timings commit").stderr;
    assert!(commit.contains("timings.json committed as "), "{commit}");
    let log = tells(folder, "git log --format=%s");
    assert_eq!(log, "Update test timings [skip ci]\nAdd shardwright\n");
    assert_eq!(tells(folder, "git status --porcelain"), "");
    let tracked = tells(folder, "git ls-files");
    assert!(tracked.contains("timings.json\n") && !tracked.contains("shardwright-report"));
    let plan = tells(folder, "shardwright plan --discover scan");
    assert!(plan.contains("2 of 2 tests have a history"), "{plan}");
}
