//! An image that is not here goes in; it is here, or why it cannot be, comes out.

use std::time::Duration;

use crate::sandbox::docker::engine::Engine;
use crate::sandbox::{CommandError, Say};

/// How long to wait before each next try.
const WAITS: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// What no other try helps against, whatever else the engine says.
const LASTING: [&str; 9] = [
    "manifest unknown",
    "not found",
    "denied: ",
    "access denied",
    "unauthorized: ",
    "no such host",
    "x509: ",
    "invalid reference format",
    "no matching manifest",
];

/// What the network and registries say that may soon be over.
const PASSING: [&str; 19] = [
    "connection refused",
    "connection reset",
    "connection timed out",
    "broken pipe",
    "no route to host",
    "network is unreachable",
    "i/o timeout",
    "TLS handshake timeout",
    "Client.Timeout exceeded",
    "context deadline exceeded",
    "unexpected EOF",
    "Temporary failure in name resolution",
    "server misbehaving",
    "toomanyrequests",
    "429 Too Many Requests",
    "unexpected HTTP status: 5",
    "error parsing HTTP 5",
    "503 Service Unavailable",
    "Cannot connect to the Docker daemon",
];

/// Pulls, and tries again where that may help. Its progress goes to our standard error.
pub(super) async fn with_patience(
    engine: &Engine,
    image: &str,
    say: &Say,
) -> Result<(), CommandError> {
    for wait in WAITS {
        let Err(error) = pull(engine, image, say).await else { return Ok(()) };
        if !is_passing(&error.tail) {
            return Err(error);
        }
        let reason = error.tail.lines().last().unwrap_or_default();
        let shown = wait.as_secs();
        say.line(&format!("the image could not be pulled ({reason}): trying again in {shown} s"));
        tokio::time::sleep(wait).await;
    }
    pull(engine, image, say).await
}

async fn pull(engine: &Engine, image: &str, say: &Say) -> Result<(), CommandError> {
    let pull = ["pull", image];
    if say.draws {
        return engine.call_shown(&pull).await;
    }
    engine.call_unbounded(&pull).await
}

/// Whether what the engine said of a pull that failed may soon be over.
fn is_passing(text: &str) -> bool {
    let is_any = |causes: &[&str]| causes.iter().any(|cause| text.contains(cause));
    !is_any(&LASTING) && (is_any(&PASSING) || text.trim_end().ends_with(": EOF"))
}

#[cfg(test)]
mod tests {
    use super::is_passing;

    /// As docker says it, after `Error response from daemon: `.
    const PASSING: [&str; 14] = [
        "Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused",
        "Get \"https://192.0.2.7/v2/\": dial tcp 192.0.2.7:443: connect: no route to host",
        "received unexpected HTTP status: 500 Internal Server Error",
        "received unexpected HTTP status: 503 Service Unavailable",
        "error parsing HTTP 502 response body: invalid character '<' looking for beginning of value",
        "Get \"https://registry-1.docker.io/v2/\": net/http: TLS handshake timeout",
        "Get \"https://registry-1.docker.io/v2/\": net/http: request canceled while waiting for \
         connection (Client.Timeout exceeded while awaiting headers)",
        "Get \"https://registry-1.docker.io/v2/\": context deadline exceeded",
        "Get \"https://registry-1.docker.io/v2/\": EOF",
        "read tcp 10.0.0.2:51234->192.0.2.7:443: read: connection reset by peer",
        "dial tcp: lookup registry-1.docker.io: Temporary failure in name resolution",
        "dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: server misbehaving",
        "toomanyrequests: You have reached your unauthenticated pull rate limit. \
         https://www.docker.com/increase-rate-limit",
        "unexpected status from HEAD request to https://ghcr.io/v2/x/y/manifests/1: 503 Service \
         Unavailable",
    ];
    const LASTING: [&str; 12] = [
        "manifest unknown",
        "manifest for 127.0.0.1:5000/connection-refused:1 not found: manifest unknown: manifest \
         unknown",
        "pull access denied for nothing, repository does not exist or may require 'docker login': \
         denied: requested access to the resource is denied",
        "Head \"https://ghcr.io/v2/x/y/manifests/1\": denied: denied",
        "Get \"https://ghcr.io/v2/x/manifests/1\": unauthorized: authentication required",
        "Get \"https://no.such.host.example/v2/\": dial tcp: lookup no.such.host.example on \
         127.0.0.53:53: no such host",
        "Get \"https://127.0.0.1:5000/v2/\": x509: certificate signed by unknown authority",
        "Get \"https://10.0.0.2:5000/v2/\": http: server gave HTTP response to HTTPS client",
        "no matching manifest for linux/arm64/v8 in the manifest list entries",
        "invalid reference format",
        "write /var/lib/docker/tmp/GetImageBlob1: no space left on device",
        "error parsing HTTP 403 response body: invalid character '<' looking for beginning of value",
    ];

    #[test]
    fn only_what_may_soon_be_over_is_tried_again() {
        for text in PASSING {
            assert!(is_passing(&format!("Error response from daemon: {text}\n")), "{text}");
        }
        for text in LASTING {
            assert!(!is_passing(&format!("Error response from daemon: {text}\n")), "{text}");
        }
        assert!(!is_passing(""));
    }
}
