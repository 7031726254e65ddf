//! One container from `create` to `rm`: a job goes in, how it ended comes out.

use std::convert::Infallible;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::{mpsc, watch};

use crate::model::event::Usage;
use crate::sandbox::docker::arguments::{container_name, of_job};
use crate::sandbox::docker::cgroup::Cgroup;
use crate::sandbox::docker::engine::Engine;
use crate::sandbox::docker::options::Options;
use crate::sandbox::docker::view::Views;
use crate::sandbox::{Ended, Ending, HELD, Job, SandboxError, Wish, output};

/// How long an interrupted container may take to write its reports.
const GRACE: Duration = Duration::from_secs(10);
/// How often it is looked what a container takes.
const LOOK: Duration = Duration::from_millis(500);

/// What `docker inspect` says of a container that has ended.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    exit_code: i32,
    #[serde(default, rename = "OOMKilled")]
    oom_killed: bool,
}

enum Cut {
    None,
    TimedOut,
    Stopped,
}

/// Creates, starts, waits, inspects, removes. A container is inspected before it goes, because
/// only then the engine says whether the kernel killed something in it.
pub(super) async fn run(
    engine: &Engine,
    options: &Options,
    views: &Views,
    job: &Job,
    mut wishes: watch::Receiver<Wish>,
    lines: mpsc::UnboundedSender<String>,
) -> Result<Ended, SandboxError> {
    let name = container_name(options, job);
    // Its input stays open for as long as we live; see `leash.cjs`.
    let held = format!("--env={HELD}=container");
    let mut create = vec!["create".to_owned(), "--interactive".to_owned(), held];
    create.extend(of_job(options, views, job));
    engine.create(&create).await?;
    let log = output::open(&job.log).await?;
    let second = output::open(&job.log).await?;
    let (start, began) = (["start", "--attach", "--interactive", &name], Instant::now());
    let mut client = engine.command(&start);
    client.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let program = engine.program.clone();
    let mut client = client.spawn().map_err(|source| SandboxError::Spawn { program, source })?;
    let _leash = client.stdin.take();
    let prints = tokio::spawn(output::pump(client.stdout.take(), log, lines.clone()));
    let complains = tokio::spawn(output::pump(client.stderr.take(), second, lines));
    let mut usage = Usage::default();
    let cut = tokio::select! {
        // An interrupted container may be seen to end here before it is seen to end in `stop`.
        _ = client.wait() => match *wishes.borrow() {
            Wish::Run => Cut::None,
            Wish::Stop | Wish::Kill => Cut::Stopped,
        },
        () = stop(engine, &name, &mut wishes) => Cut::Stopped,
        () = tokio::time::sleep(job.timeout) => Cut::TimedOut,
        never = count(engine, &name, &mut usage) => match never {},
    };
    engine.call(&["kill", &name]).await.ok();
    let status = client.wait().await;
    engine.told(&start, began, &status.map_or_else(|error| error.to_string(), |s| s.to_string()));
    prints.await.ok();
    complains.await.ok();
    let state = engine.call(&["inspect", "--format", "{{json .State}}", &name]).await;
    engine.call(&["rm", "--force", "--volumes", &name]).await.ok();
    let state: Option<State> = state.ok().and_then(|text| serde_json::from_str(&text).ok());
    let ending = match (cut, state) {
        (Cut::TimedOut, _) => Ending::TimedOut,
        (Cut::Stopped, _) => Ending::Stopped,
        (Cut::None, Some(state)) if state.oom_killed => Ending::OutOfMemory(state.exit_code),
        (Cut::None, Some(state)) => Ending::Exited(state.exit_code),
        // Somebody removed it while it ran.
        (Cut::None, None) => Ending::Exited(-1),
    };
    usage.out_of_memory = state.is_some_and(|state| state.oom_killed);
    Ok(Ended { ending, usage })
}

/// Counts what the container takes, for as long as it is let.
async fn count(engine: &Engine, name: &str, usage: &mut Usage) -> Infallible {
    let mut cgroup = None;
    loop {
        tokio::time::sleep(LOOK).await;
        if cgroup.is_none() {
            let process = engine.call(&["inspect", "--format", "{{.State.Pid}}", name]).await;
            let process = process.ok().and_then(|process| process.parse().ok());
            // Before it has started, its process is 0.
            cgroup = process.filter(|process| *process > 0).map(Cgroup::of);
        }
        if let Some(Some(cgroup)) = &cgroup {
            cgroup.count(usage);
        }
    }
}

/// Waits for the wish to stop, interrupts, and gives the job time to end in order.
async fn stop(engine: &Engine, name: &str, wishes: &mut watch::Receiver<Wish>) {
    wishes.wait_for(|wish| *wish >= Wish::Stop).await.ok();
    engine.call(&["kill", "--signal=INT", name]).await.ok();
    let wait = ["wait", name];
    tokio::select! {
        _ = engine.call(&wait) => {}
        _ = wishes.wait_for(|wish| *wish >= Wish::Kill) => {}
        () = tokio::time::sleep(GRACE) => {}
    }
}
