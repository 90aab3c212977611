//! The listening socket and the life of the server: bind, serve, stop.
//!
//! Binding and serving are two calls, so that whoever binds port 0 can ask for the port and tell others before the
//! first request. It does not install signal handlers: the caller hands in the future that ends it.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use prometheus::IntGauge;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::app::{self, App};
use crate::config::{Config, Service};
use crate::connection::{Counting, Peer};
use crate::error::TargetError;
use crate::observation::DebugAccess;
use crate::store::{Database, Memory, Postgres, Store};
use crate::trace::Traces;
use crate::upstream::{self, Users};

/// Connections that may wait to be accepted. A load generator opens thousands at once, and the usual 128 would turn
/// that into retransmitted SYNs, a second each, which look like slow answers. The system may cap it further
/// (`net.core.somaxconn`).
const BACKLOG: u32 = 4096;

/// A server that has its address and has not begun to answer.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    service: Service,
    router: Router,
    open: IntGauge,
    traces: Option<Traces>,
    /// Who is asked for users, and looked after.
    users: Option<Arc<Users>>,
    /// Whether connections may be cut on demand.
    faulty: bool,
    /// Whether requests ask who is at the other end: faults and the debug endpoints do, and it costs each a little.
    tells_peer: bool,
    grace: Duration,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Server {
    /// Listens on `address`; port 0 takes a free one, which [`local_addr`](Self::local_addr) then tells. From here on
    /// connections are taken by the system, and answered once [`serve`](Self::serve) runs. Records are kept in memory.
    ///
    /// Must be called in a tokio runtime with I/O.
    ///
    /// # Errors
    /// [`TargetError::Bind`] names the address and the cause.
    pub fn bind(address: SocketAddr, config: Config) -> Result<Self, TargetError> {
        let store = Memory::new(config.max_records, config.service);
        Self::with_store(address, config, store)
    }

    /// The same with records that are kept in `database`, which must have been opened for the service of `config`.
    ///
    /// # Errors
    /// As for [`bind`](Self::bind).
    pub fn bind_with(address: SocketAddr, config: Config, database: Database) -> Result<Self, TargetError> {
        let store = Postgres::new(database, config.max_records)?;
        Self::with_store(address, config, store)
    }

    fn with_store<S: Store>(address: SocketAddr, config: Config, store: S) -> Result<Self, TargetError> {
        let bind_error = |source| TargetError::Bind { address, source };
        let listener = listen(address).map_err(bind_error)?;
        let address = listener.local_addr().map_err(bind_error)?;
        let app = Arc::new(App::new(store, config)?);
        let faulty = app.faults.is_some();
        Ok(Self {
            listener,
            address,
            service: app.config.service,
            open: app.metrics.connections(),
            traces: app.config.observation.traces.clone(),
            users: app.users.clone(),
            faulty,
            tells_peer: faulty || app.config.observation.debug == DebugAccess::Loopback,
            grace: app.config.shutdown_grace,
            router: app::router(app),
        })
    }

    /// The address that is listened on, with the port that was really taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `shutdown` is done; then accepts no more connections, closes the idle ones, and lets
    /// requests under way finish within [`Config::shutdown_grace`].
    ///
    /// # Errors
    /// [`TargetError::Serve`] if the listening socket fails.
    pub async fn serve(self, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<(), TargetError> {
        let Self { listener, address, service, router, open, traces, users, faulty, tells_peer, grace } =
            self;
        let (stopping, stopped) = oneshot::channel();
        tracing::info!(%address, service = service.name(), "serving");
        let listener = Counting { listener, open, cords: faulty };
        let _checks = users.as_ref().map(upstream::watch);
        let hurried = traces.clone();
        let stop = async move {
            shutdown.await;
            tracing::info!("stopping");
            // Spans that have ended go now: those under way may take all of the grace.
            if let Some(traces) = hurried {
                traces.hurry();
            }
            let _ = stopping.send(Instant::now() + grace);
        };
        let serving = async move {
            if tells_peer {
                let router = router.into_make_service_with_connect_info::<Peer>();
                axum::serve(listener, router).with_graceful_shutdown(stop).await
            } else {
                axum::serve(listener, router).with_graceful_shutdown(stop).await
            }
        };
        let deadline = async move {
            match stopped.await {
                Ok(deadline) => tokio::time::sleep_until(deadline).await,
                // Serving ended by itself, and the other branch has its result.
                Err(_) => std::future::pending().await,
            }
        };
        tokio::pin!(deadline);
        tokio::select! {
            served = serving => served.map_err(|source| TargetError::Serve { address, source })?,
            () = &mut deadline => return Ok(()),
        }
        if let Some(traces) = traces {
            tokio::select! {
                () = traces.flush(grace) => {}
                () = deadline => {}
            }
        }
        Ok(())
    }
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Lets a restart take the port while connections of the last run are in TIME_WAIT. On Windows the same option
    // would let two servers share the port.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
