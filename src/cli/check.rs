//! Any bytes go in; what does not hold for them is a panic. For tests and for `fuzz/`.

use std::path::Path;

use crate::cli::args;
use crate::config::settings;

/// Reading settings never panics, and no settings make the command line panic.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let command = args::command();
    let read = |profile| settings::read(&command, Path::new(settings::FILE), text, profile);
    drop(read(Some("ci")));
    let Ok(settings) = read(None) else { return };
    let command = settings.defaults(command);
    for name in ["discover", "plan", "run"] {
        let found = command.clone().try_get_matches_from(["shardwright", name]);
        drop(found.map(|found| settings.per_test(&found)));
    }
}
