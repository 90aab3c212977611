//! Every shape that an answer can have, sound or not, and what it comes to.

use super::head::Asked;
use super::reader::Reader;
use crate::transport::received::Received;
use crate::transport::{Fault, Want};
use loadgen_metrics::ErrorKind;

/// An answer.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) name: &'static str,
    /// What was asked for.
    pub(super) asked: Asked,
    /// What comes, a `~` standing for as many bytes as would break a bound.
    bytes: &'static [u8],
    /// Whether the connection ends behind it.
    pub(super) ends: bool,
    /// As [`outcome`] has it.
    pub(super) wanted: &'static str,
}

impl Shape {
    /// The bytes that come.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self.bytes.split_last() {
            Some((b'~', first)) => [first, &[b'x'; 20 << 10]].concat(),
            _ => self.bytes.to_vec(),
        }
    }
}

const fn open(name: &'static str, bytes: &'static [u8], wanted: &'static str) -> Shape {
    Shape { name, asked: Asked::Other, bytes, ends: false, wanted }
}

const fn ends(name: &'static str, bytes: &'static [u8], wanted: &'static str) -> Shape {
    Shape { name, asked: Asked::Other, bytes, ends: true, wanted }
}

const fn to(asked: Asked, shape: Shape) -> Shape {
    Shape { asked, ..shape }
}

/// All shapes.
pub(super) const SHAPES: &[Shape] = &[
    // Lengths.
    open("a length", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "200 ok again"),
    open("in capitals", b"HTTP/1.1 200 OK\r\nCONTENT-LENGTH:2\r\n\r\nok", "200 ok again"),
    open("no body", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200  again"),
    open("several times at once", b"HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nok", "200 ok again"),
    open("lines that end in line feeds", b"HTTP/1.1 200 OK\ncontent-length: 2\n\nok", "200 ok again"),
    open("a line's end before it", b"\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "200 ok again"),
    open("no words", b"HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok", "200 ok again"),
    open("words of other tongues", b"HTTP/1.1 200 \xe9t\xe9\r\ncontent-length: 0\r\n\r\n", "200  again"),
    open("values of other tongues", b"HTTP/1.1 200 OK\r\nx: \xff\r\ncontent-length: 0\r\n\r\n", "200  again"),
    open("any status", b"HTTP/1.1 999 X\r\ncontent-length: 0\r\n\r\n", "999  again"),
    open("too little of it", b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok", "waits"),
    ends("too little of it, then the end", b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok", "ConnectionReset 200"),
    ends("the end behind it", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "200 ok last"),
    open("a line's end too much", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok\r\n", "200 ok last"),
    open("too much of it", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok and more", "MalformedAnswer 200"),
    open("an answer too much", b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "MalformedAnswer 200"),
    open("too much of the last", b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok and", "200 ok last"),
    open("a length twice", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok", "UnexpectedLength"),
    open("two lengths", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok", "UnexpectedLength"),
    open("a length twice, and no body", b"HTTP/1.1 204 X\r\ncontent-length: 0\r\ncontent-length: 0\r\n\r\n", "UnexpectedLength"),
    open("two lengths at once", b"HTTP/1.1 200 OK\r\ncontent-length: 2, 3\r\n\r\nok", "InvalidLength"),
    open("a length in words", b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\nok", "InvalidLength"),
    open("a length with a sign", b"HTTP/1.1 200 OK\r\ncontent-length: +2\r\n\r\nok", "InvalidLength"),
    open("an empty length", b"HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\nok", "InvalidLength"),
    open("a length out of bounds", b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\nok", "InvalidLength"),
    open("a length that nobody has", b"HTTP/1.1 200 OK\r\ncontent-length: 9999999999999999999\r\n\r\nok", "waits"),
    // None.
    to(Asked::Head, open("an answer to HEAD", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n", "200  again")),
    to(Asked::Head, open("one in chunks", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "200  again")),
    to(Asked::Head, open("one without a length", b"HTTP/1.1 200 OK\r\n\r\n", "200  again")),
    to(Asked::Head, open("one with a body", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "MalformedAnswer 200")),
    to(Asked::Connect, open("an answer to CONNECT", b"HTTP/1.1 200 OK\r\n\r\n\x01\x02", "200  last")),
    to(Asked::Connect, open("a refusal of it", b"HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nno", "403 no again")),
    open("no content", b"HTTP/1.1 204 No Content\r\n\r\n", "204  again"),
    open("no content of some length", b"HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n", "204  again"),
    open("not modified", b"HTTP/1.1 304 Not Modified\r\ncontent-length: 500\r\n\r\n", "304  again"),
    // Interim ones.
    open("continue", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "200 ok again"),
    open("hints", b"HTTP/1.1 103 Early Hints\r\nlink: x\r\ncontent-length: 7\r\ncontent-length: 8\r\n\r\nHTTP/1.1 102 X\r\n\r\nHTTP/1.1 204 X\r\n\r\n", "204  again"),
    open("hints alone", b"HTTP/1.1 103 Early Hints\r\n\r\n", "waits"),
    ends("hints, then the end", b"HTTP/1.1 103 Early Hints\r\n\r\n", "ConnectionReset"),
    open("another protocol", b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n\x81\x02hi", "101  last"),
    // Up to the end.
    ends("up to the end", b"HTTP/1.1 200 OK\r\n\r\nall of it", "200 all of it last"),
    ends("up to the end, nothing", b"HTTP/1.1 200 OK\r\n\r\n", "200  last"),
    open("up to an end that does not come", b"HTTP/1.1 200 OK\r\n\r\nall of it", "waits"),
    ends("another coding", b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\ncontent-length: 3\r\n\r\nall of it", "200 all of it last"),
    ends("chunks that are not the last coding", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked, gzip\r\n\r\n3\r\n", "200 3\r\n last"),
    // The connection.
    open("the last", b"HTTP/1.1 200 OK\r\nconnection: Close\r\ncontent-length: 2\r\n\r\nok", "200 ok last"),
    open("the last, among others", b"HTTP/1.1 200 OK\r\nconnection: x , close\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok", "200 ok last"),
    open("the last, of another sort", b"HTTP/1.1 200 OK\r\nconnection: closed\r\ncontent-length: 2\r\n\r\nok", "200 ok again"),
    open("of HTTP/1.0", b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", "200 ok last"),
    open("of HTTP/1.0, kept", b"HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\ncontent-length: 2\r\n\r\nok", "200 ok again"),
    ends("of HTTP/1.0, up to the end", b"HTTP/1.0 200 OK\r\n\r\nold", "200 old last"),
    open("of HTTP/1.0, in chunks", b"HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", "InvalidHeaderToken"),
    // Chunks.
    open("chunks", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0B\r\ndefghijklmn\r\n0\r\n\r\n", "200 abcdefghijklmn again"),
    open("chunks, beside a length", b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: gzip, Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "200 abc again"),
    open("codings in two fields", b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", "200 a again"),
    open("no chunk", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n000\r\n\r\n", "200  again"),
    open("extensions", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;a=b;c\r\nabc\r\n2 \t ;d=\"e\"\r\nde\r\n0;f\r\n\r\n", "200 abcde again"),
    open("blanks behind a size", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1 \r\na\r\n0\t\r\n\r\n", "200 a again"),
    open("trailers", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx: y\r\nz:\r\n\r\n", "200 a again"),
    open("chunks, and a line's end", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n\r\n", "200  last"),
    open("chunks, and more", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nmore", "MalformedAnswer 200"),
    open("chunks without an end", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n", "waits"),
    ends("an end before the last chunk", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n", "ConnectionReset 200"),
    ends("an end in the last chunk", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n", "ConnectionReset 200"),
    ends("an end in a chunk", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nab", "ConnectionReset 200"),
    open("a size in words", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n", "InvalidChunk 200"),
    open("no size", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\nabc", "InvalidChunk 200"),
    open("no size, but an extension", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n;a\r\n", "InvalidChunk 200"),
    open("a size out of bounds", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\na", "InvalidChunk 200"),
    open("digits behind a blank", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1 1\r\na", "InvalidChunk 200"),
    open("a size without a return", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\na\r\n", "InvalidChunk 200"),
    open("a size without a line feed", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\ra\r\n", "InvalidChunk 200"),
    open("a chunk too long", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", "InvalidChunk 200"),
    open("a chunk without a line feed", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r0\r\n\r\n", "InvalidChunk 200"),
    open("an extension without a return", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;a\na", "InvalidChunk 200"),
    open("extensions without end", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;~", "InvalidChunk 200"),
    open("a trailer that is none", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx y: z\r\n\r\n", "InvalidChunk 200"),
    open("trailers without end", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: ~", "InvalidChunk 200"),
    open("a last line that is none", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\rx", "InvalidChunk 200"),
    // No heads.
    ends("nothing", b"", "ConnectionReset"),
    ends("half a head", b"HTTP/1.1 200 OK\r\ncont", "ConnectionReset"),
    ends("hardly a head", b"HTTP/1", "ConnectionReset"),
    open("half a head, and no end", b"HTTP/1.1 200 OK\r\ncont", "waits"),
    ends("another protocol", b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "MalformedAnswer"),
    ends("HTTP/0.9", b"<html>hello</html>\n", "MalformedAnswer"),
    ends("a version that nobody knows", b"HTTP/3.7 200 OK\r\ncontent-length: 0\r\n\r\n", "InvalidVersion"),
    ends("a version with too much of it", b"HTTP/1.11 200 OK\r\ncontent-length: 0\r\n\r\n", "InvalidVersion"),
    ends("HTTP/2", b"HTTP/2 200 OK\r\ncontent-length: 0\r\n\r\n", "InvalidVersion"),
    ends("a status of a letter", b"HTTP/1.1 9x OK\r\ncontent-length: 0\r\n\r\n", "InvalidStatus"),
    ends("a status below all", b"HTTP/1.1 099 OK\r\ncontent-length: 0\r\n\r\n", "InvalidStatus"),
    ends("a status too long", b"HTTP/1.1 2000 OK\r\ncontent-length: 0\r\n\r\n", "InvalidStatus"),
    ends("words that are none", b"HTTP/1.1 200 O\x01K\r\ncontent-length: 0\r\n\r\n", "InvalidStatus"),
    ends("a name with a blank", b"HTTP/1.1 200 OK\r\na b: c\r\n\r\n", "InvalidHeaderToken"),
    ends("a name that is empty", b"HTTP/1.1 200 OK\r\n: c\r\n\r\n", "InvalidHeaderToken"),
    ends("a blank behind a name", b"HTTP/1.1 200 OK\r\na : c\r\n\r\n", "InvalidHeaderToken"),
    ends("a value over two lines", b"HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n", "InvalidHeaderToken"),
    ends("a value that is none", b"HTTP/1.1 200 OK\r\na: b\x00c\r\n\r\n", "InvalidHeaderToken"),
    ends("a name without a value", b"HTTP/1.1 200 OK\r\nabc\r\n\r\n", "InvalidHeaderToken"),
];

/// What these bytes come to, where they come in these pieces: `200 BODY again`, `200 BODY last` if the connection can
/// take no other request, `KIND STATUS`, `KIND` if there was no head, `waits`.
pub(super) fn outcome(asked: Asked, pieces: &[&[u8]], ends: bool) -> String {
    let mut reader = Reader::new(asked, Want::ALL);
    let mut body = Received::new(true);
    let mut last = None;
    let failed =
        |fault: Fault, reader: &Reader| told(Err((fault.kind, reader.head.as_ref().map(|head| head.status))));
    for piece in pieces {
        if last.is_some() {
            // Nobody has asked for it.
            last = Some(true);
            continue;
        }
        let read = reader.feed(piece, &mut body);
        match read.and_then(|behind| behind.map(|behind| reader.is_last(behind, true)).transpose()) {
            Ok(found) => last = found,
            Err(fault) => return failed(fault, &reader),
        }
    }
    if ends {
        if let Err(fault) = reader.end() {
            return failed(fault, &reader);
        }
        last = Some(true);
    }
    let Some(last) = last else { return "waits".to_owned() };
    told(Ok((reader.head.map_or(0, |head| head.status), &body.end().0, last)))
}

/// Status, body and whether the connection has served its time; or the kind of error, and the status if there was one.
pub(super) type Outcome<'b> = Result<(u16, &'b [u8], bool), (ErrorKind, Option<u16>)>;

/// An outcome in words.
pub(super) fn told(outcome: Outcome<'_>) -> String {
    match outcome {
        Ok((status, body, last)) => {
            let body = String::from_utf8_lossy(body);
            format!("{status} {body} {}", if last { "last" } else { "again" })
        }
        Err((kind, Some(status))) => format!("{kind:?} {status}"),
        Err((kind, None)) => format!("{kind:?}"),
    }
}
