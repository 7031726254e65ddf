//! What a machine has and what a shard may take go in, how many shards fit at once comes out.

use std::num::NonZeroUsize;

/// How often each processor is given away: tests wait about as long as they compute.
const OVERLAP: f64 = 2.0;

/// What one shard may take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Need {
    /// Bytes, more than none.
    pub(crate) memory: u64,
    /// More than none.
    pub(crate) cpus: f64,
}

/// What a machine has for shards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Room {
    /// Bytes that are available; none where nobody knows.
    pub(crate) memory: Option<u64>,
    pub(crate) cpus: NonZeroUsize,
}

/// What keeps more shards from running at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// There are no more.
    Shards,
    Memory,
    Cpus,
}

/// As many shards as fit the available memory, and twice the processors; at least one.
pub(crate) fn fitting(shards: NonZeroUsize, room: Room, need: Need) -> (NonZeroUsize, Bound) {
    let memory = room.memory.map_or(u64::MAX, |available| available / need.memory.max(1));
    // No more are given to a shard than there are.
    let had = f64::from(u32::try_from(room.cpus.get()).unwrap_or(u32::MAX));
    let cpus = (OVERLAP * had / need.cpus.min(had)).floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is a whole number of at least 2, and what is too large becomes the largest"
    )]
    let cpus = cpus as u64;
    let bounds =
        [(shards.get() as u64, Bound::Shards), (memory, Bound::Memory), (cpus, Bound::Cpus)];
    // Of those that bound alike the first is named.
    let (least, bound) = bounds.into_iter().min_by_key(|(number, _)| *number).unwrap_or(bounds[0]);
    let number = usize::try_from(least).ok().and_then(NonZeroUsize::new);
    (number.unwrap_or(NonZeroUsize::MIN), bound)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::{Bound, Need, Room, fitting};

    const GIB: u64 = 1 << 30;

    /// The number for so many shards on so many gigabytes and processors.
    fn number(shards: usize, gigabytes: u64, cpus: usize, need: Need) -> (usize, Bound) {
        let cpus = NonZeroUsize::new(cpus).unwrap();
        let room = Room { memory: Some(gigabytes * GIB), cpus };
        let (number, bound) = fitting(NonZeroUsize::new(shards).unwrap(), room, need);
        (number.get(), bound)
    }

    #[test]
    fn memory_and_twice_the_processors_bound_the_number() {
        let need = Need { memory: 2 * GIB, cpus: 2.0 };
        assert_eq!(number(4, 64, 2, need), (2, Bound::Cpus));
        assert_eq!(number(4, 64, 8, need), (4, Bound::Shards));
        assert_eq!(number(9, 64, 8, need), (8, Bound::Cpus));
        assert_eq!(number(9, 7, 8, need), (3, Bound::Memory));
        assert_eq!(number(9, 7, 8, Need { memory: GIB, ..need }), (7, Bound::Memory));
        assert_eq!(number(9, 64, 4, Need { cpus: 4.0, ..need }), (2, Bound::Cpus));
        assert_eq!(number(9, 64, 2, Need { cpus: 0.5, ..need }), (8, Bound::Cpus));
    }

    #[test]
    fn one_shard_always_runs() {
        let need = Need { memory: 8 * GIB, cpus: 16.0 };
        assert_eq!(number(4, 7, 2, need), (1, Bound::Memory));
        assert_eq!(number(1, 7, 2, need), (1, Bound::Memory));
        // Of processors it is given those that there are.
        assert_eq!(number(4, 64, 1, need), (2, Bound::Cpus));
    }

    #[test]
    fn where_nobody_knows_the_memory_the_processors_bound_it() {
        let need = Need { memory: 2 * GIB, cpus: 2.0 };
        let room = Room { memory: None, cpus: NonZeroUsize::new(3).unwrap() };
        let (number, bound) = fitting(NonZeroUsize::new(9).unwrap(), room, need);
        assert_eq!((number.get(), bound), (3, Bound::Cpus));
    }
}
