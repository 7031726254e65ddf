//! Runs of the whole shop that many tests look at: by the tool, and by Playwright alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::support::project::{self, Ran};
use crate::support::{engine, tool};

/// `run --shards 4` in four containers at once. As on a laptop: `CI` is not set, so the suite's
/// web server would be reused where a shard could reach another's.
pub(crate) fn whole() -> &'static Ran {
    static RAN: OnceLock<Ran> = OnceLock::new();
    RAN.get_or_init(|| {
        engine::needed();
        let _turn = engine::alone();
        project::run(&project::copy("shop", "whole"), &["run", "--shards", "4"], &[])
    })
}

/// The banner's tests, where the switches are, and a few others.
pub(crate) fn switched(name: &str, switch: &str, more: &[&str]) -> Ran {
    engine::needed();
    let project = project::copy("shop", name);
    let mut arguments = vec!["run", "--shards", "2", "--env", switch];
    arguments.extend(["tests/home/banner.spec.ts", "tests/api/cart.spec.ts"]);
    arguments.extend(more);
    let _turn = engine::alone();
    project::run(&project, &arguments, &[])
}

/// The files of [`switched`].
pub(crate) const SWITCHED: [&str; 2] = ["home/banner.spec.ts", "api/cart.spec.ts"];

/// [`switched`] with the test that fails.
pub(crate) fn failing() -> &'static Ran {
    static RAN: OnceLock<Ran> = OnceLock::new();
    RAN.get_or_init(|| switched("failing", "SHOP_FAIL=1", &[]))
}

/// [`switched`] with the test that is flaky, which fails no run.
pub(crate) fn flaky() -> &'static Ran {
    static RAN: OnceLock<Ran> = OnceLock::new();
    RAN.get_or_init(|| switched("flaky", "SHOP_FLAKY=1", &[]))
}

/// What Playwright alone leaves.
#[derive(Debug)]
pub(crate) struct Plain {
    pub(crate) code: i32,
    /// What its JSON reporter wrote, which the shop's configuration names.
    pub(crate) results: Value,
    /// What the shop's own reporter wrote.
    pub(crate) tally: String,
    /// What its reporters `html` and `junit` wrote: `html/` and `junit.xml`.
    pub(crate) reports: PathBuf,
}

/// `npx playwright test` on this machine.
pub(crate) fn plain() -> &'static Plain {
    static PLAIN: OnceLock<Plain> = OnceLock::new();
    PLAIN.get_or_init(|| {
        let _turn = engine::alone();
        let shop = project::copy("shop", "plain");
        let mut command = playwright(&shop, &["test", "--add-reporter", "html,junit"]);
        let output = reporting(&mut command, &shop.join("reports")).output().unwrap();
        let read = |name: &str| {
            fs::read_to_string(shop.join("reports").join(name)).unwrap_or_else(|error| {
                panic!("no reports/{name} ({error}): {}", String::from_utf8_lossy(&output.stdout))
            })
        };
        Plain {
            code: output.status.code().unwrap(),
            results: serde_json::from_str(&read("results.json")).unwrap(),
            tally: read("tally.txt"),
            reports: shop.join("reports"),
        }
    })
}

/// The same command for the shop, with a port of its own; its added reporters write into `reports`.
pub(crate) fn reporting<'a>(command: &'a mut Command, reports: &Path) -> &'a mut Command {
    command
        .env("SHOP_PORT", project::free_port())
        .env("PLAYWRIGHT_HTML_OPEN", "never")
        .env("PLAYWRIGHT_HTML_OUTPUT_DIR", reports.join("html"))
        .env("PLAYWRIGHT_JUNIT_OUTPUT_FILE", reports.join("junit.xml"))
        .env("PLAYWRIGHT_BLOB_OUTPUT_DIR", reports.join("blob"))
        .env("PWTEST_BLOB_DO_NOT_REMOVE", "1")
}

/// The project's own `playwright`, in the environment that the tool gets.
pub(crate) fn playwright(project: &Path, arguments: &[&str]) -> Command {
    let harness = tool(project);
    let mut command = Command::new(project.join("node_modules/.bin/playwright"));
    command.current_dir(project).env_clear().args(arguments);
    command.envs(harness.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

/// What an attempt's shard wrote into its view of the project.
pub(crate) fn files_of(output: &Path, shard: usize) -> PathBuf {
    output.join("shards").join(shard.to_string()).join("files")
}
