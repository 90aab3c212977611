//! A request as HTTP/1.1 has it on the wire.

use super::head;
use ::http::header::{
    CONNECTION, CONTENT_LENGTH, Entry, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use ::http::{Request, Uri};
use bytes::Bytes;
use std::io::Write;

/// Longest body that is copied behind its head, in bytes, so that both go with one write.
const COPIED: usize = 16 << 10;

/// What is left to say of a request.
pub(super) struct Rest {
    /// What goes behind the bytes that were rendered.
    pub(super) body: Bytes,
    /// Whether the connection can take another request after this one, as far as that is up to it.
    pub(super) lasts: bool,
}

/// Renders a request behind what `out` holds.
pub(super) fn render(message: &Request<Bytes>, out: &mut Vec<u8>) -> Rest {
    let body = message.body();
    out.extend_from_slice(message.method().as_str().as_bytes());
    out.push(b' ');
    target(message.uri(), out);
    out.extend_from_slice(b" HTTP/1.1\r\n");
    let begin = out.len();
    let (mut lasts, mut is_plain) = (true, true);
    for (name, value) in message.headers() {
        if *name == CONNECTION {
            lasts &= !head::options(value.as_bytes()).any(|option| option.eq_ignore_ascii_case("close"));
        }
        is_plain &= *name != TRANSFER_ENCODING && (*name != CONTENT_LENGTH || body.is_empty());
        field(name, value, out);
    }
    if !is_plain {
        out.truncate(begin);
        let rest = render_framed(message.headers().clone(), body, out);
        return Rest { lasts: lasts && rest.lasts, ..rest };
    }
    if !body.is_empty() {
        // A vector takes whatever is written to it.
        let _ = write!(out, "content-length: {}\r\n", body.len());
    }
    out.extend_from_slice(b"\r\n");
    Rest { body: behind(body.clone(), out), lasts }
}

/// Renders headers among which the script has framed the body itself: that counts, as far as it can.
fn render_framed(mut headers: HeaderMap, body: &Bytes, out: &mut Vec<u8>) -> Rest {
    let mut rest = Rest { body: body.clone(), lasts: true };
    let mut chunked = false;
    if body.is_empty() {
        headers.remove(TRANSFER_ENCODING);
    } else if let Entry::Occupied(mut codings) = headers.entry(TRANSFER_ENCODING) {
        chunked = true;
        // Chunks are what makes an end, so they are the last coding.
        if let Some(last) = codings.iter_mut().next_back()
            && !head::is_chunked(last.as_bytes())
            && let Ok(both) = HeaderValue::from_bytes(&[last.as_bytes(), b", chunked"].concat())
        {
            *last = both;
        }
        headers.remove(CONTENT_LENGTH);
    } else if let Some(length) = length(&headers) {
        rest.lasts = length <= body.len() as u64;
        rest.body.truncate(usize::try_from(length).unwrap_or(usize::MAX));
    } else {
        headers.insert(CONTENT_LENGTH, body.len().into());
    }
    headers.iter().for_each(|(name, value)| field(name, value, out));
    out.extend_from_slice(b"\r\n");
    if chunked {
        let _ = write!(out, "{:X}\r\n", body.len());
        out.extend_from_slice(body);
        out.extend_from_slice(b"\r\n0\r\n\r\n");
        rest.body.clear();
    }
    Rest { body: behind(rest.body, out), ..rest }
}

/// The length that the headers promise, if they agree on one.
fn length(headers: &HeaderMap) -> Option<u64> {
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter().map(|value| head::number(value.as_bytes()).ok());
    let first = lengths.next()?;
    lengths.all(|length| length == first).then_some(first)?
}

/// Puts a short body behind its head, and gives one that is longer.
fn behind(body: Bytes, out: &mut Vec<u8>) -> Bytes {
    if body.len() > COPIED {
        return body;
    }
    out.extend_from_slice(&body);
    Bytes::new()
}

fn field(name: &HeaderName, value: &HeaderValue, out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_str().as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value.as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// What is asked for: a path, or to a proxy a whole URL.
fn target(uri: &Uri, out: &mut Vec<u8>) {
    match uri.path_and_query() {
        Some(path) if uri.authority().is_none() && path.as_str().starts_with('/') => {
            out.extend_from_slice(path.as_str().as_bytes());
        }
        _ => drop(write!(out, "{uri}")),
    }
}
