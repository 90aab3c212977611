//! The debug endpoints: for whom they are there, and what they tell.

use loadgen_target::{Config, DebugAccess, Heap, Observation};

use crate::harness::{Harness, sum};

fn target(debug: DebugAccess) -> Harness {
    let heap = || Some(Heap { allocated: 1, active: 2, metadata: 3, resident: 4, mapped: 5, retained: 6 });
    let observation = Observation { debug, heap: Some(heap), ..Observation::default() };
    Harness::with(Config { observation, ..Config::default() })
}

#[tokio::test]
async fn they_are_not_there_unless_asked_for() {
    let target = target(DebugAccess::Off);
    for path in ["/debug/flamegraph", "/debug/heap"] {
        target.call("GET", path).await.refused(404, "no_such_route", "");
    }
}

#[tokio::test]
async fn the_heap_is_told() {
    for access in [DebugAccess::Loopback, DebugAccess::Anyone] {
        let target = target(access);
        let body = target.call("GET", "/debug/heap").await.is(200);
        assert_eq!((&body["allocated_bytes"], &body["retained_bytes"]), (&1.into(), &6.into()));
        target.call("POST", "/debug/heap").await.refused(405, "method_not_allowed", "");
        // What is asked for debugging is no load.
        assert_eq!(sum(&target.metrics().await, "http_requests_total", &[]), 0.0);
    }
}

#[tokio::test]
async fn without_an_allocator_that_tells_the_way_to_one_is_told() {
    let observation = Observation { debug: DebugAccess::Loopback, ..Observation::default() };
    let target = Harness::with(Config { observation, ..Config::default() });
    let message = target.call("GET", "/debug/heap").await.refused(501, "heap_unknown", "");
    assert!(message.contains("--features heap"), "{message}");
}

#[tokio::test]
async fn a_flame_graph_has_its_bounds() {
    let target = target(DebugAccess::Loopback);
    for (query, field) in [
        ("seconds=0", "seconds"),
        ("seconds=61", "seconds"),
        ("seconds=x", "seconds"),
        ("frequency=0", "frequency"),
        ("frequency=1001", "frequency"),
    ] {
        let path = format!("/debug/flamegraph?{query}");
        target.call("GET", &path).await.refused(400, "invalid_parameter", field);
    }
}

/// There is one profiling timer in the process, so this is one test.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_flame_graph_is_made_and_only_one_at_a_time() {
    let target = target(DebugAccess::Loopback);
    let path = "/debug/flamegraph?seconds=1&frequency=99";
    let ask = async || target.request("GET", path).send().await.unwrap();
    let (first, second) = tokio::join!(ask(), ask());
    let (made, refused) = if first.status() == 200 { (first, second) } else { (second, first) };
    assert_eq!((made.status().as_u16(), refused.status().as_u16()), (200, 409));
    assert_eq!(made.headers()["content-type"], "image/svg+xml");
    let svg = made.text().await.unwrap();
    assert!(svg.contains("<svg") && svg.trim_end().ends_with("</svg>"), "{svg}");
}
