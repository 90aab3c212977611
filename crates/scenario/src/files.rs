//! `Files`: how compiling gets at the content of files that a script names. Who reads them is not its business.

use std::fmt;
use std::io;
use std::sync::Arc;

/// Gives the content of a file, by its path as the script has it.
type Reader = dyn Fn(&str) -> io::Result<Vec<u8>> + Send + Sync;

/// The files that a script may name. By default there are none.
#[derive(Clone, Default)]
pub struct Files(Option<Arc<Reader>>);

impl Files {
    /// Files that `read` gives: by the path as the script has it, which is relative to the script's folder.
    pub fn new(read: impl Fn(&str) -> io::Result<Vec<u8>> + Send + Sync + 'static) -> Self {
        Files(Some(Arc::new(read)))
    }

    /// The content of a file.
    pub(crate) fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match &self.0 {
            Some(read) => read(path),
            None => Err(io::Error::new(io::ErrorKind::NotFound, "no files can be read here")),
        }
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Files(…)" } else { "Files(none)" })
    }
}
