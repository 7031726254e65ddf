//! A plan and its outcome go in, how long the run took comes out in one sentence.

use std::time::Duration;

use crate::model::id::ShardNumber;
use crate::model::outcome::{Outcome, ShardOutcome, TestOutcome};
use crate::model::plan::Plan;
use crate::report::facts::{number_of, time};
use crate::report::shards::{ShardRow, rows};

/// How long it took, e.g. `4 shards took 3 min 41 s, the slowest 3 min 30 s: 12 min 05 s of tests.`
pub(crate) fn took(plan: &Plan, outcome: &Outcome) -> String {
    let shards = shards(plan, outcome);
    let tests: Duration = outcome.tests.values().map(TestOutcome::duration).sum();
    let wall = outcome.elapsed();
    let mut said = if wall.is_zero() {
        format!("{shards}: {} of tests", time(tests))
    } else {
        let slowest = slowest(&rows(plan, outcome));
        format!("{shards} took {}{}{slowest}: {} of tests", time(wall), gap(outcome), time(tests))
    };
    if plan.known > 0 {
        said = format!("{said}, the longest shard predicted at {}", time(plan.predicted()));
    }
    said + "."
}

/// `4 shards`, or those that ran of all, and which of them are of another run.
fn shards(plan: &Plan, outcome: &Outcome) -> String {
    let ran = outcome.shards.iter().filter(|shard| !shard.attempts.is_empty()).count();
    let missing = outcome.shards.iter().filter(|shard| is_missing(shard)).count();
    let all = number_of(ran + missing, "shard");
    let ran = if missing == 0 { all } else { format!("{ran} of {all}") };
    let parts = plan.lineage.parts.iter().enumerate().skip(1);
    let others: Vec<String> = parts
        .map(|(part, of)| {
            let what = if of.reruns.is_some() { "a re-run" } else { "another plan" };
            format!("{} of {what}", numbers(&outcome.shards, part))
        })
        .collect();
    if others.is_empty() { ran } else { format!("{ran} ({})", others.join(", ")) }
}

/// Whether it should have run and did not.
fn is_missing(shard: &ShardOutcome) -> bool {
    shard.has_work && shard.attempts.is_empty()
}

/// The numbers of a part's shards: `3`, or `3 to 4`.
fn numbers(shards: &[ShardOutcome], part: usize) -> String {
    let own: Vec<ShardNumber> =
        shards.iter().filter(|shard| shard.part == part).map(|shard| shard.number).collect();
    match own.as_slice() {
        [] => "none".to_owned(),
        [one] => one.to_string(),
        [first, .., last] => format!("{first} to {last}"),
    }
}

/// What lies between a run and its re-run, or a job and the same job again, is no time of theirs.
fn gap(outcome: &Outcome) -> &'static str {
    if outcome.is_joined() { " without the time between them" } else { "" }
}

fn slowest(rows: &[ShardRow<'_>]) -> String {
    let times: Vec<Duration> = rows.iter().filter_map(ShardRow::took).collect();
    match times.iter().max() {
        Some(slowest) if times.len() > 1 => format!(", the slowest {}", time(*slowest)),
        Some(_) | None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::took;
    use crate::model::event::UnixMillis;
    use crate::model::lineage::Part;
    use crate::report::sample::calm;

    #[test]
    fn the_run_and_its_slowest_shard_are_told_apart() {
        let mut calm = calm();
        assert_eq!(
            took(&calm.plan, &calm.outcome),
            "2 shards took 4.2 s, the slowest 1.1 s: 1.7 s of tests."
        );
        calm.plan.known = 2;
        assert_eq!(
            took(&calm.plan, &calm.outcome),
            "2 shards took 4.2 s, the slowest 1.1 s: 1.7 s of tests, the longest shard predicted at \
             1.0 s."
        );
    }

    #[test]
    fn a_shard_that_did_not_run_took_no_time() {
        let mut calm = calm();
        calm.outcome.shards[1].attempts.clear();
        let said = took(&calm.plan, &calm.outcome);
        assert_eq!(said, "1 of 2 shards took 4.2 s: 1.7 s of tests.");
        calm.outcome.shards[1].has_work = false;
        assert_eq!(took(&calm.plan, &calm.outcome), "1 shard took 4.2 s: 1.7 s of tests.");
    }

    #[test]
    fn a_re_run_is_called_one_and_so_is_what_lies_before_it() {
        let mut calm = calm();
        let digest = calm.plan.digest.clone();
        let part = |reruns| Part { digest: digest.clone(), reruns, shards: 1 };
        calm.plan.lineage.parts = vec![part(None), part(Some(vec![digest.clone()]))];
        calm.outcome.shards[1].part = 1;
        let said = took(&calm.plan, &calm.outcome);
        assert!(said.starts_with("2 shards (2 of a re-run) took 1.1 s without the time between "));
        calm.plan.lineage.parts = vec![part(None), part(None)];
        let said = took(&calm.plan, &calm.outcome);
        assert!(said.starts_with("2 shards (2 of another plan) took "), "{said}");
    }

    #[test]
    fn no_shard_takes_longer_than_all_together() {
        let mut calm = calm();
        let attempts = &mut calm.outcome.shards[0].attempts;
        let (mut again, later) =
            (attempts[0].clone(), |at: UnixMillis| UnixMillis(at.0 + 3_600_000));
        again.started = later(again.started);
        again.ended = again.ended.map(|(at, end)| (later(at), end));
        // Its next try, for which it waited an hour.
        attempts.push(again);
        calm.outcome.shards[1].part = 1;
        let said = took(&calm.plan, &calm.outcome);
        let hour =
            "2 shards took 1 h 00 min without the time between them, the slowest 1 h 00 min: ";
        assert!(said.starts_with(hour), "{said}");
        // The same job, an hour later.
        calm.outcome.shards[0].attempts[1].anew = true;
        for part in [1, 0] {
            calm.outcome.shards[1].part = part;
            let said = took(&calm.plan, &calm.outcome);
            let short = "2 shards took 2.2 s without the time between them, the slowest 2.2 s: ";
            assert!(said.starts_with(short), "{said}");
        }
    }
}
