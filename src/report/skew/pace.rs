//! What groups were estimated to take and took goes in, by how much all were slower alike comes
//! out.
//!
//! It is the weighted median of what each took over its estimate, of at least [`ENOUGH`] groups
//! of which three quarters were off in the same direction. A few slow tests do not move it, and
//! estimates that are wrong in both directions give none: those were wrong, not the machine.

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
    let slower = middle >= NOISE && low >= AGREED;
    let faster = middle <= 1.0 / NOISE && high <= 1.0 / AGREED;
    Some(if slower || faster { middle } else { 1.0 })
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
