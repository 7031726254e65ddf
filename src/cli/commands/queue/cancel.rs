//! `shardwright queue cancel`: a run stops on all machines.

use std::path::Path;

use crate::cli::args::queue::CancelArgs;
use crate::cli::commands::queue::reach::Reach;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::model::queue::Entry;
use crate::model::queue_state::{Presence, RunState, Stage};
use crate::report::facts::number_of;
use crate::report::text;

/// Where Linux says what a machine is called.
const HOST: &str = "/proc/sys/kernel/hostname";

pub(super) async fn exec(
    args: &CancelArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let mut reach = Reach::new(&args.place, environment)?;
    let run = args.place.run_id.as_ref().ok_or_else(|| Refused {
        message: "which run is to be cancelled? `--run-id ID` is expected".to_owned(),
        hint: Some("`shardwright queue status` lists those that the queue holds".to_owned()),
        exit: Exit::Usage,
    })?;
    let by = person(environment, Path::new(HOST));
    loop {
        let (lobby, _) = reach.runs.lobby().await.map_err(reach.away())?;
        let found = reach.runs.find(&run.0, &lobby).await.map_err(reach.away())?;
        let found = found.ok_or_else(|| reach.missing(&run.0))?;
        at_work(&found.state)?;
        let entry = Entry::Cancelled { by: by.clone() };
        // Where somebody wrote something in between, the run may be over.
        if reach.runs.append(&found, entry).await.map_err(reach.away())? {
            streams.say(&told(&found.state));
            return Ok(Exit::Passed);
        }
    }
}

/// A run that can be cancelled.
fn at_work(run: &RunState) -> Result<(), Refused> {
    let (why, hint) = match &run.stage {
        Stage::Waiting | Stage::Running => return Ok(()),
        Stage::Over => ("is over".to_owned(), None),
        Stage::Cancelled(by) => (format!("was cancelled before: {}", text::terminal(by)), None),
        Stage::Damaged(why) => (
            format!("cannot be read: {}", text::terminal(why)),
            Some("`shardwright queue clean --run-id ID --force` removes it".to_owned()),
        ),
    };
    let message = format!("the run `{}` {why}", text::terminal(&run.name));
    Err(Refused { message, hint, exit: Exit::BadInput })
}

fn told(run: &RunState) -> String {
    let waiting = run.place.filter(|_| run.waits()).map_or(0, |place| place.nodes);
    let what = match run.count(Presence::Here) + waiting {
        0 => "no node is there, and those that come are turned away".to_owned(),
        1 => "1 node is told to stop".to_owned(),
        nodes => format!("{} are told to stop", number_of(nodes, "node")),
    };
    format!("the run `{}` is cancelled: {what}", text::terminal(&run.name))
}

/// Who this is, as far as this machine says so.
fn person(environment: &Environment, host: &Path) -> String {
    let first = |names: &[&str]| names.iter().find_map(|name| environment.get(name));
    let Some(user) = first(&["USER", "LOGNAME", "USERNAME"]) else { return "somebody".to_owned() };
    let told = first(&["HOSTNAME", "COMPUTERNAME"]).map(str::to_owned);
    let host = told.or_else(|| std::fs::read_to_string(host).ok()).unwrap_or_default();
    match host.trim() {
        "" => user.to_owned(),
        host => format!("{user}@{host}"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::person;
    use crate::config::environment::Environment;

    #[test]
    fn who_cancels_is_named_as_far_as_it_is_known() {
        let named = |variables: &[(&str, &str)]| {
            let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            person(&variables.collect::<Environment>(), Path::new("no such file"))
        };
        assert_eq!(named(&[("HOSTNAME", "box")]), "somebody");
        assert_eq!(named(&[("USER", ""), ("LOGNAME", "ann")]), "ann");
        assert_eq!(named(&[("USER", "ann"), ("HOSTNAME", "box")]), "ann@box");
    }
}
