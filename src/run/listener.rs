//! The file of our reporter goes in, messages about an attempt come out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::model::event::{AttemptId, Event, RunnerVerdict, TestError, TestResult, UnixMillis};
use crate::model::id::TestKey;
use crate::run::Setting;
use crate::run::attempt::{Message, files_folder, now};
use crate::run::tail::Tail;
use crate::runner::playwright::install::normal;
use crate::runner::playwright::protocol::{self, Said};
use crate::sandbox::{Job, Layout};

/// Turns the reporter's file into messages.
pub(super) struct Listener {
    id: AttemptId,
    tail: Tail,
    paths: Vec<(PathBuf, PathBuf)>,
    messages: mpsc::UnboundedSender<Message>,
    /// Tests that began and have not ended: their retry, and when they began.
    open: BTreeMap<TestKey, (u32, UnixMillis)>,
    pub(super) listed: bool,
    /// Whether a test began.
    pub(super) begun: bool,
    pub(super) last_word: Option<RunnerVerdict>,
}

impl Listener {
    pub(super) fn new(
        setting: &Setting,
        id: AttemptId,
        job: &Job,
        layout: &Layout,
        messages: mpsc::UnboundedSender<Message>,
    ) -> Self {
        let relative =
            |path: &Path| path.strip_prefix(&setting.output).unwrap_or(path).to_path_buf();
        let mut paths = vec![(layout.output.clone(), relative(&job.folder.join("out")))];
        if layout.private_workspace {
            let files = files_folder(&setting.output, id);
            paths.push((layout.workspace.clone(), relative(&files)));
        } else if layout.workspace == setting.install.workspace {
            paths.push((layout.workspace.clone(), layout.workspace.clone()));
        }
        let tail = Tail::of(&job.folder.join("out/events.ndjson"));
        let (open, last_word) = (BTreeMap::new(), None);
        Self { id, tail, paths, messages, open, listed: false, begun: false, last_word }
    }

    /// Takes in all that was added. Only for a job that has ended: a test can write for ever.
    pub(super) fn finish(&mut self) {
        while self.listen() {}
    }

    /// Takes in what was added, up to what fits the memory; whether that was anything.
    pub(super) fn listen(&mut self) -> bool {
        let lines = self.tail.lines().unwrap_or_else(|error| {
            self.note(format!("its events cannot be read: {error}"));
            Vec::new()
        });
        for line in &lines {
            match protocol::read(self.id, line) {
                Ok(Said::Event(event)) => self.event(event),
                Ok(Said::End(verdict)) => self.last_word = Some(verdict),
                Ok(Said::Note(text)) => self.note(text),
                Err(error) => self.note(format!("a line of its events is not ours: {error}")),
            }
        }
        !lines.is_empty()
    }

    fn event(&mut self, mut event: Event) {
        self.listed |= matches!(event, Event::TestsListed { .. });
        if let Event::TestBegan { key, retry, at, .. } = &event {
            self.begun = true;
            self.open.insert(key.clone(), (*retry, *at));
        }
        if let Event::TestEnded { key, result, .. } = &mut event {
            self.open.remove(key);
            for found in &mut result.attachments {
                found.path = found.path.take().and_then(|path| self.outside(&path));
            }
        }
        self.messages.send(Message::Event(event)).ok();
    }

    /// A path of the sandbox as seen from the run's output folder. None for one that leads out of
    /// the sandbox: a CI system would take the host's file of that name into its report.
    fn outside(&self, path: &str) -> Option<String> {
        let path = normal(Path::new(path));
        let moved = self
            .paths
            .iter()
            .find_map(|(inside, outside)| Some(outside.join(path.strip_prefix(inside).ok()?)));
        Some(moved?.to_string_lossy().into_owned())
    }

    /// Tests that began and have not ended.
    pub(super) fn running(&self) -> Vec<TestKey> {
        self.open.keys().cloned().collect()
    }

    /// Gives the tests that ran when the time was over their result.
    pub(super) fn time_out(&mut self, limit: Duration) {
        let limit = humantime::format_duration(limit);
        let message = format!("its shard was killed after {limit} (--shard-timeout) while it ran");
        let ended = now();
        for (key, (retry, started)) in std::mem::take(&mut self.open) {
            let error = TestError { message: message.clone(), ..TestError::default() };
            let duration = ended.since(started);
            let result = Box::new(TestResult::timed_out(retry, started, duration, error));
            self.messages.send(Message::Event(Event::TestEnded { id: self.id, key, result })).ok();
        }
    }

    pub(super) fn note(&self, text: String) {
        self.messages.send(Message::Note(self.id, text)).ok();
    }
}
