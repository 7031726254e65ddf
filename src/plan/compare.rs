//! A suite goes in; the plans of every strategy and Playwright's own split come out, side by side.

use crate::model::plan::Plan;
use crate::model::suite::Suite;
use crate::model::timings::Estimates;
use crate::plan::make::{Options, make};
use crate::plan::native::native;
use crate::plan::{STRATEGIES, Strategy};

/// `chosen` among the plans that the other strategies make of the same suite: in the order of the
/// table of strategies, one that is not in it behind them, and Playwright's own split at the end.
pub(crate) fn side_by_side(
    chosen: Plan,
    suite: &Suite,
    estimates: &Estimates,
    options: &Options,
) -> Vec<Plan> {
    let with = |strategy: &'static dyn Strategy| {
        make(suite, estimates, &Options { strategy, ..options.clone() })
    };
    let mut chosen = Some(chosen);
    let mut plans: Vec<Plan> = Vec::with_capacity(STRATEGIES.len() + 2);
    for strategy in STRATEGIES {
        let is_chosen = chosen.as_ref().is_some_and(|plan| plan.strategy == strategy.name());
        let plan = if is_chosen { chosen.take() } else { None };
        plans.push(plan.unwrap_or_else(|| with(*strategy)));
    }
    plans.extend(chosen);
    plans.push(native(suite, estimates, options));
    // What one of them proves holds for all.
    let bound = plans.iter().map(|plan| plan.lower_bound).max().unwrap_or_default();
    for plan in &mut plans {
        plan.lower_bound = bound.min(plan.predicted());
    }
    plans
}
