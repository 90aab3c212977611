//! A journal, read up to its last whole record.

use super::record::{HEAD, MAGIC, Record};
use crate::{Builder, End, Report};
use flate2::bufread::DeflateDecoder;
use loadgen_metrics::Moment;
use std::time::Duration;

/// What is said to have stopped a run whose journal breaks off.
const BROKEN_OFF: &str = "a kill or a crash";

/// Why bytes are no journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// They begin otherwise.
    #[error("it is no journal of a run")]
    NotAJournal,
    /// They are a journal, of which not even the beginning is whole: the run was over before it began.
    #[error("the journal breaks off before the run began: nothing was measured")]
    Empty,
}

/// Whether the bytes begin as a journal does, in whichever form.
pub fn is_journal(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC[..16])
}

/// The report of what a journal holds up to its last whole record. A run whose end is not in it was stopped.
///
/// # Errors
/// If the bytes are no journal, or only the beginning of one.
pub fn read(bytes: &[u8]) -> Result<Report, JournalError> {
    let mut records = Records(bytes.strip_prefix(MAGIC).ok_or(JournalError::NotAJournal)?);
    let Some(Record::Beginning(beginning)) = records.next() else { return Err(JournalError::Empty) };
    let closed = beginning.meta.most_users() > 0;
    let mut builder = Builder::new(beginning.meta, beginning.thresholds);
    beginning.source.into_iter().for_each(|source| builder.source(source));
    let (mut seconds, mut due, mut created) = (0, 0, 0);
    for record in records {
        match record {
            Record::Second(it) => {
                builder.observe(it.second, &it.snapshot);
                it.used.into_iter().for_each(|used| builder.resources(it.second, used));
                it.room.into_iter().for_each(|room| builder.room(room));
                it.due.into_iter().for_each(|due| builder.due(due));
                it.still.into_iter().for_each(|still| builder.stood_still(still));
                seconds = it.second + 1;
                due = it.due.unwrap_or(due);
                created += it.snapshot.users().created;
            }
            Record::End(end) => return Ok(builder.finish(end)),
            Record::Beginning(_) => break,
        }
    }
    let at = Moment::START + Duration::from_secs(seconds);
    // Beside closed loops nobody can tell any more who was due.
    let (scheduled, passes) = if closed { (0, created) } else { (due, 0) };
    Ok(builder.finish(End { at, scheduled, passes, stopped: Some(BROKEN_OFF.to_owned()) }))
}

/// Records, up to the first that is not whole.
struct Records<'a>(&'a [u8]);

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let (head, rest) = self.0.split_first_chunk::<HEAD>()?;
        let [l0, l1, l2, l3, c0, c1, c2, c3] = *head;
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        let body = rest.get(..length)?;
        if crc32fast::hash(body) != u32::from_le_bytes([c0, c1, c2, c3]) {
            return None;
        }
        self.0 = &rest[length..];
        serde_json::from_reader(DeflateDecoder::new(body)).ok()
    }
}
