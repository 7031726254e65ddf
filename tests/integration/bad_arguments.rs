//! Arguments and settings that make no sense, and which of them wins where there are several.

use crate::support::place::{Place, plain};
use crate::support::script::six;
use crate::support::{repository, shardwright};

const MORE: &str = "\n\nFor more information, try '--help'.";

#[test]
fn numbers_of_shards_that_cannot_be_are_usage_errors() {
    let place = Place::scripted(&six());
    let parts = "error: invalid value '[V]' for '--shard <I/N|auto>': ";
    let shards = "error: invalid value '[V]' for '--shards <N>': ";
    for (flag, value, head, said) in [
        ("--shards", "0", shards, "at least 1 shard is needed"),
        ("--shards", "many", shards, "a whole number is expected"),
        ("--shards", "4000000000", shards, "at most 10000 shards are possible"),
        ("--shards", "40000000000", shards, "a whole number is expected"),
        ("--shard", "5/4", parts, "shards count from 1 to 4, there is no shard 5"),
        ("--shard", "0/4", parts, "shards count from 1 to 4, there is no shard 0"),
        ("--shard", "x", parts, "two numbers such as 2/4, or `auto` are expected"),
        ("--shard", "1/4000000000", parts, "at most 10000 shards are possible"),
    ] {
        let stderr = format!("{}{said}{MORE}", head.replace("[V]", value));
        place.refuses(&["run", "--fake", "suite.json", flag, value], 2, &stderr);
    }
}

#[test]
fn a_whole_and_a_part_are_not_run_at_once() {
    let place = Place::scripted(&six());
    let said = place.play(&["run", "--shards", "2", "--shard", "1/2"]);
    let head = "error: the argument '--shards <N>' cannot be used with '--shard <I/N|auto>'\n";
    assert!(said.code == 2 && said.stderr.starts_with(head), "{said:?}");
    assert_eq!(said.stdout, "");
}

#[test]
fn an_unknown_strategy_is_answered_with_the_list() {
    let place = Place::scripted(&six());
    place.refuses(
        &["plan", "--strategy", "best"],
        2,
        &format!(
            "error: invalid value 'best' for '--strategy <NAME>'\n  [possible values: balanced, \
             lpt, round-robin, file, tag, fail-first, exec:PATH]{MORE}"
        ),
    );
}

#[test]
fn counts_of_nothing_are_usage_errors() {
    let place = Place::scripted(&six());
    for (flag, name, said) in [
        ("--jobs", "K|auto|all", "a whole number of at least 1, `auto` or `all` is expected"),
        ("--machine-limit", "K", "a whole number of at least 1 is expected"),
        ("--workers", "W", "at least 1 worker is needed"),
    ] {
        let stderr = format!("error: invalid value '0' for '{flag} <{name}>': {said}{MORE}");
        place.refuses(&["run", flag, "0"], 2, &stderr);
    }
}

#[test]
fn limits_that_nothing_could_meet_are_usage_errors() {
    let place = Place::scripted(&six());
    for (value, said) in [
        ("0s", "a time of more than zero is expected"),
        ("soon", "a time such as 30s or 20m is expected"),
    ] {
        let stderr = format!("error: invalid value '{value}' for '--shard-timeout <TIME>': {said}");
        place.refuses(&["run", "--shard-timeout", value], 2, &(stderr + MORE));
    }
    for (flag, name, value, said) in [
        ("--backoff", "TIME..TIME", "1s", "two times such as 1s..30s are expected"),
        (
            "--backoff",
            "TIME..TIME",
            "2s..1s",
            "the first time is the shortest wait, it cannot be the longer",
        ),
        (
            "--pressure",
            "LOW,HIGH,CRITICAL",
            "95,70,85",
            "three parts from 1% to 100% are expected, the least first",
        ),
        ("--max-failures", "N", "0", "a whole number of at least 1 is expected"),
        ("--backoff-factor", "F", "0.5", "a number of at least 1 is expected"),
        ("--backoff-jitter", "PART", "2", "a number from 0 to 1 is expected"),
    ] {
        let stderr = format!("error: invalid value '{value}' for '{flag} <{name}>': {said}");
        place.refuses(&["run", flag, value], 2, &(stderr + MORE));
    }
}

#[test]
fn a_settings_file_is_named_with_what_is_wrong_in_it() {
    let place = Place::scripted(&six());
    let known = "artifacts, backoff, backoff-factor, backoff-jitter, branch, ci-skip, color, config, cpus, discover, disk, engine, \
                 env, events, fail-on-flaky, fault-retries, format, grep, grep-invert, heartbeat, image, \
                 in-order, isolation, jobs, lease, log-format, log-level, machine-limit, max-failures, memory, network, output, per-project, per-tag, pids-limit, pin, plan, plan-file, pressure, previous, \
                 priority, profile, progress, project, quarantine, queue, queue-patience, queue-priority, queued-capacity, quiet, remote, rerun, retries, retry-budget, run-id, running-capacity, schedule, shard, shard-timeout, shards, spread, stall-timeout, strategy, strict, subject, tag, target, threshold, timeout, timings, tmp-size, update-timings, \
                 verbose, workers, writable";
    let refused = "error: `./shardwright.toml`, line 1, holds a value that cannot be used";
    for (text, stderr) in [
        (
            "nonsense = 3",
            format!(
                "error: `./shardwright.toml`, line 1, column 1: `nonsense` is no setting; known \
                 are: {known}"
            ),
        ),
        (
            "shards = 1979-05-27",
            "error: `./shardwright.toml`, line 1, column 10: `shards` is a date; a text, a number, \
             true or false, or a list of these is expected"
                .to_owned(),
        ),
        (
            "shards = 0",
            format!(
                "{refused}\n  caused by: invalid value '0' for '--shards <N>': at least 1 shard \
                 is needed"
            ),
        ),
        (
            "strategy = 'best'",
            format!(
                "{refused}\n  caused by: invalid value 'best' for '--strategy <NAME>'\n  │   \
                 [possible values: balanced, lpt, round-robin, file, tag, fail-first, exec:PATH]"
            ),
        ),
        (
            "shards = [",
            "error: cannot use the settings file `./shardwright.toml`\n  caused by: TOML parse \
             error at line 1, column 11\n  │   |\n  │ 1 | shards = [\n  │   |           ^\n  │ \
             unclosed array, expected `]`"
                .to_owned(),
        ),
    ] {
        place.write("shardwright.toml", text);
        place.refuses(&["plan", "--fake", "suite.json"], 5, &stderr);
    }
    place.refuses(
        &["plan", "--settings", "mine.toml"],
        5,
        "error: cannot read the settings file `./mine.toml`\n  caused by: No such file or \
         directory (os error 2)",
    );
}

#[test]
fn a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default() {
    let place = Place::scripted(&six());
    let shards = |place: &Place, variable: Option<&str>, flag: Option<&str>| {
        let mut command = place.tool(&["plan", "--format", "json", "--fake", "suite.json"]);
        command.args(flag.map(|flag| ["--shards", flag]).into_iter().flatten());
        command.envs(variable.map(|value| ("SHARDWRIGHT_SHARDS", value)));
        let said = place.answer(&mut command);
        assert_eq!(said.code, 0, "{said:?}");
        let plan: serde_json::Value = serde_json::from_str(&said.stdout).expect("a plan");
        plan["shards"].as_array().expect("shards").len()
    };
    assert_eq!(shards(&place, None, None), 1);
    place.write("shardwright.toml", "shards = 2");
    assert_eq!(shards(&place, None, None), 2);
    assert_eq!(shards(&place, Some("3"), None), 3);
    assert_eq!(shards(&place, Some("3"), Some("4")), 4);
    // A variable that is set to nothing says nothing.
    assert_eq!(shards(&place, Some(""), None), 2);
    // A value that is not used does no harm.
    place.write("shardwright.toml", "shards = 0");
    assert_eq!(shards(&place, None, Some("4")), 4);
}

#[test]
fn every_shell_has_its_completions() {
    for (shell, sign) in [
        ("bash", "complete -o nospace -o bashdefault -F _shardwright shardwright"),
        ("zsh", "#compdef shardwright"),
        ("fish", "--command shardwright"),
        ("powershell", "Register-ArgumentCompleter -Native -CommandName shardwright"),
        ("elvish", "edit:completion:arg-completer[shardwright]"),
    ] {
        let said = shardwright(&repository(), &["completions", shell]);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{shell}");
        assert!(said.stdout.contains(sign), "{shell}");
        assert!(said.stdout.contains("SHARDWRIGHT_COMPLETE"), "{shell} asks the tool");
    }
    let stderr = "error: invalid value 'nu' for '<SHELL>'\n  [possible values: bash, elvish, fish, \
                  powershell, zsh]";
    Place::new().refuses(&["completions", "nu"], 2, &format!("{stderr}{MORE}"));
}

#[test]
fn more_shards_than_groups_are_fine_and_say_so() {
    let place = Place::scripted(&six());
    let said = place.play(&["plan", "--shards", "5", "-q"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let end = "2 shards with nothing to run: there are fewer groups than shards\n";
    assert!(said.stdout.ends_with(end), "{}", said.stdout);
    let said = place.play(&["run", "--shards", "5", "-q"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    assert_eq!(
        plain(&said.stderr),
        "shard tests predicted took start result\n1 3 – [TIME] [TIME] 3 \
         passed\n2 2 – [TIME] [TIME] 2 passed\n3 1 – [TIME] [TIME] 1 passed\n4 0 – – – nothing to run\n5 0 – – – nothing to \
         run\n6 passed in [TIME]\n"
    );
    let said = place.play(&["run", "--shard", "5/5", "-q"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    assert_eq!(
        plain(&said.stderr),
        "shard tests predicted took start result\n5 \
         0 – – – nothing to run\nno tests in [TIME]\n"
    );
}
