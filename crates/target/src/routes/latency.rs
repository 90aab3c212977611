//! `/latency/{shape}`: answers that take a known time, and `/latency/seen`: what they really took.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tokio::time::Instant;

use crate::app::App;
use crate::latency::Figures;
use crate::pause;
use crate::problem::Problem;
use crate::request::Wish;
use crate::store::Store;

type Shared<S> = State<Arc<App<S>>>;

/// How long the answer was meant to take.
#[derive(Serialize)]
struct Held {
    shape: &'static str,
    ms: f64,
}

pub(crate) fn routes<S: Store>() -> Router<Arc<App<S>>> {
    Router::new().route("/latency/{shape}", get(hold::<S>))
}

async fn hold<S: Store>(State(app): Shared<S>, request: Request) -> Result<Response, Problem> {
    // Before anything is looked at: from here on it is held back, and what it took is told.
    let received = Instant::now();
    let (mut parts, _) = request.into_parts();
    let Wish { shape, draws } = Wish::from_request_parts(&mut parts, &()).await?;
    let delay = app.latency.delay(shape, draws, received);
    pause::until(received + delay).await;
    let answer = Json(Held { shape: shape.name(), ms: delay.as_secs_f64() * 1e3 }).into_response();
    app.latency.took(shape, received.elapsed());
    Ok(answer)
}

/// The percentiles of what answers took since this was last asked, by shape.
pub(crate) async fn seen<S: Store>(State(app): Shared<S>) -> Json<Figures> {
    Json(app.latency.seen())
}
