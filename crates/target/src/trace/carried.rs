//! `Carried`: what a request says of the trace that it belongs to, for whoever makes a call on its behalf.
//!
//! The headers of the W3C's Trace Context, just as they came: they are passed on even where nothing is traced.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};

use crate::app::App;

const CARRIED: [HeaderName; 2] =
    [HeaderName::from_static("traceparent"), HeaderName::from_static("tracestate")];

/// The headers to be passed on; none where no other service is called.
#[derive(Debug, Default)]
pub(crate) struct Carried(pub(super) HeaderMap);

/// What of a request's headers is passed on.
fn carried(headers: &HeaderMap) -> HeaderMap {
    let mut carried = HeaderMap::new();
    for name in &CARRIED {
        // `tracestate` may be several lines.
        for value in headers.get_all(name) {
            carried.append(name, value.clone());
        }
    }
    carried
}

impl<S: Send + Sync> FromRequestParts<Arc<App<S>>> for Carried {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App<S>>) -> Result<Self, Infallible> {
        Ok(if app.users.is_some() { Self(carried(&parts.headers)) } else { Self::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trace_context_and_nothing_else() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("host", "a"),
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            ("tracestate", "a=1"),
            ("tracestate", "b=2"),
            ("authorization", "secret"),
        ] {
            headers.append(name, value.parse().unwrap());
        }
        let carried = carried(&headers);
        assert_eq!(carried.get_all("tracestate").iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!((carried.len(), carried.contains_key("traceparent")), (3, true));
    }
}
