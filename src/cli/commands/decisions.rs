//! What a run says goes in, entries of the log come out.

use crate::cli::log::Log;
use crate::config::flags::log::RUN;
use crate::run::dispatcher::Emission;
use crate::sandbox::Wish;
use crate::wire::log_v1::{Entry, Level};

/// Logs one emission. What shards print is logged where somebody asks for it.
pub(super) fn log(log: &Log, emission: &Emission<'_>, verbose: bool) {
    for (level, entry) in entries(emission, verbose) {
        log.tell(RUN, level, &entry);
    }
}

fn entries(emission: &Emission<'_>, verbose: bool) -> Vec<(Level, Entry)> {
    let one = match emission {
        Emission::Event(event) => return Entry::of(event),
        Emission::Line(id, line) => {
            let level = if verbose { Level::Info } else { Level::Trace };
            (level, Entry::printed(*id, line))
        }
        Emission::Note(id, text) => (Level::Warn, Entry::note(Some(*id), text)),
        Emission::Silent(id, silent) => (Level::Warn, Entry::silent(*id, *silent)),
        Emission::Again { id, why, tests, put_off, wait } => {
            (Level::Warn, Entry::again(*id, why.name(), *tests, put_off, *wait))
        }
        // Its attempt and what it takes over are logged as they begin.
        Emission::GoesOn { .. } => return Vec::new(),
        Emission::Stopping(reason, wish) => {
            (Level::Warn, Entry::stopping(*reason, *wish == Wish::Kill))
        }
    };
    vec![one]
}
