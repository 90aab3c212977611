//! The parameters of `GET /latency/{shape}`: which shape is wished for, and how it is drawn.

use std::borrow::Cow;
use std::time::Duration;

use axum::extract::{FromRequestParts, Query, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;

use crate::latency::{Draws, LONGEST, MOST_DRAWS, Shape};
use crate::problem::Problem;

/// The widest log-normal distribution.
pub(crate) const WIDEST: f64 = 3.0;

/// What a request for a known latency wishes for. Parameters of other names are let through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Wish {
    pub(crate) shape: Shape,
    pub(crate) draws: Draws,
}

impl<S: Send + Sync> FromRequestParts<S> for Wish {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(Query(pairs)) = Query::<Vec<(Cow<'_, str>, Cow<'_, str>)>>::try_from_uri(&parts.uri) else {
            return Err(Problem::parameter("query", "the query cannot be read"));
        };
        let query = Params(pairs);
        let path = RawPathParams::from_request_parts(parts, state).await.ok();
        let name = path.as_ref().and_then(|path| path.iter().next()).map_or("", |(_, value)| value);
        let shape = match name {
            "constant" => Shape::Constant { delay: query.millis("ms")? },
            "uniform" => {
                let (from, to) = (query.millis("from_ms")?, query.millis("to_ms")?);
                if from > to {
                    return Err(Problem::parameter("to_ms", "must not be less than from_ms"));
                }
                Shape::Uniform { from, to }
            }
            "stall" => {
                let (stall, every) = (query.millis("ms")?, query.millis("every_ms")?);
                if every.is_zero() {
                    return Err(Problem::parameter("every_ms", "must be more than 0"));
                }
                if stall > every {
                    return Err(Problem::parameter("ms", "must not be more than every_ms"));
                }
                Shape::Stall { stall, every }
            }
            "lognormal" => {
                let sigma = query.number("sigma", WIDEST)?;
                Shape::LogNormal { median: query.millis("median_ms")?, sigma }
            }
            _ => {
                let message = format!("there is no such shape: it is one of {}", Shape::NAMES.join(", "));
                return Err(Problem::new(StatusCode::NOT_FOUND, "unknown_shape", message).field("shape"));
            }
        };
        Ok(Self { shape, draws: query.draws()? })
    }
}

struct Params<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl Params<'_> {
    /// The last of a name counts.
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_ref())
    }

    /// A number from 0 to `most`, with or without decimals.
    fn number(&self, name: &'static str, most: f64) -> Result<f64, Problem> {
        let number = self.get(name).and_then(|text| text.parse::<f64>().ok());
        let number = number.filter(|number| (0.0..=most).contains(number));
        number.ok_or_else(|| Problem::parameter(name, format!("must be a number from 0 to {most}")))
    }

    /// Milliseconds from 0 to the longest pause.
    fn millis(&self, name: &'static str) -> Result<Duration, Problem> {
        self.number(name, LONGEST.as_millis() as f64).map(|ms| Duration::from_secs_f64(ms / 1e3))
    }

    /// Shapes that are not random do not look at them.
    fn draws(&self) -> Result<Draws, Problem> {
        let whole = |name: &'static str, least: u64, most: u64| match self.get(name) {
            None => Ok(None),
            Some(text) => match text.parse().ok().filter(|number| (least..=most).contains(number)) {
                Some(number) => Ok(Some(number)),
                None => {
                    Err(Problem::parameter(name, format!("must be a whole number from {least} to {most}")))
                }
            },
        };
        let of = whole("of", 1, u64::from(MOST_DRAWS))?.and_then(|of| u32::try_from(of).ok());
        Ok(Draws { seed: whole("seed", 0, u64::MAX)?.unwrap_or(1), of: of.unwrap_or(1000) })
    }
}
