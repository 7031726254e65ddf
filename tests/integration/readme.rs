//! The README is true: its commands run, its tables are those of the code, its workflows fit.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{fixture, repository, said, shardwright, tool};

/// A fenced block: what it is, where it starts, what it holds.
struct Block {
    language: String,
    line: usize,
    lines: Vec<String>,
}

/// A command of a console block and what it shows.
struct Example {
    line: usize,
    command: String,
    shown: Vec<String>,
}

#[test]
fn every_example_shows_what_the_tool_says() {
    let folder = project("examples");
    let mut commands = BTreeSet::new();
    for example in blocks("console").iter().flat_map(examples) {
        let Example { line, command, shown } = example;
        let words: Vec<&str> = command.split(' ').collect();
        assert_eq!(words[0], "shardwright", "README.md:{line}");
        commands.insert(words[1].to_owned());
        let said = call(&folder, &words[1..]);
        assert_eq!(said.code, 0, "README.md:{line}: {command}\n{}{}", said.stdout, said.stderr);
        let lines: Vec<&str> =
            said.stdout.lines().chain(said.stderr.lines()).map(str::trim_end).collect();
        assert!(
            fits(&shown, &lines),
            "README.md:{line}: {command}\nshown:\n{}\nsaid:\n{}",
            shown.join("\n"),
            lines.join("\n")
        );
    }
    let known: BTreeSet<String> = commands_of_the_help().collect();
    assert_eq!(commands, known, "every command has an example");
}

#[test]
fn dots_stand_for_anything_and_nothing_else_does() {
    let shown = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    assert!(fits(&shown(&["a", "...", "d"]), &["a", "b", "c", "d"]));
    assert!(fits(&shown(&["...", "took ... s"]), &["x", "took 5 s"]));
    assert!(fits(&shown(&[]), &[]));
    assert!(!fits(&shown(&["a"]), &["a", "b"]));
    assert!(!fits(&shown(&["a", "...", "d"]), &["a", "b"]));
    assert!(!fits(&shown(&["took ... s"]), &["took 5 min"]));
}

#[test]
fn the_workflows_are_short_and_their_commands_run() {
    let workflows = blocks("yaml");
    let longest = [25, 15];
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
    let [matrix, timings] = [calls(&workflows[0]), calls(&workflows[1])];
    assert_eq!(matrix, ["run --shard ${{ matrix.shard }}/4", "merge all-reports"]);
    assert_eq!(timings, ["merge all-reports --update-timings"]);

    let folder = project("workflow");
    for node in 1..=4 {
        let command = matrix[0].replace("${{ matrix.shard }}", &node.to_string());
        let said = call(&folder, &command.split(' ').collect::<Vec<_>>());
        assert_eq!(said.code, 0, "{}", said.stderr);
        fs::create_dir_all(folder.join("all-reports")).unwrap();
        let artifact = folder.join(format!("all-reports/shard-{node}"));
        fs::rename(folder.join("shardwright-report"), artifact).unwrap();
    }
    fs::remove_file(folder.join("timings.json")).unwrap();
    for command in [&matrix[1], &timings[0]] {
        let said = call(&folder, &command.split(' ').collect::<Vec<_>>());
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(said.stderr.contains("15 passed"), "{}", said.stderr);
    }
    assert!(folder.join("shardwright-report/junit.xml").is_file());
    assert!(fs::read_to_string(folder.join("timings.json")).unwrap().contains("checkout.spec.ts"));
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
    let in_readme: Vec<(u8, String)> = rows("Exit codes")
        .iter()
        .filter_map(|row| Some((row[0].parse().ok()?, row[1].clone())))
        .collect();
    assert_eq!(in_readme, in_code);
    let help = shardwright(&repository(), &["--help"]);
    let (_, help) = help.stdout.split_once("Exit codes:\n").expect("the help names exit codes");
    let in_help: Vec<(u8, String)> = help
        .lines()
        .map(|line| line.trim().split_once(' ').expect("a code and its meaning"))
        .map(|(code, meaning)| (code.parse().unwrap(), meaning.trim().to_owned()))
        .collect();
    assert_eq!(in_help, in_code);
}

#[test]
fn every_flag_and_strategy_of_the_readme_is_in_the_help() {
    let help = shardwright(&repository(), &["run", "--help"]).stdout;
    let known: BTreeSet<&str> = flags(&help).collect();
    let flags_named = rows("Flags").iter().map(|row| row[0].clone()).collect::<String>();
    let locks = rows("What a shard cannot do").iter().map(|row| row[1].clone()).collect::<String>();
    // These are Docker's and Playwright's.
    let foreign = ["--read-only", "--cap-drop", "--security-opt", "--retries"];
    let named: Vec<&str> = flags(&flags_named).chain(flags(&locks)).collect();
    assert!(named.len() > 20, "{named:?}");
    for flag in named.iter().filter(|flag| !foreign.contains(flag)) {
        assert!(known.contains(flag), "{flag} is not in `run --help`");
    }
    let (_, rules) = help.split_once("--strategy <NAME>").expect("a flag for the strategy");
    let rules = rules.split("[env").next().and_then(|rules| rules.split("[default").next());
    let rule = |line: &str| {
        let (name, about) = line.trim().strip_prefix("- ")?.split_once(": ")?;
        Some(vec![format!("`{name}`"), about.trim().to_owned()])
    };
    let in_help: Vec<Vec<String>> = rules.unwrap_or_default().lines().filter_map(rule).collect();
    let in_readme: Vec<Vec<String>> = rows("Flags")
        .into_iter()
        .skip_while(|row| row[0] != "strategy")
        .skip(1)
        .filter(|row| !row[0].starts_with("---"))
        .collect();
    assert!(!in_help.is_empty());
    assert_eq!(in_readme, in_help);
}

#[test]
fn the_locks_of_the_readme_are_those_of_a_container() {
    let arguments =
        fs::read_to_string(repository().join("src/sandbox/docker/arguments.rs")).unwrap();
    let locks = rows("What a shard cannot do").iter().map(|row| row[1].clone()).collect::<String>();
    for lock in ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"] {
        assert!(locks.contains(lock), "the README does not name {lock}");
        assert!(arguments.contains(&format!("\"{lock}\"")), "no container is given {lock}");
    }
    let help = shardwright(&repository(), &["run", "-h"]).stdout;
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
fn everything_that_the_readme_links_to_is_there() {
    let readme = readme();
    let targets: Vec<&str> =
        readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    let (web, files): (Vec<&str>, Vec<&str>) =
        targets.into_iter().partition(|target| target.starts_with("https://"));
    assert_eq!(web, ["https://ctrf.io", "https://ui.perfetto.dev"]);
    assert!(files.contains(&".github/run.svg"), "{files:?}");
    let anchor = |line: &str| line.strip_prefix("## ")?.to_lowercase().replace(' ', "-").into();
    let anchors: Vec<String> = readme.lines().filter_map(anchor).collect();
    for file in files {
        let there = match file.strip_prefix('#') {
            Some(name) => anchors.iter().any(|anchor| anchor == name),
            None => repository().join(file).is_file(),
        };
        assert!(there, "no {file}");
    }
}

fn readme() -> String {
    fs::read_to_string(repository().join("README.md")).unwrap()
}

/// The fenced blocks of one language.
fn blocks(language: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for (number, line) in readme().lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if inside => inside = false,
            Some(language) => {
                inside = true;
                let language = language.to_owned();
                blocks.push(Block { language, line: number + 1, lines: Vec::new() });
            }
            None if inside => blocks.last_mut().unwrap().lines.push(line.to_owned()),
            None => {}
        }
    }
    assert!(!inside, "a fence is not closed");
    blocks.retain(|block| block.language == language);
    blocks
}

fn examples(block: &Block) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for (number, line) in block.lines.iter().enumerate() {
        let line_number = block.line + 1 + number;
        match (line.strip_prefix("$ "), examples.last_mut()) {
            (Some(command), _) => examples.push(Example {
                line: line_number,
                command: command.to_owned(),
                shown: Vec::new(),
            }),
            (None, Some(example)) => example.shown.push(line.clone()),
            (None, None) => panic!("README.md:{line_number}: a block begins with its command"),
        }
    }
    examples
}

/// The cells of the table rows below a heading, heads and rules left out.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let readme = readme();
    let (_, section) = readme.split_once(&format!("\n## {heading}\n")).expect(heading);
    let section = section.split("\n## ").next().unwrap_or(section);
    let cells = |line: &str| -> Option<Vec<String>> {
        let inner = line.strip_prefix("| ")?.strip_suffix(" |")?;
        Some(inner.split(" | ").map(|cell| cell.trim().to_owned()).collect())
    };
    section.lines().filter_map(cells).collect()
}

/// The long flags in a text.
fn flags(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("--").filter_map(|(start, _)| {
        let rest = &text[start + 2..];
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(rest.len());
        let fits =
            rest.starts_with(|c: char| c.is_ascii_lowercase()) && !text[..start].ends_with('-');
        fits.then(|| &text[start..start + 2 + end])
    })
}

fn commands_of_the_help() -> impl Iterator<Item = String> {
    let help = shardwright(&repository(), &["--help"]).stdout;
    let (_, rest) = help.split_once("Commands:\n").expect("the help lists commands");
    let section = rest.split("\n\n").next().unwrap_or_default().to_owned();
    let names: Vec<String> = section
        .lines()
        .filter_map(|line| Some(line.split_whitespace().next()?.to_owned()))
        .collect();
    names.into_iter().filter(|name| name != "help")
}

/// Whether the lines are as shown; a line `...` stands for any lines, `...` in a line for any text.
fn fits(shown: &[String], lines: &[&str]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "..." => {
            (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..]))
        }
        Some((first, rest)) => lines
            .split_first()
            .is_some_and(|(line, others)| fits_line(first, line) && fits(rest, others)),
    }
}

fn fits_line(shown: &str, line: &str) -> bool {
    let Some((head, tail)) = shown.split_once("...") else { return shown == line };
    let Some(rest) = line.strip_prefix(head) else { return false };
    let places = (0..=rest.len()).filter(|place| rest.is_char_boundary(*place));
    places.into_iter().any(|place| fits_line(tail, &rest[place..]))
}

/// Calls the tool in the README's project: its tests are scanned, and a script plays their run.
fn call(folder: &Path, words: &[&str]) -> crate::support::Said {
    let (words, target) = match words.iter().position(|word| *word == ">") {
        Some(at) => (&words[..at], Some(words[at + 1])),
        None => (words, None),
    };
    let mut command: Command = tool(folder);
    command.args(words);
    match words[0] {
        "discover" | "plan" => command.args(["--discover", "scan"]),
        "run" => command.arg("--fake").arg(folder.join("script.json")),
        _ => &mut command,
    };
    let mut said = said(command.output().expect("the tool starts"));
    if let Some(target) = target {
        assert!(!said.stdout.is_empty());
        fs::write(folder.join(target), std::mem::take(&mut said.stdout)).unwrap();
    }
    said
}

/// A fresh copy of the README's project, with the script that plays it.
fn project(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme").join(name);
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
    let script = script(&folder);
    fs::write(folder.join("script.json"), script.to_string()).unwrap();
    folder
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
