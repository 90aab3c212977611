//! What stands in a journal, and how it becomes bytes.

use crate::{End, Meta, Resources, Room, Source, Standstill};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use loadgen_metrics::Snapshot;
use loadgen_scenario::threshold::Requirement;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

/// What a journal begins with; the number is that of its form.
pub const MAGIC: &[u8; 18] = b"loadgen journal 1\n";
/// Bytes before a record's body.
pub(super) const HEAD: usize = 8;

/// One of the records.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Record {
    Beginning(Box<Beginning>),
    Second(Box<Second>),
    End(End),
}

/// What is known before the run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Beginning {
    /// What is known of the run.
    pub meta: Meta,
    /// What it will be judged by.
    pub thresholds: Vec<Requirement>,
    /// What is run.
    pub source: Option<Source>,
}

/// What was measured in a second; in several, where the disk did not keep up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Second {
    /// Which, from 0: the last of several.
    pub second: u64,
    /// What was measured.
    pub snapshot: Snapshot,
    /// What was used, where it was measured.
    pub used: Option<Resources>,
    /// Users that were due up to its end; `None` where closed loops run.
    pub due: Option<u64>,
    /// How many connections there is room for, where that was looked at.
    pub room: Option<Room>,
    /// Seconds before it that nothing was told of though users were due in them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub still: Option<Standstill>,
}

impl Second {
    /// Adds a later second.
    pub fn merge(&mut self, later: &Second) {
        self.second = self.second.max(later.second);
        self.snapshot.merge(&later.snapshot);
        self.used = later.used.clone().or(self.used.take());
        self.due = later.due.or(self.due);
        self.room = later.room.or(self.room);
        self.still = later.still.map(|it| it.and(self.still)).or(self.still);
    }
}

/// The bytes that a journal begins with.
///
/// # Errors
/// If a name cannot be written as JSON; there is none.
pub fn begin(beginning: Beginning) -> io::Result<Vec<u8>> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(pack(&Record::Beginning(Box::new(beginning)))?);
    Ok(bytes)
}

/// The bytes of a second.
///
/// # Errors
/// As [`begin`].
pub fn second(second: Second) -> io::Result<Vec<u8>> {
    pack(&Record::Second(Box::new(second)))
}

/// The bytes that say how the run ended.
///
/// # Errors
/// As [`begin`].
pub fn end(end: End) -> io::Result<Vec<u8>> {
    pack(&Record::End(end))
}

fn pack(record: &Record) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    serde_json::to_writer(&mut encoder, record)?;
    encoder.flush()?;
    let body = encoder.finish()?;
    let length = u32::try_from(body.len()).map_err(|_| io::Error::other("a record of over 4 GiB"))?;
    let mut bytes = Vec::with_capacity(HEAD + body.len());
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
    bytes.extend_from_slice(&body);
    Ok(bytes)
}
