//! What would make shards see more than the project and its repository: a run is refused before any
//! container is made, and says what is to blame.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::support::place::Place;

/// Something with Playwright's name and version: no test gets to run here.
const PLAYWRIGHT: &str = "node_modules/@playwright/test";
const VERSION: &str = r#"{"version":"1.65.1"}"#;

/// These files, and a project with its configuration in `home/e2e`.
fn around(files: &[(&str, &str)]) -> Place {
    let place = Place::new();
    place.write("home/e2e/playwright.config.ts", "export default {};\n");
    for (path, text) in files {
        place.write(path, text);
    }
    place
}

fn install(place: &Place, folder: &str) {
    place.write(&format!("{folder}/{PLAYWRIGHT}/package.json"), VERSION);
}

fn link(place: &Place, target: &str, link: &str) {
    let link = place.path(link);
    fs::create_dir_all(link.parent().unwrap()).unwrap();
    symlink(target, link).unwrap();
}

/// A run of the project of a user with this home.
fn run(place: &Place, home: &str) -> Command {
    let mut command = place.tool(&["run", "-C", "home/e2e"]);
    command.env("HOME", place.path(home));
    command
}

#[track_caller]
fn home_is_refused(place: &Place, why: &str, hint: &str) {
    let stderr =
        format!("error: {why}, so that shards would see all of `[DIR]/home`\nhint: {hint}");
    place.refuses_as(&mut run(place, "home"), 5, &stderr);
}

#[test]
fn what_would_show_the_home_folder_is_named_with_what_helps() {
    let stray = [("home/package.json", "{}"), ("home/tsconfig.json", "{}")];
    let place = around(&stray);
    install(&place, "home/e2e");
    home_is_refused(
        &place,
        "`[DIR]/home/tsconfig.json` holds TypeScript settings of the tests",
        "put a `tsconfig.json` into the project folder, or make it a repository of its own: `git \
         init`",
    );
    // What the hint says helps: the home is no longer what is refused.
    for (file, text) in [("home/e2e/tsconfig.json", "{}"), ("home/e2e/.git/HEAD", "")] {
        let place = around(&[stray[0], stray[1], (file, text)]);
        install(&place, "home/e2e");
        let said = place.answer(run(&place, "home").env("PATH", "/nowhere"));
        assert_eq!(said.code, 6, "only the engine is missing: {}", said.stderr);
    }

    let place = around(&[("home/package.json", r#"{"workspaces":["e2e"]}"#)]);
    install(&place, "home/e2e");
    place.write("home/node_modules/a/package.json", "{}");
    home_is_refused(
        &place,
        "`[DIR]/home/package.json` makes its folder the root of a monorepo",
        "remove that file where the project is not part of it, or make the project a repository of \
         its own: `git init`",
    );

    let place = around(&[("home/e2e/package.json", "{}")]);
    install(&place, "home");
    home_is_refused(
        &place,
        "Playwright is installed in `[DIR]/home/node_modules`",
        "install Playwright in the project folder: `npm install -D @playwright/test`",
    );

    let place = around(&[("home/package.json", "{}")]);
    install(&place, "home/store");
    link(
        &place,
        "../../../store/node_modules/@playwright/test",
        "home/e2e/node_modules/@playwright/test",
    );
    home_is_refused(
        &place,
        "`[DIR]/home/e2e/node_modules/@playwright/test` leads to \
         `[DIR]/home/store/node_modules/@playwright/test`",
        "install Playwright in the project folder: `npm install -D @playwright/test`; with pnpm, set \
         `enableGlobalVirtualStore: false`",
    );

    let place = around(&[("home/package.json", "{}"), ("home/libs/one/package.json", "{}")]);
    install(&place, "home/e2e");
    link(&place, "../../libs/one", "home/e2e/node_modules/one");
    home_is_refused(
        &place,
        "`[DIR]/home/e2e/node_modules/one` leads to `[DIR]/home/libs/one`",
        "install the package in the place of the link, or keep both in a repository that holds \
         nothing else",
    );

    let paths = r#"{"compilerOptions":{"paths":{"@lib/*":["../libs/*"]}}}"#;
    let place = around(&[("home/e2e/tsconfig.json", paths), ("home/libs/one.ts", "")]);
    install(&place, "home/e2e");
    home_is_refused(
        &place,
        "an alias in `[DIR]/home/e2e/tsconfig.json` leads to `[DIR]/home/libs`",
        "let the aliases lead to nothing but the project's own sources, or make the project a \
         repository of its own: `git init`",
    );
}

/// A repository beside another one, which it is linked to: the two hold no home folder.
fn beside() -> Place {
    let place = around(&[
        ("home/e2e/.git/HEAD", ""),
        ("home/e2e/package.json", "{}"),
        ("home/acme/.env", "SECRET=1\n"),
        ("user/.profile", ""),
    ]);
    install(&place, "home/acme");
    place
}

#[track_caller]
fn ground_is_refused(place: &Place, why: &str, hint: &str) {
    let stderr = format!(
        "error: {why}, so that shards would see all of `[DIR]/home`, and not only of \
         `[DIR]/home/e2e`\nhint: {hint}"
    );
    place.refuses_as(&mut run(place, "user"), 5, &stderr);
    place.refuses_as(run(place, "user").env_remove("HOME"), 5, &stderr);
}

#[test]
fn no_link_shows_what_lies_beside_the_repository() {
    let hint = "install Playwright in the project folder: `npm install -D @playwright/test`; with \
                pnpm, set `enableGlobalVirtualStore: false`";
    let real = "`[DIR]/home/acme/node_modules/@playwright/test`";
    let package = "home/e2e/node_modules/@playwright/test";
    for (target, path) in [
        ("../../../acme/node_modules/@playwright/test", package),
        ("../../acme/node_modules/@playwright", "home/e2e/node_modules/@playwright"),
        ("../acme/node_modules", "home/e2e/node_modules"),
    ] {
        let place = beside();
        link(&place, target, path);
        ground_is_refused(&place, &format!("`[DIR]/{package}` leads to {real}"), hint);
        // `plan` and `discover` would ask Playwright in a container, too; a process sees all anyway.
        for command in ["plan", "discover"] {
            let mut command = place.tool(&[command, "-C", "home/e2e"]);
            let said = place.answer(command.env("HOME", place.path("user")));
            assert!(said.code == 5 && said.stderr.contains(hint), "{said:?}");
        }
        let said = place.answer(run(&place, "user").args(["--isolation", "process"]));
        assert!(!said.stderr.contains("shards would see"), "{said:?}");
    }

    let place = beside();
    install(&place, "home/e2e");
    fs::remove_file(place.path("home/e2e/playwright.config.ts")).unwrap();
    place.write("home/acme/playwright.config.ts", "export default {};\n");
    link(&place, "../acme/playwright.config.ts", "home/e2e/playwright.config.ts");
    ground_is_refused(
        &place,
        "`[DIR]/home/e2e/playwright.config.ts` leads to `[DIR]/home/acme/playwright.config.ts`",
        "put the configuration itself in the place of the link, or name it with -c FILE",
    );
}
