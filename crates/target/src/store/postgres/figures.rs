//! What the database costs, for Prometheus: how long operations take, which fail, and what the pool's connections do.
//!
//! Times are counted from the moment when a connection is at hand; waiting for one shows in `database_pool_waiting`.

use std::sync::OnceLock;
use std::time::Duration;

use deadpool_postgres::Pool;
use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts};

use super::failure::Outage;
use super::query::Query;
use crate::metrics::BUCKETS;

pub(super) struct Figures {
    durations: HistogramVec,
    errors: IntCounterVec,
    /// Handles by query, made when first needed: operations that nobody asked for are not shown.
    prepared: [OnceLock<Histogram>; Query::EVERY.len()],
}

impl Figures {
    pub(super) fn new() -> Result<Self, prometheus::Error> {
        let durations = HistogramOpts::new(
            "database_query_duration_seconds",
            "From a connection at hand to the database's answer, by operation.",
        );
        let errors = Opts::new(
            "database_query_errors_total",
            "Operations that the database did not do, by operation and kind of outage.",
        );
        Ok(Self {
            durations: HistogramVec::new(durations.buckets(BUCKETS.to_vec()), &["query"])?,
            errors: IntCounterVec::new(errors, &["query", "kind"])?,
            prepared: Default::default(),
        })
    }

    pub(super) fn took(&self, query: Query, time: Duration) {
        let made = || self.durations.with_label_values(&[query.name()]);
        self.prepared[query as usize].get_or_init(made).observe(time.as_secs_f64());
    }

    pub(super) fn failed(&self, query: Query, outage: Outage) {
        self.errors.with_label_values(&[query.name(), outage.name()]).inc();
    }

    /// All of it, for a registry.
    pub(super) fn collectors(&self, pool: &Pool) -> Result<Vec<Box<dyn Collector>>, prometheus::Error> {
        Ok(vec![
            Box::new(self.durations.clone()),
            Box::new(self.errors.clone()),
            Box::new(PoolFigures::new(pool.clone())?),
        ])
    }
}

/// The pool at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PoolState {
    /// Connections that are allowed.
    pub(super) size: usize,
    pub(super) idle: usize,
    pub(super) in_use: usize,
    /// Requests that wait for a connection.
    pub(super) waiting: usize,
}

impl PoolState {
    pub(super) fn of(pool: &Pool) -> Self {
        let status = pool.status();
        let in_use = status.size.saturating_sub(status.available);
        Self { size: status.max_size, idle: status.available, in_use, waiting: status.waiting }
    }
}

/// Gauges that look at the pool when they are read.
struct PoolFigures {
    pool: Pool,
    connections: IntGaugeVec,
    size: IntGauge,
    waiting: IntGauge,
}

impl PoolFigures {
    fn new(pool: Pool) -> Result<Self, prometheus::Error> {
        let connections =
            Opts::new("database_pool_connections", "Open connections to the database, by state.");
        Ok(Self {
            pool,
            connections: IntGaugeVec::new(connections, &["state"])?,
            size: IntGauge::new("database_pool_size", "Connections to the database that are allowed.")?,
            waiting: IntGauge::new("database_pool_waiting", "Requests that wait for a connection.")?,
        })
    }
}

impl Collector for PoolFigures {
    fn desc(&self) -> Vec<&Desc> {
        [self.connections.desc(), self.size.desc(), self.waiting.desc()].concat()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let PoolState { size, idle, in_use, waiting } = PoolState::of(&self.pool);
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.connections.with_label_values(&["idle"]).set(number(idle));
        self.connections.with_label_values(&["in_use"]).set(number(in_use));
        self.size.set(number(size));
        self.waiting.set(number(waiting));
        [self.connections.collect(), self.size.collect(), self.waiting.collect()].concat()
    }
}
