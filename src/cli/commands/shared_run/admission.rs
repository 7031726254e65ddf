//! How many runs a queue has at once: a run goes in, and when its turn has come this machine's
//! place comes out, which it keeps by a sign of life and leaves in the end.

use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::config::flags::queue::QueueFlags;
use crate::model::queue_state::Stage;
use crate::queue::lobby::{Answer, Capacity, Guest};
use crate::queue::redis::RedisError;
use crate::queue::redis::runs::Runs;
use crate::report::facts::{number_of, time};
use crate::report::text;
use crate::sandbox::Wish;

use super::cancelled;

/// Who waits asks so often at least.
const LOOK: Duration = Duration::from_secs(3);
/// Whoever has ended waits for no longer to say so.
const FAREWELL: Duration = Duration::from_secs(5);

/// This machine's place among the runs of a queue; none before it has one.
#[derive(Default)]
pub(crate) struct Place(Option<(oneshot::Sender<()>, JoinHandle<()>)>);

impl Place {
    /// Keeps the place of an admitted node until it is left, by a sign of life so often. One that
    /// does not arrive does no harm: what is at work goes on.
    fn keep(mut runs: Runs, guest: Guest, heartbeat: Duration) -> Self {
        let (sender, mut left) = oneshot::channel();
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = &mut left => break,
                    () = sleep(heartbeat) => {}
                }
                let touch = runs.change(|lobby, now| lobby.touch(&guest, now));
                tokio::select! {
                    _ = &mut left => break,
                    _ = touch => {}
                }
            }
            leave(&mut runs, &guest).await;
        });
        Self(Some((sender, task)))
    }

    /// Leaves it to others.
    pub(crate) async fn leave(self) {
        if let Some((sender, task)) = self.0 {
            sender.send(()).ok();
            task.await.ok();
        }
    }
}

async fn leave(runs: &mut Runs, guest: &Guest) {
    timeout(FAREWELL, runs.change(|lobby, now| lobby.leave(guest, now))).await.ok();
}

/// A node that wants in.
pub(super) struct Applicant<'a> {
    pub(super) guest: Guest,
    pub(super) flags: &'a QueueFlags,
    /// What the user wants meanwhile.
    pub(super) wishes: watch::Receiver<Wish>,
}

/// What a question to the queue gave.
enum Turn {
    /// It has a place.
    Admitted,
    /// There is nothing to do for which it would need one.
    Over,
    Waits(Answer),
}

impl Applicant<'_> {
    /// Waits for its turn and takes a place.
    ///
    /// # Errors
    ///
    /// There is no place to wait, the run was cancelled, the user ended it, or the server is away:
    /// as `away` words it.
    pub(super) async fn admitted(
        self,
        mut runs: Runs,
        away: &(dyn Fn(&RedisError) -> Refused + Sync),
        streams: &mut Streams,
    ) -> Result<Place, Refused> {
        let answer = self.wait(&mut runs, away, streams).await;
        match answer {
            Ok(true) => Ok(Place::keep(runs, self.guest, self.flags.heartbeat)),
            Ok(false) => {
                leave(&mut runs, &self.guest).await;
                Ok(Place::default())
            }
            Err(refused) => {
                leave(&mut runs, &self.guest).await;
                Err(refused)
            }
        }
    }

    /// Waits for its turn. Gives whether it needs a place.
    async fn wait(
        &self,
        runs: &mut Runs,
        away: &(dyn Fn(&RedisError) -> Refused + Sync),
        streams: &mut Streams,
    ) -> Result<bool, Refused> {
        let (mut told, mut is_away) = (None, false);
        let (mut heard, mut wishes) = (None::<Instant>, self.wishes.clone());
        loop {
            let asked = tokio::select! {
                asked = self.ask(runs) => asked,
                Ok(_) = wishes.wait_for(|wish| *wish > Wish::Run) => return Err(ended()),
            };
            match asked {
                Ok(turn) => {
                    heard = Some(Instant::now());
                    if std::mem::take(&mut is_away) {
                        streams.say("the queue answers again");
                    }
                    match turn? {
                        Turn::Admitted => return Ok(true),
                        Turn::Over => return Ok(false),
                        Turn::Waits(answer) => tell(answer, &mut told, streams),
                    }
                }
                Err(error) => {
                    let patience = self.flags.queue_patience;
                    if heard.is_none_or(|heard| heard.elapsed() > patience) {
                        return Err(away(&error));
                    }
                    if !std::mem::replace(&mut is_away, true) {
                        let reason = text::terminal(&error.to_string());
                        streams.warn(&format!("warning: the queue does not answer: {reason}"));
                    }
                }
            }
            let pause = LOOK.min(self.flags.lease / 3);
            tokio::select! {
                Ok(_) = wishes.wait_for(|wish| *wish > Wish::Run) => return Err(ended()),
                () = sleep(pause) => {}
            }
        }
    }

    /// Asks once: what others did to the run, and then for a place.
    async fn ask(&self, runs: &mut Runs) -> Result<Result<Turn, Refused>, RedisError> {
        let (lobby, _) = runs.lobby().await?;
        let run = &self.guest.run;
        match runs.find(run, &lobby).await?.map(|found| found.state.stage) {
            Some(Stage::Cancelled(by)) => return Ok(Err(cancelled(run, &by))),
            Some(Stage::Over) => return Ok(Ok(Turn::Over)),
            // One that makes no sense is refused where it is read for good.
            Some(Stage::Waiting | Stage::Running | Stage::Damaged(_)) | None => {}
        }
        let capacity =
            Capacity { running: self.flags.running_capacity, queued: self.flags.queued_capacity };
        let answer = runs.change(|lobby, now| lobby.enter(&self.guest, capacity, now)).await?;
        Ok(match answer {
            Answer::Admitted => Ok(Turn::Admitted),
            Answer::Waits { .. } => Ok(Turn::Waits(answer)),
            Answer::Exceeded { running, waiting, again_in } => {
                Err(exceeded(running, waiting, again_in))
            }
        })
    }
}

/// Says where a run stands, if that has changed.
fn tell(answer: Answer, told: &mut Option<(usize, usize)>, streams: &mut Streams) {
    let Answer::Waits { running, ahead, about } = answer else { return };
    if told.replace((running, ahead)) == Some((running, ahead)) {
        return;
    }
    let before = if ahead == 1 { "1 waits".to_owned() } else { format!("{ahead} wait") };
    let about = about.map_or_else(String::new, |about| format!(", about {}", seconds(about)));
    streams.say(&format!(
        "waiting for a place on the queue: {}, {before} before this one{about}",
        run_at_once(running)
    ));
}

fn run_at_once(running: usize) -> String {
    format!("{} run{}", number_of(running, "run"), if running == 1 { "s" } else { "" })
}

/// It is a guess: no parts of seconds.
fn seconds(about: Duration) -> String {
    match about.as_secs() {
        seconds @ ..60 => format!("{seconds} s"),
        seconds => time(Duration::from_secs(seconds)),
    }
}

fn exceeded(running: usize, waiting: usize, again_in: Duration) -> Refused {
    let wait = if waiting == 1 { "waits" } else { "wait" };
    Refused {
        message: format!(
            "capacity exceeded: {} and {waiting} {wait} on this queue; try again in about {}",
            run_at_once(running),
            seconds(again_in)
        ),
        hint: Some(
            "`shardwright queue status` shows them; --queued-capacity says how many may wait"
                .to_owned(),
        ),
        exit: Exit::NoSandbox,
    }
}

fn ended() -> Refused {
    let message = "interrupted while the run waited for a place on the queue".to_owned();
    Refused { message, hint: None, exit: Exit::Interrupted }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::exceeded;

    #[test]
    fn a_queue_that_is_full_says_how_full_and_when_to_come_again() {
        let told = |running, waiting, again| {
            exceeded(running, waiting, Duration::from_millis(again)).message
        };
        assert_eq!(
            told(2, 3, 40_400),
            "capacity exceeded: 2 runs run and 3 wait on this queue; try again in about 40 s"
        );
        assert_eq!(
            told(1, 1, 92_000),
            "capacity exceeded: 1 run runs and 1 waits on this queue; try again in about 1 min 32 s"
        );
    }
}
