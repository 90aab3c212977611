//! The service's own figures, for Prometheus.
//!
//! The registry is the server's own, so that two servers in one process do not mix. Handles are looked up by index:
//! hashing three label values on each request would cost more than the rest of the counting.

use std::collections::HashMap;
use std::sync::OnceLock;

use axum::http::Method;
use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder, core::Collector,
};

use crate::config::Config;
use crate::process::ProcessMetrics;
use crate::store::Counts;

/// Upper bounds of the duration histogram, in seconds: from a lookup in memory to a stalled database.
pub(crate) const BUCKETS: [f64; 16] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The methods that have a label of their own; what a client invents is `OTHER`, so that labels stay bounded.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "OTHER"];

/// The statuses with a prepared handle: all that the service answers. Another one would be counted too, only slower.
const STATUSES: [u16; 14] = [200, 201, 204, 400, 404, 405, 409, 413, 415, 422, 499, 500, 503, 507];

/// The value of the label `route`: the pattern, never the path, which is different for every user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RouteName {
    Health,
    OpenApi,
    Users,
    User,
    Orders,
    Order,
    Latency,
    Unmatched,
}

impl RouteName {
    const EVERY: [Self; 8] = [
        Self::Health,
        Self::OpenApi,
        Self::Users,
        Self::User,
        Self::Orders,
        Self::Order,
        Self::Latency,
        Self::Unmatched,
    ];

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Health => "/health",
            Self::OpenApi => "/openapi.json",
            Self::Users => "/users",
            Self::User => "/users/{id}",
            Self::Orders => "/orders",
            Self::Order => "/orders/{id}",
            Self::Latency => "/latency/{shape}",
            Self::Unmatched => "unmatched",
        }
    }

    /// The pattern that was matched, if one was.
    pub(crate) fn pattern(self) -> Option<&'static str> {
        (self != Self::Unmatched).then(|| self.label())
    }

    /// The route whose pattern the router matched.
    pub(crate) fn of(pattern: &str) -> Self {
        Self::EVERY.into_iter().find(|route| route.label() == pattern).unwrap_or(Self::Unmatched)
    }
}

/// The value of the label `method`, by its place in [`METHODS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MethodName(usize);

impl MethodName {
    pub(crate) fn of(method: &Method) -> Self {
        Self(METHODS.iter().position(|known| *known == method.as_str()).unwrap_or(METHODS.len() - 1))
    }

    pub(crate) const fn label(self) -> &'static str {
        METHODS[self.0]
    }
}

pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    in_flight: IntGauge,
    connections: IntGauge,
    records: IntGaugeVec,
    process: ProcessMetrics,
    /// By route, then by method.
    prepared: Box<[Prepared]>,
}

/// Handles of one route and method, made when first needed: series that no request touched are not shown.
#[derive(Default)]
struct Prepared {
    duration: OnceLock<prometheus::Histogram>,
    statuses: [OnceLock<IntCounter>; STATUSES.len()],
}

impl Metrics {
    /// `others` are figures that somebody else keeps: the store.
    pub(crate) fn new(config: &Config, others: Vec<Box<dyn Collector>>) -> Result<Self, prometheus::Error> {
        let labels = HashMap::from([("service".to_owned(), config.service.name().to_owned())]);
        let registry = Registry::new_custom(None, Some(labels))?;
        let requests = IntCounterVec::new(
            Opts::new("http_requests_total", "Requests answered, without those to /metrics."),
            &["method", "route", "status"],
        )?;
        let durations = HistogramVec::new(
            HistogramOpts::new(
                "http_request_duration_seconds",
                "From the request's head read to the answer ready.",
            )
            .buckets(BUCKETS.to_vec()),
            &["method", "route"],
        )?;
        let in_flight = IntGauge::new("http_requests_in_flight", "Requests being answered at this moment.")?;
        let connections = IntGauge::new("active_connections", "Connections that are open at this moment.")?;
        let records =
            IntGaugeVec::new(Opts::new("store_records", "Records kept, by collection."), &["collection"])?;
        let collectors: [Box<dyn Collector>; 5] = [
            Box::new(requests.clone()),
            Box::new(durations.clone()),
            Box::new(in_flight.clone()),
            Box::new(connections.clone()),
            Box::new(records.clone()),
        ];
        for collector in collectors.into_iter().chain(others) {
            registry.register(collector)?;
        }
        if let Some(traces) = &config.observation.traces {
            traces.register(&registry)?;
        }
        let process = ProcessMetrics::new(&registry, config.observation.heap)?;
        let prepared = (0..RouteName::EVERY.len() * METHODS.len()).map(|_| Prepared::default()).collect();
        Ok(Self { registry, requests, durations, in_flight, connections, records, process, prepared })
    }

    /// Where other parts of the service register figures of their own.
    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The text format for a scrape. What the process uses is read now, not at each request. How many records are `kept`
    /// is left out where the store does not know.
    pub(crate) fn text(&self, kept: Option<Counts>) -> Result<String, prometheus::Error> {
        self.process.refresh();
        match kept {
            None => self.records.reset(),
            Some(Counts { users, orders }) => {
                for (collection, count) in [("users", users), ("orders", orders)] {
                    let count = i64::try_from(count).unwrap_or(i64::MAX);
                    self.records.with_label_values(&[collection]).set(count);
                }
            }
        }
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }

    /// How many connections are open: for whoever opens and closes them.
    pub(crate) fn connections(&self) -> IntGauge {
        self.connections.clone()
    }

    pub(crate) fn took_off(&self) {
        self.in_flight.inc();
    }

    pub(crate) fn landed(&self, route: RouteName, method: MethodName, status: u16, seconds: f64) {
        self.in_flight.dec();
        let MethodName(index) = method;
        let Some(prepared) = self.prepared.get(route as usize * METHODS.len() + index) else { return };
        let (route, method) = (route.label(), method.label());
        prepared.duration.get_or_init(|| self.durations.with_label_values(&[method, route])).observe(seconds);
        let counter = || self.requests.with_label_values(&[method, route, status.to_string().as_str()]);
        match STATUSES.iter().position(|&known| known == status) {
            Some(index) => prepared.statuses[index].get_or_init(counter).inc(),
            None => counter().inc(),
        }
    }
}
