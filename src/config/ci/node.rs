//! `--shard auto`: the environment goes in, the shard of how many that this node is comes out.
//!
//! Two variables of our own come first, for CI systems that tell processes nothing: the index of
//! the node, which counts from 0, and the count. The count alone helps where only that is missing.

use std::num::NonZeroU32;

use crate::config::ci::{CIS, Nodes, here};
use crate::config::environment::Environment;
use crate::config::flags::plan::possible;
use crate::config::flags::run::ShardOf;
use crate::model::id::ShardNumber;

/// Which node this is, from 0; beats what the CI says.
pub(crate) const INDEX: &str = "SHARDWRIGHT_NODE_INDEX";
/// How many nodes there are.
pub(crate) const TOTAL: &str = "SHARDWRIGHT_NODE_TOTAL";

const OWN: Nodes = Nodes { index: INDEX, first: 0, total: Some(TOTAL) };

/// A node's part, and who said so.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) part: ShardOf,
    /// The name of the CI, or of our variable.
    pub(crate) whose: &'static str,
    /// The CI runs no other node of this job, and did not number it.
    pub(crate) is_alone: bool,
}

/// Why nobody knows which node this is. `whose` is the name of the CI, or of our variable.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NodeError {
    #[error("`--shard auto` finds no variable that says which node this is")]
    Nowhere,
    #[error("`--shard auto`: {whose} does not tell a process which node of a matrix it is")]
    Untold { whose: &'static str, instead: &'static str },
    #[error("`--shard auto`: `{index}` says which node this is, nothing says of how many")]
    NoTotal { index: &'static str },
    #[error(
        "`--shard auto`: `{total}` says how many nodes there are, no `{index}` which of them this is"
    )]
    NoIndex { index: &'static str, total: &'static str },
    #[error("`--shard auto`: `{name}` is `{value}`, and a whole number is expected")]
    NoNumber { name: &'static str, value: String },
    #[error("`--shard auto`: `{total}` is {count}: {reason}")]
    BadTotal { total: &'static str, count: u32, reason: String },
    #[error("`--shard auto`: `{index}` is {found}, and {count} nodes count from {first} to {last}")]
    OutOfRange { index: &'static str, found: u32, count: u32, first: u32, last: u32 },
    #[error("`--shard auto`: `{TOTAL}` is {own}, and {whose} says {count} in `{total}`")]
    Disagree { whose: &'static str, total: &'static str, own: u32, count: u32 },
}

impl NodeError {
    /// What to do about it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::Nowhere => format!(
                "looked for {}; name the shard as `--shard 2/4`, or set {INDEX} (the first node \
                 is 0) and {TOTAL}",
                looked_for()
            ),
            Self::Untold { instead, .. } => (*instead).to_owned(),
            Self::NoTotal { .. } => {
                format!("set {TOTAL} to the number of nodes; of a Kubernetes Job: `completions`")
            }
            Self::NoIndex { .. } => {
                "run the job on parallel nodes, or name the shard as `--shard 2/4`".to_owned()
            }
            Self::Disagree { .. } => format!("leave {TOTAL} out, the CI knows it"),
            Self::NoNumber { .. } | Self::BadTotal { .. } | Self::OutOfRange { .. } => {
                "name the shard as `--shard 2/4`, or see what sets the variable".to_owned()
            }
        }
    }
}

/// The variables of every CI, with its name.
fn looked_for() -> String {
    let of = CIS
        .iter()
        .filter_map(|ci| Some(format!("{} ({})", ci.nodes.as_ref().ok()?.index, ci.name)));
    of.collect::<Vec<_>>().join(", ")
}

/// Asks the environment which node this is. A job that its CI does not run on several nodes is the
/// whole: shard 1 of 1.
pub(crate) fn node(environment: &Environment) -> Result<Node, NodeError> {
    if environment.get(INDEX).is_some() {
        return numbered(&OWN, INDEX, environment);
    }
    let ci = here(environment).ok_or(NodeError::Nowhere)?;
    match &ci.nodes {
        Ok(nodes) => numbered(nodes, ci.name, environment),
        Err(instead) => Err(NodeError::Untold { whose: ci.name, instead }),
    }
}

fn numbered(
    nodes: &Nodes,
    whose: &'static str,
    environment: &Environment,
) -> Result<Node, NodeError> {
    let Nodes { index, first, .. } = *nodes;
    let total = total(nodes, whose, environment)?;
    let (part, is_alone) = match (read(index, environment)?, total) {
        (None, None | Some((_, NonZeroU32::MIN))) => {
            (ShardOf { number: ShardNumber::at(0), total: NonZeroU32::MIN }, true)
        }
        (None, Some((total, _))) => return Err(NodeError::NoIndex { index, total }),
        (Some(_), None) => return Err(NodeError::NoTotal { index }),
        (Some(found), Some((_, total))) => {
            let last = total.get() - 1 + first;
            if found < first || found > last {
                let count = total.get();
                return Err(NodeError::OutOfRange { index, found, count, first, last });
            }
            (ShardOf { number: ShardNumber::at((found - first) as usize), total }, false)
        }
    };
    Ok(Node { part, whose, is_alone })
}

/// How many nodes there are, and which variable says so. Where the CI says it and we are told it,
/// both have to be the same.
fn total(
    nodes: &Nodes,
    whose: &'static str,
    environment: &Environment,
) -> Result<Option<(&'static str, NonZeroU32)>, NodeError> {
    let of = |total| Ok(count(total, environment)?.map(|count| (total, count)));
    let (own, theirs) = (of(TOTAL)?, nodes.total.map_or(Ok(None), of)?);
    match (own, theirs) {
        (Some((_, own)), Some((total, count))) if own != count => {
            Err(NodeError::Disagree { whose, total, own: own.get(), count: count.get() })
        }
        (own, theirs) => Ok(theirs.or(own)),
    }
}

fn count(total: &'static str, environment: &Environment) -> Result<Option<NonZeroU32>, NodeError> {
    let Some(count) = read(total, environment)? else { return Ok(None) };
    let shards = NonZeroU32::new(count).ok_or_else(|| "at least 1 shard is needed".to_owned());
    let bad = |reason| NodeError::BadTotal { total, count, reason };
    shards.and_then(possible).map(Some).map_err(bad)
}

fn read(name: &'static str, environment: &Environment) -> Result<Option<u32>, NodeError> {
    let parsed = |value: &str| value.trim().parse().map_err(|_| value.to_owned());
    let bad = |value| NodeError::NoNumber { name, value };
    environment.get(name).map(parsed).transpose().map_err(bad)
}

#[cfg(test)]
mod tests;
