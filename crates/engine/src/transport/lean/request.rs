//! A request as HTTP/1.1 has it on the wire.

use super::head;
use crate::transport::Message;
use ::http::Uri;
use ::http::header::{
    CONNECTION, CONTENT_LENGTH, Entry, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
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
pub(super) fn render(message: &Message, out: &mut Vec<u8>) -> Rest {
    let body = message.body();
    out.extend_from_slice(message.method().as_str().as_bytes());
    out.push(b' ');
    target(message.uri(), out);
    out.extend_from_slice(b" HTTP/1.1\r\n");
    let lasts = match &message.head().lines {
        Some(lines) => {
            out.extend_from_slice(&lines.bytes);
            lines.lasts
        }
        None => {
            let begin = out.len();
            let said = fields(message.headers(), out);
            if said.coded || (said.length && !body.is_empty()) {
                out.truncate(begin);
                let rest = render_framed(message.headers().clone(), body, out);
                return Rest { lasts: said.lasts && rest.lasts, ..rest };
            }
            said.lasts
        }
    };
    if !body.is_empty() {
        // A vector takes whatever is written to it.
        let _ = write!(out, "content-length: {}\r\n", body.len());
    }
    out.extend_from_slice(b"\r\n");
    Rest { body: behind(body.clone(), out), lasts }
}

/// The headers of requests that are sent again and again, as they stand on the wire.
#[derive(Debug)]
pub(crate) struct Lines {
    bytes: Box<[u8]>,
    /// Whether they leave the connection open.
    lasts: bool,
    /// Whether they say that there is no body.
    pub(crate) says_none: bool,
}

/// Renders headers beforehand. `None` where the script has framed the body itself, which is for each body anew.
pub(in crate::transport) fn lines(headers: &HeaderMap) -> Option<Lines> {
    let mut bytes = Vec::with_capacity(128);
    let said = fields(headers, &mut bytes);
    let says_none = headers.get(CONTENT_LENGTH).is_some_and(|length| length == "0");
    (!said.coded && (!said.length || says_none)).then(|| Lines {
        bytes: bytes.into(),
        lasts: said.lasts,
        says_none,
    })
}

/// What headers say of the connection and of the body.
struct Said {
    lasts: bool,
    coded: bool,
    length: bool,
}

fn fields(headers: &HeaderMap, out: &mut Vec<u8>) -> Said {
    let mut said = Said { lasts: true, coded: false, length: false };
    for (name, value) in headers {
        if *name == CONNECTION {
            said.lasts &= !head::options(value.as_bytes()).any(|option| option.eq_ignore_ascii_case("close"));
        }
        said.coded |= *name == TRANSFER_ENCODING;
        said.length |= *name == CONTENT_LENGTH;
        field(name, value, out);
    }
    said
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
