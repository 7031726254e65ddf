//! Plans of several numbers of shards go in; what more shards would bring comes out, and how many
//! are worth it.
//!
//! More shards pay for as long as each one more saves at least 5 % of the time. The last count
//! that pays is the first from which no greater count saves that much for each shard more: a step
//! that brings nothing does not end it where the next one brings much.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::model::forecast::{Forecast, Point};
use crate::model::plan::{Blocker, Plan};
use crate::model::suite::Suite;
use crate::model::timings::Estimates;
use crate::plan::make::{Options, make};
use crate::plan::strategies::round_robin::RoundRobin;

/// What one shard more must save to pay: one part in so many of the time.
const PART: u32 = 20;

/// What these plans say together. `points` ascend by their shards; there is at least one.
pub(crate) fn forecast(points: Vec<Point>, blocker: Option<Blocker>) -> Forecast {
    let enough = knee(&points);
    Forecast { points, enough, blocker }
}

/// The numbers of one plan.
pub(crate) fn point(plan: &Plan) -> Point {
    Point {
        shards: u32::try_from(plan.shards.len()).unwrap_or(u32::MAX),
        predicted: plan.predicted(),
        machine_time: plan.machine_time(),
        optimal: plan.is_optimal(),
    }
}

/// The position of the last count that pays.
fn knee(points: &[Point]) -> usize {
    let is_last = |from: &usize| !points[from + 1..].iter().any(|to| pays(&points[*from], to));
    (0..points.len()).find(is_last).unwrap_or_default()
}

fn pays(from: &Point, to: &Point) -> bool {
    let saved = from.predicted.saturating_sub(to.predicted);
    let more = to.shards.saturating_sub(from.shards);
    !saved.is_zero() && saved * PART >= from.predicted * more
}

/// No plan with as many shards as `options` say, of any strategy, is faster than this.
pub(crate) fn least(suite: &Suite, estimates: &Estimates, options: &Options) -> Duration {
    let options = Options { strategy: &RoundRobin, previous: None, ..options.clone() };
    make(suite, estimates, &options).lower_bound
}

/// What `--shards auto` chose.
pub(crate) struct Choice {
    pub(crate) plan: Plan,
    pub(crate) why: Why,
}

/// Why so many shards.
pub(crate) enum Why {
    /// They are the fewest that meet the target.
    Meets,
    /// Nothing meets the target; these come as near as any, to 5 %.
    Nearest,
    /// One more would not pay.
    Pays,
}

/// Finds a number of shards up to `most`. `plan` makes the plan of a number, `least` tells what
/// no plan of a number can go below.
pub(crate) struct Auto<P, L> {
    pub(crate) most: NonZeroU32,
    pub(crate) plan: P,
    pub(crate) least: L,
}

impl<E, P: FnMut(NonZeroU32) -> Result<Plan, E>, L: Fn(NonZeroU32) -> Duration> Auto<P, L> {
    /// The fewest shards that meet the target; where none can, the fewest that come as near as
    /// any.
    pub(crate) fn within(&mut self, target: Duration) -> Result<Choice, E> {
        if let Some(plan) = self.fewest(target)? {
            return Ok(Choice { plan, why: Why::Meets });
        }
        let plan = (self.plan)(self.most)?;
        let near = plan.predicted() + plan.predicted() / PART;
        let plan = self.fewest(near)?.unwrap_or(plan);
        Ok(Choice { plan, why: Why::Nearest })
    }

    /// The last count that pays.
    pub(crate) fn paying(&mut self) -> Result<Choice, E> {
        let floor = Point {
            predicted: (self.least)(self.most),
            shards: 0,
            machine_time: Duration::ZERO,
            optimal: false,
        };
        let mut plans: Vec<Plan> = Vec::new();
        let mut points: Vec<Point> = Vec::new();
        for shards in (1..=self.most.get()).filter_map(NonZeroU32::new) {
            let plan = (self.plan)(shards)?;
            points.push(point(&plan));
            plans.push(plan);
            let enough = knee(&points);
            // Not even a plan that cannot be beaten would pay from here on.
            if !pays(&points[enough], &Point { shards: shards.get() + 1, ..floor }) {
                return Ok(Choice { plan: plans.swap_remove(enough), why: Why::Pays });
            }
        }
        let plan = plans.swap_remove(knee(&points));
        Ok(Choice { plan, why: Why::Pays })
    }

    /// The plan with the fewest shards that takes no longer than `limit`; none where no number of
    /// shards is known to do.
    fn fewest(&mut self, limit: Duration) -> Result<Option<Plan>, E> {
        let (mut low, mut high) = (NonZeroU32::MIN, self.most);
        if (self.least)(high) > limit {
            return Ok(None);
        }
        // More shards than the fewest that could do it can do it as well.
        while low < high {
            let middle = low.midpoint(high);
            if (self.least)(middle) > limit {
                low = middle.saturating_add(1);
            } else {
                high = middle;
            }
        }
        for shards in (low.get()..=self.most.get()).filter_map(NonZeroU32::new) {
            let plan = (self.plan)(shards)?;
            if plan.predicted() <= limit {
                return Ok(Some(plan));
            }
        }
        Ok(None)
    }
}
