//! `Head`: an answer's status, and what its headers say of the body and of the connection (RFC 9112, 6.3 and 9.3).

use crate::transport::{Fault, Headers, Want};
use ::http::header::{CONTENT_ENCODING, LOCATION, SET_COOKIE};
use ::http::{HeaderMap, HeaderName, HeaderValue, Method};
use httparse::{Header, ParserConfig, Response, Status};
use loadgen_metrics::ErrorKind;
use std::mem::MaybeUninit;

/// Longest head of an answer, in bytes.
pub(super) const LONGEST: usize = 400 << 10;
/// Most headers of an answer.
const MOST: usize = 100;

/// Longest name of a header, in bytes, of which the `http` crate makes one.
const LONGEST_NAME: usize = (1 << 16) - 1;

static SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// What of a request decides where its answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// `HEAD`: the answer has no body, whatever it says.
    Head,
    /// `CONNECT`: behind a good answer there is no HTTP any more.
    Connect,
    /// Anything else.
    Other,
}

impl From<&Method> for Asked {
    fn from(method: &Method) -> Self {
        match *method {
            Method::HEAD => Asked::Head,
            Method::CONNECT => Asked::Connect,
            _ => Asked::Other,
        }
    }
}

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is none.
    Nothing,
    /// After so many bytes.
    Length(u64),
    /// With its last chunk.
    Chunked,
    /// With the connection.
    UntilClosed,
}

/// The head of an answer.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// A number of three digits.
    pub(super) status: u16,
    pub(super) framing: Framing,
    /// Whether the target keeps the connection.
    pub(super) keeps: bool,
    /// All headers, or those that are heeded.
    pub(super) headers: Headers,
}

/// What bytes begin with.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// A part of a head.
    Part,
    /// An interim head (`100 Continue`, `103 Early Hints`) of so many bytes: the answer is still to come.
    Interim(usize),
    /// A head of so many bytes.
    Whole(usize, Head),
}

/// Finds the head that bytes begin with, and keeps all of its headers if they are wanted.
///
/// # Errors
/// They do not begin with one.
pub(super) fn find(bytes: &[u8], asked: Asked, want: Want) -> Result<Found, Fault> {
    let mut headers: [MaybeUninit<Header<'_>>; MOST] = [const { MaybeUninit::uninit() }; MOST];
    let mut response = Response::new(&mut []);
    let found =
        ParserConfig::default().parse_response_with_uninit_headers(&mut response, bytes, &mut headers);
    let length = match found.map_err(|error| fault(error, bytes))? {
        Status::Complete(length) => length,
        Status::Partial => bytes.len(),
    };
    if length > LONGEST {
        return Err(Fault::new(ErrorKind::HeadTooLarge, format!("the head is over {} KiB", LONGEST >> 10)));
    }
    if found == Ok(Status::Partial) {
        return Ok(Found::Part);
    }
    let status = response.code.filter(|code| *code >= 100).ok_or_else(no_status)?;
    if matches!(status, 100 | 102..=199) {
        return Ok(Found::Interim(length));
    }
    let head = judge(status, response.version == Some(1), response.headers, asked, want)?;
    Ok(Found::Whole(length, head))
}

/// What the headers of a final answer say.
fn judge(status: u16, is_1_1: bool, fields: &[Header<'_>], asked: Asked, want: Want) -> Result<Head, Fault> {
    let mut connection = Connection::default();
    let (mut length, mut coding): (Option<&[u8]>, Option<&[u8]>) = (None, None);
    let mut lengths = 0;
    let mut headers = Headers::default();
    if want.headers {
        headers.map_mut().reserve(fields.len());
    }
    for field in fields {
        match field.name.len() {
            10 if field.name.eq_ignore_ascii_case("connection") => connection.note(field.value),
            14 if field.name.eq_ignore_ascii_case("content-length") => {
                lengths += 1;
                length = Some(field.value);
            }
            17 if field.name.eq_ignore_ascii_case("transfer-encoding") => coding = Some(field.value),
            _ => {}
        }
        if want.headers {
            keep(headers.map_mut(), header_name(field.name)?, field.value)?;
        } else if let Some(name) = heeded(field.name, status, want) {
            keep(headers.map_mut(), name.clone(), field.value)?;
        }
    }
    // As Node: even where both say the same.
    if lengths > 1 {
        let detail = "content-length stands there more than once";
        return Err(Fault::new(ErrorKind::UnexpectedLength, detail));
    }
    let keeps = connection.keeps(is_1_1);
    let framing = match (status, asked) {
        (101 | 204 | 304, _) | (_, Asked::Head) | (200..=299, Asked::Connect) => Framing::Nothing,
        _ => match (coding, length) {
            (Some(_), _) if !is_1_1 => {
                let detail = "transfer-encoding stands there, which HTTP/1.0 does not have";
                return Err(Fault::new(ErrorKind::InvalidHeaderToken, detail));
            }
            (Some(coding), _) if is_chunked(coding) => Framing::Chunked,
            (Some(_), _) | (None, None) => Framing::UntilClosed,
            (None, Some(length)) => Framing::Length(number(length)?),
        },
    };
    // Behind these two the connection speaks something else.
    let leaves = status == 101 || asked == Asked::Connect && (200..=299).contains(&status);
    Ok(Head { status, framing, keeps: keeps && !leaves && framing != Framing::UntilClosed, headers })
}

/// The name of a header that the engine itself heeds, whatever the script wants of the answer: for cookies, redirects,
/// compressed bodies and the metric that is the server's own.
fn heeded(name: &str, status: u16, want: Want) -> Option<&'static HeaderName> {
    let heeded = match name.len() {
        8 if status / 100 == 3 => &LOCATION,
        10 => &SET_COOKIE,
        13 => &SERVER_TIMING,
        16 if want.body => &CONTENT_ENCODING,
        _ => return None,
    };
    Some(heeded).filter(|heeded| name.eq_ignore_ascii_case(heeded.as_str()))
}

fn keep(headers: &mut HeaderMap, name: HeaderName, value: &[u8]) -> Result<(), Fault> {
    headers.append(name, HeaderValue::from_bytes(value).map_err(|_| no_header())?);
    Ok(())
}

fn header_name(name: &str) -> Result<HeaderName, Fault> {
    if name.len() > LONGEST_NAME {
        return Err(Fault::new(ErrorKind::HeadTooLarge, "a header's name is over 64 KiB"));
    }
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| no_header())
}

/// What `connection` says, in however many fields.
#[derive(Default)]
struct Connection {
    close: bool,
    keep_alive: bool,
}

impl Connection {
    fn note(&mut self, value: &[u8]) {
        // Hardly anybody says anything else.
        if value.eq_ignore_ascii_case(b"keep-alive") {
            self.keep_alive = true;
            return;
        }
        for option in options(value) {
            self.close |= option.eq_ignore_ascii_case("close");
            self.keep_alive |= option.eq_ignore_ascii_case("keep-alive");
        }
    }

    fn keeps(&self, is_1_1: bool) -> bool {
        !self.close && (is_1_1 || self.keep_alive)
    }
}

/// The members of a list; none where it is no ASCII.
pub(super) fn options(value: &[u8]) -> impl DoubleEndedIterator<Item = &str> {
    let text = std::str::from_utf8(value).ok().filter(|text| text.is_ascii());
    text.into_iter().flat_map(|text| text.split(',').map(str::trim))
}

/// Whether a body that went through these codings came in chunks: that is the last of them, or it is none.
pub(super) fn is_chunked(codings: &[u8]) -> bool {
    options(codings).next_back().is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
}

/// The number in `content-length`, which may stand there several times over (RFC 9110, 8.6).
pub(super) fn number(value: &[u8]) -> Result<u64, Fault> {
    let mut numbers = options(value).map(|text| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u64>().ok().filter(|_| digits)
    });
    let first = numbers.next().flatten();
    first.filter(|_| numbers.all(|number| number == first)).ok_or_else(|| {
        let shown = crate::transport::shown(value);
        Fault::new(ErrorKind::InvalidLength, format!("content-length is `{shown}`, which is no number"))
    })
}

/// Why these bytes begin with no head.
fn fault(error: httparse::Error, bytes: &[u8]) -> Fault {
    if error == httparse::Error::TooManyHeaders {
        return Fault::new(ErrorKind::HeadTooLarge, format!("the head has more than {MOST} headers"));
    }
    if !bytes.starts_with(b"HTTP/") {
        return Fault::new(ErrorKind::MalformedAnswer, "what came does not begin as an answer of HTTP does");
    }
    if !bytes.starts_with(b"HTTP/1.1 ") && !bytes.starts_with(b"HTTP/1.0 ") {
        return Fault::new(ErrorKind::InvalidVersion, "the version of HTTP is neither 1.0 nor 1.1");
    }
    match error {
        httparse::Error::Status => no_status(),
        _ => no_header(),
    }
}

fn no_status() -> Fault {
    Fault::new(ErrorKind::InvalidStatus, "the status is not a number of three digits, and its words")
}

fn no_header() -> Fault {
    Fault::new(ErrorKind::InvalidHeaderToken, "a header holds characters that HTTP forbids")
}
