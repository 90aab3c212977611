//! What is kept beside the figures of a run: what the target uses, and what others made of it.

use super::AttachArgs;
use clap::Args;

/// What is kept beside the figures.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct BesideArgs {
    /// Measure CPU and memory of this process of this machine, and of all that descend from it, as those of the
    /// target.
    #[arg(long, value_name = "PID", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) monitor_pid: Option<u32>,
    /// Files that are kept with the results.
    #[command(flatten)]
    pub(crate) files: AttachArgs,
}
