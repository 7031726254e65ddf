//! The project folder goes in; everything that its spec files declare comes out, read from the
//! sources alone.

use std::path::{Path, PathBuf};

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
pub(in crate::cli::commands) struct Declared {
    pub(in crate::cli::commands) suite: Suite,
    /// What had to be assumed; untrusted text.
    pub(in crate::cli::commands) notes: Vec<String>,
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
        let declared = Self::read(&real(&shared.directory), flags.config.as_deref())?;
        for note in &declared.notes {
            streams.say(&format!("scan: {}", text::terminal(note)));
        }
        Ok(declared)
    }

    /// Scans a project with this configuration, or the usual one.
    pub(in crate::cli::commands) fn read(
        project: &Path,
        config: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let flags = SuiteFlags::whole(config.map(Path::to_path_buf));
        let options = project::scan_options(project, &flags)?;
        let found = scan::scan(&scan::Options { everything: true, ..options })?;
        Ok(Self { suite: found.suite, notes: found.notes, root_dir: found.root_dir })
    }

    /// The entries that nothing here stands for any more.
    pub(in crate::cli::commands) fn stale(&self, timings: &Timings) -> Vec<(TestKey, Stale)> {
        prune::stale(&self.suite, timings, |file| self.root_dir.join(file).is_file())
    }
}
