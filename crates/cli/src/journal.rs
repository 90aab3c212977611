//! `Journal`: the run's journal beside the file of `-o`, for when nobody is left to write that one.
//!
//! A thread of its own writes and syncs a record a second; a slow disk holds up nobody: what comes meanwhile is added up and
//! becomes one record. A disk that takes no more is told once, and the run goes on. The journal is removed when the results
//! are written, unless it is to be kept.

use crate::error::CliError;
use crate::printer::Printer;
use loadgen_report::End;
use loadgen_report::journal::{self, Beginning, Second};
use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Longest wait for the last record at the end of a run.
const PATIENCE: Duration = Duration::from_secs(5);
/// Journals of runs before that are kept beside one another.
const MOST_OLD: u32 = 999;

/// A run's journal.
pub(crate) struct Journal {
    path: PathBuf,
    shared: Arc<Shared>,
    /// Open, and so locked, until the results are written.
    _lock: File,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Rings when something is to be written, and when it is.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    second: Option<Box<Second>>,
    end: Option<End>,
    /// Whether nothing more is written.
    over: bool,
}

impl Journal {
    /// Begins the journal of a run whose results go to `results`, and says what became of one that lies there already.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn start(results: &Path, beginning: Beginning, printer: &Printer) -> Result<Self, CliError> {
        let path = beside(results);
        let refuse = |error: io::Error| CliError::Output { path: path.clone(), cause: error.to_string() };
        if let Some(old) = set_aside(&path).map_err(refuse)? {
            printer.warn(&format!(
                "warning: a run before this one left its journal: it is {0} now\nhint: `loadgen report {0}` shows it",
                old.display()
            ));
        }
        let bytes = journal::begin(beginning).map_err(refuse)?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(refuse)?;
        // Where locks are not to be had, nobody is refused.
        let _ = file.try_lock();
        let lock = file.try_clone().map_err(refuse)?;
        append(&mut file, &bytes).map_err(refuse)?;
        let shared = Arc::new(Shared::default());
        let (writing, told, name) = (Arc::clone(&shared), printer.clone(), path.display().to_string());
        let write = move || {
            if let Err(error) = writing.write(file) {
                told.warn(&format!(
                    "warning: {name} takes no more ({error}): the run goes on without its journal"
                ));
            }
            writing.state().over = true;
            writing.changed.notify_all();
        };
        std::thread::Builder::new().name("journal".into()).spawn(write).map_err(CliError::Runtime)?;
        Ok(Journal { path, shared, _lock: lock })
    }

    /// Takes a second of the run.
    pub(crate) fn second(&self, second: Second) {
        let mut state = self.shared.state();
        if state.over {
            return;
        }
        match &mut state.second {
            Some(waiting) => waiting.merge(&second),
            none => *none = Some(Box::new(second)),
        }
        self.shared.changed.notify_all();
    }

    /// Takes how the run ended, and waits until all is written, for some seconds at most.
    pub(crate) fn end(&self, end: End) {
        let mut state = self.shared.state();
        state.end = Some(end);
        self.shared.changed.notify_all();
        let waited = self.shared.changed.wait_timeout_while(state, PATIENCE, |state| !state.over);
        drop(waited);
    }

    /// Removes it. What cannot be removed stays, which harms nobody.
    pub(crate) fn remove(self) {
        let _ = std::fs::remove_file(&self.path);
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what comes, up to the end of the run.
    fn write(&self, mut file: File) -> io::Result<()> {
        loop {
            let (second, end) = {
                let nothing = |state: &mut State| state.second.is_none() && state.end.is_none();
                let state = self.changed.wait_while(self.state(), nothing);
                let mut state = state.unwrap_or_else(PoisonError::into_inner);
                (state.second.take(), state.end.take())
            };
            if let Some(second) = second {
                append(&mut file, &journal::second(*second)?)?;
            }
            if let Some(end) = end {
                return append(&mut file, &journal::end(end)?);
            }
        }
    }
}

/// Where the journal of results is.
fn beside(results: &Path) -> PathBuf {
    let mut name = OsString::from(results);
    name.push(".journal");
    name.into()
}

/// Renames a journal that lies there, for it may be all that is left of a run; `None` where there is none. That of a run which
/// goes on is an error.
fn set_aside(path: &Path) -> io::Result<Option<PathBuf>> {
    if !path.exists() {
        return Ok(None);
    }
    if let Err(TryLockError::WouldBlock) = File::open(path)?.try_lock() {
        return Err(io::Error::other("another run that goes on writes its results there"));
    }
    let numbered = (1..=MOST_OLD).map(|number| {
        let mut name = OsString::from(path);
        name.push(format!(".{number}"));
        PathBuf::from(name)
    });
    let free = numbered.into_iter().find(|path| !path.exists());
    let Some(free) = free else { return Err(io::Error::other("there are too many old journals")) };
    std::fs::rename(path, &free)?;
    Ok(Some(free))
}

fn append(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_data()
}
