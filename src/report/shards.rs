//! A plan and its outcome go in, what reports say of each shard comes out: the same figures under the
//! same names in every one of them.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::model::id::ShardNumber;
use crate::model::outcome::{Counts, Outcome, ShardOutcome, TestOutcome};
use crate::model::plan::Plan;
use crate::report::facts::{number_of, time};
use crate::report::overview::chart::{Chart, ShardChart, chart};

/// The names of a shard's times, each with what it is.
pub(crate) const TIMES: [(&str, &str); 3] = [
    ("predicted", "What the plan said that it takes, its start included as far as that was known"),
    ("took", "From the start of its first container to the end of its last one"),
    ("start", "What of it was before its first test"),
];

/// What stands where nothing is known.
pub(crate) const NONE: &str = "–";

/// What is said of one shard.
pub(crate) struct ShardRow<'a> {
    pub(crate) shard: &'a ShardOutcome,
    /// How many tests were dealt to it, first or again.
    pub(crate) tests: usize,
    /// The verdicts of those that are counted with it: each test where it ran last.
    pub(crate) counts: Counts,
    /// With which shards the others are counted.
    pub(crate) others: BTreeSet<ShardNumber>,
    /// In the order of [`TIMES`]; none where it is not known.
    pub(crate) times: [Option<Duration>; 3],
}

impl ShardRow<'_> {
    /// Its times as people read them.
    pub(crate) fn told(&self) -> [String; 3] {
        self.times.map(|known| known.map_or_else(|| NONE.to_owned(), time))
    }

    /// From the start of its first container to the end of its last one, without what lies between
    /// its job and the same job when CI ran it again.
    pub(crate) fn took(&self) -> Option<Duration> {
        self.times[1]
    }

    /// Where the tests are counted that are not counted with it, e.g. `3 counted with shard 1`.
    pub(crate) fn elsewhere(&self) -> Option<String> {
        let left = self.tests - self.counts.total();
        let numbers: Vec<String> = self.others.iter().map(ToString::to_string).collect();
        let shards = if numbers.len() == 1 { "shard" } else { "shards" };
        let with = format!("counted with {shards} {}", numbers.join(", "));
        match left {
            0 => None,
            left if left == self.tests => Some(format!("its tests were {with}")),
            left => Some(format!("{left} {with}")),
        }
    }
}

/// Every shard, in the order of their numbers.
pub(crate) fn rows<'a>(plan: &Plan, outcome: &'a Outcome) -> Vec<ShardRow<'a>> {
    of_chart(&chart(plan, outcome), outcome)
}

/// The same of a timeline that is there already.
pub(crate) fn of_chart<'a>(chart: &Chart<'a>, outcome: &Outcome) -> Vec<ShardRow<'a>> {
    let mut rows: Vec<ShardRow<'a>> = chart.shards.iter().map(of_shard).collect();
    for test in outcome.tests.values() {
        let with = counted_with(test);
        let dealt: BTreeSet<ShardNumber> = test.dealt().collect();
        for row in rows.iter_mut().filter(|row| dealt.contains(&row.shard.number)) {
            row.tests += 1;
            match with {
                Some(with) if with != row.shard.number => {
                    row.others.insert(with);
                }
                Some(_) | None => row.counts.add(test.verdict()),
            }
        }
    }
    rows
}

fn of_shard<'a>(chart: &ShardChart<'a>) -> ShardRow<'a> {
    let millis = |from: u64, to: u64| Duration::from_millis(to.saturating_sub(from));
    let (span, whole) = (chart.tests_span(), chart.whole_span());
    let times = [
        chart.predicted.map(Duration::from_millis),
        whole.map(|(from, to)| millis(from, to).saturating_sub(chart.shard.paused())),
        span.zip(whole).map(|((first, _), (begin, _))| millis(begin, first)),
    ];
    let (counts, others) = (Counts::default(), BTreeSet::new());
    ShardRow { shard: chart.shard, tests: 0, counts, others, times }
}

/// The shard that a test is counted with: of those that it was dealt to the last one that ran it,
/// or would have had to.
pub(crate) fn counted_with(test: &TestOutcome) -> Option<ShardNumber> {
    let ran = test.ran_in();
    test.dealt().filter(|shard| ran.contains(shard)).last().or(test.shard)
}

/// The tests that are in no shard's row; none where there are none of them.
pub(crate) fn set_up(outcome: &Outcome) -> Option<String> {
    let count = outcome.tests.values().filter(|test| test.dealt().next().is_none()).count();
    let tests = number_of(count, "set-up test");
    (count > 0).then(|| format!("+ {tests}, in each shard that needs {}", them(count)))
}

fn them(count: usize) -> &'static str {
    if count == 1 { "it" } else { "them" }
}

#[cfg(test)]
mod tests {
    use super::{ShardRow, rows, set_up};
    use crate::model::event::UnixMillis;
    use crate::model::id::ShardNumber;
    use crate::report::sample::{Sample, calm, stormy};

    fn told(sample: &Sample) -> Vec<[String; 3]> {
        rows(&sample.plan, &sample.outcome).iter().map(ShardRow::told).collect()
    }

    #[test]
    fn a_slow_start_is_a_part_of_what_a_shard_took() {
        let mut sample = calm();
        sample.plan.known = 2;
        // The first shard's container starts a second earlier.
        let before = told(&sample);
        let attempt = &mut sample.outcome.shards[0].attempts[0];
        attempt.started = UnixMillis(attempt.started.0 - 1_000);
        let after = told(&sample);
        assert_eq!(before[0], ["1.0 s", "1.1 s", "0.09 s"]);
        assert_eq!(after[0], ["1.0 s", "2.1 s", "1.1 s"]);
        assert_eq!(before[1], after[1]);
    }

    #[test]
    fn nothing_is_predicted_where_nothing_is_known_or_to_be_run() {
        let mut sample = stormy();
        assert!(told(&sample).iter().all(|times| times[0] == "–"), "nothing is known");
        sample.plan.known = 1;
        let times = told(&sample);
        assert_eq!((times[0][0].as_str(), &times[2]), ("2.0 s", &["–"; 3].map(str::to_owned)));
    }

    #[test]
    fn a_test_is_counted_where_it_ran_and_the_other_shard_says_so() {
        let mut sample = calm();
        let test = sample.outcome.tests.values_mut().next().unwrap();
        test.earlier.push(ShardNumber::at(0));
        test.shard = Some(ShardNumber::at(1));
        let of = |sample: &Sample| {
            let rows = rows(&sample.plan, &sample.outcome);
            rows.iter()
                .map(|row| (row.tests, row.counts.total(), row.elsewhere().unwrap_or_default()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of(&sample),
            [(1, 1, String::new()), (2, 1, "1 counted with shard 1".to_owned())]
        );
        let test = sample.outcome.tests.values_mut().next().unwrap();
        test.runs[0].id.shard = ShardNumber::at(1);
        assert_eq!(
            of(&sample),
            [(1, 0, "its tests were counted with shard 2".to_owned()), (2, 2, String::new())]
        );
    }

    #[test]
    fn rows_and_set_up_tests_are_all_tests() {
        let Sample { plan, outcome } = stormy();
        let counted: usize = rows(&plan, &outcome).iter().map(|row| row.counts.total()).sum();
        assert_eq!(counted + 1, outcome.counts().total());
        assert_eq!(set_up(&outcome).unwrap(), "+ 1 set-up test, in each shard that needs it");
        assert_eq!(set_up(&calm().outcome), None);
    }
}
