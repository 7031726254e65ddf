//! A checkout with links to devices, and pipes, where files are read: every command ends, in
//! bounded memory, and says which file is none.

use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use crate::support::place::Place;
use crate::support::{Said, said};

/// What stands where a file is expected: a path that is linked to, or a pipe without a writer.
const ODD: [&str; 3] = ["/dev/zero", "/dev/stdin", "pipe"];

const CONFIG: &str = "export default { projects: [{ name: 'chromium' }] };\n";
const SPEC: &str = "import { test } from '@playwright/test';\ntest('a', async () => {});\n";

/// A project without Playwright, in which one path leads to no file.
fn with(name: &str, odd: &str) -> Place {
    let place = Place::new();
    place.write("package.json", "{}");
    place.write("playwright.config.ts", CONFIG);
    place.write("a.spec.ts", SPEC);
    put(&place, name, odd);
    place
}

fn put(place: &Place, name: &str, odd: &str) {
    let path = place.path(name);
    drop(std::fs::remove_file(&path));
    if odd == "pipe" {
        let made = Command::new("mkfifo").arg(&path).status();
        assert!(made.expect("mkfifo starts").success());
    } else {
        symlink(odd, &path).expect("a link");
    }
}

/// The tool with a standard input that never ends, little address space and little time.
fn bounded(place: &Place, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
    let tool = place.tool(arguments);
    let mut command = Command::new("timeout");
    command.args(["20", "prlimit", &format!("--as={}", 1500_u64 << 20)]).arg(tool.get_program());
    command.args(tool.get_args()).current_dir(place.path("")).env_clear();
    command.envs(tool.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("timeout starts");
    let input = child.stdin.take();
    let answer = said(child.wait_with_output().expect("it ends"));
    drop(input);
    let what = format!("{arguments:?}: {answer:?}");
    assert!(![124, 134, 137].contains(&answer.code), "hangs or is killed: {what}");
    assert!(!answer.stderr.contains("memory allocation"), "{what}");
    answer
}

#[test]
fn files_of_ours_are_refused_by_name() {
    let plan = &["plan", "--discover", "scan", "--shards", "2"][..];
    for (name, command, sentence) in [
        ("timings.json", plan, "error: cannot read the timings file `./timings.json`"),
        ("shardwright.toml", plan, "error: cannot read the settings file `./shardwright.toml`"),
        ("quarantine.toml", &["run"], "error: cannot read the quarantine file `./quarantine.toml`"),
    ] {
        for odd in ODD {
            let place = with(name, odd);
            let said = bounded(&place, command, &[]);
            assert_eq!(said.code, 5, "{name} {odd}: {said:?}");
            let told = format!("{sentence}\n  caused by: it is not a regular file\n");
            assert!(said.stderr.contains(&told), "{name} {odd}: {said:?}");
            let doctor = bounded(&place, &["doctor"], &[]);
            let all = format!("{} {}", doctor.stdout, doctor.stderr);
            let all = all.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(all.contains("it is not a regular file"), "{name} {odd}: {doctor:?}");
            assert_eq!(doctor.code, 5, "{name} {odd}: {doctor:?}");
        }
    }
}

#[test]
fn files_of_the_project_are_never_waited_for() {
    for name in ["package.json", ".gitignore", ".ignore", "yarn.lock", "tsconfig.json"] {
        for odd in ODD {
            let place = with(name, odd);
            place.write("node_modules/@playwright/test/package.json", r#"{"version": "1.65.1"}"#);
            let said = bounded(&place, &["init", "--dry-run", "--ci", "github"], &[]);
            assert_eq!(said.code, 0, "{name} {odd}: {said:?}");
            let said = bounded(&place, &["discover", "--discover", "scan"], &[]);
            assert_eq!(said.code, 0, "{name} {odd}: {said:?}");
            assert!(said.stdout.contains("a.spec.ts"), "{name} {odd}: {said:?}");
            bounded(&place, &["doctor"], &[]);
        }
    }
}

#[test]
fn what_is_no_source_is_refused_or_passed_over() {
    for odd in ODD {
        let place = with("playwright.config.ts", odd);
        for command in
            [&["discover", "--discover", "scan"][..], &["doctor"], &["init", "--dry-run"]]
        {
            let said = bounded(&place, command, &[]);
            assert_ne!(said.code, 124, "{odd}: {said:?}");
        }
        // As Playwright, which takes neither links nor pipes for spec files.
        let place = with("b.spec.ts", odd);
        let said = bounded(&place, &["discover", "--discover", "scan"], &[]);
        assert_eq!(said.code, 0, "{odd}: {said:?}");
        assert!(!said.stdout.contains("b.spec.ts"), "{odd}: {said:?}");
        // A package that is installed.
        let place = with("a.spec.ts", "/dev/null");
        place.write("node_modules/@playwright/test/x", "");
        place.write(".github/workflows/x", "");
        put(&place, ".github/workflows/own.yml", odd);
        put(&place, "node_modules/@playwright/test/package.json", odd);
        bounded(&place, &["init", "--dry-run", "--ci", "github"], &[]);
        bounded(&place, &["doctor"], &[]);
        bounded(&place, &["run", "--dry-run", "--shards", "2"], &[]);
    }
}

#[test]
fn a_shell_that_asks_for_values_is_answered() {
    for odd in ODD {
        for (name, words) in [
            ("shardwright.toml", &["run", "--profile", ""][..]),
            ("timings.json", &["run", "--project", ""]),
            ("playwright.config.ts", &["run", "--project", ""]),
            (".gitignore", &["run", "--tag", ""]),
        ] {
            let place = with(name, odd);
            let index = words.len().to_string();
            let mut arguments = vec!["--", "shardwright"];
            arguments.extend(words);
            let variables = [
                ("SHARDWRIGHT_COMPLETE", "bash"),
                ("_CLAP_COMPLETE_INDEX", index.as_str()),
                ("_CLAP_IFS", "\n"),
                ("_CLAP_COMPLETE_COMP_TYPE", "9"),
                ("_CLAP_COMPLETE_SPACE", "true"),
            ];
            let said = bounded(&place, &arguments, &variables);
            assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{name} {odd}");
        }
    }
}

#[test]
fn a_pipe_that_a_person_names_is_read() {
    let place = with("b.spec.ts", "/dev/null");
    let tool = place.tool(&["plan", "--discover", "scan", "--shards", "2"]);
    let script = r#"exec "$@" --timings <(cat t.json) --settings /dev/null"#;
    place.write("t.json", "{\"format\":\"shardwright.timings\",\"version\":1,\"files\":{}}\n");
    let mut bash = Command::new("bash");
    bash.args(["-c", script, "bash"]).arg(tool.get_program()).args(tool.get_args());
    bash.current_dir(place.path("")).env_clear();
    bash.envs(tool.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let said = said(bash.output().expect("bash starts"));
    assert_eq!(said.code, 0, "{said:?}");
}
