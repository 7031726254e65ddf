//! Work that shards take when they are free: a plan goes in; what each shard begins with, and
//! batches of the rest come out. Knows neither tests' results nor processes.

mod guided;
pub(crate) mod memory;
pub(crate) mod split;

#[cfg(test)]
mod promise;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod suites;
#[cfg(test)]
mod tests;
