//! A place goes in, what can be asked there comes out.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use object_store::{BackoffConfig, ClientOptions, Error, ObjectStore, RetryConfig};

use super::error::StorageError;
use super::place::Place;
use super::reason::{answer, refusal};
use super::scheme::Manner;

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

impl Options {
    /// Opens the place; asks nobody yet.
    pub(crate) fn open(&self, access: Access) -> Result<Store, StorageError> {
        // All TLS of this process; only the first call can set it.
        rustls::crypto::ring::default_provider().install_default().ok();
        let Self { place, variables } = self;
        let is_its = |name: &str| place.scheme.variables.iter().any(|its| name.starts_with(its));
        let variables = variables.iter().filter(|(name, _)| is_its(name)).cloned().collect();
        let (max_retries, longest) = match access {
            Access::Probe => (2, Duration::from_secs(1)),
            Access::Work => (10, Duration::from_secs(15)),
        };
        let backoff = BackoffConfig {
            init_backoff: Duration::from_millis(250),
            max_backoff: longest,
            base: 2.0,
        };
        let retry_timeout = Duration::from_mins(3);
        let retry = RetryConfig { backoff, max_retries, retry_timeout };
        let client = ClientOptions::new().with_timeout(REQUEST).with_connect_timeout(CONNECT);
        let opened = (place.scheme.open)(place, Manner { variables, retry, client });
        let place = place.clone();
        match opened {
            Ok(objects) => Ok(Store { place, objects }),
            Err(error) => Err(unusable(&place, &error)),
        }
    }
}

impl Store {
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
