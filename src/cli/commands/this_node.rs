//! `--shard auto` and the environment go in, the arguments of that shard come out.

use crate::cli::args::RunArgs;
use crate::cli::streams::Streams;
use crate::config::ci::node::{Node, NodeError, node};
use crate::config::environment::Environment;
use crate::config::flags::run::Shard;

/// The arguments with the shard that `auto` means here. Says which that is, because nobody typed
/// it.
pub(super) fn settled(
    args: &RunArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> Result<RunArgs, NodeError> {
    let mut args = args.clone();
    if args.run.shard == Some(Shard::Auto) {
        let Node { part, whose, is_alone } = node(environment)?;
        let shard = format!("this is shard {}/{}", part.number, part.total);
        let told = if is_alone {
            format!("{shard}, the whole suite: {whose} runs no other node of this job")
        } else {
            format!("{shard}, says {whose}")
        };
        streams.say(&told);
        args.run.shard = Some(Shard::Of(part));
    }
    Ok(args)
}
