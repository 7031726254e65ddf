//! A workspace goes in, one private copy-on-write view of it per shard comes out.
//!
//! One volume holds three kinds of layer: `owned` (the project's folders and files as the
//! container's user owns them, shared by all views, read-only), and per view `upper` (what the
//! shard writes) and `work` (the kernel's own). A view is an overlay volume of these above the
//! project. Where the engine cannot mount one, the project is mounted read-only instead and the
//! declared folders are writable and forgotten afterwards.

use std::path::{Path, PathBuf};

use crate::sandbox::docker::arguments::{INPUT, WORKSPACE, bind, inside, labels};
use crate::sandbox::docker::engine::Engine;
use crate::sandbox::docker::options::{Options, User};
use crate::sandbox::{CommandError, SandboxError, Say};

/// Fills the volume of layers; runs in a container of its own that sees no test.
const LAYERS_SCRIPT: &str = include_str!("layers.cjs");
/// The script's name in the scratch folder.
const LAYERS_FILE: &str = "layers.cjs";
/// Where that container sees the volume.
const LAYERS: &str = "/layers";

/// How containers see the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Views {
    /// Overlay volumes above the project; the path is where the engine keeps their layers.
    Overlay { layers: PathBuf },
    /// The project itself, read-only.
    ReadOnly,
}

impl Views {
    /// The arguments that mount a view.
    pub(super) fn mounts(&self, options: &Options, view: usize) -> Vec<String> {
        match self {
            Self::Overlay { .. } => {
                let volume = view_volume(options, view);
                vec![format!("--mount=type=volume,source={volume},target={WORKSPACE}")]
            }
            Self::ReadOnly => {
                let writable = options.writable.iter().map(|folder| {
                    let User { uid, gid } = options.user;
                    let place = inside(options, folder);
                    format!("--tmpfs={place}:rw,exec,nosuid,nodev,uid={uid},gid={gid},size=1g")
                });
                std::iter::once(bind(&options.workspace, WORKSPACE, true)).chain(writable).collect()
            }
        }
    }
}

/// Writes what the container that fills the layers is told.
pub(super) fn write_script(options: &Options) -> Result<(), SandboxError> {
    let path = options.scratch.join(LAYERS_FILE);
    let written = std::fs::create_dir_all(&options.scratch);
    written
        .and_then(|()| std::fs::write(&path, LAYERS_SCRIPT))
        .map_err(|source| SandboxError::Write { path, source })
}

/// Makes the views `0..count` and sees that the engine can mount them.
pub(super) async fn prepare(
    engine: &Engine,
    options: &Options,
    count: usize,
    say: &Say,
) -> Result<Views, SandboxError> {
    write_script(options)?;
    let reason = match make(engine, options, count).await {
        Ok(views) => return Ok(views),
        Err(reason) => reason,
    };
    say.line(&format!(
        "the engine cannot give each shard a private view of the project ({}): shards get it \
         read-only, and folders that are named with --writable empty",
        reason.tail.lines().last().unwrap_or("no reason given")
    ));
    let wrap = |source| SandboxError::NoView { workspace: options.workspace.clone(), source };
    try_mount(engine, options, &Views::ReadOnly).await.map_err(wrap)?;
    Ok(Views::ReadOnly)
}

async fn make(engine: &Engine, options: &Options, count: usize) -> Result<Views, CommandError> {
    for command in layer_commands(options, count) {
        engine.call_long(&command).await?;
    }
    let volume = layers_volume(options);
    let place = engine.call(&["volume", "inspect", "--format", "{{.Mountpoint}}", &volume]).await?;
    let layers = PathBuf::from(place);
    let views = Views::Overlay { layers };
    open(engine, options, &views, 0).await?;
    try_mount(engine, options, &views).await?;
    Ok(views)
}

/// Makes one of the prepared views, where it is not there yet.
pub(super) async fn open(
    engine: &Engine,
    options: &Options,
    views: &Views,
    view: usize,
) -> Result<(), CommandError> {
    match views {
        Views::Overlay { layers } => {
            let Err(error) = engine.call(&view_command(options, layers, view)).await else {
                return Ok(());
            };
            // Podman makes no volume twice.
            let made = engine.call(&["volume", "inspect", &view_volume(options, view)]).await;
            made.map(drop).map_err(|_| error)
        }
        Views::ReadOnly => Ok(()),
    }
}

/// A container that does nothing shows whether the engine can mount a view.
async fn try_mount(engine: &Engine, options: &Options, views: &Views) -> Result<(), CommandError> {
    let mut args: Vec<String> = vec!["run".into(), "--rm".into(), "--network=none".into()];
    args.extend(labels(options));
    args.extend(views.mounts(options, 0));
    args.extend(["--entrypoint=node".into(), options.image.clone(), "--version".into()]);
    engine.call(&args).await.map(drop)
}

/// The commands that make the volume of layers and fill it.
pub(super) fn layer_commands(options: &Options, count: usize) -> Vec<Vec<String>> {
    let volume = layers_volume(options);
    let User { uid, gid } = options.user;
    let mut fill: Vec<String> = vec!["run".into(), format!("--name={}", door(options))];
    fill.extend(labels(options));
    fill.extend(["--network=none".into(), "--read-only".into()]);
    fill.extend(["--user=0:0".into(), "--cap-drop=ALL".into()]);
    fill.extend(["CHOWN", "DAC_OVERRIDE", "FOWNER"].map(|cap| format!("--cap-add={cap}")));
    fill.push("--security-opt=no-new-privileges".into());
    fill.push(format!("--mount=type=volume,source={volume},target={LAYERS}"));
    fill.push(bind(&options.workspace, "/project", true));
    fill.push(bind(&options.scratch, INPUT, true));
    fill.extend(["--entrypoint=node".into(), options.image.clone()]);
    fill.push(format!("{INPUT}/{LAYERS_FILE}"));
    fill.extend([uid.to_string(), gid.to_string(), count.to_string()]);
    fill.extend(options.hidden.iter().filter_map(|path| {
        path.strip_prefix(&options.workspace).ok().map(|path| path.display().to_string())
    }));
    let mut create: Vec<String> = vec!["volume".into(), "create".into()];
    create.extend(labels(options).into_iter().chain([volume]));
    vec![create, fill]
}

/// The command that makes one view.
pub(super) fn view_command(options: &Options, layers: &Path, view: usize) -> Vec<String> {
    let layer = |name: &str| escaped(&layers.join(name));
    let overlay = format!(
        "o=lowerdir={}:{},upperdir={},workdir={}",
        layer("owned"),
        escaped(&options.workspace),
        layer(&format!("upper-{view}")),
        layer(&format!("work-{view}")),
    );
    let mut args: Vec<String> = vec!["volume".into(), "create".into()];
    args.extend(labels(options));
    args.extend(["--driver=local".into(), "--opt=type=overlay".into()]);
    args.extend(["--opt=device=overlay".into(), format!("--opt={overlay}")]);
    args.push(view_volume(options, view));
    args
}

/// A path among the mount options of overlayfs, where `:` and `,` separate.
fn escaped(path: &Path) -> String {
    path.display().to_string().replace('\\', r"\\").replace(':', r"\:").replace(',', r"\,")
}

/// Brings what was written in a view into an archive on the host.
pub(super) async fn archive(
    engine: &Engine,
    options: &Options,
    view: usize,
    file: &Path,
) -> Result<(), CommandError> {
    let source = format!("{}:{LAYERS}/upper-{view}/.", door(options));
    engine.call_into(&["cp", &source, "-"], file).await
}

/// The container that filled the layers stays, stopped: `docker cp` reaches volumes through it.
fn door(options: &Options) -> String {
    format!("shardwright-{}-layers", options.run)
}

fn layers_volume(options: &Options) -> String {
    format!("shardwright-{}-layers", options.run)
}

fn view_volume(options: &Options, view: usize) -> String {
    format!("shardwright-{}-view-{view}", options.run)
}
