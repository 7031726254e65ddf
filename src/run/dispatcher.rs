//! The sole owner of a run's state: shards go in, attempts are started, their messages come out
//! as events in one order.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::model::event::{AttemptEnd, AttemptId, Event};
use crate::model::plan::{Plan, PlannedShard};
use crate::run::Setting;
use crate::run::attempt::{self, Message, Started, Try, now};
use crate::sandbox::Wish;

/// How a plan is run.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Shards at once.
    pub(crate) jobs: NonZeroUsize,
    /// What one attempt may take.
    pub(crate) shard_timeout: Duration,
    /// The folder of the runner's files as it knows them; see [`Try`].
    pub(crate) root: Option<String>,
}

/// What a run says as it goes.
#[derive(Debug)]
pub(crate) enum Emission<'a> {
    /// Part of the outcome.
    Event(&'a Event),
    /// A line that a shard's runner printed.
    Line(AttemptId, &'a str),
    /// A remark that is no part of the outcome.
    Note(AttemptId, &'a str),
}

/// Runs every shard of a plan and says all that happens. Comes back only when nothing runs any
/// more. The first attempt of one shard may have been started before.
pub(crate) async fn execute(
    plan: &Plan,
    setting: &Setting,
    options: &Options,
    started: Option<Started>,
    wishes: watch::Receiver<Wish>,
    emit: &mut (dyn FnMut(Emission<'_>) + Send),
) {
    let (messages, mut inbox) = mpsc::unbounded_channel();
    let mut dispatcher = Dispatcher {
        waiting: plan
            .shards
            .iter()
            .filter(|shard| !shard.is_empty())
            .cloned()
            .enumerate()
            .collect(),
        running: 0,
        setting,
        options,
        wishes,
        messages,
    };
    let at = started.as_ref().map_or_else(now, |started| started.at);
    emit(Emission::Event(&Event::RunStarted { digest: plan.digest.clone(), at }));
    if let Some(started) = started {
        dispatcher.go_on(started, emit);
    }
    loop {
        dispatcher.start(emit);
        if dispatcher.running == 0 {
            break;
        }
        if let Some(message) = inbox.recv().await {
            dispatcher.take(message, emit);
        }
    }
    emit(Emission::Event(&Event::RunEnded { at: now() }));
}

struct Dispatcher<'a> {
    /// With the view of the workspace that each gets; view 0 is for listing.
    waiting: VecDeque<(usize, PlannedShard)>,
    running: usize,
    setting: &'a Setting,
    options: &'a Options,
    wishes: watch::Receiver<Wish>,
    messages: mpsc::UnboundedSender<Message>,
}

impl Dispatcher<'_> {
    /// Takes over an attempt that was started before the plan was known.
    fn go_on(&mut self, started: Started, emit: &mut (dyn FnMut(Emission<'_>) + Send)) {
        let Started { id, at, .. } = started;
        self.waiting.retain(|(_, shard)| shard.number != id.shard);
        emit(Emission::Event(&Event::AttemptStarted { id, at }));
        self.running += 1;
        let messages = self.messages.clone();
        tokio::spawn(attempt::follow(self.setting.clone(), started, messages));
    }

    /// Starts as many shards as may run at once; after a wish to stop, none.
    fn start(&mut self, emit: &mut (dyn FnMut(Emission<'_>) + Send)) {
        while self.running < self.options.jobs.get() {
            let Some((position, shard)) = self.waiting.pop_front() else { return };
            let id = AttemptId { shard: shard.number, attempt: 1 };
            emit(Emission::Event(&Event::AttemptStarted { id, at: now() }));
            if *self.wishes.borrow() > Wish::Run {
                let end = AttemptEnd::Cancelled;
                emit(Emission::Event(&Event::AttemptEnded { id, end, at: now() }));
                continue;
            }
            self.running += 1;
            tokio::spawn(attempt::run(
                self.setting.clone(),
                self.try_of(shard, id, position + 1),
                self.wishes.clone(),
                self.messages.clone(),
            ));
        }
    }

    fn try_of(&self, shard: PlannedShard, id: AttemptId, view: usize) -> Try {
        let Options { shard_timeout: timeout, ref root, .. } = *self.options;
        Try { shard, id, view, timeout, root: root.clone() }
    }

    fn take(&mut self, message: Message, emit: &mut (dyn FnMut(Emission<'_>) + Send)) {
        match message {
            Message::Event(event) => emit(Emission::Event(&event)),
            Message::Line(id, line) => emit(Emission::Line(id, &line)),
            Message::Note(id, text) => emit(Emission::Note(id, &text)),
            Message::Ended(id, end) => {
                self.running -= 1;
                emit(Emission::Event(&Event::AttemptEnded { id, end, at: now() }));
            }
        }
    }
}
