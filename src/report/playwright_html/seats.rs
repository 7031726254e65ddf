//! Blob reports go in; which shards they leave out, and which of them cannot both be true, comes out.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::playwright_html::input::Input;
use crate::wire::blob::call::Shard;

/// Where HTML reports are among the inputs.
const UNLESS: &str = ", unless an HTML report is of it: these do not say so, their blobs do";

/// One sentence for each thing that is wrong. HTML reports do not say which shard they are, unless the
/// blob of the same run is there.
pub(super) fn problems(inputs: &[Input]) -> Vec<String> {
    let mut suites: BTreeMap<(&str, u32), BTreeMap<u32, Vec<&Input>>> = BTreeMap::new();
    for input in inputs {
        let Some(seat) = input.seat() else { continue };
        let Some(Shard { current, total }) = seat.shard else { continue };
        let suite = suites.entry((&seat.environment, total)).or_default();
        suite.entry(current).or_default().push(input);
    }
    let seatless = inputs.iter().any(|input| input.told.is_none());
    let unless = if seatless { UNLESS } else { "" };
    let mut problems = Vec::new();
    for ((environment, total), shards) in &suites {
        let of = match *environment {
            "" => format!("of {total}"),
            environment => format!("of {total} ({environment})"),
        };
        problems.extend(missing(*total, shards.keys().copied()).map(|gap| match gap {
            (first, last) if first == last => format!("shard {first} {of} is missing{unless}"),
            (first, last) => format!("shards {first} to {last} {of} are missing{unless}"),
        }));
        for (current, reports) in shards {
            problems
                .extend(contradictions(reports).map(|why| format!("shard {current} {of}: {why}")));
        }
    }
    problems
}

/// The gaps between the shards that are there; `present` is sorted.
fn missing(total: u32, present: impl Iterator<Item = u32>) -> impl Iterator<Item = (u64, u64)> {
    let (mut next, total) = (1, u64::from(total));
    let mut gaps = Vec::new();
    for current in present.map(u64::from).chain([total + 1]) {
        if current > next {
            gaps.push((next, (current - 1).min(total)));
        }
        next = next.max(current + 1);
    }
    gaps.into_iter().filter(|(first, last)| first <= last)
}

/// Pairs of reports of one shard of which neither is another attempt of the other.
fn contradictions<'a>(reports: &'a [&Input]) -> impl Iterator<Item = String> + 'a {
    let pairs = reports.iter().enumerate().flat_map(move |(number, one)| {
        reports[number + 1..].iter().map(move |other| (*one, *other))
    });
    pairs.filter_map(|(one, other)| {
        let why = if at_once(one, other) {
            "ran at the same time and are not the same"
        } else if differ(one, other) {
            "hold different tests"
        } else {
            return None;
        };
        Some(format!("`{}` and `{}` {why}", one.place.display(), other.place.display()))
    })
}

fn at_once(one: &Input, other: &Input) -> bool {
    one.report.start() < other.end() && other.report.start() < one.end()
}

/// Whether each has a test that the other has not: a re-run has the same tests, or fewer.
fn differ(one: &Input, other: &Input) -> bool {
    let keys = |input: &Input| {
        let files = input.report.files.iter();
        let tests =
            files.flat_map(|file| file.tests.iter().map(|test| test.head.key(&file.file_name)));
        tests.collect::<BTreeSet<_>>()
    };
    let (one, other) = (keys(one), keys(other));
    !one.is_subset(&other) && !other.is_subset(&one)
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn gaps_are_named_and_nothing_beyond_the_last() {
        let gaps =
            |total, present: &[u32]| missing(total, present.iter().copied()).collect::<Vec<_>>();
        assert_eq!(gaps(3, &[1, 2, 3]), []);
        assert_eq!(gaps(3, &[1, 3]), [(2, 2)]);
        assert_eq!(gaps(7, &[3, 5]), [(1, 2), (4, 4), (6, 7)]);
        assert_eq!(gaps(u32::MAX, &[2]), [(1, 1), (3, u64::from(u32::MAX))]);
        assert_eq!(gaps(2, &[0, 1, 2, 9]), []);
        assert_eq!(gaps(2, &[9]), [(1, 2)]);
    }
}
