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
use crate::app::App;
use crate::faults::{Faults, Rule};
use crate::problem::Problem;
use crate::request::JsonBody;
use crate::store::Store;

type Shared<S> = State<Arc<App<S>>>;

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

pub(crate) fn routes<S: Store>() -> Router<Arc<App<S>>> {
    let methods = get(show::<S>).put(replace::<S>).delete(clear::<S>);
    Router::new().route("/faults", methods.fallback(stray::method_not_allowed))
}

async fn show<S: Store>(State(app): Shared<S>) -> Result<Json<Shown>, Problem> {
    app.faults.as_ref().map(shown).ok_or_else(off)
}

async fn replace<S: Store>(State(app): Shared<S>, JsonBody(body): JsonBody) -> Result<Json<Shown>, Problem> {
    let faults = app.faults.as_ref().ok_or_else(off)?;
    faults.set(Rule::read(body.into_object(), faults.ceilings(), Instant::now())?);
    Ok(shown(faults))
}

async fn clear<S: Store>(State(app): Shared<S>) -> Result<StatusCode, Problem> {
    app.faults.as_ref().ok_or_else(off)?.clear();
    Ok(StatusCode::NO_CONTENT)
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

/// The route is not there without faults.
fn off() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no_such_route", "there is nothing at this path")
}
