//! Files that a run leaves behind.
//!
//! Whether one can be written is found out before any load; it is written beside its place and moved there, so that
//! a reader never sees half a report and a failed run does not destroy the last one.

use crate::error::CliError;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What makes the bytes of a file.
pub(crate) type Render<'a> = dyn Fn(&mut dyn Write) -> io::Result<()> + 'a;

/// A place where a report will go.
pub(crate) struct Output {
    /// As the user named it.
    path: PathBuf,
    place: Place,
}

enum Place {
    /// A file, which is replaced whole. Links are resolved: what they point to is replaced, not they.
    File { file: PathBuf, draft: PathBuf },
    /// A device or a pipe, open from the beginning: nothing can be moved onto it.
    Stream(File),
}

impl Output {
    /// Claims the place.
    ///
    /// # Errors
    /// If there is no such folder, the path is a folder, nothing can be written there, or it is one of `inputs`, the
    /// files that the run is made of.
    pub(crate) fn claim(path: &Path, inputs: &[PathBuf]) -> Result<Self, CliError> {
        let refuse = |cause: String| CliError::Output { path: path.to_owned(), cause };
        let place = Place::find(path).map_err(refuse)?;
        let is_input = |file: &Path| {
            inputs.iter().any(|input| std::fs::canonicalize(input).is_ok_and(|input| input == *file))
        };
        if let Place::File { file, .. } = &place
            && std::fs::canonicalize(file).is_ok_and(|file| is_input(&file))
        {
            return Err(refuse("the run itself is made of that file".into()));
        }
        if let Place::File { file, draft } = &place {
            // Tried now and written at the end: nothing is left behind by a run that is killed.
            if file.exists() {
                OpenOptions::new().append(true).open(file).map_err(|error| refuse(error.to_string()))?;
            }
            File::create(draft)
                .and_then(|_| std::fs::remove_file(draft))
                .map_err(|error| refuse(error.to_string()))?;
        }
        Ok(Output { path: path.to_owned(), place })
    }

    /// Whether both would go to the same file.
    pub(crate) fn is_same(&self, other: &Output) -> bool {
        match (&self.place, &other.place) {
            (Place::File { file, .. }, Place::File { file: theirs, .. }) => {
                absolute(file) == absolute(theirs)
            }
            (Place::Stream(_), Place::Stream(_)) => {
                self.path == other.path && self.path != Path::new("/dev/null")
            }
            _ => false,
        }
    }

    /// The file that it is, links resolved; `None` if it is a device or a pipe.
    pub(crate) fn file(&self) -> Option<&Path> {
        match &self.place {
            Place::File { file, .. } => Some(file),
            Place::Stream(_) => None,
        }
    }

    /// As the user named it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes what `render` makes.
    pub(crate) fn write(self, render: &Render<'_>) -> Result<(), CliError> {
        let Output { path, place } = self;
        place.write(render).map_err(|source| CliError::Write { path, source })
    }
}

impl Place {
    fn find(path: &Path) -> Result<Self, String> {
        let words = |error: io::Error| error.to_string();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(format!("Path does not exist: {}", folder.display()));
        }
        if path.is_dir() {
            return Err("it is a folder".into());
        }
        // /dev/stdout is a link to whatever standard output is, a file perhaps: that is not ours to replace.
        let device = ["/dev/", "/proc/"].iter().any(|system| path.starts_with(system));
        if path.exists() && (device || !path.is_file()) {
            return Ok(Place::Stream(OpenOptions::new().append(true).open(path).map_err(words)?));
        }
        let file = if path.exists() { std::fs::canonicalize(path).map_err(words)? } else { path.to_owned() };
        let Some(name) = file.file_name() else { return Err("it names no file".into()) };
        let mut draft = OsString::from(".");
        draft.push(name);
        draft.push(format!(".{}.part", std::process::id()));
        let draft = file.with_file_name(draft);
        Ok(Place::File { file, draft })
    }

    fn write(self, render: &Render<'_>) -> io::Result<()> {
        match self {
            Place::Stream(file) => fill(file, render),
            Place::File { file, draft } => {
                let written = File::create(&draft).and_then(|part| fill(part, render));
                let moved = written.and_then(|()| std::fs::rename(&draft, &file));
                if moved.is_err() {
                    // The half of a report is of no use; that it could not be written is told.
                    let _ = std::fs::remove_file(&draft);
                }
                moved
            }
        }
    }
}

/// The folder of a file that does not exist yet can be named in several ways.
fn absolute(file: &Path) -> Option<PathBuf> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(std::fs::canonicalize(folder).ok()?.join(file.file_name()?))
}

fn fill(file: File, render: &Render<'_>) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    render(&mut file)?;
    file.flush()
}
