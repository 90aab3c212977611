//! The body of a request, as far as bytes and content type go.
//!
//! It is read before the content type is looked at: what stays unread costs the client its connection.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;

use crate::problem::Problem;
use crate::request::Fields;

/// The largest body that is taken, in bytes.
const LIMIT: usize = 64 * 1024;

/// How much of a body that is too large is read and thrown away, in bytes. A client that writes its whole request
/// before it reads gets its 413 then, not a reset connection.
const DRAIN: usize = 8 * 1024 * 1024;

/// How long a body may take to come, all of it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body that is a JSON object; which fields it must have is for the handler to say.
pub(crate) struct JsonBody(pub(crate) Fields);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = read(body).await?;
        if !is_json(&parts.headers) {
            let message = "the body must be JSON: send it with the header 'content-type: application/json'";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message));
        }
        Fields::parse(&bytes).map(Self)
    }
}

/// Reads a body that nobody wants, so that its connection can be used again and its sender gets to read the answer.
pub(crate) async fn drain(body: Body) {
    let _ = read(body).await;
}

async fn read(body: Body) -> Result<Bytes, Problem> {
    tokio::time::timeout(PATIENCE, read_all(body)).await.unwrap_or_else(|_| {
        let message = format!("the body did not come within {} s", PATIENCE.as_secs());
        Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", message))
    })
}

async fn read_all(mut body: Body) -> Result<Bytes, Problem> {
    // Nearly always there is one frame, and nothing to copy.
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    let mut seen = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            let message = format!("the body could not be read: {error}");
            Problem::new(StatusCode::BAD_REQUEST, "unreadable_body", message)
        })?;
        let Ok(data) = frame.into_data() else { continue };
        seen += data.len();
        if seen > DRAIN {
            break;
        }
        if seen > LIMIT {
            continue;
        }
        if first.is_empty() {
            first = data;
        } else {
            if joined.is_empty() {
                joined.extend_from_slice(&first);
            }
            joined.extend_from_slice(&data);
        }
    }
    if seen > LIMIT {
        let message = format!("the body is larger than {} KiB", LIMIT / 1024);
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message));
    }
    Ok(if joined.is_empty() { first } else { joined.freeze() })
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
        || essence.len() > 5
            && essence.get(essence.len() - 5..).is_some_and(|end| end.eq_ignore_ascii_case("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_waited_for_no_longer_than_patience_lasts() {
        let begun = futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
        let endless = futures_util::StreamExt::chain(begun, futures_util::stream::pending());
        let start = tokio::time::Instant::now();
        let refused =
            axum::response::IntoResponse::into_response(read(Body::from_stream(endless)).await.unwrap_err());
        assert_eq!((refused.status(), start.elapsed()), (StatusCode::REQUEST_TIMEOUT, PATIENCE));
    }

    #[test]
    fn json_by_its_content_type() {
        for (value, expected) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/merge-patch+json", true),
            ("+json", false),
            ("text/plain", false),
            ("application/jsonp", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, value.parse().unwrap())]);
            assert_eq!(is_json(&headers), expected, "{value:?}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
