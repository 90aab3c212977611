//! The parameters in a request's path and query: the id of a record, and the page of a list.

use std::borrow::Cow;

use axum::extract::{FromRequestParts, Query, RawPathParams};
use axum::http::request::Parts;
use uuid::Uuid;

use crate::problem::Problem;

/// Records in a page, at most.
pub(crate) const LIMIT_MAX: u32 = 100;

/// `{id}` in the path.
pub(crate) struct Id(pub(crate) Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, state).await;
        let id = params.ok().and_then(|params| {
            let (_, value) = params.iter().next()?;
            Uuid::try_parse(value).ok()
        });
        id.map(Self).ok_or_else(|| Problem::parameter("id", "the id in the path must be a UUID"))
    }
}

/// `?page=&limit=`: a stretch of a list. Parameters of other names are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// From 1.
    pub(crate) page: u32,
    /// Records in a page, `1..=LIMIT_MAX`.
    pub(crate) limit: u32,
}

impl Page {
    /// How many records stand before this page.
    pub(crate) fn skip(self) -> u64 {
        u64::from(self.page.saturating_sub(1)) * u64::from(self.limit)
    }
}

impl Default for Page {
    fn default() -> Self {
        Self { page: 1, limit: 20 }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut page = Self::default();
        if parts.uri.query().is_none_or(str::is_empty) {
            return Ok(page);
        }
        let Ok(Query(pairs)) = Query::<Vec<(Cow<'_, str>, Cow<'_, str>)>>::try_from_uri(&parts.uri) else {
            return Err(Problem::parameter("query", "the query cannot be read"));
        };
        for (name, value) in pairs {
            match name.as_ref() {
                "page" => page.page = within("page", &value, u32::MAX)?,
                "limit" => page.limit = within("limit", &value, LIMIT_MAX)?,
                _ => {}
            }
        }
        Ok(page)
    }
}

/// A whole number from 1 to `most`.
pub(super) fn within(name: &'static str, text: &str, most: u32) -> Result<u32, Problem> {
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| Problem::parameter(name, format!("must be a whole number from 1 to {most}")))
}
