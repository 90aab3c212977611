//! `GET /debug/flamegraph`: where the process spends its CPU time, as a flame graph; and `GET /debug/heap`: what its
//! allocator has given out. There only where the server was told so; requests to them are not counted.
//!
//! Behind a proxy of the same machine every peer is one of the loopback interface: keep `/debug` from it.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use super::stray;
use crate::app::App;
use crate::connection::Peer;
use crate::observation::DebugAccess;
use crate::problem::Problem;
use crate::profile;
use crate::request::Sampling;
use crate::store::Store;

/// What the allocator says, in bytes.
#[derive(Serialize)]
struct HeapFigures {
    allocated_bytes: u64,
    active_bytes: u64,
    metadata_bytes: u64,
    resident_bytes: u64,
    mapped_bytes: u64,
    retained_bytes: u64,
}

/// The endpoints, if anybody may ask them.
pub(crate) fn routes<S: Store>(access: DebugAccess) -> Router<Arc<App<S>>> {
    let routes = Router::new()
        .route("/debug/flamegraph", get(flamegraph).fallback(stray::method_not_allowed))
        .route("/debug/heap", get(heap::<S>).fallback(stray::method_not_allowed));
    match access {
        DebugAccess::Off => Router::new(),
        DebugAccess::Loopback => routes.layer(from_fn(loopback_only)),
        DebugAccess::Anyone => routes,
    }
}

async fn loopback_only(
    ConnectInfo(Peer { address: peer, .. }): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if is_near(peer.ip()) {
        return Ok(next.run(request).await);
    }
    let message = "this is answered to peers on the loopback interface alone";
    Err(Problem::new(StatusCode::FORBIDDEN, "loopback_only", message))
}

/// Whether it is on the loopback interface. An IPv4 peer of a socket that takes both families looks like
/// `::ffff:127.0.0.1`.
fn is_near(peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback()
}

async fn flamegraph(sampling: Sampling) -> Result<Response, Problem> {
    let svg = profile::flamegraph(sampling.seconds, sampling.frequency).await?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
}

async fn heap<S: Store>(State(app): State<Arc<App<S>>>) -> Result<Response, Problem> {
    let Some(heap) = app.config.observation.heap.and_then(|read| read()) else {
        let message = "this build's allocator does not tell: build loadgen with `--features heap`";
        return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "heap_unknown", message));
    };
    let figures = HeapFigures {
        allocated_bytes: heap.allocated,
        active_bytes: heap.active,
        metadata_bytes: heap.metadata,
        resident_bytes: heap.resident,
        mapped_bytes: heap.mapped,
        retained_bytes: heap.retained,
    };
    Ok(Json(figures).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_the_loopback_interface() {
        for (peer, near) in [
            ("127.0.0.1", true),
            ("127.8.9.10", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("192.168.0.1", false),
            ("::ffff:10.0.0.1", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(is_near(peer.parse().unwrap()), near, "{peer}");
        }
    }
}
