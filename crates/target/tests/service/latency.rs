//! Answers of known latency: the delays that are asked for, what is refused, and what it says it took.

use std::time::Duration;

use loadgen_target::{Draws, Service, Shape};
use serde_json::json;

use crate::harness::{Harness, sum};

#[tokio::test]
async fn each_shape_says_how_long_it_held_the_answer() {
    let target = Harness::serving(Service::Users);
    for (path, shape, least, most) in [
        ("/latency/constant?ms=1.5", "constant", 1.5, 1.5),
        ("/latency/constant?ms=0&unknown=1", "constant", 0.0, 0.0),
        ("/latency/constant?ms=60000&ms=1", "constant", 1.0, 1.0),
        ("/latency/uniform?from_ms=1&to_ms=2", "uniform", 1.0, 2.0),
        ("/latency/uniform?from_ms=1&to_ms=1", "uniform", 1.0, 1.0),
        ("/latency/stall?ms=2&every_ms=4", "stall", 0.0, 2.0),
        ("/latency/lognormal?median_ms=1&sigma=0", "lognormal", 1.0, 1.0),
    ] {
        let before = tokio::time::Instant::now();
        let body = target.call("GET", path).await.is(200);
        let took = before.elapsed();
        let ms = body["ms"].as_f64().unwrap();
        assert_eq!(body["shape"], shape, "{path}");
        assert!((least..=most).contains(&ms), "{path}: {ms}");
        assert!(took >= Duration::from_secs_f64(ms / 1e3), "{path}: {took:?} for {ms} ms");
    }
}

/// A request by the shape's own path gets the shape's own delay.
#[tokio::test]
async fn a_shape_knows_its_path() {
    let target = Harness::start();
    let (time, draws) = (Duration::from_micros, Draws { seed: u64::MAX, of: 7 });
    for (shape, path) in [
        (Shape::Constant { delay: time(1500) }, "/latency/constant?ms=1.5"),
        (
            Shape::Uniform { from: time(0), to: time(10_000) },
            "/latency/uniform?from_ms=0&to_ms=10&seed=18446744073709551615&of=7",
        ),
        (
            Shape::LogNormal { median: time(1001), sigma: 0.25 },
            "/latency/lognormal?median_ms=1.001&sigma=0.25&seed=18446744073709551615&of=7",
        ),
    ] {
        assert_eq!(shape.path(draws), path);
        let told = target.call("GET", path).await.is(200)["ms"].as_f64().unwrap();
        let wanted = shape.quantile(draws.share(0)).as_secs_f64() * 1e3;
        assert!((told - wanted).abs() < 1e-5, "{path}: {told} for {wanted}");
    }
    let stall = Shape::Stall { stall: time(2000), every: time(60_000_000) };
    assert_eq!(stall.path(draws), "/latency/stall?ms=2&every_ms=60000");
    target.call("GET", &stall.path(draws)).await.is(200);
}

#[tokio::test]
async fn a_round_of_requests_gets_each_delay_once() {
    let target = Harness::start();
    let shape = Shape::Uniform { from: Duration::ZERO, to: Duration::from_millis(1) };
    let path = "/latency/uniform?from_ms=0&to_ms=1&seed=9&of=20";
    let mut delays = Vec::new();
    for number in 0..20 {
        let body = target.call("GET", path).await.is(200);
        let wanted = shape.quantile(Draws { seed: 9, of: 20 }.share(number));
        assert_eq!(body["ms"].as_f64().unwrap(), wanted.as_secs_f64() * 1e3);
        delays.push(body["ms"].as_f64().unwrap());
    }
    delays.sort_by(f64::total_cmp);
    for (place, delay) in delays.iter().enumerate() {
        assert!((delay - (place as f64 + 0.5) / 20.0).abs() < 1e-6, "{place}: {delay}");
    }
}

#[tokio::test]
async fn what_answers_took_is_told_once() {
    let target = Harness::start();
    for _ in 0..5 {
        target.call("GET", "/latency/constant?ms=1").await.is(200);
    }
    target.call("GET", "/latency/constant?ms=x").await.refused(400, "invalid_parameter", "ms");
    let seen = target.call("GET", "/latency/seen").await.is(200);
    assert_eq!(seen["constant"]["count"], 5);
    for percentile in ["p50", "p95", "p99", "p999"] {
        assert!(seen["constant"][percentile].as_f64().unwrap() >= 1.0, "{seen}");
    }
    assert_eq!(seen["stall"], json!({"count": 0, "p50": 0.0, "p95": 0.0, "p99": 0.0, "p999": 0.0}));
    let again = target.call("GET", "/latency/seen").await.is(200);
    assert_eq!(again["constant"]["count"], 0);
    // Asking is no request of the load.
    let metrics = target.metrics().await;
    assert_eq!(sum(&metrics, "http_requests_total", &[]), 6.0);
    assert_eq!(sum(&metrics, "http_requests_total", &["route=\"/latency/{shape}\"", "status=\"200\""]), 5.0);
}

#[tokio::test]
async fn a_client_that_does_not_wait_is_not_seen() {
    let target = Harness::start();
    let request = target.request("GET", "/latency/constant?ms=60000").timeout(Duration::from_millis(50));
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(target.call("GET", "/latency/seen").await.is(200)["constant"]["count"], 0);
}

#[tokio::test]
async fn what_cannot_be_asked_names_the_field() {
    let target = Harness::start();
    for (path, field) in [
        ("constant", "ms"),
        ("constant?ms=", "ms"),
        ("constant?ms=-1", "ms"),
        ("constant?ms=60001", "ms"),
        ("constant?ms=nan", "ms"),
        ("constant?ms=inf", "ms"),
        ("constant?ms=1e400", "ms"),
        ("constant?ms=1&seed=-1", "seed"),
        ("constant?ms=1&of=0", "of"),
        ("constant?ms=1&of=10000001", "of"),
        ("uniform?from_ms=0", "to_ms"),
        ("uniform?to_ms=0", "from_ms"),
        ("uniform?from_ms=3&to_ms=2", "to_ms"),
        ("stall?ms=100&every_ms=0", "every_ms"),
        ("stall?ms=0&every_ms=0", "every_ms"),
        ("stall?ms=100&every_ms=50", "ms"),
        ("lognormal?median_ms=5", "sigma"),
        ("lognormal?median_ms=5&sigma=3.1", "sigma"),
        ("lognormal?median_ms=99999&sigma=1", "median_ms"),
        ("lognormal?median_ms=5&sigma=1&seed=1.5", "seed"),
    ] {
        target.call("GET", &format!("/latency/{path}")).await.refused(400, "invalid_parameter", field);
    }
    let message = target.call("GET", "/latency/gauss").await.refused(404, "unknown_shape", "shape");
    assert!(message.ends_with("constant, uniform, stall, lognormal"), "{message}");
    target.call("GET", "/latency").await.refused(404, "no_such_route", "");
    target.call("POST", "/latency/constant?ms=1").await.refused(405, "method_not_allowed", "");
    target.call("POST", "/latency/seen").await.refused(405, "method_not_allowed", "");
}
