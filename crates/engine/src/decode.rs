//! Compressed bodies, unpacked for whoever looks at them, and never further than a bound.
//!
//! Large ones are unpacked one at a time and piece by piece, so that neither the memory nor the time of a shard is theirs
//! alone: a few kilobytes may well unpack to gigabytes.

use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use std::cell::Cell;
use std::io::{self, Read};
use tokio::sync::Semaphore;

/// Longest body that is unpacked: what is compressed well can be a thousand times as long as what came.
const LONGEST: usize = 64 << 20;
/// From here on a body is large.
const LARGE: usize = 1 << 20;
/// How much is unpacked until the shard's other users have a turn.
const PIECE: usize = 64 << 10;
/// From here on a body is looked at for what it is packed like.
const SUSPECT: usize = 4 << 20;
/// What unpacks to more than so many times what it took is a bomb: text comes to a hundred times at most.
const BOMB: usize = 500;

/// Why a body cannot be unpacked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecodeError {
    /// It is not what `content-encoding` says.
    #[error("the body is no {coding}: {source}")]
    Corrupt {
        /// The coding.
        coding: &'static str,
        /// What is wrong.
        source: io::Error,
    },
    /// It would be longer than anybody can mean.
    #[error("the body is over {} MiB once unpacked", LONGEST >> 20)]
    TooLong,
    /// It is packed as nothing but a bomb is.
    #[error("the body unpacks to more than {BOMB} times its size, over {} MiB", SUSPECT >> 20)]
    Bomb,
}

/// Unpacks the bodies of one shard.
pub(crate) struct Unpacker {
    /// The right to unpack a large one.
    large: Semaphore,
}

impl Default for Unpacker {
    fn default() -> Self {
        Unpacker { large: Semaphore::new(1) }
    }
}

impl Unpacker {
    /// The body without its codings. One that nobody knows is left as it is, as Node does.
    pub(crate) async fn decode(&self, headers: &HeaderMap, mut body: Bytes) -> Result<Bytes, DecodeError> {
        let codings = headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let codings: Vec<&str> = codings.flat_map(|value| value.split(',')).map(str::trim).collect();
        // The last that was applied stands last. More than a few are an attack.
        for coding in codings.iter().rev().take(4) {
            if body.is_empty() {
                break;
            }
            let used = Cell::new(0);
            let packed = Packed { rest: &body, used: &used };
            body = match coding.to_ascii_lowercase().as_str() {
                "gzip" | "x-gzip" => self.unpack("gzip", MultiGzDecoder::new(packed), &used).await?,
                // By the book it is zlib; some send the bare stream. The first byte tells, as Node has it.
                "deflate" if body[0] & 0x0f == 8 => {
                    self.unpack("deflate", ZlibDecoder::new(packed), &used).await?
                }
                "deflate" => self.unpack("deflate", DeflateDecoder::new(packed), &used).await?,
                "br" => {
                    self.unpack("br", brotli_decompressor::Decompressor::new(packed, 4096), &used).await?
                }
                "zstd" => match ruzstd::decoding::StreamingDecoder::new(packed) {
                    Ok(decoder) => self.unpack("zstd", decoder, &used).await?,
                    Err(error) => {
                        let source = io::Error::new(io::ErrorKind::InvalidData, error.to_string());
                        return Err(DecodeError::Corrupt { coding: "zstd", source });
                    }
                },
                _ => break,
            };
        }
        Ok(body)
    }

    /// Unpacks all that a decoder gives, which has `used` so many bytes.
    async fn unpack(
        &self,
        coding: &'static str,
        mut decoder: impl Read,
        used: &Cell<usize>,
    ) -> Result<Bytes, DecodeError> {
        let mut unpacked = Vec::new();
        let mut alone = None;
        loop {
            let mut piece = decoder.by_ref().take(PIECE as u64);
            match piece.read_to_end(&mut unpacked) {
                Ok(0) => return Ok(unpacked.into()),
                Ok(_) if unpacked.len() > LONGEST => return Err(DecodeError::TooLong),
                Ok(_) if unpacked.len() > SUSPECT && unpacked.len() / BOMB > used.get() => {
                    return Err(DecodeError::Bomb);
                }
                Ok(_) => {}
                Err(source) => return Err(DecodeError::Corrupt { coding, source }),
            }
            if unpacked.len() > LARGE && alone.is_none() {
                // The semaphore is never closed.
                alone = self.large.acquire().await.ok();
            } else if unpacked.len() >= PIECE {
                tokio::task::yield_now().await;
            }
        }
    }
}

/// A packed body that tells how much of it was used.
struct Packed<'a> {
    rest: &'a [u8],
    used: &'a Cell<usize>,
}

impl Read for Packed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.rest.read(buffer)?;
        self.used.set(self.used.get() + count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use http::HeaderValue;
    use std::io::Write;

    async fn decoded(coding: &str, body: Vec<u8>) -> Result<Bytes, DecodeError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_str(coding).unwrap());
        Unpacker::default().decode(&headers, body.into()).await
    }

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    #[tokio::test]
    async fn each_coding_is_unpacked() {
        let text = b"{\"a\":1}";
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(text).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        bare.write_all(text).unwrap();
        let bodies = [
            ("gzip", gzip(text)),
            ("X-GZIP", gzip(text)),
            ("deflate", zlib.finish().unwrap()),
            ("deflate", bare.finish().unwrap()),
            ("gzip, gzip", gzip(&gzip(text))),
            // Stored blocks, written out by hand from RFC 7932 and RFC 8878.
            ("br", [&[0x0b, 0x03, 0x80][..], text, &[0x03]].concat()),
            ("zstd", [&[0x28, 0xb5, 0x2f, 0xfd, 0x20, 7, 0x39, 0, 0][..], text].concat()),
            ("identity", text.to_vec()),
            ("unheard-of", text.to_vec()),
            ("gzip", Vec::new()),
        ];
        for (coding, body) in bodies {
            let wanted: &[u8] = if body.is_empty() { b"" } else { text };
            assert_eq!(decoded(coding, body).await.unwrap().as_ref(), wanted, "{coding}");
        }
    }

    #[tokio::test]
    async fn what_is_corrupt_or_endless_is_refused() {
        for coding in ["gzip", "deflate", "br", "zstd"] {
            let result = decoded(coding, b"\xff\xffnot compressed at all".to_vec()).await;
            assert!(matches!(result, Err(DecodeError::Corrupt { .. })), "{coding}: {result:?}");
        }
        let bomb = gzip(&vec![0; 20 << 20]);
        assert!(matches!(decoded("gzip", bomb).await, Err(DecodeError::Bomb)));
        // Noise once, and then the same again and again: about a hundred to one.
        let mut line: Vec<u8> =
            (0..1000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        line.resize(1100, b'x');
        let long = gzip(&line.repeat(LONGEST / line.len() + 1));
        assert!(matches!(decoded("gzip", long).await, Err(DecodeError::TooLong)));
    }

    #[tokio::test]
    async fn others_have_a_turn_while_large_bodies_are_unpacked_and_small_ones_do_not_wait() {
        let (large, small) = (gzip(&vec![7; 3 * LARGE]), gzip(b"small"));
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        let unpacker = Unpacker::default();
        let decode = |body: &[u8]| unpacker.decode(&headers, Bytes::copy_from_slice(body));
        let order = std::cell::RefCell::new(Vec::new());
        let done = |name: &'static str, length: usize| order.borrow_mut().push((name, length));
        tokio::join!(
            async { done("first", decode(&large).await.unwrap().len()) },
            async { done("second", decode(&large).await.unwrap().len()) },
            async { done("small", decode(&small).await.unwrap().len()) },
        );
        // Which of the large ones comes first is nobody's business.
        order.borrow_mut()[1..].sort_unstable();
        let wanted = [("small", 5), ("first", 3 * LARGE), ("second", 3 * LARGE)];
        assert_eq!(*order.borrow(), wanted);
    }
}
