//! `GET /health`: whether the service is there and can use its store, for probes. A database that is away makes it 503.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::app::App;
use crate::problem::Problem;
use crate::store::Store;

#[derive(Serialize)]
pub(crate) struct Health {
    status: &'static str,
    service: &'static str,
    storage: &'static str,
    version: &'static str,
}

pub(crate) async fn show<S: Store>(State(app): State<Arc<App<S>>>) -> Result<Json<Health>, Problem> {
    app.store.ping().await?;
    Ok(Json(Health {
        status: "ok",
        service: app.config.service.name(),
        storage: S::NAME,
        version: env!("CARGO_PKG_VERSION"),
    }))
}
