//! The command line goes in; all that a settings file may hold comes out.

use std::collections::BTreeMap;

use clap::{Arg, Command};

use crate::config::settings::document::TABLES;
use crate::config::settings::keys::{is_settable, takes_many};
use crate::config::settings::per_test::{SCOPES, WISHES};
use crate::config::settings::shape::{TIME, shapes, whole};
use crate::model::settable::{Key, Settable, Shape};

/// What can be set for a command and all below it.
pub(crate) fn known(command: &Command) -> Settable {
    let mut flags = BTreeMap::new();
    collect(command, &mut flags);
    let wish = |wish: &crate::config::settings::per_test::WishKey| Key {
        name: wish.name.to_owned(),
        about: wish.about.to_owned(),
        shapes: vec![if wish.is_number {
            whole(0, Some(u32::MAX))
        } else {
            Shape::Text { pattern: TIME }
        }],
        is_list: false,
        inner: None,
        default: None,
    };
    Settable {
        flags: flags.into_values().collect(),
        scopes: SCOPES.iter().map(|(name, _, about)| (*name, *about)).collect(),
        wishes: WISHES.iter().map(wish).collect(),
    }
}

/// A flag of several commands is one key; it may have the values of each.
fn collect(command: &Command, keys: &mut BTreeMap<String, Key>) {
    command.get_subcommands().for_each(|below| collect(below, keys));
    for argument in command.get_arguments().filter(|argument| is_settable(argument)) {
        let name = argument.get_long().unwrap_or_default();
        let key = keys.entry(name.to_owned()).or_insert_with(|| key(name, argument));
        for shape in shapes(argument) {
            if !key.shapes.contains(&shape) {
                key.shapes.push(shape);
            }
        }
    }
}

fn key(name: &str, argument: &Arg) -> Key {
    let default = argument.get_default_values().first().and_then(|value| value.to_str());
    Key {
        name: name.to_owned(),
        about: argument.get_help().map(ToString::to_string).unwrap_or_default(),
        shapes: Vec::new(),
        is_list: takes_many(argument),
        inner: TABLES.iter().find(|(table, _)| *table == name).map(|(_, inner)| *inner),
        default: default.map(str::to_owned),
    }
}
