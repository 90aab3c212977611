//! Counts, times and, where that is asked for, traces and logs every request, whatever becomes of it.
//!
//! A request that the HTTP parser itself refuses never gets here and is not counted. A layer of our own rather than a
//! function for `from_fn`: that would box the handler's future once more for each request.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::flight::Flight;
use crate::metrics::{Metrics, RouteName};
use crate::observation::Observation;
use crate::trace::Traces;

/// What all requests are observed with.
#[derive(Clone)]
pub(crate) struct Observe {
    metrics: Arc<Metrics>,
    traces: Option<Traces>,
    access_log: bool,
}

impl Observe {
    pub(crate) fn new(metrics: Arc<Metrics>, observation: &Observation) -> Self {
        Self { metrics, traces: observation.traces.clone(), access_log: observation.access_log }
    }
}

impl<H> Layer<H> for Observe {
    type Service = Observed<H>;

    fn layer(&self, handler: H) -> Observed<H> {
        Observed { observe: self.clone(), handler }
    }
}

/// A handler whose requests are observed.
#[derive(Clone)]
pub(crate) struct Observed<H> {
    observe: Observe,
    handler: H,
}

impl<H: Service<Request, Response = Response>> Service<Request> for Observed<H> {
    type Response = Response;
    type Error = H::Error;
    type Future = Observing<H::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), H::Error>> {
        self.handler.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let matched = request.extensions().get::<MatchedPath>();
        let route = matched.map_or(RouteName::Unmatched, |path| RouteName::of(path.as_str()));
        let mut flight = Flight::start(Arc::clone(&self.observe.metrics), request.method(), route);
        if let Some(traces) = &self.observe.traces {
            flight.traced(traces.serve(&request, flight.method(), route.pattern()));
        }
        if self.observe.access_log {
            flight.logged(&request);
        }
        Observing { handling: self.handler.call(request), flight: Some(flight) }
    }
}

pin_project! {
    /// A request that is being answered.
    pub(crate) struct Observing<F> {
        // Before the flight, so that it goes first: what it does ends within the request.
        #[pin]
        handling: F,
        flight: Option<Flight>,
    }
}

impl<F: Future<Output = Result<Response, E>>, E> Future for Observing<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let current = this.flight.as_ref().and_then(Flight::enter);
        let answer = ready!(this.handling.poll(cx));
        drop(current);
        if let (Ok(response), Some(flight)) = (&answer, this.flight.take()) {
            flight.land(response.status());
        }
        Poll::Ready(answer)
    }
}
