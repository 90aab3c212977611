//! Faults on demand: each kind, each way to ask for it, and nothing at all without the permission.

use std::time::Duration;

use loadgen_target::{Config, FaultLimits};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::harness::{Answer, Harness, sum};

fn faulty() -> Harness {
    Harness::with(Config { faults: Some(FaultLimits { max_memory: 8 << 20 }), ..Config::default() })
}

async fn with(target: &Harness, path: &str, fault: &str) -> Answer {
    target.send(target.request("GET", path).header("x-fault", fault)).await
}

#[tokio::test]
async fn without_permission_nothing_is_there() {
    let target = Harness::start();
    for fault in ["error=1", "latency=60s", "nonsense"] {
        with(&target, "/users", fault).await.is(200);
        target.call("GET", &format!("/users?fault={fault}")).await.is(200);
    }
    for method in ["GET", "PUT", "DELETE"] {
        target.json(method, "/faults", &json!({"error": 1})).await.refused(404, "no_such_route", "");
    }
}

#[tokio::test]
async fn by_header_by_query_and_for_all() {
    let target = faulty();
    with(&target, "/users", "error=1").await.refused(500, "injected", "");
    with(&target, "/users", "latency=1ms;error=1:429").await.refused(429, "injected", "");
    target.call("GET", "/users?fault=error=1:503").await.refused(503, "injected", "");
    target
        .call("GET", "/users?page=1&fault=error%3D1%3A418%3Bseed%3D2&limit=3")
        .await
        .refused(418, "injected", "");
    target.call("GET", "/users?default=error=1").await.is(200);
    // Two lines of the header are one specification.
    let request =
        target.request("GET", "/users").header("x-fault", "latency=1ms").header("x-fault", "error=1:404");
    target.send(request).await.refused(404, "injected", "");

    target.json("PUT", "/faults", &json!({"error": "1:507", "route": "/orders"})).await.is(200);
    target.call("GET", "/orders").await.refused(507, "injected", "");
    target.call("GET", "/orders?fault=error=1:410").await.refused(410, "injected", "");
    target.call("GET", "/orders?fault=error=0").await.is(200);
    let request = target.request("GET", "/orders?fault=error=1:410").header("x-fault", "seed=1");
    target.send(request).await.is(200);
    target.call("GET", "/users").await.is(200);
    target.call("GET", "/orders/00000000-0000-4000-8000-000000000000").await.refused(404, "not_found", "");

    target.call("DELETE", "/faults").await.is(204);
    target.call("GET", "/orders").await.is(200);
}

/// A refused request did nothing.
#[tokio::test]
async fn what_is_refused_is_not_done() {
    let target = faulty();
    let body = json!({"name": "Ann", "email": "ann@example.com"});
    let request = target.request("POST", "/users").json(&body).header("x-fault", "error=1");
    target.send(request).await.refused(500, "injected", "");
    target.json("POST", "/users", &body).await.is(201);
}

#[tokio::test]
async fn health_and_metrics_are_never_faulted() {
    let target = faulty();
    target.json("PUT", "/faults", &json!({"error": 1})).await.is(200);
    for path in ["/health", "/health?fault=error=1", "/latency/seen", "/faults"] {
        target.call("GET", path).await.is(200);
        with(&target, path, "error=1").await.is(200);
    }
    target.metrics().await;
    target.call("GET", "/nothing").await.refused(404, "no_such_route", "");
    with(&target, "/latency/constant?ms=0", "seed=1").await.is(200);
    target.call("GET", "/latency/constant?ms=0").await.refused(500, "injected", "");
    let metrics = target.metrics().await;
    assert_eq!(sum(&metrics, "http_requests_total", &["route=\"/latency/{shape}\"", "status=\"500\""]), 1.0);
}

#[tokio::test]
async fn a_rate_is_exact_and_a_seed_repeats_it() {
    let order = async |fault: &str| {
        let target = faulty();
        let mut failed = Vec::new();
        for _ in 0..1000 {
            failed.push(with(&target, "/users", fault).await.status == 503);
        }
        failed
    };
    let first = order("error=0.3:503;seed=5").await;
    assert_eq!(first.iter().filter(|failed| **failed).count(), 300);
    assert_eq!(order("seed=5;error=0.3:503").await, first);
}

#[tokio::test]
async fn a_rule_shows_itself_and_ends_by_itself() {
    let target = faulty();
    assert_eq!(
        target.call("GET", "/faults").await.is(200),
        json!({"faults": null, "remainingMs": null, "heldBytes": 0, "burningThreads": 0})
    );
    let rule = json!({"error": "1:503", "latency": "uniform:0ms:1ms", "route": "/users"});
    let shown = target.json("PUT", "/faults", &rule).await.is(200);
    assert_eq!((&shown["faults"], &shown["remainingMs"]), (&rule, &Value::Null));
    let shown = target.json("PUT", "/faults", &json!({"error": 1, "duration": "1m"})).await.is(200);
    assert!((1..=60_000).contains(&shown["remainingMs"].as_u64().unwrap()), "{shown}");
    assert_eq!(shown["faults"], json!({"error": 1}));
    target.json("PUT", "/faults", &json!({"error": 1, "duration": "100ms"})).await.is(200);
    while target.call("GET", "/faults").await.is(200)["faults"] != Value::Null {}
    target.call("GET", "/users").await.is(200);
}

#[tokio::test]
async fn a_bad_specification_names_its_field() {
    let target = faulty();
    for (fault, field) in [
        ("latency=61s", "latency"),
        ("error=0.5;error=0.5", "error"),
        ("memory=9MiB", "memory"),
        ("cpu=1000000", "cpu"),
        ("speed=3", "speed"),
        ("", "fault"),
    ] {
        with(&target, "/users", fault).await.refused(400, "invalid_fault", field);
        target.call("GET", &format!("/users?fault={fault}")).await.refused(400, "invalid_fault", field);
    }
    let request = target.request("GET", "/users");
    let odd = reqwest::header::HeaderValue::from_bytes(b"latency=\xff").unwrap();
    target.send(request.header("x-fault", odd)).await.refused(400, "invalid_fault", "x-fault");
    target.json("PUT", "/faults", &json!({"error": 2})).await.refused(400, "invalid_fault", "error");
    let bad = json!({"error": 1, "route": "/health"});
    target.json("PUT", "/faults", &bad).await.refused(400, "invalid_fault", "route");
    target.json("PUT", "/faults", &json!([1])).await.refused(422, "not_an_object", "");
    target.call("POST", "/faults").await.refused(405, "method_not_allowed", "");
    assert_eq!(target.call("GET", "/faults").await.is(200)["faults"], Value::Null);
}

#[tokio::test]
async fn answers_come_late() {
    let target = faulty();
    for (fault, least) in [
        ("latency=30ms", 30),
        ("latency=uniform:20ms:40ms", 20),
        ("stall=30ms", 30),
        // The list of no users has 42 bytes: at 1,000 bytes per second the last is there after 42 ms.
        ("slow=1000", 42),
        ("latency=10ms;stall=10ms;slow=1kB", 62),
    ] {
        let began = Instant::now();
        let body = with(&target, "/users", fault).await.is(200);
        assert!(began.elapsed() >= Duration::from_millis(least), "{fault}: {:?}", began.elapsed());
        assert_eq!(body, json!({"users": [], "page": 1, "limit": 20, "total": 0}));
    }
}

/// The head of a stalled answer, and half of its body, are there before the rest.
#[tokio::test]
async fn a_stall_is_half_way() {
    let target = faulty();
    let mut stream = TcpStream::connect(target.address).await.unwrap();
    stream.write_all(b"GET /users HTTP/1.1\r\nhost: x\r\nx-fault: stall=60s\r\n\r\n").await.unwrap();
    let mut seen = Vec::new();
    while !seen.ends_with(br#"{"users":[],"page":1,"#) {
        seen.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(seen).unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.contains("content-length: 42\r\n"), "{head}");
}

#[tokio::test]
async fn connections_are_reset() {
    let target = faulty();
    let reset = async |request: &str| {
        let mut stream = TcpStream::connect(target.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut seen = Vec::new();
        let error = stream.read_to_end(&mut seen).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{request}");
        String::from_utf8(seen).unwrap()
    };
    let seen = reset("GET /users HTTP/1.1\r\nhost: x\r\nx-fault: reset=1\r\n\r\n").await;
    assert_eq!(seen, "");
    let seen = reset("GET /users HTTP/1.1\r\nhost: x\r\nx-fault: reset=1:body\r\n\r\n").await;
    assert!(seen.ends_with("\r\n\r\n{\"users\":[],\"page\":1,"), "{seen}");
    // A second request on a connection that was good before.
    let seen =
        reset("GET /health HTTP/1.1\r\nhost: x\r\n\r\nGET /users?fault=reset=1 HTTP/1.1\r\nhost: x\r\n\r\n")
            .await;
    assert!(seen.starts_with("HTTP/1.1 200 OK\r\n") && seen.matches("HTTP/1.1").count() == 1, "{seen}");
    // An answer without a body has no middle.
    let user = target.user(1).await;
    reset(&format!("DELETE /users/{user}?fault=reset=1:body HTTP/1.1\r\nhost: x\r\n\r\n")).await;
    target.call("GET", &format!("/users/{user}")).await.refused(404, "not_found", "");
    let metrics = target.metrics().await;
    assert_eq!(sum(&metrics, "http_requests_total", &["status=\"444\""]), 2.0);
    assert_eq!(sum(&metrics, "http_requests_in_flight", &[]), 0.0);
}

#[tokio::test]
async fn memory_is_held_up_to_the_ceiling_and_given_back() {
    let target = faulty();
    let held = async || target.call("GET", "/faults").await.is(200)["heldBytes"].as_u64().unwrap();
    for wanted in [3, 6, 6, 6] {
        with(&target, "/users", "memory=3MiB:10m").await.is(200);
        assert_eq!(held().await, wanted << 20);
    }
    target.call("DELETE", "/faults").await.is(204);
    while held().await > 0 {}
    with(&target, "/users", "memory=8MiB:1ms").await.is(200);
    while held().await > 0 {}
}

#[tokio::test]
async fn processors_are_kept_busy_until_told() {
    let target = faulty();
    let burning = async || target.call("GET", "/faults").await.is(200)["burningThreads"].as_u64().unwrap();
    with(&target, "/users", "cpu=1:60s").await.is(200);
    assert_eq!(burning().await, 1);
    target.call("DELETE", "/faults").await.is(204);
    while burning().await > 0 {}
}
