//! `Ports`: where each part of the lab listens, on loopback.

use std::io;
use std::net::{SocketAddr, TcpListener};

/// A port for each part, free when they were chosen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    pub(crate) postgres: u16,
    pub(crate) users: u16,
    pub(crate) orders: u16,
    pub(crate) prometheus: u16,
    pub(crate) alertmanager: u16,
    pub(crate) node: u16,
    pub(crate) grafana: u16,
    /// Where `loadgen run --prometheus` is to show its figures; nobody listens there but while it does.
    pub(crate) loadgen: SocketAddr,
}

impl Ports {
    /// Free ports; `loadgen` is taken as it is, if it is given.
    ///
    /// # Errors
    /// If the system has none.
    pub(crate) fn choose(loadgen: Option<SocketAddr>) -> io::Result<Ports> {
        // All are held until the last is found, so that none comes twice.
        let mut held = Vec::new();
        let mut free = || -> io::Result<u16> {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            let port = listener.local_addr()?.port();
            held.push(listener);
            Ok(port)
        };
        Ok(Ports {
            postgres: free()?,
            users: free()?,
            orders: free()?,
            prometheus: free()?,
            alertmanager: free()?,
            node: free()?,
            grafana: free()?,
            loadgen: match loadgen {
                Some(address) => address,
                None => ([127, 0, 0, 1], free()?).into(),
            },
        })
    }
}

/// `http://127.0.0.1:PORT`
pub(crate) fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}
