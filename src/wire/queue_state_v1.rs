//! What a queue holds as JSON, version 1: what `queue status --format json` prints. Moments are
//! milliseconds since 1970 by the clock of the queue's server.

use serde::Serialize;

use crate::model::event::UnixMillis;
use crate::model::queue_state::{NodeState, PlaceState, Presence, QueueState, RunState, Stage};

#[derive(Serialize)]
struct QueueFile<'a> {
    format: &'static str,
    version: u32,
    now: u64,
    /// By their names.
    runs: Vec<RunEntry<'a>>,
}

#[derive(Serialize)]
struct RunEntry<'a> {
    run: &'a str,
    /// `waiting` for other runs to end, `running`, `over`, `cancelled` or `damaged`.
    state: &'static str,
    /// By whom it was cancelled, or why it makes no sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    heard: Option<u64>,
    here: usize,
    left: usize,
    lost: usize,
    /// Groups.
    waiting: usize,
    in_work: usize,
    given_up: usize,
    /// In the order in which they came.
    nodes: Vec<NodeEntry<'a>>,
    /// Its place among all runs of the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceEntry>,
}

#[derive(Serialize)]
struct PlaceEntry {
    priority: &'static str,
    /// So many of those that wait go before it; none where it runs.
    ahead: Option<usize>,
    /// From when on it runs, or waits.
    since: u64,
    heard: u64,
    /// How many nodes run, or wait.
    nodes: usize,
}

#[derive(Serialize)]
struct NodeEntry<'a> {
    node: u32,
    who: &'a str,
    /// `here`, `left` or `lost`.
    state: &'static str,
    came: u64,
    heard: u64,
    /// How many groups it has and is not done with.
    groups: usize,
}

/// The text, with a line feed at its end.
pub(crate) fn write(queue: &QueueState) -> String {
    let file = QueueFile {
        format: "shardwright.queue",
        version: 1,
        now: queue.now.0,
        runs: queue.runs.iter().map(RunEntry::from).collect(),
    };
    let mut text = serde_json::to_string_pretty(&file).expect("figures and names are JSON");
    text.push('\n');
    text
}

impl<'a> From<&'a RunState> for RunEntry<'a> {
    fn from(run: &'a RunState) -> Self {
        let reason = match &run.stage {
            Stage::Waiting | Stage::Running | Stage::Over => None,
            Stage::Cancelled(reason) | Stage::Damaged(reason) => Some(reason.as_str()),
        };
        Self {
            run: &run.name,
            state: run.stage.name(),
            reason,
            heard: run.heard.map(|UnixMillis(at)| at),
            here: run.count(Presence::Here),
            left: run.count(Presence::Left),
            lost: run.count(Presence::Lost),
            waiting: run.waiting,
            in_work: run.in_work(),
            given_up: run.given_up,
            nodes: run.nodes.iter().map(NodeEntry::from).collect(),
            place: run.place.map(PlaceEntry::from),
        }
    }
}

impl From<PlaceState> for PlaceEntry {
    fn from(PlaceState { priority, ahead, since, heard, nodes }: PlaceState) -> Self {
        Self { priority: priority.name(), ahead, since: since.0, heard: heard.0, nodes }
    }
}

impl<'a> From<&'a NodeState> for NodeEntry<'a> {
    fn from(node: &'a NodeState) -> Self {
        Self {
            node: node.slot.get(),
            who: &node.who,
            state: node.presence.name(),
            came: node.came.0,
            heard: node.heard.0,
            groups: node.holds,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::model::event::UnixMillis;
    use crate::model::id::ShardNumber;
    use crate::model::lobby::Priority;
    use crate::model::queue_state::{NodeState, PlaceState, Presence, QueueState, RunState, Stage};
    use crate::wire::queue_state_v1::write;

    const GOLDEN: &str = include_str!("../../fixtures/wire/queue-v1.json");

    /// A queue with a run of every kind, whose texts are hostile.
    pub(crate) fn queue() -> QueueState {
        let node = |slot, presence, heard: u64, holds| NodeState {
            slot: ShardNumber::at(slot),
            who: format!("node {slot} \u{1b}[31m"),
            came: UnixMillis(1_700_000_000_000),
            heard: UnixMillis(1_700_000_000_000 + heard),
            presence,
            holds,
        };
        let run = |name: &str, stage, nodes: Vec<NodeState>| RunState {
            name: name.to_owned(),
            stage,
            heard: nodes.iter().map(|node| node.heard).max(),
            waiting: nodes.len() * 4,
            given_up: nodes.len() / 3,
            nodes,
            place: None,
        };
        let place = |priority, ahead, heard: u64| PlaceState {
            priority,
            ahead,
            since: UnixMillis(1_700_000_000_000),
            heard: UnixMillis(1_700_000_000_000 + heard),
            nodes: 2,
        };
        let nodes = vec![
            node(0, Presence::Here, 60_000, 2),
            node(1, Presence::Lost, 30_000, 0),
            node(2, Presence::Left, 40_000, 0),
            node(3, Presence::Here, 59_000, 1),
        ];
        let runs = vec![
            RunState {
                place: Some(place(Priority::Normal, None, 60_000)),
                ..run("ci-1", Stage::Running, nodes)
            },
            run("ci-2", Stage::Over, vec![node(0, Presence::Left, 0, 0)]),
            run("::error::\u{202e}x", Stage::Cancelled("me\n::error::".to_owned()), Vec::new()),
            RunState {
                heard: Some(UnixMillis(1_700_000_060_000)),
                place: Some(place(Priority::Critical, Some(0), 60_000)),
                ..run("ci-3", Stage::Waiting, Vec::new())
            },
            RunState {
                heard: Some(UnixMillis(1_700_000_059_000)),
                place: Some(place(Priority::High, Some(1), 59_000)),
                ..run("ci-4", Stage::Waiting, Vec::new())
            },
            run("y", Stage::Damaged("its plan is gone".to_owned()), Vec::new()),
        ];
        QueueState { now: UnixMillis(1_700_000_061_500), runs }
    }

    #[test]
    fn the_golden_file_of_version_1_is_what_is_written() {
        assert_eq!(write(&queue()), GOLDEN);
    }
}
