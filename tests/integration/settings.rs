//! `shardwright.toml`: profiles, settings of some tests, what is wrong in it, and `--show-config`,
//! which says who says what.

use serde_json::{Value, json};

use crate::support::Said;
use crate::support::place::Place;
use crate::support::script::{six, suite};

/// The error of a file with this text.
#[track_caller]
fn refused(text: &str, stderr: &str) {
    let place = Place::scripted(&six());
    place.write("shardwright.toml", text);
    let stderr = format!("error: `./shardwright.toml`, {stderr}");
    place.refuses(&["plan", "--fake", "suite.json"], 5, &stderr);
}

#[test]
fn a_key_that_is_misspelt_is_named_with_its_line_and_the_one_that_was_meant() {
    let meant = |text: &str, place: &str, key: &str, meant: &str| {
        refused(text, &format!("{place}: `{key}` is no setting; did you mean `{meant}`?"));
    };
    meant("\n\nshard-s = 3", "line 3, column 1", "shard-s", "shards");
    meant("update_timings = true", "line 1, column 1", "update_timings", "update-timings");
    meant("Retries = 1", "line 1, column 1", "Retries", "retries");
    meant("[[priorities]]\ntag = '@a'", "line 1, column 3", "priorities", "priority");
    meant("[profiles.ci]", "line 1, column 2", "profiles", "profile");
    // Also in a profile that nobody chose, and in what is said of some tests.
    meant("[profile.ci]\nmemry = '1g'", "line 2, column 1", "memry", "memory");
    meant("[profile.ci]\ninherit = 'x'", "line 2, column 1", "inherit", "inherits");
    meant("[per-tag.'@a']\nretry = 1", "line 2, column 1", "retry", "retries");
    meant("[per-projects.webkit]", "line 1, column 2", "per-projects", "per-project");
    refused(
        "[profile.ci]\ninherits = 'x'\n[profile.ci.profile.a]",
        "line 3, column 13: a profile holds no profiles; `inherits = \"NAME\"` builds on one",
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_named_with_its_line() {
    for (text, said) in [
        (
            "dry-run = true",
            "line 1, column 1: `dry-run` belongs to one call: say it on the command line",
        ),
        ("shards = [2, 3]", "line 1, column 10: `shards` takes one value, not a list"),
        (
            "project = [['a']]",
            "line 1, column 11: `project` is a list; a text, a number, true or false, or a list of \
             these is expected",
        ),
        (
            "profile = 'ci'",
            "line 1, column 11: `profile` is a text; a table `[profile.NAME]`, of which `--profile \
             NAME` chooses one, is expected",
        ),
        (
            "per-tag = 3",
            "line 1, column 11: `per-tag` is a number; a table for each name, as \
             `[per-project.NAME]` or `[per-tag.\"@NAME\"]`, is expected",
        ),
        (
            "per-tag.a.retries = -1",
            "line 1, column 21: `retries` is `-1`; a whole number from 0 to 4294967295 is expected",
        ),
        (
            "per-tag.a.retries = 99999999999999",
            "line 1, column 21: `retries` is `99999999999999`; a whole number from 0 to 4294967295 \
             is expected",
        ),
        (
            "per-tag.a.retries = '1'",
            "line 1, column 21: `retries` is a text; a whole number from 0 to 4294967295 is expected",
        ),
        (
            "per-tag.a.estimate = '0s'",
            "line 1, column 22: `estimate` is `0s`; a time of more than zero, such as \"30s\" or \
             \"5m\", is expected",
        ),
        (
            "[per-tag.'@slow']\nretries = 1\n[per-tag.slow]\nretries = 2\n",
            "line 3, column 10: `slow` is a tag of this table already: with `@` and without it is \
             the same",
        ),
        (
            "[[priority]]\ntag = '@a'\n[[priority]]\nweight = 1\n",
            "line 3, column 1: a `[[priority]]` sets `weight`; what is expected is `tag = \"...\"`",
        ),
        ("shardz = 3", "line 1, column 1: `shardz` is no setting; did you mean `shards`?"),
    ] {
        refused(text, said);
    }
    let place = Place::scripted(&six());
    place.write("shardwright.toml", "# ours\nshards = 2\nworkers = 0\n");
    place.refuses(
        &["plan", "--fake", "suite.json"],
        5,
        "error: `./shardwright.toml`, line 3, holds a value that cannot be used\n  caused by: \
         invalid value '0' for '--workers <W>': at least 1 worker is needed",
    );
    place.write("shardwright.toml", "retries = true\n");
    place.refuses(
        &["run", "--fake", "suite.json"],
        5,
        "error: `./shardwright.toml`, line 1, holds a value that cannot be used\n  caused by: \
         invalid value 'true' for '--retries <N>': a whole number is expected",
    );
}

#[test]
fn profiles_that_build_on_nothing_or_on_themselves_are_named() {
    refused(
        "[profile.ci]\ninherits = 'bas'\n[profile.base]\n[profile.other]\n",
        "line 2, column 12: `inherits` names the profile `bas`; did you mean `base`? There are: \
         base, ci, other",
    );
    refused(
        "[profile.a]\ninherits = 'b'\n[profile.b]\ninherits = 'c'\n[profile.c]\ninherits = 'a'\n",
        "line 2, column 12: a profile cannot inherit from itself: a, b, c, a",
    );
    refused(
        "[profile.a]\ninherits = 'a'\n",
        "line 2, column 12: a profile cannot inherit from itself: a, a",
    );
    refused(
        "[profile.a]\ninherits = 3\n",
        "line 2, column 12: `inherits` is a number; the name of a profile is expected",
    );
}

#[test]
fn a_profile_that_is_not_there_is_a_usage_error_with_those_that_are() {
    let place = Place::scripted(&six());
    let ask = ["plan", "--fake", "suite.json", "--profile", "ci"];
    place.write("shardwright.toml", "shards = 2");
    let head = "error: there is no profile `ci` in `./shardwright.toml`; ";
    place.refuses(&ask, 2, &format!("{head}it has no profiles"));
    place.write("shardwright.toml", "[profile.local]\n[profile.night]\n");
    place.refuses(&ask, 2, &format!("{head}there are: local, night"));
    let mut by_variable = place.tool(&ask[..3]);
    by_variable.env("SHARDWRIGHT_PROFILE", "ci");
    place.refuses_as(&mut by_variable, 2, &format!("{head}there are: local, night"));
    std::fs::remove_file(place.path("shardwright.toml")).unwrap();
    place.refuses(
        &ask,
        5,
        "error: there is no settings file `./shardwright.toml`, and `--profile ci` or \
         SHARDWRIGHT_PROFILE names a profile of it",
    );
}

const PROFILES: &str = "\
shards = 2
workers = 2
[profile.base]
shards = 3
strategy = 'lpt'
[profile.ci]
inherits = 'base'
shards = 4
";

#[test]
fn a_profile_beats_the_top_of_the_file_and_what_it_builds_on() {
    let place = Place::scripted(&six());
    place.write("shardwright.toml", PROFILES);
    let plan = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = place.tool(&["plan", "--format", "json", "--fake", "suite.json"]);
        let said = place.answer(command.args(arguments).envs(variables.iter().copied()));
        assert_eq!(said.code, 0, "{said:?}");
        let plan: Value = serde_json::from_str(&said.stdout).expect("a plan");
        let shards = plan["shards"].as_array().expect("shards").len();
        (shards, plan["workers"].as_u64().unwrap(), plan["strategy"].as_str().unwrap().to_owned())
    };
    let lpt = || "lpt".to_owned();
    assert_eq!(plan(&[], &[]), (2, 2, "balanced".to_owned()));
    assert_eq!(plan(&["--profile", "base"], &[]), (3, 2, lpt()));
    assert_eq!(plan(&["--profile", "ci"], &[]), (4, 2, lpt()));
    assert_eq!(plan(&[], &[("SHARDWRIGHT_PROFILE", "ci")]), (4, 2, lpt()));
    let both = [("SHARDWRIGHT_PROFILE", "ci"), ("SHARDWRIGHT_SHARDS", "5")];
    assert_eq!(plan(&[], &both), (5, 2, lpt()));
    assert_eq!(plan(&["--shards", "6"], &both), (6, 2, lpt()));
    // A machine of a CI system chooses none by itself, and an empty variable none at all.
    assert_eq!(plan(&[], &[("CI", "true"), ("SHARDWRIGHT_PROFILE", "")]).0, 2);
}

/// The settings that `--show-config` shows as JSON: name, value and who says so.
fn shown(said: &Said) -> Vec<(String, Value, Value)> {
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let shown: Value = serde_json::from_str(&said.stdout).expect("JSON");
    let all = shown["settings"].as_array().expect("a list").iter();
    let name = |setting: &Value| setting["name"].as_str().expect("a name").to_owned();
    all.map(|setting| (name(setting), setting["value"].clone(), setting["source"].clone()))
        .collect()
}

#[test]
fn each_setting_is_shown_with_who_says_so() {
    let place = Place::new();
    place.write(
        "shardwright.toml",
        format!("{PROFILES}[per-tag.'@slow']\nretries = 2\nestimate = '1m'\n"),
    );
    let mut command = place.tool(&["plan", "--show-config", "--format", "json"]);
    command.args(["--profile", "ci", "--tag", "@a", "--tag", "@b"]);
    let said = place.answer(command.env("SHARDWRIGHT_TARGET", "5m"));
    let all = shown(&said);
    let of = |name: &str| {
        let found: Vec<_> = all.iter().filter(|(own, ..)| own == name).collect();
        assert_eq!(found.len(), 1, "{name}");
        (found[0].1.clone(), found[0].2.clone())
    };
    let file =
        |line: u32, profile: Value| json!({"kind": "file", "line": line, "profile": profile});
    assert_eq!(of("shards"), (json!("4"), file(8, json!("ci"))));
    assert_eq!(of("strategy"), (json!("lpt"), file(5, json!("base"))));
    assert_eq!(of("workers"), (json!("2"), file(2, Value::Null)));
    let variable = json!({"kind": "variable", "variable": "SHARDWRIGHT_TARGET"});
    assert_eq!(of("target"), (json!("5m"), variable));
    assert_eq!(of("tag"), (json!(["@a", "@b"]), json!({"kind": "flag", "flag": "--tag"})));
    assert_eq!(of("memory"), (json!("2g"), json!({"kind": "built-in"})));
    assert_eq!(of("grep"), (Value::Null, json!({"kind": "built-in"})));
    assert_eq!(of("quiet"), (json!("false"), json!({"kind": "built-in"})));
    assert_eq!(of("per-tag.\"@slow\".estimate"), (json!("1m"), file(11, Value::Null)));
    // Planning heeds no retries.
    assert!(!all.iter().any(|(name, ..)| name.contains(".retries")));
    let table = place.call(&["run", "--show-config"]).stdout;
    assert!(table.contains("\n per-tag.\"@slow\".retries "), "{table}");
    // A flag of that name beats what the file says of some tests.
    let table = place.call(&["run", "--show-config", "--retries", "0"]).stdout;
    assert!(table.contains("\n retries ") && !table.contains(".retries"), "{table}");
}

#[test]
fn every_command_shows_what_it_would_go_by_and_does_nothing() {
    for command in [
        "discover",
        "plan",
        "run",
        "doctor",
        "merge",
        "timings show",
        "timings update",
        "timings import",
        "timings prune",
        "timings merge",
        "timings merge-driver",
        "report flaky",
        "report failed",
        "report slow",
        "report skew",
        "completions",
        "schema",
    ] {
        let place = Place::new();
        place.write("shardwright.toml", "quiet = true\n");
        let before = place.files();
        let words: Vec<&str> = command.split(' ').collect();
        for arguments in
            [[&words[..], &["--show-config"]].concat(), [&["--show-config"], &words[..]].concat()]
        {
            let said = place.call(&arguments);
            assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{command}");
            let lines: Vec<String> = said
                .stdout
                .lines()
                .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect();
            assert_eq!(lines[0], "setting value from");
            assert!(
                lines.contains(&"quiet true shardwright.toml, line 1".to_owned()),
                "{}",
                said.stdout
            );
            let last = format!("`shardwright {command}` with `./shardwright.toml`");
            assert_eq!(lines.last(), Some(&last));
        }
        assert!(place.files() == before, "{command} wrote something");
    }
    // What makes no sense is no more shown than run.
    assert_eq!(Place::new().call(&["run", "--show-config", "--shards", "0"]).code, 2);
    assert_eq!(Place::new().call(&["--show-config"]).code, 2);
    let said = Place::new().call(&["completions", "--show-config"]);
    assert!(said.stdout.ends_with("`shardwright completions`; there is no settings file\n"));
}

#[test]
fn no_value_of_a_variable_and_no_log_in_is_shown() {
    const CANARY: &str = "c4nary-Ahcei5";
    let place = Place::new();
    place.write(
        "shardwright.toml",
        format!("env = ['ONE={CANARY}']\nimage = 'me:{CANARY}@host/image'\n[profile.x]\nenv = ['TWO={CANARY}', 'THREE']\ngrep = 'https://me:{CANARY}@host'\n"),
    );
    for (arguments, variable, expected) in [
        (vec!["run"], None, "ONE shardwright.toml, line 1"),
        (vec!["run", "--profile", "x"], None, "TWO, THREE shardwright.toml, line 4, profile x"),
        (vec!["run"], Some("FOUR=c4nary-Ahcei5"), "FOUR SHARDWRIGHT_ENV"),
        (vec!["run", "--env", "FIVE=c4nary-Ahcei5"], Some("FOUR=c4nary-Ahcei5"), "FIVE --env"),
    ] {
        let mut command = place.tool(&[&arguments[..], &["--show-config"]].concat());
        command.env("SHARDWRIGHT_IMAGE", "");
        let said = place.answer(command.envs(variable.map(|value| ("SHARDWRIGHT_ENV", value))));
        let text = said.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.code == 0 && text.contains(&format!(" env {expected} ")), "{said:?}");
        assert!(text.contains(" image ***@host/image "), "{text}");
        assert!(!format!("{}{}", said.stdout, said.stderr).contains(CANARY), "{said:?}");
    }
    // However a file with such values is torn.
    for text in [
        "profile.ci.env = ['A=",
        "profile = { ci = { env = ['A=",
        "[profile.ci]\nenv = ['A=",
        "[profile.'env']\nx='",
    ] {
        place.write("shardwright.toml", format!("shards = 3\n{text}{CANARY}"));
        let said = place.call(&["plan"]);
        assert!(said.code == 5 && !said.stderr.contains(CANARY), "{said:?}");
    }
}

#[test]
fn hostile_names_are_shown_as_text() {
    let place = Place::scripted(&suite(&[("a.spec.ts", &["a"])]));
    place.write("shardwright.toml", "[profile.\"\\u001b[31mx\\n::error::\"]\njobs = 2\n");
    for arguments in [
        &["plan", "--profile", "y"][..],
        &["run", "--show-config", "--profile", "\u{1b}[31mx\n::error::"],
    ] {
        let said = place.call(arguments);
        let text = format!("{}{}", said.stdout, said.stderr);
        assert!(!text.contains('\u{1b}') && !text.contains("\n::error"), "{text:?}");
    }
}

#[test]
fn what_is_said_beside_the_file_silences_its_opposite_there() {
    let place = Place::scripted(&six());
    place.write("shardwright.toml", "shard = 'auto'\n[profile.local]\nshards = 2\n");
    for (arguments, shards) in
        [(&["run", "--shards", "3"][..], 3), (&["run", "--profile", "local"], 2)]
    {
        let said = place.play(&[arguments, &["--quiet"]].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
        let verdicts = crate::support::read::verdicts(&place.path("shardwright-report"));
        assert_eq!(verdicts.len(), 6, "{arguments:?}");
        let found = std::fs::read_dir(place.path("shardwright-report/shards")).unwrap().count();
        assert_eq!(found, shards, "{arguments:?}");
    }
    // Nobody says anything against it here.
    assert_eq!(place.play(&["run"]).code, 2);
    place.write("shardwright.toml", "plan = 'p.json'\n");
    assert_eq!(place.play(&["run", "--shards", "2", "--quiet"]).code, 0);
    let said = place.play(&["run"]);
    assert!(said.stderr.contains("cannot use the plan `p.json`"), "{}", said.stderr);
}

#[test]
fn a_flag_silences_the_variable_that_is_its_opposite() {
    let place = Place::scripted(&six());
    // The file's value stays silent, too.
    place.write("shardwright.toml", "shards = 5\n");
    for (arguments, variable, value) in [
        (&["--shard", "2/3"][..], "SHARDWRIGHT_SHARDS", "4"),
        (&["--shards", "3"], "SHARDWRIGHT_SHARD", "2/4"),
        (&["--shards", "3", "-v"], "SHARDWRIGHT_QUIET", "true"),
    ] {
        let arguments = [&["run", "--fake", "suite.json"], arguments].concat();
        let said = place.answer(place.tool(&arguments).env(variable, value));
        assert_eq!(said.code, 0, "{variable}: {}", said.stderr);
        let found = std::fs::read_dir(place.path("shardwright-report/shards")).unwrap().count();
        assert_eq!(found, if arguments.contains(&"--shard") { 1 } else { 3 }, "{variable}");
    }
    let mut both = place.tool(&["run", "--fake", "suite.json"]);
    both.env("SHARDWRIGHT_SHARDS", "4").env("SHARDWRIGHT_SHARD", "2/4");
    let said = place.answer(&mut both);
    let told = "error: the argument 'SHARDWRIGHT_SHARDS' cannot be used with 'SHARDWRIGHT_SHARD'\n";
    assert!(said.code == 2 && said.stderr.starts_with(told), "{said:?}");
}

#[test]
fn a_file_against_itself_is_refused_with_both_keys() {
    refused(
        "\nshard = '2/4'\n",
        "line 2, column 9: `shard` is \"2/4\", and every node needs another; only `auto` can be said \
         for all",
    );
    let place = Place::scripted(&six());
    place.write("shardwright.toml", "plan = 'p.json'\npin = 'q.json'\n");
    let stderr = "error: `./shardwright.toml`, line 2: `pin` and `plan` cannot both be set";
    place.refuses(&["run", "--fake", "suite.json"], 5, stderr);
    // What a command does not have is no trouble to it.
    assert_eq!(place.play(&["plan"]).code, 0);
}
