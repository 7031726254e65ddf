//! Reports of which nothing else is known go in; what every test case is made of comes out.
//!
//! The rules. A report is another try where all of its tests are in reports that had ended before it
//! began: a job that was started anew, or `--last-failed`. It is one of the same shard, or else of the
//! reports of which it holds a test that stands in no other one but such tries: a set-up test of
//! several reports does not tell which of them ran again. Its results are further attempts: the last
//! one that came to an end decides, and a failure before it makes the test flaky. What was skipped or
//! cut off decides nothing, so it heals no failure. All other reports, and those of different shards,
//! are no retries of each other, whenever they ran: a set-up test ran in each of them, and is shown
//! as it was in the one where it went worst; the others are named in an annotation. A test that ran
//! in several environments, which differ in their tags, is several tests.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::model::id::TestKey;
use crate::report::playwright_html::data::{Head, Kind, id_of};
use crate::report::playwright_html::ends::Ends;
use crate::report::playwright_html::input::{Input, Seat};
use crate::report::playwright_html::join::{Beside, Files, Joined, Part, Place};
use crate::wire::blob::call::Shard;

/// The tests of all reports.
pub(super) struct Attempts {
    pub(super) files: Files<'static>,
    /// How many tests should have run and never did.
    pub(super) not_run: usize,
    pub(super) folded: Folded,
    pub(super) ends: Ends,
}

/// How many tests stand in several reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Folded {
    /// One report is another try after the other.
    pub(crate) in_turn: usize,
    /// The reports are side by side.
    pub(crate) beside: usize,
}

/// Joins by nothing but the reports.
pub(super) fn by_reports(inputs: &[Input]) -> Attempts {
    let mut files = Files::new();
    let (mut not_run, mut folded) = (0, Folded::default());
    let mut ids = HashSet::new();
    let groups = groups(inputs);
    let tries = Tries::of(inputs, &groups);
    let mut outdone: Vec<bool> = inputs.iter().map(has_tests).collect();
    for mut places in groups {
        places.sort_by(|one, other| {
            let start = |place: &Place| inputs[place.input].report.start();
            start(one).total_cmp(&start(other)).then(one.cmp(other))
        });
        let never = places.iter().all(|place| place.test(inputs).head.did_not_run());
        not_run += usize::from(never);
        let lanes = lanes(inputs, &tries, places);
        for lane in &lanes {
            lane.outdo(inputs, &tries, &mut outdone);
        }
        folded.in_turn += usize::from(lanes.iter().any(|lane| lane.places.len() > 1));
        folded.beside += usize::from(lanes.len() > 1);
        let joined = joined(inputs, &lanes, &mut ids);
        if let Some(file) = joined.name(inputs) {
            files.entry(file.to_owned()).or_default().push(joined);
        }
    }
    let flaky = files.values().flatten().filter(|test| test.kind == Kind::Flaky).count();
    Attempts { not_run, folded, ends: Ends::of(inputs, &outdone, flaky), files }
}

/// What makes two entries of different reports the same test: its lasting key, what tells its
/// environment, and which of those that are equal in one report it is.
type Identity = (TestKey, BTreeSet<String>, usize);

/// The places of each test, in the order of first sight.
fn groups(inputs: &[Input]) -> Vec<Vec<Place>> {
    let mut groups: Vec<Vec<Place>> = Vec::new();
    let mut known: HashMap<Identity, usize> = HashMap::new();
    for (input, opened) in inputs.iter().enumerate() {
        for (file, data) in opened.report.files.iter().enumerate() {
            for (test, one) in data.tests.iter().enumerate() {
                let key = one.head.key(&data.file_name);
                let mut identity = (key, environment(&one.head, opened.seat()), 0);
                let place = Place { input, file, test };
                loop {
                    let next = groups.len();
                    let group = *known.entry(identity.clone()).or_insert(next);
                    if group == next {
                        groups.push(vec![place]);
                        break;
                    }
                    if groups[group].last().is_none_or(|last| last.input != input) {
                        groups[group].push(place);
                        break;
                    }
                    identity.2 += 1;
                }
            }
        }
    }
    groups
}

/// Which reports are another try.
fn again(inputs: &[Input], groups: &[Vec<Place>]) -> Vec<bool> {
    let mut again: Vec<bool> = inputs.iter().map(has_tests).collect();
    for places in groups {
        let first_end = places.iter().map(|place| inputs[place.input].end()).reduce(f64::min);
        for place in places {
            let start = inputs[place.input].report.start();
            again[place.input] &= first_end.is_some_and(|end| end < start);
        }
    }
    again
}

/// Which reports are another try, and of which.
struct Tries {
    again: Vec<bool>,
    /// The reports that hold one of its tests alone.
    homes: Vec<BTreeSet<usize>>,
}

impl Tries {
    fn of(inputs: &[Input], groups: &[Vec<Place>]) -> Self {
        let (again, mut homes) = (again(inputs, groups), vec![BTreeSet::new(); inputs.len()]);
        for places in groups {
            let (tries, first): (Vec<Place>, Vec<Place>) =
                places.iter().partition(|place| again[place.input]);
            let alone =
                first.iter().all(|place| *place == first[0] || is_same(inputs, first[0], *place));
            for place in tries.into_iter().filter(|_| alone) {
                homes[place.input].extend(first.iter().map(|home| home.input));
            }
        }
        Self { again, homes }
    }
}

fn has_tests(input: &Input) -> bool {
    input.report.files.iter().any(|file| !file.tests.is_empty())
}

/// Its tags but those in its titles: these are no tags in the reports of older versions. What a blob
/// calls its environment is a tag of its tests, and so it is of the HTML report that stands for it.
fn environment(head: &Head, seat: Option<&Seat>) -> BTreeSet<String> {
    let titles = || head.path.iter().chain([&head.title]);
    let named = seat.map_or("", |seat| &seat.environment).split_whitespace();
    let all = head.tags.iter().map(String::as_str).chain(named);
    let own = all.filter(|tag| !titles().any(|title| title.contains(tag)));
    own.map(str::to_owned).collect()
}

/// One after the other in time, or in one shard.
#[derive(Default)]
struct Lane {
    places: Vec<Place>,
    /// The same executions, told once more.
    copies: Vec<Place>,
    shards: BTreeSet<Shard>,
    /// Milliseconds since 1970.
    end: f64,
}

impl Lane {
    /// What the attempts say together.
    fn kind(&self, inputs: &[Input]) -> Kind {
        let kinds = self.places.iter().map(|place| place.test(inputs).head.outcome);
        let ended: Vec<Kind> = kinds.filter(|kind| *kind != Kind::Skipped).collect();
        let ill = ended.iter().any(|kind| *kind != Kind::Expected);
        match ended.last() {
            None => Kind::Skipped,
            Some(Kind::Unexpected) => Kind::Unexpected,
            Some(_) if ill => Kind::Flaky,
            Some(_) => Kind::Expected,
        }
    }

    /// Leaves in `outdone` the reports after which another try brought this test to an end: where it
    /// did so with each of their tests it says more than they do.
    fn outdo(&self, inputs: &[Input], tries: &Tries, outdone: &mut [bool]) {
        let ended =
            |place: &&Place| tries.again[place.input] && !place.test(inputs).head.did_not_run();
        let starts = self.places.iter().filter(ended);
        let last = starts.map(|place| inputs[place.input].report.start()).reduce(f64::max);
        for place in self.places.iter().chain(&self.copies) {
            let end = inputs[place.input].end();
            outdone[place.input] &= last.is_some_and(|start| end < start);
        }
    }

    /// Whether another try that began then may be one of what is in it.
    fn goes_on(&self, start: f64, shard: Option<Shard>) -> bool {
        let other = |one: &Shard| {
            shard.is_some_and(|shard| one.total == shard.total && one.current != shard.current)
        };
        start > self.end && !self.shards.iter().any(other)
    }
}

fn lanes(inputs: &[Input], tries: &Tries, places: Vec<Place>) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = Vec::new();
    for place in places {
        let input = &inputs[place.input];
        let shard = input.seat().and_then(|seat| seat.shard);
        let (start, end) = (input.report.start(), input.end());
        let is_copy =
            |lane: &&mut Lane| lane.places.iter().any(|known| is_same(inputs, *known, place));
        if let Some(lane) = lanes.iter_mut().find(is_copy) {
            lane.copies.push(place);
            continue;
        }
        let own = |lane: &Lane| shard.is_some_and(|shard| lane.shards.contains(&shard));
        let homes = &tries.homes[place.input];
        let of = |lane: &Lane| {
            let mut known = lane.places.iter().chain(&lane.copies);
            own(lane) || known.any(|place| homes.contains(&place.input))
        };
        // Of several the one with the same shard, then the worst: that is tried again.
        let best = (0..lanes.len())
            .filter(|number| tries.again[place.input] && of(&lanes[*number]))
            .filter(|number| lanes[*number].goes_on(start, shard))
            .max_by_key(|number| {
                let lane = &lanes[*number];
                (own(lane), lane.kind(inputs), std::cmp::Reverse(*number))
            });
        let number = best.unwrap_or_else(|| {
            lanes.push(Lane::default());
            lanes.len() - 1
        });
        let lane = &mut lanes[number];
        lane.places.push(place);
        lane.shards.extend(shard);
        lane.end = lane.end.max(end);
    }
    lanes
}

/// Whether two reports tell of the same executions, as an HTML report and a blob of one run do.
fn is_same(inputs: &[Input], one: Place, other: Place) -> bool {
    let (one, other) = (&one.test(inputs).head, &other.test(inputs).head);
    let starts = |head: &Head| {
        head.results.iter().map(|result| result.start_time.clone()).collect::<Option<Vec<_>>>()
    };
    one.outcome == other.outcome
        && !one.results.is_empty()
        && one.results.len() == other.results.len()
        && starts(one).is_some_and(|own| Some(own) == starts(other))
}

fn joined(inputs: &[Input], lanes: &[Lane], ids: &mut HashSet<String>) -> Joined<'static> {
    let kind = lanes.iter().map(|lane| lane.kind(inputs)).max().unwrap_or(Kind::Skipped);
    let shown = lanes.iter().position(|lane| lane.kind(inputs) == kind).unwrap_or(0);
    let mut places = lanes[shown].places.clone();
    let weight = |place: &Place| place.test(inputs).head.results.len();
    if places.iter().any(|place| weight(place) > 0) {
        places.retain(|place| weight(place) > 0);
    } else {
        places.truncate(1);
    }
    let id = places.last().and_then(|last| own_id(&last.test(inputs).head.test_id, ids));
    let parts = places.into_iter().map(Part::Kept).collect();
    let beside = (lanes.len() > 1).then(|| beside(lanes, shown));
    Joined { kind, parts, test: None, beside, id }
}

/// Another id where that is taken: environments use the same, and the page finds tests by it.
fn own_id(id: &str, ids: &mut HashSet<String>) -> Option<String> {
    if ids.insert(id.to_owned()) {
        return None;
    }
    let tries = (2..).map(|number: u32| format!("{id}{}", id_of(number.to_string())));
    tries.into_iter().find(|id| ids.insert(id.clone()))
}

fn beside(lanes: &[Lane], shown: usize) -> Beside {
    if lanes.iter().all(|lane| !lane.shards.is_empty()) {
        let name = |lane: &Lane| {
            let shards = lane.shards.iter().map(|shard| shard.current.to_string());
            shards.collect::<Vec<_>>().join(", ")
        };
        let names = lanes.iter().map(name).collect();
        return Beside { what: "shards", names, shown: name(&lanes[shown]) };
    }
    let name = |lane: &Lane| {
        let numbers = lane.places.iter().map(|place| (place.input + 1).to_string());
        numbers.collect::<Vec<_>>().join(", ")
    };
    Beside { what: "reports", names: lanes.iter().map(name).collect(), shown: name(&lanes[shown]) }
}
