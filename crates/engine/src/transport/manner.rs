//! `Manner`: by which settings a request goes, so that those that go by the same share a connection.

use super::Message;
use loadgen_scenario::plan::Http2;
use loadgen_scenario::url::{Origin, Scheme};

/// What two requests to one origin have to have in common to go over one connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Manner {
    /// TLS settings of its own: their place among the plan's.
    pub(super) own_tls: Option<u32>,
    /// Whether HTTP/2 is wanted. To a plain target there is nothing to agree on: never or always.
    pub(super) http2: Http2,
}

impl Manner {
    /// How a request to that origin goes.
    pub(super) fn of(message: &Message, origin: &Origin) -> Self {
        let head = message.head();
        let http2 = match head.http2 {
            Http2::IfAgreed if origin.scheme == Scheme::Http => Http2::Never,
            wanted => wanted,
        };
        Manner { own_tls: head.own_tls, http2 }
    }
}
