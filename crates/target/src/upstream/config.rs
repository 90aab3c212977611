//! `UsersConfig`: where the user-service is, and how patiently it is asked.

use std::time::Duration;

use super::{Backoff, BreakerRules, Peers};
use crate::error::TargetError;

/// How the order-service asks the user-service. Used by [`Service::Orders`](crate::Service::Orders) alone.
#[derive(Debug, Clone)]
pub struct UsersConfig {
    /// Who is asked.
    pub peers: Peers,
    /// What carries the questions, and keeps connections between them.
    pub client: reqwest::Client,
    /// How long one try may take, from connecting to the answer's last byte.
    pub timeout: Duration,
    /// How often a question is asked again at most, if nobody answered it.
    pub retries: u32,
    /// How long is waited before it is asked again.
    pub backoff: Backoff,
    /// When a peer is left alone, and for how long.
    pub breaker: BreakerRules,
    /// How often each peer's `/health` is looked at; above zero.
    pub check_every: Duration,
}

impl UsersConfig {
    /// A second for each try, two retries, a check of health each second.
    ///
    /// `client` brings the authorities that are trusted, if an address is one of https. Redirects and proxies are
    /// switched off here.
    ///
    /// # Errors
    /// [`TargetError::Client`] if the client cannot be made.
    pub fn new(peers: Peers, client: reqwest::ClientBuilder) -> Result<Self, TargetError> {
        let client = client.no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        Ok(Self {
            peers,
            client: client.map_err(TargetError::Client)?,
            timeout: Duration::from_secs(1),
            retries: 2,
            backoff: Backoff::default(),
            breaker: BreakerRules::default(),
            check_every: Duration::from_secs(1),
        })
    }
}
