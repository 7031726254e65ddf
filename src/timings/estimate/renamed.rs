//! A suite beside its history goes in; tests of renamed files and moved tests get back what the
//! history keeps under their old names, where they are plainly the same.
//!
//! Plainly means: the old name is no longer in the suite, the new one not yet in the history, and
//! nothing else comes into question on either side. A wrong guess would be worse than none.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::id::TestKey;
use crate::model::suite::Suite;
use crate::timings::estimate::coverage::{files, last_part};
use crate::timings::estimate::matching::{Entry, Matched, Matching};

/// The titles of a test, outermost first.
type Titles<'a> = &'a [String];
/// Files and the titles of their tests.
type Files<'a> = BTreeMap<&'a str, BTreeSet<Titles<'a>>>;

/// A title that so many missing files have in common names none of them.
const MOST_WITH_TITLE: usize = 8;
/// The same for the last part of a path.
const MOST_WITH_NAME: usize = 64;

/// Gives renamed files and moved tests of `suite` their entries.
pub(super) fn inherit<'a>(matching: &mut Matching<'a>, suite: &Suite) {
    let Matching { tests, rest } = matching;
    if rest.is_empty() || tests.iter().all(|test| test.timing.is_some()) {
        return;
    }
    let old_names = renames(tests, rest, &files(suite));
    let before =
        |key: &'a TestKey| Some((*old_names.get(key.file.as_str())?, &key.project, &key.titles));
    pair_up(tests, rest, before, |key| Some((&key.file[..], &key.project, &key.titles)));
    // Put into another `describe`, or taken out of one, in the same file.
    let in_file = |key: &'a TestKey| Some((&key.file, &key.project, key.titles.last()));
    pair_up(tests, rest, in_file, in_file);
    let in_project = |key: &'a TestKey| {
        let telling = key.titles.len() > 1 || key.titles.iter().any(|title| title.contains(' '));
        telling.then_some((&key.project, &key.titles))
    };
    pair_up(tests, rest, in_project, in_project);
    repeat(tests);
}

/// Gives each test without an entry the entry of the same name, where there is exactly one of
/// each; takes it out of `rest`.
fn pair_up<'a, N: Ord>(
    tests: &mut [Matched<'a>],
    rest: &mut Vec<Entry<'a>>,
    new_name: impl Fn(&'a TestKey) -> Option<N>,
    old_name: impl Fn(&'a TestKey) -> Option<N>,
) {
    let mut names: BTreeMap<N, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (position, test) in tests.iter().enumerate() {
        let first = test.timing.is_none() && test.case.key.repeat == 0;
        if let Some(name) = first.then(|| new_name(&test.case.key)).flatten() {
            names.entry(name).or_default().0.push(position);
        }
    }
    for (position, entry) in rest.iter().enumerate() {
        if let Some(both) = old_name(entry.key).and_then(|name| names.get_mut(&name)) {
            both.1.push(position);
        }
    }
    let mut taken = BTreeSet::new();
    for (new, old) in names.into_values() {
        if let ([new], [old]) = (&new[..], &old[..]) {
            tests[*new].timing = Some(rest[*old].timing);
            taken.insert(*old);
        }
    }
    let mut position = 0;
    rest.retain(|_| {
        position += 1;
        !taken.contains(&(position - 1))
    });
}

/// Repetitions take what the first has got.
fn repeat(tests: &mut [Matched<'_>]) {
    for position in 1..tests.len() {
        let (before, now) = (&tests[position - 1], &tests[position]);
        let (a, b) = (&before.case.key, &now.case.key);
        let same = a.titles == b.titles && a.project == b.project && a.file == b.file;
        if now.timing.is_none() && same {
            tests[position].timing = before.timing;
        }
    }
}

/// Old names by new ones: of files that are new to the history, and files of the history that are
/// no longer there, those pairs of which most titles agree.
fn renames<'a>(
    tests: &[Matched<'a>],
    rest: &[Entry<'a>],
    listed: &BTreeSet<&str>,
) -> BTreeMap<&'a str, &'a str> {
    let known: BTreeSet<&str> = tests
        .iter()
        .filter(|test| test.timing.is_some())
        .map(|test| test.case.key.file.as_str())
        .collect();
    let new =
        titles(tests.iter().map(|t| &t.case.key).filter(|k| !known.contains(k.file.as_str())));
    let gone = titles(rest.iter().map(|e| e.key).filter(|k| !listed.contains(k.file.as_str())));
    let candidates = Candidates::of(&gone);
    let mut claims: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (file, titles) in &new {
        if let Some(old) = candidates.best(file, titles, &gone) {
            claims.entry(old).or_default().push(file);
        }
    }
    let single = claims.into_iter().filter(|(_, new)| new.len() == 1);
    single.map(|(old, new)| (new[0], old)).collect()
}

fn titles<'a>(keys: impl Iterator<Item = &'a TestKey>) -> Files<'a> {
    let mut files = Files::new();
    for key in keys {
        files.entry(&key.file).or_default().insert(&key.titles);
    }
    files
}

/// Which files may be the old name of another.
struct Candidates<'a> {
    by_title: BTreeMap<Titles<'a>, Vec<&'a str>>,
    by_name: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Candidates<'a> {
    fn of(gone: &Files<'a>) -> Self {
        let mut found = Self { by_title: BTreeMap::new(), by_name: BTreeMap::new() };
        for (file, titles) in gone {
            found.by_name.entry(last_part(file)).or_default().push(file);
            for title in titles {
                found.by_title.entry(title).or_default().push(file);
            }
        }
        found.by_title.retain(|_, files| files.len() <= MOST_WITH_TITLE);
        found.by_name.retain(|_, files| files.len() <= MOST_WITH_NAME);
        found
    }

    /// The only file of which most titles agree, or the only one of those with the same last part.
    fn best(&self, file: &str, titles: &BTreeSet<Titles<'_>>, gone: &Files<'a>) -> Option<&'a str> {
        let namesakes = self.by_name.get(last_part(file)).into_iter().flatten();
        let sharing = titles.iter().filter_map(|title| self.by_title.get(title)).flatten();
        let mut alike: BTreeSet<&str> = namesakes.chain(sharing).copied().collect();
        let is_namesake = |old: &&str| last_part(old) == last_part(file);
        alike.retain(|old| {
            gone.get(old).is_some_and(|theirs| {
                let common = titles.intersection(theirs).count();
                // One title alone may well be another test's.
                let enough = common > 1 || is_namesake(old);
                enough && common * 2 > titles.len().max(theirs.len())
            })
        });
        let mut namesakes = alike.iter().filter(|old| is_namesake(old));
        match (alike.len(), namesakes.next(), namesakes.next()) {
            (1, _, _) => alike.first().copied(),
            (_, only, None) => only.copied(),
            _ => None,
        }
    }
}
