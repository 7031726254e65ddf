//! `init` in projects of every kind: what it writes is what the examples say, fits the schemas of
//! their makers, and touches nothing that is there.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::examples::{self, EXAMPLES, Example};
use crate::support::place::Place;
use crate::support::python::checked;
use crate::support::{Said, repository, said, terminal};

/// Every CI, the file of its workflow, and the example that it is.
const CIS: [(&str, &str, &str); 8] = [
    ("github", ".github/workflows/e2e.yml", "github-matrix.yml"),
    ("gitlab", ".gitlab-ci.yml", "gitlab.yml"),
    ("circleci", ".circleci/config.yml", "circleci.yml"),
    ("buildkite", ".buildkite/pipeline.yml", "buildkite.yml"),
    ("azure", "azure-pipelines.yml", "azure.yml"),
    ("bitbucket", "bitbucket-pipelines.yml", "bitbucket.yml"),
    ("semaphore", ".semaphore/semaphore.yml", "semaphore.yml"),
    ("jenkins", "Jenkinsfile", "Jenkinsfile"),
];

fn example(file: &str) -> &'static Example {
    EXAMPLES.iter().find(|example| example.file == file).unwrap()
}

/// A git repository with a project of 100 tests in a folder of it.
fn project(folder: &str) -> Place {
    let place = Place::new();
    let within = |file: &str| Path::new(folder).join(file).to_str().unwrap().to_owned();
    place.write(".git/HEAD", "ref: refs/heads/main\n");
    fs::create_dir_all(place.path(".git/objects")).unwrap();
    fs::create_dir_all(place.path(".git/refs")).unwrap();
    place.write("package-lock.json", "{}\n");
    place.write(".gitignore", "node_modules/\nshardwright-report/\n");
    place.write(&within("playwright.config.ts"), "export default { testDir: 'tests' };\n");
    let manifest = r#"{"devDependencies": {"@playwright/test": "^1.65.1"}}"#;
    place.write(&within("package.json"), manifest);
    for file in 1..=4 {
        let tests = (1..=25).map(|test| format!("test('{test}', () => {{}});\n"));
        let text =
            tests.fold("import { test } from '@playwright/test';\n".to_owned(), |a, b| a + &b);
        place.write(&within(&format!("tests/{file}.spec.ts")), text);
    }
    place
}

fn init(place: &Place, more: &[&str]) -> Said {
    place.call(&[&["init"], more].concat())
}

#[track_caller]
fn ended(said: &Said, code: i32, lines: &[&str]) {
    assert_eq!(said.code, code, "{said:?}");
    for line in lines {
        assert!(said.stderr.lines().any(|told| told == *line), "no `{line}` in {}", said.stderr);
    }
}

#[test]
fn a_project_at_the_top_gets_the_examples_as_they_are() {
    for (name, file, example) in CIS {
        let place = project("");
        let said = init(&place, &["--ci", name]);
        ended(&said, 0, &["wrote shardwright.toml", &format!("wrote {file}")]);
        assert_eq!(said.stdout, "");
        assert_eq!(place.read(file), self::example(example).text(), "{name}");
        // Nothing else came, nothing is left to do.
        let before = place.files();
        let said = init(&place, &["--ci", name]);
        let same = ["is as it would be written"; 2];
        assert_eq!(said.stderr.matches(same[0]).count(), same.len(), "{}", said.stderr);
        assert_eq!(place.files(), before);
        assert!(!before.keys().any(|path| path.to_string_lossy().contains(".shardwright-")));
    }
    let shown = fs::read_to_string(repository().join("src/cli/commands/init/ci/mod.rs")).unwrap();
    assert!(shown.contains(&format!("CIS: [&Ci; {}]", CIS.len())));
}

#[test]
fn a_project_in_a_folder_gets_a_workflow_that_runs_there() {
    for (name, file, like) in CIS {
        let place = project("apps/web");
        ended(&init(&place, &["--ci", name, "-C", "apps/web"]), 0, &[]);
        assert!(place.path("apps/web/shardwright.toml").is_file());
        let (text, like) = (place.read(file), example(like));
        assert_ne!(text, like.text());
        examples::play(like, &text, "apps/web");
        if let Some(schema) = like.schema {
            assert_eq!(checked(schema, &text), Ok(()), "{name}");
        }
    }
}

#[test]
fn the_only_project_of_a_repository_is_found_from_its_top() {
    let place = project("apps/web");
    let said = init(&place, &["--ci", "github"]);
    ended(&said, 0, &["wrote apps/web/shardwright.toml", "wrote .github/workflows/e2e.yml"]);
    let begin = "Playwright 1.65.1 with 100 tests, installed by npm, in apps/web; GitHub Actions\n";
    assert!(said.stderr.starts_with(begin), "{}", said.stderr);
    assert!(said.stderr.contains("\n  shardwright run -C apps/web\n"), "{said:?}");
    // From the project itself it is the same.
    let there = project("apps/web");
    let mut tool = there.tool(&["init", "--ci", "github"]);
    let said = there.answer(tool.current_dir(there.path("apps/web")));
    ended(&said, 0, &["wrote shardwright.toml", "wrote ../../.github/workflows/e2e.yml"]);
    assert_eq!(there.files(), place.files());
    // A configuration in a folder without a manifest is called from above.
    let place = Place::new();
    place.write(".git", "gitdir: elsewhere\n");
    place.write("package.json", "{}");
    place.write("e2e/playwright.config.mjs", "export default {};");
    place.write("node_modules/x/playwright.config.ts", "");
    place.write("old/playwright.config.ts", "");
    place.write(".gitignore", "/old\n");
    ended(&init(&place, &["--ci", "none"]), 0, &["wrote shardwright.toml"]);
    let settings = place.read("shardwright.toml");
    assert!(
        settings.contains("\nconfig = \"e2e/playwright.config.mjs\"\nshards = 4 "),
        "{settings}"
    );
}

#[test]
fn no_project_or_several_are_refused() {
    let place = Place::new();
    place.refuses(
        &["init"],
        5,
        "error: no Playwright configuration in `[DIR]`, nor in a folder below it\nhint: `npm init \
         playwright@latest` makes one; -C DIR or -c FILE names one elsewhere",
    );
    place.write("a b/playwright.config.ts", "");
    place.write("c/playwright.config.js", "");
    place.refuses(
        &["init", "--yes"],
        2,
        "error: there are 2 Playwright configurations: in `a b`, `c`\nhint: name the folder of \
         one: `shardwright init -C 'a b'`",
    );
    place.refuses(&["init", "-c", "x.ts"], 5, "error: no Playwright configuration `[DIR]/x.ts`");
}

/// What installs, as the workflows of GitHub and GitLab say it.
fn installs(place: &Place, folder: &str) -> (Vec<Value>, Vec<Value>) {
    let read = |name: &str, file: &str| {
        let mut words = vec!["init", "--ci", name];
        words.extend(["-C", folder].into_iter().filter(|_| !folder.is_empty()));
        assert_eq!(place.call(&words).code, 0);
        let text = place.read(file);
        // The other differs in no more than its folders.
        if name == "github" && !folder.is_empty() {
            assert_eq!(checked("github-workflows", &text), Ok(()), "{text}");
        }
        examples::documents(&text).remove(0)
    };
    let github = read("github", ".github/workflows/e2e.yml");
    let steps = github["jobs"]["test"]["steps"].as_array().unwrap();
    let ours = steps.iter().position(|step| step["uses"] == "shardwright/shardwright@v0");
    let gitlab = read("gitlab", ".gitlab-ci.yml");
    let script = gitlab["e2e"]["script"].as_array().unwrap();
    (steps[1..ours.unwrap()].to_vec(), script[..script.len() - 1].to_vec())
}

#[test]
fn every_package_manager_installs_in_its_way() {
    let node = |more: Value| {
        let mut with = serde_json::json!({"node-version": 22});
        with.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let uses = "actions/setup-node@249970729cb0ef3589644e2896645e5dc5ba9c38";
        serde_json::json!({"uses": uses, "with": with})
    };
    let run = |line: &str| serde_json::json!({"run": line});
    let corepack = run("corepack enable");
    let cases = [
        ("package-lock.json", "{}", None, "npm ci", Some("npm")),
        (
            "pnpm-lock.yaml",
            "",
            Some(corepack.clone()),
            "pnpm install --frozen-lockfile",
            Some("pnpm"),
        ),
        (
            "yarn.lock",
            "# v1\n",
            Some(corepack.clone()),
            "yarn install --frozen-lockfile",
            Some("yarn"),
        ),
        ("yarn.lock", "\n__metadata:\n", Some(corepack), "yarn install --immutable", Some("yarn")),
        (
            "bun.lock",
            "{}",
            Some(serde_json::json!({
                "uses": "oven-sh/setup-bun@0c5077e51419868618aeaa5fe8019c62421857d6"
            })),
            "bun install --frozen-lockfile",
            None,
        ),
        ("", "", None, "npm install", None),
    ];
    for (lock, text, before, install, cache) in cases {
        for inner in ["", "web"] {
            let place = project(inner);
            fs::remove_file(place.path("package-lock.json")).unwrap();
            if !lock.is_empty() {
                place.write(&Path::new(inner).join(lock).to_string_lossy(), text);
            }
            let (steps, script) = installs(&place, inner);
            let (mut kept, mut line) = (serde_json::json!({}), run(install));
            if let Some(cache) = cache {
                kept["cache"] = cache.into();
            }
            let mut shell = install.to_owned();
            if !inner.is_empty() {
                line["working-directory"] = inner.into();
                shell = format!("(cd {inner} && {install})");
                if cache.is_some() {
                    kept["cache-dependency-path"] = format!("{inner}/{lock}").into();
                }
            }
            let expected: Vec<Value> =
                before.clone().into_iter().chain([node(kept), line]).collect();
            assert_eq!(steps, expected, "{lock} {inner}");
            assert_eq!(script.last().unwrap(), &shell, "{lock} {inner}");
            let set_up = script.len() - 1;
            assert_eq!(set_up, usize::from(before.is_some()), "{script:?}");
        }
    }
    // What `package.json` names counts before a stray lock file, and without one of its own there is
    // nothing to keep.
    let place = project("");
    place.write("package.json", r#"{"packageManager":"pnpm@9"}"#);
    let (steps, script) = installs(&place, "");
    let set_up = [run("corepack enable"), node(serde_json::json!({})), run("pnpm install")];
    assert_eq!(steps, set_up);
    assert_eq!(script, ["corepack enable", "pnpm install"]);
    // A workspace is installed at its top.
    let (steps, script) = installs(&project("apps/web"), "apps/web");
    assert_eq!(steps[1], run("npm ci"));
    assert_eq!(script, ["npm ci"]);
}

#[test]
fn the_ci_is_the_one_that_the_repository_shows() {
    for (mark, file) in [
        (".github/workflows/lint.yml", ".github/workflows/e2e.yml"),
        (".gitlab-ci.yml", ".gitlab-ci.yml"),
        (".circleci/config.yml", ".circleci/config.yml"),
        (".buildkite/release.yml", ".buildkite/pipeline.yml"),
        ("azure-pipelines.yml", "azure-pipelines.yml"),
        ("bitbucket-pipelines.yml", "bitbucket-pipelines.yml"),
        (".semaphore/other.yml", ".semaphore/semaphore.yml"),
        ("Jenkinsfile", "Jenkinsfile"),
    ] {
        let place = project("");
        place.write(mark, "# theirs\n");
        let said = init(&place, &["--dry-run"]);
        assert_eq!(said.code, 0, "{said:?}");
        let head = said.stdout.lines().filter(|line| line.starts_with("==> ")).nth(1).unwrap();
        assert!(head.starts_with(&format!("==> {file} (")), "{mark}: {head}");
        assert!(!said.stderr.contains("no CI found"), "{}", said.stderr);
    }
    let place = project("");
    let said = init(&place, &["--dry-run"]);
    ended(
        &said,
        0,
        &["no CI found: for a workflow name one with --ci: github, gitlab, circleci, buildkite, \
           azure, bitbucket, semaphore, jenkins"],
    );
    for (url, title) in [
        ("git@github.com:us/shop.git", "; GitHub Actions"),
        ("https://gitlab.com/us/shop", "; GitLab"),
        ("https://example.org/github.com", ", installed by npm"),
    ] {
        place.write(".git/config", format!("[remote \"origin\"]\n\turl = {url}\n"));
        let first = init(&place, &["--dry-run"]).stderr.lines().next().unwrap().to_owned();
        assert!(first.ends_with(title), "{url}: {first}");
    }
    // Files beat the host; the first of several counts, and the others are named.
    place.write("Jenkinsfile", "");
    place.write(".circleci/config.yml", "");
    let said = init(&place, &["--dry-run"]);
    ended(&said, 0, &["Jenkins is used here, too: --ci jenkins"]);
    assert!(said.stderr.contains("; CircleCI\n"), "{}", said.stderr);
    assert!(!said.stdout.contains("# theirs"));
}

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let place = project("");
    let before = place.files();
    let said = init(&place, &["--dry-run", "--ci", "github", "--force"]);
    assert_eq!((said.code, place.files()), (0, before));
    init(&place, &["--ci", "github"]);
    let shown = format!(
        "==> shardwright.toml (new)\n{}\n==> .github/workflows/e2e.yml (new)\n{}\n",
        place.read("shardwright.toml"),
        place.read(".github/workflows/e2e.yml")
    );
    assert_eq!(said.stdout, shown);
}

/// A project in which each file stands already, with other content.
fn crowded() -> Place {
    let place = project("");
    place.write("shardwright.toml", "shards = 7\n");
    place.write(".github/workflows/e2e.yml", "# mine\n");
    place.write(".gitignore", "node_modules/");
    place
}

const OURS: [&str; 3] = ["shardwright.toml", ".github/workflows/e2e.yml", ".gitignore"];

#[test]
fn without_a_terminal_nothing_that_is_there_changes() {
    let place = crowded();
    let before = place.files();
    let said = init(&place, &[]);
    ended(
        &said,
        0,
        &[
            "shardwright.toml stays as it is; --force replaces it",
            ".github/workflows/e2e.yml stays as it is; --force replaces it",
            ".gitignore stays as it is; it lacks the line shardwright-report/",
        ],
    );
    assert_eq!(place.files(), before);
    // With `--yes` there is one more line.
    ended(&init(&place, &["--yes"]), 0, &["added shardwright-report/ to .gitignore"]);
    let mut expected = before;
    expected.insert(".gitignore".into(), b"node_modules/\nshardwright-report/\n".to_vec());
    assert_eq!(place.files(), expected);
}

#[test]
fn force_replaces_and_keeps_who_may_read_a_file() {
    let place = crowded();
    let mode = |file: &str| fs::metadata(place.path(file)).unwrap().permissions().mode() & 0o777;
    fs::set_permissions(place.path(OURS[0]), fs::Permissions::from_mode(0o666)).unwrap();
    let said = init(&place, &["--force"]);
    ended(&said, 0, &["replaced shardwright.toml", "replaced .github/workflows/e2e.yml"]);
    assert_eq!((mode(OURS[0]), mode(".gitignore") & 0o044), (0o666, 0o044));
    let fresh = project("");
    init(&fresh, &["--ci", "github"]);
    for file in &OURS[..2] {
        assert_eq!(place.read(file), fresh.read(file));
    }
}

#[test]
fn the_jobs_of_others_are_never_replaced() {
    for (name, file, like) in CIS.into_iter().filter(|(name, ..)| *name != "github") {
        let place = project("");
        place.write(file, "# theirs\n");
        let said = init(&place, &["--ci", name, "--yes", "--force"]);
        let line = format!("{file} stays as it is; what to put into it:");
        ended(&said, 0, &[&line, "wrote shardwright.toml"]);
        assert_eq!(said.stdout, example(like).text(), "{name}");
        assert_eq!(place.read(file), "# theirs\n");
        place.write(file, "script: shardwright run --shard auto\n");
        let said = init(&place, &["--ci", name]);
        ended(&said, 0, &[&format!("{file} stays as it is: it calls shardwright already")]);
        assert_eq!(said.stdout, "");
    }
}

#[test]
fn a_workflow_that_runs_playwright_already_is_named() {
    let place = project("");
    place.write(".github/workflows/playwright.yml", "run: npx playwright test\n");
    let line =
        ".github/workflows/playwright.yml calls `playwright test`, too: one of the two is enough";
    ended(&init(&place, &[]), 0, &[line]);
}

/// Calls `init` on a terminal where a person gives these answers.
fn on_a_terminal(place: &Place, answers: &[&str]) -> (i32, String) {
    terminal::talk(&place.tool(&["init"]), answers)
}

#[test]
fn on_a_terminal_every_file_is_asked_for() {
    let place = crowded();
    let before = place.files();
    let (code, shown) = on_a_terminal(&place, &["n", "", "maybe"]);
    assert_eq!(code, 0, "{shown}");
    assert_eq!(place.files(), before, "{shown}");
    for question in [
        "shardwright.toml is there already: replace it? [y/N] ",
        ".github/workflows/e2e.yml is there already: replace it? [y/N] ",
        ".gitignore: add the line shardwright-report/? [y/N] ",
    ] {
        assert!(shown.contains(question), "{shown}");
    }
    let (code, shown) = on_a_terminal(&place, &["n", "y", "Yes"]);
    assert_eq!(code, 0, "{shown}");
    let after = place.files();
    let changed = OURS.map(|file| before[Path::new(file)] != after[Path::new(file)]);
    assert_eq!(changed, [false, true, true], "{shown}");
    // Who closes the terminal's input says no.
    let (code, shown) = on_a_terminal(&crowded(), &["\u{4}"; 3]);
    assert_eq!(code, 0, "{shown}");
    // Where nothing stands in the way, nothing is asked.
    let (code, shown) = on_a_terminal(&project(""), &[]);
    assert_eq!((code, shown.contains("[y/N]")), (0, false), "{shown}");
}

#[test]
fn no_link_leads_out_of_the_project() {
    let place = project("");
    let outside = Place::new();
    fs::create_dir(place.path(".github")).unwrap();
    symlink(outside.path(""), place.path(".github/workflows")).unwrap();
    symlink(outside.path("settings"), place.path("shardwright.toml.new")).unwrap();
    fs::rename(place.path("shardwright.toml.new"), place.path("shardwright.toml")).unwrap();
    let said = init(&place, &["--ci", "github", "--yes", "--force"]);
    ended(&said, 0, &["warning: shardwright.toml is a link, and stays as it is"]);
    let warning =
        "warning: .github/workflows/e2e.yml is not written: a link leads out of the project, to `";
    assert!(said.stderr.contains(warning), "{}", said.stderr);
    assert_eq!(outside.files().len(), 1, "only the folder itself");
    // One that stays inside is followed.
    let place = project("");
    fs::create_dir_all(place.path("ci/flows")).unwrap();
    symlink("ci", place.path(".github")).unwrap();
    symlink("flows", place.path("ci/workflows")).unwrap();
    ended(&init(&place, &["--ci", "github"]), 0, &["wrote .github/workflows/e2e.yml"]);
    assert!(place.path("ci/flows/e2e.yml").is_file());
}

#[test]
fn what_cannot_be_written_is_an_error_that_names_it() {
    let place = project("");
    place.write(".github", "a file\n");
    let before = place.files();
    let said = init(&place, &["--ci", "github"]);
    assert_eq!(said.code, 5, "{said:?}");
    let begin = "error: cannot write `.github/workflows/e2e.yml`\n  caused by: ";
    assert!(said.stderr.contains(begin), "{}", said.stderr);
    assert_eq!(place.files(), before, "one file is written and another is not");
    // Not even the folders that a link lacks are made.
    let place = project("");
    symlink("nowhere", place.path(".github")).unwrap();
    let before = place.files();
    let said = init(&place, &["--ci", "github"]);
    assert_eq!((said.code, place.files()), (5, before), "{said:?}");
    let told = format!("{begin}a link above it leads nowhere\n");
    assert!(said.stderr.contains(&told), "{}", said.stderr);
}

/// A project that every user can reach, with folders of these rights, and what `init` says there to
/// one without rights: root has all.
fn as_nobody(folders: &[(&str, u32)], more: &[&str]) -> (tempfile::TempDir, Said) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::copy(env!("CARGO_BIN_EXE_shardwright"), path("shardwright")).unwrap();
    fs::create_dir(path("project")).unwrap();
    fs::write(path("project/playwright.config.ts"), "export default {};").unwrap();
    for (name, mode) in [&[("", 0o755), ("shardwright", 0o755)], folders].concat() {
        if !path(name).exists() {
            fs::create_dir_all(path(name)).unwrap();
        }
        fs::set_permissions(path(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    let is_root = String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap();
    let mut command = if is_root.trim() == "0" {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
        command.arg(path("shardwright"));
        command
    } else {
        Command::new(path("shardwright"))
    };
    command.arg("init").args(more).current_dir(path("project"));
    let said = said(command.output().unwrap());
    (folder, said)
}

#[test]
fn a_folder_that_nobody_may_write_to_stays_as_it_is() {
    let (folder, said) = as_nobody(&[("project", 0o555)], &[]);
    assert_eq!(said.code, 5, "{said:?}");
    assert!(said.stderr.contains("error: cannot write `shardwright.toml`\n"), "{}", said.stderr);
    assert_eq!(fs::read_dir(folder.path().join("project")).unwrap().count(), 1);
}

#[test]
fn where_one_file_cannot_be_written_none_is() {
    let folders = [("project/.github", 0o555), ("project", 0o777)];
    let (folder, said) = as_nobody(&folders, &["--ci", "github"]);
    assert_eq!(said.code, 5, "{said:?}");
    let error = "error: cannot write `.github/workflows/e2e.yml`\n";
    assert!(said.stderr.contains(error) && !said.stderr.contains("wrote "), "{}", said.stderr);
    let left = fs::read_dir(folder.path().join("project")).unwrap();
    assert_eq!(left.count(), 2, "more than the configuration and the folder is there");
}

/// The words of every call of the tool in a workflow, as a shell hands them over.
fn words_of_calls(text: &str) -> Vec<Vec<String>> {
    fn scripts(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(script) if script.contains("shardwright ") => found.push(script.clone()),
            Value::Array(values) => values.iter().for_each(|value| scripts(value, found)),
            Value::Object(fields) => fields.values().for_each(|value| scripts(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let place = Place::new();
    place.write("tools/bin/shardwright", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    let tool = place.path("tools/bin/shardwright");
    fs::set_permissions(tool, fs::Permissions::from_mode(0o755)).unwrap();
    let mut found = Vec::new();
    for document in examples::documents(text) {
        scripts(&document, &mut found);
    }
    let calls = found.iter().filter(|script| !script.starts_with("cargo "));
    let run = |script: &String| {
        let script = format!("PATH=\"$PWD/tools/bin:$PATH\"; {script}");
        let said = said(
            Command::new("sh").args(["-c", &script]).current_dir(place.path("")).output().unwrap(),
        );
        said.stdout.lines().map(str::to_owned).collect()
    };
    calls.map(run).collect()
}

#[test]
fn a_folder_of_any_name_is_that_folder_or_refused() {
    let odd = "it's a \"shop\" #1: ü & (x)";
    for (name, file, like) in CIS.into_iter().filter(|(name, ..)| *name != "jenkins") {
        let place = project(odd);
        ended(&init(&place, &["--ci", name]), 0, &[&format!("wrote {file}")]);
        let text = place.read(file);
        if let Some(schema) = example(like).schema {
            assert_eq!(checked(schema, &text), Ok(()), "{text}");
        }
        let calls = words_of_calls(&text);
        if name == "github" {
            let document = examples::documents(&text).remove(0);
            let steps = document["jobs"]["test"]["steps"].as_array().unwrap();
            let ours = steps.iter().find(|step| step["uses"] == "shardwright/shardwright@v0");
            assert_eq!(ours.unwrap()["with"]["working-directory"], odd);
            continue;
        }
        let named = calls.iter().filter(|words| words.windows(2).any(|pair| pair == ["-C", odd]));
        assert!(named.count() >= 2, "{name}: {calls:?}");
    }
    for bad in
        ["a$(touch x)", "${{ x }}", "a<<b", "a\nb: c", "{a}", "a*", "-x", "a\u{202e}b", "a,b"]
    {
        let place = project(bad);
        let before = place.files();
        let said = init(&place, &["--ci", "gitlab", "--yes"]);
        assert_eq!((said.code, place.files()), (5, before), "{bad}: {said:?}");
        assert!(said.stderr.starts_with("error: no workflow of GitLab can name the folder `"));
        assert!(!said.stderr.contains('\u{202e}') && said.stderr.lines().count() == 2, "{said:?}");
        ended(&init(&place, &["--ci", "none"]), 0, &[]);
    }
    let place = project("a b");
    assert_eq!(init(&place, &["--ci", "jenkins"]).code, 5);
}

#[test]
fn the_settings_are_settings_also_where_a_person_takes_the_signs_away() {
    let place = project("");
    init(&place, &["--ci", "none"]);
    let text = place.read("shardwright.toml");
    let (head, wishes) = text.split_once("# What others set:\n").unwrap();
    let taken: String = wishes
        .lines()
        .map(|line| line.strip_prefix("# ").unwrap())
        .fold(head.to_owned(), |text, line| text + line + "\n");
    assert!(taken.contains("\nretries = 1"), "{taken}");
    let count = taken.lines().filter(|line| line.contains(" = ") && !line.starts_with('#')).count();
    place.write("shardwright.toml", &taken);
    let said = place.call(&["run", "--show-config"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(said.stdout.matches("shardwright.toml, line ").count(), count, "{}", said.stdout);
}

#[test]
fn the_image_is_one_that_there_is() {
    for (name, file) in [("gitlab", ".gitlab-ci.yml"), ("bitbucket", "bitbucket-pipelines.yml")] {
        for (version, tag) in [("^1.44.1", "v1.44.1-jammy"), ("1.45.0", "v1.45.0-noble")] {
            let place = project("");
            let manifest = format!(r#"{{"devDependencies": {{"@playwright/test": "{version}"}}}}"#);
            place.write("package.json", manifest);
            init(&place, &["--ci", name]);
            let image = format!("image: mcr.microsoft.com/playwright:{tag}");
            assert!(place.read(file).contains(&image), "{}", place.read(file));
        }
    }
}

#[test]
fn the_main_branch_is_the_one_that_git_knows() {
    let place = project("");
    place.write(".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/release/2.x\n");
    init(&place, &["--ci", "github"]);
    let text = place.read(".github/workflows/e2e.yml");
    assert!(text.contains("    branches: [release/2.x]\n"), "{text}");
    assert!(text.contains("if: ${{ github.ref == 'refs/heads/release/2.x' }}"), "{text}");
    for (head, branch) in [("master", "master"), ("topic", "main")] {
        let place = project("");
        place.write(".git/HEAD", format!("ref: refs/heads/{head}\n"));
        init(&place, &["--ci", "azure"]);
        assert!(place.read("azure-pipelines.yml").contains(&format!("trigger: [{branch}]\n")));
    }
    // What could be more than a name is none.
    let place = project("");
    place.write(".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/a'b\n");
    init(&place, &["--ci", "github"]);
    assert!(place.read(".github/workflows/e2e.yml").contains("branches: [main]"));
}
