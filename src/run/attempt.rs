//! One try at a shard: its groups go in, what the runner says as it goes comes out.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::{mpsc, watch};

use crate::model::batch::Item;
use crate::model::event::{AttemptEnd, AttemptId, Event, UnixMillis};
use crate::model::id::ShardNumber;
use crate::model::plan::PlannedShard;
use crate::run::cancel::raise;
use crate::run::fault::{Evidence, judge, with_sources};
use crate::run::listener::Listener;
use crate::run::outbox::{emptied, renewed};
use crate::run::patience::{Look, Patience};
use crate::run::seats::{SEATS, Seat};
use crate::run::{RESULTS, Setting};
use crate::runner::playwright::command::{Call, CommandLine};
use crate::runner::playwright::task::Task;
use crate::sandbox::{Ended, Ending, Job, Later, Room, SandboxError, Wish};

/// How often the runner's events are looked for.
const LOOK: Duration = Duration::from_millis(50);
/// How often an answer is looked for on which the start of the tests waits.
const ANSWER: Duration = Duration::from_millis(3);
/// How much of a log a fault shows.
const TAIL_LINES: usize = 15;

/// What comes from an attempt while it runs.
#[derive(Debug)]
pub(crate) enum Message {
    Event(Event),
    /// A line that the runner printed.
    Line(AttemptId, String),
    /// A remark about the attempt.
    Note(AttemptId, String),
    /// Nothing was heard of it for so long.
    Silent(AttemptId, Duration),
    Ended(AttemptId, AttemptEnd),
    /// What a shard gets that asked for work.
    Drawn(ShardNumber, Vec<Item>),
}

/// The folder of an attempt below the run's output folder.
pub(crate) fn folder(output: &Path, id: AttemptId) -> PathBuf {
    shard_folder(output, id).join(format!("attempt-{}", id.attempt))
}

/// Where an attempt's files of the workspace are kept: the first one's where people look first.
pub(super) fn files_folder(output: &Path, id: AttemptId) -> PathBuf {
    let name = if id.attempt == 1 { "files".to_owned() } else { format!("files-{}", id.attempt) };
    shard_folder(output, id).join(name)
}

fn shard_folder(output: &Path, id: AttemptId) -> PathBuf {
    output.join("shards").join(id.shard.to_string())
}

/// One try at a shard.
#[derive(Debug, Clone)]
pub(crate) struct Try {
    pub(crate) shard: PlannedShard,
    pub(crate) id: AttemptId,
    pub(crate) seat: Seat,
    /// What it may take.
    pub(crate) timeout: Duration,
    /// The folder of the runner's files as it knows them; with it, it loads only those it needs.
    pub(crate) root: Option<String>,
}

/// Writes an attempt's task and gives the job that runs it.
pub(crate) fn job(setting: &Setting, attempt: &Try) -> Result<Job, SandboxError> {
    let Try { shard, id, seat, timeout, root } = attempt.clone();
    let folder = folder(&setting.output, id);
    let mut room = room(setting, id.shard, seat.room);
    let layout = setting.layout(&folder, room.as_ref());
    let (seen, places) = setting.seen(&layout);
    // What had a bad end may have had too little memory for itself.
    if let Some(room) = room.as_mut().filter(|_| seat.room == 1) {
        room.ahead = Call::standby(&seen);
    }
    let groups = || shard.groups.iter().map(|planned| &planned.group);
    let task = Task::shard(&places, setting.call.no_deps(), groups());
    let wrap = |source| SandboxError::Write { path: folder.clone(), source };
    task.write(&folder.join("in")).map_err(wrap)?;
    clear(&folder, room.as_ref(), seat.room == id.attempt)?;
    if setting.install.version.chooses_by_id() {
        // Made beside it: nothing that ran in the container before sees where we write.
        let made = folder.join(RESULTS);
        Task::write_last_run(&made, groups()).map_err(wrap)?;
        std::fs::rename(&made, folder.join("out").join(RESULTS)).map_err(wrap)?;
    }
    let mut files: Vec<&str> = groups().map(|group| group.file.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    let command = setting.call.shard(&seen, &setting.install.version, root.as_deref(), &files);
    Ok(Job { room, ..made(setting, id, seat.view, timeout, command) })
}

/// Leaves nothing where an attempt's results come. In a sandbox that is new that holds for all that
/// may have it: an earlier one had some of the same folders.
fn clear(folder: &Path, room: Option<&Room>, is_new: bool) -> Result<(), SandboxError> {
    let out = folder.join("out");
    if room.is_some() && !is_new {
        return emptied(&out).map_err(|source| SandboxError::Left { path: out, source });
    }
    let others = room.iter().flat_map(|room| &room.seats).map(|seat| seat.join("out"));
    for out in others.filter(|other| other.exists()).chain([out.clone()]) {
        renewed(&out).map_err(|source| SandboxError::Write { path: out, source })?;
    }
    Ok(())
}

/// The sandbox that attempts of a shard from this one on have in common, where theirs stay.
pub(super) fn room(setting: &Setting, shard: ShardNumber, from: u32) -> Option<Room> {
    let name = format!("shard-{shard}-from-{from}");
    let ids = (from..from.saturating_add(SEATS)).map(|attempt| AttemptId { shard, attempt });
    let seats = ids.map(|id| folder(&setting.output, id)).collect();
    setting.stays.then_some(Room { name, seats, ahead: Vec::new() })
}

/// The job of an attempt.
pub(super) fn made(
    setting: &Setting,
    id: AttemptId,
    view: usize,
    timeout: Duration,
    CommandLine { argv, env }: CommandLine,
) -> Job {
    let name = format!("shard-{}-attempt-{}", id.shard, id.attempt);
    let log = shard_folder(&setting.output, id).join("log.txt");
    Job { name, view, argv, env, log, folder: folder(&setting.output, id), timeout, room: None }
}

/// An attempt whose job was started.
pub(crate) struct Started {
    pub(super) id: AttemptId,
    pub(super) job: Job,
    pub(super) at: UnixMillis,
    /// How the job ended, once it has.
    pub(super) ended: Option<Result<Ended, SandboxError>>,
    /// Dropping it ends the job.
    pub(super) running: Later<'static, Result<Ended, SandboxError>>,
    /// Wishes for this attempt alone.
    pub(super) own: watch::Sender<Wish>,
    /// What it prints.
    pub(super) printed: mpsc::UnboundedReceiver<String>,
}

impl Started {
    pub(super) fn new(
        setting: &Setting,
        id: AttemptId,
        job: Job,
        wishes: watch::Receiver<Wish>,
    ) -> Self {
        let (lines, printed) = mpsc::unbounded_channel();
        let (sandbox, of_job) = (setting.sandbox.clone(), job.clone());
        let (own, of_own) = watch::channel(*wishes.borrow());
        tokio::spawn(pass_on(wishes, own.clone()));
        let running = Box::pin(async move { sandbox.run(&of_job, of_own, lines).await });
        Self { id, job, at: now(), ended: None, running, printed, own }
    }

    /// Waits until something is the case or the job has ended.
    pub(super) async fn until(&mut self, mut done: impl FnMut() -> bool) {
        while self.ended.is_none() && !done() {
            tokio::select! {
                ending = &mut self.running => self.ended = Some(ending),
                () = tokio::time::sleep(ANSWER) => {}
            }
        }
    }
}

/// Hands on what is wished of all attempts, for as long as this one runs.
pub(super) async fn pass_on(mut all: watch::Receiver<Wish>, own: watch::Sender<Wish>) {
    loop {
        raise(&own, *all.borrow_and_update());
        tokio::select! {
            changed = all.changed() => if changed.is_err() { return },
            () = own.closed() => return,
        }
    }
}

/// Runs one attempt to its end. Everything that is known is sent, the end last.
pub(super) async fn run(
    setting: Setting,
    attempt: Try,
    wishes: watch::Receiver<Wish>,
    messages: mpsc::UnboundedSender<Message>,
) {
    let id = attempt.id;
    if let Some(left) = attempt.seat.leaves.and_then(|from| room(&setting, id.shard, from)) {
        setting.sandbox.leave(&left).await;
    }
    match job(&setting, &attempt) {
        Ok(job) => follow(setting.clone(), Started::new(&setting, id, job, wishes), messages).await,
        Err(error) => {
            let evidence = Evidence {
                ended: &Err(error),
                last_word: None,
                listed: false,
                stalled: false,
                tail: "",
                running: &[],
            };
            messages.send(Message::Ended(id, judge(&evidence))).ok();
        }
    }
}

/// Follows an attempt that was started to its end.
pub(super) async fn follow(
    setting: Setting,
    started: Started,
    messages: mpsc::UnboundedSender<Message>,
) {
    let Started { id, job, mut ended, mut running, mut printed, own, .. } = started;
    let alive = Arc::new(AtomicBool::new(true));
    let mut patience = Patience::new(setting.stall_timeout);
    let layout = setting.layout(&job.folder, job.room.as_ref());
    let mut listener = Listener::new(&setting, id, &job, &layout, messages.clone());
    let (forward, printing) = (messages.clone(), alive.clone());
    let forwarding = tokio::spawn(async move {
        while let Some(line) = printed.recv().await {
            printing.store(true, Ordering::Relaxed);
            forward.send(Message::Line(id, line)).ok();
        }
    });
    let ended = loop {
        if let Some(ended) = ended.take() {
            break ended;
        }
        tokio::select! {
            end = &mut running => ended = Some(end),
            () = tokio::time::sleep(LOOK) => {
                let had_begun = listener.begun;
                let heard = listener.listen() | alive.swap(false, Ordering::Relaxed);
                if listener.begun && !had_begun {
                    setting.sandbox.prepare_next(&job);
                }
                match patience.look(heard) {
                    Look::Fine => {}
                    Look::Worried(silent) => {
                        messages.send(Message::Silent(id, silent)).ok();
                    }
                    Look::Over => raise(&own, Wish::Stop),
                }
            }
        }
    };
    drop(running);
    listener.finish();
    let open = listener.running();
    if let Ok(Ended { ending, usage }) = &ended {
        if *ending == Ending::TimedOut {
            listener.time_out(job.timeout);
        }
        messages.send(Message::Event(Event::SandboxUsed { id, usage: *usage })).ok();
    }
    forwarding.await.ok();
    // Of what was too much nothing is copied.
    let is_too_much = matches!(ended, Ok(Ended { ending: Ending::DiskFull, .. }));
    if layout.private_workspace && !is_too_much {
        let files = files_folder(&setting.output, id);
        if let Err(error) = setting.sandbox.collect(job.view, &files).await {
            let reason = with_sources(&error);
            messages.send(Message::Note(id, format!("its files could not be kept: {reason}"))).ok();
        }
    }
    let tail = log_tail(&job.log);
    let evidence = Evidence {
        ended: &ended,
        last_word: listener.last_word,
        listed: listener.listed,
        stalled: patience.is_over(),
        tail: &tail,
        running: &open,
    };
    messages.send(Message::Ended(id, judge(&evidence))).ok();
}

/// The time now.
pub(super) fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

fn log_tail(log: &Path) -> String {
    let bytes = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::clear;
    use crate::sandbox::Room;

    #[test]
    fn a_new_sandbox_has_nothing_of_an_earlier_one_in_any_of_its_seats() {
        let place = tempfile::tempdir().unwrap();
        let seats = [2, 3, 4].map(|number| place.path().join(format!("attempt-{number}")));
        let room = Room { name: "room".to_owned(), seats: seats.to_vec(), ahead: Vec::new() };
        let plant = || {
            for seat in &seats[..2] {
                fs::create_dir_all(seat.join("out/planted")).unwrap();
            }
        };
        let left = |seat: usize| fs::read_dir(seats[seat].join("out")).ok().map(Iterator::count);
        for (room, is_new, other) in [(&room, true, 0), (&room, false, 1)] {
            plant();
            clear(&seats[0], Some(room), is_new).unwrap();
            assert_eq!([0, 1, 2].map(left), [Some(0), Some(other), None]);
        }
        plant();
        clear(&seats[0], None, true).unwrap();
        assert_eq!(left(0), Some(0));
    }
}
