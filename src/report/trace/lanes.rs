//! Slices of time go in, lines on which none of them lies across another come out: viewers drop
//! slices of one line that overlap in part.

/// Begins and durations are told in whole milliseconds, each rounded on its own: what follows at
/// once may seem to begin so much earlier, in microseconds.
const ROUNDING: u64 = 2_000;

/// Something that took from `start` to `end`, in microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slice<T> {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) item: T,
}

/// Deals the slices to as few lines as they need, mostly one. On a line each begins when the one
/// before it has ended; what only rounding makes overlap is cut.
pub(super) fn lanes<T>(mut slices: Vec<Slice<T>>) -> Vec<Vec<Slice<T>>> {
    slices.sort_by_key(|slice| (slice.start, slice.end));
    let mut lanes: Vec<Vec<Slice<T>>> = Vec::new();
    for mut slice in slices {
        slice.end = slice.end.max(slice.start);
        let is_free = |lane: &&mut Vec<Slice<T>>| {
            lane.last().is_none_or(|last| last.end <= slice.start.saturating_add(ROUNDING))
        };
        match lanes.iter_mut().find(is_free) {
            Some(lane) => {
                if let Some(last) = lane.last_mut() {
                    last.end = last.end.min(slice.start);
                }
                lane.push(slice);
            }
            None => lanes.push(vec![slice]),
        }
    }
    lanes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::{ROUNDING, Slice, lanes};

    fn slices(times: &[(u64, u64)]) -> Vec<Slice<usize>> {
        let slice = |(item, (start, took)): (usize, &(u64, u64))| Slice {
            start: *start,
            end: start + took,
            item,
        };
        times.iter().enumerate().map(slice).collect()
    }

    #[test]
    fn what_follows_at_once_stays_on_one_line() {
        let lanes = lanes(slices(&[(0, 11_000), (10_000, 5_000), (15_000, 0), (15_000, 9_000)]));
        let ends: Vec<(u64, u64)> = lanes[0].iter().map(|slice| (slice.start, slice.end)).collect();
        assert_eq!(ends, [(0, 10_000), (10_000, 15_000), (15_000, 15_000), (15_000, 24_000)]);
        assert_eq!(lanes.len(), 1);
    }

    #[test]
    fn what_ran_at_the_same_time_gets_a_line_of_its_own() {
        let lanes = lanes(slices(&[(0, 50_000), (20_000, 5_000), (60_000, 1)]));
        let items: Vec<Vec<usize>> =
            lanes.iter().map(|lane| lane.iter().map(|slice| slice.item).collect()).collect();
        assert_eq!(items, [vec![0, 2], vec![1]]);
    }

    proptest! {
        #[test]
        fn nothing_overlaps_nothing_is_lost_and_little_is_cut(
            times in proptest::collection::vec((0..100_000u64, 0..30_000u64), 0..60)
        ) {
            let dealt = lanes(slices(&times));
            let mut seen: Vec<usize> = Vec::new();
            for lane in &dealt {
                for pair in lane.windows(2) {
                    prop_assert!(pair[0].end <= pair[1].start);
                }
                for slice in lane {
                    let (start, took) = times[slice.item];
                    prop_assert_eq!(slice.start, start);
                    prop_assert!(slice.start <= slice.end && slice.end <= start + took);
                    prop_assert!(start + took - slice.end <= ROUNDING);
                    seen.push(slice.item);
                }
            }
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..times.len()).collect::<Vec<_>>());
        }
    }
}
