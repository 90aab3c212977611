//! What `/metrics` says: as many requests as were sent, each under its route.

use std::time::Duration;

use loadgen_target::{Config, Heap, Observation, Service};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use crate::harness::{Harness, Storage, on_each_storage, sum};

on_each_storage!(
    #[tokio::test]
    every_request_is_counted_once,
    what_else_is_told,
    each_server_counts_for_itself,
    a_client_that_leaves_is_counted,
);

const REQUESTS: &str = "http_requests_total";

async fn every_request_is_counted_once(storage: Storage) {
    let target = Harness::on(storage).await;
    let user = target.user(1).await;
    let path = format!("/users/{user}");
    for _ in 0..7 {
        target.call("GET", &path).await.is(200);
    }
    target.call("HEAD", &path).await.is(200);
    target.call("BREW", &path).await.refused(405, "method_not_allowed", "");
    target.call("GET", "/users/nobody").await.refused(400, "invalid_parameter", "id");
    target.json("POST", "/users", &json!({})).await.refused(422, "missing_field", "name");
    target.call("GET", "/nothing").await.refused(404, "no_such_route", "");
    target.call("GET", "/health").await.is(200);
    target.call("DELETE", &path).await.is(204);
    target.metrics().await;
    let metrics = target.metrics().await;
    assert_eq!(sum(&metrics, REQUESTS, &[]), target.sent() as f64);
    assert_eq!(sum(&metrics, "http_request_duration_seconds_count", &[]), target.sent() as f64);
    for (method, route, status, count) in [
        ("GET", "/users/{id}", 200, 7.0),
        ("GET", "/users/{id}", 400, 1.0),
        ("HEAD", "/users/{id}", 200, 1.0),
        ("OTHER", "/users/{id}", 405, 1.0),
        ("DELETE", "/users/{id}", 204, 1.0),
        ("POST", "/users", 201, 1.0),
        ("POST", "/users", 422, 1.0),
        ("GET", "unmatched", 404, 1.0),
        ("GET", "/health", 200, 1.0),
    ] {
        let labels = [
            format!("method=\"{method}\""),
            format!("route=\"{route}\""),
            format!("status=\"{status}\""),
            "service=\"all\"".to_owned(),
        ];
        assert_eq!(
            sum(&metrics, REQUESTS, &labels.each_ref().map(String::as_str)),
            count,
            "{labels:?}\n{metrics}"
        );
    }
}

async fn what_else_is_told(storage: Storage) {
    let target = Harness::serving_on(storage, Service::Users).await;
    target.user(1).await;
    let metrics = target.metrics().await;
    let service = ["service=\"users\""];
    assert_eq!(sum(&metrics, "store_records", &["collection=\"users\""]), 1.0);
    assert_eq!(sum(&metrics, "http_requests_in_flight", &service), 0.0);
    assert_eq!(sum(&metrics, "http_request_duration_seconds_bucket", &["le=\"+Inf\""]), 1.0);
    assert!(sum(&metrics, "memory_usage_bytes", &service) > 1_000_000.0);
    assert!(sum(&metrics, "process_start_time_seconds", &service) > 1_700_000_000.0);
    assert_eq!(sum(&metrics, "loadgen_build_info", &service), 1.0);
    // There is no allocator here that could tell.
    assert!(!metrics.contains("heap_size_bytes"), "{metrics}");
    for metric in ["cpu_usage_percent{", "process_cpu_seconds_total{"] {
        assert!(metrics.lines().any(|line| line.starts_with(metric)), "{metrics}");
    }
}

/// Two servers in one process do not mix their figures.
async fn each_server_counts_for_itself(storage: Storage) {
    let (busy, idle) = (Harness::on(storage).await, Harness::on(storage).await);
    busy.call("GET", "/health").await.is(200);
    assert_eq!(sum(&busy.metrics().await, REQUESTS, &[]), 1.0);
    assert_eq!(sum(&idle.metrics().await, REQUESTS, &[]), 0.0);
}

/// A client that goes away in the middle of its body sent a request all the same.
async fn a_client_that_leaves_is_counted(storage: Storage) {
    let target = Harness::on(storage).await;
    let mut stream = tokio::net::TcpStream::connect(target.address).await.unwrap();
    let head =
        "POST /users HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let patience = Duration::from_secs(60);
    let seen = async |metric, count| {
        while sum(&target.metrics().await, metric, &[]) != count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(patience, seen("http_requests_in_flight", 1.0)).await.unwrap();
    drop(stream);
    tokio::time::timeout(patience, seen(REQUESTS, 1.0)).await.unwrap();
    assert_eq!(sum(&target.metrics().await, "http_requests_in_flight", &[]), 0.0);
}

/// Idle ones count too, until they are closed.
#[tokio::test]
async fn open_connections_are_counted() {
    let target = Harness::start();
    let mut streams = Vec::new();
    for _ in 0..3 {
        streams.push(tokio::net::TcpStream::connect(target.address).await.unwrap());
    }
    let patience = Duration::from_secs(60);
    // One more is the scrape's own.
    let seen = async |count| {
        while sum(&target.metrics().await, "active_connections", &[]) != count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(patience, seen(4.0)).await.unwrap();
    streams.pop();
    tokio::time::timeout(patience, seen(3.0)).await.unwrap();
    drop(streams);
    tokio::time::timeout(patience, seen(1.0)).await.unwrap();
}

#[tokio::test]
async fn the_heap_is_told_where_the_allocator_tells() {
    let heap =
        || Some(Heap { allocated: 12_345, active: 0, metadata: 0, resident: 0, mapped: 0, retained: 0 });
    let observation = Observation { heap: Some(heap), ..Observation::default() };
    let target = Harness::with(Config { observation, ..Config::default() });
    assert_eq!(sum(&target.metrics().await, "heap_size_bytes", &["service=\"all\""]), 12_345.0);
}
