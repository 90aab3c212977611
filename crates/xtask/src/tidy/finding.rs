//! What a check found.

use std::fmt;

/// The outcome of one check.
#[derive(Debug, Default)]
pub(crate) struct Finding {
    /// What must be mended.
    pub(crate) problems: Vec<Problem>,
    /// Figures worth seeing even when all is well.
    pub(crate) notes: Vec<String>,
}

/// One thing to mend.
#[derive(Debug)]
pub(crate) struct Problem {
    path: String,
    line: Option<usize>,
    what: String,
}

impl Finding {
    /// Adds a problem with a whole file or folder.
    pub(crate) fn file(&mut self, path: &str, what: impl Into<String>) {
        self.problems.push(Problem { path: path.to_owned(), line: None, what: what.into() });
    }

    /// Adds a problem with a line, counted from 1.
    pub(crate) fn line(&mut self, path: &str, line: usize, what: impl Into<String>) {
        self.problems.push(Problem { path: path.to_owned(), line: Some(line), what: what.into() });
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.what),
            None => write!(f, "{}: {}", self.path, self.what),
        }
    }
}

#[cfg(test)]
impl Finding {
    /// The problems as people see them, for tests.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.problems.iter().map(ToString::to_string).collect()
    }

    /// `path:line` (or `path`) of each problem, for tests that do not care for the wording.
    pub(crate) fn places(&self) -> Vec<String> {
        let place = |p: &Problem| match p.line {
            Some(line) => format!("{}:{line}", p.path),
            None => p.path.clone(),
        };
        self.problems.iter().map(place).collect()
    }
}
