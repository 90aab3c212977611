//! `/faults`: the faults of all requests; there only if the configuration allows faults.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::stray;
use crate::faults::{Faults, Rule};
use crate::problem::Problem;
use crate::request::JsonBody;

type Shared = State<Arc<Faults>>;

/// The faults as they are.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    /// As they were asked for.
    faults: Option<Map<String, Value>>,
    /// When they end by themselves.
    remaining_ms: Option<u64>,
    held_bytes: u64,
    burning_threads: usize,
}

/// For a router of any state.
pub(crate) fn routes<A: Clone + Send + Sync + 'static>(faults: Arc<Faults>) -> Router<A> {
    let methods = get(show).put(replace).delete(clear).fallback(stray::method_not_allowed);
    Router::new().route("/faults", methods).with_state(faults)
}

async fn show(State(faults): Shared) -> Json<Shown> {
    shown(&faults)
}

async fn replace(State(faults): Shared, JsonBody(body): JsonBody) -> Result<Json<Shown>, Problem> {
    faults.set(Rule::read(body.into_object(), faults.ceilings(), Instant::now())?);
    Ok(shown(&faults))
}

async fn clear(State(faults): Shared) -> StatusCode {
    faults.clear();
    StatusCode::NO_CONTENT
}

fn shown(faults: &Faults) -> Json<Shown> {
    let rule = faults.rule();
    let left = rule.as_ref().and_then(|rule| rule.left(Instant::now()));
    let (held_bytes, burning_threads) = faults.held_and_burning();
    Json(Shown {
        faults: rule.map(|rule| rule.asked.clone()),
        remaining_ms: left.map(|left| u64::try_from(left.as_millis()).unwrap_or(u64::MAX)),
        held_bytes,
        burning_threads,
    })
}
