//! Packings that can be checked by hand, and what holds for all.

use proptest::prelude::prop;
use proptest::{prop_assert, prop_assert_eq, proptest};

use crate::plan::packing::{Bins, Packing, Problem, differencing, greedy, pack, pack_exactly};

fn problem(weights: &[u64], bins: usize) -> Problem<'_> {
    Problem::new(weights, bins, 0)
}

fn heaviest(weights: &[u64], bins: &Bins) -> u64 {
    problem(weights, 1).heaviest(bins)
}

/// Every deal there is.
fn least(weights: &[u64], filled: &mut [u64]) -> u64 {
    let Some((first, rest)) = weights.split_first() else {
        return filled.iter().copied().max().unwrap_or_default();
    };
    let mut best = u64::MAX;
    for bin in 0..filled.len() {
        filled[bin] += first;
        best = best.min(least(rest, filled));
        filled[bin] -= first;
    }
    best
}

#[test]
fn what_the_classic_ways_miss_is_found() {
    // Three bins of 20: LPT comes to 23 and differencing to 21.
    let weights = [11, 9, 8, 7, 6, 6, 5, 4, 4];
    let Packing { bins, optimal } = pack_exactly(&weights, 3, 0);
    assert_eq!(heaviest(&weights, &bins), 20);
    assert!(optimal);
}

#[test]
fn differencing_is_what_its_makers_say() {
    // Their own example: two bins of 8, 7, 6, 5, 4 come to 16 and 14.
    let weights = [8, 7, 6, 5, 4];
    let bins = differencing::differ(&problem(&weights, 2)).expect("it is small");
    assert_eq!(heaviest(&weights, &bins), 16);
    // LPT comes to 17.
    let bins = greedy::longest_first(&problem(&weights, 2)).expect("it always deals");
    assert_eq!(heaviest(&weights, &bins), 17);
    assert_eq!(heaviest(&weights, &pack(&weights, 2)), 15);
}

#[test]
fn nothing_and_too_many_bins_are_packed_too() {
    assert_eq!(pack(&[], 3).concat(), Vec::<usize>::new());
    let Packing { bins, optimal } = pack_exactly(&[0, 5], 4, 0);
    assert_eq!((heaviest(&[0, 5], &bins), bins.len(), optimal), (5, 4, true));
}

/// Tests of one file are often guessed alike, and late together: no shard should have them all.
#[test]
fn equal_weights_do_not_end_in_one_bin() {
    let weights = [vec![950, 870, 640, 530, 410, 370, 230], vec![30; 67]].concat();
    let Packing { bins, .. } = pack_exactly(&weights, 4, 0);
    let equals = |bin: &Vec<usize>| bin.iter().filter(|&&position| weights[position] == 30).count();
    let most = bins.iter().map(equals).max().unwrap_or_default();
    assert!(most <= 67 / 3, "{most} of 67 are in one bin of 4");
}

proptest! {
    #[test]
    fn small_packings_are_the_best_there_are(
        weights in prop::collection::vec(0_u64..60, 0..8), bins in 1_usize..5,
    ) {
        let packing = pack_exactly(&weights, bins, 0);
        prop_assert_eq!(heaviest(&weights, &packing.bins), least(&weights, &mut vec![0; bins]));
        prop_assert!(packing.optimal);
    }

    #[test]
    fn everything_is_packed_once_and_no_worse_than_greedily(
        weights in prop::collection::vec(0_u64..100_000, 0..80), bins in 1_usize..20,
    ) {
        let bins_of = pack(&weights, bins);
        let mut packed = bins_of.concat();
        packed.sort_unstable();
        prop_assert_eq!(packed, (0..weights.len()).collect::<Vec<_>>());
        prop_assert_eq!(bins_of.len(), bins);
        let greedy = greedy::longest_first(&problem(&weights, bins)).expect("it always deals");
        prop_assert!(heaviest(&weights, &bins_of) <= heaviest(&weights, &greedy));
    }
}
