//! The news of a machine that comes to a run go in, its slot or why it has none comes out.

use tokio::sync::{mpsc, watch};

use crate::cli::streams::Streams;
use crate::model::id::ShardNumber;
use crate::queue::member::News;
use crate::sandbox::Wish;

use super::heard::told;

/// Why a machine did not come to the run.
pub(super) enum Missed {
    /// By whom, in words.
    Cancelled(String),
    /// The queue does not answer, or not as it should.
    Away(String),
    /// The user wants it no more.
    Unwanted,
}

/// Waits for the slot, and says what it waits for.
pub(super) async fn wait(
    news: &mut mpsc::UnboundedReceiver<News>,
    mut wishes: watch::Receiver<Wish>,
    streams: &mut Streams,
) -> Result<ShardNumber, Missed> {
    let away = |reason| Err(Missed::Away(reason));
    loop {
        let news = tokio::select! {
            news = news.recv() => news,
            _ = wishes.wait_for(|wish| *wish > Wish::Run) => return Err(Missed::Unwanted),
        };
        match news {
            Some(News::Joined(slot)) => return Ok(slot),
            Some(News::Cancelled(by)) => return Err(Missed::Cancelled(by)),
            Some(News::GaveUp(reason)) => return away(reason),
            Some(news @ (News::Away(_) | News::Back)) => {
                if let Some(text) = told(&news) {
                    streams.say(&text);
                }
            }
            Some(News::Over | News::Lost | News::Batch(_)) | None => {
                return away("it is not known what it says".to_owned());
            }
        }
    }
}
