//! Answers to requests that fit no route, in the same form as every other refusal.

use axum::http::StatusCode;

use crate::problem::Problem;

pub(crate) async fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no_such_route", "there is nothing at this path")
}

/// The header `Allow`, with the methods that are, is set by the router.
pub(crate) async fn method_not_allowed() -> Problem {
    let message = "this path does not take this method; the header 'allow' lists those it takes";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
}
