//! What others made of a run, to be kept with its results.

use clap::Args;
use std::path::PathBuf;

/// Files that are kept with the results.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct AttachArgs {
    /// Keep this file with the results: a picture (SVG) such as a flame graph, or text, up to 4 MB. May be given
    /// several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) attach: Vec<PathBuf>,
}
