//! `shardwright queue status`: which runs a queue holds, and how they are.

use crate::cli::args::queue::{QueueFormat, StatusArgs};
use crate::cli::commands::queue::reach::Reach;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::report::console::queue_table;
use crate::report::text;
use crate::wire::queue_state_v1;

pub(super) async fn exec(
    args: &StatusArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let mut reach = Reach::new(&args.place, environment)?;
    let name = args.place.run_id.as_ref().map(|run| run.0.as_str());
    let queue = reach.runs.state(name).await.map_err(reach.away())?;
    match (args.format, queue.runs.as_slice()) {
        (QueueFormat::Json, _) => streams.data(&queue_state_v1::write(&queue))?,
        (QueueFormat::Table, []) => {}
        (QueueFormat::Table, [run]) if name.is_some() => {
            streams.data(&queue_table::run(run, queue.now))?;
        }
        (QueueFormat::Table, _) => streams.data(&queue_table::runs(&queue))?,
    }
    if queue.runs.is_empty() {
        let what = name.map_or_else(String::new, |name| format!(" `{}`", text::terminal(name)));
        streams.warn(&format!("the queue `{}` holds no run{what}", reach.address.0));
        return Ok(Exit::Nothing);
    }
    Ok(Exit::Passed)
}
