//! One container, `create` and then the rest to `rm`: a job goes in, how it ended comes out.

use std::convert::Infallible;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::process::Child;
use tokio::sync::{mpsc, watch};

use crate::model::event::Usage;
use crate::sandbox::docker::arguments::of_job;
use crate::sandbox::docker::cgroup::{Cgroup, Sought};
use crate::sandbox::docker::disk;
use crate::sandbox::docker::engine::Engine;
use crate::sandbox::docker::options::Options;
use crate::sandbox::docker::state::State;
use crate::sandbox::docker::view::{self, Views};
use crate::sandbox::{CommandError, Ended, Ending, HELD, Job, SandboxError, Wish, output};

/// How long an interrupted container may take to write its reports.
const GRACE: Duration = Duration::from_secs(10);
/// How often it is looked what a container takes.
const LOOK: Duration = Duration::from_millis(500);

/// How long the engine's client may take to end when its container has.
const LEAVE: Duration = Duration::from_secs(10);

/// Why nobody waits for a job any more.
pub(super) enum Cut {
    /// The engine's client ended by itself, with this code.
    None(Option<i32>),
    /// The job ended with this code, and its container did not.
    Done(i32),
    TimedOut,
    DiskFull,
    Stopped,
}

/// Makes a job's view and container.
pub(super) async fn create(
    engine: &Engine,
    options: &Options,
    views: &Views,
    job: &Job,
) -> Result<(), CommandError> {
    view::open(engine, options, views, job.view).await?;
    // Its input stays open for as long as we live; see `leash.cjs`.
    let held = format!("--env={HELD}=container");
    let mut create = vec!["create".to_owned(), "--interactive".to_owned(), held];
    create.extend(of_job(options, views, job));
    engine.create(&create).await.map(drop)
}

/// Takes a container away, running or not.
pub(super) async fn remove(engine: &Engine, name: &str) {
    engine.call(&["rm", "--force", "--volumes", name]).await.ok();
}

/// Starts, waits, inspects, removes. A container is inspected before it goes, because only then
/// the engine says whether the kernel killed something in it. An error where the engine went away
/// meanwhile; then the container may be left. It may write so many bytes to these folders.
pub(super) async fn run(
    engine: &Engine,
    name: &str,
    (written, most): (Vec<PathBuf>, u64),
    job: &Job,
    mut wishes: watch::Receiver<Wish>,
    lines: mpsc::UnboundedSender<String>,
) -> Result<Ended, SandboxError> {
    let log = output::open(&job.log).await?;
    let second = output::open(&job.log).await?;
    let began = Instant::now();
    let mut client = engine.command(&start(name));
    client.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let program = engine.program.clone();
    let mut client = client.spawn().map_err(|source| SandboxError::Spawn { program, source })?;
    let _leash = client.stdin.take();
    let prints = tokio::spawn(output::pump(client.stdout.take(), log, lines.clone()));
    let complains = tokio::spawn(output::pump(client.stderr.take(), second, lines));
    let (mut usage, mut cgroup) = (Usage::default(), Sought::default());
    let cut = tokio::select! {
        status = client.wait() => Cut::none(status, &wishes),
        () = stop(engine, name, &mut wishes) => Cut::Stopped,
        () = tokio::time::sleep(job.timeout) => Cut::TimedOut,
        () = disk::overrun(written, most) => Cut::DiskFull,
        never = count(engine, name, &mut cgroup, &mut usage) => match never {},
    };
    end(engine, name, &mut client, began).await;
    prints.await.ok();
    complains.await.ok();
    judge(engine, name, cut, usage).await
}

impl Cut {
    /// That of a job which has ended in a container that stays.
    pub(super) fn done(code: i32, wishes: &watch::Receiver<Wish>) -> Self {
        if *wishes.borrow() == Wish::Run { Self::Done(code) } else { Self::Stopped }
    }

    /// That of a client which has ended.
    pub(super) fn none(
        status: std::io::Result<ExitStatus>,
        wishes: &watch::Receiver<Wish>,
    ) -> Self {
        // An interrupted container may be seen to end here before it is seen to end in `stop`.
        match *wishes.borrow() {
            Wish::Run => Self::None(status.ok().and_then(|status| status.code())),
            Wish::Stop | Wish::Kill => Self::Stopped,
        }
    }
}

/// The arguments that start a container and show what it prints.
pub(super) fn start(name: &str) -> [&str; 4] {
    ["start", "--attach", "--interactive", name]
}

/// Ends a container, and then the client that started it at `began`.
pub(super) async fn end(engine: &Engine, name: &str, client: &mut Child, began: Instant) {
    engine.call(&["kill", name]).await.ok();
    let status = match tokio::time::timeout(LEAVE, client.wait()).await {
        Ok(Ok(status)) => status.to_string(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => {
            client.kill().await.ok();
            "did not end".to_owned()
        }
    };
    engine.told(&start(name), began, &status);
}

/// How the job of a container ended that does not run any more; takes it away.
pub(super) async fn judge(
    engine: &Engine,
    name: &str,
    cut: Cut,
    mut usage: Usage,
) -> Result<Ended, SandboxError> {
    let state = match (&cut, State::of(engine, name).await) {
        (_, Ok(state)) => state,
        (Cut::None(_), Err(error)) => return Err(error.into()),
        // How it ended is known without the engine.
        (Cut::Done(_) | Cut::TimedOut | Cut::DiskFull | Cut::Stopped, Err(_)) => None,
    };
    remove(engine, name).await;
    usage.out_of_memory = state.as_ref().is_some_and(|state| state.oom_killed);
    let ending = match (cut, state) {
        (Cut::TimedOut, _) => Ending::TimedOut,
        (Cut::DiskFull, _) => Ending::DiskFull,
        (Cut::Stopped, _) => Ending::Stopped,
        (Cut::Done(code), Some(state)) if state.oom_killed => Ending::OutOfMemory(code),
        (Cut::Done(code), _) => Ending::Exited(code),
        (Cut::None(client), Some(state)) if !state.was_heard(client) => {
            return Err(state.unheard(engine, client).into());
        }
        (Cut::None(_), Some(state)) if state.oom_killed => Ending::OutOfMemory(state.exit_code),
        (Cut::None(_), Some(state)) => Ending::Exited(state.exit_code),
        // Somebody removed it while it ran.
        (Cut::None(_), None) => Ending::Exited(-1),
    };
    Ok(Ended { ending, usage })
}

/// Counts what the container takes, for as long as it is let.
pub(super) async fn count(
    engine: &Engine,
    name: &str,
    cgroup: &mut Sought,
    usage: &mut Usage,
) -> Infallible {
    loop {
        tokio::time::sleep(LOOK).await;
        count_once(engine, name, cgroup, usage).await;
    }
}

/// Counts what a container has taken so far. Its control group is looked for until it has begun.
pub(super) async fn count_once(
    engine: &Engine,
    name: &str,
    cgroup: &mut Sought,
    usage: &mut Usage,
) {
    if matches!(cgroup, Sought::NotYet) {
        let process = engine.call(&["inspect", "--format", "{{.State.Pid}}", name]).await;
        let process = process.ok().and_then(|process| process.parse().ok());
        // Before it has started, its process is 0.
        if let Some(process) = process.filter(|process| *process > 0) {
            *cgroup = Cgroup::of(process).map_or(Sought::Hidden, Sought::Found);
        }
    }
    if let Sought::Found(cgroup) = cgroup {
        cgroup.count(usage);
    }
}

/// Waits for the wish to stop, interrupts, and gives the job time to end in order.
pub(super) async fn stop(engine: &Engine, name: &str, wishes: &mut watch::Receiver<Wish>) {
    wishes.wait_for(|wish| *wish >= Wish::Stop).await.ok();
    engine.call(&["kill", "--signal=INT", name]).await.ok();
    let wait = ["wait", name];
    tokio::select! {
        _ = engine.call(&wait) => {}
        _ = wishes.wait_for(|wish| *wish >= Wish::Kill) => {}
        () = tokio::time::sleep(GRACE) => {}
    }
}
