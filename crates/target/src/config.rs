//! What a server is told before it starts: which collections it serves, and how much it may keep.
//!
//! The address is not part of it, for it is an argument of [`Server::bind`](crate::Server::bind).

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

use crate::faults::FaultLimits;
use crate::observation::Observation;
use crate::upstream::UsersConfig;

/// How a server behaves; fixed while it runs.
#[derive(Debug, Clone)]
pub struct Config {
    /// Which collections are served.
    pub service: Service,
    /// The ceiling: how many records each collection may hold. A creation past it is answered with 507; 0 refuses
    /// every creation. A user of usual length costs about 0.5 KiB (at most 3), an order about 0.3 KiB and 0.1 KiB per
    /// item (at most 64, for that is the largest body).
    pub max_records: usize,
    /// How long a shutdown waits for requests that are under way before it leaves them.
    pub shutdown_grace: Duration,
    /// Where and how [`Service::Orders`] asks whether a user exists; without, any UUID will do.
    pub users: Option<UsersConfig>,
    /// Whether requests may ask for faults, and how much these may do; without, nothing of that is there.
    pub faults: Option<FaultLimits>,
    /// What it tells of its own working.
    pub observation: Observation,
}

impl Default for Config {
    /// All collections, a million records in each, five seconds of grace, no faults, nothing observed but the metrics.
    fn default() -> Self {
        Self {
            service: Service::All,
            max_records: 1_000_000,
            shutdown_grace: Duration::from_secs(5),
            users: None,
            faults: None,
            observation: Observation::default(),
        }
    }
}

/// Which collections a server serves. `/health`, `/latency` and `/metrics` are always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Service {
    /// `/users` alone.
    Users,
    /// `/orders` alone. There are no users here to look up: [`Config::users`] says who is asked, and without it the
    /// `userId` of an order is checked for being a UUID and no more.
    Orders,
    /// Both, in one store: an order names a user who exists.
    #[default]
    All,
}

impl Service {
    /// Every service, in the order in which help texts list them.
    pub const EVERY: [Self; 3] = [Self::Users, Self::Orders, Self::All];

    /// Its name on the command line, in `/health` and in the label `service` of the metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Orders => "orders",
            Self::All => "all",
        }
    }

    pub(crate) const fn has_users(self) -> bool {
        matches!(self, Self::Users | Self::All)
    }

    pub(crate) const fn has_orders(self) -> bool {
        matches!(self, Self::Orders | Self::All)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Service {
    type Err = UnknownService;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::EVERY
            .into_iter()
            .find(|service| service.name() == name)
            .ok_or_else(|| UnknownService(name.into()))
    }
}

/// A name that is none of `users`, `orders` and `all`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown service '{0}': it is one of users, orders, all")]
pub struct UnknownService(
    /// The name as it was given.
    pub String,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_service() {
        for service in Service::EVERY {
            assert_eq!(service.to_string().parse(), Ok(service));
        }
        let unknown = "Users".parse::<Service>().unwrap_err();
        assert_eq!(unknown.to_string(), "unknown service 'Users': it is one of users, orders, all");
    }
}
