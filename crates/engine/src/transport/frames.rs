//! `Frames`: finds HTTP/2's frames (RFC 9113, 4.1) in bytes that pass, without keeping or understanding them.

/// Bytes of a frame's head.
const HEAD: usize = 9;
/// The head of each stream of bytes from a client (RFC 9113, 3.4).
const PREFACE: u32 = 24;
/// Beyond the kinds that there are.
const NO_KIND: u8 = 0xff;

/// A frame of an exchange's content.
pub(super) const DATA: u8 = 0;
/// A frame that begins a head: of a request, an answer, an interim answer, or trailers.
pub(super) const HEADERS: u8 = 1;
/// The frame that each side begins with.
pub(super) const SETTINGS: u8 = 4;
/// A frame that carries on a head.
pub(super) const CONTINUATION: u8 = 9;
/// The flag of a frame after which the stream has nothing more to say.
const END_STREAM: u8 = 1;

/// What a frame's head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) flags: u8,
    /// The stream; 0 is the connection as a whole.
    pub(super) stream: u32,
}

impl Frame {
    /// Whether it carries a part of a request or an answer.
    pub(super) fn is_content(self) -> bool {
        matches!(self.kind, DATA | HEADERS | CONTINUATION)
    }

    /// Whether it is the last of its side of the stream.
    pub(super) fn ends_stream(self) -> bool {
        matches!(self.kind, DATA | HEADERS) && self.flags & END_STREAM != 0
    }
}

/// A part of a frame that passed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) frame: Frame,
    /// Its bytes.
    pub(super) bytes: u32,
    /// Whether it is the frame's head.
    pub(super) first: bool,
    /// Whether the frame is complete with it.
    pub(super) last: bool,
}

/// Where one is in a stream of frames.
#[derive(Debug)]
pub(super) struct Frames {
    head: [u8; HEAD],
    /// How many bytes of a head are there.
    known: usize,
    frame: Frame,
    /// How many bytes of the frame's payload are to come.
    left: u32,
}

impl Frames {
    /// Of a server's bytes.
    pub(super) fn of_server() -> Self {
        let frame = Frame { kind: NO_KIND, flags: 0, stream: 0 };
        Frames { head: [0; HEAD], known: 0, frame, left: 0 }
    }

    /// Of a client's bytes, which begin with a preface.
    pub(super) fn of_client() -> Self {
        Frames { left: PREFACE, ..Frames::of_server() }
    }

    /// These bytes pass; `on` is told of each piece of a frame among them.
    pub(super) fn pass(&mut self, mut bytes: &[u8], mut on: impl FnMut(Piece)) {
        while !bytes.is_empty() {
            if self.left > 0 {
                let passed = self.left.min(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
                self.left -= passed;
                bytes = bytes.get(passed as usize..).unwrap_or_default();
                on(Piece { frame: self.frame, bytes: passed, first: false, last: self.left == 0 });
                continue;
            }
            let (now, later) = bytes.split_at(bytes.len().min(HEAD - self.known));
            self.head[self.known..self.known + now.len()].copy_from_slice(now);
            self.known += now.len();
            bytes = later;
            if self.known == HEAD {
                let [a, b, c, kind, flags, d, e, f, g] = self.head;
                let stream = u32::from_be_bytes([d, e, f, g]) & 0x7fff_ffff;
                self.frame = Frame { kind, flags, stream };
                self.left = u32::from_be_bytes([0, a, b, c]);
                self.known = 0;
                on(Piece { frame: self.frame, bytes: HEAD as u32, first: true, last: self.left == 0 });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let mut bytes = (payload.len() as u32).to_be_bytes()[1..].to_vec();
        bytes.extend([kind, flags]);
        bytes.extend(stream.to_be_bytes());
        bytes.extend(payload);
        bytes
    }

    proptest! {
        #[test]
        fn frames_are_found_however_the_bytes_are_cut(
            wanted in prop::collection::vec((0_u8..10, any::<u8>(), 0_u32..9, 0_usize..40), 1..8),
            cuts in prop::collection::vec(1_usize..30, 1..20),
            preface in any::<bool>(),
        ) {
            let mut bytes = if preface { b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec() } else { Vec::new() };
            for (kind, flags, stream, length) in &wanted {
                bytes.extend(frame(*kind, *flags, *stream, &vec![0xff; *length]));
            }
            let mut frames = if preface { Frames::of_client() } else { Frames::of_server() };
            let (mut found, mut ended) = (Vec::new(), 0);
            let mut rest = bytes.as_slice();
            for cut in cuts.iter().cycle() {
                let (now, later) = rest.split_at(rest.len().min(*cut));
                frames.pass(now, |piece| {
                    if piece.frame.kind == NO_KIND {
                        return;
                    }
                    if piece.first {
                        found.push((piece.frame.kind, piece.frame.flags, piece.frame.stream, 0));
                    } else if let Some(last) = found.last_mut() {
                        last.3 += piece.bytes as usize;
                    }
                    ended += usize::from(piece.last);
                });
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(ended, wanted.len());
            prop_assert_eq!(found, wanted);
        }
    }
}
