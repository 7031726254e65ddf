//! A flag goes in, what its values look like comes out. To add a kind of value: a line in
//! [`of_type`].

use std::any::TypeId;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction};
use tracing_subscriber::filter::Targets;

use crate::config::flags::plan::{MOST_SHARDS, Shards};
use crate::config::flags::queue::{Address, RunId};
use crate::config::flags::resources::{self, Jobs};
use crate::config::flags::retry;
use crate::config::flags::run::Shard;
use crate::config::flags::sandbox::{LEAST_CPUS, LEAST_PIDS, Variable};
use crate::model::settable::Shape;
use crate::storage::Place;

const ANY: &str = "";
const NOT_EMPTY: &str = r"[\s\S]";
/// As in `1h 30m`, of which one number is more than zero.
pub(super) const TIME: &str = r"^( *\d+ *([num]?s|[mhdwMy]|[a-z]{3,}))* *\d*[1-9]\d* *([num]?s|[mhdwMy]|[a-z]{3,})( *\d+ *([num]?s|[mhdwMy]|[a-z]{3,}))* *$";
const TIMES: &str =
    r"^( *\d+ *([num]?s|[mhdwMy]|[a-z]{3,}))+ *\.\.( *\d+ *([num]?s|[mhdwMy]|[a-z]{3,}))+ *$";
const SIZE: &str = "^0*[1-9][0-9]*[bkmgBKMG]?$";
const PERCENTS: &str = r"^( *\d+%*,){2} *\d+%* *$";
const PERCENT: &str = r"^ *\d{1,3}(\.\d+)? *%$";
/// One for all, or some for parts.
const LEVELS: &str = "^ *((run|sandbox|tool)=)?(error|warn|info|debug|trace)\
                      ( *, *((run|sandbox|tool)=)?(error|warn|info|debug|trace))* *$";
const PLACE: &str = "^((s3|gs|az)://[A-Za-z0-9._-]+/[^?#]*[^/?#]|file:///[^?#]+)";
const QUEUE: &str = r"^(redis|valkey)s?://([^:@/]+@)?[\w.:\[\]-]+(/[0-9]*)?$";
const RUN: &str = r"^[^\s{}]{1,200}$";
const VARIABLE: &str = "^[A-Za-z_][A-Za-z0-9_]*(=|$)";

/// What a value of this flag looks like; none where nobody has said what its type looks like.
pub(super) fn shapes(argument: &Arg) -> Vec<Shape> {
    if matches!(argument.get_action(), ArgAction::SetTrue) {
        return vec![Shape::Truth];
    }
    let words = argument.get_possible_values();
    if !words.is_empty() {
        return words.iter().map(word).collect();
    }
    let parsed = argument.get_value_parser().type_id();
    let is = |id: TypeId| parsed == id;
    let value = argument.get_value_names().and_then(|names| names.first());
    if is(TypeId::of::<String>()) && value.is_some_and(|name| *name == "SIZE") {
        return vec![whole(1, None), Shape::Text { pattern: SIZE }];
    }
    if is(TypeId::of::<u32>()) {
        let least = if argument.get_long() == Some("pids-limit") { LEAST_PIDS } else { 0 };
        return vec![whole(least, Some(u32::MAX))];
    }
    if argument.get_long() == Some("threshold") {
        return vec![Shape::Text { pattern: PERCENT }];
    }
    if is(TypeId::of::<f64>()) {
        let (least, most) = match argument.get_long() {
            Some("cpus") => (LEAST_CPUS, None),
            Some("backoff-factor") => (retry::LEAST_FACTOR, Some(retry::MOST_FACTOR)),
            _ => (0.0, Some(1.0)),
        };
        return vec![Shape::Number { least, most }];
    }
    of_type(is)
}

/// The shapes of the types that are told apart by nothing else.
fn of_type(is: impl Fn(TypeId) -> bool) -> Vec<Shape> {
    let text = |pattern| vec![Shape::Text { pattern }];
    let word = |name: &str, about: &str| Shape::Word { name: name.into(), about: about.into() };
    match () {
        () if is(TypeId::of::<String>()) => text(ANY),
        () if is(TypeId::of::<Targets>()) => text(LEVELS),
        () if is(TypeId::of::<PathBuf>()) => text(NOT_EMPTY),
        () if is(TypeId::of::<Duration>()) => text(TIME),
        () if is(TypeId::of::<retry::Bounds>()) => text(TIMES),
        () if is(TypeId::of::<Shard>()) => {
            // A part of one node would be that of all.
            vec![word("auto", "the part that the CI says")]
        }
        () if is(TypeId::of::<Variable>()) => text(VARIABLE),
        () if is(TypeId::of::<Place>()) => text(PLACE),
        () if is(TypeId::of::<Address>()) => text(QUEUE),
        () if is(TypeId::of::<RunId>()) => text(RUN),
        () if is(TypeId::of::<NonZeroU32>()) => vec![whole(1, Some(u32::MAX))],
        () if is(TypeId::of::<NonZeroUsize>()) => vec![whole(1, None)],
        () if is(TypeId::of::<resources::Bounds>()) => {
            vec![Shape::Text { pattern: PERCENTS }, word("off", "looks at no memory")]
        }
        () if is(TypeId::of::<Shards>()) => {
            let auto = word("auto", "as many as pay, or the fewest that meet `target`");
            vec![whole(1, Some(MOST_SHARDS)), auto]
        }
        () if is(TypeId::of::<Jobs>()) => {
            let (auto, all) = ("as many as fit the machine", "all shards");
            vec![whole(1, None), word("auto", auto), word("all", all)]
        }
        () => Vec::new(),
    }
}

pub(super) fn whole(least: u32, most: Option<u32>) -> Shape {
    Shape::Whole { least: least.into(), most: most.map(u64::from) }
}

/// A word that a flag knows; one that ends in `:PATH` is any text that begins like it.
fn word(value: &PossibleValue) -> Shape {
    match value.get_name() {
        "exec:PATH" => Shape::Text { pattern: "^exec:." },
        name => Shape::Word {
            name: name.to_owned(),
            about: value.get_help().map(ToString::to_string).unwrap_or_default(),
        },
    }
}
