//! The parameters of `GET /debug/flamegraph`: for how long, and how often, the process is sampled.

use std::borrow::Cow;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use super::params::within;
use crate::problem::Problem;

/// Seconds that are sampled, at most.
pub(crate) const SECONDS_MAX: u32 = 60;
/// Samples per second of CPU time, at most: beyond, sampling is what is seen.
pub(crate) const FREQUENCY_MAX: u32 = 1000;

/// What is sampled. Parameters of other names are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sampling {
    /// `1..=SECONDS_MAX`.
    pub(crate) seconds: u32,
    /// Samples per second of CPU time, `1..=FREQUENCY_MAX`. Not a divisor of anything that happens by the clock.
    pub(crate) frequency: u32,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { seconds: 5, frequency: 99 }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Sampling {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut sampling = Self::default();
        let Ok(Query(pairs)) = Query::<Vec<(Cow<'_, str>, Cow<'_, str>)>>::try_from_uri(&parts.uri) else {
            return Err(Problem::parameter("query", "the query cannot be read"));
        };
        for (name, value) in pairs {
            match name.as_ref() {
                "seconds" => sampling.seconds = within("seconds", &value, SECONDS_MAX)?,
                "frequency" => sampling.frequency = within("frequency", &value, FREQUENCY_MAX)?,
                _ => {}
            }
        }
        Ok(sampling)
    }
}
