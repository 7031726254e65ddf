//! Values of `--env` go in by every way there is; nothing that the tool prints or writes holds
//! them, whatever goes wrong.

use std::fs;

use crate::support::Said;
use crate::support::place::Place;
use crate::support::script::six;

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
            let said = place.call(&["completions", "bash"]);
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
