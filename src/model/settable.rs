//! What can be set: every key, what it is for, and what its values look like.

/// All that a settings file may hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Settable {
    /// Those of the command line, by name.
    pub(crate) flags: Vec<Key>,
    /// Keys that hold a table by name, with what each is for.
    pub(crate) scopes: Vec<(&'static str, &'static str)>,
    /// What stands in such a table.
    pub(crate) wishes: Vec<Key>,
}

/// One key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    pub(crate) name: String,
    /// For whoever sets it.
    pub(crate) about: String,
    /// A value has one of these.
    pub(crate) shapes: Vec<Shape>,
    /// Whether it may have several values.
    pub(crate) is_list: bool,
    /// It may also be an array of tables that have this key alone.
    pub(crate) inner: Option<&'static str>,
    /// What is built in, as a text.
    pub(crate) default: Option<String>,
}

/// What a value looks like.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// True or false.
    Truth,
    Whole {
        least: u64,
        most: Option<u64>,
    },
    Number {
        least: f64,
        most: Option<f64>,
    },
    /// One word, with what it stands for.
    Word {
        name: String,
        about: String,
    },
    /// A text in which this ECMAScript regular expression finds something.
    Text {
        pattern: &'static str,
    },
}
