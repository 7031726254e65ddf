//! Many runs go in, the slowest tests and files come out, and which of them got slower.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::event::UnixMillis;
use crate::model::findings::{Findings, Slow, SlowFile, SlowTest, Slower, Times};
use crate::model::history::History;
use crate::report::history::{findings, top};

/// One measured time and when.
type Sample = (Option<UnixMillis>, Duration);

/// The tests and files with the greatest medians.
pub(crate) fn slow(history: &History, most: usize) -> Findings<Slow> {
    let tests = history.tests.iter().filter_map(|(key, runs)| {
        let samples = runs.iter().filter_map(|ran| Some((history.at(ran), ran.took()?)));
        Some(SlowTest { key: key.clone(), times: times(&samples.collect::<Vec<_>>())? })
    });
    let files = files(history).into_iter().filter_map(|(file, runs)| {
        let tests = runs.values().next_back().map_or(0, |(_, tests)| *tests);
        let at = |run: &usize| history.runs.get(*run).and_then(|run| run.at);
        let samples = runs.iter().map(|(run, (took, _))| (at(run), *took));
        let times = times(&samples.collect::<Vec<_>>())?;
        Some(SlowFile { file: file.to_owned(), tests, times })
    });
    let (mut tests, mut files): (Vec<_>, Vec<_>) = (tests.collect(), files.collect());
    // Stable: equal ones stay in the order of their names.
    tests.sort_by_key(|test| Reverse(test.times.median));
    files.sort_by_key(|file| Reverse(file.times.median));
    let found = Slow { tests: top(tests.into_iter(), most), files: top(files.into_iter(), most) };
    findings(history, found)
}

/// For each file and run the time of all executions and the number of tests.
fn files(history: &History) -> BTreeMap<&str, BTreeMap<usize, (Duration, usize)>> {
    let mut files: BTreeMap<&str, BTreeMap<usize, (Duration, usize)>> = BTreeMap::new();
    for (key, runs) in &history.tests {
        for ran in runs.iter().filter(|ran| ran.took().is_some()) {
            let all = ran.executions.iter().map(|execution| execution.duration).sum::<Duration>();
            let of_file = files.entry(&key.file).or_default().entry(ran.run).or_default();
            *of_file = (of_file.0 + all, of_file.1 + 1);
        }
    }
    files
}

/// None where nothing was measured.
fn times(samples: &[Sample]) -> Option<Times> {
    let mut sorted: Vec<Duration> = samples.iter().map(|(_, took)| *took).collect();
    sorted.sort_unstable();
    let rank = (sorted.len() * 95).div_ceil(100);
    Some(Times {
        runs: sorted.len(),
        median: median(&sorted)?,
        p95: *sorted.get(rank.checked_sub(1)?)?,
        latest: samples.last()?.1,
        slower: slower(samples),
    })
}

/// Of a sorted list; of an even number the mean of the two in the middle.
fn median(sorted: &[Duration]) -> Option<Duration> {
    let (low, high) = (sorted.len().checked_sub(1)? / 2, sorted.len() / 2);
    Some((*sorted.get(low)? + *sorted.get(high)?) / 2)
}

/// The step up, if there is one: of all places with at least so many runs on both sides the one
/// where the medians differ most, if that is a quarter or more, and no less than a person feels,
/// and if no more than one run in four lies on the wrong side of it.
fn slower(samples: &[Sample]) -> Option<Slower> {
    const RUNS: usize = 3;
    const FELT: Duration = Duration::from_millis(100);
    let took: Vec<Duration> = samples.iter().map(|(_, took)| *took).collect();
    let before = medians(took.iter());
    let mut after = medians(took.iter().rev());
    after.reverse();
    // before[i] is that of the first i + 1, after[i] that of all from i on.
    let steps = (RUNS..(took.len() + 1).saturating_sub(RUNS)).map(|at| {
        let (old, new) = (before[at - 1], after[at]);
        (new.saturating_sub(old), Reverse(at))
    });
    let (step, Reverse(at)) = steps.max()?;
    let (old, new) = (before[at - 1], after[at]);
    let middle = old + step / 2;
    let wrong = took[..at].iter().filter(|took| **took > middle).count()
        + took[at..].iter().filter(|took| **took < middle).count();
    let is_step = step >= FELT && step * 4 >= old && wrong * 4 <= took.len();
    is_step.then_some(Slower { since: samples[at].0, before: old, after: new })
}

/// The medians of the first one, the first two, and so on.
fn medians<'a>(took: impl Iterator<Item = &'a Duration>) -> Vec<Duration> {
    let mut sorted = Vec::new();
    took.filter_map(|took| {
        let at = sorted.partition_point(|other| other <= took);
        sorted.insert(at, *took);
        median(&sorted)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Sample, slow, slower, times};
    use crate::model::event::UnixMillis;
    use crate::report::history::told::{History, run};

    fn samples(seconds: &[f64]) -> Vec<Sample> {
        let at = |at: usize| Some(UnixMillis(at as u64));
        let took = |seconds: &f64| Duration::from_secs_f64(*seconds);
        seconds.iter().enumerate().map(|(index, one)| (at(index), took(one))).collect()
    }

    #[test]
    fn the_middle_and_the_edge_are_those_of_the_runs() {
        let hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        let times = times(&samples(&hundred)).unwrap();
        let seconds = [times.median, times.p95, times.latest].map(|time| time.as_secs_f64());
        assert_eq!((times.runs, seconds), (100, [50.5, 95.0, 1.0]));
    }

    #[test]
    fn a_step_up_is_found_where_it_is() {
        let found = slower(&samples(&[2.0, 2.1, 9.0, 2.0, 1.9, 3.4, 3.5, 3.3, 3.4])).unwrap();
        assert_eq!(found.since, Some(UnixMillis(5)));
        assert_eq!((found.before.as_millis(), found.after.as_millis()), (2_000, 3_400));
    }

    #[test]
    fn noise_a_step_down_and_what_nobody_feels_are_no_step() {
        for calm in [
            &[2.0, 2.1, 1.9, 2.0, 2.1, 1.9, 2.0][..],
            &[3.4, 3.5, 3.3, 2.0, 2.1, 1.9],
            &[0.01, 0.01, 0.01, 0.05, 0.05, 0.05],
            &[1.0, 4.0, 1.0, 4.0, 1.0, 4.0, 1.0, 4.0],
            &[1.0, 1.0, 9.0, 9.0],
            &[],
        ] {
            assert_eq!(slower(&samples(calm)), None, "{calm:?}");
        }
    }

    #[test]
    fn a_test_takes_what_a_good_execution_takes_and_a_file_all_of_them() {
        let found = slow(&History::of(&[run("a-+ b+ c0 d?")]), 10).found;
        let titles: Vec<String> = found.tests.rows.iter().map(|row| row.key.title()).collect();
        assert_eq!((found.tests.of, titles), (2, vec!["a".to_owned(), "b".to_owned()]));
        let took = |row: &crate::model::findings::SlowTest| row.times.median.as_millis();
        // Each execution takes 100 ms longer than the one before it in its run.
        assert_eq!(found.tests.rows.iter().map(took).collect::<Vec<_>>(), [200, 100]);
        let file = &found.files.rows[0];
        assert_eq!((file.tests, file.times.median.as_millis()), (2, 400));
    }
}
