//! Counts and times every request, whatever becomes of it.
//!
//! A request that the HTTP parser itself refuses never gets here and is not counted.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::metrics::{Flight, RouteName};
use crate::store::Store;

pub(crate) async fn observe<S: Store>(
    State(app): State<Arc<App<S>>>,
    request: Request,
    next: Next,
) -> Response {
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or(RouteName::Unmatched, |path| RouteName::of(path.as_str()));
    let flight = Flight::start(&app.metrics, request.method(), route);
    let response = next.run(request).await;
    flight.land(response.status());
    response
}
