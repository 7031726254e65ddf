//! What a run says as it goes. Events fold into an outcome, and nothing else does.

use std::time::Duration;

use crate::model::id::{PlanDigest, ShardNumber, TestKey};

/// Milliseconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct UnixMillis(pub(crate) u64);

impl UnixMillis {
    /// The time from an earlier moment to this one; zero where the clock went back.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// One try at what is left of a shard. Attempts of a shard count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AttemptId {
    pub(crate) shard: ShardNumber,
    pub(crate) attempt: u32,
}

/// What a run was judged by, where it may not be known where its results are joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Judged {
    /// A flaky test fails the run.
    pub(crate) fails_on_flaky: bool,
    /// Some tests may fail for a while.
    pub(crate) has_quarantine: bool,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Event {
    RunStarted {
        digest: PlanDigest,
        at: UnixMillis,
        /// The folder that the spec files are relative to, as its path in their repository with
        /// forward slashes, empty for its top; none where that is not known.
        sources: Option<String>,
        /// Which build on a CI machine it belongs to, the same for all attempts at that build; none
        /// where nobody said.
        build: Option<String>,
        judged: Judged,
    },
    AttemptStarted {
        id: AttemptId,
        at: UnixMillis,
    },
    /// A shard could not finish these tests, and this attempt of another one takes them over.
    TestsMoved {
        id: AttemptId,
        from: ShardNumber,
        keys: Vec<TestKey>,
        /// The shard was never given them: the plan alone has them there.
        drawn: bool,
    },
    /// The runner has loaded its files and will now run exactly these, shared tests included.
    TestsListed {
        id: AttemptId,
        tests: Vec<ListedTest>,
        /// When the runner's program had started in its sandbox; none where it did not say.
        up: Option<UnixMillis>,
        /// When it had loaded its files and run its global set-up; none where it did not say.
        at: Option<UnixMillis>,
    },
    TestBegan {
        id: AttemptId,
        key: TestKey,
        retry: u32,
        at: UnixMillis,
    },
    TestEnded {
        id: AttemptId,
        key: TestKey,
        result: Box<TestResult>,
    },
    /// An error outside any test: a worker's teardown, a web server, a broken spec file.
    RunnerError {
        id: AttemptId,
        error: TestError,
    },
    /// What the attempt's sandbox took, known when it has ended.
    SandboxUsed {
        id: AttemptId,
        usage: Usage,
    },
    AttemptEnded {
        id: AttemptId,
        end: AttemptEnd,
        at: UnixMillis,
    },
    RunEnded {
        at: UnixMillis,
    },
}

impl Event {
    /// The attempt that it is about.
    pub(crate) fn attempt(&self) -> Option<AttemptId> {
        match self {
            Self::RunStarted { .. } | Self::RunEnded { .. } => None,
            Self::AttemptStarted { id, .. }
            | Self::TestsMoved { id, .. }
            | Self::TestsListed { id, .. }
            | Self::TestBegan { id, .. }
            | Self::TestEnded { id, .. }
            | Self::RunnerError { id, .. }
            | Self::SandboxUsed { id, .. }
            | Self::AttemptEnded { id, .. } => Some(*id),
        }
    }

    /// The test that it is of.
    pub(crate) fn test(&self) -> Option<&TestKey> {
        match self {
            Self::TestBegan { key, .. } | Self::TestEnded { key, .. } => Some(key),
            Self::RunStarted { .. }
            | Self::AttemptStarted { .. }
            | Self::TestsMoved { .. }
            | Self::TestsListed { .. }
            | Self::RunnerError { .. }
            | Self::SandboxUsed { .. }
            | Self::AttemptEnded { .. }
            | Self::RunEnded { .. } => None,
        }
    }

    /// What its run was judged by, where it says that.
    pub(crate) fn judged(&self) -> Option<Judged> {
        if let Self::RunStarted { judged, .. } = self { Some(*judged) } else { None }
    }

    /// The build on a CI machine that it names.
    pub(crate) fn build(&self) -> Option<&str> {
        if let Self::RunStarted { build, .. } = self { build.as_deref() } else { None }
    }
}

/// A test case as the runner announces it before it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListedTest {
    pub(crate) key: TestKey,
    pub(crate) runner_id: String,
    pub(crate) tags: Vec<String>,
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// A test of a set-up or teardown project.
    pub(crate) shared: bool,
    /// Where it is run in one go with others, which fail together (`serial`): how many titles its
    /// path has in common with theirs.
    pub(crate) serial: Option<u32>,
}

/// What one execution of a test case gave.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TestResult {
    pub(crate) status: Status,
    /// What the test declares that it does: `test.fail()` makes it `Failed`.
    pub(crate) expected: Status,
    /// The runner's own retry, from 0.
    pub(crate) retry: u32,
    /// It failed, and the runner itself is about to try it once more.
    pub(crate) again: bool,
    pub(crate) started: UnixMillis,
    pub(crate) duration: Duration,
    /// How much of the duration its worker's first start of a browser took.
    pub(crate) warmup: Duration,
    /// Which worker slot, from 0.
    pub(crate) worker: u32,
    /// Which worker process, from 0: a slot gets a new one after a failure and for tests that need
    /// another kind of worker. None where the runner did not say.
    pub(crate) process: Option<u32>,
    pub(crate) errors: Vec<TestError>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl TestResult {
    /// Whether it failed and the runner does not try it again.
    pub(crate) fn is_final_failure(&self) -> bool {
        self.is_failure() && !self.again
    }

    /// Whether it did not do what the test declares. Not to have run is no failure.
    pub(crate) fn is_failure(&self) -> bool {
        match self.status {
            Status::Interrupted | Status::Skipped => false,
            status @ (Status::Passed | Status::Failed | Status::TimedOut) => {
                status != self.expected
            }
        }
    }

    /// That of a test which was killed with its runner, because the time was over.
    pub(crate) fn timed_out(
        retry: u32,
        started: UnixMillis,
        duration: Duration,
        error: TestError,
    ) -> Self {
        Self {
            status: Status::TimedOut,
            expected: Status::Passed,
            retry,
            again: false,
            started,
            duration,
            warmup: Duration::ZERO,
            worker: 0,
            process: None,
            errors: vec![error],
            attachments: Vec::new(),
            annotations: Vec::new(),
            stdout: String::new(),
            stderr: String::new(),
        }
    }
}

/// How one execution ended, in Playwright's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Status {
    Passed,
    Failed,
    TimedOut,
    Skipped,
    Interrupted,
}

/// An error as the runner words it; untrusted text, may hold ANSI colours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TestError {
    pub(crate) message: String,
    /// Stack with its first line repeated as the runner gives it; empty where there is none.
    pub(crate) stack: String,
    /// The lines of source around the error; empty where there are none.
    pub(crate) snippet: String,
    /// `file:line:column`, the file relative to the runner's root folder; empty if unknown.
    pub(crate) location: String,
}

/// A file that a test attached; untrusted names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attachment {
    pub(crate) name: String,
    pub(crate) content_type: String,
    /// As the sandbox saw it; none where the content was given in memory.
    pub(crate) path: Option<String>,
}

/// A note on a test: `skip`, `fixme`, `issue` and the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Annotation {
    pub(crate) kind: String,
    pub(crate) description: String,
}

/// What a sandbox took, and which of its limits it hit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Bytes; none where nobody counted.
    pub(crate) peak_memory: Option<u64>,
    /// The time of all processors; none where nobody counted.
    pub(crate) cpu: Option<Duration>,
    /// How often it asked for a process or thread that its limit forbade.
    pub(crate) refused_processes: u64,
    /// The kernel killed a process of it for its memory limit.
    pub(crate) out_of_memory: bool,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AttemptEnd {
    /// The runner came to its own end and said so.
    Finished(RunnerVerdict),
    /// A bad end that is not a failing test.
    Faulted(Fault),
    /// We ended it.
    Cancelled(Reason),
}

/// Why an attempt was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Reason {
    /// The user said so, by a signal.
    User,
    /// As many tests failed as the user lets fail.
    TooManyFailures,
    /// The whole run took longer than it may.
    RunTimedOut,
    /// The machine was about to run out of memory; another attempt follows.
    MemoryShort,
}

impl Reason {
    /// In a few words, after "shard 2 was".
    pub(crate) fn told(self) -> &'static str {
        match self {
            Self::User => "cancelled",
            Self::TooManyFailures => "stopped after too many failures (--max-failures)",
            Self::RunTimedOut => "stopped: the run took longer than it may (--timeout)",
            Self::MemoryShort => "ended because memory was short (--pressure)",
        }
    }
}

/// The runner's own last word about its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunnerVerdict {
    Passed,
    Failed,
    TimedOut,
    Interrupted,
}

/// A bad end that is not a failing test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    /// What was seen, one line for people.
    pub(crate) message: String,
}

/// What kind of bad end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum FaultKind {
    /// The kernel killed a process of the sandbox for its memory limit.
    OutOfMemory,
    /// The sandbox hit its limit of processes.
    ProcessLimit,
    /// A file system that the sandbox writes to is full.
    DiskFull,
    /// The runner's process ended without its last word.
    Crash,
    /// The attempt took longer than it may.
    TimedOut,
    /// Nothing was heard of the attempt any more.
    Stalled,
    /// The container engine does not answer any more or refused to start the sandbox.
    EngineGone,
    /// The machine that shared a run was not heard of any more.
    NodeLost,
    /// The runner could not write where it has to.
    Unwritable,
    /// The runner could not load its configuration or a spec file, or refused to run.
    Config,
}

impl FaultKind {
    /// The name in reports and event files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OutOfMemory => "out-of-memory",
            Self::ProcessLimit => "process-limit",
            Self::DiskFull => "disk-full",
            Self::Crash => "crash",
            Self::TimedOut => "timed-out",
            Self::Stalled => "stalled",
            Self::EngineGone => "engine-gone",
            Self::NodeLost => "node-lost",
            Self::Unwritable => "unwritable",
            Self::Config => "config",
        }
    }
}
