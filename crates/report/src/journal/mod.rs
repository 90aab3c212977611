//! The journal: a run second by second as bytes that are only ever appended, so that what was measured outlives whoever
//! measured it. [`read`] makes a report of as much as there is.
//!
//! The file begins with [`MAGIC`]. A *record* is the length of its body and the body's CRC-32, four bytes each, little
//! endian, and the body: JSON, deflated. The first says what is known before the run, one follows for each second, the
//! last how the run ended. Whoever writes and syncs is the caller's.

mod read;
mod record;

pub use read::{JournalError, is_journal, read};
pub use record::{Beginning, MAGIC, Second, begin, end, second};

#[cfg(test)]
mod tests;
