//! The GitHub action: its own steps, read from `action.yml`, with real containers, odd releases and
//! hostile inputs.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::job::{Job, REPOSITORY, Used, metadata};
use crate::support::place::Place;
use crate::support::script::{six, suite, with_result};
use crate::support::{engine, project, read, repository};

/// Quick ones of the shop's spec files, and where one test fails if it is told to.
const FILES: &str = "tests/home/banner.spec.ts tests/api/cart.spec.ts";

/// A job whose workspace has a scripted suite.
fn scripted(name: &str) -> (Place, Job) {
    let place = Place::scripted(&with_result(six(), "b2", "failed", "boom"));
    let job = Job::new(&project::scratch(name), &place.path("."));
    (place, job)
}

#[track_caller]
fn outputs(used: &Used, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        assert_eq!(used.outputs[*name], *value, "{name}: {}", used.log);
    }
}

#[test]
fn two_jobs_and_a_merge_run_the_shop_in_containers() {
    engine::needed();
    let shop = project::copy("shop", "action");
    let job = Job::new(&project::scratch("action-job"), shop.parent().unwrap());
    let turn = engine::beside_others();
    let node = |shard: &str, output: &str| {
        let args = format!("--env SHOP_FAIL=1\n{FILES}");
        let place = ("working-directory", "action");
        job.uses(&[("shard", shard), ("output", output), place, ("args", &args)])
    };
    // The test that fails is the first node's.
    let (first, second) = (node("1/2", "node 1"), node("2/2", "node-2"));
    drop(turn);
    outputs(&first, &[("exit-code", "1"), ("failed", "1"), ("flaky", "0"), ("matrix", "")]);
    outputs(&second, &[("exit-code", "0"), ("failed", "0"), ("timings-changed", "false")]);
    assert_eq!((first.code, second.code), (1, 0), "{}\n{}", first.log, second.log);
    assert_eq!(first.outputs["report-path"], shop.join("node 1").to_str().unwrap());
    // The job's page and the failing line, once.
    assert_eq!(job.summary().matches("## ❌ Failed: 1 of ").count(), 1, "{}", job.summary());
    assert_eq!(first.log.matches("\n::error file=").count(), 1, "{}", first.log);
    let merged = job.uses(&[
        ("command", "merge"),
        ("working-directory", "action"),
        ("args", "--update-timings 'node 1' node-2"),
    ]);
    assert_eq!(merged.code, 1, "{}", merged.log);
    outputs(&merged, &[("exit-code", "1"), ("failed", "1"), ("timings-changed", "true")]);
    let passed = |used: &Used| used.outputs["passed"].parse::<usize>().unwrap();
    // The set-up test ran in both.
    assert_eq!(passed(&merged) + 1, passed(&first) + passed(&second));
    let verdicts = read::verdicts(&shop.join("shardwright-report"));
    let well = verdicts.values().filter(|verdict| *verdict == "passed").count();
    assert_eq!(passed(&merged), well);
}

#[test]
fn no_text_of_an_input_is_ever_a_program() {
    let (place, job) = scripted("action-hostile");
    for text in [
        "$(touch pwned)",
        "`touch pwned`",
        "x; touch pwned",
        "\"; touch pwned; \"",
        "'; touch pwned; '",
        "a\ntouch pwned",
        "--output=/\n::set-output name=failed::0",
        "${IFS}touch${IFS}pwned",
        "*",
        "-C",
        "%0A::error::x",
    ] {
        for name in metadata()["inputs"].as_object().unwrap().keys() {
            let version = ("version", env!("CARGO_BIN_EXE_shardwright"));
            let rest = [version, ("args", "--fake suite.json --dry-run")];
            let mut inputs = vec![(name.as_str(), text)];
            inputs.extend(rest.into_iter().filter(|(other, _)| other != name));
            let before = place.files();
            let used = job.uses_as(&inputs);
            assert!(!place.path("pwned").exists(), "{name} = {text}: {}", used.log);
            let own = |path: &Path| path.starts_with("shardwright-report");
            let after = place.files();
            let made: Vec<&PathBuf> =
                after.keys().filter(|path| !before.contains_key(*path) && !own(path)).collect();
            assert!(made.is_empty(), "{name} = {text} made {made:?}");
            assert!(!used.log.contains("\n::set-output"), "{name} = {text}: {}", used.log);
        }
    }
}

#[test]
fn words_of_args_are_those_between_quotes_and_blanks() {
    let (place, job) = scripted("action-words");
    place.write("two words/suite.json", place.read("suite.json"));
    let used = job.uses(&[("args", "--fake 'two words/suite.json'\n  --shards \"2\" --quiet")]);
    outputs(&used, &[("exit-code", "1"), ("passed", "5"), ("failed", "1")]);
    assert_eq!(used.code, 1);
    let used = job.uses(&[("args", "--fake 'suite.json")]);
    assert_eq!(used.code, 2);
    outputs(&used, &[("exit-code", "2"), ("passed", "")]);
    let said = "::error title=shardwright::the input `args` has a quote without its partner on the \
                same line";
    assert!(used.log.contains(said), "{}", used.log);
}

#[test]
fn the_exit_code_stays_whatever_it_is() {
    let (place, job) = scripted("action-codes");
    place.write("empty.json", suite(&[]).to_string());
    for (inputs, code) in [
        (&[("args", "--fake suite.json"), ("shards", "0")][..], "2"),
        (&[("args", "--fake empty.json")], "4"),
        (&[("args", "--settings missing.toml")], "5"),
        (&[("command", "merge"), ("args", "nowhere")], "5"),
        (&[("command", "rerun")], "2"),
        (&[("working-directory", "nowhere")], "2"),
    ] {
        let used = job.uses(inputs);
        assert_eq!(
            (used.outputs["exit-code"].as_str(), used.code.to_string().as_str()),
            (code, code),
            "{inputs:?}: {}",
            used.log
        );
    }
    place.write("suite.json", six().to_string());
    let used = job.uses(&[("args", "--fake suite.json"), ("shards", "3")]);
    outputs(&used, &[("exit-code", "0"), ("passed", "6"), ("failed", "0")]);
}

#[test]
fn a_plan_gives_the_matrix() {
    let (_place, job) = scripted("action-plan");
    let inputs = [("command", "plan"), ("shards", "3"), ("args", "--fake suite.json")];
    let used = job.uses(&inputs);
    assert_eq!(used.code, 0, "{}", used.log);
    let matrix: Value = serde_json::from_str(&used.outputs["matrix"]).unwrap();
    let jobs = read::list(&matrix, "include");
    assert_eq!(jobs.len(), 3, "{matrix}");
    for (number, planned) in (1..).zip(jobs) {
        let shard = format!("{number}/3");
        assert!(planned.as_object().unwrap().values().any(|value| *value == shard), "{matrix}");
    }
    outputs(&used, &[("exit-code", "0"), ("passed", "")]);
}

#[test]
fn what_is_no_matrix_never_becomes_one() {
    let (_place, job) = scripted("action-no-matrix");
    for args in ["--help", "--fake suite.json --format table", "--fake suite.json --show-config"] {
        let used = job.uses(&[("command", "plan"), ("shards", "3"), ("args", args)]);
        assert_eq!(used.code, 2, "{args}: {}", used.log);
        outputs(&used, &[("matrix", ""), ("exit-code", "2")]);
    }
}

#[test]
fn the_job_knows_best_which_node_it_is() {
    let (_place, mut job) = scripted("action-nodes");
    let inputs = [("shard", "auto"), ("args", "--fake suite.json --dry-run")];
    let used = job.uses(&inputs);
    assert!(used.log.contains("this is shard 1/1, says SHARDWRIGHT_NODE_INDEX"), "{}", used.log);
    job.set("SHARDWRIGHT_NODE_INDEX", "1").set("SHARDWRIGHT_NODE_TOTAL", "2");
    let used = job.uses(&inputs);
    assert!(used.log.contains("this is shard 2/2, says SHARDWRIGHT_NODE_INDEX"), "{}", used.log);
}

#[test]
fn inputs_and_outputs_are_those_that_are_promised() {
    let action = metadata();
    let names = |what: &str| -> BTreeSet<String> {
        action[what].as_object().unwrap().keys().cloned().collect()
    };
    let set = |names: &str| names.split(' ').map(str::to_owned).collect::<BTreeSet<String>>();
    let inputs = "command shards shard strategy timings target isolation image output \
                  working-directory version args";
    assert_eq!(names("inputs"), set(inputs));
    let outputs = "matrix exit-code passed failed flaky report-path timings-changed";
    assert_eq!(names("outputs"), set(outputs));
    for step in read::list(&action["runs"], "steps") {
        assert!(!read::text(step, "run").contains("${{"), "{step}");
    }
}

#[test]
fn the_page_of_the_action_says_what_it_takes_and_gives() {
    let action = metadata();
    let text = fs::read_to_string(repository().join("docs/action.md")).unwrap();
    let section = |heading: &str| {
        let after = text.split_once(&format!("\n## {heading}\n")).unwrap().1;
        let rows = after.split("\n## ").next().unwrap().lines();
        let names =
            rows.filter_map(|row| Some(row.strip_prefix("| `")?.split_once('`')?.0.to_owned()));
        names.collect::<BTreeSet<String>>()
    };
    let names = |what: &str| -> BTreeSet<String> {
        action[what].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(section("Inputs"), names("inputs"));
    assert_eq!(section("Outputs"), names("outputs"));
    let workflow = text.split_once("```yaml\n").unwrap().1.split("```").next().unwrap();
    let workflow: Value = serde_saphyr::from_str(workflow).unwrap();
    let jobs = workflow["jobs"].as_object().unwrap().values();
    let steps = jobs.flat_map(|job| read::list(job, "steps"));
    let ours =
        steps.filter(|step| step["uses"].as_str().is_some_and(|it| it.contains("shardwright")));
    let given: Vec<&Value> = ours.map(|step| &step["with"]).collect();
    assert_eq!(given.len(), 2);
    for with in given {
        let unknown: Vec<&String> = with
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| !names("inputs").contains(*name))
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}

/// A release in a folder, with an archive of a tool that says `text`; gives where releases are.
fn release(folder: &Path, version: &str, text: &str) -> String {
    let place = folder.join(format!("v{version}"));
    fs::create_dir_all(&place).unwrap();
    let tool = folder.join("shardwright");
    fs::write(&tool, format!("#!/bin/sh\necho '{text}'\n")).unwrap();
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
    let archive = place.join(format!("shardwright-{version}-x86_64-unknown-linux-musl.tar.gz"));
    let tar = Command::new("tar")
        .arg("-czf")
        .arg(&archive)
        .arg("-C")
        .arg(folder)
        .arg("shardwright")
        .status();
    assert!(tar.unwrap().success());
    let sum = Sha256::digest(fs::read(&archive).unwrap());
    let sum = sum.iter().fold(String::new(), |sum, byte| sum + &format!("{byte:02x}"));
    let name = archive.file_name().unwrap().to_str().unwrap();
    fs::write(place.join(format!("{name}.sha256")), format!("{sum}  {name}\n")).unwrap();
    format!("file://{}", folder.display())
}

#[test]
fn a_release_is_taken_with_its_checksum_and_kept() {
    let (_place, mut job) = scripted("action-release");
    let releases = project::scratch("action-releases");
    let url = release(&releases, "7.8.9", "it is 7.8.9");
    job.set("SHARDWRIGHT_RELEASES", &url);
    let used = job.uses_as(&[("version", "v7.8.9")]);
    assert_eq!(used.code, 0, "{}", used.log);
    // Once it says its version, once it is called.
    assert_eq!(used.log, "it is 7.8.9\nit is 7.8.9\n");
    assert!(
        job.path().contains("/shardwright/7.8.9/x86_64-unknown-linux-musl\n"),
        "{}",
        job.path()
    );
    // From here on it is on the machine.
    fs::remove_dir_all(&releases).unwrap();
    assert_eq!(job.uses_as(&[("version", "7.8.9")]).code, 0);
}

#[test]
fn releases_are_those_of_the_repository_that_the_action_is_of() {
    let (_place, mut job) = scripted("action-its-release");
    let server = project::scratch("action-server");
    release(&server.join(REPOSITORY).join("releases/download"), "7.8.9", "it is 7.8.9");
    job.set("GITHUB_SERVER_URL", &format!("file://{}", server.display()));
    job.set("PATH", "/usr/bin:/bin");
    let used = job.uses_as(&[("version", "7.8.9")]);
    assert_eq!((used.code, used.log.as_str()), (0, "it is 7.8.9\nit is 7.8.9\n"));
}

#[test]
fn an_archive_that_is_not_what_its_checksum_says_is_never_run() {
    let (_place, mut job) = scripted("action-forged");
    let releases = project::scratch("action-forged-releases");
    let url = release(&releases, "7.8.9", "good");
    let archive = "shardwright-7.8.9-x86_64-unknown-linux-musl.tar.gz";
    let forged = releases.join("v7.8.9").join(archive);
    let mut bytes = fs::read(&forged).unwrap();
    bytes.push(0);
    fs::write(&forged, bytes).unwrap();
    job.set("SHARDWRIGHT_RELEASES", &url);
    let used = job.uses_as(&[("version", "7.8.9")]);
    assert_eq!((used.code, used.log.contains("good")), (6, false), "{}", used.log);
    let said = format!(
        "::error title=shardwright::{archive} of the release v7.8.9 is not what its \
                        checksum says"
    );
    assert!(used.log.contains(&said), "{}", used.log);
    // It fits, and is no archive: nothing is built in its place.
    fs::write(&forged, "not an archive").unwrap();
    let sum = Sha256::digest("not an archive");
    let sum = sum.iter().fold(String::new(), |sum, byte| sum + &format!("{byte:02x}"));
    let sums = releases.join("v7.8.9").join(format!("{archive}.sha256"));
    fs::write(&sums, sum).unwrap();
    let used = job.uses_as(&[("version", "7.8.9")]);
    assert_eq!((used.code, used.log.contains("no binary of")), (6, false), "{}", used.log);
    assert!(used.log.contains("cannot be unpacked to"), "{}", used.log);
    fs::remove_file(sums).unwrap();
    let used = job.uses_as(&[("version", "7.8.9")]);
    assert_eq!(used.code, 6, "{}", used.log);
    assert!(used.log.contains(&format!("has no {archive}.sha256")), "{}", used.log);
}

/// A `cargo` that writes down what it is asked, and gives a tool that says so.
fn stand_in(folder: &Path) -> String {
    let cargo = folder.join("cargo");
    let text = "#!/bin/sh\nprintf '%s ' cargo \"$@\"; echo\n\
                while [ \"$1\" != --root ]; do shift; done\nmkdir -p \"$2/bin\"\n\
                printf '#!/bin/sh\\necho built\\n' >\"$2/bin/shardwright\"\nchmod +x \"$2/bin/shardwright\"\n";
    fs::write(&cargo, text).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    folder.display().to_string()
}

#[test]
fn where_there_is_no_binary_cargo_builds_one() {
    let (_place, mut job) = scripted("action-built");
    let path = stand_in(&project::scratch("action-cargo"));
    let releases = project::scratch("action-no-releases");
    job.set("PATH", &format!("{path}:/usr/bin:/bin"));
    job.set("SHARDWRIGHT_RELEASES", &format!("file://{}", releases.display()));
    let used = job.uses_as(&[("version", "7.8.9")]);
    assert_eq!(used.code, 0, "{}", used.log);
    assert!(
        used.log.contains(
            "::notice title=shardwright::no binary of shardwright 7.8.9 for Linux X64: building it"
        ),
        "{}",
        used.log
    );
    assert!(used.log.contains("cargo install --locked --root "), "{}", used.log);
    assert!(used.log.ends_with("shardwright --version =7.8.9 \nbuilt\nbuilt\n"), "{}", used.log);
    // The version that the action is part of is built from the action's own folder.
    job.set("RUNNER_ARCH", "RISCV");
    let used = job.uses_as(&[]);
    let folder = format!("--path {} \nbuilt\nbuilt\n", job.environment["GITHUB_ACTION_PATH"]);
    assert!(used.code == 0 && used.log.ends_with(&folder), "{}", used.log);
}

#[test]
fn versions_that_are_none_are_refused() {
    let (place, mut job) = scripted("action-versions");
    job.set("PATH", "/usr/bin:/bin");
    place.write("notes.txt", "mine");
    for (version, code, said) in [
        ("latest", 2, "the input `version` is `latest`; a release such as 0.1.0 or the path"),
        (
            "../../x",
            2,
            "the input `version` names a path, and `../../x` is no file that can be run",
        ),
        ("./notes.txt", 2, "`./notes.txt` is no file that can be run"),
        ("7.8.9", 6, "no binary of shardwright 7.8.9 for Linux X64, and no cargo to build one: "),
    ] {
        let used = job.uses_as(&[("version", version)]);
        assert_eq!((used.code, used.log.contains(said)), (code, true), "{version}: {}", used.log);
    }
}
