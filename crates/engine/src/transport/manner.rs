//! `Manner`: by which settings a request goes, so that those that go by the same share a connection.

use ::http::Request;
use loadgen_scenario::plan::Http2;
use loadgen_scenario::url::{Origin, Scheme};

/// Which of the plan's [`own_tls`](loadgen_scenario::plan::Http::own_tls) a request goes by, among its extensions;
/// without one it goes by the plan's own. Whether HTTP/2 is wanted stands there too, as [`Http2`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnTls(pub u32);

/// What two requests to one origin have to have in common to go over one connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Manner {
    /// TLS settings of its own.
    pub(super) own_tls: Option<OwnTls>,
    /// Whether HTTP/2 is wanted. To a plain target there is nothing to agree on: never or always.
    pub(super) http2: Http2,
}

impl Manner {
    /// How a request to that origin goes.
    pub(super) fn of<B>(message: &Request<B>, origin: &Origin) -> Self {
        let extensions = message.extensions();
        let http2 = match extensions.get().copied().unwrap_or_default() {
            Http2::IfAgreed if origin.scheme == Scheme::Http => Http2::Never,
            wanted => wanted,
        };
        Manner { own_tls: extensions.get().copied(), http2 }
    }
}
