//! The user-service, as the order-service sees it: whether a user exists is asked over HTTP, of one of several *peers*.
//!
//! `users` is the question and its tries; `balancer` chooses the peer, `breaker` keeps away from one that fails,
//! `backoff` says how long to wait before another try, `checks` looks after the peers' health meanwhile. `figures` are its
//! metrics.
//!
//! It deliberately does not discover peers: several addresses behind one name are one peer here.

mod backoff;
mod balancer;
mod breaker;
mod checks;
mod config;
mod figures;
mod peers;
mod users;

pub use backoff::Backoff;
pub use breaker::BreakerRules;
pub(crate) use checks::watch;
pub use config::UsersConfig;
pub use peers::{BadPeer, Peers};
pub(crate) use users::Users;
