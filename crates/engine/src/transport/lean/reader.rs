//! `Reader`: reads one answer from bytes, in whatever pieces they come. Knows nothing of sockets.
//!
//! It looks at the bytes where they are. Only a head that comes in pieces is put together in a buffer of its own.

use super::chunked::Chunks;
use super::head::{self, Asked, Found, Framing, Head};
use crate::transport::received::Received;
use crate::transport::{Fault, Want};
use loadgen_metrics::ErrorKind;

/// Reads one answer.
pub(super) struct Reader {
    asked: Asked,
    want: Want,
    place: Place,
    /// The head so far, if it came in pieces.
    part: Vec<u8>,
    /// The head, once it has come.
    pub(super) head: Option<Head>,
    /// How many interim answers came before it.
    pub(super) interim: u32,
}

/// Where it is in the answer.
enum Place {
    Head,
    /// In a body of which so many bytes are to come.
    Length(u64),
    Chunks(Chunks),
    UntilClosed,
    End,
}

impl Reader {
    /// The answer to such a request is still to come.
    pub(super) fn new(asked: Asked, want: Want) -> Self {
        Reader { asked, want, place: Place::Head, part: Vec::new(), head: None, interim: 0 }
    }

    /// Whether something of the answer has come, interim ones aside.
    pub(super) fn has_begun(&self) -> bool {
        !matches!(self.place, Place::Head) || !self.part.is_empty()
    }

    /// Takes these bytes. Gives those behind the answer once it is complete.
    ///
    /// # Errors
    /// They are no answer.
    pub(super) fn feed<'b>(
        &mut self,
        bytes: &'b [u8],
        body: &mut Received,
    ) -> Result<Option<&'b [u8]>, Fault> {
        let mut rest = bytes;
        loop {
            let place = &mut self.place;
            match place {
                Place::Head => match self.head(rest)? {
                    Some(behind) => rest = behind,
                    None => return Ok(None),
                },
                Place::Length(left) => {
                    let length = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    let (data, behind) = rest.split_at(length);
                    body.add(data);
                    *left -= length as u64;
                    rest = behind;
                    if *left > 0 {
                        return Ok(None);
                    }
                    *place = Place::End;
                }
                Place::Chunks(chunks) => {
                    let taken = chunks.feed(rest, |data| body.add(data))?;
                    rest = &rest[taken..];
                    if !chunks.is_complete() {
                        return Ok(None);
                    }
                    *place = Place::End;
                }
                Place::UntilClosed => {
                    body.add(rest);
                    return Ok(None);
                }
                Place::End => return Ok(Some(rest)),
            }
        }
    }

    /// Whether the connection can take another request, where these bytes lie behind the answer; `lasts` is whether it
    /// could, for all that the request says. Some targets put a line's end behind each body, which Node passes over: it
    /// is let pass, though the connection is not used again.
    ///
    /// # Errors
    /// More came than the answer was to have.
    pub(super) fn is_last(&self, behind: &[u8], lasts: bool) -> Result<bool, Fault> {
        let keeps = lasts && self.head.as_ref().is_some_and(|head| head.keeps);
        if keeps && !behind.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            let detail = "more came than the answer's body was to have";
            return Err(Fault::new(ErrorKind::MalformedAnswer, detail));
        }
        Ok(!keeps || !behind.is_empty())
    }

    /// The connection has ended.
    ///
    /// # Errors
    /// The answer has not.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        match self.place {
            Place::UntilClosed | Place::End => return Ok(()),
            // What is wrong with the part of a head that came says more.
            Place::Head => drop(head::find(&self.part, self.asked, self.want)?),
            Place::Length(_) | Place::Chunks(_) => {}
        }
        let detail = "the connection was closed before the answer was whole";
        Err(Fault::new(ErrorKind::ConnectionReset, detail))
    }

    /// Looks for a head. Gives what lies behind it, or behind an interim one.
    fn head<'b>(&mut self, mut bytes: &'b [u8]) -> Result<Option<&'b [u8]>, Fault> {
        let known = self.part.len();
        let found = if known == 0 {
            // Line ends that stand before an answer; Node passes over them, too.
            let lines = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            bytes = &bytes[lines..];
            match head::find(bytes, self.asked, self.want)? {
                Found::Part => {
                    self.part.extend_from_slice(bytes);
                    return Ok(None);
                }
                found => found,
            }
        } else {
            self.part.extend_from_slice(bytes);
            // Looked at line by line, so that a head that comes byte by byte costs little.
            let looked = bytes.contains(&b'\n') || self.part.len() > head::LONGEST;
            if looked { head::find(&self.part, self.asked, self.want)? } else { Found::Part }
        };
        let length = match found {
            Found::Part => return Ok(None),
            Found::Interim(length) => {
                self.interim += 1;
                length
            }
            Found::Whole(length, head) => {
                self.place = match head.framing {
                    Framing::Nothing | Framing::Length(0) => Place::End,
                    Framing::Length(length) => Place::Length(length),
                    Framing::Chunked => Place::Chunks(Chunks::new()),
                    Framing::UntilClosed => Place::UntilClosed,
                };
                self.head = Some(head);
                length
            }
        };
        self.part = Vec::new();
        Ok(bytes.get(length.saturating_sub(known)..))
    }
}

#[cfg(test)]
mod tests {
    use super::super::shapes::{SHAPES, outcome};
    use super::*;

    #[test]
    fn each_shape_comes_to_the_same_however_it_is_cut() {
        for shape in SHAPES {
            let bytes = shape.bytes();
            let whole = outcome(shape.asked, &[&bytes], shape.ends);
            assert_eq!(whole, shape.wanted, "{}", shape.name);
            for cut in (1..bytes.len()).step_by(1 + bytes.len() / 400) {
                let (first, second) = bytes.split_at(cut);
                let found = outcome(shape.asked, &[first, second], shape.ends);
                // Behind the cut at its end, more than the body belongs to nobody yet.
                let more = shape.wanted.starts_with("MalformedAnswer 200") && found.ends_with(" last");
                assert!(found == whole || more, "{} cut at {cut}: {found}", shape.name);
            }
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            let found = outcome(shape.asked, &single, shape.ends);
            assert!(found == whole || found.ends_with(" last"), "{} byte by byte: {found}", shape.name);
        }
    }

    #[test]
    fn heads_have_bounds() {
        let headers = |count: usize| format!("HTTP/1.1 204 X\r\n{}\r\n", "a: b\r\n".repeat(count));
        let long = |length: usize| format!("HTTP/1.1 204 X\r\na: {}\r\n\r\n", "b".repeat(length));
        let endless = "HTTP/1.1 200 X\r\na: ".to_owned() + &"b".repeat(head::LONGEST + 1);
        let cases = [
            (headers(100), "204  again"),
            (headers(101), "HeadTooLarge"),
            (long(390 << 10), "204  again"),
            (long(head::LONGEST), "HeadTooLarge"),
            (endless, "HeadTooLarge"),
            (format!("HTTP/1.1 204 X\r\n{}: b\r\n\r\n", "a".repeat(1 << 16)), "HeadTooLarge"),
            (format!("HTTP/1.1 100 X\r\n\r\n{}", headers(100)).repeat(3), "MalformedAnswer 204"),
        ];
        for (bytes, wanted) in cases {
            for size in [usize::MAX, 64 << 10, 1000] {
                let pieces: Vec<&[u8]> = bytes.as_bytes().chunks(size).collect();
                let found = outcome(Asked::Other, &pieces, false);
                let more = wanted.starts_with("MalformedAnswer") && found.ends_with("last");
                assert!(found == wanted || more, "{found}, {wanted}");
            }
        }
    }

    #[test]
    fn headers_that_nobody_wants_are_not_kept() {
        let names = |status: u16, want: Want| {
            let mut reader = Reader::new(Asked::Other, want);
            let bytes = format!(
                "HTTP/1.1 {status} X\r\nA: 1\r\nSet-Cookie: b=1\r\nset-cookie: c=2\r\nLocation: /\r\n\
                 content-encoding: gzip\r\nServer-Timing: x\r\ncontent-length: 0\r\n\r\n"
            );
            assert!(reader.feed(bytes.as_bytes(), &mut Received::new(false)).unwrap().is_some());
            let headers = reader.head.unwrap().headers;
            let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
            names.join(" ")
        };
        let body = Want { body: true, ..Want::LITTLE };
        assert_eq!(names(200, Want::LITTLE), "set-cookie set-cookie server-timing");
        assert_eq!(names(302, Want::LITTLE), "set-cookie set-cookie location server-timing");
        assert_eq!(names(200, body), "set-cookie set-cookie content-encoding server-timing");
        let all = "a set-cookie set-cookie location content-encoding server-timing content-length";
        assert_eq!(names(200, Want::ALL), all);
    }

    #[test]
    fn interim_answers_are_no_beginning() {
        let mut reader = Reader::new(Asked::Other, Want::ALL);
        let mut body = Received::new(true);
        let mut seen = Vec::new();
        for piece in
            ["HTTP/1.1 10", "3 X\r\n\r\n", "HTTP/1.1 100 X\r\n\r\n", "\r\n", "HTTP", "/1.1 204 X\n\n"]
        {
            assert_eq!(reader.feed(piece.as_bytes(), &mut body).unwrap().is_some(), piece.contains("204"));
            seen.push((reader.interim, reader.has_begun()));
        }
        assert_eq!(seen, [(0, true), (1, false), (2, false), (2, false), (2, true), (2, true)]);
    }
}
