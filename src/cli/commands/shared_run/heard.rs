//! What the queue says to a machine goes in; what people are to know of it, and why the machine
//! stops, come out.

use std::collections::VecDeque;

use tokio::sync::watch;

use crate::model::batch::Item;
use crate::model::event::Reason;
use crate::model::outcome::Contradiction;
use crate::queue::member::News;
use crate::report::text;
use crate::run::cancel::raise;
use crate::sandbox::Wish;

/// What was heard so far.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Why nothing more is to begin on this machine, where nobody else wanted that.
    pub(super) stopped: Option<Reason>,
    /// The queue wanted that it stops.
    is_told_to: bool,
    /// What its engine was given last.
    pub(super) batch: Vec<Item>,
    /// For people, and not told yet.
    pub(super) notes: VecDeque<String>,
    pub(super) troubles: Vec<Contradiction>,
}

impl Heard {
    /// Takes in what the queue says.
    pub(super) fn hear(&mut self, news: News, wishes: &watch::Sender<Wish>) {
        if matches!(news, News::Cancelled(_)) && self.stopped.is_some_and(|it| enough(it).is_some())
        {
            // This machine itself wanted it, which its own results tell.
            raise(wishes, Wish::Stop);
            return;
        }
        if matches!(news, News::Cancelled(_) | News::Lost) {
            self.is_told_to = true;
            raise(wishes, Wish::Stop);
        }
        self.notes.extend(told(&news));
        self.troubles.extend(trouble(&news));
        if let News::Batch(batch) = news {
            self.batch = batch;
        }
    }

    /// The engine begins nothing more. Gives what all machines have enough of, in words.
    pub(super) fn stop(&mut self, reason: Reason) -> Option<&'static str> {
        if !self.is_told_to {
            self.stopped.get_or_insert(reason);
        }
        enough(reason)
    }
}

/// What one machine has enough of and so all have.
fn enough(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::TooManyFailures => Some("too many tests failed"),
        Reason::RunTimedOut => Some("its time was over"),
        Reason::User | Reason::MemoryShort => None,
    }
}

/// What people are told.
pub(super) fn told(news: &News) -> Option<String> {
    Some(match news {
        News::Cancelled(by) => format!("the run was cancelled: {}", text::terminal(by)),
        News::Lost => "warning: the queue gave this machine up, because nothing was heard of it \
                       for too long; others run what it had not finished"
            .to_owned(),
        News::Away(reason) => {
            let reason = text::terminal(reason);
            format!("warning: the queue does not answer: {reason}; what is claimed goes on")
        }
        News::Back => "the queue answers again".to_owned(),
        News::GaveUp(reason) => {
            format!("warning: no more work from the queue: {}", text::terminal(reason))
        }
        News::Joined(_) | News::Batch(_) | News::Over => return None,
    })
}

/// Why a machine whose own tests are all well cannot say that all is well.
fn trouble(news: &News) -> Option<Contradiction> {
    match news {
        News::GaveUp(reason) => Some(Contradiction {
            title: "the queue was lost".to_owned(),
            text: format!(
                "what nobody had claimed may not have run: {reason}\nrun it again, or merge"
            ),
        }),
        News::Cancelled(by) => Some(ended_early(by)),
        News::Joined(_) | News::Batch(_) | News::Over | News::Lost | News::Away(_) | News::Back => {
            None
        }
    }
}

/// The run was cancelled, for this reason.
pub(super) fn ended_early(by: &str) -> Contradiction {
    Contradiction {
        title: "the run was cancelled".to_owned(),
        text: format!("{by}\nwhat nobody had begun did not run"),
    }
}
