//! How many shards run at once: the flags, the plan and the machine go in, a number comes out.

use std::num::NonZeroUsize;
use std::path::Path;

use crate::cli::args::RunArgs;
use crate::cli::streams::Streams;
use crate::config::flags::plan::Shards;
use crate::config::flags::resources::Jobs;
use crate::model::plan::Plan;
use crate::model::suite::{Servers, Suite};
use crate::report::{facts, text};
use crate::run::Setting;
use crate::run::resources::Options;
use crate::run::resources::jobs::{Bound, Need, Room, fitting};

/// How many shards run at once: where a server of theirs could meet another's, one.
pub(super) fn jobs(
    suite: &Suite,
    plan: &Plan,
    args: &RunArgs,
    (setting, resources): (&Setting, &Options),
    streams: &mut Streams,
) -> NonZeroUsize {
    let layout = setting.sandbox.layout(Path::new(""));
    let servers = match &suite.settings.servers {
        Servers::None => return asked(plan, args, resources, streams),
        Servers::Configured(servers) => text::terminal(servers),
        Servers::Unknown => "a server, perhaps".to_owned(),
    };
    if layout.shares_ports && plan.shards.len() > 1 {
        streams.say(&format!(
            "shards share this machine's ports and the suite starts a server ({servers}): they \
             run one after another, which takes as long as all of them together; in containers \
             they run side by side"
        ));
        return NonZeroUsize::MIN;
    }
    asked(plan, args, resources, streams)
}

fn asked(plan: &Plan, args: &RunArgs, resources: &Options, streams: &mut Streams) -> NonZeroUsize {
    let shards = plan.shards.iter().filter(|shard| !shard.is_empty()).count();
    let all = NonZeroUsize::new(shards).unwrap_or(NonZeroUsize::MIN);
    let Chosen { jobs, why } = chosen(all, args, resources);
    if let (Some((bound, room)), true) = (why, all.get() > 1) {
        streams.say(&told(jobs, bound, room, resources.need));
    }
    jobs
}

/// A number of shards, and where it follows from the machine, from what there.
pub(super) struct Chosen {
    pub(super) jobs: NonZeroUsize,
    why: Option<(Bound, Room)>,
}

/// As many as the user says. Who leaves the number of shards to us has not said that they all fit.
pub(super) fn chosen(all: NonZeroUsize, args: &RunArgs, resources: &Options) -> Chosen {
    let is_auto = args.plan.shards == Shards::Auto;
    let asked = args.run.resources.jobs.unwrap_or(if is_auto { Jobs::Auto } else { Jobs::All });
    match (asked, &resources.machine) {
        (Jobs::Count(jobs), _) => Chosen { jobs, why: None },
        (Jobs::All, _) | (Jobs::Auto, None) => Chosen { jobs: all, why: None },
        (Jobs::Auto, Some(machine)) => {
            let memory = machine.read().map(|reading| reading.available);
            let cpus = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
            let room = Room { memory, cpus };
            let (jobs, bound) = fitting(all, room, resources.need);
            Chosen { jobs, why: Some((bound, room)) }
        }
    }
}

/// The number and why it is no other.
fn told(jobs: NonZeroUsize, bound: Bound, room: Room, need: Need) -> String {
    let number = facts::number_of(jobs.get(), "shard");
    let why = match bound {
        Bound::Shards => "all of them fit".to_owned(),
        Bound::Memory => {
            let available = facts::size(room.memory.unwrap_or_default());
            format!("{available} of memory are available for {} each", facts::size(need.memory))
        }
        Bound::Cpus => {
            format!("twice {} for {} each", facts::number_of(room.cpus.get(), "CPU"), need.cpus)
        }
    };
    format!("{number} at once: {why} (--jobs)")
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::told;
    use crate::run::resources::jobs::{Bound, Need, Room};

    #[test]
    fn the_number_is_told_with_its_reason() {
        let number = |number| NonZeroUsize::new(number).unwrap();
        let need = Need { memory: 2 << 30, cpus: 1.5 };
        let room = Room { memory: Some(5 << 30), cpus: number(2) };
        let line = |jobs, bound| told(number(jobs), bound, room, need);
        let memory = "2 shards at once: 5.0 GB of memory are available for 2.0 GB each (--jobs)";
        assert_eq!(line(2, Bound::Memory), memory);
        assert_eq!(line(2, Bound::Cpus), "2 shards at once: twice 2 CPUs for 1.5 each (--jobs)");
        assert_eq!(line(1, Bound::Shards), "1 shard at once: all of them fit (--jobs)");
    }
}
