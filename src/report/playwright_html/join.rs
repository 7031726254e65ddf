//! Reports and, where there is one, the outcome go in; what every test case is made of comes out.
//!
//! The rules. A test case's attempts in the shards that it was dealt to, one after the other, are
//! its retries: their results are joined. A
//! set-up test that ran in several shards is shown once, with the results of the shard where it
//! went worst (the first of these); the others are named in an annotation. An attempt that left no
//! report gives the results that its events told. Of reports without an outcome see
//! [`super::attempts`].

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::event::AttemptId;
use crate::model::id::{ShardNumber, TestKey};
use crate::model::outcome::{Outcome, TestOutcome, TestRun};
use crate::report::facts::term;
use crate::report::playwright_html::data::{FileData, Kind, TestData, shown};
use crate::report::playwright_html::input::Input;

/// A test case in a report: which input, which of its files, which test there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub(super) input: usize,
    pub(super) file: usize,
    pub(super) test: usize,
}

impl Place {
    /// The spec file in the report.
    pub(super) fn file(self, inputs: &[Input]) -> &FileData {
        &inputs[self.input].report.files[self.file]
    }

    /// The test case in the report.
    pub(super) fn test(self, inputs: &[Input]) -> &TestData {
        &self.file(inputs).tests[self.test]
    }
}

/// Where results of a test case come from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part<'a> {
    /// As a report holds them.
    Kept(Place),
    /// As the events told them: the executions that ended, and whether one more was cut off.
    Told { runs: Vec<&'a TestRun>, cut_off: Option<AttemptId> },
}

/// One test case of the merged report.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Joined<'a> {
    pub(super) kind: Kind,
    /// In the order in which they happened.
    pub(super) parts: Vec<Part<'a>>,
    /// None where the outcome does not know it.
    pub(super) test: Option<&'a TestOutcome>,
    /// Where a set-up test ran, if in several places.
    pub(super) beside: Option<Beside>,
    /// The runner's id where it is not that of the last part.
    pub(super) id: Option<String>,
}

/// Places side by side that ran the same test; one of them is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Beside {
    /// What they are, e.g. `shards`.
    pub(super) what: &'static str,
    pub(super) names: Vec<String>,
    pub(super) shown: String,
}

impl Joined<'_> {
    /// The spec file, as the first report that has the test names it.
    pub(super) fn name<'a>(&self, inputs: &'a [Input]) -> Option<&'a str> {
        let kept = self.parts.iter().find_map(|part| match part {
            Part::Kept(place) => Some(*place),
            Part::Told { .. } => None,
        });
        kept.map(|place| place.file(inputs).file_name.as_str())
    }

    /// The place in a report that already says all of this, if there is one.
    pub(super) fn untouched(&self, inputs: &[Input]) -> Option<Place> {
        let has_note = self.beside.is_some() || self.test.is_some_and(|test| term(test).is_some());
        match self.parts.as_slice() {
            [Part::Kept(place)] if !has_note && self.id.is_none() => {
                (place.test(inputs).head.outcome == self.kind).then_some(*place)
            }
            _ => None,
        }
    }
}

/// The test cases of the merged report by spec file.
pub(super) type Files<'a> = BTreeMap<String, Vec<Joined<'a>>>;

/// Joins by what became of the tests, and gives the number of tests that only the reports know.
pub(super) fn by_outcome<'a>(inputs: &[Input], outcome: &'a Outcome) -> (Files<'a>, usize) {
    let index = Index::new(inputs);
    let mut claimed = BTreeSet::new();
    let mut files = Files::new();
    for (key, test) in &outcome.tests {
        let places = index.find(test.case.runner_id.as_deref(), key);
        claimed.extend(places.iter().copied());
        files.entry(key.file.clone()).or_default().push(told(inputs, test, &places));
    }
    let mut unknown = 0;
    for places in index.groups() {
        let places: Vec<Place> =
            places.iter().copied().filter(|place| !claimed.contains(place)).collect();
        if let Some(joined) = worst(inputs, &places) {
            unknown += 1;
            files.entry(places[0].file(inputs).file_name.clone()).or_default().push(joined);
        }
    }
    (files, unknown)
}

/// What no event told of: the worst speaks, so that what failed stays visible.
fn worst(inputs: &[Input], places: &[Place]) -> Option<Joined<'static>> {
    let mut worst: Option<(Kind, Place)> = None;
    for place in places {
        let kind = place.test(inputs).head.outcome;
        if worst.is_none_or(|(known, _)| kind > known) {
            worst = Some((kind, *place));
        }
    }
    let (kind, place) = worst?;
    Some(Joined { kind, parts: vec![Part::Kept(place)], test: None, beside: None, id: None })
}

fn told<'a>(inputs: &[Input], test: &'a TestOutcome, places: &[Place]) -> Joined<'a> {
    let shards = test.ran_in();
    let kept: BTreeMap<AttemptId, Place> = places
        .iter()
        .rev()
        .filter_map(|place| Some((inputs[place.input].attempt?, *place)))
        .collect();
    let decisive = decisive(test, &shards);
    let turn = |shard| test.dealt().position(|dealt| dealt == shard);
    let shown = |shard| {
        decisive == Some(shard) || (turn(shard).is_some() && decisive.and_then(turn).is_some())
    };
    let ids: BTreeSet<(Option<usize>, AttemptId)> = kept
        .keys()
        .copied()
        .chain(test.runs.iter().map(|run| run.id))
        .chain(test.open.iter().copied())
        .filter(|id| decisive.is_none() || shown(id.shard))
        .map(|id| (turn(id.shard), id))
        .collect();
    let mut parts: Vec<Part<'a>> =
        ids.into_iter().map(|(_, id)| part(inputs, test, id, kept.get(&id))).collect();
    let weight = |part: &Part<'_>| match part {
        Part::Kept(place) => place.test(inputs).head.results.len(),
        Part::Told { runs, cut_off } => runs.len() + usize::from(cut_off.is_some()),
    };
    if parts.iter().any(|part| weight(part) > 0) {
        parts.retain(|part| weight(part) > 0);
    } else {
        parts.truncate(1);
    }
    let several = shards.iter().any(|shard| !shown(*shard));
    Joined {
        kind: Kind::from(test.verdict()),
        parts,
        test: Some(test),
        beside: decisive.filter(|_| several).map(|shown| Beside {
            what: "shards",
            names: shards.iter().map(ShardNumber::to_string).collect(),
            shown: shown.to_string(),
        }),
        id: None,
    }
}

/// The first of the shards where it went worst.
fn decisive(test: &TestOutcome, shards: &BTreeSet<ShardNumber>) -> Option<ShardNumber> {
    if shards.len() < 2 {
        return shards.first().copied();
    }
    let verdict = test.verdict();
    shards.iter().copied().find(|shard| test.verdict_in(*shard) == verdict)
}

/// What one attempt has to say: its report, unless events told of more executions.
fn part<'a>(
    inputs: &[Input],
    test: &'a TestOutcome,
    id: AttemptId,
    kept: Option<&Place>,
) -> Part<'a> {
    let runs: Vec<&TestRun> = test.runs.iter().filter(|run| run.id == id).collect();
    match kept {
        Some(place) if place.test(inputs).head.results.len() >= runs.len() => Part::Kept(*place),
        _ => Part::Told { runs, cut_off: test.open.contains(&id).then_some(id) },
    }
}

/// Finds test cases in reports.
struct Index {
    groups: Vec<Vec<Place>>,
    by_id: HashMap<(String, String), usize>,
    by_key: HashMap<TestKey, Vec<usize>>,
}

impl Index {
    fn new(inputs: &[Input]) -> Self {
        let mut index = Self { groups: Vec::new(), by_id: HashMap::new(), by_key: HashMap::new() };
        for (input, opened) in inputs.iter().enumerate() {
            for (file, data) in opened.report.files.iter().enumerate() {
                for (test, one) in data.tests.iter().enumerate() {
                    index.add(data, one, Place { input, file, test });
                }
            }
        }
        index
    }

    fn add(&mut self, file: &FileData, test: &TestData, place: Place) {
        let id = (file.file_name.clone(), test.head.test_id.clone());
        let next = self.groups.len();
        let group = *self.by_id.entry(id).or_insert(next);
        if group == next {
            self.groups.push(Vec::new());
            self.by_key.entry(test.head.key(&file.file_name)).or_default().push(group);
        }
        self.groups[group].push(place);
    }

    /// Every test case with its places, in the order of the reports.
    fn groups(&self) -> impl Iterator<Item = &[Place]> {
        self.groups.iter().map(Vec::as_slice)
    }

    /// By the runner's id, or by the lasting key where the id is not known or of another version.
    fn find(&self, runner_id: Option<&str>, key: &TestKey) -> Vec<Place> {
        let by_id = runner_id
            .and_then(|id| self.by_id.get(&(key.file.clone(), id.to_owned())))
            .map(std::slice::from_ref);
        let found = by_id.or_else(|| self.by_key.get(&shown(key)).map(Vec::as_slice));
        let groups = found.unwrap_or_default().iter();
        groups.flat_map(|group| self.groups[*group].iter().copied()).collect()
    }
}
