//! `Received`: what has come of an answer's body.

use bytes::{Bytes, BytesMut};

/// Longest body that is kept for captures. One that is longer is read to its end, and captured from as far as this.
const KEPT_BODY: usize = 16 << 20;

/// What has come of a body.
pub(super) struct Received {
    bytes: u64,
    kept: BytesMut,
    want: bool,
}

impl Received {
    /// Nothing yet. It is kept if somebody wants it.
    pub(super) fn new(want: bool) -> Self {
        Received { bytes: 0, kept: BytesMut::new(), want }
    }

    /// What was kept, and how many bytes there were.
    pub(super) fn end(self) -> (Bytes, u64) {
        (self.kept.freeze(), self.bytes)
    }

    /// How many bytes have come.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// A piece has come.
    pub(super) fn add(&mut self, data: &[u8]) {
        self.bytes += data.len() as u64;
        if self.want {
            let room = KEPT_BODY.saturating_sub(self.kept.len()).min(data.len());
            self.kept.extend_from_slice(&data[..room]);
        }
    }
}
