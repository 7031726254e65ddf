//! What names a queue goes in, its runs or why they cannot be had come out.

use std::fmt::Display;

use crate::cli::args::queue::QueuePlace;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::config::environment::Environment;
use crate::config::flags::queue::{Address, PASSWORD};
use crate::queue::redis::runs::Runs;
use crate::report::text;

/// A queue that was named.
pub(super) struct Reach<'a> {
    pub(super) address: &'a Address,
    pub(super) runs: Runs,
}

impl<'a> Reach<'a> {
    /// That of the flags. Nothing is asked yet.
    pub(super) fn new(place: &'a QueuePlace, environment: &Environment) -> Result<Self, Refused> {
        let address = place.queue.as_ref().ok_or_else(|| Refused {
            message: "which queue is meant? `--queue redis://HOST` is expected".to_owned(),
            hint: Some("the one that the machines were started with".to_owned()),
            exit: Exit::Usage,
        })?;
        let url = address.with_password(environment.get(PASSWORD));
        let runs = Runs::new(&url).map_err(|error| away(address, &error))?;
        Ok(Self { address, runs })
    }

    /// It does not answer, or not as it should.
    pub(super) fn away<E: Display>(&self) -> impl Fn(E) -> Refused + use<'a, E> {
        let address = self.address;
        move |error| away(address, &error)
    }

    /// It holds no run of this name.
    pub(super) fn missing(&self, run: &str) -> Refused {
        Refused {
            message: format!(
                "the queue `{}` holds no run `{}`",
                self.address.0,
                text::terminal(run)
            ),
            hint: Some("`shardwright queue status` lists those that it holds".to_owned()),
            exit: Exit::BadInput,
        }
    }
}

/// The queue of this address does not answer, or not as it should.
pub(in crate::cli::commands) fn away(address: &Address, error: &dyn Display) -> Refused {
    Refused {
        message: format!("cannot use the queue `{}`: {error}", address.0),
        hint: Some(format!(
            "is it Redis 6.2 or newer, or Valkey, and can this machine reach it? {PASSWORD} holds \
             its password; with TLS it is rediss://, and SSL_CERT_FILE names an authority of your own"
        )),
        exit: Exit::NoSandbox,
    }
}
