//! What is there whatever the service is: health, metrics, this document, answers of known latency, debugging.

use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, Paths};
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{ContentBuilder, ResponseBuilder};

use super::parts::{answer, count, number, object, operation, query, refusing, string, whole};
use crate::latency::{LONGEST, MOST_DRAWS, Shape};
use crate::request::{FREQUENCY_MAX, SECONDS_MAX, WIDEST};

pub(super) fn add(paths: &mut Paths) {
    let health = object([
        ("status", true, string().enum_values(Some(["ok"])).into()),
        ("service", true, string().into()),
        ("version", true, string().into()),
    ]);
    let health = operation("health", "service", "Whether the service is there.")
        .response("200", answer("It is.", health.into()));
    get(paths, "/health", health);
    let document = operation("openapi", "service", "This document.")
        .response("200", answer("The document.", ObjectBuilder::new().into()));
    get(paths, "/openapi.json", document);
    let metrics = operation("metrics", "service", "The service's figures for Prometheus.")
        .response("200", other("The figures.", "text/plain"));
    get(paths, "/metrics", metrics);
    for (name, parameters) in [
        ("constant", vec![millis("ms")]),
        ("uniform", vec![millis("from_ms"), millis("to_ms")]),
        ("stall", vec![millis("ms"), millis("every_ms")]),
        ("lognormal", vec![millis("median_ms"), query("sigma", true, number(0.0, WIDEST))]),
    ] {
        let id = format!("latency-{name}");
        let held = object([
            ("shape", true, string().enum_values(Some([name])).into()),
            ("ms", true, number(0.0, longest()).into()),
        ]);
        let operation = operation(&id, "latency", "An answer that takes a known time.")
            .parameters(Some(parameters))
            .parameters(Some(draws()))
            .response("200", answer("How long it was held back.", held.into()));
        let operation = refusing(operation, &[(400, "A parameter is not what it must be.")]);
        get(paths, &format!("/latency/{name}"), operation);
    }
    let figures = || {
        let percentiles =
            ["p50", "p95", "p99", "p999"].map(|name| (name, true, number(0.0, 2.0 * longest()).into()));
        object([("count", true, count())].into_iter().chain(percentiles)).into()
    };
    let seen = object(Shape::NAMES.map(|name| (name, true, figures())));
    let seen =
        operation("latency-seen", "latency", "What those answers took since this was last asked, in ms.")
            .response("200", answer("The percentiles by shape.", seen.into()));
    get(paths, "/latency/seen", seen);
}

pub(super) fn add_debug(paths: &mut Paths) {
    let far = (403, "The peer is not on the loopback interface.");
    let graph = operation("flamegraph", "debug", "Where the process spends its CPU time.")
        .parameter(query("seconds", false, whole(1, SECONDS_MAX).default(Some(5.into()))))
        .parameter(query("frequency", false, whole(1, FREQUENCY_MAX).default(Some(99.into()))))
        .response("200", other("A flame graph.", "image/svg+xml"));
    let refusals = [
        (400, "A parameter is not what it must be."),
        far,
        (409, "Another one is being made."),
        (500, "The process cannot be sampled."),
        (501, "Not on this system."),
    ];
    get(paths, "/debug/flamegraph", refusing(graph, &refusals));
    let names = [
        "allocated_bytes",
        "active_bytes",
        "metadata_bytes",
        "resident_bytes",
        "mapped_bytes",
        "retained_bytes",
    ];
    let heap = operation("heap", "debug", "What the allocator has given out.")
        .response("200", answer("In bytes.", object(names.map(|name| (name, true, count()))).into()));
    get(paths, "/debug/heap", refusing(heap, &[far, (501, "This build's allocator does not tell.")]));
}

fn get(paths: &mut Paths, path: &str, operation: OperationBuilder) {
    paths.add_path_operation(path, vec![HttpMethod::Get], operation);
}

/// An answer that is no JSON.
fn other(description: &str, content_type: &str) -> ResponseBuilder {
    let content = ContentBuilder::new().schema(Some(string())).build();
    ResponseBuilder::new().description(description).content(content_type, content)
}

fn longest() -> f64 {
    LONGEST.as_secs_f64() * 1e3
}

/// A parameter in milliseconds.
fn millis(name: &str) -> Parameter {
    query(name, true, number(0.0, longest()))
}

/// How random shapes are drawn; the others do not look at it.
fn draws() -> [Parameter; 2] {
    let seed = whole(0, u32::MAX).maximum(Some(u64::MAX as usize)).default(Some(1.into()));
    let of = whole(1, MOST_DRAWS).default(Some(1000.into()));
    [query("seed", false, seed), query("of", false, of)]
}
