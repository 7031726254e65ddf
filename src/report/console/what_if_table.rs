//! Several numbers of shards go in; a table with a plot comes out, and how many are worth it.

use std::cmp::Ordering;
use std::fmt::Write;

use comfy_table::{Cell, CellAlignment};

use crate::model::forecast::{Forecast, Point};
use crate::report::console::plan_table::advice;
use crate::report::console::tables::{bar, number, table};
use crate::report::facts::{number_of as count, time};

/// What each number of shards would take.
pub(crate) fn what_if(forecast: &Forecast) -> String {
    let Forecast { points, enough, blocker } = forecast;
    let mut table = table(&["shards", "predicted", "saves", "machine time", ""]);
    let longest = points.iter().map(|point| point.predicted).max().unwrap_or_default();
    let before = std::iter::once(None).chain(points.iter().map(Some));
    for (point, before) in points.iter().zip(before) {
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        table.add_row([
            number(point.shards),
            right(time(point.predicted)),
            right(before.map(|before| saving(before, point)).unwrap_or_default()),
            right(time(point.machine_time)),
            Cell::new(bar(point.predicted, longest)),
        ]);
    }
    let mut page = format!("{}\n", table.trim_fmt());
    let last = &points[*enough];
    match points.get(enough + 1) {
        Some(next) => {
            let saved = last.predicted.saturating_sub(next.predicted);
            let little = if saved.is_zero() { "nothing".to_owned() } else { time(saved) };
            writeln!(
                page,
                "after {} more machines stop paying: {} would save {little} of {}",
                count(last.shards as usize, "shard"),
                next.shards,
                time(last.predicted),
            )
        }
        None if points.len() == 1 => Ok(()),
        None => writeln!(page, "up to {} each one pays", count(last.shards as usize, "shard")),
    }
    .ok();
    if let Some(blocker) = blocker {
        page += &advice(blocker);
    }
    page
}

/// What a count saves against the one before it; more shards can also be slower.
fn saving(before: &Point, point: &Point) -> String {
    match point.predicted.cmp(&before.predicted) {
        Ordering::Less => time(before.predicted.saturating_sub(point.predicted)),
        Ordering::Equal => String::new(),
        Ordering::Greater => format!("−{}", time(point.predicted.abs_diff(before.predicted))),
    }
}
