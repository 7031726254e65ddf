//! `run --artifacts URL`: what a run says goes in, its results go to object storage shard by shard,
//! and what did not arrive is told at the end.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::cli::args::RunArgs;
use crate::cli::commands::patience::patiently;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::model::event::{Event, UnixMillis};
use crate::model::id::ShardNumber;
use crate::report::{REPORTS, facts, text};
use crate::run::dispatcher::Emission;
use crate::sandbox::Wish;
use crate::storage::upload::{Upload, Uploaded};
use crate::storage::{Options, Start, StorageError};

/// Where the results of this run go, if anywhere; shows at once whether they can.
pub(crate) async fn begin(
    args: &RunArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> Result<Option<Start>, StorageError> {
    let Some(place) = args.run.artifacts.clone() else { return Ok(None) };
    let options = Options { place, variables: environment.all() };
    let part = args.run.part().map(|part| format!("{}/{}", part.number, part.total));
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let at = UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
    let at = facts::timestamp(at).unwrap_or_default();
    let whom = options.place.to_string();
    patiently(Start::begin(&options, part.as_deref(), &at), &whom, streams).await.map(Some)
}

/// Hears a run and uploads what shards that have ended left.
pub(crate) struct Sending {
    upload: Option<Upload>,
}

impl Sending {
    /// Uploads from the output folder; nothing where nobody asked for it.
    pub(crate) fn new(start: Option<Start>, output: &Path) -> Self {
        Self { upload: start.map(|start| Upload::begin(start, output)) }
    }

    /// Takes one emission, after it is on disk.
    pub(crate) fn hear(&self, emission: &Emission<'_>) {
        let Some(upload) = &self.upload else { return };
        if let Emission::Again { id, .. } | Emission::GoesOn { id, .. } = emission {
            upload.shard_goes_on(id.shard);
        }
        if let Emission::Event(Event::AttemptEnded { id, .. }) = emission {
            upload.shard_ended(id.shard);
        }
    }

    /// Uploads what is left of these shards. With a wish that is greater than the ones so far it is
    /// given up.
    pub(crate) fn finish(
        self,
        runtime: &Runtime,
        mut wishes: watch::Receiver<Wish>,
        (shards, output): (Vec<ShardNumber>, &Path),
        streams: &mut Streams,
    ) -> Arrived {
        let Some(upload) = self.upload else { return Arrived::All };
        let reports: Vec<&str> = REPORTS.iter().map(|report| report.path()).collect();
        let (so_far, name) = (*wishes.borrow(), upload.name().to_owned());
        let upload = async {
            tokio::select! {
                uploaded = upload.finish(&shards, &reports) => Some(uploaded),
                Ok(_) = wishes.wait_for(|wish| *wish > so_far) => None,
            }
        };
        let what = format!("the upload to {name}");
        let uploaded = runtime.block_on(patiently(upload, &what, streams));
        let Some(uploaded) = uploaded else {
            streams.warn(&format!(
                "warning: the upload to `{}` was interrupted: a merge may miss results, which are \
                 all in `{}`",
                text::terminal(&name),
                output.display()
            ));
            return Arrived::NotAll;
        };
        tell(&uploaded, output, streams);
        if uploaded.shards.is_empty() { Arrived::All } else { Arrived::NotAll }
    }
}

/// Whether a merge finds all that it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrived {
    All,
    NotAll,
}

impl Arrived {
    /// A run that is well is incomplete where its results are not where they should be. Nobody says
    /// that tests failed.
    pub(crate) fn exit(self, exit: Exit) -> Exit {
        let is_well = matches!(exit, Exit::Passed | Exit::Nothing);
        if self == Self::NotAll && is_well { Exit::Incomplete } else { exit }
    }
}

/// As people read it.
fn size(bytes: u64) -> String {
    if bytes < 1 << 20 { format!("{} kB", bytes.div_ceil(1 << 10)) } else { facts::size(bytes) }
}

fn tell(uploaded: &Uploaded, output: &Path, streams: &mut Streams) {
    let Uploaded { name, files, bytes, shards, missing, left_out } = uploaded;
    let name = text::terminal(name);
    if let Some((path, why)) = left_out.first_key_value() {
        let (count, path) = (facts::number_of(left_out.len(), "file"), path.to_string_lossy());
        streams.warn(&format!(
            "warning: {count} of the tests will be missing in `{name}`, first `{}` ({why}); all are \
             in `{}`",
            text::terminal(&path),
            output.display()
        ));
    }
    let (count, size) = (facts::number_of(*files, "file"), size(*bytes));
    if missing.is_empty() && shards.is_empty() {
        streams.say(&format!("uploaded to {name}: {count}, {size}"));
        return;
    }
    let first = missing.iter().find(|(_, reason)| !reason.starts_with("not tried"));
    let first = first.map_or_else(String::new, |(path, reason)| {
        let path = path.to_string_lossy();
        format!(", first `{}` ({})", text::terminal(&path), text::terminal(reason))
    });
    let gone = facts::number_of(missing.len(), "file");
    let numbers: Vec<String> = shards.iter().map(ToString::to_string).collect();
    let means = match numbers.as_slice() {
        [] => "a merge needs none of them".to_owned(),
        [one] => format!("a merge will miss results of shard {one}"),
        _ => format!("a merge will miss results of shards {}", numbers.join(", ")),
    };
    streams.warn(&format!(
        "warning: {gone} could not be uploaded to `{name}`{first}: {means}; all are in `{}`",
        output.display()
    ));
}
