//! Scripts over HTTP/2: what becomes of `parallel`, redirects, cookies and compressed answers on one connection.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use loadgen_engine::transport::Http;
use loadgen_engine::{Options, Part, Sight, Stop, before, dry, run_here};
use loadgen_metrics::{ErrorKind, Snapshot};
use loadgen_scenario::plan::{Plan, Target};
use loadgen_scenario::{Choices, Source, load};
use loadgen_testkit::{Http2Server, React};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::LocalSet;

/// `{"id":5}` by gzip.
const PACKED: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 1, 8, 0, 247, 255, 123, 34, 105, 100, 34, 58, 53, 125, 193, 61, 49, 32,
    8, 0, 0, 0,
];

fn plan(server: &Http2Server, rest: &str, choices: Choices) -> Plan {
    let text = format!(
        "config:\n  target: {}\n  phases: [{{duration: 100ms, arrivalCount: 1}}]\n{rest}\n",
        server.url()
    );
    let source = Source { name: "test.yml".into(), text };
    let loaded = load(&source, &Choices { insecure: true, ..choices });
    let told: Vec<String> = loaded.diagnostics.iter().map(|it| it.render(&[&source])).collect();
    loaded.plan.unwrap_or_else(|| panic!("{}", told.join("\n")))
}

fn options(plan: &Plan) -> Options {
    let Target::Address(origin) = plan.target.clone() else { panic!("no address") };
    Options { origin, seed: 7, shards: 1, grace: Duration::from_secs(1), stop: Stop::new() }
}

/// Runs one user through a flow, and gives what was counted.
async fn play(plan: Plan) -> Snapshot {
    let options = options(&plan);
    let settings = Http::settings(&plan.http);
    let mut total = Snapshot::default();
    let on = |event: loadgen_engine::Event<'_>| {
        if let loadgen_engine::Event::Second { snapshot, .. } = event {
            total.merge(snapshot);
        }
    };
    let run = run_here(Arc::new(plan), &options, |clock| Http::new(settings, clock, 0, 1), on);
    LocalSet::new().run_until(run).await.unwrap();
    total
}

fn lines(server: &Http2Server) -> Vec<String> {
    server.requests().iter().map(|asked| asked.line.replace(&server.url(), "")).collect()
}

#[tokio::test]
async fn branches_of_a_parallel_wait_for_their_answers_together() {
    let server = Http2Server::tls(&["h2", "http/1.1"], |line| match line.contains("/many") {
        true => React::Together(4, 200),
        false => React::answer(200, "{}"),
    });
    let flow = "scenarios:\n  - flow:\n      - get: {url: /first, http2: true}\n      \
                - loop:\n          - parallel:\n              - get: {url: /many, http2: true}\n              \
                - get: {url: /many, http2: true}\n              - get: {url: /many, http2: true}\n              \
                - get: {url: /many, http2: true}\n        count: 3\n      - get: {url: /last, http2: true}";
    let total = play(plan(&server, flow, Choices::default())).await;
    assert_eq!((total.users().completed, total.requests().responses()), (1, 14));
    assert_eq!((server.requests().len(), server.connections()), (14, 1));
}

#[tokio::test]
async fn a_pool_gives_each_branch_a_connection() {
    let server = Http2Server::tls(&["h2"], |_| React::Together(2, 200));
    let rest = "  http: {pool: 2}\nscenarios:\n  - flow:\n      - parallel:\n          - get: {url: /, http2: true}\n          \
                - get: {url: /, http2: true}";
    let total = play(plan(&server, rest, Choices::default())).await;
    assert_eq!((total.users().completed, server.connections()), (1, 2));
}

#[tokio::test]
async fn redirects_cookies_and_compressed_answers_are_as_over_http_1() {
    let server = Http2Server::tls(&["h2"], |line| match line.rsplit('/').next() {
        Some("login") => {
            React::Answer(303, vec![("location", "/home".into()), ("set-cookie", "sid=1".into())], Vec::new())
        }
        Some("home") => React::Answer(200, vec![("content-encoding", "gzip".into())], PACKED.to_vec()),
        _ => React::answer(200, "{}"),
    });
    let flow = "scenarios:\n  - flow:\n      - post: {url: /login, json: {n: 1}, http2: true, capture: {json: $.id, as: id}}\n      \
                - get: {url: '/x?{{ id }}', http2: true}";
    let total = play(plan(&server, flow, Choices::default())).await;
    assert!(total.errors.is_empty(), "{:?}", total.errors.keys());
    assert_eq!(lines(&server), ["POST /login", "GET /home", "GET /x?5"]);
    let seen = server.requests();
    assert_eq!((seen[0].body.as_slice(), server.connections()), (b"{\"n\":1}".as_slice(), 1));
    let cookie =
        |asked: &loadgen_testkit::Asked| asked.headers.iter().find(|(name, _)| name == "cookie").cloned();
    assert_eq!(
        seen.iter().map(cookie).map(|it| it.map(|it| it.1)).collect::<Vec<_>>(),
        [None, None, Some("sid=1".into())]
    );
    let encodings = seen[1].headers.iter().filter(|(name, _)| name == "accept-encoding").count();
    assert_eq!(encodings, 1);
}

#[tokio::test]
async fn a_fault_fails_its_user() {
    let server = Http2Server::plain(|_| React::Reset(h2::Reason::ENHANCE_YOUR_CALM));
    let choices = Choices { http2: true, ..Choices::default() };
    let total =
        play(plan(&server, "scenarios:\n  - flow:\n      - get: {url: /}\n      - get: {url: /}", choices))
            .await;
    let errors: Vec<_> = total.errors.iter().map(|(kind, tally)| (*kind, tally.count)).collect();
    assert_eq!(errors, [(ErrorKind::StreamReset, 1)]);
    assert_eq!((total.users().failed, server.requests().len()), (1, 1));
}

#[tokio::test]
async fn before_and_dry_runs_speak_it_too() {
    let server = Http2Server::plain(|_| React::answer(200, "{\"id\":5}"));
    let choices = Choices { http2: true, ..Choices::default() };
    let rest = "before:\n  flow:\n    - get: {url: /before, capture: {json: $.id, as: id}}\nscenarios:\n  - flow:\n      \
                - parallel:\n          - get: {url: '/a?{{ id }}'}\n          - get: {url: '/b?{{ id }}'}";
    let plan = Arc::new(plan(&server, rest, choices));
    let options = options(&plan);
    let left = before(&plan, &options, |_| {}).await.unwrap();
    let mut answers = 0;
    let on = |sight| {
        answers += usize::from(matches!(sight, Sight::Answered { status: 200, .. }));
        ControlFlow::Continue(())
    };
    dry(&plan, Part::Scenario(0), &options, &left, on).await.ending.unwrap();
    assert_eq!((answers, server.connections()), (2, 2));
    let mut seen = lines(&server);
    // Branches are side by side: which of the two comes first is nobody's business.
    seen[1..].sort();
    assert_eq!(seen, ["GET /before", "GET /a?5", "GET /b?5"]);
}
