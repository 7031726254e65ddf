//! `doctor`: what it says of a machine and a project that are well, and of each thing that is not;
//! that a run says the same; and that nothing is changed by it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::place::Place;
use crate::support::{Said, engine, fixture, project, read, repository};

const CONFIG: (&str, &str) = ("playwright.config.ts", "export default { testDir: 'tests' };\n");
const SPEC: (&str, &str) =
    ("tests/a.spec.ts", "import { test } from '@playwright/test';\ntest('adds', () => {});\n");
const TIMINGS: &str = "{\"format\":\"shardwright.timings\",\"version\":1,\"files\":{\n}}\n";
/// What an image of the makers' is called that nothing has to be pulled for.
const OFFICIAL_OTHER: &str = "mcr.microsoft.com/playwright:v1.40.0-jammy";

/// A project that lacks nothing.
fn well() -> Place {
    Place::with_playwright(&[CONFIG, SPEC])
}

/// A project whose Playwright is nothing but its version.
fn of_version(version: &str) -> Place {
    let place = without_playwright();
    let manifest = format!("{{\"version\":\"{version}\"}}");
    place.write("node_modules/@playwright/test/package.json", manifest);
    place
}

fn without_playwright() -> Place {
    let place = Place::new();
    for (path, text) in [CONFIG, SPEC] {
        place.write(path, text);
    }
    place
}

/// Calls the tool with these variables on top; no file of the project is another afterwards.
#[track_caller]
fn call(place: &Place, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
    let before = place.files();
    let mut command = place.tool(&[&["doctor"], arguments].concat());
    let said = place.answer(command.envs(variables.iter().copied()));
    assert!(place.files() == before, "{arguments:?} wrote something");
    said
}

/// What `--format json` says, and the exit code, which it says, too.
#[track_caller]
fn diagnosis(place: &Place, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, Value) {
    let said = call(place, &[&["--format", "json"], arguments].concat(), variables);
    assert_eq!(said.stderr, "", "{arguments:?}");
    let diagnosis: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(diagnosis["exit_code"], said.code);
    (said.code, diagnosis)
}

#[track_caller]
fn finding<'a>(diagnosis: &'a Value, check: &str) -> &'a Value {
    let mut findings = read::list(diagnosis, "findings").iter();
    findings.find(|finding| finding["check"] == check).unwrap_or_else(|| panic!("no {check}"))
}

/// The level and the sentence of a check.
#[track_caller]
fn told(diagnosis: &Value, check: &str) -> (String, String) {
    let finding = finding(diagnosis, check);
    (read::text(finding, "level"), read::text(finding, "message"))
}

fn command(diagnosis: &Value, check: &str) -> String {
    read::text(&finding(diagnosis, check)["remedy"], "command")
}

/// The check finds an error, and `run` with the same arguments ends alike, in the same words.
#[track_caller]
fn refused_alike(
    place: &Place,
    arguments: &[&str],
    variables: &[(&str, &str)],
    check: &str,
    code: i32,
) -> Value {
    let (doctor, diagnosis) = diagnosis(place, arguments, variables);
    let (level, message) = told(&diagnosis, check);
    assert_eq!((doctor, level.as_str()), (code, "error"), "{diagnosis}");
    let mut run = place.tool(&[&["run"], arguments].concat());
    let run = place.answer(run.envs(variables.iter().copied()));
    assert_eq!(run.code, code, "{}", run.stderr);
    let first = run.stderr.lines().find_map(|line| line.strip_prefix("error: ")).unwrap();
    let folder = place.path("").display().to_string();
    let message = message.replace(folder.trim_end_matches('/'), "[DIR]");
    assert!(message.starts_with(first), "doctor: {message}\nrun: {first}");
    diagnosis
}

/// A folder for programs that stands before all others.
fn with_program(place: &Place, name: &str, script: &str) -> String {
    let folder = place.path("../bin");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), script).unwrap();
    fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{}", folder.display(), engine::path())
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
    let output = git.args(arguments).output().expect("git is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_machine_and_a_project_that_are_well_are_told_so_in_both_formats() {
    engine::needed();
    let shop = project::copy("shop", "doctor");
    let json = project::run(&shop, &["doctor", "--format", "json"], &[]);
    assert_eq!((json.said.code, json.said.stderr.as_str()), (0, ""), "{}", json.said.stdout);
    let diagnosis: Value = serde_json::from_str(&json.said.stdout).unwrap();
    let image = engine::image();
    for (check, begin) in [
        ("config", "`playwright.config.ts` is there".to_owned()),
        ("playwright", "Playwright 1.65.1: ".to_owned()),
        ("engine", "`docker` answers, version ".to_owned()),
        ("image", format!("`{image}` is here")),
        ("limits", "the engine limits memory, CPUs and processes".to_owned()),
        ("processes", "512 processes and threads for a shard".to_owned()),
    ] {
        let (level, message) = told(&diagnosis, check);
        assert!(level == "ok" && message.starts_with(&begin), "{level}: {message}");
    }
    let golden = read::json(&fixture("wire/doctor-v1.json"));
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&diagnosis), keys(&golden));
    assert_eq!(diagnosis["format"], golden["format"]);
    for found in read::list(&diagnosis, "findings") {
        assert_eq!(keys(found), keys(&golden["findings"][1]), "{found}");
        let remedy = &found["remedy"];
        assert!(remedy.is_null() || keys(remedy) == keys(&golden["findings"][1]["remedy"]));
    }

    // Whatever has a line in the table of checks is in both.
    let source = repository().join("src/cli/commands/doctor/mod.rs");
    let source = fs::read_to_string(source).unwrap();
    let (_, count) = source.split_once("const CHECKS: [Check; ").unwrap();
    let count: usize = count.split(']').next().unwrap().parse().unwrap();
    let findings = read::list(&diagnosis, "findings").iter();
    let in_json: Vec<String> = findings.map(|finding| read::text(finding, "check")).collect();
    assert_eq!(in_json.len(), count);
    let table = project::run(&shop, &["doctor"], &[]).said.stdout;
    let begins = table.lines().filter(|line| !line.starts_with(' '));
    let in_table: Vec<&str> = begins.filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(in_table[..count], in_json.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_probe_tries_the_locks_in_a_container_and_takes_it_away() {
    engine::needed();
    let shop = project::copy("shop", "doctor-probe");
    let arguments = ["doctor", "--probe", "--memory", "256m", "--tmp-size", "64m"];
    let more = ["--pids-limit", "100", "--format", "json"];
    let ran = project::run(&shop, &[&arguments[..], &more].concat(), &[]);
    assert_eq!((ran.said.code, ran.said.stderr.as_str()), (0, ""), "{}", ran.said.stdout);
    let diagnosis: Value = serde_json::from_str(&ran.said.stdout).unwrap();
    let tried = "tried: a container has 256 MB and 100 processes at most";
    assert_eq!(told(&diagnosis, "limits"), ("ok".to_owned(), tried.to_owned()));
    let tried = "tried: each shard gets a private view of the project";
    assert_eq!(told(&diagnosis, "view"), ("ok".to_owned(), tried.to_owned()));
    let (level, message) = told(&diagnosis, "browsers");
    assert!(level == "ok" && message.starts_with("the image has chromium"), "{message}");
    assert_eq!(told(&diagnosis, "processes").0, "warning");
    assert_eq!(engine::left_behind(ran.process), Vec::<String>::new());
    assert!(!ran.output().exists());
}

#[test]
fn an_engine_that_is_missing_hangs_or_complains_is_an_error_of_the_sandbox() {
    let place = well();
    let empty = place.path("../empty");
    fs::create_dir(&empty).unwrap();
    let nothing = [("PATH", empty.to_str().unwrap())];
    let diagnosis = refused_alike(&place, &[], &nothing, "engine", 6);
    for check in ["image", "limits", "view"] {
        let (level, message) = told(&diagnosis, check);
        assert_eq!(message, "not looked at: the container engine does not answer");
        assert_eq!(level, "note");
    }
    assert_eq!(told(&diagnosis, "playwright").0, "ok");
    assert_eq!(
        refused_alike(&place, &["--engine", "podman"], &nothing, "engine", 6)["exit_code"],
        6
    );

    let down = "#!/bin/sh\necho 'Cannot connect to the Docker daemon' >&2\nexit 1\n";
    let path = with_program(&place, "docker", down);
    let diagnosis = refused_alike(&place, &[], &[("PATH", &path)], "engine", 6);
    assert!(told(&diagnosis, "engine").1.ends_with(": Cannot connect to the Docker daemon"));

    let path = with_program(&place, "docker", "#!/bin/sh\nexec sleep 600\n");
    // A run has more patience: an engine may just have been started.
    let (code, diagnosis) = self::diagnosis(&place, &[], &[("PATH", &path)]);
    assert_eq!(code, 6);
    assert!(told(&diagnosis, "engine").1.contains("gave no answer for 10s"), "{diagnosis}");

    let half = "#!/bin/sh\ncase $1 in version) echo 20.1;; info) exec sleep 600;; esac\n";
    let path = with_program(&place, "docker", half);
    let (code, diagnosis) = self::diagnosis(&place, &[], &[("PATH", &path)]);
    assert_eq!((code, told(&diagnosis, "engine").0.as_str()), (0, "ok"));
    let silent = "the engine does not say what it can limit";
    assert_eq!(told(&diagnosis, "limits"), ("note".to_owned(), silent.to_owned()));
}

#[test]
fn an_image_that_is_not_here_or_of_another_version_is_named() {
    engine::needed();
    let place = well();
    let (code, diagnosis) = diagnosis(&place, &["--image", "127.0.0.1:1/no/such:1"], &[]);
    assert_eq!((code, told(&diagnosis, "image").0.as_str()), (0, "warning"));
    assert_eq!(command(&diagnosis, "image"), "docker pull 127.0.0.1:1/no/such:1");
    refused_alike(&place, &["--image", OFFICIAL_OTHER], &[], "image", 6);

    let other = "127.0.0.1:1/playwright:v1.40.0";
    engine::docker(&["tag", &engine::image(), other]);
    let (code, diagnosis) = self::diagnosis(&place, &["--image", other], &[]);
    engine::docker(&["rmi", "--no-prune", other]);
    let (level, message) = told(&diagnosis, "image");
    assert_eq!((code, level.as_str()), (0, "warning"));
    assert!(message.contains("of Playwright 1.40, and 1.65.1 is installed"), "{message}");
}

#[test]
fn files_that_cannot_be_used_are_errors_of_input_as_in_a_run() {
    let place = well();
    let nothing = [("PATH", "/nowhere")];
    place.write("timings.json", TIMINGS.replace("}}", "<<<<<<< a"));
    let diagnosis = refused_alike(&place, &[], &nothing, "timings", 5);
    assert!(told(&diagnosis, "timings").1.contains("line 2"), "{diagnosis}");
    // What a run would never come to is looked at all the same.
    assert_eq!(told(&diagnosis, "engine").0, "error");
    fs::remove_file(place.path("timings.json")).unwrap();

    place.write("quarantine.toml", "[[test]]\nfile = 'a'\n");
    refused_alike(&place, &[], &nothing, "quarantine", 5);
    fs::remove_file(place.path("quarantine.toml")).unwrap();

    place.write("plan.json", "{}");
    refused_alike(&place, &["--plan", "plan.json"], &nothing, "plan", 5);
    refused_alike(&place, &["--rerun", "nowhere"], &nothing, "plan", 5);

    place.write("mine/letter.txt", "dear");
    refused_alike(&place, &["--output", "mine"], &nothing, "output", 5);
    refused_alike(&place, &["-c", "none.config.ts"], &nothing, "config", 5);
    let (code, diagnosis) = self::diagnosis(&place, &["nothing/here.spec.ts"], &nothing);
    let none = "`nothing/here.spec.ts` matches no file";
    assert_eq!((code, told(&diagnosis, "suite").1.as_str()), (4, none));
    let run = ["run", "--isolation", "process", "nothing/here.spec.ts"];
    assert_eq!(place.call(&run).code, 4);
}

#[test]
fn flags_that_cannot_be_are_refused_as_in_a_run() {
    let place = well();
    let nothing = [("PATH", "/nowhere")];
    let path = engine::path();
    let with_node = [("PATH", path.as_str()), ("SHARDWRIGHT_ISOLATION", "process")];
    for (arguments, check, code) in [
        (&["--project", "nope"][..], "suite", 5),
        (&["--grep", "("], "suite", 5),
        (&["--grep-invert", "["], "suite", 5),
        (&["nofile.spec.ts"], "suite", 4),
        (&["nofile.spec.ts", "neither.spec.ts"], "suite", 4),
        (&["--discover=playwright", "nofile.spec.ts"], "suite", 4),
        (&["--strategy", "exec:/nope"], "plan", 5),
        (&["--strategy", "exec:./playwright.config.ts"], "plan", 5),
        (&["--strategy", "exec:tests/.."], "plan", 5),
        (&["--strategy", "exec:nope"], "plan", 5),
        (&["--image", "a b"], "image", 2),
        (&["--memory", "1k"], "memory", 2),
        (&["--", "--list"], "suite", 2),
    ] {
        let variables = if code == 2 { &nothing[..] } else { &with_node[..] };
        let whole = refused_alike(&place, arguments, variables, check, code);
        // A dry run, too.
        let mut dry = place.tool(&[&["run", "--dry-run"], arguments].concat());
        let dry = place.answer(dry.envs(variables.iter().copied()));
        let first = dry.stderr.lines().find_map(|line| line.strip_prefix("error: ")).unwrap();
        let told = told(&whole, check).1;
        assert!(dry.code == code && told.starts_with(first), "{told}: {dry:?}");
    }
    place.refuses(
        &["run", "--dry-run", "--image="],
        2,
        "error: `` is no name of an image\nhint: leave --image out for the official image of the \
         installed Playwright",
    );
    let secret = place.call(&["doctor", "--image", "https://me:c4nary@registry/a b"]);
    assert!(secret.code == 2 && !secret.stdout.contains("c4nary"), "{secret:?}");
    // Playwright passes over one of two.
    let (code, diagnosis) =
        self::diagnosis(&place, &["tests/a.spec.ts", "nofile.spec.ts"], &with_node);
    let (level, message) = told(&diagnosis, "suite");
    assert_eq!((code, level.as_str()), (0, "warning"), "{diagnosis}");
    assert!(message.starts_with("`nofile.spec.ts` matches no file; 1 test in 1 file"), "{message}");
    // What only running the configuration tells is for Playwright to say.
    place.write("playwright.config.ts", "export default { projects: make() };\n");
    let (code, diagnosis) = self::diagnosis(&place, &["--project", "nope"], &with_node);
    assert_eq!(code, 0, "{diagnosis}");
}

#[test]
fn a_dry_run_refuses_an_output_folder_as_a_run_does() {
    let place = well();
    place.write("mine/letter.txt", "dear");
    let variables = [("SHARDWRIGHT_ISOLATION", "process")];
    refused_alike(&place, &["--output", "mine"], &variables, "output", 5);
    let mut dry = place.tool(&["run", "--dry-run", "--output", "mine"]);
    let stderr = "error: `[DIR]/mine` holds files that are not a report of ours\nhint: empty it, or \
                  name another folder with --output DIR";
    place.refuses_as(dry.envs(variables), 5, stderr);
}

#[test]
fn a_settings_file_that_cannot_be_used_is_one_finding_of_many() {
    let place = well();
    let nothing = [("PATH", "/nowhere")];
    for (text, profile, code) in [
        ("shards = = 4\n", None, 5),
        ("no-such-key = 4\n", None, 5),
        ("shards = 0\n", None, 5),
        ("shards = 2\n", Some("ci"), 2),
    ] {
        place.write("shardwright.toml", text);
        let profile = profile.map(|profile| ["--profile", profile]);
        let arguments = profile.iter().flatten().copied().collect::<Vec<&str>>();
        let diagnosis = refused_alike(&place, &arguments, &nothing, "settings", code);
        assert_eq!(told(&diagnosis, "playwright").0, "ok", "{text}");
    }
    place.write("shardwright.toml", "timings = 'other.json'\n[profile.ci]\nshards = 2\n");
    let (_, diagnosis) = diagnosis(&place, &["--profile", "ci"], &nothing);
    let settings = "`shardwright.toml` can be read, profile `ci` holds";
    assert_eq!(told(&diagnosis, "settings"), ("ok".to_owned(), settings.to_owned()));
    let none = "no timings yet in `other.json`: every test counts the same";
    assert_eq!(told(&diagnosis, "timings"), ("note".to_owned(), none.to_owned()));
    let learn = "shardwright run --update-timings --timings other.json";
    assert_eq!(command(&diagnosis, "timings"), learn);
}

#[test]
fn a_playwright_that_is_missing_or_old_has_a_command_that_mends_it() {
    let nothing = [("PATH", "/nowhere")];
    let place = without_playwright();
    let diagnosis = refused_alike(&place, &[], &nothing, "playwright", 5);
    assert_eq!(command(&diagnosis, "playwright"), "npm install -D @playwright/test");
    place.write("package.json", "{\"devDependencies\":{\"@playwright/test\":\"1\"}}");
    for (lock, install) in [
        ("package-lock.json", "npm ci"),
        ("yarn.lock", "yarn install --frozen-lockfile"),
        ("pnpm-lock.yaml", "pnpm install --frozen-lockfile"),
    ] {
        place.write(lock, "");
        let (_, diagnosis) = self::diagnosis(&place, &[], &nothing);
        assert_eq!(command(&diagnosis, "playwright"), install);
        fs::remove_file(place.path(lock)).unwrap();
    }
    let old = of_version("1.39.0");
    let diagnosis = refused_alike(&old, &[], &nothing, "playwright", 5);
    assert_eq!(command(&diagnosis, "playwright"), "npm install -D @playwright/test@latest");
    let (_, diagnosis) = self::diagnosis(&of_version("1.56.1"), &[], &nothing);
    let (level, message) = told(&diagnosis, "playwright");
    assert!(level == "note" && message.contains("loads the suite twice"), "{level}: {message}");
}

#[test]
fn git_is_asked_for_the_history_and_the_reports() {
    let place = well();
    let top = place.path("");
    let nothing = [("SHARDWRIGHT_ENGINE", "podman")];
    place.write("timings.json", TIMINGS);
    git(&top, &["init", "-q"]);
    let of = || diagnosis(&place, &[], &nothing).1;
    assert_eq!(told(&of(), "committed").1, "`timings.json` is not committed");
    assert_eq!(command(&of(), "committed"), "git add timings.json");
    assert_eq!(command(&of(), "output"), "echo shardwright-report/ >> .gitignore");

    place.write(".gitignore", "node_modules/\n*.json\nshardwright-report/\n");
    let ignored = "`timings.json` is ignored by git (.gitignore:2:*.json)";
    assert_eq!(told(&of(), "committed"), ("warning".to_owned(), ignored.to_owned()));
    let output = "`shardwright-report` can be written, git ignores it";
    assert_eq!(told(&of(), "output"), ("ok".to_owned(), output.to_owned()));

    place.write(".gitignore", "node_modules/\nshardwright-report/\n");
    git(&top, &["add", "-A"]);
    git(&top, &["commit", "-q", "-m", "first"]);
    let young = "`timings.json` was committed less than an hour ago";
    assert_eq!(told(&of(), "committed"), ("ok".to_owned(), young.to_owned()));

    // The command that is told does what it says.
    let mend = command(&of(), "merge-driver");
    let shell = Command::new("sh").args(["-c", &mend]).current_dir(&top).status().unwrap();
    assert!(shell.success(), "{mend}");
    let driver = "git merges `timings.json` by the driver `shardwright`";
    assert_eq!(told(&of(), "merge-driver"), ("ok".to_owned(), driver.to_owned()));
    git(&top, &["config", "--unset", "merge.shardwright.driver"]);
    assert_eq!(told(&of(), "merge-driver").0, "warning");
    assert!(command(&of(), "merge-driver").starts_with("git config merge.shardwright.driver "));
}

#[test]
fn shards_that_do_not_fit_the_machine_are_warned_of() {
    let place = well();
    let none = [("SHARDWRIGHT_ENGINE", "podman")];
    let machine = |available: u64| {
        let text = format!("MemTotal: {} kB\nMemAvailable: {} kB\n", 8 << 20, available << 10);
        place.write("machine/proc/meminfo", text);
    };
    let memory = |arguments: &[&str]| {
        let arguments = [&["--machine", "machine"], arguments].concat();
        told(&diagnosis(&place, &arguments, &none).1, "memory")
    };
    machine(5000);
    let fits = "2 shards at once may take 4.0 GB, 4.8 GB are available";
    assert_eq!(memory(&["--shards", "2"]), ("ok".to_owned(), fits.to_owned()));
    let more = "4 shards at once may take 8.0 GB, 4.8 GB are available";
    assert_eq!(memory(&["--shards", "4"]), ("warning".to_owned(), more.to_owned()));
    assert_eq!(memory(&["--shards", "4", "--jobs", "2"]).1, fits);
    // That is what `--jobs auto` is for.
    assert_eq!(memory(&["--shards", "40", "--jobs", "auto", "--cpus", "0.1"]).1, fits);
    machine(500);
    let (level, message) = memory(&[]);
    assert!(level == "warning" && message.starts_with("93 % of the memory is in use"), "{message}");
    assert_eq!(memory(&["--pressure", "off", "--memory", "400m"]).0, "ok");
}

#[test]
fn the_ci_and_its_node_are_named() {
    let place = well();
    let gitlab =
        [("GITLAB_CI", "true"), ("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4"), ("PATH", "/no")];
    let (_, diagnosis) = diagnosis(&place, &["--shard", "auto"], &gitlab);
    let node = "GitLab; shard 2/4, says GitLab";
    assert_eq!(told(&diagnosis, "ci"), ("ok".to_owned(), node.to_owned()));
    refused_alike(&place, &["--shard", "auto"], &[("PATH", "/no")], "ci", 2);
}

#[test]
fn names_are_shown_and_quoted_as_what_they_are() {
    let place = Place::new();
    let folder = "it's $(touch x)\u{1b}[2J";
    place.write(&format!("{folder}/playwright.config.ts"), CONFIG.1);
    let quarantine = "[[test]]\nfile = \"a\\u001b[31m.spec.ts\"\nreason = 'r'\nowner = \
        \"ann\\n::error::x\"\nexpires = 2020-01-01\n";
    place.write(&format!("{folder}/quarantine.toml"), quarantine);
    let nothing = [("PATH", "/nowhere")];
    let (_, diagnosis) = diagnosis(&place, &["-C", folder], &nothing);
    assert_eq!(told(&diagnosis, "quarantine").0, "warning");
    let mend = command(&diagnosis, "playwright");
    assert_eq!(
        mend,
        format!("cd 'it'\\''s $(touch x)\u{1b}[2J' && npm install -D @playwright/test")
    );
    let said = call(&place, &["-C", folder], &nothing);
    assert!(!said.stdout.contains('\u{1b}'), "{}", said.stdout);
    assert!(said.stdout.lines().all(|line| !line.trim_start().starts_with("::")));
    let coloured = call(&place, &["-C", folder, "--color", "always"], &nothing).stdout;
    assert!(coloured.contains("\u{1b}[1;31merror\u{1b}[0m    engine"), "{coloured}");
}

#[test]
fn shards_without_containers_need_node_and_browsers_alone() {
    let place = well();
    let arguments = ["--isolation", "process"];
    let (code, diagnosis) = diagnosis(&place, &arguments, &[]);
    assert_eq!((code, told(&diagnosis, "engine").0.as_str()), (0, "note"), "{diagnosis}");
    let checks = ["image", "browsers", "processes"];
    let levels: BTreeSet<String> = checks.iter().map(|check| told(&diagnosis, check).0).collect();
    assert_eq!(levels, BTreeSet::from(["ok".to_owned()]), "{diagnosis}");
    let empty = [("PLAYWRIGHT_BROWSERS_PATH", "/nowhere")];
    let (code, diagnosis) = self::diagnosis(&place, &arguments, &empty);
    assert_eq!((code, told(&diagnosis, "browsers").0.as_str()), (0, "warning"));
    assert_eq!(command(&diagnosis, "browsers"), "npx playwright install");
    let diagnosis = refused_alike(&place, &arguments, &[("PATH", "/nowhere")], "engine", 6);
    let run = place.answer(place.tool(&["run", "--isolation", "process"]).env("PATH", "/nowhere"));
    let cause = run.stderr.lines().find_map(|line| line.strip_prefix("  caused by: ")).unwrap();
    assert_eq!(told(&diagnosis, "engine").1, format!("cannot start `node`: {cause}"));
}
