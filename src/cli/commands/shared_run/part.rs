//! One machine's part of a shared run: what its shard was dealt and said goes in, its plan, what is
//! left and what became of it come out.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use crate::model::batch::Item;
use crate::model::event::Event;
use crate::model::id::{ShardNumber, TestKey};
use crate::model::outcome::Outcome;
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::queue::board::Board;
use crate::report::record;
use crate::run::ledger;
use crate::wire::event_v1;

/// A plan in which a shard has these groups and is alone.
pub(super) fn of(
    plan: &Plan,
    number: ShardNumber,
    groups: impl IntoIterator<Item = PlannedGroup>,
) -> Plan {
    let groups: Vec<PlannedGroup> = groups.into_iter().collect();
    let work: Duration = groups.iter().map(|planned| planned.estimate).sum();
    let shard = PlannedShard { number, groups, predicted: work / plan.workers.max(1) };
    Plan { shards: vec![shard], ..plan.clone() }
}

/// What is left of these items after the lines of their shard.
pub(super) fn left_of(items: &[Item], lines: &[String]) -> Vec<PlannedGroup> {
    let groups = items.iter().map(|item| item.planned.clone()).collect();
    ledger::left_of(groups, &events(lines))
}

/// Whether a shard that was given these items has begun with them, as it said: with what was
/// another's it says so, and its own it begins with.
pub(super) fn has_begun(batch: &[Item], slot: ShardNumber, said: &[Event]) -> bool {
    let mut foreign = batch.iter().filter(|item| item.from != slot).peekable();
    if foreign.peek().is_none() {
        return said.iter().any(|event| matches!(event, Event::AttemptStarted { .. }));
    }
    let has_told = |item: &Item| {
        let key = item.planned.group.tests.first().map(|test| &test.key);
        said.iter().any(|event| {
            matches!(event, Event::TestsMoved { from, keys, .. }
                if *from == item.from && key.is_some_and(|key| keys.contains(key)))
        })
    };
    foreign.any(has_told)
}

/// The events of a shard's lines, up to one that cannot be read: what comes after it is not known.
pub(super) fn events(lines: &[String]) -> Vec<Event> {
    let read = |lines: &[String]| {
        let text = [event_v1::header(), lines.join("\n"), "\n".to_owned()].concat();
        event_v1::read(text.as_bytes())
    };
    read(lines).unwrap_or_else(|_| {
        let good = |line: &&String| read(std::slice::from_ref(line)).is_ok();
        let lines: Vec<String> = lines.iter().take_while(good).cloned().collect();
        read(&lines).unwrap_or_default()
    })
}

/// What became of all that a shard was dealt and did not give back.
pub(super) fn outcome(
    whole: &Plan,
    slot: ShardNumber,
    board: &Board,
    output: &Path,
) -> anyhow::Result<(Plan, Outcome)> {
    let plan = of(whole, slot, board.kept(slot).into_iter().map(|item| item.planned));
    let own: BTreeSet<&TestKey> = plan.dealt().map(|(_, test)| &test.key).collect();
    // What others finished is theirs.
    let theirs: BTreeSet<&TestKey> =
        whole.dealt().map(|(_, test)| &test.key).filter(|key| !own.contains(key)).collect();
    let mut outcome = Outcome::of(&plan);
    for mut event in record::read(&record::path(output, slot))? {
        if event.test().is_some_and(|key| theirs.contains(key)) {
            continue;
        }
        // Where it came from does not matter here.
        if matches!(event, Event::TestsMoved { .. }) {
            continue;
        }
        if let Event::TestsListed { tests, .. } = &mut event {
            tests.retain(|test| !theirs.contains(&test.key));
        }
        outcome.apply(&plan, &event);
    }
    Ok((plan, outcome))
}
