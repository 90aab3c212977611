//! Compressed bodies, unpacked for whoever looks at them, and never further than a bound.

use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use std::io::{self, Read};

/// Longest body that is unpacked: what is compressed well can be a thousand times as long as what came.
const LONGEST: u64 = 64 << 20;

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
}

/// The body without its codings. One that nobody knows is left as it is, as Node does.
pub(crate) fn decode(headers: &HeaderMap, mut body: Bytes) -> Result<Bytes, DecodeError> {
    let codings = headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let codings: Vec<&str> = codings.flat_map(|value| value.split(',')).map(str::trim).collect();
    // The last that was applied stands last. More than a few are an attack.
    for coding in codings.iter().rev().take(4) {
        if body.is_empty() {
            break;
        }
        body = match coding.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => unpack("gzip", MultiGzDecoder::new(&*body))?,
            // By the book it is zlib; some send the bare stream. The first byte tells, as Node has it.
            "deflate" if body[0] & 0x0f == 8 => unpack("deflate", ZlibDecoder::new(&*body))?,
            "deflate" => unpack("deflate", DeflateDecoder::new(&*body))?,
            "br" => unpack("br", brotli_decompressor::Decompressor::new(&*body, 4096))?,
            "zstd" => match ruzstd::decoding::StreamingDecoder::new(&*body) {
                Ok(decoder) => unpack("zstd", decoder)?,
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

fn unpack(coding: &'static str, decoder: impl Read) -> Result<Bytes, DecodeError> {
    let mut unpacked = Vec::new();
    let read = decoder.take(LONGEST + 1).read_to_end(&mut unpacked);
    read.map_err(|source| DecodeError::Corrupt { coding, source })?;
    if unpacked.len() as u64 > LONGEST {
        return Err(DecodeError::TooLong);
    }
    Ok(unpacked.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use http::HeaderValue;
    use std::io::Write;

    fn decoded(coding: &str, body: Vec<u8>) -> Result<Bytes, DecodeError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_str(coding).unwrap());
        decode(&headers, body.into())
    }

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn each_coding_is_unpacked() {
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
            assert_eq!(decoded(coding, body).unwrap().as_ref(), wanted, "{coding}");
        }
    }

    #[test]
    fn what_is_corrupt_or_endless_is_refused() {
        for coding in ["gzip", "deflate", "br", "zstd"] {
            let result = decoded(coding, b"\xff\xffnot compressed at all".to_vec());
            assert!(matches!(result, Err(DecodeError::Corrupt { .. })), "{coding}: {result:?}");
        }
        let bomb = gzip(&vec![0; (LONGEST + 1) as usize]);
        assert!(matches!(decoded("gzip", bomb), Err(DecodeError::TooLong)));
    }
}
