//! Compressed bodies that are small and unpack to a gibibyte of zeros.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::sync::OnceLock;

/// What each of them unpacks to, in bytes.
pub(super) const UNPACKED: usize = 1 << 30;

/// A mebibyte of zeros, as a member of a gzip file, 1024 times over: about a mebibyte.
pub(super) fn gzip() -> &'static [u8] {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    const MEMBER: usize = 1 << 20;
    BOMB.get_or_init(|| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![0; MEMBER]).unwrap();
        encoder.finish().unwrap().repeat(UNPACKED / MEMBER)
    })
}

/// Runs of 128 KiB (RFC 8878, 3.1.1.2), as long as a block may be: 32 KiB.
pub(super) fn zstd() -> &'static [u8] {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    const BLOCK: usize = 128 << 10;
    BOMB.get_or_init(|| {
        // No single segment, no checksum, no length; a window of 128 KiB (exponent 7, above 1 KiB).
        let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 7 << 3];
        let blocks = UNPACKED / BLOCK;
        for block in 1..=blocks {
            // Three bytes: is it the last, type 1 (a run), its length; then what is repeated.
            let header = u32::from(block == blocks) | 1 << 1 | (BLOCK as u32) << 3;
            bytes.extend_from_slice(&header.to_le_bytes()[..3]);
            bytes.push(0);
        }
        bytes
    })
}

/// Meta-blocks of 16 MiB (RFC 7932, 9.2) in which every prefix code has a single symbol, so that a symbol takes no bits
/// at all: under 2 KiB.
pub(super) fn brotli() -> &'static [u8] {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    const BLOCK: u32 = 1 << 24;
    BOMB.get_or_init(|| {
        let mut bits = Bits::default();
        bits.put(0, 1); // a window of 64 KiB
        for _ in 0..UNPACKED / BLOCK as usize {
            bits.put(0, 1); // not the last
            bits.put(2, 2); // its length has six digits
            bits.put(BLOCK - 1, 24);
            bits.put(0, 1); // compressed
            bits.put(0, 3); // one type of blocks for literals, commands, distances each
            bits.put(0, 6); // no direct distances
            bits.put(0, 2); // context mode
            bits.put(0, 2); // one prefix code for literals, one for distances
            for (symbol, width) in [(0, 8), (504, 10), (0, 6)] {
                bits.put(1, 2); // a simple prefix code
                bits.put(0, 2); // of one symbol
                bits.put(symbol, width);
            }
            // Command 504 inserts 22594 literals and as many more as the next 24 bits say; the copy after them does not
            // happen, as the meta-block is full.
            bits.put(BLOCK - 22594, 24);
        }
        bits.put(3, 2); // the last, and empty
        bits.bytes
    })
}

/// Bits, the least significant first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: usize,
}

impl Bits {
    fn put(&mut self, value: u32, width: usize) {
        for bit in 0..width {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let set = (value >> bit & 1) as u8;
            *self.bytes.last_mut().unwrap() |= set << (self.used % 8);
            self.used += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    /// Unpacks as much as a test has time for; all of it must be zeros.
    fn unpacks(decoder: impl Read, most: usize) {
        let mut bytes = Vec::new();
        decoder.take(most as u64).read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes.len(), most);
        assert!(bytes.iter().all(|byte| *byte == 0));
    }

    #[test]
    fn they_are_small_and_unpack_to_much() {
        const SOME: usize = 40 << 20;
        assert!(gzip().len() < 2 << 20 && zstd().len() < 64 << 10 && brotli().len() < 2 << 10);
        unpacks(flate2::read::MultiGzDecoder::new(gzip()), SOME);
        unpacks(ruzstd::decoding::StreamingDecoder::new(zstd()).unwrap(), SOME);
        unpacks(brotli_decompressor::Decompressor::new(brotli(), 4096), SOME);
    }
}
