//! `capture`: values of an answer's body that go into variables.

use crate::session::Session;
use loadgen_scenario::Scope;
use loadgen_scenario::plan::{Capture, Slot};
use rand::seq::IndexedRandom;
use serde_json::Value;

/// Why a capture failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CaptureError {
    /// The body cannot be read.
    #[error("the body is not JSON ({0})")]
    NotJson(serde_json::Error),
    /// It has no such value.
    #[error("nothing at `{0}` in the body")]
    Nothing(String),
}

/// Takes all captures from the body. If one of the strict ones fails, no variable changes.
pub(crate) fn take(captures: &[Capture], body: &[u8], session: &mut Session) -> Result<(), CaptureError> {
    if captures.is_empty() {
        return Ok(());
    }
    let document: Value = match serde_json::from_slice(body) {
        Ok(document) => document,
        Err(_) if captures.iter().all(|capture| !capture.strict) => return Ok(()),
        Err(error) => return Err(CaptureError::NotJson(error)),
    };
    let mut taken: Vec<(Slot, Value)> = Vec::with_capacity(captures.len());
    for capture in captures {
        let found = capture.path.query(&document).all();
        match found.choose(session.random()) {
            Some(value) if !is_empty(value) => taken.push((capture.slot, (*value).clone())),
            _ if capture.strict => return Err(CaptureError::Nothing(capture.path.to_string())),
            _ => {}
        }
    }
    taken.into_iter().for_each(|(slot, value)| session.set(slot, value));
    Ok(())
}

/// An empty text counts as nothing; null, false and 0 are values.
fn is_empty(value: &Value) -> bool {
    value.as_str().is_some_and(str::is_empty)
}
