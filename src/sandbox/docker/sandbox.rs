//! The docker sandbox: joins engine, image, views and containers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tokio::sync::{Mutex, OnceCell, mpsc, watch};

use crate::platform;
use crate::sandbox::docker::arguments::{INPUT, OUTPUT, WORKSPACE, container_name, of_job, seat};
use crate::sandbox::docker::engine::Engine;
use crate::sandbox::docker::info::Info;
use crate::sandbox::docker::kept::Kept;
use crate::sandbox::docker::options::Options;
use crate::sandbox::docker::reconnect::{self, Found};
use crate::sandbox::docker::room::{self, OpenRoom};
use crate::sandbox::docker::sweep::{self, Claim};
use crate::sandbox::docker::view::{self, Views};
use crate::sandbox::docker::{container, disk, image};
use crate::sandbox::{Ended, Ending, Job, Later, Layout, Room, Sandbox, SandboxError, Say, Wish};

/// Said of an engine that was set up without the lock that all others have.
const UNFILTERED: &str = "warning: the container engine filters no system calls (seccomp): tests \
    can ask the kernel for more than in other engines";

/// Runs jobs in containers.
pub(crate) struct DockerSandbox {
    options: Options,
    engine: Engine,
    /// Set by `prepare`.
    views: OnceCell<Views>,
    /// Set by `prepare`.
    info: OnceCell<Info>,
    /// From `prepare` to `close`.
    claim: Mutex<Option<Claim>>,
    /// Those that wait for their next job.
    rooms: Mutex<BTreeMap<String, OpenRoom>>,
    /// The folders of all jobs that there was a seat for.
    seats: Mutex<BTreeSet<PathBuf>>,
    /// What was kept of each view.
    kept: Mutex<BTreeMap<usize, Kept>>,
}

impl DockerSandbox {
    pub(crate) fn new(options: Options) -> Self {
        let named = options.env.iter().cloned();
        let env = named.filter_map(|(name, value)| Some((name, value?))).collect();
        let (program, secrets) = (options.engine.clone(), options.secrets.clone());
        let engine = Engine { program, env, secrets };
        let (views, info) = (OnceCell::new(), OnceCell::new());
        let (claim, rooms) = (Mutex::new(None), Mutex::default());
        let (seats, kept) = (Mutex::default(), Mutex::default());
        Self { options, engine, views, info, claim, rooms, seats, kept }
    }

    fn views(&self) -> Views {
        self.views.get().cloned().unwrap_or(Views::ReadOnly)
    }

    /// Makes a job's container, also where the engine has to be waited for: a second time, then.
    async fn create(
        &self,
        job: &Job,
        wishes: &mut watch::Receiver<Wish>,
        lines: &mpsc::UnboundedSender<String>,
    ) -> Result<Found, SandboxError> {
        let (engine, options, views) = (&self.engine, &self.options, self.views());
        let create = || container::create(engine, options, &views, job);
        let Err(error) = create().await else { return Ok(Found::Back) };
        if engine.answers().await {
            return Err(error.into());
        }
        match self.wait(wishes, lines).await {
            Found::Unwanted => return Ok(Found::Unwanted),
            Found::Gone => return Err(error.into()),
            Found::Back => {}
        }
        // It may have been made, and nobody heard of it.
        container::remove(engine, &container_name(options, job)).await;
        create().await?;
        Ok(Found::Back)
    }

    /// Waits for the engine, and says so.
    async fn wait(
        &self,
        wishes: &mut watch::Receiver<Wish>,
        lines: &mpsc::UnboundedSender<String>,
    ) -> Found {
        if self.engine.answers().await {
            return Found::Back;
        }
        let patience = reconnect::PATIENCE;
        let shown = humantime::format_duration(patience);
        let waits = format!("the container engine went away: waiting for it, at most {shown}");
        lines.send(waits).ok();
        reconnect::wait(&self.engine, patience, wishes).await
    }

    /// Makes the folders that a job's container sees.
    async fn make_ready(&self, job: &Job, open: Option<&OpenRoom>) -> Result<(), SandboxError> {
        let Some(Room { seats, .. }) = job.room.as_ref().filter(|_| open.is_none()) else {
            return self.hand_over(&job.folder);
        };
        room::write_script(&self.options)?;
        for seat in seats {
            let inner = seat.join("in");
            fs::create_dir_all(&inner)
                .map_err(|source| SandboxError::Write { path: inner, source })?;
            self.hand_over(seat)?;
            self.seats.lock().await.insert(seat.clone());
        }
        Ok(())
    }

    /// The room of a job, where it waits for it.
    async fn open_room(&self, job: &Job) -> Option<OpenRoom> {
        let Room { name, .. } = job.room.as_ref()?;
        let mut room = self.rooms.lock().await.remove(name)?;
        if room.is_open() {
            return Some(room);
        }
        room.close(&self.engine).await;
        None
    }

    /// Runs a job in the container of this name, which is kept for the next job of its room where
    /// nothing speaks against that.
    async fn run_in(
        &self,
        open: Option<OpenRoom>,
        container: &str,
        job: &Job,
        wishes: watch::Receiver<Wish>,
        lines: mpsc::UnboundedSender<String>,
    ) -> Result<Ended, SandboxError> {
        let disk = (disk::written(&self.views(), job), self.options.limits.disk);
        let Some(Room { name, .. }) = &job.room else {
            return container::run(&self.engine, container, disk, job, wishes, lines).await;
        };
        let room = open.map_or_else(|| OpenRoom::start(&self.engine, container), Ok)?;
        let (ended, room) = room.run(&self.engine, disk, job, wishes, lines).await?;
        if let Some(room) = room {
            self.rooms.lock().await.insert(name.clone(), room);
        }
        Ok(ended)
    }

    /// The job's `out/` has to belong to whom the container runs as.
    fn hand_over(&self, folder: &Path) -> Result<(), SandboxError> {
        let out = folder.join("out");
        let wrap = |source| SandboxError::Write { path: out.clone(), source };
        fs::create_dir_all(&out).map_err(wrap)?;
        let info = self.info.get().cloned().unwrap_or_default();
        let user = info.owner(self.options.user);
        if platform::ourselves().is_root() {
            platform::give(&out, user.uid, user.gid).map_err(wrap)?;
        } else if info.is_remapped() {
            // Only root can give it away.
            platform::share(&out).map_err(wrap)?;
        }
        Ok(())
    }
}

impl Sandbox for DockerSandbox {
    fn prepare(&self, views: usize, say: Say) -> Later<'_, Result<(), SandboxError>> {
        Box::pin(async move {
            if !platform::RUNS {
                return Err(SandboxError::NoSystem);
            }
            image::ensure(&self.engine, &self.options.image, &say).await?;
            let info = self.info.get_or_init(|| Info::of(&self.engine)).await;
            if info.is_unfiltered() {
                say.line(UNFILTERED);
            }
            sweep::dead_runs(&self.engine, &say).await;
            *self.claim.lock().await = Claim::of(&self.options);
            let made = view::prepare(&self.engine, &self.options, views, &say).await?;
            self.views.set(made).ok();
            Ok(())
        })
    }

    fn layout(&self, _folder: &Path) -> Layout {
        Layout {
            node: "node".to_owned(),
            workspace: PathBuf::from(WORKSPACE),
            input: PathBuf::from(INPUT),
            output: PathBuf::from(OUTPUT),
            cpus: Some(whole(self.options.limits.cpus)),
            shares_ports: self.options.network == super::Network::Host,
            private_workspace: self.views() != Views::ReadOnly,
        }
    }

    fn has_rooms(&self) -> bool {
        // It is meant for Playwright, and would change the room's first process as well.
        !self.options.env.iter().any(|(name, _)| name == "NODE_OPTIONS")
    }

    fn seat(&self, folder: &Path) -> Layout {
        let [input, output] = seat(folder).map(PathBuf::from);
        Layout { input, output, ..self.layout(folder) }
    }

    fn run<'a>(
        &'a self,
        job: &'a Job,
        wishes: watch::Receiver<Wish>,
        lines: mpsc::UnboundedSender<String>,
    ) -> Later<'a, Result<Ended, SandboxError>> {
        Box::pin(async move {
            let (engine, mut wishes) = (&self.engine, wishes);
            let open = self.open_room(job).await;
            self.make_ready(job, open.as_ref()).await?;
            if open.is_none() {
                match self.create(job, &mut wishes, &lines).await? {
                    Found::Unwanted => return Ok(Ending::Stopped.into()),
                    Found::Back | Found::Gone => {}
                }
            }
            let own = || container_name(&self.options, job);
            let name = open.as_ref().map_or_else(own, |room| room.container().to_owned());
            let ran = self.run_in(open, &name, job, wishes.clone(), lines.clone()).await;
            let Err(SandboxError::Engine(error)) = ran else { return ran };
            // Whoever comes next meets an engine that is back, without what this job left.
            match self.wait(&mut wishes, &lines).await {
                Found::Unwanted => return Ok(Ending::Stopped.into()),
                Found::Back => container::remove(engine, &name).await,
                Found::Gone => {}
            }
            Err(error.into())
        })
    }

    fn leave<'a>(&'a self, room: &'a Room) -> Later<'a, ()> {
        Box::pin(async move {
            let open = self.rooms.lock().await.remove(&room.name);
            if let Some(open) = open {
                open.close(&self.engine).await;
            }
        })
    }

    fn collect<'a>(&'a self, view: usize, folder: &'a Path) -> Later<'a, Result<(), SandboxError>> {
        Box::pin(async move {
            if self.views() == Views::ReadOnly {
                return Ok(());
            }
            let wrap = |source| SandboxError::Write { path: folder.to_path_buf(), source };
            let archive = tempfile::NamedTempFile::new().map_err(wrap)?;
            let began = SystemTime::now();
            view::archive(&self.engine, &self.options, view, archive.path()).await?;
            let mut kept = self.kept.lock().await;
            kept.entry(view).or_default().unpack(archive.path(), began, folder).map_err(wrap)
        })
    }

    fn close(&self) -> Later<'_, ()> {
        Box::pin(async {
            self.rooms.lock().await.clear();
            let removed = sweep::remove(&self.engine, &self.options.run).await;
            let claim = self.claim.lock().await.take();
            if let (Err(_), Some(claim)) = (removed, claim) {
                claim.leave();
            }
            for seat in &*self.seats.lock().await {
                // Nobody took it, and what tests of others wrote to it is no result of anybody.
                if fs::remove_dir(seat.join("in")).is_ok() && fs::remove_dir_all(seat).is_err() {
                    platform::open_up(seat).ok();
                    fs::remove_dir_all(seat).ok();
                }
            }
        })
    }

    fn commands(&self, jobs: &[Job]) -> Vec<Vec<String>> {
        let Options { run, .. } = &self.options;
        // Where the engine keeps volumes is known only once one exists; this is the usual place.
        let layers =
            PathBuf::from(format!("/var/lib/docker/volumes/shardwright-{run}-layers/_data"));
        let views = Views::Overlay { layers: layers.clone() };
        let mut commands = view::layer_commands(&self.options, jobs.len() + 1);
        for job in jobs {
            commands.push(view::view_command(&self.options, &layers, job.view));
        }
        for job in jobs {
            let mut args = vec!["run".to_owned()];
            args.extend(of_job(&self.options, &views, job));
            commands.push(args);
        }
        let program = &self.options.engine;
        for command in &mut commands {
            command.insert(0, program.clone());
            // The values of variables are in no command.
            for word in command.iter_mut().filter(|word| **word == self.options.image) {
                *word = self.options.secrets.hide(word);
            }
        }
        commands
    }
}

/// So many processors as a program can count, at least one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked as a flag")]
fn whole(cpus: f64) -> u32 {
    (cpus.floor() as u32).max(1)
}
