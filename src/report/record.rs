//! Events go in as they happen, `shards/I/events.ndjson` comes out, a line at once, so that
//! whatever was killed, what arrived before is on disk.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

use crate::model::event::Event;
use crate::model::id::ShardNumber;
use crate::report::ReportError;
use crate::wire::event_v1::{self, EventsError};
use crate::wire::input;

/// Writes the events of a run, each into the file of its shard.
pub(crate) struct Recorder {
    files: BTreeMap<ShardNumber, (PathBuf, File)>,
}

/// What a shard's file is called.
pub(crate) const EVENTS: &str = "events.ndjson";

/// Where a shard's events stand below an output folder.
pub(crate) fn path(output: &Path, shard: ShardNumber) -> PathBuf {
    output.join("shards").join(shard.to_string()).join(EVENTS)
}

/// The events in a shard's file.
pub(crate) fn read(file: &Path) -> Result<Vec<Event>, EventsError> {
    event_v1::read(BufReader::new(input::open(file)?))
}

impl Recorder {
    /// Starts a file for each of these shards.
    pub(crate) fn new(
        output: &Path,
        shards: impl Iterator<Item = ShardNumber>,
    ) -> Result<Self, ReportError> {
        let start = |shard| {
            let path = path(output, shard);
            let made = path.parent().map_or(Ok(()), fs::create_dir_all);
            let file = made.and_then(|()| {
                let mut file = File::create(&path)?;
                file.write_all(event_v1::header().as_bytes())?;
                Ok(file)
            });
            match file {
                Ok(file) => Ok((shard, (path, file))),
                Err(source) => Err(ReportError::Write { path, source }),
            }
        };
        Ok(Self { files: shards.map(start).collect::<Result<_, _>>()? })
    }

    /// Writes one event; what concerns the whole run goes to every shard's file.
    pub(crate) fn record(&mut self, event: &Event) -> Result<(), ReportError> {
        let line = event_v1::write(event);
        let concerned = event.attempt().map(|id| id.shard);
        for (shard, (path, file)) in &mut self.files {
            if concerned.is_none_or(|concerned| concerned == *shard) {
                file.write_all(line.as_bytes())
                    .map_err(|source| ReportError::Write { path: path.clone(), source })?;
            }
        }
        Ok(())
    }
}
