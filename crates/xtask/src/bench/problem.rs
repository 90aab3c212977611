//! Why something was not measured.

use std::path::PathBuf;

/// Why a section of the bench has no figures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("stopped")]
    Stopped,
    #[error("the time allowed for the whole bench is over")]
    TimeOver,
    #[error("no binary at {}; hint: leave --loadgen out to have one built", .0.display())]
    NoBinary(PathBuf),
    #[error("loadgen does not build")]
    Build,
    #[error("`{program}` did not end within {seconds} s")]
    TooLong { program: String, seconds: u64 },
    #[error("`{program}` ended with {code:?}: {tail}")]
    Failed { program: String, code: Option<i32>, tail: String },
    #[error("{what} did not start: {why}")]
    NotStarted { what: &'static str, why: String },
    #[error("{0} does not say how many requests it served")]
    Uncounted(&'static str),
    #[error("no request was served")]
    NothingServed,
    #[error("the results lack `{0}`")]
    Lacking(&'static str),
    #[error("{file} has no `<!-- bench:begin {name} -->` with its end")]
    NoMarker { file: &'static str, name: String },
    #[error("the results are no JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("{0}")]
    System(#[from] std::io::Error),
    #[error("the system refused: {0}")]
    Refused(#[from] nix::Error),
}
