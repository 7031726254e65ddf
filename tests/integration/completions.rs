//! The committed completion scripts are those of the flags as they are now.

use std::fs;
use std::process::Command;

use crate::support::{repository, shardwright};

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

#[test]
fn bash_completes_commands_and_flags() {
    let script = repository().join("completions/shardwright.bash");
    let ask = r#"
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        _shardwright shardwright "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let complete = |words: &[&str]| {
        let mut bash = Command::new("bash");
        bash.args(["--norc", "-c", ask, "bash"]).arg(&script).args(words);
        let output = bash.output().expect("bash starts");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(complete(&["shardwright", "dis"]), "discover\n");
    assert_eq!(
        complete(&["shardwright", "run", "--shard"]),
        "--shards\n--shard\n--shard-timeout\n"
    );
    assert!(complete(&["shardwright", "plan", "--strategy", "l"]).contains("lpt\n"));
}
