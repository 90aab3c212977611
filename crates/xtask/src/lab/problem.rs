//! Why there is no lab, or no longer.

use std::path::PathBuf;

/// The chore gave up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// What it needs is not there.
    #[error(transparent)]
    Unmet(#[from] crate::need::Unmet),
    /// There is nothing to start.
    #[error("loadgen does not build")]
    Build,
    /// A file of `monitoring/` no longer has the text that is to be put in order for this machine.
    #[error("{} no longer has `{text}`, which the lab puts its own in the place of; hint: lab/settings.rs", .file.display())]
    Missing { file: PathBuf, text: &'static str },
    /// A program of the lab ended by itself.
    #[error("{name} ended ({status}); it said last:\n{said}")]
    Ended { name: &'static str, status: std::process::ExitStatus, said: String },
    /// A program of the lab does not come to answer.
    #[error("{name} did not answer within {seconds} s; it said last:\n{said}")]
    Late { name: &'static str, seconds: u64, said: String },
    /// Ctrl-C or SIGTERM.
    #[error("stopped")]
    Stopped,
    /// Somebody gave an answer that nobody expects.
    #[error("{url}: {what}")]
    Answer { url: String, what: String },
    /// What the check found.
    #[error("{0}")]
    Wrong(String),
    /// Files, processes, ports.
    #[error(transparent)]
    System(#[from] std::io::Error),
}
