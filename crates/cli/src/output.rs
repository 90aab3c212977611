//! Files that a run leaves behind.
//!
//! Whether one can be written is found out before any load; it is written beside its place and moved there, so that
//! a reader never sees half a report and a failed run does not destroy the last one.

use crate::error::CliError;
use loadgen_report::{Report, render};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// A place where a report will go.
pub(crate) struct Output {
    path: PathBuf,
    draft: PathBuf,
}

impl Output {
    /// Claims the place.
    ///
    /// # Errors
    /// If there is no such folder, the path is a folder, or nothing can be written there.
    pub(crate) fn claim(path: &Path) -> Result<Self, CliError> {
        let refuse = |cause: String| CliError::Output { path: path.to_owned(), cause };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(refuse(format!("Path does not exist: {}", folder.display())));
        }
        if path.is_dir() {
            return Err(refuse("it is a folder".into()));
        }
        let Some(name) = path.file_name() else { return Err(refuse("it names no file".into())) };
        // Devices and pipes such as /dev/stdout are written to directly: nothing can be moved onto them.
        let special = path.exists() && !path.is_file();
        let draft = if special {
            path.to_owned()
        } else {
            let mut draft = std::ffi::OsString::from(".");
            draft.push(name);
            draft.push(format!(".{}.part", std::process::id()));
            folder.join(draft)
        };
        File::options()
            .append(true)
            .create(!special)
            .open(&draft)
            .map_err(|error| refuse(error.to_string()))?;
        Ok(Output { path: path.to_owned(), draft })
    }

    /// Writes the report as JSON and moves it to its place.
    pub(crate) fn write(self, report: &Report) -> Result<(), CliError> {
        let written = self.write_draft(report);
        written.map_err(|source| CliError::Write { path: self.path.clone(), source })
    }

    fn write_draft(&self, report: &Report) -> std::io::Result<()> {
        let mut file =
            BufWriter::new(File::options().write(true).truncate(self.path != self.draft).open(&self.draft)?);
        render::json::render(report, &mut file)?;
        file.flush()?;
        if self.path == self.draft { Ok(()) } else { std::fs::rename(&self.draft, &self.path) }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if self.path != self.draft {
            // Gone already where it was moved to its place.
            let _ = std::fs::remove_file(&self.draft);
        }
    }
}
