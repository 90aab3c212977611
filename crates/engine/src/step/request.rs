//! A request: rendered, sent, waited for, captured from, recorded.

use crate::capture;
use crate::message;
use crate::transport::{Exchange, Transport};
use crate::user::{Failed, User};
use loadgen_metrics::{ErrorKind, ErrorSample, Moment, Outcome, Sample, SeriesId};
use loadgen_scenario::plan::Request;
use loadgen_scenario::url::Origin;
use std::rc::Rc;

/// Performs the request. Any status is an answer; no answer, or one that a strict capture finds nothing in, fails
/// the user.
pub(crate) async fn perform<T: Transport>(user: &mut User<T>, request: &Request) -> Result<(), Failed> {
    let shard = Rc::clone(&user.shard);
    let series = SeriesId(request.series);
    let (origin, message) = match message::compose(request, &shard.origin, &mut user.session.borrow_mut()) {
        Ok(composed) => composed,
        Err(fault) => {
            let at = shard.clock.now();
            let sample = || ErrorSample {
                at,
                method: request.method.to_string(),
                url: fault.url.clone(),
                detail: fault.detail.clone(),
            };
            shard.recorder.borrow_mut().error(fault.kind, at, sample);
            return Err(Failed);
        }
    };
    let uri = message.uri().clone();
    let due = user.ready;
    let sent = shard.clock.now();
    shard.recorder.borrow_mut().request_started(series, sent);

    let want_body = !request.captures.is_empty();
    let exchange = shard.transport.exchange(&mut user.connection, &origin, message, want_body).await;
    user.ready = exchange.done;

    let (outcome, detail) = judge(user, request, &exchange);
    let sample = sample_of(series, due, sent, &exchange, outcome);
    let mut recorder = shard.recorder.borrow_mut();
    recorder.record(&sample);
    let Some(error) = outcome.error() else { return Ok(()) };
    recorder.error(error, exchange.done, || ErrorSample {
        at: exchange.done,
        method: request.method.to_string(),
        url: show_url(&origin, &uri),
        detail,
    });
    Err(Failed)
}

/// What became of the exchange, and the cause in words if that is an error. Captures go into the session only if
/// all of them succeed.
fn judge<T: Transport>(user: &mut User<T>, request: &Request, exchange: &Exchange) -> (Outcome, String) {
    match &exchange.result {
        Err(fault) => match fault.status {
            Some(status) => (Outcome::Broken { status, error: fault.kind }, fault.detail.clone()),
            None => (Outcome::Failed { error: fault.kind }, fault.detail.clone()),
        },
        Ok(answer) => match capture::take(&request.captures, &answer.body, &mut user.session.borrow_mut()) {
            Ok(()) => (Outcome::Answered { status: answer.status }, String::new()),
            Err(cause) => {
                let detail = format!("status {}: {cause}", answer.status);
                (Outcome::Rejected { status: answer.status, error: ErrorKind::CaptureFailed }, detail)
            }
        },
    }
}

fn sample_of(series: SeriesId, due: Moment, sent: Moment, exchange: &Exchange, outcome: Outcome) -> Sample {
    Sample {
        series,
        due,
        sent,
        written: exchange.written,
        first_byte: exchange.first_byte,
        done: exchange.done,
        setup: exchange.setup,
        outcome,
        bytes_in: exchange.bytes_in,
        bytes_out: exchange.bytes_out,
    }
}

fn show_url(origin: &Origin, uri: &http::Uri) -> String {
    format!("{origin}{}", uri.path_and_query().map_or("/", |path| path.as_str()))
}
