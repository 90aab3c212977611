//! `--local-addresses`: which addresses of this machine connections leave from.

use crate::error::CliError;
use ipnet::IpNet;
use loadgen_scenario::plan::{Plan, Proxies, Target};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};

/// Most addresses that are taken: more would be looked through for seconds before the run.
const MOST: usize = 65_536;

/// Addresses, as they were typed, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LocalAddresses(Vec<IpAddr>);

impl LocalAddresses {
    /// Reads a list of addresses and networks such as `10.0.0.2,10.0.1.0/28`. A network stands for all of its hosts: of
    /// an IPv4 one that is larger than /31 not the first and the last address, which mean the network and all in it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut addresses = Vec::new();
        for item in text.split(',').map(str::trim) {
            match (item.parse::<IpAddr>(), item.parse::<IpNet>()) {
                (Ok(address), _) => addresses.push(address),
                (_, Ok(network)) => addresses.extend(network.hosts().take(MOST + 1)),
                _ => {
                    return Err(format!("`{item}` is neither an address nor a network such as 127.0.0.0/24"));
                }
            }
            if addresses.len() > MOST {
                return Err(format!("these are more than {MOST} addresses"));
            }
        }
        let mut seen = HashSet::new();
        addresses.retain(|address| seen.insert(*address));
        match addresses.iter().find(|address| is_nobodys(**address)) {
            Some(address) => Err(format!("`{address}` is no address of a single machine")),
            None => Ok(LocalAddresses(addresses)),
        }
    }

    /// Lets a plan's connections leave from these addresses.
    ///
    /// # Errors
    /// If one of them is not this machine's, or the target can be reached from none of them.
    pub(crate) fn apply(&self, plan: &mut Plan) -> Result<(), CliError> {
        let mut foreign = self.0.iter().filter_map(|address| Some((address, is_ours(*address).err()?)));
        if let Some((address, error)) = foreign.next() {
            let others = foreign.count();
            return Err(CliError::ForeignAddress { address: *address, others, source: error });
        }
        let host = match &plan.target {
            Target::Address(origin) => origin.host.parse().ok(),
            Target::Builtin => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        };
        // Through a proxy it is the proxy that has to be reached.
        if let Some(host) =
            host.filter(|_| plan.http.proxies == Proxies::default() || plan.target == Target::Builtin)
            && !self.0.iter().any(|address| address.is_ipv4() == host.is_ipv4())
        {
            return Err(CliError::FamilyMissing { target: host });
        }
        plan.http.local_addresses.clone_from(&self.0);
        Ok(())
    }
}

/// Whether it stands for any address, or for many.
fn is_nobodys(address: IpAddr) -> bool {
    let broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    address.is_unspecified() || address.is_multicast() || broadcast
}

/// Whether a socket can have this address.
fn is_ours(address: IpAddr) -> std::io::Result<()> {
    UdpSocket::bind((address, 0)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<String>, String> {
        LocalAddresses::parse(text).map(|it| it.0.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn addresses_and_networks_make_a_list_without_repetitions() {
        let table: [(&str, &[&str]); 6] = [
            ("127.0.0.2", &["127.0.0.2"]),
            ("127.0.0.3, ::1,127.0.0.2,127.0.0.3", &["127.0.0.3", "::1", "127.0.0.2"]),
            ("127.0.0.0/30", &["127.0.0.1", "127.0.0.2"]),
            ("127.0.0.9/31,10.0.0.1/32", &["127.0.0.8", "127.0.0.9", "10.0.0.1"]),
            ("fd00::4/127", &["fd00::4", "fd00::5"]),
            ("127.0.0.2,127.0.0.0/30", &["127.0.0.2", "127.0.0.1"]),
        ];
        for (text, addresses) in table {
            assert_eq!(parsed(text).unwrap(), addresses, "{text}");
        }
        assert_eq!(parsed("127.0.0.0/24").unwrap().len(), 254);
        assert_eq!(parsed("10.0.0.0/16").unwrap().len(), 65_534);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (text, why) in [
            ("", "`` is neither"),
            ("127.0.0.2,", "`` is neither"),
            ("localhost", "`localhost` is neither"),
            ("127.0.0.0/33", "`127.0.0.0/33` is neither"),
            ("10.0.0.0/8", "more than 65536"),
            ("fd00::/64", "more than 65536"),
            ("0.0.0.0", "no address of a single machine"),
            ("127.0.0.2,::", "no address of a single machine"),
            ("224.0.0.1", "no address of a single machine"),
            ("255.255.255.255", "no address of a single machine"),
        ] {
            let told = parsed(text).unwrap_err();
            assert!(told.contains(why), "{text}: {told}");
        }
    }
}
