//! `GET /metrics`: the figures in Prometheus' text format. Requests to it are not among them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::problem::Problem;
use crate::store::Store;

pub(crate) async fn show<S: Store>(State(app): State<Arc<App<S>>>) -> Result<Response, Problem> {
    // A store that is away is one more thing to look into by these figures.
    let kept = app.store.counts().await.ok();
    if let Some(users) = &app.users {
        users.show();
    }
    match app.metrics.text(kept) {
        Ok(text) => Ok(([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response()),
        Err(error) => {
            let message = format!("the metrics cannot be written: {error}");
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "metrics_failed", message))
        }
    }
}
