//! The files that a script names: read when it is compiled, relative to its own folder.

use loadgen_scenario::{FileError, Files};
use std::fs::File;
use std::io::{Error, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Longest file that a script may name: it is kept in memory for the whole run.
const LONGEST: u64 = 64 << 20;

/// The paths of files that were read, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Read(Arc<Mutex<Vec<PathBuf>>>);

impl Read {
    /// Notes one.
    pub(crate) fn note(&self, path: &Path) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
    }

    /// All of them.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The files in a folder, and wherever else a path leads from there.
pub(crate) fn beside(folder: &Path, seen: &Read) -> Files {
    let (folder, seen) = (folder.to_owned(), seen.clone());
    Files::new(move |path| {
        let place = folder.join(path);
        seen.note(&place);
        read(&place).map_err(|error| FileError {
            reason: error.to_string(),
            place: Some(std::path::absolute(&place).unwrap_or(place).display().to_string()),
        })
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let file = File::open(path)?;
    // Reading a pipe or a device might never end.
    if !file.metadata()?.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "not a file"));
    }
    let mut content = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LONGEST {
        return Err(Error::new(ErrorKind::FileTooLarge, format!("longer than {} MiB", LONGEST >> 20)));
    }
    Ok(content)
}
