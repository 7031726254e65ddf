//! What is known of a suite goes in, a guess for a test without history comes out.
//!
//! The guess descends from the mean of the suite over the folders to the file. Each step is the
//! mean of the known tests there, as if some more tests stood there that take what the step above
//! says: two known tests in a file say little, forty say all. Then come the properties of the
//! test, as far as they made a difference to the known ones: its project, its tags, its length in
//! lines. The same test in another project, and one of the same titles in another file, say more.
//!
//! Means and not medians: what counts is the sum of many tests, and durations have a long tail.
//! The rules and their numbers were tried on series of real durations (`benches/prediction.rs`).
//! Only addition, multiplication and division are used, which every machine does alike.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::id::TestKey;
use crate::model::suite::TestCase;
use crate::timings::estimate::matching::{Entry, Matching};
use crate::timings::estimate::traits::Factors;

/// What a test is taken to need where nothing at all is known, in seconds.
const UNHEARD_OF: f64 = 1.0;
/// So many tests that take what the folder says stand in each file besides its own.
const FILE_PRIOR: f64 = 8.0;
/// So many tests that take what the folder above says stand in each folder besides its own.
const FOLDER_PRIOR: f64 = 16.0;
/// So many guesses weigh as much as one test of the same titles in another file.
const TITLE_PRIOR: f64 = 1.0;

/// A test and what it takes, in seconds.
pub(super) type Known<'a> = (&'a TestKey, f64);

/// What is known, made ready for guesses.
pub(super) struct Guesses<'a> {
    pub(super) mean: f64,
    least: f64,
    greatest: f64,
    places: Places<'a>,
    factors: Factors<'a>,
    namesakes: Namesakes<'a>,
}

impl<'a> Guesses<'a> {
    /// From the suite's known tests; where there is none, from whatever else the history knows.
    pub(super) fn of(matching: &Matching<'a>) -> Self {
        let listed = matching.tests.iter().filter(|test| test.case.key.repeat == 0);
        let mut known: Vec<Known<'a>> =
            listed.filter_map(|test| Some((&test.case.key, test.seconds()?))).collect();
        if known.is_empty() {
            let seconds = |entry: &Entry<'_>| Some(entry.timing.duration?.as_secs_f64());
            known = matching.rest.iter().filter_map(|e| Some((e.key, seconds(e)?))).collect();
        }
        let all = Sum::of(known.iter().map(|(_, seconds)| *seconds));
        let mean = if known.is_empty() { UNHEARD_OF } else { all.total / all.count };
        let seconds = || known.iter().map(|(_, seconds)| *seconds);
        let least = seconds().reduce(f64::min).unwrap_or(UNHEARD_OF);
        let greatest = seconds().reduce(f64::max).unwrap_or(UNHEARD_OF);
        let empty = Places { mean, folders: BTreeMap::new(), files: BTreeMap::new() };
        if !matching.has_unknown() {
            let (factors, namesakes) = (Factors::default(), Namesakes::default());
            return Self { mean, least, greatest, places: empty, factors, namesakes };
        }
        let places = Places::of(&known, mean);
        let factors = Factors::of(matching, mean, |file| places.guess(file));
        let namesakes = Namesakes::of(matching, &known, &factors);
        Self { mean, least, greatest, places, factors, namesakes }
    }

    /// What an unknown test is taken to need, in seconds: between the least and the greatest known.
    pub(super) fn of_test(&self, case: &TestCase) -> f64 {
        let TestKey { file, project, titles, repeat: _ } = &case.key;
        let guess = if let Some(same) = self.namesakes.in_file.get(&(file, titles)) {
            same.total / same.count * self.factors.of_project(project)
        } else {
            let guess = self.places.guess(file) * self.factors.of_test(case);
            let elsewhere = self.namesakes.anywhere.get(&titles[..]);
            elsewhere.map_or(guess, |sum| sum.shrunk(guess, TITLE_PRIOR))
        };
        guess.clamp(self.least, self.greatest)
    }
}

/// What the known tests take that have the titles of an unknown one.
#[derive(Default)]
struct Namesakes<'a> {
    anywhere: BTreeMap<&'a [String], Sum>,
    /// The same test in other projects, by its file and titles, were they as fast as all are.
    in_file: BTreeMap<(&'a str, &'a [String]), Sum>,
}

impl<'a> Namesakes<'a> {
    fn of(matching: &Matching<'a>, known: &[Known<'a>], factors: &Factors<'_>) -> Self {
        let unknown = || matching.tests.iter().filter(|test| test.seconds().is_none());
        let asked: BTreeSet<&[String]> = unknown().map(|test| &test.case.key.titles[..]).collect();
        let files: BTreeSet<&str> = unknown().map(|test| test.case.key.file.as_str()).collect();
        let mut found = Self::default();
        for tests in known.chunk_by(|(a, _), (b, _)| a.file == b.file) {
            let file = tests[0].0.file.as_str();
            let here = files.contains(file);
            for (key, seconds) in tests.iter().filter(|(key, _)| asked.contains(&key.titles[..])) {
                found.anywhere.entry(&key.titles).or_default().add(*seconds);
                if here {
                    let even = seconds / factors.of_project(&key.project);
                    found.in_file.entry((file, &key.titles)).or_default().add(even);
                }
            }
        }
        found
    }
}

/// What the tests of each place take, in seconds.
struct Places<'a> {
    mean: f64,
    folders: BTreeMap<&'a str, f64>,
    files: BTreeMap<&'a str, f64>,
}

impl<'a> Places<'a> {
    fn of(known: &[Known<'a>], mean: f64) -> Self {
        // In the order of their keys, a file's tests stand together.
        let files: BTreeMap<&str, Sum> = known
            .chunk_by(|(a, _), (b, _)| a.file == b.file)
            .map(|tests| (tests[0].0.file.as_str(), Sum::of(tests.iter().map(|(_, s)| *s))))
            .collect();
        let mut folders: BTreeMap<&str, Sum> = BTreeMap::new();
        for (file, sum) in &files {
            for folder in folders_above(file) {
                let all = folders.entry(folder).or_default();
                all.total += sum.total;
                all.count += sum.count;
            }
        }
        let mut places = Self { mean, folders: BTreeMap::new(), files: BTreeMap::new() };
        // A folder stands before what is in it.
        for (folder, sum) in folders {
            let guess = sum.shrunk(places.above(folder), FOLDER_PRIOR);
            places.folders.insert(folder, guess);
        }
        for (file, sum) in files {
            let guess = sum.shrunk(places.above(file), FILE_PRIOR);
            places.files.insert(file, guess);
        }
        places
    }

    /// What a test of this file takes.
    fn guess(&self, file: &str) -> f64 {
        self.files.get(file).copied().unwrap_or_else(|| self.above(file))
    }

    /// What the nearest known folder above a path says.
    fn above(&self, path: &str) -> f64 {
        let known = folders_above(path).find_map(|folder| self.folders.get(folder));
        known.copied().unwrap_or(self.mean)
    }
}

/// The folders that a path lies in, the innermost first.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(end, _)| &path[..end])
}

/// Durations in seconds, added up.
#[derive(Clone, Copy, Default)]
struct Sum {
    total: f64,
    count: f64,
}

impl Sum {
    fn of(seconds: impl Iterator<Item = f64>) -> Self {
        let mut sum = Self::default();
        seconds.for_each(|seconds| sum.add(seconds));
        sum
    }

    fn add(&mut self, seconds: f64) {
        self.total += seconds;
        self.count += 1.0;
    }

    /// The mean, with so many tests more that take `prior`.
    fn shrunk(self, prior: f64, weight: f64) -> f64 {
        (self.total + prior * weight) / (self.count + weight)
    }
}
