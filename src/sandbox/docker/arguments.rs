//! Options and a job go in, the arguments of `docker create` or `docker run` come out.

use std::path::{Path, PathBuf};

use crate::sandbox::docker::options::Options;
use crate::sandbox::docker::view::Views;
use crate::sandbox::{Job, Room};

/// Where containers see the workspace.
pub(super) const WORKSPACE: &str = "/workspace";
/// Where containers see what they are told.
pub(super) const INPUT: &str = "/shardwright/in";
/// The one folder of the host that a container may write to.
pub(super) const OUTPUT: &str = "/shardwright/out";
/// Where those of a room see that of each job, below its name.
pub(super) const SEATS: &str = "/shardwright";
/// Where a room sees what starts its processes.
const ROOM: &str = "/shardwright/room";
/// What starts them; see there.
pub(super) const ROOM_FILE: &str = "room.cjs";
/// What everything of ours in the engine is labelled with.
pub(super) const LABEL: &str = "shardwright.run";

/// Whose path stands for a run that is alive.
pub(super) const LOCK_LABEL: &str = "shardwright.lock";

/// What everything of this run is labelled with.
pub(super) fn labels(options: &Options) -> [String; 2] {
    let lock = options.lock.display();
    [format!("--label={LABEL}={}", options.run), format!("--label={LOCK_LABEL}={lock}")]
}

/// The name of a job's container.
pub(super) fn container_name(options: &Options, job: &Job) -> String {
    format!("shardwright-{}-{}", options.run, job.name)
}

/// Everything after `docker create` or `docker run`.
pub(super) fn of_job(options: &Options, views: &Views, job: &Job) -> Vec<String> {
    let mut args = vec![format!("--name={}", container_name(options, job))];
    args.extend(labels(options));
    args.extend(locks(options));
    args.extend(limits(options));
    args.extend(mounts(options, views, job));
    args.extend(environment(options, job));
    args.push(format!("--workdir={}", inside(options, &options.project)));
    args.push(options.image.clone());
    match &job.room {
        // Its jobs come later, with the variables of each.
        Some(_) => args.extend(["node".to_owned(), format!("{ROOM}/{ROOM_FILE}")]),
        None => args.extend(job.argv.iter().cloned()),
    }
    args
}

/// The folder of the host that holds what starts a room's processes.
pub(super) fn room_folder(options: &Options) -> PathBuf {
    options.scratch.join("room")
}

/// What a container may not do.
fn locks(options: &Options) -> Vec<String> {
    vec![
        // Reaps what browsers leave behind and hands signals on.
        "--init".to_owned(),
        "--read-only".to_owned(),
        "--cap-drop=ALL".to_owned(),
        "--security-opt=no-new-privileges".to_owned(),
        format!("--user={}:{}", options.user.uid, options.user.gid),
        format!("--network={}", options.network.name()),
        "--ipc=private".to_owned(),
        // We keep what is printed, up to a limit; the engine would keep all of it on its disk.
        "--log-driver=none".to_owned(),
    ]
}

/// What a container may use.
fn limits(options: &Options) -> Vec<String> {
    let limits = &options.limits;
    vec![
        format!("--memory={}", limits.memory),
        // As much swap as memory: none.
        format!("--memory-swap={}", limits.memory),
        format!("--cpus={}", limits.granted_cpus),
        format!("--pids-limit={}", limits.pids),
        "--shm-size=512m".to_owned(),
        // Both count against the memory limit.
        format!("--tmpfs=/tmp:rw,nosuid,nodev,exec,mode=1777,size={}", limits.tmp),
    ]
}

fn mounts(options: &Options, views: &Views, job: &Job) -> Vec<String> {
    let mut args = views.mounts(options, job.view);
    let mut hidden: Vec<&Path> = options.hidden.iter().map(PathBuf::as_path).collect();
    hidden.sort_unstable();
    hidden.dedup();
    for hidden in hidden {
        if hidden.starts_with(&options.workspace) && hidden.is_dir() {
            args.push(format!("--tmpfs={}:ro,size=4k", inside(options, hidden)));
        }
    }
    let Some(Room { seats, .. }) = &job.room else {
        args.push(bind(&job.folder.join("in"), INPUT, true));
        args.push(bind(&job.folder.join("out"), OUTPUT, false));
        return args;
    };
    args.push(bind(&room_folder(options), ROOM, true));
    for folder in seats {
        let [input, output] = seat(folder);
        args.push(bind(&folder.join("in"), &input, true));
        args.push(bind(&folder.join("out"), &output, false));
    }
    args
}

/// Where a room sees a job's `in/` and `out/`.
pub(super) fn seat(folder: &Path) -> [String; 2] {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    ["in", "out"].map(|inner| format!("{SEATS}/{name}/{inner}"))
}

fn environment(options: &Options, job: &Job) -> Vec<String> {
    let mut args = vec!["--env=HOME=/tmp".to_owned()];
    let own = job.env.iter().filter(|_| job.room.is_none());
    args.extend(own.map(|(name, value)| format!("--env={name}={value}")));
    // The value travels in the client's environment: a command line can be read by everybody.
    args.extend(options.env.iter().map(|(name, _)| format!("--env={name}")));
    args
}

/// A folder of the host at a place in the container.
pub(super) fn bind(host: &Path, inside: &str, read_only: bool) -> String {
    // `--mount` takes fields by comma; quoted as CSV, so a comma in a path is no separator.
    let source = format!("source={}", host.display());
    let source = if source.contains([',', '"']) {
        format!("\"{}\"", source.replace('"', "\"\""))
    } else {
        source
    };
    let read_only = if read_only { ",readonly" } else { "" };
    format!("--mount=type=bind,{source},target={inside}{read_only}")
}

/// A path of the host's workspace as containers see it.
pub(super) fn inside(options: &Options, path: &Path) -> String {
    match path.strip_prefix(&options.workspace) {
        Ok(rest) if rest.as_os_str().is_empty() => WORKSPACE.to_owned(),
        Ok(rest) => format!("{WORKSPACE}/{}", rest.display()),
        Err(_) => path.display().to_string(),
    }
}
