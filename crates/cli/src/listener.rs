//! Where servers of a run listen: what Prometheus is shown, and the live page.

use std::net::{SocketAddr, TcpListener};

/// Listens on an address, for a runtime that is yet to come.
///
/// # Errors
/// If the address cannot be listened on.
pub(crate) fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
