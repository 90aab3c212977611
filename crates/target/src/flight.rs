//! A *flight* is a request between its arrival and its answer. Dropped before it landed, it is counted as left by its
//! client.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use opentelemetry::ContextGuard;
use tokio::time::Instant;

use crate::metrics::{MethodName, Metrics, RouteName};
use crate::observation::ACCESS_LOG;
use crate::trace::ServerSpan;

/// What the counter says of a request whose client left before the answer (as nginx calls it).
const CLIENT_CLOSED_REQUEST: u16 = 499;

pub(crate) struct Flight {
    metrics: Arc<Metrics>,
    route: RouteName,
    method: MethodName,
    started: Instant,
    status: u16,
    span: Option<ServerSpan>,
    /// The path, where it is logged.
    path: Option<Box<str>>,
}

impl Flight {
    pub(crate) fn start(metrics: Arc<Metrics>, method: &Method, route: RouteName) -> Self {
        metrics.took_off();
        let method = MethodName::of(method);
        let started = Instant::now();
        Self { metrics, route, method, started, status: CLIENT_CLOSED_REQUEST, span: None, path: None }
    }

    pub(crate) fn method(&self) -> MethodName {
        self.method
    }

    /// The span that ends with this flight.
    pub(crate) fn traced(&mut self, span: ServerSpan) {
        self.span = Some(span);
    }

    /// Tells of this flight in the access log when it ends.
    pub(crate) fn logged(&mut self, request: &Request) {
        self.path = Some(request.uri().path().into());
    }

    /// Makes its span the current one, until the guard is dropped.
    pub(crate) fn enter(&self) -> Option<ContextGuard> {
        self.span.as_ref().map(ServerSpan::enter)
    }

    pub(crate) fn land(mut self, status: StatusCode) {
        self.status = status.as_u16();
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let took = self.started.elapsed();
        self.metrics.landed(self.route, self.method, self.status, took.as_secs_f64());
        if let Some(path) = &self.path {
            let _current = self.enter();
            tracing::info!(
                target: ACCESS_LOG,
                method = self.method.label(),
                path = &**path,
                route = self.route.label(),
                status = self.status,
                duration_ms = took.as_secs_f64() * 1e3,
                "answered"
            );
        }
        if let Some(span) = self.span.take() {
            span.end((self.status != CLIENT_CLOSED_REQUEST).then_some(self.status));
        }
    }
}
