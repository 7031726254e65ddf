//! A place goes in, what can be asked there comes out.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use object_store::{BackoffConfig, ClientOptions, Error, ObjectStore, RetryConfig};
use tokio::time::timeout;

use super::error::{Answer, Refusal, StorageError};
use super::place::Place;
use super::reason::{answer, refusal};
use super::scheme::Manner;
use super::variables;

/// How storage is reached.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) place: Place,
    /// Every variable of the user's, by its name; those of the place's kind are used.
    pub(crate) variables: Vec<(String, String)>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place)
    }
}

/// How long a storage that does not answer is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// A few times: somebody waits to hear that it cannot be used.
    Probe,
    /// As long as a short outage takes: results are at stake.
    Work,
}

/// A place that was opened.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pub(super) place: Place,
    pub(super) objects: Arc<dyn ObjectStore>,
}

/// What a request may take, its body included.
const REQUEST: Duration = Duration::from_mins(5);
/// Nobody that can be reached takes longer to say so.
const CONNECT: Duration = Duration::from_secs(10);
/// The same for who waits to hear that it cannot be used: there may be no role to be asked for.
const CONNECT_PROBE: Duration = Duration::from_secs(5);
/// What an answer to who waits for it may take, with all that is tried again.
const PROBE: Duration = Duration::from_secs(30);

impl Options {
    /// Opens the place; asks nobody yet.
    pub(crate) fn open(&self, access: Access) -> Result<Store, StorageError> {
        // All TLS of this process; only the first call can set it.
        rustls::crypto::ring::default_provider().install_default().ok();
        let Self { place, variables } = self;
        let is_its = |name: &str| place.scheme.variables.iter().any(|its| name.starts_with(its));
        let is_read = |name: &str| is_its(name) && (place.scheme.knows)(name);
        let variables = variables.iter().filter(|(name, _)| is_read(name)).cloned();
        let variables: Vec<(String, String)> = variables.collect();
        variables::check(&variables)?;
        let (max_retries, longest, connect) = match access {
            Access::Probe => (2, Duration::from_secs(1), CONNECT_PROBE),
            Access::Work => (10, Duration::from_secs(15), CONNECT),
        };
        let backoff = BackoffConfig {
            init_backoff: Duration::from_millis(250),
            max_backoff: longest,
            base: 2.0,
        };
        let retry_timeout = Duration::from_mins(3);
        let retry = RetryConfig { backoff, max_retries, retry_timeout };
        let client = ClientOptions::new().with_timeout(REQUEST).with_connect_timeout(connect);
        let opened = (place.scheme.open)(place, Manner { variables, retry, client });
        let place = place.clone();
        match opened {
            Ok(objects) => Ok(Store { place, objects }),
            Err(error) => Err(unusable(&place, &error)),
        }
    }
}

impl Store {
    /// Waits for an answer, as long as somebody may who has not begun yet.
    pub(super) async fn probe<T>(
        &self,
        answer: impl Future<Output = T>,
    ) -> Result<T, StorageError> {
        timeout(PROBE, answer).await.map_err(|_| StorageError::Unusable {
            place: self.place.to_string(),
            refusal: Refusal::Other,
            source: Answer(format!("nobody answered within {} s", PROBE.as_secs())),
        })
    }

    pub(super) fn unusable(&self, error: &Error) -> StorageError {
        unusable(&self.place, error)
    }
}

fn unusable(place: &Place, error: &Error) -> StorageError {
    StorageError::Unusable {
        place: place.to_string(),
        refusal: refusal(error),
        source: answer(error),
    }
}
