//! Traces across processes: from `loadgen run` to an order-service, its user-service and their databases.

use std::collections::BTreeSet;
use std::time::Duration;

use loadgen_testkit::{Collector, PostgresServer, ReceivedSpan, SpanKind};

use crate::harness::{Project, Target};

const SCRIPT: &str = r#"
config:
  target: ORDERS
  http: {distributedTracing: {traceIdPrefix: a9f00d}}
  phases: [{duration: 1, arrivalCount: 3}]
scenarios:
  - flow:
      - post: {url: "USERS/users", json: {name: Ann, email: "{{ $uuid }}@example.com"}, capture: {json: $.id, as: id}}
      - post: {url: /orders, json: {userId: "{{ id }}", items: [{sku: A, quantity: 1, price: 2}]}}
"#;
/// What a user of the script makes of spans: two for its user, five for its order.
const SPANS: usize = 7;
const USERS: usize = 3;

/// The only span that `parent` has of this name.
#[track_caller]
fn child<'a>(spans: &'a [ReceivedSpan], parent: &ReceivedSpan, name: &str) -> &'a ReceivedSpan {
    let mut children = spans.iter().filter(|span| span.parent == parent.id && span.name == name);
    let child = children.next().unwrap_or_else(|| panic!("{parent:?} has no {name}: {spans:#?}"));
    assert!(children.next().is_none(), "{parent:?} has more than one {name}");
    assert_eq!(child.trace, parent.trace);
    child
}

#[track_caller]
fn is(span: &ReceivedSpan, service: &str, kind: SpanKind) {
    assert_eq!((&*span.service, span.kind, span.failed), (service, kind, false), "{span:?}");
}

#[test]
fn a_run_s_traces_go_through_both_services_to_their_databases() {
    let collector = Collector::start();
    let otlp = collector.url();
    let postgres = PostgresServer::shared();
    let databases = [postgres.database(), postgres.database()];
    // The services trace nothing of their own accord: what arrives is what the run asked for.
    let start = |service: &[&str], database: &str| {
        let traced = ["--otlp", &otlp, "--trace-sample", "0", "--database-url", database, "--service"];
        Target::start(&[&traced[..], service].concat())
    };
    let users = start(&["users"], &databases[0]);
    let orders = start(&["orders", "--users-url", &users.url], &databases[1]);
    let project = Project::new(&SCRIPT.replace("ORDERS", &orders.url).replace("USERS", &users.url));
    let (told, report) = project.report(&[]);
    assert_eq!(report["aggregate"]["counters"]["http.codes.201"], 2 * USERS, "{}", told.text());
    for _ in 0..60_000 {
        if collector.spans().len() >= USERS * SPANS {
            break;
        }
        std::thread::park_timeout(Duration::from_millis(10));
    }

    let spans = collector.spans();
    assert_eq!(spans.len(), USERS * SPANS, "{spans:#?}");
    let ids: BTreeSet<_> = spans.iter().map(|span| &span.id).collect();
    assert_eq!(ids.len(), spans.len());
    // Where a trace enters the services its parent is what loadgen sent, and nobody's span here.
    let entered: Vec<_> = spans.iter().filter(|span| !ids.contains(&span.parent)).collect();
    let traces: BTreeSet<_> = entered.iter().map(|span| &span.trace).collect();
    assert_eq!((entered.len(), traces.len()), (2 * USERS, 2 * USERS), "each request is a trace");
    for root in &entered {
        assert!(root.trace.starts_with("a9f00d") && root.parent.len() == 16, "{root:?}");
    }
    let posts: Vec<_> = entered.iter().filter(|span| span.name == "POST /users").collect();
    assert_eq!(posts.len(), USERS);
    for post in posts {
        is(post, "user-service", SpanKind::Server);
        is(child(&spans, post, "INSERT users"), "user-service", SpanKind::Client);
    }
    let placed: Vec<_> = entered.iter().filter(|span| span.name == "POST /orders").collect();
    assert_eq!(placed.len(), USERS);
    for post in placed {
        is(post, "order-service", SpanKind::Server);
        let question = child(&spans, post, "GET /users/{id}");
        is(question, "order-service", SpanKind::Client);
        let answer = child(&spans, question, "GET /users/{id}");
        is(answer, "user-service", SpanKind::Server);
        let select = child(&spans, answer, "SELECT users");
        is(select, "user-service", SpanKind::Client);
        assert_eq!(select.attributes["db.system.name"], "postgresql");
        assert!(select.attributes["db.query.text"].contains("FROM users"), "{select:?}");
        is(child(&spans, post, "INSERT orders"), "order-service", SpanKind::Client);
    }
}
