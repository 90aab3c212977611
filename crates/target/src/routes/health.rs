//! `GET /health`: whether the service is there, for probes.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::app::App;
use crate::store::Store;

#[derive(Serialize)]
pub(crate) struct Health {
    status: &'static str,
    service: &'static str,
    version: &'static str,
}

pub(crate) async fn show<S: Store>(State(app): State<Arc<App<S>>>) -> Json<Health> {
    Json(Health { status: "ok", service: app.config.service.name(), version: env!("CARGO_PKG_VERSION") })
}
