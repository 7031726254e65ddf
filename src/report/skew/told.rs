//! Figures of skew as people read them: the same in tables and in Markdown.

use crate::model::event::UnixMillis;
use crate::model::skew::{Cause, Parts, ShardSkew};
use crate::model::skew_trend::{Drift, SkewRun, SkewTrend};
use crate::report::facts::{time, timestamp};
use crate::report::skew::words::millis;

/// `+40.0 s`, `-2.0 s`; a dash where there is nothing to compare with.
fn later(by: Option<i64>) -> String {
    match by {
        Some(by) if by > 0 => format!("+{}", millis(by)),
        Some(by) => millis(by),
        None => NONE.to_owned(),
    }
}

/// What a shard's time went to beside its start and its estimated work, the most first, e.g.
/// `weights 40.0 s, end 0.80 s`.
pub(crate) fn beside_work(parts: &Parts) -> String {
    /// What is less is not worth a word.
    const LEAST: i64 = 100;
    let mut all: Vec<(Cause, i64)> = parts
        .all()
        .filter(|(cause, _)| ![Cause::Start, Cause::Work].contains(cause))
        .filter(|(_, spent)| spent.abs() >= LEAST)
        .collect();
    all.sort_by_key(|(cause, spent)| (std::cmp::Reverse(spent.abs()), *cause));
    let said: Vec<String> = all
        .into_iter()
        .map(|(cause, spent)| format!("{} {}", cause.name(), millis(spent)))
        .collect();
    said.join(", ")
}

/// A shard's times as people read them.
#[derive(Default)]
pub(crate) struct Times {
    pub(crate) predicted: String,
    /// The whole shard.
    pub(crate) took: String,
    /// By how much that is more than predicted.
    pub(crate) later: String,
    /// What of it was before its first test.
    pub(crate) start: String,
}

/// A shard's times; a dash where there is none.
pub(crate) fn times(shard: &ShardSkew) -> Times {
    let told = |duration: Option<_>| duration.map_or_else(|| NONE.to_owned(), time);
    let start = shard.took.map(|_| millis(shard.parts.of(Cause::Start)));
    Times {
        predicted: told(shard.predicted),
        later: later(shard.after_prediction),
        start: start.unwrap_or_else(|| NONE.to_owned()),
        took: told(shard.took),
    }
}

/// The minute in UTC, e.g. `2026-11-20 08:15`; a dash where it is not known.
pub(crate) fn moment(at: Option<UnixMillis>) -> String {
    let moment = at.and_then(timestamp).and_then(|text| text.get(..16).map(str::to_owned));
    moment.map_or_else(|| NONE.to_owned(), |text| text.replace('T', " "))
}

/// Which shard was late and why, e.g. `shard 2: weights`.
pub(crate) fn reason(run: &SkewRun) -> String {
    let slowest = run.skew.slowest();
    let reason = slowest.and_then(|shard| Some((shard.number, shard.reason?)));
    reason.map_or_else(String::new, |(number, reason)| {
        format!("shard {number}: {}", reason.cause.name())
    })
}

/// Whether predictions got better.
pub(crate) fn drift(drift: Drift) -> String {
    format!(
        "predictions were off by {} in the earlier half of the runs, by {} in the later half",
        percent(drift.before),
        percent(drift.now)
    )
}

/// What a shard's time goes to on average, the most first.
pub(crate) fn average(trend: &SkewTrend) -> String {
    let whole: i64 = trend.average.iter().map(|(_, spent)| spent).sum();
    let mut all: Vec<&(Cause, i64)> =
        trend.average.iter().filter(|(_, spent)| spent.abs() * 100 >= whole.max(1)).collect();
    all.sort_by_key(|(cause, spent)| (std::cmp::Reverse(spent.abs()), *cause));
    let said: Vec<String> = all
        .into_iter()
        .map(|(cause, spent)| {
            let about = if *spent < 0 { cause.about_less() } else { cause.about() };
            format!("{} {} ({about})", cause.name(), millis(*spent))
        })
        .collect();
    format!("of {} a shard takes on average: {}", millis(whole), said.join(", "))
}

/// A part of 1 in percent.
pub(crate) fn percent(part: f64) -> String {
    format!("{:.0} %", part * 100.0)
}

const NONE: &str = "–";
