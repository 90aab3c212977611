//! `loadgen doctor`

use clap::Args;

/// `loadgen doctor`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  loadgen doctor                                 where the load will come from; it changes nothing
  loadgen doctor --strict                        in a pipeline: fail if something is bad
  loadgen doctor --json | jq .verdict            the same for other programs

Exit codes:
  0    it has looked, whatever it found
  1    with --strict: something is bad
  2    the arguments were rejected
  3    it could not look")]
pub(crate) struct DoctorArgs {
    /// Exit with 1 if something is bad.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
