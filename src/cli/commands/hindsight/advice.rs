//! What a run would have taken with other plans goes in, what is worth doing comes out.

use std::time::Duration;

use crate::model::forecast::Point;
use crate::model::hindsight::{Advice, Hindsight};
use crate::model::suite::GroupKind;

/// What saves less than one part in so many is not worth a change.
const PART: u32 = 20;
/// Nor is less than this.
const LEAST: Duration = Duration::from_secs(1);

/// What is worth doing after a run with so many shards, what saves most first.
pub(super) fn advice(hindsight: &Hindsight, shards: u32) -> Vec<Advice> {
    let Hindsight { dealt, replanned, .. } = hindsight;
    let pays = |before: Duration, after: Duration| {
        let saves = before.saturating_sub(after);
        (saves >= LEAST && saves * PART >= before).then_some(saves)
    };
    let mut all: Vec<(Duration, Advice)> = Vec::new();
    if let Some(saves) = pays(*dealt, *replanned) {
        all.push((saves, Advice::Learn { saves }));
    }
    let split = hindsight.split.as_ref().and_then(|split| pays(*replanned, split.predicted));
    if let Some(saves) = split {
        all.push((saves, Advice::Split { saves }));
    }
    let wider = hindsight.more_workers;
    if let Some((workers, saves)) = wider.and_then(|(n, after)| Some((n, pays(*replanned, after)?)))
    {
        all.push((saves, Advice::MoreWorkers { workers, saves }));
    }
    let points = &hindsight.shards.points;
    let enough = points.get(hindsight.shards.enough);
    if let Some(Point { shards: more, predicted, .. }) = enough.filter(|it| it.shards > shards)
        && let Some(saves) = pays(*replanned, *predicted)
    {
        all.push((saves, Advice::MoreShards { shards: *more, saves }));
    }
    all.sort_by_key(|(saves, _)| std::cmp::Reverse(*saves));
    let mut advice: Vec<Advice> = all.into_iter().map(|(_, advice)| advice).collect();
    // Where all is one after the other anyway, no test is in the way of the others.
    if let Some(blocker) = &hindsight.blocker
        && shards.max(hindsight.workers) > 1
        && blocker.alone >= LEAST
        && !(split.is_some() && blocker.group.group.kind == GroupKind::File)
    {
        advice.push(Advice::Shorten { alone: blocker.alone });
    }
    advice.extend(enough.and_then(|enough| fewer(enough, points, shards)));
    advice
}

/// Fewer shards, where each one more saves next to nothing.
fn fewer(enough: &Point, points: &[Point], shards: u32) -> Option<Advice> {
    let own = points.iter().find(|point| point.shards == shards)?;
    let machine_time = own.machine_time.saturating_sub(enough.machine_time);
    (enough.shards < shards && machine_time >= LEAST).then(|| Advice::FewerShards {
        shards: enough.shards,
        slower: enough.predicted.saturating_sub(own.predicted),
        machine_time,
    })
}
