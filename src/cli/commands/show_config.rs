//! `--show-config`, with any command: what it would go by, and who says so.

use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::model::setting::Configuration;
use crate::report::console::settings_table;
use crate::wire::configuration_v1;

pub(crate) fn exec(shown: &Configuration, streams: &mut Streams) -> anyhow::Result<Exit> {
    let format = shown.settings.iter().find(|setting| setting.name == "format");
    let is_json = format.is_some_and(|format| format.values == ["json"]);
    let page =
        if is_json { configuration_v1::write(shown) } else { settings_table::settings(shown) };
    streams.data(&page)?;
    Ok(Exit::Passed)
}
