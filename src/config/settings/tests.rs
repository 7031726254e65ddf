//! Settings by example.

use std::path::Path;

use clap::{Arg, ArgAction, Command};

use crate::config::settings::{Settings, SettingsError, read};

fn command() -> Command {
    let flag = |name: &'static str| Arg::new(name).long(name);
    let list = flag("project").action(ArgAction::Append);
    Command::new("tool").args([flag("shards"), list, flag("hidden").hide(true)])
}

fn settings(text: &str, profile: Option<&str>) -> Result<Settings, SettingsError> {
    read(&command(), Path::new("s.toml"), text, profile)
}

/// What a flag is set to, where, and by which profile.
fn told(settings: &Settings, key: &str) -> (Vec<String>, usize, Option<String>) {
    let told = &settings.chosen.flags[key];
    (told.value.texts.clone(), told.value.line, told.profile.clone())
}

#[test]
fn numbers_and_lists_are_what_the_command_line_would_be_told() {
    let of = |text: &str, key: &str| told(&settings(text, None).unwrap(), key).0;
    assert_eq!(of("shards = 0x10", "shards"), ["16"]);
    assert_eq!(of("shards = 1_000", "shards"), ["1000"]);
    assert_eq!(of("shards = 1.50", "shards"), ["1.5"]);
    assert_eq!(of("project = 'a'", "project"), ["a"]);
    assert_eq!(of("project = []", "project"), Vec::<String>::new());
    assert!(settings("hidden = 1", None).is_err());
}

#[test]
fn what_is_nearest_to_the_chosen_profile_holds() {
    let text = "shards = 1\nproject = 'p'\n[profile.c]\ninherits = 'b'\n[profile.b]\n\
                inherits = 'a'\nshards = 3\n[profile.a]\nshards = 2\nproject = []\n";
    let [none, a, c] = [None, Some("a"), Some("c")].map(|name| settings(text, name).unwrap());
    let by = |name: &str| Some(name.to_owned());
    assert_eq!(told(&none, "shards"), (vec!["1".to_owned()], 1, None));
    assert_eq!(told(&a, "shards"), (vec!["2".to_owned()], 9, by("a")));
    assert_eq!(told(&c, "shards"), (vec!["3".to_owned()], 7, by("b")));
    assert_eq!(told(&c, "project"), (vec![], 10, by("a")));
}
