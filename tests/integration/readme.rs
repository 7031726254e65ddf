//! The README and docs/ are true: their commands run, their tables are those of the code, their links
//! lead somewhere, the workflows fit.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

pub(crate) mod pages;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use self::pages::{Block, Example, anchor_of, examples, fits, flags, page, pages};
use crate::support::redis::Redis;
use crate::support::{fixture, repository, said, shardwright, tool};

#[test]
fn every_example_shows_what_the_tool_says() {
    let (mut commands, redis) = (BTreeSet::new(), Redis::start());
    for page in pages() {
        let folder = project(page.name.trim_end_matches(".md"), &page.played());
        let mut shown = 0;
        for block in page.blocks() {
            if let Some(file) = &block.file {
                lay(&folder.join(file), &block);
            }
            if block.language == "console" {
                for example in examples(&page.name, &block) {
                    commands.insert(example.command.split(' ').nth(1).unwrap().to_owned());
                    try_out(&page.name, &folder, &example, &redis);
                    shown += 1;
                }
            }
            // Those of the action are tried in `action.rs`.
            shown += usize::from(block.language == "yaml");
        }
        assert!(shown > 0, "{} has no example", page.name);
    }
    let known: BTreeSet<String> = commands_of_the_help(&[]).collect();
    assert_eq!(commands, known, "every command has an example");
}

/// `redis://HOST` is this server.
fn try_out(page: &str, folder: &Path, example: &Example, redis: &Redis) {
    let Example { line, command, shown } = example;
    let command = &command.replace("redis://HOST", &redis.address());
    let words: Vec<&str> = command.split(' ').collect();
    assert_eq!(words[0], "shardwright", "{page}:{line}");
    let said = call(folder, &words[1..]);
    assert_eq!(said.code, 0, "{page}:{line}: {command}\n{}{}", said.stdout, said.stderr);
    let lines: Vec<&str> =
        said.stdout.lines().chain(said.stderr.lines()).map(str::trim_end).collect();
    assert!(
        fits(shown, &lines),
        "{page}:{line}: {command}\nshown:\n{}\nsaid:\n{}",
        shown.join("\n"),
        lines.join("\n")
    );
}

/// Lays a block into its file, so that the examples after it find it there.
fn lay(file: &Path, block: &Block) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, block.lines.join("\n") + "\n").unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_workflows_are_short_and_their_commands_run() {
    let blocks = ["README.md", "docs/reruns.md"].into_iter().flat_map(|name| page(name).blocks());
    let workflows: Vec<Block> = blocks.filter(|block| block.language == "yaml").collect();
    let longest = [25, 15, 15];
    assert_eq!(workflows.len(), longest.len());
    for (block, longest) in workflows.iter().zip(longest) {
        let count = block.lines.len();
        assert!(count <= longest, "README.md:{}: {count} lines of YAML", block.line);
        for line in &block.lines {
            let indent = line.len() - line.trim_start().len();
            assert!(indent % 2 == 0 && !line.contains('\t'), "indented by {indent}: {line}");
            let (open, close) = (line.matches('{').count(), line.matches('}').count());
            assert_eq!(open, close, "braces: {line}");
        }
    }
    let calls = |block: &Block| -> Vec<String> {
        let after = |line: &String| Some(line.split_once("shardwright ")?.1.to_owned());
        let runs = block.lines.iter().filter(|line| line.contains("- run: "));
        runs.filter_map(after).collect()
    };
    let [matrix, timings, pinned] = [0, 1, 2].map(|position| calls(&workflows[position]));
    assert_eq!(matrix, ["run --shard ${{ matrix.shard }}/4", "merge all-reports"]);
    assert_eq!(timings, ["timings commit all-reports --push"]);
    assert_eq!(pinned, ["run --shard ${{ matrix.shard }}/4 --pin plan.json"]);

    let folder = project("workflow", &json!({}));
    for node in 1..=4 {
        let which = if node == 2 { &pinned[0] } else { &matrix[0] };
        let command = which.replace("${{ matrix.shard }}", &node.to_string());
        let said = call(&folder, &command.split(' ').collect::<Vec<_>>());
        assert_eq!(said.code, 0, "{}", said.stderr);
        fs::create_dir_all(folder.join("all-reports")).unwrap();
        let artifact = folder.join(format!("all-reports/shard-{node}"));
        fs::rename(folder.join("shardwright-report"), artifact).unwrap();
    }
    let said = call(&folder, &matrix[1].split(' ').collect::<Vec<_>>());
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("15 passed"), "{}", said.stderr);
    assert!(folder.join("shardwright-report/junit.xml").is_file());
    let said = call(&folder, &timings[0].split(' ').collect::<Vec<_>>());
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("timings.json pushed to main of origin"), "{}", said.stderr);
    let log = git(&folder.join("../origin.git"), &["log", "--format=%s", "main"]);
    assert_eq!(log, "Update test timings [skip ci]\nfirst\n");
}

#[test]
fn exit_codes_are_the_same_in_code_help_and_readme() {
    let source = fs::read_to_string(repository().join("src/cli/exit.rs")).unwrap();
    let code = |line: &str| {
        let (code, meaning) = line.trim().strip_prefix("/// ")?.split_once(": ")?;
        Some((code.parse::<u8>().ok()?, meaning.strip_suffix('.')?.to_owned()))
    };
    let in_code: Vec<(u8, String)> = source.lines().filter_map(code).collect();
    assert_eq!(in_code.len(), 8, "the doc lines of the exit codes");
    let in_readme: Vec<(u8, String)> = page("README.md")
        .rows("Exit codes")
        .iter()
        .filter_map(|row| Some((row[0].parse().ok()?, row[1].clone())))
        .collect();
    assert_eq!(in_readme, in_code);
    let help = shardwright(&repository(), &["help", "exit-codes"]);
    let (_, help) = help.stdout.split_once("Exit codes:\n").expect("the help names exit codes");
    let in_help: Vec<(u8, String)> = help
        .lines()
        .take_while(|line| !line.is_empty())
        .map(|line| line.trim().split_once(' ').expect("a code and its meaning"))
        .map(|(code, meaning)| (code.parse().unwrap(), meaning.trim().to_owned()))
        .collect();
    assert_eq!(in_help, in_code);
}

#[test]
fn every_flag_and_strategy_of_the_readme_is_in_the_help() {
    let help = shardwright(&repository(), &["run", "--help"]).stdout;
    let known: BTreeSet<&str> = flags(&help).collect();
    let readme = page("README.md");
    let named = [readme.rows("Flags"), page("docs/flags.md").rows("Flags")].concat();
    let flags_named = named.iter().map(|row| row[0].clone() + " ").collect::<String>();
    let locks = readme.rows("What a shard cannot do");
    let locks = locks.iter().map(|row| row[1].clone()).collect::<String>();
    // These are Docker's and Playwright's.
    let foreign = ["--read-only", "--cap-drop", "--security-opt", "--trace"];
    let named: Vec<&str> = flags(&flags_named).chain(flags(&locks)).collect();
    assert!(named.len() > 20, "{named:?}");
    for flag in named.iter().filter(|flag| !foreign.contains(flag)) {
        assert!(known.contains(flag), "{flag} is not in `run --help`");
    }
    let rules = shardwright(&repository(), &["help", "strategies"]).stdout;
    let rules = rules.split("\n\n").next().unwrap_or_default().replace("\n               ", " ");
    let rule = |line: &str| {
        let (name, about) = line.strip_prefix("  ")?.split_once("  ")?;
        Some(vec![format!("`{name}`"), about.trim().to_owned()])
    };
    let in_help: Vec<Vec<String>> = rules.lines().filter_map(rule).collect();
    let in_docs: Vec<Vec<String>> = page("docs/strategies.md")
        .rows("Strategies")
        .into_iter()
        .skip_while(|row| row[0] != "strategy")
        .skip(1)
        .filter(|row| !row[0].starts_with("---"))
        .collect();
    assert!(!in_help.is_empty());
    assert_eq!(in_docs, in_help);
}

#[test]
fn every_flag_in_a_table_is_one_of_some_command() {
    let mut known: BTreeSet<String> = BTreeSet::new();
    for command in commands_of_the_help(&[]) {
        let below: Vec<String> = match command.as_str() {
            "timings" | "report" | "queue" => commands_of_the_help(&[&command]).collect(),
            _ => vec![String::new()],
        };
        for below in below {
            let words = [command.as_str(), below.as_str(), "--help"];
            let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
            known.extend(flags(&shardwright(&repository(), &words).stdout).map(str::to_owned));
        }
    }
    // These are Docker's and Playwright's.
    let foreign = ["--read-only", "--cap-drop", "--security-opt", "--trace"];
    for page in pages() {
        let tables = page.text.lines().filter(|line| line.starts_with("| "));
        for flag in tables.flat_map(flags).filter(|flag| !foreign.contains(flag)) {
            assert!(known.contains(flag), "{}: {flag} is in no help", page.name);
        }
    }
}

#[test]
fn every_command_below_another_has_a_row() {
    for (command, file, heading) in [
        ("timings", "docs/timings.md", "Timings"),
        ("report", "docs/reports.md", "Reports over many runs"),
        ("queue", "docs/queue.md", "For people"),
    ] {
        let rows = page(file).rows(heading);
        let second = |row: &Vec<String>| {
            let words = row[0].strip_prefix(&format!("`{command} "))?;
            Some(words.split([' ', '`']).next()?.to_owned())
        };
        let told: BTreeSet<String> = rows.iter().filter_map(second).collect();
        assert_eq!(told, commands_of_the_help(&[command]).collect(), "{file}");
    }
}

#[test]
fn the_locks_of_the_readme_are_those_of_a_container() {
    let arguments =
        fs::read_to_string(repository().join("src/sandbox/docker/arguments.rs")).unwrap();
    let locks = page("README.md").rows("What a shard cannot do");
    let locks = locks.iter().map(|row| row[1].clone()).collect::<String>();
    for lock in ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"] {
        assert!(locks.contains(lock), "the README does not name {lock}");
        assert!(arguments.contains(&format!("\"{lock}\"")), "no container is given {lock}");
    }
    let help = shardwright(&repository(), &["run", "--help"]).stdout;
    let squeezed = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for (flag, value) in [
        ("--memory <SIZE>", "2g"),
        ("--cpus <N>", "2"),
        ("--pids-limit <N>", "512"),
        ("--disk <SIZE>", "10g"),
        ("--shard-timeout <TIME>", "1h"),
    ] {
        let (_, after) = squeezed.split_once(flag).expect(flag);
        let (_, default) = after.split_once("[default: ").expect(flag);
        assert_eq!(default.split(']').next(), Some(value), "{flag}");
        let flag = flag.split(' ').next().unwrap();
        assert!(
            locks.contains(&format!("`{flag} {value}`")),
            "the README says otherwise of {flag}"
        );
    }
}

#[test]
fn everything_that_is_linked_to_is_there() {
    let mut web = BTreeSet::new();
    for page in pages() {
        for target in page.links() {
            if target.starts_with("https://") {
                web.insert(target.to_owned());
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let here = repository().join(&page.name);
            let file = if file.is_empty() { here } else { here.parent().unwrap().join(file) };
            assert!(file.is_file(), "{}: no {target}", page.name);
            if !anchor.is_empty() {
                let text = fs::read_to_string(&file).unwrap();
                let there = text.lines().filter_map(anchor_of).any(|known| known == anchor);
                assert!(there, "{}: no {target}", page.name);
            }
        }
    }
    assert_eq!(web, ["https://ctrf.io", "https://ui.perfetto.dev"].map(str::to_owned).into());
}

#[test]
fn the_readme_leads_to_every_page_and_is_short() {
    let readme = page("README.md");
    let links = readme.links();
    assert!(links.contains(&".github/run.svg"), "{links:?}");
    for page in pages().iter().skip(1) {
        assert!(links.contains(&page.name.as_str()), "nothing leads to {}", page.name);
    }
    let length = readme.text.lines().count();
    assert!(length <= 260, "{length} lines: what goes deeper stands in docs/");
}

/// The commands below one; of the whole tool where none is named.
fn commands_of_the_help(of: &[&str]) -> impl Iterator<Item = String> + use<> {
    let help = shardwright(&repository(), &[of, &["--help"]].concat()).stdout;
    let (_, rest) = help.split_once("Commands:\n").expect("the help lists commands");
    let section = rest.split("\n\n").next().unwrap_or_default().to_owned();
    let names: Vec<String> = section
        .lines()
        .filter_map(|line| Some(line.split_whitespace().next()?.to_owned()))
        .collect();
    names.into_iter().filter(|name| name != "help")
}

/// A day on which the quarantine of the pages holds.
const TODAY: [&str; 2] = ["--today", "2026-11-21"];

/// Calls the tool in the README's project: its tests are scanned, and a script plays their run.
fn call(folder: &Path, words: &[&str]) -> crate::support::Said {
    let (words, target) = match words.iter().position(|word| *word == ">") {
        Some(at) => (&words[..at], Some(words[at + 1])),
        None => (words, None),
    };
    let mut command: Command = tool(folder);
    // Settings are shown as a reader has them.
    command.args(words).env("SHARDWRIGHT_IMAGE", "");
    match words[0] {
        "discover" | "plan" => command.args(["--discover", "scan"]),
        "run" | "doctor" => command.arg("--fake").arg(folder.join("script.json")).args(TODAY),
        "merge" => command.args(TODAY),
        _ => &mut command,
    };
    let mut said = said(command.output().expect("the tool starts"));
    if let Some(target) = target {
        assert!(!said.stdout.is_empty());
        fs::write(folder.join(target), std::mem::take(&mut said.stdout)).unwrap();
    }
    said
}

/// A fresh copy of the README's project, with the script that plays it, in which tests end as
/// `played` says.
fn project(name: &str, played: &Value) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme").join(name).join("project");
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(folder.join("tests")).unwrap();
    let from = fixture("readme");
    for file in ["playwright.config.ts", "timings.json"] {
        fs::copy(from.join(file), folder.join(file)).unwrap();
    }
    for entry in fs::read_dir(from.join("tests")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.join("tests").join(entry.file_name())).unwrap();
    }
    let mut script = script(&folder);
    script.as_object_mut().unwrap().extend(played.as_object().unwrap().clone());
    fs::write(folder.join("script.json"), script.to_string()).unwrap();
    commit(&folder);
    folder
}

/// Makes the folder a repository with one commit, which its remote has, too.
fn commit(folder: &Path) {
    let origin = folder.join("../origin.git");
    fs::remove_dir_all(&origin).ok();
    fs::create_dir_all(&origin).unwrap();
    git(&origin, &["init", "-q", "--bare", "-b", "main"]);
    git(folder, &["init", "-q", "-b", "main"]);
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "first"]);
    git(folder, &["remote", "add", "origin", "../origin.git"]);
    git(folder, &["push", "-q", "origin", "main"]);
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
    let said = said(git.args(arguments).output().expect("git is installed"));
    assert_eq!(said.code, 0, "git {arguments:?}: {}", said.stderr);
    said.stdout
}

/// The scanned suite as Playwright would list it; every test passes.
fn script(folder: &Path) -> Value {
    let said = shardwright(folder, &["discover", "--discover", "scan", "--format", "json"]);
    let mut suite: Value = serde_json::from_str(&said.stdout).unwrap();
    let groups = suite["groups"].as_array_mut().unwrap();
    let mut number = 0;
    for test in groups.iter_mut().flat_map(|group| group["tests"].as_array_mut().unwrap()) {
        number += 1;
        test["id"] = json!(format!("test-{number}"));
        test["repeat"] = json!(0);
        test["shared"] = json!(false);
    }
    assert_eq!(number, 15, "the tests of the README's project");
    let projects = json!([{"name": "chromium", "dependencies": [], "teardown": null}]);
    json!({"list": {"version": "1.65.1", "workers": 1, "servers": null,
        "projects": projects, "shared": [], "groups": suite["groups"], "errors": []}})
}
