//! What `run` and `quick` take alike: how the load is made and judged.

use crate::local::LocalAddresses;
use clap::Args;

/// How the load is made and judged.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct LoadArgs {
    /// Make the run repeatable: the same number gives each user the same scenario and the same random values.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    /// Threads that carry the load [default: one for each processor].
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) shards: Option<u16>,
    /// Exit with 4 if the run is invalid, that is, measured the generator rather than the target [default: true if
    /// the environment has CI=true].
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) strict_validity: Option<bool>,
    /// Addresses of this machine that connections leave from, in turn: more than one gives more ports. Addresses and
    /// networks with a comma between, such as 127.0.0.2,127.0.0.3 or 127.0.0.0/24 [default: the system chooses].
    #[arg(long, value_name = "LIST", value_parser = LocalAddresses::parse)]
    pub(crate) local_addresses: Option<LocalAddresses>,
}
