//! Are there processors for as many workers as would run at once?

use std::num::NonZeroU32;

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::memory::at_once;
use crate::cli::commands::doctor::subject::Subject;
use crate::report::facts::number_of;

pub(super) const CPUS: Check = Check { name: "cpus", look };

fn look(subject: &Subject<'_>) -> Found {
    if subject.resources.machine.is_none() {
        return Found::unseen(
            subject.without_containers().unwrap_or("the engine may be on another machine"),
        );
    }
    let engine = subject.answering().ok().and_then(|engine| engine.about.as_ref());
    let engine = engine.map(|about| about.cpus as usize).filter(|cpus| *cpus > 0);
    let here = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cpus = engine.map_or(here, |engine| engine.min(here));
    let jobs = at_once(subject).get();
    let workers = subject.args.plan.workers.map(NonZeroU32::get);
    let each = match workers {
        Some(workers) => format!("{} each", number_of(workers as usize, "worker")),
        None => "as many workers as configured".to_owned(),
    };
    let told = format!(
        "{} at once with {each}, {} here",
        number_of(jobs, "shard"),
        number_of(cpus, "CPU")
    );
    // Tests wait about as long as they compute.
    let running = jobs.saturating_mul(workers.unwrap_or(1) as usize);
    if running > cpus.saturating_mul(2) {
        return Found::note(format!(
            "{told}: tests wait for each other and may meet their timeouts"
        ))
        .with_advice("`--jobs auto` or fewer --workers");
    }
    Found::ok(told)
}
