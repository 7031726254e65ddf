//! What an expression is known to be without running it, and what its members are.

use std::rc::Rc;

use oxc_ast::ast::{Expression, FormalParameters, Statement};

use super::api::Api;

/// Longer texts and lists than these are given up: nobody writes such titles.
pub(super) const MAX_LENGTH: usize = 10_000;

/// The value of an expression at the time when a file is loaded.
#[derive(Debug, Clone)]
pub(super) enum Value<'a> {
    /// Only running the file would tell.
    Unknown,
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    /// Source and flags of a regular expression.
    Regex(Rc<str>, Rc<str>),
    List(Rc<Vec<Value<'a>>>),
    Object(Rc<Fields<'a>>),
    Function(Callable<'a>),
    /// Playwright's test object, one of its members, or a test object extended from it.
    Api(Api),
    /// All that a module exports.
    Module(Origin),
    /// Something that a module exports and that is not known to be a test object.
    Foreign(Origin),
}

/// Where an imported value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A file of the user's own, which may declare tests when it is called.
    Project,
    /// A package, which declares none unless it is handed the test object.
    Package,
}

impl Origin {
    /// Tells files of the project from packages by the way in which they are named.
    pub(super) fn of(specifier: &str) -> Self {
        let own =
            ["./", "../", "/", "~", "@/", "#"].iter().any(|start| specifier.starts_with(start));
        if own || specifier == "." || specifier == ".." { Self::Project } else { Self::Package }
    }
}

/// The properties of an object literal, in source order.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields<'a> {
    /// A later entry of the same name hides an earlier one.
    pub(super) entries: Vec<(Rc<str>, Value<'a>)>,
    /// Something unknown was spread into the object: absent properties may be there.
    pub(super) open: bool,
}

impl<'a> Fields<'a> {
    /// The value of one property.
    pub(super) fn get(&self, name: &str) -> Value<'a> {
        match self.entries.iter().rev().find(|(key, _)| &**key == name) {
            Some((_, value)) => value.clone(),
            None if self.open => Value::Unknown,
            None => Value::Undefined,
        }
    }

    /// Sets a property, keeping the place of an earlier one as JavaScript does.
    pub(super) fn set(&mut self, name: Rc<str>, value: Value<'a>) {
        match self.entries.iter_mut().find(|(key, _)| *key == name) {
            Some(entry) => entry.1 = value,
            None => self.entries.push((name, value)),
        }
    }

    /// Spreads something unknown into the object: all that was set before may be hidden by it.
    pub(super) fn blur(&mut self) {
        self.open = true;
        for entry in &mut self.entries {
            entry.1 = Value::Unknown;
        }
    }
}

/// A function of the file, with the scope that it was made in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Callable<'a> {
    pub(super) params: &'a FormalParameters<'a>,
    pub(super) body: Body<'a>,
    /// How many scopes it can see.
    pub(super) depth: usize,
}

/// What a function does when it is called.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body<'a> {
    Statements(&'a [Statement<'a>]),
    Expression(&'a Expression<'a>),
}

impl<'a> Value<'a> {
    /// A text, unless it is too long.
    pub(super) fn text(text: &str) -> Self {
        if text.len() > MAX_LENGTH { Self::Unknown } else { Self::Text(text.into()) }
    }

    /// A list, unless it is too long.
    pub(super) fn list(items: Vec<Value<'a>>) -> Self {
        if items.len() > MAX_LENGTH { Self::Unknown } else { Self::List(Rc::new(items)) }
    }

    /// The text itself, where the value is one.
    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// What a template or a concatenation makes of the value.
    pub(super) fn to_text(&self) -> Option<Rc<str>> {
        match self {
            Self::Text(text) => Some(Rc::clone(text)),
            Self::Number(number) => number_text(*number),
            Self::Bool(true) => Some("true".into()),
            Self::Bool(false) => Some("false".into()),
            Self::Null => Some("null".into()),
            Self::Undefined => Some("undefined".into()),
            Self::Regex(source, flags) => Some(format!("/{source}/{flags}").into()),
            Self::Unknown
            | Self::List(_)
            | Self::Object(_)
            | Self::Function(_)
            | Self::Api(_)
            | Self::Module(_)
            | Self::Foreign(_) => None,
        }
    }

    /// Whether a condition on the value holds.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Self::Unknown | Self::Foreign(_) => None,
            Self::Undefined | Self::Null => Some(false),
            Self::Bool(value) => Some(*value),
            Self::Number(number) => Some(*number != 0.0 && !number.is_nan()),
            Self::Text(text) => Some(!text.is_empty()),
            Self::Regex(..)
            | Self::List(_)
            | Self::Object(_)
            | Self::Function(_)
            | Self::Api(_)
            | Self::Module(_) => Some(true),
        }
    }

    /// The value of a member.
    pub(super) fn member(&self, name: &str) -> Self {
        match self {
            Self::Object(fields) => fields.get(name),
            Self::List(items) => list_member(items, name),
            Self::Api(api) => api.member(name).map_or(Self::Unknown, Self::Api),
            Self::Module(origin) => match name {
                "test" => Self::Api(Api::Test),
                "mergeTests" => Self::Api(Api::Extend),
                "default" => self.clone(),
                _ => Self::Foreign(*origin),
            },
            Self::Foreign(origin) => {
                Api::of_foreign_member(name).map_or(Self::Foreign(*origin), Self::Api)
            }
            Self::Unknown
            | Self::Undefined
            | Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::Regex(..)
            | Self::Function(_) => Self::Unknown,
        }
    }
}

fn list_member<'a>(items: &[Value<'a>], name: &str) -> Value<'a> {
    if name == "length" {
        return u32::try_from(items.len()).map_or(Value::Unknown, |n| Value::Number(n.into()));
    }
    match name.parse::<usize>() {
        Ok(index) => items.get(index).cloned().unwrap_or(Value::Undefined),
        Err(_) => Value::Unknown,
    }
}

/// A number as JavaScript writes it, for the numbers whose form needs no thought.
fn number_text(number: f64) -> Option<Rc<str>> {
    let plain = number == 0.0 || (1e-6..1e21).contains(&number.abs());
    if !plain {
        return None;
    }
    // Negative zero is written without its sign.
    Some(if number == 0.0 { "0".into() } else { number.to_string().into() })
}
