//! What every request shares, and the map from paths to handlers.
//!
//! Each collection brings its own routes (`routes::users`, `routes::orders`); this file decides which of them are
//! there, and what becomes of a request that fits none.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use bytes::Bytes;

use crate::config::{Config, Service};
use crate::error::TargetError;
use crate::faults::{Faults, inject};
use crate::latency::Latency;
use crate::metrics::Metrics;
use crate::observe::Observe;
use crate::openapi;
use crate::routes::{debug, document, faults, health, latency, orders, scrape, stray, users};
use crate::store::Store;
use crate::upstream::Users;

/// What every request shares.
pub(crate) struct App<S> {
    pub(crate) config: Config,
    pub(crate) latency: Latency,
    pub(crate) metrics: Arc<Metrics>,
    /// What `/openapi.json` answers.
    pub(crate) openapi: Bytes,
    pub(crate) store: S,
    /// Who is asked whether a user exists, if the store does not know.
    pub(crate) users: Option<Arc<Users>>,
    /// What goes wrong on demand, if it may.
    pub(crate) faults: Option<Arc<Faults>>,
}

impl<S: Store> App<S> {
    pub(crate) fn new(store: S, config: Config) -> Result<Self, TargetError> {
        let metrics = Arc::new(Metrics::new(&config, store.collectors()?)?);
        let openapi = openapi::document(&config).to_json()?.into();
        let users = config.users.clone().filter(|_| config.service == Service::Orders);
        let users = users.map(|users| Users::new(users, metrics.registry())).transpose()?;
        let faults = config.faults.map(|limits| Arc::new(Faults::new(limits)));
        Ok(Self { latency: Latency::start(), metrics, openapi, config, store, users, faults })
    }
}

impl<S> fmt::Debug for App<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A million records help nobody in a debug line.
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}

/// All routes of the service.
pub(crate) fn router<S: Store>(app: Arc<App<S>>) -> Router {
    let service = app.config.service;
    let mut routes = latency::routes();
    if service.has_users() {
        routes = routes.merge(users::routes());
    }
    if service.has_orders() {
        routes = routes.merge(orders::routes());
    }
    if app.faults.is_some() {
        routes = routes.route_layer(from_fn_with_state(Arc::clone(&app), inject::<S>));
    }
    let routes = routes
        .route("/health", get(health::show::<S>))
        .route("/openapi.json", get(document::show::<S>))
        .fallback(stray::not_found)
        .method_not_allowed_fallback(stray::method_not_allowed)
        .layer(Observe::new(Arc::clone(&app.metrics), &app.config.observation))
        // After the layer, so that it is not counted: the sum of the counters is what a load generator sent.
        .route("/metrics", get(scrape::show::<S>).fallback(stray::method_not_allowed))
        .route("/latency/seen", get(latency::seen::<S>).fallback(stray::method_not_allowed))
        .merge(debug::routes(app.config.observation.debug));
    let routes = match &app.faults {
        Some(shared) => routes.merge(faults::routes(Arc::clone(shared))),
        None => routes,
    };
    routes.with_state(app)
}
