//! The text of a settings file goes in; its values come out, each with its line.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue};

use crate::config::file::{place, with_article};
use crate::config::settings::error::{Problem, TableProblem};
use crate::config::settings::keys::{Key, Keys};
use crate::config::settings::per_test::{Place, SCOPES, Scope, WISHES, fits};

/// Flags that can also be an array of tables, each with one key: `[[priority]]` and `tag = "@a"`.
pub(super) const TABLES: [(&str, &str); 1] = [("priority", "tag")];

/// The table of profiles, and the key by which one builds on another.
pub(super) const PROFILE: &str = "profile";
pub(super) const INHERITS: &str = "inherits";

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) top: Section,
    pub(super) profiles: BTreeMap<String, Profile>,
}

/// What holds together.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// By the long name of the flag.
    pub(super) flags: BTreeMap<String, Value>,
    pub(super) wishes: BTreeMap<Place, Value>,
}

/// What a profile says.
#[derive(Debug, Default)]
pub(super) struct Profile {
    pub(super) section: Section,
    /// The name of another, which it builds on, and the byte where it stands.
    pub(super) inherits: Option<(String, usize)>,
}

/// What a key is set to, as the command line would be told, and in which line that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) texts: Vec<String>,
    pub(crate) line: usize,
}

/// A problem and the byte where it begins.
pub(super) type Found = (usize, Problem);

type Name<'i> = Spanned<DeString<'i>>;
type Entry<'a, 'i> = (&'a Name<'i>, &'a Spanned<DeValue<'i>>);

/// Reads the table that a text is.
pub(super) fn read(table: &DeTable<'_>, text: &str, keys: &Keys) -> Result<Document, Found> {
    let reader = Reader { text, keys };
    let mut document = Document::default();
    for entry in table {
        if entry.0.get_ref() == PROFILE {
            for (name, profile) in tables(PROFILE, entry.1)? {
                let name = name.get_ref().to_string();
                document.profiles.insert(name, reader.profile(profile)?);
            }
        } else {
            reader.take(entry, &mut document.top, &[PROFILE])?;
        }
    }
    Ok(document)
}

struct Reader<'a> {
    text: &'a str,
    keys: &'a Keys,
}

impl Reader<'_> {
    fn profile(&self, table: &DeTable<'_>) -> Result<Profile, Found> {
        let mut profile = Profile::default();
        for entry in table {
            let (key, value) = entry;
            if key.get_ref() == INHERITS {
                let at = value.span().start;
                let expected = "the name of a profile";
                let name = value.get_ref().as_str();
                let name = name.ok_or_else(|| (at, wrong(INHERITS, value.get_ref(), expected)))?;
                profile.inherits = Some((name.to_owned(), at));
            } else {
                self.take(entry, &mut profile.section, &[INHERITS])?;
            }
        }
        Ok(profile)
    }

    /// Takes a key in; `also` are keys that the caller knows.
    fn take(
        &self,
        (key, value): Entry<'_, '_>,
        section: &mut Section,
        also: &[&str],
    ) -> Result<(), Found> {
        let (at, name) = (key.span().start, key.get_ref().as_ref());
        if let Some((_, scope, _)) = SCOPES.iter().find(|(scope, ..)| *scope == name) {
            return self.wishes(name, *scope, value, section);
        }
        if name == PROFILE {
            return Err((at, Problem::Nested));
        }
        let many = match self.keys.get(name) {
            Some(Key::NotSettable) => return Err((at, Problem::OneCall(name.to_owned()))),
            Some(key) => key == Key::Many,
            None => {
                let scopes = SCOPES.iter().map(|(scope, ..)| *scope);
                let known = self.keys.names().chain(scopes).chain(also.iter().copied());
                return Err((at, unknown(name, known)));
            }
        };
        let texts = values(name, many, value)?;
        if let Some(part) = texts.first().filter(|part| name == "shard" && *part != "auto") {
            return Err((value.span().start, Problem::OneNode(part.clone())));
        }
        section.flags.insert(name.to_owned(), Value { texts, line: self.line(at) });
        Ok(())
    }

    /// Takes in what is wished of some tests.
    fn wishes(
        &self,
        scope_key: &str,
        scope: Scope,
        value: &Spanned<DeValue<'_>>,
        section: &mut Section,
    ) -> Result<(), Found> {
        let mut names = BTreeSet::new();
        for (key, table) in tables(scope_key, value)? {
            let name = match scope {
                Scope::Project => key.get_ref().to_string(),
                Scope::Tag => key.get_ref().trim_start_matches('@').to_owned(),
            };
            if !names.insert(name.clone()) {
                return Err((key.span().start, Problem::SameTag(key.get_ref().to_string())));
            }
            for (key, value) in table {
                let (at, written) = (key.span().start, key.get_ref().as_ref());
                let Some(wish) = WISHES.iter().find(|wish| wish.name == written) else {
                    return Err((at, unknown(written, WISHES.iter().map(|wish| wish.name))));
                };
                let found = value.get_ref();
                let is_kind = if wish.is_number { found.is_integer() } else { found.is_str() };
                let at_value = value.span().start;
                let text = text(found).filter(|_| is_kind);
                let bad = || (at_value, wrong(wish.name, found, wish.expected));
                let text = text.ok_or_else(bad)?;
                if !fits(wish, &text) {
                    let (key, expected) = (wish.name.to_owned(), wish.expected);
                    return Err((at_value, Problem::NoValue { key, value: text, expected }));
                }
                let texts = vec![text];
                let place = Place { scope, name: name.clone(), key: wish.name };
                section.wishes.insert(place, Value { texts, line: self.line(at) });
            }
        }
        Ok(())
    }

    fn line(&self, at: usize) -> usize {
        place(self.text, at).0
    }
}

fn unknown<'a>(key: &str, known: impl Iterator<Item = &'a str>) -> Problem {
    let mut known: Vec<String> = known.map(str::to_owned).collect();
    known.sort();
    Problem::UnknownKey { key: key.to_owned(), known }
}

fn wrong(key: &str, found: &DeValue<'_>, expected: &'static str) -> Problem {
    Problem::Value { key: key.to_owned(), found: with_article(found), expected }
}

/// The tables by name that a key holds.
fn tables<'a, 'i>(
    key: &str,
    value: &'a Spanned<DeValue<'i>>,
) -> Result<Vec<(&'a Name<'i>, &'a DeTable<'i>)>, Found> {
    let expected = match key {
        PROFILE => "a table `[profile.NAME]`, of which `--profile NAME` chooses one,",
        _ => "a table for each name, as `[per-project.NAME]` or `[per-tag.\"@NAME\"]`,",
    };
    let bad =
        |value: &Spanned<DeValue<'_>>| (value.span().start, wrong(key, value.get_ref(), expected));
    let table = value.get_ref().as_table().ok_or_else(|| bad(value))?;
    let inner = |(name, value): (&'a _, &'a Spanned<DeValue<'i>>)| {
        Ok((name, value.get_ref().as_table().ok_or_else(|| bad(value))?))
    };
    table.iter().map(inner).collect()
}

/// What a key is set to, as the command line would be told.
fn values(key: &str, many: bool, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, Found> {
    let at = value.span().start;
    let found = value.get_ref();
    if let Some((_, inner)) = TABLES.into_iter().find(|(name, _)| *name == key) {
        let bad = |at: usize, problem| (at, Problem::Table { key: key.to_owned(), inner, problem });
        if found.is_table() {
            return Err(bad(at, TableProblem::Single));
        }
        let is_table = |value: &Spanned<DeValue<'_>>| value.get_ref().is_table();
        if let Some(list) = found.as_array().filter(|list| list.iter().any(is_table)) {
            let each = |value: &Spanned<DeValue<'_>>| of_table(value.get_ref(), inner);
            let read = |value: &Spanned<DeValue<'_>>| {
                each(value).map_err(|problem| bad(value.span().start, problem))
            };
            return list.iter().map(read).collect();
        }
    }
    let expected = "a text, a number, true or false, or a list of these";
    let wrong = || (at, wrong(key, found, expected));
    match found.as_array() {
        Some(_) if !many => Err((at, Problem::NoList(key.to_owned()))),
        Some(list) => texts(list).ok_or_else(wrong),
        None => Ok(vec![text(found).ok_or_else(wrong)?]),
    }
}

/// What a table says that knows no key but `inner`.
fn of_table(value: &DeValue<'_>, inner: &'static str) -> Result<String, TableProblem> {
    let table = value.as_table().ok_or(TableProblem::NoTable(with_article(value)))?;
    if let Some(key) = table.keys().find(|key| *key.get_ref() != inner) {
        return Err(TableProblem::UnknownKey(key.get_ref().to_string()));
    }
    let value = table.get(inner).ok_or(TableProblem::Missing(inner))?.get_ref();
    let bad = || TableProblem::Value { key: inner, found: with_article(value) };
    value.as_str().map(str::to_owned).ok_or_else(bad)
}

fn texts(list: &DeArray<'_>) -> Option<Vec<String>> {
    list.iter().map(|value| text(value.get_ref())).collect()
}

/// A single value as the command line would be told it.
fn text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => {
            Some(i128::from_str_radix(number.as_str(), number.radix()).ok()?.to_string())
        }
        DeValue::Float(number) => Some(number.as_str().parse::<f64>().ok()?.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
