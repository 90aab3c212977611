//! Every answer that refuses: its status, its code for programs, its message for people, and the field at fault.
//!
//! The body is `{"error": {"code": "...", "message": "...", "field": "..."}}`, `field` only where one is at fault. A
//! field of a nested value is a path: `items[2].price`. Codes are part of the interface; messages may change.

use std::borrow::Cow;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::store::StoreError;

/// A refusal, boxed because handlers carry it in every `Result`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    status: StatusCode,
    /// In seconds.
    retry_after: Option<u32>,
    error: ErrorBody,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct ErrorBody {
    code: &'static str,
    message: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<Cow<'static, str>>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let error = ErrorBody { code, message: message.into(), field: None };
        Self(Box::new(Inner { status, retry_after: None, error }))
    }

    pub(crate) fn field(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.0.error.field = Some(field.into());
        self
    }

    /// With the header `retry-after`: it may go better in so many seconds.
    pub(crate) fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// 400: a part of the path or the query is not what it must be.
    pub(crate) fn parameter(name: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_parameter", message).field(name)
    }

    /// 422: a field of a body that is JSON has a value that cannot be taken.
    pub(crate) fn invalid(
        field: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_field", message).field(field)
    }

    /// 422: a field that must be there is not.
    pub(crate) fn missing(field: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "missing_field", "this field is required").field(field)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        use StoreError as E;
        let (status, code, field) = match error {
            E::NotFound(_) => (StatusCode::NOT_FOUND, "not_found", None),
            E::EmailTaken => (StatusCode::CONFLICT, "email_taken", Some("email")),
            E::UserHasOrders => (StatusCode::CONFLICT, "user_has_orders", None),
            E::StatusStep { .. } => (StatusCode::CONFLICT, "status_conflict", Some("status")),
            E::ItemsFixed(_) => (StatusCode::CONFLICT, "items_fixed", Some("items")),
            E::UnknownUser => (StatusCode::UNPROCESSABLE_ENTITY, "unknown_user", Some("userId")),
            E::OtherUser => (StatusCode::UNPROCESSABLE_ENTITY, "user_fixed", Some("userId")),
            E::TotalDiffers { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "total_differs", Some("total")),
            E::Full { .. } => (StatusCode::INSUFFICIENT_STORAGE, "store_full", None),
            E::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "database_unavailable", None),
        };
        let problem = Self::new(status, code, error.to_string());
        match field {
            Some(field) => problem.field(field),
            None => problem,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body {
            error: ErrorBody,
        }
        let Inner { status, retry_after, error } = *self.0;
        let mut response = (status, Json(Body { error })).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
