//! What several files tell of one run goes in, parts of a CI matrix and re-runs, the run comes out.

use std::collections::btree_map::Entry;

use crate::model::history::{Ran, Record};
use crate::model::outcome::Verdict;

/// All of it as one run, named as the earliest; none where there is nothing.
pub(crate) fn joined(mut records: Vec<Record>) -> Option<Record> {
    records.sort_by(|one, other| (one.run.at, &one.run.from).cmp(&(other.run.at, &other.run.from)));
    let mut all = records.into_iter();
    let mut whole = all.next()?;
    for record in all {
        add(&mut whole, record);
    }
    Some(whole)
}

fn add(whole: &mut Record, record: Record) {
    let is_node = record.roots.is_node && whole.roots.plans == record.roots.plans;
    for (key, ran) in record.tests {
        match whole.tests.entry(key) {
            Entry::Vacant(free) => {
                free.insert(ran);
            }
            Entry::Occupied(mut known) => known.get_mut().and(ran, is_node),
        }
    }
    whole.run.commit = whole.run.commit.take().or(record.run.commit);
    whole.run.branch = whole.run.branch.take().or(record.run.branch);
}

impl Ran {
    /// Adds what a later part says of the same test; of two nodes of one plan none is later, unless
    /// both ran the same shard.
    fn and(&mut self, later: Self, are_nodes: bool) {
        let same_shard = later.shards.iter().any(|shard| self.shards.contains(shard));
        self.verdict = if are_nodes && !same_shard {
            beside(self.verdict, later.verdict)
        } else {
            after(self, later.verdict)
        };
        self.executions.extend(later.executions);
        self.shards.extend(later.shards);
        self.shards.sort_unstable();
        self.shards.dedup();
    }
}

/// The worse of both; who did not run it has nothing to say.
fn beside(one: Verdict, other: Verdict) -> Verdict {
    match (one, other) {
        (Verdict::NotRun, said) | (said, Verdict::NotRun) => said,
        (one, other) => one.max(other),
    }
}

/// The last word counts, where it is one; only a pass makes good what failed before.
fn after(before: &Ran, later: Verdict) -> Verdict {
    match later {
        Verdict::NotRun => before.verdict,
        Verdict::Skipped | Verdict::Interrupted if before.has_result() => before.verdict,
        Verdict::Passed if before.ill().next().is_some() => Verdict::Flaky,
        Verdict::Passed
        | Verdict::Skipped
        | Verdict::Flaky
        | Verdict::Interrupted
        | Verdict::TimedOut
        | Verdict::Failed => later,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::joined;
    use crate::model::event::UnixMillis;
    use crate::model::history::{End, Execution, Ran, Record, Roots, Run};
    use crate::model::id::{PlanDigest, ShardNumber};
    use crate::model::outcome::Verdict::{
        self, Failed, Flaky, Interrupted, NotRun, Passed, Skipped,
    };
    use crate::report::sample::key;

    /// A part that ran one test in one shard.
    fn part(at: u64, plan: &str, shard: usize, verdict: Verdict) -> Record {
        let end = match verdict {
            Passed => End::Well,
            Failed => End::Ill,
            Skipped | Flaky | NotRun | Interrupted | Verdict::TimedOut => End::Skipped,
        };
        let execution = Execution { end, duration: Duration::ZERO, error: String::new() };
        let (executions, shards) = (vec![execution], vec![ShardNumber::at(shard)]);
        let ran = Ran { run: 0, verdict, executions, shards };
        let plans = vec![PlanDigest(plan.to_owned())];
        Record {
            run: Run { at: Some(UnixMillis(at)), ..Run::default() },
            digest: None,
            roots: Roots { plans, is_node: true, ..Roots::default() },
            tests: [(key("", "a.spec.ts", &["a"]), ran)].into(),
        }
    }

    fn verdict(records: Vec<Record>) -> Verdict {
        joined(records).unwrap().tests[&key("", "a.spec.ts", &["a"])].verdict
    }

    #[test]
    fn the_last_word_counts_and_only_a_pass_makes_good() {
        for (first, last, expected) in [
            (Failed, Passed, Flaky),
            (Passed, Failed, Failed),
            (Passed, Passed, Passed),
            (Failed, Skipped, Failed),
            (Failed, Interrupted, Failed),
            (Passed, NotRun, Passed),
            (NotRun, Interrupted, Interrupted),
            (Skipped, Passed, Passed),
        ] {
            // Whatever the order in which they are named.
            let records = vec![part(2, "again", 0, last), part(1, "first", 0, first)];
            assert_eq!(verdict(records), expected, "{first:?}, then {last:?}");
        }
    }

    #[test]
    fn of_nodes_side_by_side_the_worse_counts() {
        for (one, other, expected) in
            [(Failed, Passed, Failed), (Passed, NotRun, Passed), (NotRun, Failed, Failed)]
        {
            assert_eq!(verdict(vec![part(1, "p", 0, one), part(2, "p", 1, other)]), expected);
            // A job that ran again is later.
            let again = if one == Failed { Flaky } else { expected };
            assert_eq!(verdict(vec![part(1, "p", 0, one), part(2, "p", 0, other)]), again);
        }
    }
}
