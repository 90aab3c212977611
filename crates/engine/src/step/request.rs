//! A request: rendered, sent, waited for, captured from, recorded.

use crate::capture;
use crate::decode::{DecodeError, Unpacker};
use crate::dry;
use crate::message;
use crate::spans::What;
use crate::step::discretion;
use crate::step::journey::{self, Arrived};
use crate::step::watch::Watched;
use crate::transport::{Answer, Exchange, Transport, shown};
use crate::user::{Failed, User};
use bytes::Bytes;
use loadgen_metrics::{ErrorKind, ErrorSample, Moment, Outcome, Sample, SeriesId};
use loadgen_scenario::extract;
use loadgen_scenario::plan::Request;
use loadgen_scenario::url::Origin;
use std::rc::Rc;

/// Performs the request. Any status is an answer; no answer, or one that a strict capture finds nothing in, fails
/// the user.
pub(crate) async fn perform<T: Transport>(user: &mut User<T>, request: &Request) -> Result<(), Failed> {
    let shard = Rc::clone(&user.shard);
    let series = SeriesId(request.series);
    let composed =
        message::compose(request, &shard.origin, &mut user.session.borrow_mut(), shard.kept(request));
    let (origin, mut message) = match composed {
        Ok(composed) => composed,
        Err(fault) => {
            let at = shard.clock.now();
            let sample = || ErrorSample {
                at,
                method: request.method.to_string(),
                url: fault.url.clone(),
                detail: fault.detail.clone(),
                ..ErrorSample::default()
            };
            let mut recorder = shard.recorder.borrow_mut();
            match &fault.text {
                Some(text) => recorder.named_error(fault.kind, text, at, sample),
                None => recorder.error(fault.kind, at, sample),
            }
            if !fault.kind.is_of_script() {
                recorder.refused(series, fault.kind, at);
            }
            return Err(Failed);
        }
    };
    let (mut traced, mut trace) = (None, None);
    if let Some(tracing) = &shard.plan.http.tracing {
        if let Some(own) = message.headers().get("traceparent") {
            // The script's own, where it sets one.
            trace = message::trace_of(own);
        } else if let Some((begun, parent)) = message::traceparent(tracing, user.trace.as_deref()) {
            (traced, trace) = (Some(begun), Some(begun.trace));
            message.headers_mut().insert("traceparent", parent);
        }
    }
    let mut watched = Watched::new(&shard.plan.plugins, user, request, &origin, &message);
    watched.trace = trace;
    let due = user.ready;
    let sent = shard.clock.now();
    shard.recorder.borrow_mut().request_started(series, sent);

    let Arrived { origin, exchange, sent: last_sent } =
        journey::travel(user, request, origin, &mut message, sent).await;
    user.ready = exchange.done;

    let (outcome, detail) = judge(user, &watched, &exchange, last_sent).await;
    if let Some(watch) = &shard.watch {
        dry::captured(watch, &shard.plan, request, outcome, &user.session);
    }
    let sample = Sample { trace, ..journey::sample(series, due, sent, &exchange, outcome) };
    let mut recorder = shard.recorder.borrow_mut();
    recorder.record(&sample);
    recorder.example(&sample, || discretion::without(show_url(&origin, message.uri()), message.headers()));
    if shard.plan.http.extended_metrics && outcome.status().is_some() {
        recorder.extended(&sample);
    }
    watched.recorded(&sample, &mut recorder);
    if let Some((whole, traced)) = user.trace.as_ref().zip(traced) {
        let url = discretion::without(show_url(&origin, message.uri()), message.headers());
        let what = What::Request { parent: whole.span, series, outcome, url };
        whole.request(traced.span, (sent, sample.done), what);
    }
    let example = || {
        let sample = ErrorSample {
            at: exchange.done,
            method: request.method.to_string(),
            url: show_url(&origin, message.uri()),
            detail,
            status: outcome.status(),
            read: read(&exchange),
            trace,
        };
        discretion::hush(sample, message.headers())
    };
    let Some(error) = outcome.error() else {
        if outcome.is_error() {
            recorder.server_error(example);
        }
        return Ok(());
    };
    if error == ErrorKind::ExpectationFailed {
        recorder.named_error(error, watched.title(), exchange.done, example);
    } else {
        recorder.error(error, exchange.done, example);
    }
    Err(Failed)
}

/// The first bytes of what came.
fn read(exchange: &Exchange) -> String {
    match &exchange.result {
        Ok(answer) => shown(&answer.body),
        Err(fault) => fault.read.clone(),
    }
}

/// What became of the exchange, and the cause in words if that is an error. Captures go into the session only if
/// all of them succeed.
async fn judge<T: Transport>(
    user: &mut User<T>,
    watched: &Watched<'_>,
    exchange: &Exchange,
    sent: Moment,
) -> (Outcome, String) {
    let request = watched.request;
    match &exchange.result {
        Err(fault) => {
            watched.faulted(user, &fault.detail);
            match fault.status {
                Some(status) => (Outcome::Broken { status, error: fault.kind }, fault.detail.clone()),
                None => (Outcome::Failed { error: fault.kind }, fault.detail.clone()),
            }
        }
        Ok(answer) => match readable(&user.shard.unpacker, request, answer).await {
            Ok(body) => {
                let seen = extract::Answer::new(&answer.headers, &body);
                let judged = captured(user, request, answer.status, &seen);
                watched.answered(user, answer.status, &seen, exchange.done.since(sent), judged)
            }
            Err(cause) => {
                let error = match cause {
                    DecodeError::Corrupt { .. } => ErrorKind::Undecodable,
                    DecodeError::TooLong | DecodeError::Bomb => ErrorKind::TooLarge,
                };
                (Outcome::Rejected { status: answer.status, error }, cause.to_string())
            }
        },
    }
}

/// The answer's body as the script sees it: decompressed, where anything looks at it.
async fn readable(unpacker: &Unpacker, request: &Request, answer: &Answer) -> Result<Bytes, DecodeError> {
    if capture::needs_body(request) && request.decompress && is_coded(answer) {
        // In a box: it is large, and most answers need none.
        Box::pin(unpacker.decode(&answer.headers, answer.body.clone())).await
    } else {
        Ok(answer.body.clone())
    }
}

/// Whether the answer's body is compressed.
fn is_coded(answer: &Answer) -> bool {
    answer.headers.contains_key(http::header::CONTENT_ENCODING)
}

/// Captures from an answer.
fn captured<T: Transport>(
    user: &mut User<T>,
    request: &Request,
    status: u16,
    answer: &extract::Answer<'_>,
) -> (Outcome, String) {
    match capture::take(request, answer, &mut user.session.borrow_mut()) {
        Ok(()) => (Outcome::Answered { status }, String::new()),
        Err(cause) => {
            let detail = format!("status {status}: {cause}");
            (Outcome::Rejected { status, error: ErrorKind::CaptureFailed }, detail)
        }
    }
}

pub(super) fn show_url(origin: &Origin, uri: &http::Uri) -> String {
    format!("{origin}{}", uri.path_and_query().map_or("/", |path| path.as_str()))
}
