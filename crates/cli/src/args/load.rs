//! What `run` and `quick` take alike: how the load is made and judged.

use super::UiArgs;
use crate::local::LocalAddresses;
use clap::Args;
use loadgen_scenario::duration;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

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
    /// Show the figures to Prometheus at http://ADDR/metrics while the run goes on; a port alone is one of 127.0.0.1,
    /// and port 0 takes a free one.
    #[arg(long, value_name = "ADDR", value_parser = address)]
    pub(crate) prometheus: Option<SocketAddr>,
    /// How long they stay there after the run, so that the last ones are seen: twice what lies between two scrapes
    /// [default: 0].
    #[arg(long, value_name = "TIME", requires = "prometheus", default_value = "0", hide_default_value = true, allow_negative_numbers = true, value_parser = time)]
    pub(crate) prometheus_linger: Duration,
    /// Keep the journal, FILE.journal beside the FILE of -o, when the run has ended and FILE is written.
    #[arg(long)]
    pub(crate) keep_journal: bool,
    /// Print a line a second on a terminal instead of showing the run on the whole screen.
    #[arg(long)]
    pub(crate) no_tui: bool,
    /// The live page.
    #[command(flatten)]
    pub(crate) ui: UiArgs,
}

/// Where to listen.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.parse::<u16>() {
        return Ok((Ipv4Addr::LOCALHOST, port).into());
    }
    let text = text.strip_prefix("localhost:").map_or(text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse().map_err(|_| {
        let whose = "127.0.0.1:9464 is for this machine alone, 0.0.0.0:9464 for all that can reach it";
        format!("it is a port, or an address and a port: {whose}")
    })
}

pub(super) fn time(text: &str) -> Result<Duration, String> {
    duration::parse(&text.into()).map_err(|error| format!("{error}; such as 15, 15s, 1m"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_to_listen_is_this_machine_unless_an_address_says_otherwise() {
        for (text, means) in [
            ("9464", Some("127.0.0.1:9464")),
            ("0", Some("127.0.0.1:0")),
            ("localhost:9464", Some("127.0.0.1:9464")),
            ("0.0.0.0:9464", Some("0.0.0.0:9464")),
            ("[::1]:0", Some("[::1]:0")),
            (":9464", None),
            ("127.0.0.1", None),
            ("65536", None),
            ("example.com:80", None),
            ("", None),
        ] {
            let address = address(text).ok().map(|address| address.to_string());
            assert_eq!(address.as_deref(), means, "{text}");
        }
    }
}
