//! Files and folders that cannot be used: each is named, the exit code is the documented one, and
//! nothing is lost.

use std::path::Path;

use crate::support::place::Place;
use crate::support::script::{six, suite};

const CONFIG: (&str, &str) = ("playwright.config.ts", "export default { testDir: 'tests' };\n");
const SPEC: (&str, &str) = (
    "tests/a.spec.ts",
    "import { test } from '@playwright/test';\ntest('one', () => {});\ntest('two', () => {});\n",
);
const SCANNED: &str = "`@playwright/test` is not installed for `[DIR]`: the spec files are scanned";

/// A project with a configuration and a spec file and without `node_modules`.
fn bare() -> Place {
    let place = Place::new();
    for (path, text) in [CONFIG, SPEC] {
        place.write(path, text);
    }
    place
}

#[test]
fn a_folder_without_a_configuration_is_no_project() {
    let place = Place::new();
    place.write("readme.txt", "mine");
    let stderr = "error: no Playwright configuration in `[DIR]`\nhint: name the project folder \
                  with -C DIR, or the configuration with -c FILE";
    for command in ["run", "plan", "discover"] {
        place.refuses(&[command], 5, stderr);
    }
    let stderr = "error: no folder `[DIR]/nowhere`\nhint: name the project folder with -C DIR";
    place.refuses(&["run", "-C", "nowhere"], 5, stderr);
    let stderr = "error: no Playwright configuration `[DIR]/nope.ts`";
    place.refuses(&["run", "-c", "nope.ts"], 5, stderr);
}

#[test]
fn without_node_modules_a_run_is_refused() {
    let stderr = "error: `@playwright/test` is not installed for `[DIR]`\nhint: run `npm ci` \
                  there first; `--discover scan` plans without Playwright";
    bare().refuses(&["run"], 5, stderr);
    bare().refuses(&["discover", "--discover", "playwright"], 5, stderr);
}

#[test]
fn without_node_modules_the_suite_is_scanned_and_that_is_said() {
    let place = bare();
    let said = place.call(&["discover", "--format", "list"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, "a.spec.ts › one\na.spec.ts › two\n"));
    assert_eq!(said.stderr, format!("{SCANNED}\n"));
    let said = place.call(&["plan", "--shards", "2"]);
    assert_eq!(said.code, 0);
    let none = "no timings yet in `./timings.json`: every test counts the same";
    assert_eq!(said.stderr, format!("{SCANNED}\n{none}\n"));
    assert!(said.stdout.contains("2 tests by `balanced`"), "{}", said.stdout);
}

#[test]
fn a_choice_that_cannot_be_read_is_named() {
    let place = bare();
    let scan = ["discover", "--discover", "scan"];
    for (choice, code, stderr) in [
        (
            ["--grep", "("],
            5,
            "error: `(` in `--grep` is not a regular expression: Unbalanced parenthesis",
        ),
        (["--project", "nope"], 5, "error: no project `nope` in the configuration; it names none"),
        (
            ["--quiet", "[z"],
            2,
            "error: `[z` is not a glob\n  caused by: Pattern syntax error near position 0: invalid \
             range pattern",
        ),
    ] {
        place.refuses(&[&scan[..], &choice].concat(), code, stderr);
    }
}

#[test]
fn a_choice_that_matches_nothing_leaves_nothing_to_run() {
    let place = bare();
    let hint = "hint: `shardwright discover` shows what there is";
    for glob in ["gone/*.spec.ts", "gone"] {
        let stderr = format!("error: `{glob}` matches no file\n{hint}");
        for command in ["discover", "plan"] {
            place.refuses(&[command, "--discover", "scan", glob], 4, &stderr);
        }
    }
    let stderr = format!("error: there is nothing to run: no test matches\n{hint}");
    place.refuses(&["plan", "--discover", "scan", "--grep", "gone"], 4, &stderr);
    let said =
        place.call(&["discover", "--discover", "scan", "--grep", "gone", "--format", "list"]);
    assert_eq!((said.code, said.stdout.as_str()), (4, ""));
    assert_eq!(said.stderr, "there is nothing to run: no test matches\n");
}

#[test]
fn an_empty_suite_leaves_nothing_to_run() {
    let place = Place::scripted(&suite(&[]));
    let stderr = "error: there is nothing to run: no test matches\nhint: `shardwright discover` \
                  shows what there is";
    for command in ["run", "plan"] {
        place.refuses(&[command, "--fake", "suite.json"], 4, stderr);
    }
}

#[test]
fn a_broken_timings_file_is_named_with_its_place_and_left_as_it_is() {
    const HEAD: &str = r#"{"format":"shardwright.timings","version":1,"files":{"#;
    let place = Place::scripted(&six());
    let text = |rest: &str| format!("{HEAD}\n{rest}").into_bytes();
    for (content, reason) in [
        (b"".to_vec(), "is empty"),
        (b" \n\n".to_vec(), "is empty"),
        (text(r#""a.spec.ts":{"chromium":{"a1":40}"#), "line 2, column 33: ends in the middle"),
        (
            text("\"a.spec.ts\":{\"chromium\":{\"a1\":-40}}\n}}\n"),
            "line 2, column 33: a duration cannot be negative (-40 ms), at `a.spec.ts › chromium › a1`",
        ),
        (
            text("\"a.spec.ts\":{\"chromium\":{\"a1\":NaN}}\n}}\n"),
            "line 2, column 31: is not JSON: expected value, at `a.spec.ts › chromium › a1`",
        ),
        (
            br#"{"format":"shardwright.timings","version":2,"files":{}}"#.to_vec(),
            "was written by a newer shardwright (version 2; this one reads up to 1)",
        ),
        (
            br#"{"format":"shardwright.plan","version":1}"#.to_vec(),
            "is not a `shardwright.timings` file but a `shardwright.plan` file",
        ),
    ] {
        place.write("timings.json", content);
        let hint = if reason.contains("newer") {
            "update shardwright; the file was left as it is"
        } else {
            "mend the file, or remove it to start with no history; it was left as it is"
        };
        let stderr = format!(
            "error: cannot use the timings file `./timings.json`\n  caused by: {reason}\nhint: {hint}"
        );
        for arguments in [["plan", "-q"], ["run", "-q"], ["run", "--update-timings"]] {
            place.refuses(&[&arguments[..], &["--fake", "suite.json"]].concat(), 5, &stderr);
        }
    }
    place.write("timings.json", text("<<<<<<< ours\n\"a\":{}\n=======\n}}\n"));
    let stderr = "error: cannot use the timings file `./timings.json`\n  caused by: line 2: has \
                  merge conflict markers\nhint: `shardwright timings merge --conflicted` resolves \
                  them; the file was left as it is";
    place.refuses(&["run", "--update-timings", "--fake", "suite.json"], 5, stderr);
    place.write("timings.json", [b'{', b'\n', 0xff]);
    let stderr = "error: cannot use the timings file `./timings.json`: line 2, column 1: is not \
                  UTF-8 text\nhint: mend the file, or remove it to start with no history; it was \
                  left as it is";
    place.refuses(&["run", "--fake", "suite.json"], 5, stderr);
}

#[test]
fn an_output_folder_that_cannot_be_used_is_left_as_it_is() {
    let place = Place::scripted(&six());
    place.write("taken", "a file");
    place.write("mine/notes.txt", "not a report");
    let hint = "hint: name another with --output DIR";
    for (folder, reason) in
        [("taken", "File exists (os error 17)"), ("taken/below", "Not a directory (os error 20)")]
    {
        let stderr =
            format!("error: cannot write to the output folder `[DIR]/{folder}`: {reason}\n{hint}");
        place.refuses(&["run", "--fake", "suite.json", "--output", folder], 5, &stderr);
    }
    let stderr = "error: `[DIR]/mine` holds files that are not a report of ours\nhint: empty it, \
                  or name another folder with --output DIR";
    place.refuses(&["run", "--fake", "suite.json", "--output", "mine"], 5, stderr);
    let stderr = "error: cannot write the plan to `taken/plan.json`\n  caused by: Not a directory \
                  (os error 20)";
    place.refuses(&["plan", "-q", "--fake", "suite.json", "-o", "taken/plan.json"], 5, stderr);
}

#[test]
fn a_project_folder_that_holds_a_plan_is_no_report_of_ours() {
    let place = Place::scripted(&six());
    place.call(&["plan", "-q", "--fake", "suite.json", "-o", "plan.json"]);
    place.write("playwright/.auth/user.json", "{}");
    place.write("index.html", "the shop");
    let stderr = "error: `[DIR]` holds files that are not a report of ours\nhint: empty it, or \
                  name another folder with --output DIR";
    place.refuses(&["run", "--fake", "suite.json", "--output", "."], 5, stderr);
}

#[test]
fn a_standard_output_that_is_full_is_an_error() {
    let place = Place::scripted(&six());
    let full = std::fs::File::options().write(true).open("/dev/full").expect("it is there");
    let mut command = place.tool(&["plan", "-q", "--fake", "suite.json"]);
    let said = crate::support::said(command.stdout(full).output().expect("the tool starts"));
    let stderr = "error: cannot write to standard output\n  caused by: No space left on device (os \
                  error 28)\n";
    assert_eq!((said.code, said.stderr.as_str()), (5, stderr));
}

#[test]
fn without_an_engine_nothing_weaker_is_taken() {
    let place = bare();
    place.write("node_modules/@playwright/test/package.json", r#"{"version":"1.65.1"}"#);
    let hint = "hint: install and start Docker, or run without containers and their locks: \
                --isolation process\n";
    let answers = |command: &mut std::process::Command| {
        let said = place.answer(command);
        assert_eq!((said.code, said.stdout.as_str()), (6, ""), "{said:?}");
        assert!(said.stderr.ends_with(hint), "{said:?}");
        assert!(!place.path("test-results").exists() && !place.path("ran").exists());
        said.stderr
    };
    for command in ["run", "plan", "discover"] {
        let stderr = answers(place.tool(&[command, "--engine", "docker"]).env("PATH", "/nowhere"));
        assert!(stderr.starts_with("error: no container engine answers to `docker`\n"), "{stderr}");
        let socket = "unix:///nowhere.sock";
        let stderr = answers(place.tool(&[command]).env("DOCKER_HOST", socket));
        assert!(stderr.starts_with("error: no container engine answers to `docker`\n"), "{stderr}");
        assert!(stderr.contains(socket), "{stderr}");
    }
}

#[test]
fn a_script_that_is_none_is_named() {
    let place = Place::new();
    let said = place.play(&["run"]);
    assert_eq!((said.code, said.stdout.as_str()), (6, ""));
    assert_eq!(
        said.stderr,
        "error: cannot use the scripted suite `suite.json`: No such file or directory (os error \
         2)\n"
    );
    assert!(!Path::new(&place.path("shardwright-report/index.html")).exists());
}

#[test]
fn a_timings_file_that_cannot_be_written_leaves_the_report() {
    let place = Place::scripted(&six());
    let arguments = ["run", "-q", "--update-timings", "--timings", "gone/timings.json"];
    let said = place.play(&arguments);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
    let error = "error: cannot write the timings file `./gone/timings.json`\n  caused by: No such \
                 file or directory";
    assert!(said.stderr.contains(error) && !said.stderr.contains("hint:"), "{}", said.stderr);
    assert!(place.path("shardwright-report/junit.xml").is_file());
}
