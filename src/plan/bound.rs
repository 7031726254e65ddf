//! Lower bounds: no plan with as many shards can be faster than this.

use crate::plan::work::Work;

/// The best lower bound known for the slowest shard, in milliseconds. What it counts on:
///
/// - a group takes its own time, after its project's set-up and before its teardown;
/// - all groups share `shards * workers` workers, and every shard that runs anything first pays
///   for some project's set-up;
/// - of the `k * m + 1` longest groups on `m` workers, some worker gets `k + 1`, and at best
///   these are the shortest of them.
pub(crate) fn lower_bound(work: &Work<'_>) -> u64 {
    let alone = work
        .items
        .iter()
        .map(|item| work.dispatch.least_phases(item.project, item.millis).into_iter().sum::<u64>());
    let setup = least_setup(work);
    let together = average(work).max(crowded(work)).saturating_add(setup);
    alone.max().unwrap_or_default().max(together)
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

fn average(work: &Work<'_>) -> u64 {
    let total = work.items.iter().fold(0_u64, |sum, item| sum.saturating_add(item.millis));
    total.div_ceil(machines(work))
}

fn crowded(work: &Work<'_>) -> u64 {
    let Ok(machines) = usize::try_from(machines(work)) else { return 0 };
    let mut sizes: Vec<u64> = work.items.iter().map(|item| item.millis).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
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
