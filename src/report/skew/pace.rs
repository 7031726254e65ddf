//! What groups were estimated to take and took goes in, by how much all were slower alike comes
//! out.
//!
//! Of what each took over its estimate, weighted, it is the quartile that is nearer to 1: three
//! quarters were at least so far off, and most of the groups. There have to be [`ENOUGH`] of them.
//! A few slow tests do not move it; what single ones took more than that is their own. Estimates
//! that are wrong in both directions give none: those were wrong, not the machine.

/// So many groups say something.
const ENOUGH: usize = 5;
/// In milliseconds; shorter groups say more about the clock.
const LEAST: i64 = 50;
/// In milliseconds: a group weighs as much as its estimate, up to this.
const GREATEST_WEIGHT: i64 = 1_000;
/// What is nearer to 1 is noise.
const NOISE: f64 = 1.1;
/// Where three quarters are at least so far off.
const AGREED: f64 = 1.05;

/// By how much all were slower alike (1.0: not at all), from estimates and times in
/// milliseconds; none of few.
pub(super) fn common(groups: impl Iterator<Item = (i64, i64)>) -> Option<f64> {
    let long = groups.filter(|(estimate, took)| *estimate >= LEAST && *took >= LEAST);
    let mut ratios: Vec<(f64, i64)> = long
        .map(|(estimate, took)| (float(took) / float(estimate), estimate.min(GREATEST_WEIGHT)))
        .collect();
    if ratios.len() < ENOUGH {
        return None;
    }
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    let [low, middle, high] = [1, 2, 3].map(|quarter| quantile(&ratios, quarter));
    let least = if middle > 1.0 { low } else { high };
    let is_far = if middle > 1.0 {
        middle >= NOISE && low >= AGREED
    } else {
        middle <= 1.0 / NOISE && high <= 1.0 / AGREED
    };
    // A few long groups weigh as much as many short ones, and are not most of them.
    let is_common = is_far && most(least, ratios.iter().map(|(ratio, _)| *ratio));
    Some(if is_common { least } else { 1.0 })
}

/// Whether most groups were at least so much slower, or faster.
pub(super) fn holds(pace: f64, groups: impl Iterator<Item = (i64, i64)>) -> bool {
    let long = groups.filter(|(estimate, _)| *estimate >= LEAST);
    most(pace, long.map(|(estimate, took)| float(took) / float(estimate)))
}

fn most(pace: f64, ratios: impl Iterator<Item = f64>) -> bool {
    let so_far = |ratio: f64| (pace > 1.0 && ratio >= pace) || (pace < 1.0 && ratio <= pace);
    let (with, all) =
        ratios.fold((0, 0), |(with, all), ratio| (with + i32::from(so_far(ratio)), all + 1));
    with * 2 > all
}

/// What all took over what all were estimated to take; none where that is nothing.
pub(super) fn together(groups: impl Iterator<Item = (i64, i64)>) -> Option<f64> {
    let (estimate, took) = groups.fold((0, 0), |sum, group| (sum.0 + group.0, sum.1 + group.1));
    (estimate > 0).then(|| float(took) / float(estimate))
}

/// An estimate at this pace.
pub(super) fn at(pace: Option<f64>, estimate: i64) -> i64 {
    match pace {
        #[expect(clippy::cast_possible_truncation, reason = "a float to int cast saturates")]
        Some(pace) => (float(estimate) * pace).round() as i64,
        None => estimate,
    }
}

/// The ratio below which so many quarters of the weight lie. There is at least one.
fn quantile(ratios: &[(f64, i64)], quarters: i64) -> f64 {
    let all: i64 = ratios.iter().map(|(_, weight)| weight).sum();
    let mut below = 0;
    let found = ratios.iter().find(|(_, weight)| {
        below += weight;
        below * 4 >= all * quarters
    });
    found.map_or(1.0, |(ratio, _)| *ratio)
}

#[expect(clippy::cast_precision_loss, reason = "no run takes 2^53 milliseconds")]
fn float(millis: i64) -> f64 {
    millis as f64
}
