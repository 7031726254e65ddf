//! One event as one JSON object.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::model::event::{
    AttemptEnd, AttemptId, Event, Fault, FaultKind, ListedTest, Reason, RunnerVerdict, TestError,
    TestResult,
};
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::wire::event_v1::judged::JudgedWire;
use crate::wire::event_v1::test::{
    ErrorWire, KeyWire, ListedWire, ResultWire, VerdictWire, moment,
};
use crate::wire::event_v1::usage::UsageWire;

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(super) enum EventWire {
    RunStarted {
        digest: String,
        at: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sources: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        build: Option<String>,
        #[serde(flatten)]
        judged: JudgedWire,
    },
    AttemptStarted {
        #[serde(flatten)]
        id: IdWire,
        at: u64,
    },
    TestsMoved {
        #[serde(flatten)]
        id: IdWire,
        from: NonZeroU32,
        keys: Vec<KeyWire>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        drawn: bool,
    },
    TestsListed {
        #[serde(flatten)]
        id: IdWire,
        tests: Vec<ListedWire>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        up: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<u64>,
    },
    TestBegan {
        #[serde(flatten)]
        id: IdWire,
        key: KeyWire,
        retry: u32,
        at: u64,
    },
    TestEnded {
        #[serde(flatten)]
        id: IdWire,
        key: KeyWire,
        result: ResultWire,
    },
    RunnerError {
        #[serde(flatten)]
        id: IdWire,
        error: ErrorWire,
    },
    SandboxUsed {
        #[serde(flatten)]
        id: IdWire,
        #[serde(flatten)]
        usage: UsageWire,
    },
    AttemptEnded {
        #[serde(flatten)]
        id: IdWire,
        #[serde(flatten)]
        end: EndWire,
        at: u64,
    },
    RunEnded {
        at: u64,
    },
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct IdWire {
    shard: NonZeroU32,
    attempt: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "kebab-case")]
pub(crate) enum EndWire {
    Finished {
        verdict: VerdictWire,
    },
    Faulted {
        fault: FaultWire,
        message: String,
    },
    Cancelled {
        #[serde(default)]
        reason: ReasonWire,
    },
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReasonWire {
    #[default]
    User,
    TooManyFailures,
    RunTimedOut,
    MemoryShort,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FaultWire {
    OutOfMemory,
    ProcessLimit,
    Crash,
    TimedOut,
    Stalled,
    EngineGone,
    NodeLost,
    Config,
    DiskFull,
    Unwritable,
}

impl From<AttemptId> for IdWire {
    fn from(id: AttemptId) -> Self {
        Self { shard: number(id.shard), attempt: id.attempt }
    }
}

fn number(shard: ShardNumber) -> NonZeroU32 {
    NonZeroU32::new(shard.get()).unwrap_or(NonZeroU32::MIN)
}

impl From<IdWire> for AttemptId {
    fn from(wire: IdWire) -> Self {
        Self { shard: ShardNumber::from(wire.shard), attempt: wire.attempt }
    }
}

impl From<&Event> for EventWire {
    fn from(event: &Event) -> Self {
        match event {
            Event::RunStarted { digest, at, sources, build, judged } => {
                let (sources, build, judged) = (sources.clone(), build.clone(), (*judged).into());
                Self::RunStarted { digest: digest.0.clone(), at: at.0, sources, build, judged }
            }
            Event::AttemptStarted { id, at } => Self::AttemptStarted { id: (*id).into(), at: at.0 },
            Event::TestsMoved { id, from, keys, drawn } => Self::TestsMoved {
                id: (*id).into(),
                from: number(*from),
                keys: keys.iter().map(KeyWire::from).collect(),
                drawn: *drawn,
            },
            Event::TestsListed { id, tests, up, at } => Self::TestsListed {
                id: (*id).into(),
                tests: tests.iter().map(ListedWire::from).collect(),
                up: up.map(|up| up.0),
                at: at.map(|at| at.0),
            },
            Event::TestBegan { id, key, retry, at } => {
                Self::TestBegan { id: (*id).into(), key: key.into(), retry: *retry, at: at.0 }
            }
            Event::TestEnded { id, key, result } => {
                Self::TestEnded { id: (*id).into(), key: key.into(), result: (&**result).into() }
            }
            Event::RunnerError { id, error } => {
                Self::RunnerError { id: (*id).into(), error: error.into() }
            }
            Event::SandboxUsed { id, usage } => {
                Self::SandboxUsed { id: (*id).into(), usage: (*usage).into() }
            }
            Event::AttemptEnded { id, end, at } => {
                Self::AttemptEnded { id: (*id).into(), end: end.into(), at: at.0 }
            }
            Event::RunEnded { at } => Self::RunEnded { at: at.0 },
        }
    }
}

impl From<EventWire> for Event {
    fn from(wire: EventWire) -> Self {
        match wire {
            EventWire::RunStarted { digest, at, sources, build, judged } => {
                let (digest, judged) = (PlanDigest(digest), judged.into());
                Self::RunStarted { digest, at: moment(at), sources, build, judged }
            }
            EventWire::AttemptStarted { id, at } => {
                Self::AttemptStarted { id: id.into(), at: moment(at) }
            }
            EventWire::TestsMoved { id, from, keys, drawn } => Self::TestsMoved {
                id: id.into(),
                from: ShardNumber::from(from),
                keys: keys.into_iter().map(TestKey::from).collect(),
                drawn,
            },
            EventWire::TestsListed { id, tests, up, at } => Self::TestsListed {
                id: id.into(),
                tests: tests.into_iter().map(ListedTest::from).collect(),
                up: up.map(moment),
                at: at.map(moment),
            },
            EventWire::TestBegan { id, key, retry, at } => {
                let key = TestKey::from(key);
                Self::TestBegan { id: id.into(), key, retry, at: moment(at) }
            }
            EventWire::TestEnded { id, key, result } => Self::TestEnded {
                id: id.into(),
                key: key.into(),
                result: Box::new(TestResult::from(result)),
            },
            EventWire::RunnerError { id, error } => {
                Self::RunnerError { id: id.into(), error: TestError::from(error) }
            }
            EventWire::SandboxUsed { id, usage } => {
                Self::SandboxUsed { id: id.into(), usage: usage.into() }
            }
            EventWire::AttemptEnded { id, end, at } => {
                Self::AttemptEnded { id: id.into(), end: end.into(), at: moment(at) }
            }
            EventWire::RunEnded { at } => Self::RunEnded { at: moment(at) },
        }
    }
}

impl From<&AttemptEnd> for EndWire {
    fn from(end: &AttemptEnd) -> Self {
        match end {
            AttemptEnd::Finished(verdict) => Self::Finished { verdict: (*verdict).into() },
            AttemptEnd::Faulted(fault) => {
                Self::Faulted { fault: fault.kind.into(), message: fault.message.clone() }
            }
            AttemptEnd::Cancelled(reason) => Self::Cancelled { reason: (*reason).into() },
        }
    }
}

impl From<EndWire> for AttemptEnd {
    fn from(wire: EndWire) -> Self {
        match wire {
            EndWire::Finished { verdict } => Self::Finished(RunnerVerdict::from(verdict)),
            EndWire::Faulted { fault, message } => {
                Self::Faulted(Fault { kind: fault.into(), message })
            }
            EndWire::Cancelled { reason } => Self::Cancelled(reason.into()),
        }
    }
}

impl From<Reason> for ReasonWire {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::User => Self::User,
            Reason::TooManyFailures => Self::TooManyFailures,
            Reason::RunTimedOut => Self::RunTimedOut,
            Reason::MemoryShort => Self::MemoryShort,
        }
    }
}

impl From<ReasonWire> for Reason {
    fn from(wire: ReasonWire) -> Self {
        match wire {
            ReasonWire::User => Self::User,
            ReasonWire::TooManyFailures => Self::TooManyFailures,
            ReasonWire::RunTimedOut => Self::RunTimedOut,
            ReasonWire::MemoryShort => Self::MemoryShort,
        }
    }
}

impl From<FaultKind> for FaultWire {
    fn from(kind: FaultKind) -> Self {
        match kind {
            FaultKind::OutOfMemory => Self::OutOfMemory,
            FaultKind::ProcessLimit => Self::ProcessLimit,
            FaultKind::Crash => Self::Crash,
            FaultKind::TimedOut => Self::TimedOut,
            FaultKind::Stalled => Self::Stalled,
            FaultKind::EngineGone => Self::EngineGone,
            FaultKind::NodeLost => Self::NodeLost,
            FaultKind::Config => Self::Config,
            FaultKind::DiskFull => Self::DiskFull,
            FaultKind::Unwritable => Self::Unwritable,
        }
    }
}

impl From<FaultWire> for FaultKind {
    fn from(wire: FaultWire) -> Self {
        match wire {
            FaultWire::OutOfMemory => Self::OutOfMemory,
            FaultWire::ProcessLimit => Self::ProcessLimit,
            FaultWire::Crash => Self::Crash,
            FaultWire::TimedOut => Self::TimedOut,
            FaultWire::Stalled => Self::Stalled,
            FaultWire::EngineGone => Self::EngineGone,
            FaultWire::NodeLost => Self::NodeLost,
            FaultWire::Config => Self::Config,
            FaultWire::DiskFull => Self::DiskFull,
            FaultWire::Unwritable => Self::Unwritable,
        }
    }
}
