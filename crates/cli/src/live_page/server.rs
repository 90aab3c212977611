//! The page's server: what is at which path, and what each answer forbids the browser.

use super::downloads;
use super::feed::{Feed, State as RunState};
use super::gate::{Gate, Refusal};
use crate::signals::Watch;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use loadgen_report::render::html;
use serde::Serialize;
use std::net::TcpListener;
use std::sync::Arc;

/// The page's own script; it finds what it has to know in `LOADGEN_LIVE`.
const SCRIPT: &str = include_str!("page.js");

/// What answers need to know.
struct Live {
    gate: Gate,
    feed: Arc<Feed>,
    watch: Watch,
    page: String,
}

/// Answers on a thread of its own until the process ends.
///
/// # Errors
/// If the system gives no thread.
pub(super) fn start(
    listener: TcpListener,
    gate: Gate,
    script: &str,
    feed: Arc<Feed>,
    watch: Watch,
) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _context = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    let page = page(script, &gate, &feed);
    let app = routes(Arc::new(Live { gate, feed: Arc::clone(&feed), watch, page }));
    let answer = move || {
        runtime.block_on(async {
            // Neither ends before the process.
            let _ = tokio::join!(axum::serve(listener, app), feed.draw());
        });
    };
    std::thread::Builder::new().name("live page".into()).spawn(answer).map(drop)
}

/// The document that the events fill.
fn page(script: &str, gate: &Gate, feed: &Feed) -> String {
    #[derive(Serialize)]
    struct Known<'a> {
        run: &'a str,
        key: String,
        report: String,
        results: String,
    }
    let known = Known {
        run: feed.run(),
        key: gate.key().to_string(),
        report: downloads::file_name(script, "html"),
        results: downloads::file_name(script, "json"),
    };
    // Hexadecimal digits and names of plain letters: nothing in it ends a script, and nothing cannot be written.
    let known = serde_json::to_string(&known).unwrap_or_default();
    html::shell(&format!("{script} – loadgen"), &format!("const LOADGEN_LIVE = {known};\n{SCRIPT}"))
}

fn routes(live: Arc<Live>) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/events", get(events))
        .route("/stop", post(stop))
        .route("/shown", post(shown))
        .route(
            "/report.html",
            get(async |State(live): State<Arc<Live>>| downloads::report(live.feed.report().as_deref())),
        )
        .route(
            "/run.json",
            get(async |State(live): State<Arc<Live>>| downloads::results(live.feed.report().as_deref())),
        )
        .layer(from_fn_with_state(Arc::clone(&live), guard))
        .with_state(live)
}

/// Lets nobody in who must not be, and tells the browser what to keep to itself.
async fn guard(State(live): State<Arc<Live>>, request: Request, next: Next) -> Response {
    let mut answer = match live.gate.admit(request.headers(), request.uri().query()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refused(refusal),
    };
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (X_FRAME_OPTIONS, "DENY"),
        // What else a page may do is said in itself, where the hashes of its scripts are.
        (CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

fn refused(refusal: Refusal) -> Response {
    let (status, what, then) = match refusal {
        Refusal::Token => (
            StatusCode::UNAUTHORIZED,
            "This page needs its token",
            "Open the address that loadgen has printed: it ends with <code>?token=…</code>",
        ),
        Refusal::Host => (
            StatusCode::FORBIDDEN,
            "This page is for its own machine",
            "Open it as <code>localhost</code> or <code>127.0.0.1</code>; <code>--ui 0.0.0.0:PORT</code> shows it elsewhere",
        ),
        Refusal::Origin => (StatusCode::FORBIDDEN, "Another site asked for this", "Open the page itself."),
    };
    let text = format!("<!doctype html><html lang=\"en\"><title>loadgen</title><h1>{what}</h1><p>{then}\n");
    (status, Html(text)).into_response()
}

async fn front(State(live): State<Arc<Live>>) -> Response {
    let mut answer = Html(live.page.clone()).into_response();
    // The script takes the token out of the address; from here on the cookie has it.
    if let Some(cookie) = live.gate.cookie().and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    answer
}

async fn events(State(live): State<Arc<Live>>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/event-stream")], Body::from_stream(live.feed.events()))
}

async fn stop(State(live): State<Arc<Live>>, headers: HeaderMap) -> (StatusCode, &'static str) {
    if !live.gate.may_act(&headers) {
        return (StatusCode::FORBIDDEN, "this needs the key that the page has\n");
    }
    if live.watch.ask() {
        (StatusCode::ACCEPTED, "stopping\n")
    } else {
        (StatusCode::CONFLICT, "there is no load that could be stopped, or it is stopping already\n")
    }
}

async fn shown(State(live): State<Arc<Live>>, headers: HeaderMap) -> StatusCode {
    if !live.gate.may_act(&headers) {
        return StatusCode::FORBIDDEN;
    }
    if live.feed.state() == RunState::Over {
        live.feed.is_shown();
    }
    StatusCode::NO_CONTENT
}
