//! Values of `--env` go in by every way there is; nothing that the tool prints or writes holds
//! them, whatever goes wrong.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use serde_json::json;
use walkdir::WalkDir;

use crate::support::place::Place;
use crate::support::script::{six, with_result};
use crate::support::{Said, engine, project, read};

/// Stands nowhere else.
const CANARY: &str = "c4nary-Vmaluo";

#[track_caller]
fn is_silent(said: &Said) {
    let text = format!("{}{}", said.stdout, said.stderr);
    assert!(!text.contains(CANARY), "{text}");
}

#[test]
fn a_variable_that_is_refused_is_named_without_its_value() {
    let place = Place::scripted(&six());
    let refused = |shown: &str| {
        format!(
            "invalid value '{shown}' for '--env <NAME[=VALUE]>': a name of letters, digits and \
             `_` is expected, then perhaps `=VALUE`"
        )
    };
    for (value, shown) in
        [(format!("1A={CANARY}"), "1A=***"), (format!("{CANARY}!"), "***"), (String::new(), "***")]
    {
        for command in ["run", "plan", "discover"] {
            let stderr =
                format!("error: {}\n\nFor more information, try '--help'.", refused(shown));
            place.refuses(&[command, "--env", &value], 2, &stderr);
            place.refuses(&[command, &format!("--env={value}")], 2, &stderr);
            if !value.is_empty() {
                let mut by_variable = place.tool(&[command]);
                by_variable.env("SHARDWRIGHT_ENV", &value);
                place.refuses_as(&mut by_variable, 2, &stderr);
            }
        }
        place.write("shardwright.toml", format!("env = ['{value}']"));
        let said = place.call(&["run"]);
        assert_eq!(said.code, 5, "{}", said.stderr);
        assert!(said.stderr.contains(&refused(shown)), "{}", said.stderr);
        is_silent(&said);
        place.write("shardwright.toml", "");
    }
    for arguments in [
        vec!["run", "--envv=A=c4nary-Vmaluo"],
        vec!["merge", "x", "--env=A=c4nary-Vmaluo"],
        vec!["timings", "show", "--env=A=c4nary-Vmaluo"],
        vec!["run", "--env=A=c4nary-Vmaluo", "--shards", "0"],
        vec!["run", "--env=A=c4nary-Vmaluo", "-q", "-v"],
    ] {
        let said = place.call(&arguments);
        assert_eq!(said.code, 2, "{arguments:?}");
        is_silent(&said);
    }
}

#[test]
fn a_settings_file_that_cannot_be_read_shows_no_value() {
    let place = Place::scripted(&six());
    let whole = format!(
        "shards = 2\nenv = [\n  'ONE={CANARY}', \"TWO={CANARY}\", # {CANARY}\n]\njobs = '''{CANARY}'''\n"
    );
    let mut refused = 0;
    // However the file is torn, and whatever is wrong in it.
    for cut in 0..whole.len() {
        for text in [whole[..cut].to_owned(), whole.replacen(&whole[cut..=cut], "=", 1)] {
            place.write("shardwright.toml", text);
            let said = place.call(&["discover", "--discover", "scan"]);
            refused += usize::from(said.code == 5);
            is_silent(&Said { stdout: String::new(), ..said });
        }
    }
    assert!(refused > 50, "{refused}");
    // What stands in front of the variables is shown as ever.
    place.write("shardwright.toml", format!("shards = = 2\nenv = ['A={CANARY}']\n"));
    let said = place.call(&["plan"]);
    assert!(said.stderr.contains("shards = = 2"), "{}", said.stderr);
    is_silent(&said);
    for table in [format!("[env]\nA = '{CANARY}'"), format!("env = [['A', '{CANARY}']]")] {
        place.write("shardwright.toml", table);
        let said = place.call(&["plan"]);
        assert_eq!(said.code, 5);
        is_silent(&said);
    }
}

#[test]
fn help_and_completions_show_no_value_of_the_settings() {
    let place = Place::scripted(&six());
    place.write("shardwright.toml", format!("env = ['A={CANARY}']"));
    for arguments in
        [&["run", "--help"][..], &["run", "-h"], &["help", "run"], &["completions", "zsh"]]
    {
        let mut command = place.tool(arguments);
        let said = place.answer(command.env("SHARDWRIGHT_ENV", format!("B={CANARY}")));
        assert_eq!(said.code, 0, "{}", said.stderr);
        is_silent(&said);
    }
}

/// A `docker` that fails at these commands, a pattern of the shell, and says in its complaint all that it knows.
fn telling_engine(place: &Place, fails_at: &str) -> String {
    let script = format!(
        "#!/bin/sh\ncase \"$1 $2\" in\n{fails_at}) echo \"no: $*\" >&2; env >&2; exit 1;;\nesac\n\
         echo /nowhere\n"
    );
    place.write("bin/docker", script);
    let path = place.path("bin/docker");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&path, mode).unwrap();
    let folder = place.path("bin");
    format!("{}:/usr/local/bin:/usr/bin:/bin", folder.display())
}

#[test]
fn an_engine_that_tells_all_it_knows_is_quoted_without_values() {
    let config = ("playwright.config.ts", "export default {};\n");
    let spec = ("a.spec.ts", "import { test } from '@playwright/test';\ntest('a', () => {});\n");
    let place = Place::with_playwright(&[config, spec]);
    for (fails_at, code, head) in [
        ("version*", 6, "error: no container engine answers to `docker`"),
        ("image*", 5, "pulling https://***@registry/x (about 2 GB, once)"),
        ("image*|pull*", 6, "error: image `https://***@registry/x` is not here and cannot be"),
        ("volume*", 5, "the engine cannot give each shard a private view"),
        ("run*", 6, "error: cannot give the shards their own view of"),
        ("create*", 6, "error: the container engine failed"),
    ] {
        let path = telling_engine(&place, fails_at);
        let arguments = ["run", "--env", &format!("GIVEN={CANARY}-1"), "--env", "NAMED", "--image"];
        let image = "https://me:c4nary-Vmaluo@registry/x";
        let mut command = place.tool(&arguments);
        command.arg(image).env("PATH", path).env("NAMED", format!("{CANARY}-2"));
        command.env("DOCKER_HOST", format!("tcp://me:{CANARY}@host"));
        let said = place.answer(&mut command);
        assert_eq!(said.code, code, "{fails_at}: {}", said.stderr);
        assert!(said.stderr.contains(head), "{fails_at}: {}", said.stderr);
        is_silent(&said);
    }
}

/// A suite that sees both variables and prints neither: one test passes, one fails, and one ends
/// its runner.
const SUITE: [(&str, &str); 4] = [
    ("playwright.config.ts", "export default { workers: 1, reporter: [['list'], ['html']] };\n"),
    (
        "a.spec.ts",
        "import { expect, test } from '@playwright/test';\n\
         test('sees', () => {\n\
         \x20 expect((process.env.GIVEN ?? '').length, 'GIVEN').toBe(WANTED);\n\
         \x20 expect((process.env.NAMED ?? '').length, 'NAMED').toBe(WANTED);\n\
         });\n",
    ),
    (
        "b.spec.ts",
        "import { expect, test } from '@playwright/test';\n\
         test('fails', () => { console.log('said'); expect(1).toBe(2); });\n",
    ),
    (
        "c.spec.ts",
        "import { test } from '@playwright/test';\n\
         test('dies', () => { process.kill(process.ppid, 'SIGKILL'); });\n",
    ),
];

/// Values that stand on no command line of a test: it is looked for in all of them.
fn values(of: &str) -> [String; 2] {
    ["1", "2"].map(|n| format!("{n}-c4nary-{of}-{}", std::process::id()))
}

/// No file below `folder`, and nothing inside the HTML report, holds a value.
#[track_caller]
fn nothing_holds(values: &[String; 2], folder: &Path) {
    let held = |text: &str| values.iter().any(|value| text.contains(value.as_str()));
    let mut files = 0;
    for entry in WalkDir::new(folder) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let content = fs::read(entry.path()).unwrap();
            assert!(!held(&String::from_utf8_lossy(&content)), "{}", entry.path().display());
            files += 1;
        }
    }
    assert!(files > 0, "no file in {}", folder.display());
    if folder.join("playwright/index.html").is_file() {
        for (name, content) in read::html(folder) {
            assert!(!held(&content.to_string()), "{name} in the HTML report");
        }
    }
}

/// Looks at the command lines of this machine until the tool has ended; gives how often the
/// engine was seen to be called.
fn watched(child: &mut Child, values: &[String; 2]) -> usize {
    let mut seen = 0;
    while child.try_wait().unwrap().is_none() {
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let Ok(words) = fs::read(entry.path().join("cmdline")) else { continue };
            let words = String::from_utf8_lossy(&words);
            assert!(!values.iter().any(|value| words.contains(value.as_str())), "{words}");
            seen += usize::from(words.starts_with("docker\0"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    seen
}

/// Runs the suite with both values and looks for them everywhere.
fn tried(isolation: &str, arguments: &[&str]) -> Said {
    let folder = project::scratch(&format!("secrets-{isolation}"));
    project::link_modules(&folder);
    let values = values(isolation);
    for (name, text) in SUITE {
        fs::write(folder.join(name), text.replace("WANTED", &values[0].len().to_string())).unwrap();
    }
    let first = ["run", "--isolation", isolation, "--shards", "3", "--fault-retries", "0"];
    let given = format!("GIVEN={}", values[0]);
    fs::write(folder.join("shardwright.toml"), format!("env = ['{given}', 'NAMED']")).unwrap();
    let arguments = [&first[..], arguments].concat();
    let variables = [("NAMED", values[1].as_str()), ("SHARDWRIGHT_BACKOFF", "0s..0s")];
    let mut child = project::start(&folder, &arguments, &variables);
    // Read as it comes, or the tool would wait for us.
    let pipes = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |mut pipe: Box<dyn std::io::Read + Send>| {
        std::thread::spawn(move || {
            let mut text = String::new();
            pipe.read_to_string(&mut text).unwrap();
            text
        })
    };
    let (stdout, stderr) = (read(Box::new(pipes.0)), read(Box::new(pipes.1)));
    let seen = watched(&mut child, &values);
    let code = child.wait().unwrap().code().unwrap();
    let said = Said { stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap(), code };
    let text = format!("{}{}", said.stdout, said.stderr);
    assert!(!values.iter().any(|value| text.contains(value.as_str())), "{text}");
    assert!(isolation != "docker" || seen > 0, "no call of the engine was seen");
    fs::remove_file(folder.join("shardwright.toml")).unwrap();
    let report = folder.join("shardwright-report");
    if report.exists() {
        nothing_holds(&values, &report);
    }
    if report.join("results.json").exists() {
        let statuses = read::verdicts(&report);
        let status =
            |title: &str| statuses.iter().find(|(key, _)| key.titles == [title]).unwrap().1.clone();
        assert_eq!([status("sees"), status("fails")], ["passed", "failed"], "{text}");
    }
    said
}

#[test]
fn no_value_is_in_anything_that_runs_in_containers_leave() {
    engine::needed();
    let _turn = engine::alone();
    let said = tried("docker", &["--log-format", "json", "--log-level", "trace", "-v"]);
    let event = |name: &str| said.stderr.contains(&format!("\"event\":\"{name}\""));
    assert!(event("engine-command") && event("engine-said") && event("printed"), "{}", said.stderr);
    assert!(said.stderr.contains("--env=GIVEN"), "{}", said.stderr);
    let said = tried("docker", &["--log-level", "trace", "--dry-run"]);
    assert!(said.stdout.contains("--env=GIVEN") && said.stderr.contains("debug sandbox: "));
    let said = tried("docker", &["--log-level", "trace", "--memory", "6m"]);
    assert_ne!(said.code, 0, "{}", said.stderr);
}

#[test]
fn no_value_is_in_anything_that_runs_as_processes_leave() {
    let _turn = engine::alone();
    let said = tried("process", &["--log-level", "run=trace,sandbox=trace", "-v"]);
    for part in ["debug sandbox: job-started", "GIVEN=***", "debug run: test-began", "[1] "] {
        assert!(said.stderr.contains(part), "no `{part}` in {}", said.stderr);
    }
    tried("process", &["--log-format", "json", "--log-level", "trace"]);
    let said = tried("process", &["--dry-run", "-v"]);
    assert!(said.stdout.contains("GIVEN=***"), "{}", said.stdout);
}

#[test]
fn no_value_is_in_anything_that_scripted_runs_leave() {
    let mut script = with_result(six(), "b2", "failed", "boom");
    let values = values("fake");
    for how in ["exit", "out-of-memory", "timed-out", "engine-gone", "stalled"] {
        script["deaths"]["1"] = json!({"after": 1, "how": how, "code": 137});
        for arguments in [
            &["-v", "--log-level", "trace"][..],
            &["--log-format", "json", "--log-level", "trace"],
            &["--dry-run"],
        ] {
            let place = Place::scripted(&script);
            let mut command = place.tool(&["run", "--fake", "suite.json", "--shards", "2"]);
            command.args(arguments).args(["--stall-timeout", "50ms", "--env", "NAMED"]);
            command.env("SHARDWRIGHT_ENV", format!("GIVEN={}", values[0])).env("NAMED", &values[1]);
            let said = place.answer(&mut command);
            let text = format!("{}{}", said.stdout, said.stderr);
            assert!(!values.iter().any(|value| text.contains(value.as_str())), "{text}");
            if place.path("shardwright-report").exists() {
                nothing_holds(&values, &place.path("shardwright-report"));
            }
        }
    }
}
