//! Jobs go in; for each a process that has loaded what it needs comes out, where one has waited for
//! it beside the job before it in the same room.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::sandbox::process::Held;
use crate::sandbox::{HELD, Job, Room};

/// How long it may take to read its command: it has nothing else to do once it has loaded.
const PATIENCE: Duration = Duration::from_secs(5);

/// What waits, by the names of rooms.
#[derive(Default)]
pub(crate) struct Standbys(Mutex<BTreeMap<String, Held>>);

impl Standbys {
    /// Starts what is to wait for the next job of a room, if it has such a thing, as `command` starts
    /// a program.
    pub(super) fn prepare(&self, room: &Room, command: impl FnOnce(&str) -> Command) {
        let [program, arguments @ ..] = room.ahead.as_slice() else { return };
        // Where it cannot be started the next job starts as this one did.
        if let Ok(waiting) = Held::start(command(program).args(arguments)) {
            self.all().insert(room.name.clone(), waiting);
        }
    }

    /// What has waited for this job and was told its command, with `env` on top of the job's own;
    /// none where nothing waits.
    pub(super) async fn told(&self, job: &Job, env: &[(String, String)]) -> Option<Held> {
        let room = job.room.as_ref()?;
        let mut waiting = self.all().remove(&room.name)?;
        let env = job.env.iter().chain(env).map(|(name, value)| (name.as_str(), value.as_str()));
        let env: BTreeMap<&str, &str> = env.chain([(HELD, "group")]).collect();
        let line = format!("{}\n", json!({"argv": job.argv, "env": env}));
        // A test may have stopped it.
        waiting.resume();
        let input = waiting.leash.as_mut()?;
        let telling = tokio::time::timeout(PATIENCE, input.write_all(line.as_bytes()));
        (matches!(telling.await, Ok(Ok(()))) && waiting.is_alive()).then_some(waiting)
    }

    /// Ends what waits for a job of this room.
    pub(super) fn leave(&self, room: &str) {
        self.all().remove(room);
    }

    /// Ends all that waits.
    pub(super) fn close(&self) {
        self.all().clear();
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::{Duration, Instant};

    use tokio::sync::{mpsc, watch};

    use crate::sandbox::process::ProcessSandbox;
    use crate::sandbox::{Ending, Job, Room, Sandbox, Wish};

    const STANDBY: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/src/runner/playwright/inside/standby.cjs");
    /// When a job's tests run.
    const BEGUN: Duration = Duration::from_millis(20);
    /// What jobs have at hand.
    const JOB: &str = "
        const fs = require('fs');
        const later = time => new Promise(resolve => setTimeout(resolve, time));
        const line = id => {
          try { return fs.readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\\0').join(' ').trim(); } catch { return ''; }
        };
        const mine = id => line(id).startsWith('node') && line(id).endsWith(`standby.cjs ${process.env.PLACE}`);
        const waiting = async () => {
          for (;;) {
            const id = fs.readdirSync('/proc').filter(Number).find(mine);
            if (id) return Number(id);
            await later(20);
          }
        };
        eval(`(async () => { ${process.env.JOB} })()`).then(() => process.exit());";

    /// A sandbox and a folder that no other test has.
    struct Place {
        folder: tempfile::TempDir,
        sandbox: ProcessSandbox,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().to_path_buf();
            std::fs::write(path.join("job.cjs"), JOB).unwrap();
            let place = path.display().to_string();
            let env = [("PLACE", place.as_str()), ("OF_USER", "user")];
            let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
            Self { sandbox: ProcessSandbox::new(path.clone(), path, env), folder }
        }

        fn path(&self) -> &Path {
            self.folder.path()
        }

        fn room(&self) -> Room {
            let ahead = ["node", STANDBY, &self.path().display().to_string()];
            let ahead = ahead.map(str::to_owned).to_vec();
            Room { name: "shard-1".to_owned(), seats: Vec::new(), ahead }
        }

        /// What a script prints, beside which something is to wait, and how it ends.
        async fn runs(&self, script: &str) -> (String, Ending) {
            self.runs_as(script, true).await
        }

        async fn runs_as(&self, script: &str, prepares: bool) -> (String, Ending) {
            let text = self.path().join("job.cjs").display().to_string();
            let env = [("JOB", script), ("OF_USER", "job"), ("OF_JOB", "job")];
            let job = Job {
                name: "job".to_owned(),
                view: 0,
                argv: ["node", "--require", "fs", &text].map(str::to_owned).to_vec(),
                env: env.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
                log: self.path().join("log.txt"),
                folder: self.path().to_path_buf(),
                timeout: Duration::from_mins(1),
                room: Some(self.room()),
            };
            let (_sender, wishes) = watch::channel(Wish::Run);
            let (lines, mut printed) = mpsc::unbounded_channel();
            let mut run = self.sandbox.run(&job, wishes, lines);
            let ended = tokio::select! {
                ended = &mut run => ended,
                () = tokio::time::sleep(BEGUN) => {
                    if prepares {
                        self.sandbox.prepare_next(&job);
                    }
                    run.await
                }
            };
            let ended = ended.unwrap();
            let mut told = Vec::new();
            while let Some(line) = printed.recv().await {
                told.push(line);
            }
            (told.join("\n"), ended.ending)
        }
    }

    /// Whether nothing runs any more, soon, that was started with this folder's name.
    fn is_free(folder: &Path) -> bool {
        let place = folder.display().to_string();
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) {
            let of_it = |line: &[u8]| String::from_utf8_lossy(line).contains(&place);
            let processes = std::fs::read_dir("/proc").unwrap().flatten();
            let mut lines =
                processes.filter_map(|it| std::fs::read(it.path().join("cmdline")).ok());
            if !lines.any(|line| of_it(&line)) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    #[tokio::test]
    async fn what_waits_becomes_the_next_job_and_is_like_any_other() {
        let place = Place::new();
        let (told, ending) = place.runs("console.log(mine(process.pid)); await waiting()").await;
        assert_eq!((told.as_str(), ending), ("false", Ending::Exited(0)));
        let tell = "const { OF_USER, OF_JOB, SHARDWRIGHT_HELD } = process.env;
            console.log(mine(process.pid), OF_USER, OF_JOB, SHARDWRIGHT_HELD);
            console.error(process.cwd() === process.env.PLACE);
            process.exit(7)";
        let (told, ending) = place.runs_as(tell, false).await;
        let mut told: Vec<&str> = told.lines().collect();
        told.sort_unstable();
        assert_eq!((told, ending), (vec!["true", "true user job group"], Ending::Exited(7)));
        // Nothing waited beside that.
        let (told, _) = place.runs("console.log(mine(process.pid)); await waiting()").await;
        assert_eq!(told, "false");
        place.sandbox.leave(&place.room()).await;
        assert!(is_free(place.path()));
    }

    #[tokio::test]
    async fn after_a_bad_end_and_after_the_run_nothing_waits() {
        let place = Place::new();
        let (_, ending) = place.runs("await waiting(); process.kill(process.pid, 'SIGKILL')").await;
        assert_eq!(ending, Ending::Exited(137));
        assert!(is_free(place.path()));
        assert_eq!(place.runs("await waiting()").await.1, Ending::Exited(0));
        place.sandbox.close().await;
        assert!(is_free(place.path()));
        assert_eq!(place.runs("await waiting()").await.1, Ending::Exited(0));
        let Place { folder, sandbox } = place;
        drop(sandbox);
        assert!(is_free(folder.path()));
    }

    #[tokio::test]
    async fn what_waits_goes_on_where_a_test_stopped_it() {
        let place = Place::new();
        assert_eq!(
            place.runs("process.kill(await waiting(), 'SIGSTOP')").await.1,
            Ending::Exited(0)
        );
        let (told, ending) = place.runs("console.log(mine(process.pid))").await;
        assert_eq!((told.as_str(), ending), ("true", Ending::Exited(0)));
    }

    #[tokio::test]
    async fn where_what_waits_has_ended_the_next_job_starts_as_the_first() {
        let place = Place::new();
        let end = "process.kill(await waiting(), 'SIGKILL'); await later(100)";
        assert_eq!(place.runs(end).await.1, Ending::Exited(0));
        let (told, ending) = place.runs("console.log(mine(process.pid))").await;
        assert_eq!((told.as_str(), ending), ("false", Ending::Exited(0)));
    }
}
