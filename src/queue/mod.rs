//! Work that shards take when they are free: a plan goes in; what each shard begins with, and
//! batches of the rest come out. Knows neither tests' results nor processes.
//!
//! On one machine that is [`memory`]. Where machines share a run, each entry of one log says what a
//! node did ([`board`] folds them), a node that is not heard of loses its lease ([`lease`]), and a
//! [`member`] says what a node has to ask of the [`store`] next. How many runs go at once is decided
//! before, in the [`lobby`].

pub(crate) mod board;
#[cfg(any(fuzzing, test))]
pub(crate) mod check;
pub(crate) mod client;
mod guided;
pub(crate) mod lease;
pub(crate) mod lobby;
pub(crate) mod member;
pub(crate) mod memory;
pub(crate) mod redis;
pub(crate) mod split;
pub(crate) mod status;
pub(crate) mod store;
mod waiting;
pub(crate) mod work;

#[cfg(test)]
mod promise;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod suites;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trials;
