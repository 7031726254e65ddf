//! Folders with files and configurations -> suites.

use std::fs;
use std::path::Path;

use crate::model::suite::{GroupKind, Servers};
use crate::runner::playwright::scan::files::{Gitignore, collect, relative};
use crate::runner::playwright::scan::pattern::to_regex;
use crate::runner::playwright::scan::regex::{literal, matches};
use crate::runner::playwright::scan::{Options, Scan, ScanError, file_arguments, scan};

const SPEC: &str = "import { test } from '@playwright/test';\n";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let spec =
            path.to_string_lossy().contains(".spec.") || path.to_string_lossy().contains("setup.");
        fs::write(&path, if spec { format!("{SPEC}{text}") } else { (*text).to_owned() }).unwrap();
    }
    folder
}

fn options(root: &Path) -> Options {
    let config = root.join("playwright.config.ts").is_file();
    Options {
        root: root.into(),
        config: config.then(|| "playwright.config.ts".into()),
        ..Options::default()
    }
}

/// `[project] file > titles` of all that is dealt.
fn names(scan: &Scan) -> Vec<String> {
    let tests = scan.suite.groups.iter().flat_map(|group| &group.tests);
    tests
        .map(|test| {
            format!("[{}] {} > {}", test.key.project, test.key.file, test.key.titles.join(" > "))
        })
        .collect()
}

#[test]
fn files_are_found_as_playwright_finds_them() {
    let folder = folder(&[
        ("b.spec.ts", ""),
        ("a/x.test.tsx", ""),
        ("a_b.spec.ts", ""),
        ("a-b.spec.ts", ""),
        ("Zed.spec.mjs", ""),
        ("node_modules/m/y.spec.ts", ""),
        ("out/z.spec.ts", ""),
        (".gitignore", "out\n"),
        ("readme.md", ""),
    ]);
    let found = |gitignore| -> Vec<String> {
        collect(folder.path(), gitignore).iter().map(|file| relative(folder.path(), file)).collect()
    };
    assert_eq!(
        found(Gitignore::Obeyed),
        ["a/x.test.tsx", "a_b.spec.ts", "a-b.spec.ts", "b.spec.ts", "Zed.spec.mjs"]
    );
    assert!(found(Gitignore::Ignored).contains(&"out/z.spec.ts".to_owned()));
}

#[test]
fn globs_of_the_configuration_match_as_minimatch_does() {
    for (glob, path, expected) in [
        ("**/*.@(spec|test).?(c|m)[jt]s?(x)", "/p/a.spec.ts", true),
        ("**/*.@(spec|test).?(c|m)[jt]s?(x)", "/p/a.test.mjsx", true),
        ("**/*.@(spec|test).?(c|m)[jt]s?(x)", "/p/a.specs.ts", false),
        ("*.e2e.ts", "/p/deep/A.E2E.ts", true),
        ("e2e/**", "/p/e2e/a/b.ts", true),
        ("e2e/*", "/p/e2e/a/b.ts", false),
        ("{a,b}/*.ts", "/p/b/x.ts", true),
        ("!(skip*).ts", "/p/skipped.ts", false),
        ("!(skip*).ts", "/p/kept.ts", true),
        ("+(ab).ts", "/p/abab.ts", true),
        ("[!a].ts", "/p/b.ts", true),
        ("a?c.ts", "/p/a/c.ts", false),
        ("a(1).ts", "/p/a(1).ts", true),
    ] {
        let regex = literal("testMatch", &to_regex(glob), "i").unwrap();
        assert_eq!(matches(&regex, path), expected, "{glob} on {path}");
    }
}

#[test]
fn groups_are_formed_as_playwright_forms_them() {
    let folder = folder(&[
        (
            "a.spec.ts",
            "test.describe.configure({ mode: 'parallel' }); test('p', () => {}); test.describe.serial('s', () => { test('1', () => {}); test.describe('d', () => { test('2', () => {}) }) }); test.describe('h', () => { test.beforeAll(() => {}); test('3', () => {}); test('4', () => {}) }); test('q', () => {})",
        ),
        ("b.spec.ts", "test('5', () => {}); test('6', () => {})"),
        ("c.spec.ts", "if (x) test('7', () => {}); test('8', () => {})"),
    ]);
    let suite = scan(&options(folder.path())).unwrap().suite;
    let seen: Vec<_> = suite.groups.iter().map(|group| (group.kind, group.tests.len())).collect();
    assert_eq!(
        seen,
        [
            (GroupKind::Single, 1),
            (GroupKind::Sequence, 2),
            (GroupKind::Single, 1),
            (GroupKind::Hooked, 2),
            (GroupKind::File, 2),
            (GroupKind::Opaque, 1),
        ]
    );
    assert_eq!(suite.settings.servers, Servers::Unknown);
}

fn with_projects() -> tempfile::TempDir {
    folder(&[
        (
            "playwright.config.ts",
            "import { defineConfig, devices } from '@playwright/test';\nexport default defineConfig({ testDir: './e2e', webServer: { command: 'npm start', url: base }, projects: [{ name: 'setup', testMatch: /.*\\.setup\\.ts/ }, { name: 'desktop', use: { ...devices['X'] }, dependencies: ['setup'], grepInvert: /@touch/ }, { name: 'Phone', testMatch: '**/m.spec.ts', fullyParallel: true }] })",
        ),
        ("e2e/in.setup.ts", "test('log in', () => {})"),
        ("e2e/m.spec.ts", "test('a @touch', () => {});\ntest('b', { tag: '@fast' }, () => {})"),
        (
            "e2e/deep/n.spec.ts",
            "test.describe('o', () => {\n  test('c', () => {});\n  test('d', () => {});\n})",
        ),
    ])
}

#[test]
fn literal_projects_take_their_files() {
    let folder = with_projects();
    let got = scan(&options(folder.path())).unwrap();
    assert_eq!(
        names(&got),
        [
            "[desktop] deep/n.spec.ts > o > c",
            "[desktop] deep/n.spec.ts > o > d",
            "[desktop] m.spec.ts > b",
            "[Phone] m.spec.ts > a @touch",
            "[Phone] m.spec.ts > b",
        ]
    );
    assert_eq!(got.suite.shared.len(), 1);
    assert_eq!(got.suite.settings.servers, Servers::Configured("webServer npm start".into()));
    assert!(got.notes.is_empty(), "{:?}", got.notes);
}

#[test]
fn selection_means_what_it_means_in_playwright() {
    let folder = with_projects();
    let select = |change: &dyn Fn(&mut Options)| {
        let mut options = options(folder.path());
        change(&mut options);
        names(&scan(&options).unwrap())
    };
    let b = ["[desktop] m.spec.ts > b", "[Phone] m.spec.ts > b"];
    assert_eq!(select(&|o| o.grep = Some("B @FAST$".into())), b);
    assert_eq!(select(&|o| o.grep = Some("/B @fast/".into())), [""; 0]);
    assert_eq!(select(&|o| o.grep = Some("^phone m\\.spec\\.ts b".into())), [b[1]]);
    assert_eq!(select(&|o| o.grep_invert = Some("[cd]$|touch".into())), b);
    assert_eq!(select(&|o| o.tags = vec!["@fast".into(), "@none".into()]), b);
    assert_eq!(select(&|o| o.projects = vec!["pho*".into()]).len(), 2);
    assert_eq!(select(&|o| o.globs = vec!["e2e/deep".into()]).len(), 2);
    assert_eq!(
        select(&|o| o.globs = vec!["e2e/**/n.*.ts:4".into()]),
        ["[desktop] deep/n.spec.ts > o > d"]
    );
    assert_eq!(select(&|o| o.globs = vec!["e2e/deep/n.spec.ts:2".into()]).len(), 2);
    assert_eq!(select(&|o| o.projects = vec!["setup".into()]), ["[setup] in.setup.ts > log in"]);
}

#[test]
fn what_cannot_be_selected_is_named() {
    let folder = with_projects();
    let fails = |change: &dyn Fn(&mut Options)| {
        let mut options = options(folder.path());
        change(&mut options);
        scan(&options).unwrap_err().to_string()
    };
    assert!(
        fails(&|o| o.grep = Some("(".into()))
            .starts_with("`(` in `--grep` is not a regular expression: ")
    );
    assert_eq!(
        fails(&|o| o.projects = vec!["x".into()]),
        "no project `x` in the configuration; there are `setup`, `desktop`, `Phone`"
    );
    assert_eq!(
        fails(&|o| o.globs = vec!["e2e/none.spec.ts".into()]),
        "`e2e/none.spec.ts` matches no file"
    );
    assert_eq!(fails(&|o| o.globs = vec!["a**".into()]), "`a**` is not a glob");
}

#[test]
fn the_syntax_errors_of_all_files_are_told() {
    let folder = folder(&[
        ("a.spec.ts", "test("),
        ("b.spec.ts", "test('ok', () => {})"),
        ("c.spec.ts", "}"),
    ]);
    let error = scan(&options(folder.path())).unwrap_err();
    let ScanError::Syntax(errors) = error else { panic!("{error}") };
    assert_eq!(
        errors.iter().map(|error| error.file.as_str()).collect::<Vec<_>>(),
        ["a.spec.ts", "c.spec.ts"]
    );
}

#[test]
fn what_is_no_literal_is_noted() {
    let folder = folder(&[
        (
            "playwright.config.ts",
            "const shared = load(); export default { ...shared, projects: names.map(name => ({ name })) }",
        ),
        ("a.spec.ts", "test('a', () => {})"),
    ]);
    let got = scan(&options(folder.path())).unwrap();
    assert_eq!(names(&got), ["[] a.spec.ts > a"]);
    assert!(
        got.notes.iter().any(|note| note.starts_with("`projects` is no literal")),
        "{:?}",
        got.notes
    );
    assert!(
        got.notes.iter().any(|note| note.starts_with("`testDir` is no literal")),
        "{:?}",
        got.notes
    );
    assert_eq!(got.suite.settings.servers, Servers::Unknown);
}

#[test]
fn arguments_for_playwright_are_anchored_and_escaped() {
    let folder = folder(&[("t/a+(1).spec.ts", ""), ("t/deep/b.spec.ts", "")]);
    let arguments = |globs: &[&str]| {
        let globs: Vec<String> = globs.iter().map(ToString::to_string).collect();
        file_arguments(&globs, folder.path()).map_err(|error| error.to_string())
    };
    assert_eq!(
        arguments(&["t/a+(1).spec.ts", "./t/deep", "t/deep/b.spec.ts:7:3", "**/b.*.ts"]),
        Ok(vec![
            r"/\/t\/a\+\(1\)\.spec\.ts$/".to_owned(),
            r"/\/t\/deep\//".to_owned(),
            r"/\/t\/deep\/b\.spec\.ts$/:7:3".to_owned(),
            r"/\/(?:.*\/)?b\.[^\/]*\.ts$/".to_owned(),
        ])
    );
    assert_eq!(arguments(&["t/*.js"]), Err("`t/*.js` matches no file".to_owned()));
}
