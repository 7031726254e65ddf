//! A document and the name of a profile go in; what holds comes out, each value with where it
//! stands.

use std::collections::BTreeMap;

use crate::config::settings::document::{Document, Found, Section, Value};
use crate::config::settings::error::Problem;
use crate::config::settings::per_test::Place;

/// The settings that hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Chosen {
    /// By the long name of the flag.
    pub(super) flags: BTreeMap<String, Told>,
    pub(super) wishes: BTreeMap<Place, Told>,
}

/// A value of a file, and the profile that says so; none for the top of the file.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) value: Value,
    pub(super) profile: Option<String>,
}

/// What holds with a profile, or without one. None where there is no such profile.
pub(super) fn choose(document: &Document, profile: Option<&str>) -> Option<Chosen> {
    let mut chosen = Chosen::default();
    chosen.take(&document.top, None);
    if let Some(name) = profile {
        document.profiles.get(name)?;
        for name in line(document, name).iter().rev() {
            chosen.take(&document.profiles[name].section, Some(name));
        }
    }
    Some(chosen)
}

/// Sees that every profile builds on one that is there, and none on itself.
pub(super) fn check(document: &Document) -> Result<(), Found> {
    let names = || document.profiles.keys().cloned().collect();
    for (own, profile) in &document.profiles {
        let Some((base, at)) = &profile.inherits else { continue };
        if !document.profiles.contains_key(base) {
            return Err((*at, Problem::Inherits { name: base.clone(), known: names() }));
        }
        let line = line(document, own);
        let last = line.last().and_then(|last| document.profiles[last].inherits.as_ref());
        if last.is_some_and(|(next, _)| next == own) {
            let circle = line.into_iter().chain([own.clone()]).collect();
            return Err((*at, Problem::Circle { circle }));
        }
    }
    Ok(())
}

/// A profile, what it builds on, what that builds on, and so forth; each once.
fn line(document: &Document, name: &str) -> Vec<String> {
    let mut line = vec![name.to_owned()];
    while let Some(profile) = line.last().and_then(|last| document.profiles.get(last)) {
        match &profile.inherits {
            Some((base, _)) if !line.contains(base) => line.push(base.clone()),
            _ => break,
        }
    }
    line
}

impl Chosen {
    fn take(&mut self, section: &Section, profile: Option<&String>) {
        let told = |value: &Value| Told { value: value.clone(), profile: profile.cloned() };
        let flags = section.flags.iter();
        self.flags.extend(flags.map(|(key, value)| (key.clone(), told(value))));
        let wishes = section.wishes.iter();
        self.wishes.extend(wishes.map(|(place, value)| (place.clone(), told(value))));
    }
}
