//! One container from `create` to `rm`: a job goes in, how it ended comes out.

use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::{mpsc, watch};

use crate::sandbox::docker::arguments::{container_name, of_job};
use crate::sandbox::docker::engine::Engine;
use crate::sandbox::docker::options::Options;
use crate::sandbox::docker::view::Views;
use crate::sandbox::{Ending, Job, SandboxError, Wish, output};

/// How long an interrupted container may take to write its reports.
const GRACE: Duration = Duration::from_secs(10);

/// What `docker inspect` says of a container that has ended.
#[derive(Debug, Deserialize)]
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
) -> Result<Ending, SandboxError> {
    let name = container_name(options, job);
    let mut create = vec!["create".to_owned()];
    create.extend(of_job(options, views, job));
    engine.call(&create).await?;
    let log = output::open(&job.log).await?;
    let second = output::open(&job.log).await?;
    let mut client = engine.command(&["start", "--attach", &name]);
    client.stdout(Stdio::piped()).stderr(Stdio::piped());
    let program = engine.program.clone();
    let mut client = client.spawn().map_err(|source| SandboxError::Spawn { program, source })?;
    let prints = tokio::spawn(output::pump(client.stdout.take(), log, lines.clone()));
    let complains = tokio::spawn(output::pump(client.stderr.take(), second, lines));
    let cut = tokio::select! {
        // An interrupted container may be seen to end here before it is seen to end in `stop`.
        _ = client.wait() => match *wishes.borrow() {
            Wish::Run => Cut::None,
            Wish::Stop | Wish::Kill => Cut::Stopped,
        },
        () = stop(engine, &name, &mut wishes) => Cut::Stopped,
        () = tokio::time::sleep(job.timeout) => Cut::TimedOut,
    };
    engine.call(&["kill", &name]).await.ok();
    client.wait().await.ok();
    prints.await.ok();
    complains.await.ok();
    let state = engine.call(&["inspect", "--format", "{{json .State}}", &name]).await;
    engine.call(&["rm", "--force", "--volumes", &name]).await.ok();
    let state: Option<State> = state.ok().and_then(|text| serde_json::from_str(&text).ok());
    Ok(match (cut, state) {
        (Cut::TimedOut, _) => Ending::TimedOut,
        (Cut::Stopped, _) => Ending::Stopped,
        (Cut::None, Some(state)) if state.oom_killed => Ending::OutOfMemory(state.exit_code),
        (Cut::None, Some(state)) => Ending::Exited(state.exit_code),
        // Somebody removed it while it ran.
        (Cut::None, None) => Ending::Exited(-1),
    })
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
