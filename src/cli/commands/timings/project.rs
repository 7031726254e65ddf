//! The project folder goes in; everything that its spec files declare comes out, read from the
//! sources alone.

use std::path::PathBuf;

use crate::cli::args::SharedFlags;
use crate::cli::args::timings::ProjectFlags;
use crate::cli::streams::Streams;
use crate::config::flags::suite::SuiteFlags;
use crate::config::project;
use crate::model::id::TestKey;
use crate::model::review::Stale;
use crate::model::suite::Suite;
use crate::model::timings::Timings;
use crate::report::text;
use crate::runner::playwright::install::real;
use crate::runner::playwright::scan;
use crate::timings::prune;

/// What the spec files declare, whatever `only` and `grep` would leave of it in a run.
pub(super) struct Declared {
    pub(super) suite: Suite,
    /// What the files are relative to.
    root_dir: PathBuf,
}

impl Declared {
    /// Scans the project; says what had to be assumed.
    pub(super) fn scan(
        shared: &SharedFlags,
        flags: &ProjectFlags,
        streams: &mut Streams,
    ) -> anyhow::Result<Self> {
        let flags = SuiteFlags::whole(flags.config.clone());
        let options = project::scan_options(&real(&shared.directory), &flags)?;
        let found = scan::scan(&scan::Options { everything: true, ..options })?;
        for note in &found.notes {
            streams.say(&format!("scan: {}", text::terminal(note)));
        }
        Ok(Self { suite: found.suite, root_dir: found.root_dir })
    }

    /// The entries that nothing here stands for any more.
    pub(super) fn stale(&self, timings: &Timings) -> Vec<(TestKey, Stale)> {
        prune::stale(&self.suite, timings, |file| self.root_dir.join(file).is_file())
    }
}
