//! The committed completion scripts are those of the flags as they are now.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::place::Place;
use crate::support::{repository, shardwright, terminal};

/// Every committed script and its shell.
const SCRIPTS: [(&str, &str); 4] = [
    ("bash", "shardwright.bash"),
    ("zsh", "_shardwright"),
    ("fish", "shardwright.fish"),
    ("powershell", "_shardwright.ps1"),
];

#[test]
fn the_committed_scripts_are_up_to_date() {
    for (shell, file) in SCRIPTS {
        let said = shardwright(&repository(), &["completions", shell]);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{shell}");
        let committed = fs::read_to_string(repository().join("completions").join(file)).unwrap();
        assert!(said.stdout == committed, "completions/{file} is old: run `make completions`");
    }
    let kept = fs::read_dir(repository().join("completions")).unwrap().count();
    assert_eq!(kept, SCRIPTS.len(), "scripts in completions/ that no test compares");
}

/// A project with names that a shell may trip over.
fn project() -> Place {
    let place = Place::new();
    place.write(
        "playwright.config.ts",
        "export default { testDir: 'tests', projects: [{ name: 'chromium' }, { name: 'Mobile Chrome' }] };\n",
    );
    place.write(
        "tests/a.spec.ts",
        "import { test } from '@playwright/test';\n\
         test('one', { tag: ['@slow', '@smoke'] }, () => {});\n",
    );
    place.write("shardwright.toml", "[profile.ci]\nshards = 4\n[profile.nightly]\nshards = 8\n");
    place
}

/// A shell that finds the tool, in the project's folder.
fn shell(place: &Place, program: &str, arguments: &[&str]) -> String {
    let tool = Path::new(env!("CARGO_BIN_EXE_shardwright")).parent().unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", tool.display());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(place.path("")).env_clear();
    command.env("PATH", path).env("HOME", place.path("")).env("LANG", "C.UTF-8");
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}: run fixtures/machine/setup test"));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{program} {arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What bash offers at the end of a line, the words taken apart as bash itself does it.
fn bash(place: &Place, line: &str) -> Vec<String> {
    const ASK: &str = r#"
        source <(shardwright completions bash)
        COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=() COMPREPLY=()
        breaks=$'[@=:]' rest=$1
        while [[ -n $rest ]]; do
            if [[ $rest == [[:space:]]* ]]; then rest=${rest:1}
            elif [[ $rest =~ ^[@=:]+ || $rest =~ ^[^@=:[:space:]]+ ]]; then
                COMP_WORDS+=("${BASH_REMATCH[0]}"); rest=${rest#"${BASH_REMATCH[0]}"}
            fi
        done
        [[ $1 == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        current=${COMP_WORDS[COMP_CWORD]}
        [[ $current =~ ^[@=:]+$ ]] && current=
        _shardwright shardwright "$current" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    lines(&shell(place, "bash", &["--norc", "-c", ASK, "bash", line]))
}

/// What zsh is given to describe; only what it does with that is not its own here.
fn zsh(place: &Place, line: &str) -> Vec<String> {
    const ASK: &str = r#"
        compdef() { :; }
        _describe() { print -rl -- "${(@P)3}"; }
        source <(shardwright completions zsh)
        words=("${(@s: :)1}") CURRENT=${#words}
        _clap_dynamic_completer_shardwright
    "#;
    lines(&shell(place, "zsh", &["-f", "-c", ASK, "zsh", line]))
}

fn fish(place: &Place, line: &str) -> Vec<String> {
    const ASK: &str = "shardwright completions fish | source; complete -C $argv[1]";
    lines(&shell(place, "fish", &["--no-config", "-c", ASK, line]))
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_flags_and_what_the_project_has() {
    let place = project();
    assert_eq!(bash(&place, "shardwright dis"), ["discover"]);
    assert_eq!(bash(&place, "shardwright run --shard"), ["--shards", "--shard", "--shard-timeout"]);
    assert_eq!(bash(&place, "shardwright plan --strategy l"), ["lpt"]);
    assert_eq!(bash(&place, "shardwright run --project "), ["'Mobile Chrome'", "chromium"]);
    assert_eq!(bash(&place, "shardwright run --project=chr"), ["chromium"]);
    assert_eq!(bash(&place, "shardwright run --tag @sl"), ["slow"]);
    assert_eq!(bash(&place, "shardwright run --tag "), ["@slow", "@smoke"]);
    assert_eq!(bash(&place, "shardwright plan --profile n"), ["nightly"]);
    assert_eq!(bash(&place, "shardwright run tests/"), ["tests/a.spec.ts"]);
    assert_eq!(bash(&place, "shardwright help s"), ["schema", "strategies"]);
}

#[test]
fn zsh_completes_what_the_project_has() {
    let place = project();
    assert_eq!(zsh(&place, "shardwright dis"), ["discover:Show what there is to run"]);
    assert_eq!(zsh(&place, "shardwright run --project "), ["Mobile Chrome", "chromium"]);
    assert_eq!(zsh(&place, "shardwright run --tag @sl"), ["@slow"]);
    let rules = zsh(&place, "shardwright plan --strategy l");
    assert!(rules[0].starts_with("lpt:longest groups first"), "{rules:?}");
}

#[test]
fn fish_completes_what_the_project_has() {
    let place = project();
    assert_eq!(fish(&place, "shardwright dis"), ["discover\tShow what there is to run"]);
    assert_eq!(fish(&place, "shardwright run --project "), ["Mobile Chrome", "chromium"]);
    assert_eq!(fish(&place, "shardwright run --tag @sl"), ["@slow"]);
    assert_eq!(fish(&place, "shardwright plan --profile "), ["ci", "nightly"]);
}

/// There is no PowerShell to be had for the tests: what its script asks, and is told.
#[test]
fn powershell_is_told_values_in_its_own_quotes() {
    let place = project();
    let ask = |words: &[&str]| {
        let mut command = place.tool(&["--", "shardwright"]);
        let said = place.answer(command.args(words).env("SHARDWRIGHT_COMPLETE", "powershell"));
        assert_eq!((said.code, said.stderr.as_str()), (0, ""));
        lines(&said.stdout)
    };
    assert_eq!(ask(&["run", "--project", ""]), ["'Mobile Chrome'", "chromium"]);
    assert_eq!(ask(&["run", "--tag", "@sl"]), ["'@slow'"]);
}

#[test]
fn the_folder_that_is_named_counts() {
    let place = project();
    let folder = place.path("").display().to_string();
    let empty = Place::new();
    let line = format!("shardwright -C {folder} run --tag @sm");
    assert_eq!(bash(&empty, &line), ["smoke"]);
    assert_eq!(bash(&empty, "shardwright run --project "), [""]);
}

#[test]
fn names_that_would_trouble_a_shell_are_no_commands() {
    let place = project();
    place.write(
        "playwright.config.ts",
        "export default { testDir: 'tests', projects: [{ name: '$(touch hit)' }, { name: 'a\\nb' }] };\n",
    );
    assert_eq!(bash(&place, "shardwright run --project "), ["'$(touch hit)'"]);
    assert_eq!(fish(&place, "shardwright run --project "), ["$(touch hit)"]);
    // Names of files are no better.
    for name in ["pay$(touch hit).spec.ts", "it's odd.spec.ts", "e\u{1b}[2J.spec.ts"] {
        place.write(&format!("files/{name}"), "");
    }
    for line in ["run files/", "run -c files/", "run --output=files/"] {
        let typed = format!("shardwright {line}");
        let escaped = [r"files/it\'s\ odd.spec.ts", r"files/pay\$\(touch\ hit\).spec.ts"];
        assert_eq!(bash(&place, &typed), escaped, "{line}");
    }
    let folder = place.path("files").display().to_string();
    let offered = bash(&place, &format!("shardwright -C {folder} run "));
    assert!(offered.contains(&"'pay$(touch hit).spec.ts'".to_owned()), "{offered:?}");
    assert!(!place.path("hit").exists());
}

/// The keys as a person types them: the name is completed, and the line then run.
#[test]
fn what_bash_completes_is_run_as_the_name_that_it_is() {
    let place = Place::new();
    place.write("pay$(touch hit).spec.ts", "");
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-i"]).current_dir(place.path("")).env("PS1", "[y/N] ");
    let tool = Path::new(env!("CARGO_BIN_EXE_shardwright")).parent().unwrap();
    bash.env("PATH", format!("{}:/usr/bin:/bin", tool.display())).env("HOME", place.path(""));
    for typed in ["pay\t", "\"pay\t", "'pay\t", "./pay\t"] {
        let line = format!("shardwright merge {typed}");
        let keys = ["source <(shardwright completions bash)", &line, "exit"];
        let (_, shown) = terminal::talk(&bash, &keys);
        assert!(shown.contains("pay$(touch hit).spec.ts`"), "{shown}");
        assert!(!place.path("hit").exists(), "{shown}");
    }
}

#[test]
fn a_broken_project_is_offered_nothing_and_told_nothing() {
    let place = project();
    place.write("playwright.config.ts", "export default {{{\n");
    place.write("shardwright.toml", "[[[\n");
    assert_eq!(fish(&place, "shardwright run --project "), Vec::<String>::new());
    assert_eq!(fish(&place, "shardwright run --profile "), Vec::<String>::new());
    assert_eq!(fish(&place, "shardwright plan --strategy lp")[0].split('\t').next(), Some("lpt"));
}

#[test]
fn a_broken_settings_file_keeps_no_shell_from_its_completions() {
    let place = Place::new();
    place.write("shardwright.toml", "[[[\n");
    for arguments in [&["completions", "zsh"][..], &["man", "run"], &["help", "ci"], &["schema"]] {
        let said = place.call(arguments);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{arguments:?}");
    }
    assert_eq!(place.call(&["plan", "--discover", "scan"]).code, 5);
}
