//! Is there memory for as many shards as would run at once?

use std::num::NonZeroUsize;

use crate::cli::commands::at_once::{Chosen, chosen};
use crate::cli::commands::beforehand;
use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::report::facts::{number_of, size};
use crate::run::resources::machine::Reading;

pub(super) const MEMORY: Check = Check { name: "memory", look };

/// How many shards the run would have at once. How many `--shards auto` makes is not known before
/// the suite is.
pub(super) fn at_once(subject: &Subject<'_>) -> NonZeroUsize {
    let args = &subject.args;
    let all = match args.run.part() {
        Some(_) => NonZeroUsize::MIN,
        None => args.plan.shards.most().try_into().unwrap_or(NonZeroUsize::MIN),
    };
    let Chosen { jobs, .. } = chosen(all, args, &subject.resources);
    jobs.min(all)
}

fn look(subject: &Subject<'_>) -> Found {
    if let Err(refused) = beforehand::memory(&subject.args.sandbox) {
        return Found::refused(&refused.into());
    }
    let Some(machine) = &subject.resources.machine else {
        return Found::unseen(
            subject.without_containers().unwrap_or("the engine may be on another machine"),
        );
    };
    let Some(Reading { available, used }) = machine.read() else {
        return Found::note("the kernel does not say how much memory there is");
    };
    // An engine in a virtual machine has less than this one.
    let engine = subject.answering().ok().and_then(|engine| engine.about.as_ref());
    let engine = engine.map(|about| about.memory).filter(|memory| *memory > 0);
    let available = engine.map_or(available, |memory| memory.min(available));
    let (jobs, each) = (at_once(subject).get(), subject.resources.need.memory);
    let wanted = each.saturating_mul(jobs as u64);
    let told = format!(
        "{} at once may take {}, {} are available",
        number_of(jobs, "shard"),
        size(wanted),
        size(available)
    );
    if let Some(pressure) = subject.resources.pressure
        && used >= pressure.high
    {
        return Found::warning(format!(
            "{used} % of the memory is in use: above {} % shards run one at a time",
            pressure.high
        ))
        .with_advice("end what takes it, or see --pressure");
    }
    if available < each {
        return Found::warning(told).with_advice("give each shard less with --memory");
    }
    if available < wanted {
        let fit = available / each.max(1);
        return Found::warning(told)
            .with_advice(format!("`--jobs auto` runs as many as fit, here at most {fit}"));
    }
    Found::ok(told)
}
