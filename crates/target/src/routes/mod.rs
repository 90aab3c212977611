//! The handlers, a file for each resource: read the request, ask the store, write the answer.

pub(crate) mod debug;
pub(crate) mod document;
pub(crate) mod faults;
pub(crate) mod health;
pub(crate) mod latency;
mod list;
pub(crate) mod orders;
pub(crate) mod scrape;
pub(crate) mod stray;
pub(crate) mod users;
