//! Why a server could not start or go on. What goes wrong in a single request is a `problem`, not one of these.

use std::io;
use std::net::SocketAddr;

use thiserror::Error;

/// A failure of the server as a whole.
#[derive(Debug, Error)]
pub enum TargetError {
    /// The address could not be listened on: in use, not of this machine, or not permitted.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The listening socket failed while serving.
    #[error("serving on {address} failed: {source}")]
    Serve {
        /// The address that was served.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The client of the user-service could not be made.
    #[error("cannot make the client of the user-service: {0}")]
    Client(#[source] reqwest::Error),
    /// The metrics could not be set up.
    #[error("cannot set up the target's metrics: {0}")]
    Metrics(#[from] prometheus::Error),
    /// Spans could not be made ready to be sent.
    #[error("cannot set up the target's traces: {0}")]
    Traces(#[from] opentelemetry_otlp::ExporterBuildError),
    /// The OpenAPI document could not be written.
    #[error("cannot write the target's OpenAPI document: {0}")]
    OpenApi(#[from] serde_json::Error),
}
