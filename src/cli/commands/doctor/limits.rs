//! Does the engine limit and lock up what it runs?

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::probe::Probe;
use crate::cli::commands::doctor::subject::Subject;
use crate::report::facts::size;
use crate::sandbox::Ending;
use crate::sandbox::docker::examine::About;

pub(super) const LIMITS: Check = Check { name: "limits", look };

fn look(subject: &Subject<'_>) -> Found {
    let engine = match subject.answering() {
        Ok(engine) => engine,
        Err(why) => return Found::unseen(why),
    };
    if engine.is_unfiltered {
        return Found::warning(
            "the engine filters no system calls (seccomp): tests can ask the kernel for more than \
             in other engines",
        );
    }
    if let Some(Ok(probe)) = &subject.probe {
        return tried(subject, probe);
    }
    let Some(About { unlimited, cgroups, .. }) = &engine.about else {
        return Found::note("the engine does not say what it can limit")
            .with_command(probing(subject));
    };
    if !unlimited.is_empty() {
        return Found::warning(format!(
            "the engine cannot limit {}: a shard may take all that the machine has",
            unlimited.join(" and ")
        ))
        .with_advice("see the warnings at the end of what `info` of the engine says");
    }
    let version = match cgroups.as_str() {
        "" => String::new(),
        version => format!(" (control groups, version {version})"),
    };
    Found::ok(format!("the engine limits memory, CPUs and processes{version}"))
}

/// What an empty container saw.
fn tried(subject: &Subject<'_>, probe: &Probe) -> Found {
    if probe.ending != Ending::Exited(0) {
        return Found::warning(format!(
            "an empty container did not end well: {:?}, {}",
            probe.ending, probe.last
        ));
    }
    let flags = &subject.args.sandbox;
    let (memory, processes) = (flags.memory_in_bytes(), u64::from(flags.pids_limit));
    let is_held = |seen: Option<u64>, asked: u64| seen.is_some_and(|seen| seen <= asked);
    let lost = [
        (is_held(probe.memory, memory), "memory"),
        (is_held(probe.processes, processes), "processes"),
    ];
    let lost: Vec<&str> =
        lost.into_iter().filter(|(held, _)| !held).map(|(_, what)| what).collect();
    if lost.is_empty() {
        let memory = size(memory);
        return Found::ok(format!(
            "tried: a container has {memory} and {processes} processes at most"
        ));
    }
    Found::warning(format!("tried: a container does not see its limit of {}", lost.join(" and ")))
}

fn probing(subject: &Subject<'_>) -> String {
    subject.ours(&["doctor", "--probe"])
}
