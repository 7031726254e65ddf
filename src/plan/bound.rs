//! Lower bounds: no plan with as many shards can be faster than this.

use std::collections::BTreeSet;

use crate::plan::work::Work;

/// The best lower bound known for the slowest shard, in milliseconds. What it counts on:
///
/// - a group takes its own time on a worker that has to start, after its project's set-up and
///   before its teardown;
/// - all groups share `shards * workers` workers, each of which has to start and to load its
///   files, and every shard that runs anything first pays for some project's set-up;
/// - of the `k * m + 1` longest groups on `m` workers, some worker gets `k + 1`, and at best
///   these are the shortest of them;
/// - groups longer than half of a worker's time cannot share one, and what is shorter fits only
///   into what these leave (Martello and Toth's second bound for bin packing).
pub(crate) fn lower_bound(work: &Work<'_>) -> u64 {
    if work.items.is_empty() {
        return 0;
    }
    let alone = work
        .items
        .iter()
        .map(|item| work.dispatch.least_phases(item.project, item.millis).into_iter().sum::<u64>());
    let sizes = sizes(work);
    let machines = machines(work);
    let shared = average(work, machines).max(crowded(&sizes, machines));
    let shared = narrow(&sizes, machines, shared);
    let overhead = work.dispatch.overhead();
    let together = shared.saturating_add(overhead.worker).saturating_add(least_setup(work));
    alone.max().unwrap_or_default().max(together).saturating_add(overhead.shard)
}

/// What any shard pays before and after its groups: the cheapest project's phases that hold no
/// dealt group of any project.
fn least_setup(work: &Work<'_>) -> u64 {
    let mut projects: Vec<usize> = work.items.iter().map(|item| item.project).collect();
    projects.sort_unstable();
    projects.dedup();
    let dealt: Vec<usize> = projects.iter().map(|&project| work.dispatch.phase(project)).collect();
    let pure = |project: usize| -> u64 {
        let phases = work.dispatch.least_phases(project, 0).into_iter().enumerate();
        phases.filter(|(phase, _)| !dealt.contains(phase)).map(|(_, millis)| millis).sum()
    };
    projects.iter().map(|&project| pure(project)).min().unwrap_or_default()
}

fn machines(work: &Work<'_>) -> u64 {
    (work.shards as u64).saturating_mul(work.dispatch.workers())
}

/// The longest first.
fn sizes(work: &Work<'_>) -> Vec<u64> {
    let mut sizes: Vec<u64> = work.items.iter().map(|item| item.millis).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes
}

/// All work evenly. Each worker loads its first file while it starts; of the others each costs at
/// least a load or another start.
fn average(work: &Work<'_>, machines: u64) -> u64 {
    let total = work.items.iter().fold(0_u64, |sum, item| sum.saturating_add(item.millis));
    let loads: BTreeSet<(usize, usize)> =
        work.items.iter().map(|item| (item.file, item.worker)).collect();
    let overhead = work.dispatch.overhead();
    let more = (loads.len() as u64).saturating_sub(machines);
    let loading = more.saturating_mul(overhead.file.min(overhead.worker));
    total.saturating_add(loading).div_ceil(machines)
}

fn crowded(sizes: &[u64], machines: u64) -> u64 {
    let Ok(machines) = usize::try_from(machines) else { return 0 };
    let mut best = 0;
    let mut last = machines;
    let mut together = 2;
    while last < sizes.len() {
        best = sizes[last + 1 - together..=last].iter().sum::<u64>().max(best);
        last = last.saturating_add(machines);
        together += 1;
    }
    best
}

/// The least time from `least` on in which the bound for bin packing does not rule out that the
/// machines are enough.
fn narrow(sizes: &[u64], machines: u64, least: u64) -> u64 {
    /// Where groups are many, the average is all that counts.
    const MOST: usize = 5_000;
    if sizes.len() > MOST {
        return least;
    }
    let mut sums = vec![0_u64];
    for size in sizes {
        sums.push(sums.last().copied().unwrap_or_default().saturating_add(*size));
    }
    let total = sums.last().copied().unwrap_or_default();
    let (mut low, mut high) = (least, total.max(least));
    while low < high {
        let middle = low + (high - low) / 2;
        if bins(sizes, &sums, middle) <= machines { high = middle } else { low = middle + 1 }
    }
    low
}

/// At least so many bins of a size are needed. `sums[n]` is what the `n` longest take.
fn bins(sizes: &[u64], sums: &[u64], bin: u64) -> u64 {
    let longer = |than: u64| sizes.partition_point(|size| *size > than);
    let halves = longer(bin / 2);
    if sizes.first().is_some_and(|first| *first > bin) {
        return u64::MAX;
    }
    let mut most = halves as u64;
    // Those from `small` on to a half have to find room beside the longer ones that leave some.
    for &small in &sizes[halves..] {
        let alone = longer(bin.saturating_sub(small));
        let end = sizes.partition_point(|size| *size >= small);
        let room = ((halves - alone.min(halves)) as u64).saturating_mul(bin);
        let room = room.saturating_sub(sums[halves] - sums[alone.min(halves)]);
        let more = (sums[end] - sums[halves]).saturating_sub(room);
        most = most.max(halves as u64 + more.div_ceil(bin.max(1)));
    }
    most
}
