//! Tests that may fail for a while: who takes care of them, why, and until which day.

use std::fmt;

use crate::model::id::{TITLE_SEPARATOR, TestKey};

/// All entries, and the day on which they are looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Quarantine {
    pub(crate) entries: Vec<Entry>,
    /// In UTC.
    pub(crate) today: Day,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// None stands for every project.
    pub(crate) project: Option<String>,
    /// The spec file, relative to the runner's root folder, with forward slashes.
    pub(crate) file: String,
    pub(crate) tests: Tests,
    pub(crate) reason: String,
    pub(crate) owner: String,
    /// The last day on which it holds.
    pub(crate) expires: Day,
    /// Where it stands in its file, from 1.
    pub(crate) line: usize,
}

/// Which tests of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tests {
    All,
    /// The titles as people see them, joined.
    Title(String),
    Titles(Vec<String>),
}

/// A day of the calendar: the year, the month and the day, these two from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(pub(crate) u16, pub(crate) u8, pub(crate) u8);

/// What the quarantine says of one test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// The last day on which it may fail.
    pub(crate) until: Day,
    pub(crate) owner: String,
    pub(crate) reason: String,
    /// That day is over: it excuses nothing any more.
    pub(crate) is_over: bool,
}

impl Quarantine {
    /// What is said of a test. Of several entries the narrowest decides.
    pub(crate) fn term(&self, key: &TestKey) -> Option<Term> {
        let fitting = self.entries.iter().filter(|entry| entry.fits(key));
        let narrow = |entry: &&Entry| (entry.tests != Tests::All, entry.project.is_some());
        let Entry { expires, owner, reason, .. } = fitting.max_by_key(narrow)?;
        let (owner, reason) = (owner.clone(), reason.clone());
        Some(Term { until: *expires, owner, reason, is_over: *expires < self.today })
    }

    /// Whether a failure of this test is no failure of the run.
    pub(crate) fn excuses(&self, key: &TestKey) -> bool {
        self.term(key).is_some_and(|term| !term.is_over)
    }

    /// The entries whose day is over.
    pub(crate) fn expired(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.expires < self.today)
    }
}

impl Entry {
    /// Whether it is about this test.
    pub(crate) fn fits(&self, key: &TestKey) -> bool {
        let titles = match &self.tests {
            Tests::All => true,
            Tests::Title(title) => *title == key.title() || *title == shown(&key.titles),
            Tests::Titles(titles) => *titles == key.titles,
        };
        titles
            && self.file == key.file
            && self.project.as_ref().is_none_or(|project| *project == key.project)
    }
}

/// Titles as Playwright shows them: a `describe` without a title is none.
fn shown(titles: &[String]) -> String {
    let said: Vec<&str> = titles.iter().map(String::as_str).filter(|one| !one.is_empty()).collect();
    said.join(TITLE_SEPARATOR)
}

impl fmt::Display for Entry {
    /// As a test is named, as far as it says which.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(project) = &self.project {
            write!(f, "[{project}]{TITLE_SEPARATOR}")?;
        }
        f.write_str(&self.file)?;
        match &self.tests {
            Tests::All => Ok(()),
            Tests::Title(title) => write!(f, "{TITLE_SEPARATOR}{title}"),
            Tests::Titles(titles) => {
                write!(f, "{TITLE_SEPARATOR}{}", titles.join(TITLE_SEPARATOR))
            }
        }
    }
}

impl fmt::Display for Day {
    /// As in ISO 8601.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(year, month, day) = self;
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Term {
    /// What stands beside a test that failed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { until, owner, reason, is_over } = self;
        if *is_over {
            write!(f, "its quarantine ended on {until} ({owner}): {reason}")
        } else {
            write!(f, "quarantined until {until} ({owner}): {reason}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, Entry, Quarantine, Tests};
    use crate::model::id::TestKey;

    fn day(day: u8) -> Day {
        Day(2026, 11, day)
    }

    fn entry(project: Option<&str>, tests: Tests, expires: u8) -> Entry {
        Entry {
            project: project.map(str::to_owned),
            file: "a.spec.ts".to_owned(),
            tests,
            reason: "why".to_owned(),
            owner: "who".to_owned(),
            expires: day(expires),
            line: 1,
        }
    }

    fn key(project: &str, titles: &[&str]) -> TestKey {
        TestKey {
            file: "a.spec.ts".to_owned(),
            project: project.to_owned(),
            titles: titles.iter().map(ToString::to_string).collect(),
            repeat: 0,
        }
    }

    #[test]
    fn an_entry_holds_on_its_last_day_and_not_on_the_next() {
        let entries = vec![entry(None, Tests::Title("cart › adds".to_owned()), 21)];
        let on = |today| Quarantine { entries: entries.clone(), today };
        assert!(on(day(21)).excuses(&key("x", &["cart", "adds"])));
        assert!(!on(day(22)).excuses(&key("x", &["cart", "adds"])));
        assert!(on(day(22)).term(&key("x", &["cart", "adds"])).unwrap().is_over);
        assert_eq!(on(day(21)).term(&key("x", &["cart", "takes"])), None);
        let year_before = Day(2025, 12, 31);
        assert!(on(year_before).excuses(&key("x", &["cart", "adds"])));
    }

    #[test]
    fn the_narrowest_entry_decides() {
        let one = || Tests::Titles(vec!["adds".to_owned()]);
        let entries = vec![
            entry(None, one(), 10),
            entry(Some("desk"), one(), 30),
            entry(Some("desk"), Tests::All, 30),
        ];
        let quarantine = Quarantine { entries, today: day(20) };
        assert!(quarantine.excuses(&key("desk", &["adds"])));
        assert!(quarantine.excuses(&key("desk", &["takes"])));
        assert!(!quarantine.excuses(&key("phone", &["adds"])));
        assert_eq!(quarantine.term(&key("phone", &["takes"])), None);
    }
}
