//! The steps that several commands have in common.

use std::io::Write;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::cli::args::SharedFlags;
use crate::cli::commands::beforehand;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::config::ci;
use crate::config::environment::Environment;
use crate::config::flags::log::SANDBOX;
use crate::config::flags::sandbox::SandboxFlags;
use crate::config::flags::suite::SuiteFlags;
use crate::config::isolation;
use crate::config::project::{self, Discovery};
use crate::model::per_test::PerTest;
use crate::model::suite::Suite;
use crate::model::timings::Timings;
use crate::report::facts::number_of;
use crate::report::text;
use crate::run::list::{self, DiscoverError};
use crate::run::{Setting, cancel};
use crate::runner::playwright::install::{Install, real};
use crate::runner::playwright::scan;
use crate::sandbox::{Say, Wish};
use crate::timings::estimate::{Mismatch, mismatch};
use crate::timings::store::{self, StoreError};
use crate::wire::log_v1::{Entry, Level};

/// What the user asked for, as far as finding the suite goes.
pub(crate) struct Asked<'a> {
    pub(crate) shared: &'a SharedFlags,
    pub(crate) suite: &'a SuiteFlags,
    pub(crate) sandbox: &'a SandboxFlags,
    pub(crate) workers: Option<NonZeroU32>,
}

impl Asked<'_> {
    /// The project folder, absolute.
    pub(crate) fn project(&self) -> PathBuf {
        real(&self.shared.directory)
    }

    /// What attempts of these flags have in common. `output` is for the attempts' files.
    pub(crate) fn setting(
        &self,
        install: Install,
        environment: &Environment,
        output: PathBuf,
    ) -> anyhow::Result<Setting> {
        beforehand::image(self.sandbox)?;
        beforehand::memory(self.sandbox)?;
        project::check_workspace(&install, self.sandbox, environment)?;
        isolation::check_image(self.sandbox, &install)?;
        let call = project::call(&self.project(), self.suite, self.workers)?;
        let sandbox = isolation::sandbox(self.sandbox, &install, environment, &output);
        let build = ci::build_id(environment);
        Ok(Setting { sandbox, install, call, output, stall_timeout: None, build, stays: false })
    }
}

/// Finds the suite where nothing will be run.
pub(crate) fn discover_only(
    asked: &Asked<'_>,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Suite> {
    let project = asked.project();
    let install = match discovery(asked)? {
        Discovery::Playwright(install) => install,
        Discovery::Scan(reason) => {
            if let Some(reason) = reason {
                streams.say(&format!("{reason}: the spec files are scanned"));
            }
            return scan_suite(&project, asked.suite, streams);
        }
    };
    let cache = environment.cache_folder();
    std::fs::create_dir_all(&cache)?;
    let folder = tempfile::Builder::new().prefix("list-").tempdir_in(cache)?;
    let setting = asked.setting(install, environment, folder.path().to_path_buf())?;
    let runtime = Runtime::new()?;
    runtime.block_on(async {
        let wishes = cancel::wishes()?;
        let suite = listed(&setting, 1, folder.path(), wishes, streams).await;
        setting.sandbox.close().await;
        suite
    })
}

/// Makes the sandbox ready for so many views and lists the suite in it.
pub(crate) async fn listed(
    setting: &Setting,
    views: usize,
    folder: &Path,
    wishes: watch::Receiver<Wish>,
    streams: &mut Streams,
) -> anyhow::Result<Suite> {
    ready(setting, views, wishes.clone(), streams).await?;
    Ok(list::suite(setting, folder, wishes).await?)
}

/// Makes the sandbox ready for so many views.
pub(crate) async fn ready(
    setting: &Setting,
    views: usize,
    mut wishes: watch::Receiver<Wish>,
    streams: &mut Streams,
) -> anyhow::Result<()> {
    if streams.is_watched() {
        streams.say("asking Playwright for its tests");
    }
    let ready = setting.sandbox.prepare(views, teller(streams));
    tokio::select! {
        ready = ready => Ok(ready?),
        _ = wishes.wait_for(|wish| *wish > Wish::Run) => Err(DiscoverError::Interrupted.into()),
    }
}

fn discovery(asked: &Asked<'_>) -> anyhow::Result<Discovery> {
    if asked.sandbox.fake.is_some() {
        return Ok(Discovery::Playwright(Install::scripted(&asked.project())));
    }
    Ok(project::discovery(&asked.project(), asked.suite)?)
}

/// The installed Playwright, which a run needs.
pub(crate) fn install(asked: &Asked<'_>) -> anyhow::Result<Install> {
    match discovery(asked)? {
        Discovery::Playwright(install) => Ok(install),
        Discovery::Scan(Some(reason)) => Err(reason.into()),
        Discovery::Scan(None) => {
            let config = asked.suite.config.as_deref();
            Ok(crate::runner::playwright::install::find(&asked.project(), config)?)
        }
    }
}

/// Reads the suite from its source files.
pub(crate) fn scan_suite(
    project: &Path,
    flags: &SuiteFlags,
    streams: &mut Streams,
) -> anyhow::Result<Suite> {
    let found = scan::scan(&project::scan_options(project, flags)?)?;
    for note in &found.notes {
        streams.say(&format!("scan: {}", text::terminal(note)));
    }
    Ok(found.suite)
}

/// Where a sandbox says what it does before anything runs.
fn teller(streams: &Streams) -> Say {
    let (log, is_quiet) = (streams.log().clone(), streams.is_quiet());
    Say::new(!log.is_json(), move |line| {
        if log.is_json() {
            log.tell(SANDBOX, Level::Info, &Entry::note(None, line));
        } else if !is_quiet {
            // Also what a registry answered.
            writeln!(std::io::stderr(), "{}", text::disarmed(&text::terminal(line))).ok();
        }
    })
}

/// Workers in each shard: as the user says, else as Playwright would take.
pub(crate) fn workers(suite: &Suite, asked: Option<NonZeroU32>) -> u32 {
    asked.map(NonZeroU32::get).or(suite.settings.workers).unwrap_or(1)
}

/// The durations of earlier runs, and the file that they are kept in.
pub(crate) struct History {
    pub(crate) file: PathBuf,
    pub(crate) timings: Timings,
}

/// The history; none yet is no error.
pub(crate) fn load_timings(shared: &SharedFlags, file: &Path) -> Result<History, StoreError> {
    let file = shared.directory.join(file);
    let timings = store::load(&file)?.unwrap_or_default();
    Ok(History { file, timings })
}

/// Says where there is no history, or one that does not fit the suite.
pub(crate) fn tell_coverage(
    suite: &Suite,
    history: &History,
    wishes: &PerTest,
    streams: &mut Streams,
) {
    let History { file, timings } = history;
    if timings.tests.is_empty() {
        let name = file.display();
        let told = suite.tests().filter(|test| wishes.estimate(test).is_some()).count();
        let counts = if told == 0 {
            "every test counts the same".to_owned()
        } else {
            format!("{} by the settings, every other counts the same", number_of(told, "test"))
        };
        streams.say(&format!("no timings yet in `{name}`: {counts}"));
    }
    if let Some(mismatch) = mismatch(suite, timings) {
        streams.say(&format!("warning: {}", told(&mismatch)));
    }
}

/// What a person can do something about: the two names of a file.
pub(crate) fn told(mismatch: &Mismatch) -> String {
    let Mismatch { files, ours, theirs } = mismatch;
    let (ours, theirs) = (text::terminal(ours), text::terminal(theirs));
    format!("0 of {files} files match the timings: `{ours}` here, `{theirs}` there")
}

/// The end where no test is selected.
pub(crate) fn nothing() -> Refused {
    Refused {
        message: "there is nothing to run: no test matches".to_owned(),
        hint: Some("`shardwright discover` shows what there is".to_owned()),
        exit: Exit::Nothing,
    }
}
