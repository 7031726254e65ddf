//! Files are never split and the files of a folder stay together as far as balance allows.
//!
//! The files, sorted by folder, are cut into runs, one a shard.

use std::collections::BTreeMap;

use crate::plan::work::Work;
use crate::plan::{Deal, Strategy};

pub(crate) struct File;

impl Strategy for File {
    fn name(&self) -> &'static str {
        "file"
    }

    fn about(&self) -> &'static str {
        "whole files, and the files of a folder together as far as balance allows"
    }

    fn deal(&self, work: &Work<'_>) -> Deal {
        let files = files(work);
        let mut cuts = cuts(&files, work.shards).into_iter();
        let mut begin = 0;
        let mut hands: Vec<Vec<usize>> = Vec::with_capacity(work.shards);
        for _ in 0..work.shards {
            let end = cuts.next().unwrap_or(files.len());
            let files = &files[begin..end];
            hands.push(files.iter().flat_map(|file| file.items.iter().copied()).collect());
            begin = end;
        }
        hands.into()
    }
}

/// A file in all its projects.
struct SpecFile<'a> {
    folder: &'a str,
    millis: u64,
    items: Vec<usize>,
}

/// How much slower than the best cut the slowest shard may get to keep folders whole, in percent.
const SLACK: u64 = 5;

/// All files, the files of a folder side by side.
fn files<'a>(work: &Work<'a>) -> Vec<SpecFile<'a>> {
    let mut files: BTreeMap<(&str, &str), SpecFile<'a>> = BTreeMap::new();
    for (index, item) in work.items.iter().enumerate() {
        let path = item.group.file.as_str();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let file = files.entry((folder, name)).or_insert(SpecFile {
            folder,
            millis: 0,
            items: Vec::new(),
        });
        // Files of no known time weigh something, or one run would take them all.
        file.millis = file.millis.saturating_add(item.millis.max(1));
        file.items.push(index);
    }
    files.into_values().collect()
}

/// What a way of cutting costs: folders that are cut, then unevenness (the sum of squares).
type Cost = (u32, u128);

/// Where each run ends. Of all cuts whose longest run is within the slack, the one that cuts the
/// fewest folders, and of these the most even.
fn cuts(files: &[SpecFile<'_>], shards: usize) -> Vec<usize> {
    let shards = shards.min(files.len());
    let limit = least_longest(files, shards);
    let limit = limit.saturating_add(limit.saturating_mul(SLACK) / 100);
    let count = files.len();
    // cost[end]: of the best way to cut the first `end` files into the runs so far.
    let mut cost: Vec<Option<Cost>> = vec![None; count + 1];
    cost[0] = Some((0, 0));
    let mut begins: Vec<Vec<usize>> = Vec::with_capacity(shards);
    for _ in 0..shards {
        let best = (0..=count).map(|end| best_run(files, &cost, end, limit));
        let (next, begin) = best.unzip();
        cost = next;
        begins.push(begin);
    }
    let mut ends = Vec::with_capacity(shards);
    let mut end = count;
    for begin in begins.iter().rev() {
        ends.push(end);
        end = begin[end];
    }
    ends.reverse();
    ends
}

/// The cheapest last run that ends before file `end`, and where it begins.
fn best_run(
    files: &[SpecFile<'_>],
    cost: &[Option<Cost>],
    end: usize,
    limit: u64,
) -> (Option<Cost>, usize) {
    let mut best = (cost[end], end);
    let mut time = 0_u64;
    for begin in (0..end).rev() {
        time = time.saturating_add(files[begin].millis);
        if time > limit {
            break;
        }
        let Some((cut, uneven)) = cost[begin] else { continue };
        let split = begin > 0 && files[begin - 1].folder == files[begin].folder;
        let square = u128::from(time) * u128::from(time);
        let candidate = (cut + u32::from(split), uneven.saturating_add(square));
        if best.0.is_none_or(|best| candidate < best) {
            best = (Some(candidate), begin);
        }
    }
    best
}

/// The least time that the longest of `shards` runs can have.
fn least_longest(files: &[SpecFile<'_>], shards: usize) -> u64 {
    let mut low = files.iter().map(|file| file.millis).max().unwrap_or_default();
    let mut high = files.iter().fold(0, |sum: u64, file| sum.saturating_add(file.millis));
    while low < high {
        let middle = low + (high - low) / 2;
        if runs(files, middle) <= shards { high = middle } else { low = middle + 1 }
    }
    low
}

/// How many runs of at most `limit` the files need.
fn runs(files: &[SpecFile<'_>], limit: u64) -> usize {
    let mut runs = 1;
    let mut time = 0_u64;
    for file in files {
        time = time.saturating_add(file.millis);
        if time > limit {
            runs += 1;
            time = file.millis;
        }
    }
    runs
}
