//! `Files`: how a script's data files are read, by whoever may do that.
//!
//! This crate touches no file. It asks for contents by the path that the script gives; where that leads (beside the
//! script, as a rule) is for the one who answers to decide.

use std::fmt;
use std::sync::Arc;

/// What reads a file: its path as the script has it, to its contents.
type Read = dyn Fn(&str) -> Result<Vec<u8>, FileError> + Send + Sync;

/// Reads the files that a script names. By default there are none.
#[derive(Clone, Default)]
pub struct Files(Option<Arc<Read>>);

/// Why a file could not be read, in words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct FileError {
    /// Such as "No such file or directory".
    pub reason: String,
    /// Where it was looked for.
    pub place: Option<String>,
}

impl Files {
    /// Files that this function reads.
    pub fn new(read: impl Fn(&str) -> Result<Vec<u8>, FileError> + Send + Sync + 'static) -> Files {
        Files(Some(Arc::new(read)))
    }

    /// The contents of a file.
    ///
    /// # Errors
    /// If there is none of that path, or it cannot be read.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        match &self.0 {
            Some(read) => read(path),
            None => Err(FileError { reason: "there are no files here".to_owned(), place: None }),
        }
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() { "Files" } else { "no files" })
    }
}
