//! Why shards were late, in plain words. Names of tests are safe for a terminal; for every other
//! place the whole sentence has to be escaped.

use std::time::Duration;

use crate::model::event::{FaultKind, Status};
use crate::model::skew::{
    Against, Cause, Misjudged, Opening, Parts, Reason, ShardSkew, Skew, Tail, signed,
};
use crate::report::facts::{number_of, time};
use crate::report::text::terminal;

/// The whole run in one sentence; none where no shard ran.
pub(crate) fn headline(skew: &Skew) -> Option<String> {
    let slowest = skew.slowest()?;
    let took = time(slowest.took?);
    let beside = skew.shards.iter().filter(|shard| shard.part == slowest.part);
    let ran = beside.filter(|shard| shard.took.is_some()).count();
    let (whose, even) = if ran > 1 {
        let even = format!("; perfectly even shards would have taken {}", time(skew.even));
        ("slowest shard", even)
    } else {
        ("shard", String::new())
    };
    let predicted =
        slowest.predicted.map(|predicted| format!(" ({} were predicted)", time(predicted)));
    Some(format!("The {whose} took {took}{}{even}.", predicted.unwrap_or_default()))
}

/// One late shard in one sentence; none for one that was not late.
pub(crate) fn sentence(skew: &Skew, shard: &ShardSkew) -> Option<String> {
    let reason = shard.reason?;
    let late = match reason.against {
        Against::Prediction => {
            format!("ended {} later than predicted", millis(shard.after_prediction?))
        }
        Against::Mean => {
            format!("took {} longer than the mean of all shards", millis(shard.after_mean?))
        }
    };
    let mut said = format!("Shard {} {late}: {}", shard.number, why(skew, shard, reason));
    if let Some((cause, by)) = reason.also {
        let next = Reason { cause, by, also: None, ..reason };
        said = format!("{said}; besides, {}", why(skew, shard, next));
    }
    Some(said + ".")
}

/// The latest shard in one line, where it is worth one: it kept the run waiting for more than
/// 5 s, and for more than a tenth of its time.
pub(crate) fn remarkable(skew: &Skew) -> Option<String> {
    const LEAST: i64 = 5_000;
    let slowest = skew.slowest()?;
    let late = lateness(slowest);
    let took = signed(slowest.took?);
    if slowest.reason.is_none() || late <= LEAST || late.saturating_mul(10) <= took {
        return None;
    }
    sentence(skew, slowest)
}

/// Every late shard, the latest first.
pub(crate) fn sentences(skew: &Skew) -> Vec<String> {
    let mut late: Vec<&ShardSkew> =
        skew.shards.iter().filter(|shard| shard.reason.is_some()).collect();
    late.sort_by_key(|shard| (std::cmp::Reverse(lateness(shard)), shard.number));
    late.into_iter().filter_map(|shard| sentence(skew, shard)).collect()
}

/// By how much a shard was later than what it is measured against, in milliseconds.
pub(crate) fn lateness(shard: &ShardSkew) -> i64 {
    match shard.reason.map(|reason| reason.against) {
        Some(Against::Prediction) => shard.after_prediction.unwrap_or_default(),
        Some(Against::Mean) | None => shard.after_mean.unwrap_or_default(),
    }
}

fn why(skew: &Skew, shard: &ShardSkew, reason: Reason) -> String {
    let part = millis(shard.parts.of(reason.cause));
    match reason.cause {
        Cause::Start => {
            let (elsewhere, mostly) = (elsewhere(skew, shard), mostly(shard));
            format!("it took {part} to its first test{elsewhere}{mostly}")
        }
        Cause::SetUp => format!("its set-up and teardown tests took {part}"),
        Cause::Work => work(shard),
        Cause::Order => order(shard, reason),
        Cause::Weights => weights(shard, reason),
        Cause::Contention => slower(skew, shard, reason),
        Cause::Between => {
            format!("workers, their browsers and loading of files between its tests took {part}")
        }
        Cause::Retries => {
            let again = number_of(shard.retried, "test");
            format!("trying {again} again took {part}")
        }
        Cause::Faults => faults(shard, &part),
        Cause::Waits => format!("it waited {part} between its attempts"),
        Cause::TakenOver => {
            let tests = number_of(shard.taken_over, "test");
            format!("it took over {tests} that another shard could not finish, for {part}")
        }
        Cause::End => format!("it took {part} to end after its last test"),
    }
}

/// What most of the start went to, where more than half of it is known to be one thing.
fn mostly(shard: &ShardSkew) -> String {
    let start = shard.parts.of(Cause::Start);
    let known = shard.opening.into_iter().flat_map(|Opening { sandbox, loading }| {
        [(sandbox, "for the container"), (loading, "for loading, servers and global set-up")]
    });
    let most = known.into_iter().find(|(time, _)| signed(*time) * 2 > start);
    most.map_or_else(String::new, |(took, what)| format!(" ({} {what})", time(took)))
}

fn elsewhere(skew: &Skew, shard: &ShardSkew) -> String {
    let others = skew.shards.iter().filter(|other| other.number != shard.number);
    let others: Vec<Parts> =
        others.filter(|other| other.took.is_some()).map(|other| other.parts).collect();
    let usual = middle(&others, Cause::Start);
    // Half as long again is worth a word.
    if others.is_empty() || shard.parts.of(Cause::Start) * 2 < usual * 3 {
        return String::new();
    }
    format!(", in the other shards {}", millis(usual))
}

/// What the shards in the middle have of a cause.
fn middle(ran: &[Parts], cause: Cause) -> i64 {
    let mut all: Vec<i64> = ran.iter().map(|parts| parts.of(cause)).collect();
    all.sort_unstable();
    all.get(all.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

fn work(shard: &ShardSkew) -> String {
    let own = millis(shard.parts.of(Cause::Work));
    match shard.reason.map(|reason| reason.against) {
        Some(Against::Mean) if shard.predicted.is_none() => {
            format!("it had tests for {own}, and no timings said so")
        }
        Some(Against::Mean) => format!("the plan gave it more, tests for {own}"),
        Some(Against::Prediction) | None => format!("it ran more tests than planned, for {own}"),
    }
}

fn order(shard: &ShardSkew, reason: Reason) -> String {
    match &shard.tail {
        Some(Tail { key, alone, idle }) => format!(
            "`{}` ended {} after all else; workers had nothing to do for {}",
            terminal(&key.title()),
            time(*alone),
            time(*idle)
        ),
        None if reason.against == Against::Mean => {
            let by = millis(reason.by);
            format!("its work was spread less evenly over its workers than on average, by {by}")
        }
        None => {
            let part = millis(shard.parts.of(Cause::Order));
            format!("one worker had {part} more to do than the others")
        }
    }
}

fn weights(shard: &ShardSkew, reason: Reason) -> String {
    let part = millis(shard.parts.of(Cause::Weights));
    let slow = shard.misjudged.iter().filter(|group| group.critical && group.excess() > 0);
    match slow.max_by_key(|group| group.excess()) {
        Some(worst) if worst.excess() * 2 >= reason.by => misjudged(worst),
        Some(_) | None if reason.against == Against::Mean => {
            let by = millis(reason.by);
            format!("measured by the estimates, its tests took {by} longer than on average")
        }
        Some(_) | None if shard.parts.of(Cause::Contention) > 0 => {
            format!("some of its tests were slower than the rest, by {part}")
        }
        Some(_) | None => format!("its tests took {part} longer than estimated"),
    }
}

/// A group that took longer or shorter than estimated.
pub(crate) fn misjudged(group: &Misjudged) -> String {
    let name = if group.tests > 1 {
        let tests = number_of(group.tests, "test");
        format!("`{}` ({tests})", terminal(&group.key.file))
    } else {
        format!("`{}`", terminal(&group.key.title()))
    };
    let took = format!("{name} took {} instead of {}", time(group.actual), time(group.estimate));
    match group.status {
        Status::TimedOut => format!("{took} and timed out"),
        Status::Failed => format!("{took} and failed"),
        Status::Passed | Status::Skipped | Status::Interrupted => took,
    }
}

fn slower(skew: &Skew, shard: &ShardSkew, reason: Reason) -> String {
    let (part, by) = (shard.parts.of(Cause::Contention), millis(reason.by));
    let cost = match reason.against {
        Against::Mean if part <= 0 => {
            return format!("its tests were not as much faster alike as on average, by {by}");
        }
        Against::Mean => format!("{by} more than on average"),
        Against::Prediction => millis(part),
    };
    let pace = shard.pace.unwrap_or(1.0);
    let together = match shard.together {
        Some(together) => format!(", all together {together:.1} times"),
        None => String::new(),
    };
    let all = skew.pace.is_some_and(|all| all > 1.0) && skew.shards.len() > 1;
    let whose = if all { "as in the whole run" } else { "unlike the other shards" };
    let whose = if skew.shards.len() > 1 { format!(", {whose}") } else { String::new() };
    format!(
        "a slower machine, or too much at once on it, cost {cost}: most of its tests took at \
         least {pace:.1} times as long as estimated{together}{whose}"
    )
}

fn faults(shard: &ShardSkew, part: &str) -> String {
    let mut kinds: Vec<FaultKind> = shard.faults.clone();
    kinds.sort_unstable();
    kinds.dedup();
    let names: Vec<&str> = kinds.into_iter().map(FaultKind::name).collect();
    if names.is_empty() {
        format!("what it lost when an attempt was cut off cost {part}")
    } else {
        format!("what it lost to faults ({}) cost {part}", names.join(", "))
    }
}

/// Milliseconds as people read them.
pub(crate) fn millis(millis: i64) -> String {
    let size = time(Duration::from_millis(millis.unsigned_abs()));
    if millis < 0 { format!("−{size}") } else { size }
}
