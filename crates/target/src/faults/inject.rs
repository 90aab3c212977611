//! The layer that lets requests suffer what is asked for: by the request's header, else by its query, else by the rule
//! for all. What is more particular counts alone; they are not added up.
//!
//! In this order: memory and processors, latency, a cut without an answer, a refusal; then the request is answered, and
//! its body suffers. A request that is cut off or refused does nothing else: nothing was created or changed by it.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::{ConnectInfo, MatchedPath, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::body::{Ailment, ail};
use super::chance::Kind;
use super::spec::Spec;
use super::{BadFault, Cord, Faults};
use crate::app::App;
use crate::connection::Peer;
use crate::latency::Draws;
use crate::pause;
use crate::problem::Problem;
use crate::request::drain;
use crate::store::Store;

const HEADER: HeaderName = HeaderName::from_static("x-fault");
const PARAMETER: &str = "fault";
/// Random latencies have exactly their distribution over so many requests.
const ROUND: u32 = 1000;
/// What the metrics say of a request whose connection was cut instead of an answer. Never sent.
const CUT: u16 = 444;

pub(crate) async fn inject<S: Store>(
    State(app): State<Arc<App<S>>>,
    request: Request,
    next: Next,
) -> Response {
    let received = Instant::now();
    let Some(faults) = &app.faults else { return next.run(request).await };
    let spec = match asked(faults, &request) {
        Ok(Some(spec)) => spec,
        Ok(None) => return next.run(request).await,
        Err(bad) => return refuse(request, bad.into()).await,
    };
    if let Some(hold) = spec.memory {
        faults.ballast.hold(hold);
    }
    if let Some(burn) = spec.cpu {
        faults.burner.burn(burn);
    }
    if let Some(shape) = spec.latency {
        let draws = Draws { seed: spec.seed, of: ROUND };
        pause::until(received + app.latency.delay(shape, draws, received)).await;
    }
    let reset = spec.reset.filter(|reset| faults.chances.falls(Kind::Reset, reset.rate, spec.seed));
    let cord =
        request.extensions().get::<ConnectInfo<Peer>>().and_then(|ConnectInfo(peer)| peer.cord.clone());
    if reset.is_some_and(|reset| !reset.in_body) {
        cord.iter().for_each(Cord::pull);
        return StatusCode::from_u16(CUT).unwrap_or_default().into_response();
    }
    if let Some(error) = spec.error
        && faults.chances.falls(Kind::Error, error.rate, spec.seed)
    {
        let problem = Problem::new(error.status, "injected", "this refusal was asked for");
        return refuse(request, problem).await;
    }
    let response = next.run(request).await;
    let cut = reset.and(cord);
    if cut.is_none() && spec.slow.is_none() && spec.stall.is_none() {
        return response;
    }
    ail(response, Ailment { slow: spec.slow, stall: spec.stall, cut }).await
}

/// An answer in place of the request's own.
async fn refuse(request: Request, problem: Problem) -> Response {
    drain(request.into_body()).await;
    problem.into_response()
}

/// What the request is to suffer, if anything.
fn asked(faults: &Faults, request: &Request) -> Result<Option<Spec>, BadFault> {
    if let Some(text) = in_header(request.headers())? {
        return Spec::parse(&text, faults.ceilings).map(Some);
    }
    if let Some(text) = in_query(request.uri()) {
        return Spec::parse(&text, faults.ceilings).map(Some);
    }
    let Some(rule) = faults.rule() else { return Ok(None) };
    let path = request.extensions().get::<MatchedPath>();
    let meant = rule.route.as_deref().is_none_or(|route| path.is_some_and(|path| path.as_str() == route));
    Ok(meant.then_some(rule.spec))
}

/// The header, its lines joined.
fn in_header(headers: &HeaderMap) -> Result<Option<String>, BadFault> {
    if !headers.contains_key(HEADER) {
        return Ok(None);
    }
    let lines = headers.get_all(HEADER).iter().map(|line| line.to_str());
    let lines = lines.collect::<Result<Vec<_>, _>>().map_err(|_| BadFault {
        field: HEADER.as_str().into(),
        message: "holds what is not ASCII text".into(),
    })?;
    Ok(Some(lines.join(";")))
}

/// The parameter; the last of them counts. A query that cannot be read is for the handler to refuse.
fn in_query(uri: &Uri) -> Option<String> {
    uri.query().filter(|query| query.contains(PARAMETER))?;
    let Query(pairs) = Query::<Vec<(Cow<'_, str>, Cow<'_, str>)>>::try_from_uri(uri).ok()?;
    pairs.into_iter().rev().find(|(name, _)| name == PARAMETER).map(|(_, value)| value.into_owned())
}
