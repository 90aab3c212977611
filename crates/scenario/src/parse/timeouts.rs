//! `http.timeouts`.

use crate::document::Node;
use crate::parse::{Parser, keys};
use crate::scenario::TimeoutOptions;

impl Parser {
    /// `http.timeouts`. What is wrong with it is told, and then it is as if it were not there.
    pub(super) fn timeouts(&mut self, node: &Node, path: &str) -> TimeoutOptions {
        let Some(members) = self.fields(node, path, &keys::TIMEOUTS) else {
            return TimeoutOptions::default();
        };
        let mut span = |key: &str| {
            let entry = members.get(key)?;
            self.duration(&entry.node, &format!("{path}.{key}")).map(|span| span.value)
        };
        TimeoutOptions {
            connect: span("connect"),
            first_byte: span("firstByte"),
            idle: span("idle"),
            total: span("total"),
        }
    }
}
