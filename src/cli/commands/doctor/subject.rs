//! The flags of a run go in; what that run would use comes out, looked at once for all checks.

use std::path::{Path, PathBuf};

use tokio::runtime::Runtime;

use crate::cli::args::doctor::DoctorArgs;
use crate::cli::args::{RunArgs, SharedFlags};
use crate::cli::commands::doctor::probe::{self, Probe};
use crate::cli::commands::dry_run::quoted;
use crate::cli::commands::rerun::Rerun;
use crate::cli::commands::stage::{self, Asked, History};
use crate::cli::commands::timings::project::Declared;
use crate::cli::streams::Streams;
use crate::config;
use crate::config::ci::node::{Node, node};
use crate::config::environment::Environment;
use crate::config::flags::run::Shard;
use crate::config::flags::sandbox::Isolation;
use crate::config::isolation;
use crate::git::{GitError, Repository};
use crate::run::resources;
use crate::runner::playwright::install::{Install, real};
use crate::sandbox::docker::examine::Examination;

/// Where a run would happen, and with what.
pub(super) struct Subject<'a> {
    pub(super) shared: &'a SharedFlags,
    pub(super) doctor: &'a DoctorArgs,
    /// Of `--shard auto`, with the shard that this node is.
    pub(super) args: RunArgs,
    pub(super) environment: &'a Environment,
    /// Absolute.
    pub(super) project: PathBuf,
    pub(super) install: anyhow::Result<Install>,
    pub(super) history: anyhow::Result<History>,
    /// Whether the earlier results can be used.
    pub(super) rerun: anyhow::Result<()>,
    /// What stands in the sources, whatever is chosen of it.
    pub(super) declared: anyhow::Result<Declared>,
    /// None where no container is used.
    pub(super) engine: Option<Examination>,
    pub(super) resources: resources::Options,
    /// None where nobody asked for it, or nothing could be started.
    pub(super) probe: Option<anyhow::Result<Probe>>,
}

impl<'a> Subject<'a> {
    /// Looks at everything that more than one check needs.
    pub(super) fn of(
        shared: &'a SharedFlags,
        doctor: &'a DoctorArgs,
        environment: &'a Environment,
        streams: &mut Streams,
    ) -> anyhow::Result<Self> {
        let args = settled(&doctor.run, environment);
        let RunArgs { suite, plan, run, retry: _, sandbox } = &args;
        let asked = Asked { shared, suite, sandbox, workers: plan.workers };
        let install = stage::install(&asked);
        let found = install.as_ref().ok();
        let runtime = Runtime::new()?;
        let engine = runtime.block_on(isolation::examine(sandbox, found, environment));
        let is_ready = engine.as_ref().is_some_and(is_ready);
        let probe = match found {
            Some(install) if doctor.probe && is_ready => {
                Some(runtime.block_on(probe::probe(&asked, install.clone(), environment)))
            }
            _ => None,
        };
        let project = asked.project();
        let output = real(&shared.directory.join(&run.report.output));
        Ok(Self {
            shared,
            doctor,
            environment,
            rerun: Rerun::read(&plan.rerun, Some(&output), streams).map(drop),
            history: stage::load_timings(shared, &plan.timings).map_err(anyhow::Error::from),
            declared: Declared::read(&project, suite.config.as_deref()),
            resources: config::resources::options(&run.resources, sandbox, environment),
            project,
            install,
            engine,
            probe,
            args,
        })
    }

    /// Whether a script plays the suite.
    pub(super) fn is_played(&self) -> bool {
        self.args.sandbox.fake.is_some()
    }

    /// Why shards need no container engine; none where they do.
    pub(super) fn without_containers(&self) -> Option<&'static str> {
        if self.is_played() {
            return Some("a script plays the suite");
        }
        let is_process = self.args.sandbox.isolation == Isolation::Process;
        is_process.then_some("shards are processes of this machine (`--isolation process`)")
    }

    /// What the run is asked for.
    pub(super) fn asked(&self) -> Asked<'_> {
        let RunArgs { suite, plan, sandbox, .. } = &self.args;
        Asked { shared: self.shared, suite, sandbox, workers: plan.workers }
    }

    /// The engine where it answers; else why there is nothing to look at.
    pub(super) fn answering(&self) -> Result<&Examination, &'static str> {
        match &self.engine {
            Some(engine) if engine.version.is_ok() => Ok(engine),
            Some(_) => Err("the container engine does not answer"),
            None => Err(self.without_containers().unwrap_or("no container engine is used")),
        }
    }

    /// The repository that a file of the project is in.
    pub(super) fn repository(&self, file: &Path) -> Result<Repository, GitError> {
        Repository::of(&self.project.join(file))
    }

    /// A command in the project folder, for a shell.
    pub(super) fn in_project(&self, command: &str) -> String {
        let folder = &self.shared.directory;
        if folder.as_os_str() == "." {
            return command.to_owned();
        }
        format!("cd {} && {command}", quoted(&folder.display().to_string()))
    }

    /// A command of ours with the files of this one, for a shell.
    pub(super) fn ours(&self, words: &[&str]) -> String {
        let mut all = vec!["shardwright".to_owned()];
        all.extend(words.iter().map(|word| (*word).to_owned()));
        let (suite, plan) = (&self.args.suite, &self.args.plan);
        let usual = Path::new("timings.json");
        let folder = Some(&self.shared.directory).filter(|folder| folder.as_os_str() != ".");
        let timings = Some(&plan.timings).filter(|timings| *timings != usual);
        let named = [("-C", folder), ("-c", suite.config.as_ref()), ("--timings", timings)];
        for (flag, path) in named {
            all.extend(path.into_iter().flat_map(|p| [flag.to_owned(), p.display().to_string()]));
        }
        let words: Vec<String> = all.iter().map(|word| quoted(word)).collect();
        words.join(" ")
    }
}

/// The arguments with the shard that `auto` means here; where nobody knows, another check says so.
fn settled(args: &RunArgs, environment: &Environment) -> RunArgs {
    let mut args = args.clone();
    if args.run.shard == Some(Shard::Auto)
        && let Ok(Node { part, .. }) = node(environment)
    {
        args.run.shard = Some(Shard::Of(part));
    }
    args
}

/// A path as the user gave it.
pub(super) fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

/// Whether something can be started without a pull.
fn is_ready(engine: &Examination) -> bool {
    engine.version.is_ok() && engine.image.as_ref().is_some_and(|image| image.is_here)
}
