//! `shardwright schema`: the JSON schema of the settings file on standard output.

use crate::cli::args;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::settings::known::known;
use crate::wire::settings_schema;

pub(crate) fn exec(streams: &mut Streams) -> anyhow::Result<Exit> {
    streams.data(&settings_schema::write(&known(&args::command())))?;
    Ok(Exit::Passed)
}
