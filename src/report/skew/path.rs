//! The executions of one attempt go in, those on its critical path come out; and what ran alone
//! at its end.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::skew::Tail;
use crate::report::skew::units::{Execution, Units};

/// Backwards from the execution that ended last: what its worker did before; or, where that one
/// had to wait for tests of another project, the last of these. `executions` are in the order in
/// which they began; positions in it come out, in the same order.
pub(super) fn critical(units: &Units<'_>, executions: &[Execution<'_>]) -> Vec<usize> {
    let before = before(executions);
    let last = (0..executions.len()).max_by_key(|&at| (executions[at].ended, at));
    let mut path: Vec<usize> = Vec::new();
    let mut next = last;
    while let Some(at) = next {
        path.push(at);
        let same = before[at];
        let of_project = |at: usize| &executions[at].key.project;
        let is_new = same.is_none_or(|same| of_project(same) != of_project(at));
        let other = if is_new { awaited(units, executions, at) } else { None };
        let ended = |at: &usize| executions[*at].ended;
        next = same.into_iter().chain(other).max_by_key(|at| (ended(at), Some(*at) == same));
    }
    path.reverse();
    path
}

/// What each worker executed before, for every execution.
fn before(executions: &[Execution<'_>]) -> Vec<Option<usize>> {
    let mut last: BTreeMap<u32, usize> = BTreeMap::new();
    let positions = executions.iter().enumerate();
    positions.map(|(at, execution)| last.insert(execution.worker, at)).collect()
}

/// The last execution of those projects that had to end before this one's began.
fn awaited(units: &Units<'_>, executions: &[Execution<'_>], at: usize) -> Option<usize> {
    let projects = units.waits_for(&executions[at].key.project);
    if projects.is_empty() {
        return None;
    }
    let earlier = 0..at;
    earlier
        .filter(|&other| executions[other].ended <= executions[at].began)
        .filter(|&other| projects.contains(executions[other].key.project.as_str()))
        .max_by_key(|&other| (executions[other].ended, other))
}

/// What ran alone at the end, on one of so many workers; none with one, or where two ended
/// together.
pub(super) fn tail(executions: &[Execution<'_>], workers: usize) -> Option<Tail> {
    let last = executions.iter().max_by_key(|execution| execution.ended)?;
    let begin = executions.iter().map(|execution| execution.began).min()?;
    let mut ends: BTreeMap<u32, u64> = BTreeMap::new();
    for execution in executions.iter().filter(|execution| execution.worker != last.worker) {
        let end = ends.entry(execution.worker).or_default();
        *end = execution.ended.max(*end);
    }
    let others = workers.checked_sub(1).filter(|others| *others > 0)?;
    let unused = std::iter::repeat_n(begin, others.saturating_sub(ends.len()));
    let ends: Vec<u64> = ends.into_values().chain(unused).collect();
    let since = |end: u64| Duration::from_millis(last.ended.saturating_sub(end));
    let alone = since(ends.iter().max().copied()?);
    let idle = ends.into_iter().map(since).sum();
    (!alone.is_zero()).then(|| Tail { key: last.key.clone(), alone, idle })
}
