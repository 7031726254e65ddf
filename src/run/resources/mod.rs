//! The machine that shards share: what it has goes in, how many of them may run comes out.

pub(super) mod gate;
pub(crate) mod jobs;
pub(crate) mod line;
pub(crate) mod machine;
pub(crate) mod pressure;

use jobs::Need;
use line::Share;
use machine::Machine;
use pressure::Pressure;

/// What is known of the machine and of what shards may take of it.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// None where it is played, or another than this one.
    pub(crate) machine: Option<Machine>,
    /// What one shard may take.
    pub(crate) need: Need,
    /// None starts shards however little memory there is.
    pub(crate) pressure: Option<Pressure>,
    /// None shares with nobody.
    pub(crate) share: Option<Share>,
}
