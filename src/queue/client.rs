//! A node at work: what its engine wants goes in, batches and news come out; in between a member
//! says what to ask, and Redis is asked.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use crate::model::batch::Item;
use crate::model::plan::PlannedGroup;
use crate::queue::member::{Member, News, Step};
use crate::queue::redis::Redis;

/// What the engine's side wants.
#[derive(Debug)]
pub(crate) enum Want {
    /// This line of its events is kept.
    Line(String),
    /// Work; nothing is answered where there is no more. As [`Member::ask`] has it.
    Work { least: Duration, answer: oneshot::Sender<Vec<Item>> },
    /// Nobody is to begin anything more.
    Cancel(String),
    /// To go, leaving this undone. As [`Member::leave`] has it.
    Leave { left: Vec<PlannedGroup>, begun: bool },
}

/// Does what is wanted until the member has come to its end. News that are no answer are told.
pub(crate) async fn drive(
    mut member: Member,
    redis: &mut Redis,
    mut wants: mpsc::UnboundedReceiver<Want>,
    mut tell: impl FnMut(News) + Send,
) -> Member {
    let began = Instant::now();
    let mut asker: Option<oneshot::Sender<Vec<Item>>> = None;
    let mut leaves = false;
    loop {
        while let Ok(want) = wants.try_recv() {
            leaves |= matches!(want, Want::Leave { .. });
            hear(&mut member, want, &mut asker);
        }
        match member.next(began.elapsed()) {
            Step::Call(op) => match redis.call(&member.seen(), &op).await {
                Ok(reply) => member.take(began.elapsed(), &op, &reply),
                Err(error) => member.fail(began.elapsed(), error.to_string(), fastrand::f64()),
            },
            Step::Wait(until) => tokio::select! {
                want = wants.recv() => match want {
                    Some(want) => {
                        leaves |= matches!(want, Want::Leave { .. });
                        hear(&mut member, want, &mut asker);
                    }
                    // Whoever wanted something is gone, and says no more what it did.
                    None => return member,
                },
                () = sleep_until(began + until) => {}
            },
            Step::Tell(News::Batch(items)) => {
                // Told before it is answered: whoever leaves then knows what it has.
                tell(News::Batch(items.clone()));
                asker.take().map(|asker| asker.send(items));
            }
            Step::Tell(news) => {
                if news.is_end() {
                    asker.take().map(|asker| asker.send(Vec::new()));
                }
                tell(news);
            }
            Step::End if leaves => return member,
            Step::End => {
                // There is nothing more to be had, whoever asked for it.
                asker = None;
                match wants.recv().await {
                    Some(Want::Leave { .. }) | None => return member,
                    Some(Want::Line(_) | Want::Work { .. } | Want::Cancel(_)) => {}
                }
            }
        }
    }
}

fn hear(member: &mut Member, want: Want, asker: &mut Option<oneshot::Sender<Vec<Item>>>) {
    match want {
        Want::Line(line) => member.line(line),
        Want::Work { least, answer } => {
            *asker = Some(answer);
            member.ask(least);
        }
        Want::Cancel(by) => member.cancel(by),
        Want::Leave { left, begun } => member.leave(left, begun),
    }
}
