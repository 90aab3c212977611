//! What is kept beside the figures of a run: what the target uses, and what others made of it.

use clap::Args;
use std::path::PathBuf;

/// What is kept beside the figures.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct BesideArgs {
    /// Measure CPU and memory of this process of this machine, and of all that descend from it, as those of the
    /// target.
    #[arg(long, value_name = "PID", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) monitor_pid: Option<u32>,
    /// Keep this file with the results: a picture (SVG) such as a flame graph, or text, up to 4 MB. May be given
    /// several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) attach: Vec<PathBuf>,
}
