//! What `--schedule dynamic` is worth where estimates or a machine are not what they were taken
//! for: the slowest of 2 to 256 machines over a bound that nobody can beat who knows all times
//! before, in virtual time (`src/queue/simulation.rs`), on made suites and on real histories
//! (`fixtures/durations`). Prints ratios; asserts nothing.
#![expect(clippy::print_stdout, reason = "the figures are the product")]

#[path = "../src/model/mod.rs"]
#[expect(unused, reason = "a bench uses a part of it")]
mod model;
#[path = "support/queue.rs"]
mod queue;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use queue::simulation::{Machines, Ran, Schedule, bound, run};
use queue::suites::{Source, Wrong, seconds, suite};

const MACHINES: [u32; 8] = [2, 4, 8, 16, 32, 64, 128, 256];
/// Seconds of work a machine, as predicted.
const WORK: [u64; 3] = [60, 300, 1_200];
/// What one more start costs.
const AGAIN: [Duration; 3] =
    [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3)];
const FIRST: Duration = Duration::from_secs(3);
/// Seconds; as tests in a browser take them.
const MEAN: f64 = 2.0;
/// A suite with a group that takes a larger part of the bound is left out: how groups fit together
/// matters more there.
const LONGEST: f64 = 0.5;
/// Groups that all suites of one figure have together at least, up to so many suites.
const GROUPS: u64 = 200_000;
const MOST_SUITES: u64 = 40;

/// What is not as the plan takes it to be.
const KINDS: [(&str, Wrong, bool); 5] = [
    ("every group x0.5 to x2", Wrong::Groups, false),
    ("every file x0.5 to x2", Wrong::Files, false),
    ("one file in ten x2", Wrong::Doubled, false),
    ("one group in five is new", Wrong::New, false),
    ("every group x0.5 to x2, one machine at half speed", Wrong::Groups, true),
];

fn main() {
    let histories = histories();
    let made = [Source::LogNormal { mean: MEAN, sigma: 1.0 }];
    let real: Vec<Source<'_>> =
        histories.values().map(|seconds| Source::History { seconds, mean: MEAN }).collect();
    println!("slowest machine over the bound, in the mean (worst), and starts a machine");
    for (heading, sources) in [("log-normal", &made[..]), ("real histories", &real)] {
        for (kind, wrong, has_slow) in KINDS {
            println!("\n{heading}, {kind}:");
            for work in WORK.map(Duration::from_secs) {
                for machines in MACHINES {
                    let rows = judge(sources, wrong, has_slow, work, machines);
                    show(work, machines, &rows);
                }
            }
        }
    }
}

/// The last date of every series.
fn histories() -> BTreeMap<String, Vec<f64>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/durations");
    let entries = fs::read_dir(folder).expect("the durations");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let series = paths.iter().map(|path| {
        let name = path.file_stem().expect("a name").to_string_lossy();
        let text = fs::read_to_string(path).expect("durations");
        let series = name.split('.').next().unwrap_or_default().to_owned();
        (series, seconds(&text))
    });
    series.collect()
}

/// Ratios to the bound and starts of a way.
#[derive(Default)]
struct Row {
    ratios: Vec<f64>,
    starts: Vec<f64>,
}

impl Row {
    fn add(&mut self, ran: Ran, bound: Duration, machines: u32) {
        self.ratios.push(ran.slowest.as_secs_f64() / bound.as_secs_f64());
        self.starts.push(f64::from(ran.starts) / f64::from(machines));
    }
}

/// Static, then dynamic at each cost of one more start; suites whose longest group is too long are
/// left out.
fn judge(
    sources: &[Source<'_>],
    wrong: Wrong,
    has_slow: bool,
    work: Duration,
    machines: u32,
) -> Vec<Row> {
    let mut rows: Vec<Row> = (0..=AGAIN.len()).map(|_| Row::default()).collect();
    let all = work * machines;
    let suites = (GROUPS * 2 / all.as_secs()).clamp(1, MOST_SUITES);
    for (source, seed) in sources.iter().flat_map(|source| (0..suites).map(move |s| (source, s))) {
        let groups = suite(all, *source, wrong, seed);
        let mut nodes =
            Machines { slowness: vec![1.0; machines as usize], first: FIRST, again: AGAIN[0] };
        if has_slow {
            // Whichever: the plan does not know.
            let at = fastrand::Rng::with_seed(seed).usize(..nodes.slowness.len());
            nodes.slowness[at] = 2.0;
        }
        let bound = bound(&groups, &nodes);
        if bound.longest > LONGEST {
            continue;
        }
        rows[0].add(run(&groups, &nodes, Schedule::Static), bound.time, machines);
        for (row, again) in rows[1..].iter_mut().zip(AGAIN) {
            nodes.again = again;
            row.add(run(&groups, &nodes, Schedule::Dynamic), bound.time, machines);
        }
    }
    rows
}

fn show(work: Duration, machines: u32, rows: &[Row]) {
    print!("  {:>5} s a machine, {machines:>3} machines:", work.as_secs());
    if rows[0].ratios.is_empty() {
        println!("  every suite has a group that takes too long");
        return;
    }
    let ways = ["static".to_owned()].into_iter();
    let ways = ways.chain(AGAIN.map(|again| format!("{again:?} a start")));
    for (way, Row { ratios, starts }) in ways.zip(rows) {
        let worst = ratios.iter().copied().fold(0.0, f64::max);
        print!("  {way} {:.3} ({worst:.3}) {:.1}", mean(ratios), mean(starts));
    }
    println!("  of {} suites", rows[0].ratios.len());
}

fn mean(figures: &[f64]) -> f64 {
    figures.iter().sum::<f64>() / figures.iter().fold(0.0, |count, _| count + 1.0)
}
