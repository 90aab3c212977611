//! `loadgen check`

use super::ScriptArgs;
use clap::Args;

/// `loadgen check`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  loadgen check api.yml                   all mistakes at once; then what would be run
  loadgen check api.yml -e ci -t http://127.0.0.1:8080
  loadgen check api.yml --json            the same for other programs

Exit codes:
  0    no errors (there may be warnings)
  2    errors")]
pub(crate) struct CheckArgs {
    /// What makes the script what is run.
    #[command(flatten)]
    pub(crate) script: ScriptArgs,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
