//! A sandbox as a run makes it goes in; what an empty container in it says comes out. No code of
//! the project runs, and what was made is taken away.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::cli::commands::stage::Asked;
use crate::config::environment::Environment;
use crate::run::{Setting, cancel};
use crate::runner::playwright::install::Install;
use crate::sandbox::{Ending, Job, SandboxError, Say};

/// What the container does: it says which limits the kernel has for it and which browsers there
/// are, and ends.
const SCRIPT: &str = "const fs = require('fs'); const read = (...paths) => { \
    for (const path of paths) try { return fs.readFileSync('/sys/fs/cgroup/' + path, 'utf8').trim() } \
    catch {} return '' }; \
    console.log('memory=' + read('memory.max', 'memory/memory.limit_in_bytes')); \
    console.log('pids=' + read('pids.max', 'pids/pids.max')); \
    try { for (const name of fs.readdirSync(process.env.PLAYWRIGHT_BROWSERS_PATH || '/ms-playwright')) \
    console.log('browser=' + name) } catch {}";

/// What a container that does nothing may take.
const LIMIT: Duration = Duration::from_mins(1);

/// What was tried.
pub(super) struct Probe {
    /// Each shard gets a view of the project of its own.
    pub(super) is_private: bool,
    /// What the sandbox said while it was made ready.
    pub(super) remarks: Vec<String>,
    pub(super) ending: Ending,
    /// In bytes, as the container sees it; none where it has no limit or sees none.
    pub(super) memory: Option<u64>,
    pub(super) processes: Option<u64>,
    /// Names of folders, as the image has them.
    pub(super) browsers: Vec<String>,
    /// The last line that it printed.
    pub(super) last: String,
}

/// Makes the sandbox ready as for a run of one shard, and starts an empty container in it.
pub(super) async fn probe(
    asked: &Asked<'_>,
    install: Install,
    environment: &Environment,
) -> anyhow::Result<Probe> {
    let cache = environment.cache_folder();
    std::fs::create_dir_all(&cache)?;
    let folder = tempfile::Builder::new().prefix("probe-").tempdir_in(cache)?;
    let setting = asked.setting(install, environment, folder.path().to_path_buf())?;
    let tried = tried(&setting, folder.path()).await;
    setting.sandbox.close().await;
    tried
}

async fn tried(setting: &Setting, folder: &Path) -> anyhow::Result<Probe> {
    let wishes = cancel::wishes()?;
    let remarks = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&remarks);
    let say = Say::new(false, move |line| {
        kept.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
    });
    setting.sandbox.prepare(1, say).await?;
    let layout = setting.sandbox.layout(folder);
    let job = Job {
        name: "probe".to_owned(),
        view: 0,
        argv: vec![layout.node, "-e".to_owned(), SCRIPT.to_owned()],
        env: Vec::new(),
        folder: folder.to_path_buf(),
        log: folder.join("log.txt"),
        timeout: LIMIT,
        room: None,
    };
    for inner in ["in", "out"] {
        let path = folder.join(inner);
        let wrap = |source| SandboxError::Write { path: path.clone(), source };
        std::fs::create_dir_all(&path).map_err(wrap)?;
    }
    let (lines, mut printed) = mpsc::unbounded_channel();
    let ending = setting.sandbox.run(&job, wishes, lines).await?.ending;
    let (mut memory, mut processes) = (None, None);
    let (mut browsers, mut last) = (Vec::new(), String::new());
    while let Ok(line) = printed.try_recv() {
        let number = |name: &str| line.strip_prefix(name)?.parse::<u64>().ok();
        memory = memory.or(number("memory="));
        processes = processes.or(number("pids="));
        browsers.extend(line.strip_prefix("browser=").map(str::to_owned));
        last = line;
    }
    let remarks = remarks.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let is_private = setting.sandbox.layout(folder).private_workspace;
    Ok(Probe { is_private, remarks, ending, memory, processes, browsers, last })
}
