//! Joined test cases go in; ids of spec files and the order of tests come out.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::model::id::TestKey;
use crate::report::playwright_html::data::{FileData, Kind, Location, TestData, id_of, shown};
use crate::report::playwright_html::input::Input;
use crate::report::playwright_html::join::{Joined, Part, Place};

/// Playwright's id of a spec file where a report has one, and none twice.
pub(super) fn file_id(
    inputs: &[Input],
    name: &str,
    tests: &[Joined<'_>],
    taken: &mut BTreeSet<String>,
) -> String {
    let mut parts = tests.iter().flat_map(|one| &one.parts);
    let known: Option<&FileData> = parts.find_map(|part| match part {
        Part::Kept(place) => Some(place.file(inputs)),
        Part::Told { .. } => None,
    });
    let mut id = known.map_or_else(|| id_of(name), |file| file.file_id.clone());
    while !taken.insert(id.clone()) {
        id = id_of(format!("{id} {name}"));
    }
    id
}

/// In Playwright's order: what went wrong first, then by project and place in the source.
pub(super) fn sorted<'a, 'b>(
    inputs: &[Input],
    projects: &[String],
    tests: &'b [Joined<'a>],
) -> Vec<&'b Joined<'a>> {
    let mut sorted: Vec<&Joined<'_>> = tests.iter().collect();
    sorted.sort_by_cached_key(|one| order(inputs, projects, one));
    sorted
}

type Order = (Reverse<u32>, usize, Location, Option<Place>, Option<TestKey>);

fn order(inputs: &[Input], projects: &[String], joined: &Joined<'_>) -> Order {
    let weight = match joined.kind {
        Kind::Unexpected => 1000,
        Kind::Flaky => 1,
        Kind::Expected | Kind::Skipped => 0,
    };
    let project = |name: &str| projects.iter().position(|one| one == name).unwrap_or(usize::MAX);
    let kept = joined.parts.iter().find_map(|part| match part {
        Part::Kept(place) => Some(*place),
        Part::Told { .. } => None,
    });
    match (kept, joined.test) {
        (Some(place), _) => {
            let TestData { head, .. } = place.test(inputs);
            (Reverse(weight), project(&head.project_name), head.location, Some(place), None)
        }
        (None, Some(test)) => {
            let at = Location { line: test.case.line, column: test.case.column };
            let key = shown(&test.case.key);
            (Reverse(weight), project(&key.project), at, None, Some(key))
        }
        (None, None) => (Reverse(weight), usize::MAX, Location::default(), None, None),
    }
}
