//! `Chunks`: takes a chunked body apart (RFC 9112, 7.1), in whatever pieces it comes.

use crate::transport::Fault;
use loadgen_metrics::ErrorKind;

/// Most bytes of extensions in one body: nobody knows any, and a body of them alone would never end.
const EXTENSIONS: usize = 16 << 10;
/// Most bytes of trailers.
const TRAILERS: usize = 16 << 10;
/// Most trailers.
const MOST_TRAILERS: usize = 100;

/// Where one is in a chunked body.
#[derive(Clone, Debug)]
pub(super) struct Chunks {
    place: Place,
    /// The size that is being read, then what is to come of the chunk, in bytes.
    left: u64,
    /// Bytes of extensions so far.
    extensions: usize,
    /// The trailers so far. They are checked, and looked at by nobody.
    trailers: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before the first digit of a size.
    Size,
    /// Behind a digit.
    Digits,
    /// Behind the blank that some targets put behind a size.
    Blank,
    /// In an extension.
    Extension,
    /// Before the line feed behind a size.
    SizeEnd,
    Data,
    /// Before the carriage return behind a chunk.
    DataEnd,
    /// Before its line feed.
    DataLine,
    /// At the beginning of a trailer, or of the last line.
    Line,
    Trailer,
    /// Before a trailer's line feed.
    TrailerEnd,
    /// Before the last line feed.
    LastEnd,
    End,
}

impl Chunks {
    /// A body that begins.
    pub(super) fn new() -> Self {
        Chunks { place: Place::Size, left: 0, extensions: 0, trailers: Vec::new() }
    }

    /// Whether the body is complete.
    pub(super) fn is_complete(&self) -> bool {
        self.place == Place::End
    }

    /// Takes these bytes up to the body's end, hands on what they hold of its content, and gives how many it took.
    ///
    /// # Errors
    /// They are no chunks.
    pub(super) fn feed(&mut self, bytes: &[u8], mut content: impl FnMut(&[u8])) -> Result<usize, Fault> {
        let mut rest = bytes;
        while let Some(&byte) = rest.first()
            && self.place != Place::End
        {
            if self.place == Place::Data {
                let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(rest.len());
                let (data, behind) = rest.split_at(length);
                content(data);
                rest = behind;
                self.left -= length as u64;
                if self.left == 0 {
                    self.place = Place::DataEnd;
                }
                continue;
            }
            self.place = self.step(byte)?;
            rest = &rest[1..];
        }
        Ok(bytes.len() - rest.len())
    }

    /// Where one byte leads that is no content.
    fn step(&mut self, byte: u8) -> Result<Place, Fault> {
        match (self.place, byte) {
            (Place::Size | Place::Digits, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                let digit = char::from(byte).to_digit(16).unwrap_or_default();
                let size = self.left.checked_mul(16).and_then(|size| size.checked_add(digit.into()));
                self.left = size.ok_or_else(|| fault("a chunk's size is out of all bounds"))?;
                Ok(Place::Digits)
            }
            (Place::Digits | Place::Blank, b' ' | b'\t') => Ok(Place::Blank),
            (Place::Digits | Place::Blank, b';') => Ok(Place::Extension),
            (Place::Digits | Place::Blank | Place::Extension, b'\r') => Ok(Place::SizeEnd),
            (Place::Size | Place::Digits | Place::Blank, _) => Err(fault("a chunk's size is no number")),
            (Place::Extension, b'\n') => Err(fault("a chunk's extension ends without a carriage return")),
            (Place::Extension, _) => {
                self.extensions += 1;
                match self.extensions < EXTENSIONS {
                    true => Ok(Place::Extension),
                    false => Err(fault("the chunks have over 16 KiB of extensions")),
                }
            }
            (Place::SizeEnd, b'\n') if self.left == 0 => Ok(Place::Line),
            (Place::SizeEnd, b'\n') => Ok(Place::Data),
            (Place::DataEnd, b'\r') => Ok(Place::DataLine),
            (Place::DataLine, b'\n') => Ok(Place::Size),
            (Place::DataEnd | Place::DataLine, _) => Err(fault("a chunk is longer than its size")),
            (Place::Line, b'\r') => Ok(Place::LastEnd),
            (Place::LastEnd, b'\n') => self.end(),
            (Place::Trailer, b'\r') => self.trailer(byte, Place::TrailerEnd),
            (Place::TrailerEnd, b'\n') => self.trailer(byte, Place::Line),
            (Place::Line | Place::Trailer, b'\n')
            | (Place::SizeEnd | Place::TrailerEnd | Place::LastEnd, _) => {
                Err(fault("a line among the chunks does not end in a carriage return and a line feed"))
            }
            (Place::Line | Place::Trailer, _) => self.trailer(byte, Place::Trailer),
            (Place::Data | Place::End, _) => Ok(self.place),
        }
    }

    fn trailer(&mut self, byte: u8, next: Place) -> Result<Place, Fault> {
        self.trailers.push(byte);
        match self.trailers.len() < TRAILERS {
            true => Ok(next),
            false => Err(fault("the body has over 16 KiB of trailers")),
        }
    }

    /// The last byte has come.
    fn end(&mut self) -> Result<Place, Fault> {
        if !self.trailers.is_empty() {
            self.trailers.extend_from_slice(b"\r\n");
            let mut headers = [httparse::EMPTY_HEADER; MOST_TRAILERS];
            httparse::parse_headers(&self.trailers, &mut headers)
                .map_err(|error| fault(&format!("a trailer is none: {error}")))?;
        }
        Ok(Place::End)
    }
}

fn fault(detail: &str) -> Fault {
    Fault::new(ErrorKind::InvalidChunk, detail)
}
