//! A request's way to the answer that the script sees: along redirects, with the user's cookies.

use crate::redirect;
use crate::transport::{Answer, Exchange, Fault, Message, Transport};
use crate::user::User;
use http::HeaderMap;
use http::header::{COOKIE, SET_COOKIE};
use loadgen_metrics::{ErrorKind, ErrorSample, Moment, Outcome, Sample, SeriesId};
use loadgen_scenario::plan::Request;
use loadgen_scenario::url::{Origin, UrlError};
use std::rc::Rc;

/// Where the way ended.
pub(super) struct Arrived {
    pub(super) origin: Rc<Origin>,
    pub(super) exchange: Exchange,
    /// When the last exchange began.
    pub(super) sent: Moment,
}

/// Sends a request, and again wherever a redirect leads: `message` is the last one then. Each redirect that is followed
/// is recorded; the last exchange is the caller's. The request has been counted as started, at `sent`.
pub(super) async fn travel<T: Transport>(
    user: &mut User<T>,
    request: &Request,
    mut origin: Rc<Origin>,
    message: &mut Message,
    mut sent: Moment,
) -> Arrived {
    let shard = Rc::clone(&user.shard);
    let series = SeriesId(request.series);
    let want = crate::capture::wanted(request);
    let set_here = !request.cookies.is_empty();
    // A jar that this very request makes active joins in with the next, as in Artillery.
    let with_jar = set_here || user.session.borrow().jar.active;
    if set_here {
        for (name, template) in &request.cookies {
            let value = crate::body::string(template, &mut user.session.borrow_mut());
            // The jar reads it as a cookie with attributes.
            let value = value.split(';').next().unwrap_or("").trim().to_owned();
            user.session.borrow_mut().jar.set(name, value, &origin, message.uri().path());
        }
    }
    let mut hops = 0;
    loop {
        let mut with_cookies = None;
        if with_jar {
            let cookies = user.session.borrow_mut().jar.header(&origin, message.uri().path(), sent);
            // What the jar holds was read from headers, or is the script's own: characters that no header can hold
            // are left to the header rules.
            if let Some(value) = cookies.and_then(|cookies| crate::message::legal(&cookies).ok()) {
                // Not those of this hop to the next.
                with_cookies.insert(message.clone()).headers_mut().insert(COOKIE, value);
            }
        }
        let message_here = with_cookies.as_ref().unwrap_or(message);
        let mut exchange = shard.transport.exchange(&mut user.connection, &origin, message_here, want).await;
        let Ok(Answer { status, headers, .. }) = &exchange.result else {
            return Arrived { origin, exchange, sent };
        };
        let status = *status;
        let place = Place { origin: &origin, uri: message.uri(), series, with_jar };
        keep_cookies(user, headers, &place, exchange.done);
        // While the jar is busy with an answer's cookies, Artillery loses sight of its body and counts no bytes.
        let unseen = with_jar && headers.contains_key(SET_COOKIE);
        let Some((most, location)) = request.redirects.zip(redirect::location(status, headers)) else {
            if unseen {
                exchange.bytes_in = 0;
            }
            return Arrived { origin, exchange, sent };
        };
        let hop = sample(series, sent, sent, &exchange, Outcome::Answered { status });
        let here = message.uri().clone();
        let led = redirect::follow(status, &location, &origin, message);
        {
            let mut recorder = shard.recorder.borrow_mut();
            recorder.followed(&hop);
            if shard.plan.http.extended_metrics {
                recorder.extended(&hop);
            }
        }
        let fault = match led {
            _ if hops == most => {
                Fault::new(ErrorKind::TooManyRedirects, format!("status {status} after {most} redirects"))
            }
            Err(cause) => {
                let kind = match cause {
                    UrlError::Scheme(_) => ErrorKind::RedirectUnsupported,
                    UrlError::Syntax(_) => ErrorKind::RedirectInvalid,
                };
                Fault::new(kind, format!("status {status}, location {cause}"))
            }
            Ok(next) => {
                origin = Rc::new(next);
                hops += 1;
                sent = shard.clock.now();
                shard.recorder.borrow_mut().request_started(series, sent);
                continue;
            }
        };
        // The way ends here: the answer itself has been recorded.
        message.set_uri(here);
        exchange =
            Exchange { written: None, first_byte: None, bytes_in: 0, bytes_out: 0, setup: None, ..exchange };
        exchange.result = Err(fault);
        return Arrived { origin, exchange, sent };
    }
}

/// Where an answer came from.
struct Place<'a> {
    origin: &'a Origin,
    uri: &'a http::Uri,
    series: SeriesId,
    /// Whether the jar was in use when the request was sent.
    with_jar: bool,
}

/// Puts an answer's cookies into the user's jar. One that cannot be kept is counted; the user goes on. As in Artillery
/// it is counted as such where it makes the jar active, and among the endpoint's refusals once the jar is in use.
fn keep_cookies<T: Transport>(user: &mut User<T>, headers: &HeaderMap, place: &Place<'_>, now: Moment) {
    let Place { origin, uri, series, with_jar } = *place;
    let rules = user.shard.plan.http.cookies;
    let mut refused = false;
    for header in headers.get_all(SET_COOKIE) {
        let mut session = user.session.borrow_mut();
        session.jar.active = true;
        let Err(unusable) = session.jar.store(header.as_bytes(), origin, uri.path(), now, rules) else {
            continue;
        };
        if with_jar {
            refused = true;
            continue;
        }
        let sample = || ErrorSample {
            at: now,
            method: String::new(),
            url: format!("{origin}{}", uri.path()),
            detail: unusable.to_string(),
            ..ErrorSample::default()
        };
        user.shard.recorder.borrow_mut().error(ErrorKind::CookieUnreadable, now, sample);
    }
    if refused {
        user.shard.recorder.borrow_mut().refused(series, ErrorKind::RequestRefused, now);
    }
}

/// What is kept of an exchange.
pub(super) fn sample(
    series: SeriesId,
    due: Moment,
    sent: Moment,
    exchange: &Exchange,
    outcome: Outcome,
) -> Sample {
    Sample {
        series,
        due,
        sent,
        written: exchange.written,
        first_byte: exchange.first_byte,
        done: exchange.done,
        setup: exchange.setup.as_deref().copied(),
        outcome,
        // As Artillery counts: what did not come whole was not downloaded.
        bytes_in: if outcome.is_complete() { exchange.bytes_in } else { 0 },
        bytes_out: exchange.bytes_out,
        trace: None,
    }
}
