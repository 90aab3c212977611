//! `GET /openapi.json`: the service's description of itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::app::App;
use crate::store::Store;

pub(crate) async fn show<S: Store>(State(app): State<Arc<App<S>>>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], app.openapi.clone()).into_response()
}
