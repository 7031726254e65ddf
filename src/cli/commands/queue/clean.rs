//! `shardwright queue clean`: what a queue keeps of runs that nobody works on goes.

use std::collections::BTreeMap;

use crate::cli::args::queue::CleanArgs;
use crate::cli::commands::queue::reach::Reach;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::model::event::UnixMillis;
use crate::model::lobby::Lobby;
use crate::model::queue_state::{Presence, Stage};
use crate::queue::redis::RedisError;
use crate::queue::redis::runs::Found;
use crate::report::facts::number_of;
use crate::report::text;

/// A run that the queue has keys of, and how it is; the latter is not known of what has keys alone.
struct Candidate {
    name: String,
    keys: Vec<String>,
    found: Option<Found>,
}

pub(super) async fn exec(
    args: &CleanArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let is_named = args.all || args.place.run_id.is_some();
    if args.force && !is_named {
        return Err(unnamed().into());
    }
    let mut reach = Reach::new(&args.place, environment)?;
    let is_sweeping = args.all && args.force;
    let lobby = match reach.runs.lobby().await {
        Err(RedisError::Lobby(_)) if is_sweeping => Lobby::default(),
        lobby => lobby.map_err(reach.away())?.0,
    };
    let mut keys = reach.runs.keys().await.map_err(reach.away())?;
    for booking in &lobby.bookings {
        // One that waits has none yet.
        keys.entry(booking.run.clone()).or_default();
    }
    if let Some(run) = &args.place.run_id {
        let own = keys.remove(&run.0).ok_or_else(|| reach.missing(&run.0))?;
        keys = BTreeMap::from([(run.0.clone(), own)]);
    }
    let mut candidates = Vec::new();
    for (name, keys) in keys {
        let found = reach.runs.find(&name, &lobby).await.map_err(reach.away())?;
        candidates.push(Candidate { name, keys, found });
    }
    let now = reach.runs.now().await.map_err(reach.away())?;
    let is_alive = |one: &Candidate| {
        one.found.as_ref().is_some_and(|found| found.state.is_alive(now, args.lease))
    };
    let (alive, dead): (Vec<_>, Vec<_>) = candidates.into_iter().partition(is_alive);
    match alive.first() {
        Some(one) if is_named && !args.force => return Err(refused(one, alive.len()).into()),
        _ => {}
    }
    let mut doomed = dead;
    if is_named {
        doomed.extend(alive);
    } else {
        for one in alive {
            streams.say(&format!(
                "left the run `{}`, which {}",
                text::terminal(&one.name),
                one.is()
            ));
        }
    }
    let mut gone = 0;
    for one in doomed {
        // Whoever is to be stopped is not asked what he does meanwhile.
        let known = one.found.as_ref().filter(|_| !args.force);
        let removed = reach.runs.remove(&one.name, &one.keys, known).await;
        let name = text::terminal(&one.name);
        if let Some(keys) = removed.map_err(reach.away())? {
            gone += 1;
            // Others need not wait for its nodes.
            let last =
                known.map(|found| found.state.place.map_or(UnixMillis(0), |place| place.heard));
            let forgotten = reach.runs.change(|lobby, _| lobby.forget(&one.name, last)).await;
            match forgotten {
                Err(RedisError::Lobby(_)) if is_sweeping => {}
                forgotten => forgotten.map_err(reach.away())?,
            }
            let keys = number_of(keys, "key");
            streams.say(&format!("removed the run `{name}`, which {}: {keys}", one.is()));
        } else {
            streams.warn(&format!("warning: the run `{name}` is at work again: it stays"));
        }
    }
    if is_sweeping {
        reach.runs.clear().await.map_err(reach.away())?;
    }
    if gone == 0 {
        streams.say("nothing was removed");
    }
    Ok(Exit::Passed)
}

impl Candidate {
    /// How it is, in words that follow `which`.
    fn is(&self) -> String {
        let Some(Found { state, .. }) = &self.found else { return "has no plan".to_owned() };
        match &state.stage {
            Stage::Waiting => {
                let nodes = state.place.map_or(0, |place| place.nodes);
                format!("waits for its turn with {}", number_of(nodes, "node"))
            }
            Stage::Running => match state.count(Presence::Here) {
                0 => "has work left and no node".to_owned(),
                here => format!("has work left and {}", number_of(here, "node")),
            },
            Stage::Over => "is over".to_owned(),
            Stage::Cancelled(by) => format!("was cancelled: {}", text::terminal(by)),
            Stage::Damaged(why) => format!("cannot be read: {}", text::terminal(why)),
        }
    }
}

fn unnamed() -> Refused {
    Refused {
        message: "`--force` removes what is at work: which runs are meant?".to_owned(),
        hint: Some("`--run-id ID` or `--all`".to_owned()),
        exit: Exit::Usage,
    }
}

/// Of so many that may not be removed the first is named.
fn refused(one: &Candidate, all: usize) -> Refused {
    let others = match all - 1 {
        0 => String::new(),
        more => format!("; and {} more", number_of(more, "run")),
    };
    let name = text::terminal(&one.name);
    Refused {
        message: format!(
            "the run `{name}` may be at work, and nothing is removed: it {}{others}",
            one.is()
        ),
        hint: Some(
            "`shardwright queue cancel` stops its nodes; --force removes it whoever works on it"
                .to_owned(),
        ),
        exit: Exit::BadInput,
    }
}
