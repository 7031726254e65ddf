//! What is left and who asks for work go in, how much of it to hand out comes out.
//!
//! Batches shrink towards the end (guided self-scheduling: Polychronopoulos and Kuck, IEEE
//! Transactions on Computers C-36/12, 1987), and are smaller than an even share, because estimates
//! are wrong (factoring: Hummel, Schonberg and Flynn, CACM 35/8, 1992). Unlike there the share is
//! one of all that is to be done, what runs already included: who is early takes more and who is
//! late takes less, so fewer starts do. The numbers were tried in `benches/dynamic.rs`.

use std::time::Duration;

use crate::model::batch::Ask;

/// A shard begins with so many parts of its predicted time in so many: with half, one whose tests
/// all take twice as long, or whose machine is half as fast, is not late yet.
pub(super) const BEGUN: (u32, u32) = (1, 2);

/// One part in so many of an even share is kept back for what takes longer than predicted.
const KEPT: u32 = 4;

/// How many groups of these weights, the longest first, whoever asks should take. `left` is what
/// all of them weigh.
///
/// Unless nothing else is left, a batch is worth one more start; a rest that would not be is part
/// of it.
pub(super) fn count(weights: impl Iterator<Item = Duration>, left: Duration, ask: Ask) -> usize {
    let even = left.saturating_add(ask.ahead) / ask.takers.max(1);
    // To come back for less than a start costs is worse than to take too much.
    let kept = Some(even / KEPT).filter(|kept| *kept >= ask.least).unwrap_or_default();
    let size = even.saturating_sub(kept).max(ask.least);
    let mut taken = Duration::ZERO;
    let mut groups = 0;
    for weight in weights {
        let is_worth_it = groups > 0 && taken >= ask.least;
        let is_rest_worth_it = left.saturating_sub(taken) >= ask.least;
        // A batch is not much longer than it should be, or the others would wait for it.
        if taken + weight > size && is_worth_it && is_rest_worth_it {
            break;
        }
        taken += weight;
        groups += 1;
    }
    groups
}
