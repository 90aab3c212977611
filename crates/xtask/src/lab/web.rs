//! `Web`: plain HTTP to the parts of the lab.

use std::time::Duration;

use serde_json::Value;

use super::problem::Problem;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client.
#[derive(Debug, Clone)]
pub(crate) struct Web(ureq::Agent);

impl Web {
    pub(crate) fn new() -> Web {
        // Everything is on this machine: no proxy stands between.
        Web(ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).proxy(None).build().into())
    }

    /// Whether this URL answers with 200.
    pub(crate) fn is_well(&self, url: &str) -> bool {
        self.0.get(url).call().is_ok_and(|answer| answer.status().as_u16() == 200)
    }

    /// The text at a URL, with these parameters in its query.
    ///
    /// # Errors
    /// If it cannot be had.
    pub(crate) fn get(&self, url: &str, query: &[(&str, &str)]) -> Result<String, Problem> {
        let answer = self.0.get(url).query_pairs(query.iter().copied()).call();
        read(url, answer)
    }

    /// The same as JSON.
    ///
    /// # Errors
    /// If it cannot be had, or is none.
    pub(crate) fn json(&self, url: &str, query: &[(&str, &str)]) -> Result<Value, Problem> {
        let text = self.get(url, query)?;
        serde_json::from_str(&text).map_err(|error| answer(url, error))
    }

    /// Sends JSON by PUT.
    ///
    /// # Errors
    /// If it is not taken.
    pub(crate) fn put(&self, url: &str, body: &Value) -> Result<String, Problem> {
        let request = self.0.put(url).header("content-type", "application/json");
        read(url, request.send(body.to_string()))
    }
}

fn read(
    url: &str,
    answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<String, Problem> {
    let mut body = answered.map_err(|error| answer(url, error))?.into_body();
    body.read_to_string().map_err(|error| answer(url, error))
}

fn answer(url: &str, error: impl std::fmt::Display) -> Problem {
    Problem::Answer { url: url.to_owned(), what: error.to_string() }
}
