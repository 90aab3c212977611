//! `Server`: where the requests of a series go, as far as a script tells before the load.

use crate::url::Origin;

/// Where the requests of a series go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Server {
    /// To the target.
    Target,
    /// Elsewhere.
    Other(Origin),
    /// Who knows: it is rendered for each request, or they go to several servers.
    Unknown,
}
