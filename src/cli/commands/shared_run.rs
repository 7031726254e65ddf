//! `run --queue`: a plan goes in; it is shared with all machines that name the same queue and run,
//! and this one's part of the run comes out: a shard of its own that takes work while there is any.

pub(crate) mod admission;
mod coming;
mod heard;
mod part;
mod saved;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::sleep;

use crate::cli::commands::queue::reach;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::config::flags::queue::{Address, PASSWORD, QueueFlags};
use crate::model::batch::Ask;
use crate::model::event::{Event, Reason};
use crate::model::id::ShardNumber;
use crate::model::outcome::{Conclusion, Contradiction, Outcome};
use crate::model::plan::Plan;
use crate::queue::board::Board;
use crate::queue::client::{Want, drive};
use crate::queue::lease::Lease;
use crate::queue::lobby::Guest;
use crate::queue::member::{Member, News, Options};
use crate::queue::redis::Redis;
use crate::queue::redis::runs::Runs;
use crate::queue::work::Work;
use crate::report::facts::number_of;
use crate::report::{record, text};
use crate::run::dispatcher::{Drawn, Emission};
use crate::run::ledger;
use crate::sandbox::Wish;
use crate::wire::{event_v1, plan_v1};
use admission::{Applicant, Place};

use coming::Missed;
use heard::{Heard, ended_early};

/// More machines than so many times the expected ones, or than so many, cannot come: each coming
/// has a shard of its own in the plan.
const SPARE: (usize, usize) = (3, 64);

/// Who waits for others for longer is told so.
const PATIENCE: Duration = Duration::from_secs(3);
/// How much of what a test printed the queue keeps, in bytes. All of it is in this machine's results.
const PRINTED: usize = 64 << 10;

/// This machine's place in a shared run.
pub(super) struct SharedRun {
    /// The plan of all, as whoever came first made it.
    pub(super) plan: Plan,
    /// This machine's shard.
    pub(super) slot: ShardNumber,
    wants: mpsc::UnboundedSender<Want>,
    heard: Arc<Mutex<Heard>>,
    wishes: watch::Sender<Wish>,
    task: JoinHandle<(Member, Redis)>,
}

/// What one machine did of a run.
pub(super) struct Part {
    /// What it had.
    pub(super) plan: Plan,
    pub(super) outcome: Outcome,
    /// Shards of machines that were lost, of which it has all that there is.
    pub(super) saved: Vec<ShardNumber>,
    /// Its user ended it before all was run.
    pub(super) is_interrupted: bool,
}

/// Comes to the run that the flags name; none where they name none. Whoever is first brings the
/// plan. Where the queue has no place for the run it waits for one; whoever gave `place` has to leave
/// it when the run has ended, however it did.
pub(super) async fn join(
    plan: &Plan,
    flags: &QueueFlags,
    environment: &Environment,
    (wishes, place): (&watch::Sender<Wish>, &mut Place),
    streams: &mut Streams,
) -> Result<Option<SharedRun>, Refused> {
    let Some(address) = &flags.queue else { return Ok(None) };
    let run = flags.run_id.as_ref().ok_or_else(nameless)?;
    let away = |error: &dyn std::fmt::Display| reach::away(address, error);
    if flags.lease < flags.heartbeat * 3 {
        return Err(hasty(flags));
    }
    if flags.queued_capacity.is_some() && flags.running_capacity.is_none() {
        return Err(boundless());
    }
    let url = address.with_password(environment.get(PASSWORD));
    let who = who();
    let runs = Runs::new(&url).map_err(|error| away(&error))?;
    let guest = Guest {
        run: run.0.clone(),
        who: who.clone(),
        priority: flags.queue_priority.into(),
        lease: flags.lease,
    };
    let applicant = Applicant { guest, flags, wishes: wishes.subscribe() };
    *place = applicant.admitted(runs, &|error| away(error), streams).await?;
    let mut redis = Redis::new(&url, &run.0).map_err(|error| away(&error))?;
    let expected = plan.shards.len();
    let own = plan.clone().with_spare(SPARE.1.max(expected.saturating_mul(SPARE.0)));
    let published = redis.publish(&plan_v1::write(&own)).await.map_err(|error| away(&error))?;
    let plan = checked(&published, &own, address, &run.0)?;
    let lease = Lease { heartbeat: flags.heartbeat, expiry: flags.lease };
    let options = Options { lease, patience: flags.queue_patience, who };
    let board = Board::new(Arc::new(Work::of(&plan)));
    let member = Member::new(board, options, Box::new(part::left_of));
    let (wants, of_wants) = mpsc::unbounded_channel();
    let (coming, mut comes) = mpsc::unbounded_channel();
    let heard: Arc<Mutex<Heard>> = Arc::default();
    let (told, of_news) = (heard.clone(), wishes.clone());
    let task = tokio::spawn(async move {
        let tell = |news: News| {
            // Whoever comes hears it at once.
            coming.send(news.clone()).ok();
            locked(&told).hear(news, &of_news);
        };
        let member = drive(member, &mut redis, of_wants, tell).await;
        (member, redis)
    });
    let slot = coming::wait(&mut comes, wishes.subscribe(), streams).await;
    let slot = slot.map_err(|missed| match missed {
        Missed::Cancelled(by) => cancelled(&run.0, &by),
        Missed::Away(reason) => away(&reason),
        Missed::Unwanted => unwanted(&run.0),
    })?;
    locked(&heard).notes.clear();
    if slot.index() >= plan.shards.len() {
        return Err(full(&run.0, plan.shards.len()));
    }
    streams.say(&format!("this is node {slot} of the run `{}`, plan {}", run.0, plan.digest));
    let wishes = wishes.clone();
    Ok(Some(SharedRun { plan, slot, wants, heard, wishes, task }))
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What tells this coming from all others.
fn who() -> String {
    format!("{}-{:016x}", std::process::id(), fastrand::u64(..))
}

/// The plan of the run, where it is the one that this machine would have made.
fn checked(published: &str, own: &Plan, address: &Address, run: &str) -> Result<Plan, Refused> {
    let refuse = |message: String, hint: &str| Refused {
        message,
        hint: Some(hint.to_owned()),
        exit: Exit::BadInput,
    };
    let plan = plan_v1::read(published).map_err(|error| {
        let message = format!("cannot use the plan of the run `{run}` in `{}`: {error}", address.0);
        refuse(message, "do all machines run the same version of shardwright?")
    })?;
    if plan.digest == own.digest {
        return Ok(plan);
    }
    let message = format!(
        "the run `{run}` is of plan {}, and this machine would run plan {}",
        plan.digest, own.digest
    );
    Err(refuse(
        message,
        "all machines of a run need the same commit, timings file, flags and version; for another \
         run take another --run-id",
    ))
}

fn hasty(flags: &QueueFlags) -> Refused {
    let (lease, heartbeat) = (flags.lease, flags.heartbeat);
    let shown = humantime::format_duration;
    Refused {
        message: format!(
            "--lease {} is less than three times --heartbeat {}: machines that are well would be \
             given up",
            shown(lease),
            shown(heartbeat)
        ),
        hint: Some(format!("raise it to {}, or lower the other", shown(heartbeat * 3))),
        exit: Exit::Usage,
    }
}

fn boundless() -> Refused {
    Refused {
        message: "--queued-capacity says how many runs may wait, and nothing says how many may run"
            .to_owned(),
        hint: Some("say it with --running-capacity, the same on all machines".to_owned()),
        exit: Exit::Usage,
    }
}

fn nameless() -> Refused {
    Refused {
        message: "the queue is known, and not which run to share".to_owned(),
        hint: Some("name it on all machines, as `--run-id ci-1234`".to_owned()),
        exit: Exit::Usage,
    }
}

fn cancelled(run: &str, by: &str) -> Refused {
    Refused {
        message: format!("the run `{run}` was cancelled: {}", text::terminal(by)),
        hint: Some("take another --run-id to run it again".to_owned()),
        exit: Exit::Interrupted,
    }
}

fn unwanted(run: &str) -> Refused {
    Refused {
        message: format!("interrupted before this machine came to the run `{run}`"),
        hint: None,
        exit: Exit::Interrupted,
    }
}

fn full(run: &str, places: usize) -> Refused {
    Refused {
        message: format!("the run `{run}` has no place left: {places} machines came to it"),
        hint: Some("say with --shards how many are expected".to_owned()),
        exit: Exit::Usage,
    }
}

impl SharedRun {
    /// The plan as this machine shows it: one shard, its own, that may get everything.
    pub(super) fn seen(&self) -> Plan {
        part::of(
            &self.plan,
            self.slot,
            self.plan.shards.iter().flat_map(|shard| shard.groups.clone()),
        )
    }

    /// What its engine begins with: nothing.
    pub(super) fn begun(&self) -> Plan {
        Plan { shards: Vec::new(), ..self.plan.clone() }
    }

    /// Asks for work.
    pub(super) fn draw(&self, ask: Ask) -> Drawn {
        let (answer, answered) = oneshot::channel();
        self.wants.send(Want::Work { least: ask.least, answer }).ok();
        Drawn::Later(Box::pin(async move { answered.await.unwrap_or_default() }))
    }

    /// Keeps what happens for all. Gives what the queue said since, in words.
    pub(super) fn hear(&self, emission: &Emission<'_>) -> Vec<String> {
        match emission {
            Emission::Event(event) => {
                let line = event_v1::write(&short(event)).trim_end().to_owned();
                self.wants.send(Want::Line(line)).ok();
            }
            Emission::Stopping(reason, _) => {
                let enough = locked(&self.heard).stop(*reason);
                if let Some(why) = enough {
                    self.wants.send(Want::Cancel(why.to_owned())).ok();
                }
            }
            Emission::Line(..)
            | Emission::Note(..)
            | Emission::Silent(..)
            | Emission::Again { .. }
            | Emission::GoesOn { .. } => {}
        }
        locked(&self.heard).notes.drain(..).collect()
    }

    /// Waits until it has left, and where all is run, until the others have or are lost. The user can
    /// hurry it.
    async fn left(&mut self, streams: &mut Streams) -> Result<(Member, Redis), JoinError> {
        let mut wishes = self.wishes.subscribe();
        let (so_far, mut hurries, mut is_told) = (*wishes.borrow(), false, false);
        loop {
            tokio::select! {
                left = &mut self.task => return left,
                Ok(_) = wishes.wait_for(|wish| *wish > so_far), if !hurries => {
                    hurries = true;
                    self.wants.send(Want::Leave { left: Vec::new(), begun: true }).ok();
                }
                () = sleep(PATIENCE), if !is_told => {
                    is_told = true;
                    streams.say("waiting for machines that have not said that they are done");
                }
            }
        }
    }

    /// Ends this machine's part, whose events stand in the output folder.
    pub(super) async fn finish(
        mut self,
        output: &Path,
        streams: &mut Streams,
    ) -> anyhow::Result<Part> {
        let said = record::read(&record::path(output, self.slot))?;
        let batch = std::mem::take(&mut locked(&self.heard).batch);
        let begun = part::has_begun(&batch, self.slot, &said);
        let left = ledger::left_of(batch.into_iter().map(|item| item.planned).collect(), &said);
        self.wants.send(Want::Leave { left, begun }).ok();
        let (member, mut redis) = self.left(streams).await?;
        let board = member.board();
        let Heard { notes, mut troubles, stopped, .. } = std::mem::take(&mut *locked(&self.heard));
        for note in notes {
            streams.tell(&note);
        }
        let saved = saved::fetch(&mut redis, board, &self.plan, output).await;
        let saved = saved.unwrap_or_else(|error| {
            let reason = format!("what lost machines did could not be fetched: {error}");
            streams.warn(&format!("warning: {reason}"));
            Vec::new()
        });
        if board.given_up() > 0 {
            troubles.push(Contradiction {
                title: "some tests take down every machine that runs them".to_owned(),
                text: format!(
                    "{} of the plan came back too often and are dealt no more\nlook at what ran \
                     on the machines that were lost",
                    number_of(board.given_up(), "group")
                ),
            });
        }
        let (plan, mut outcome) = part::outcome(&self.plan, self.slot, board, output)?;
        let is_well = || matches!(outcome.conclusion(), Conclusion::Passed | Conclusion::Empty);
        let is_short = board.cancelled().is_some() || !board.is_over();
        if stopped.is_some_and(|reason| reason != Reason::User) && is_short && is_well() {
            troubles.push(ended_early(board.cancelled().unwrap_or("it was stopped")));
        }
        let is_interrupted = stopped == Some(Reason::User) && is_short;
        outcome.contradictions.extend(troubles);
        Ok(Part { plan, outcome, saved, is_interrupted })
    }
}

/// An event without more of what a test printed than a queue should hold.
pub(super) fn short(event: &Event) -> Event {
    let mut event = event.clone();
    if let Event::TestEnded { result, .. } = &mut event {
        for text in [&mut result.stdout, &mut result.stderr] {
            text.truncate(text.floor_char_boundary(PRINTED));
        }
    }
    event
}
