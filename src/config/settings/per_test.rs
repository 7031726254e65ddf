//! What the file says of the tests of a project or with a tag: keys and texts go in, wishes come
//! out. To add one: a line in [`WISHES`], a field of [`Wish`] and who heeds it.

use crate::config::flags::run::limit;
use crate::config::settings::document::Value;
use crate::model::per_test::{PerTest, Wish};

/// What a wish is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    Project,
    Tag,
}

/// Every key that holds such wishes: a table by name, each with keys of its own.
pub(crate) const SCOPES: [(&str, Scope, &str); 2] = [
    ("per-project", Scope::Project, "What holds for the tests of a project, by its name"),
    ("per-tag", Scope::Tag, "What holds for tests with a tag, by its name"),
];

/// One thing that can be wished.
pub(crate) struct WishKey {
    pub(crate) name: &'static str,
    /// For whoever writes it.
    pub(crate) about: &'static str,
    /// Whether it is a whole number, which is no text in a settings file.
    pub(crate) is_number: bool,
    pub(crate) expected: &'static str,
    /// The long name of a flag that the commands have that heed it.
    heeded_with: &'static str,
    /// Sets it, where the text is one of its values.
    set: fn(&mut Wish, &str) -> bool,
}

/// All that can be wished.
pub(crate) const WISHES: [WishKey; 2] = [
    WishKey {
        name: "estimate",
        about: "What a test without a recorded duration is taken to need, as 90s or 5m",
        is_number: false,
        heeded_with: "strategy",
        expected: "a time of more than zero, such as \"30s\" or \"5m\",",
        set: |wish, text| {
            wish.estimate = limit(text).ok();
            wish.estimate.is_some()
        },
    },
    WishKey {
        name: "retries",
        about: "Run these tests, where they failed, again in a fresh sandbox, at most so often",
        is_number: true,
        heeded_with: "retries",
        expected: "a whole number from 0 to 4294967295",
        set: |wish, text| {
            wish.retries = text.parse().ok();
            wish.retries.is_some()
        },
    },
];

/// Where a wish stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) scope: Scope,
    /// Of the project, or the tag without its `@`.
    pub(crate) name: String,
    pub(crate) key: &'static str,
}

impl Place {
    /// The long name of a flag that the commands have that heed it.
    pub(super) fn heeded_with(&self) -> &'static str {
        let key = WISHES.iter().find(|key| key.name == self.key);
        key.map(|key| key.heeded_with).unwrap_or_default()
    }

    /// As one would write it: `per-tag."@slow".retries`.
    pub(crate) fn path(&self) -> String {
        let (scope, name) = match self.scope {
            Scope::Project => ("per-project", self.name.clone()),
            Scope::Tag => ("per-tag", format!("@{}", self.name)),
        };
        format!("{scope}.{name:?}.{}", self.key)
    }
}

/// Whether this is a value of the key.
pub(super) fn fits(key: &WishKey, text: &str) -> bool {
    (key.set)(&mut Wish::default(), text)
}

/// All wishes of a file.
pub(super) fn wishes<'a>(wished: impl Iterator<Item = (&'a Place, &'a Value)>) -> PerTest {
    let mut all = PerTest::default();
    for (place, value) in wished {
        let names = match place.scope {
            Scope::Project => &mut all.projects,
            Scope::Tag => &mut all.tags,
        };
        let wish = names.entry(place.name.clone()).or_default();
        let key = WISHES.iter().find(|key| key.name == place.key);
        if let (Some(key), [text]) = (key, value.texts.as_slice()) {
            (key.set)(wish, text);
        }
    }
    all
}
