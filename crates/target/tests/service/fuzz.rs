//! Whatever is sent, the server is never at fault: no 500, no connection that ends without an answer.
//!
//! Requests are made of parts that are each nearly right, odd, or noise, and sent to a server with all that it can have:
//! users, orders and faults, and to an order-service whose users are out of reach.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use loadgen_target::{Backoff, BreakerRules, Config, FaultLimits, Service, UsersConfig};
use proptest::prelude::*;
use proptest::test_runner::{Config as Runs, TestRunner};
use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use crate::harness::{Harness, client_builder};

/// One request.
#[derive(Debug, Clone)]
struct Shot {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("00000000-0000-4000-8000-000000000000".to_owned()),
        2 => Just("KNOWN".to_owned()),
        1 => "[0-9a-f-]{0,40}",
        1 => "[!-~]{0,20}".prop_map(|text| text.replace(['#', '?', '/', '\\'], "%2F")),
        1 => "\\PC{0,6}".prop_map(|text| text.bytes().map(|byte| format!("%{byte:02X}")).collect()),
    ]
}

fn query() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("page".to_owned()),
        Just("limit".to_owned()),
        Just("fault".to_owned()),
        "[a-z_]{0,8}"
    ];
    let value = prop_oneof![
        "-?[0-9]{0,25}",
        "[!-~]{0,12}".prop_map(|text| text.replace('#', "%23")),
        fault().prop_map(|text| text.replace('%', "%25")),
        "\\PC{0,4}".prop_map(|text| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>()),
    ];
    let pair = (name, value).prop_map(|(name, value)| format!("{name}={value}"));
    prop::collection::vec(pair, 0..4).prop_map(|pairs| pairs.join("&"))
}

fn path() -> impl Strategy<Value = String> {
    let place = prop_oneof![
        4 => Just("/users".to_owned()),
        4 => Just("/orders".to_owned()),
        4 => id().prop_map(|id| format!("/users/{id}")),
        4 => id().prop_map(|id| format!("/orders/{id}")),
        1 => Just("/faults".to_owned()),
        1 => Just("/health".to_owned()),
        1 => "(constant|uniform|stall|lognormal|[a-z]{0,5})".prop_map(|shape| format!("/latency/{shape}?ms=0&to_ms=0&")),
        1 => "/[!-~]{0,20}".prop_map(|text| text.replace(['#', '?'], "_")),
    ];
    (place, query()).prop_map(|(place, query)| format!("{place}?{query}"))
}

/// Faults that take no time and refuse with nothing that could be taken for a fault of the server.
fn fault() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        "(latency|stall)=[0-9]{0,1}(us|ms|[a-l]{0,2})",
        "latency=(uniform|lognormal|stall|constant)(:[0-9.]{0,3}(us)?){0,3}",
        "error=(0|0\\.5|1|[0-9.]{0,4}):4[0-9]{2}",
        "slow=[0-9]{6,9}[A-Za-z]{0,3}",
        "memory=[0-9]{0,4}(KiB)?(:[0-9]{0,3}(us|ms))?",
        "cpu=[0-9]{0,2}:[0-9]{0,3}us",
        "seed=[0-9]{0,25}",
        "[ -~]{0,12}".prop_map(|text| text.replace("error", "").replace("reset", "")),
    ];
    prop::collection::vec(one, 0..4).prop_map(|faults| faults.join(";"))
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!("ann@example.com")),
        Just(json!("00000000-0000-4000-8000-000000000000")),
        Just(json!("KNOWN")),
        Just(json!("paid")),
        Just(json!([{"sku": "A", "quantity": 1, "price": 0.1}])),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("(sku|name|quantity|price|\\PC{0,3})", inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn field() -> impl Strategy<Value = String> {
    "(name|email|userId|items|total|status|route|duration|latency|\\PC{0,4})"
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let object = prop::collection::vec((field(), value()), 0..6)
        .prop_map(|pairs| Value::Object(pairs.into_iter().collect()).to_string().into_bytes());
    prop_oneof![
        6 => object,
        1 => value().prop_map(|value| value.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => (value(), any::<prop::sample::Index>()).prop_map(|(value, end)| {
            let mut text = value.to_string().into_bytes();
            text.truncate(end.index(text.len()));
            text
        }),
    ]
}

/// A request that could be taken, mostly with one field of its body put wrong.
fn nearly_right() -> impl Strategy<Value = Shot> {
    let order = json!({"userId": "KNOWN", "items": [{"sku": "A", "quantity": 2, "price": 0.1}]});
    let right = prop_oneof![
        "[a-z]{1,8}".prop_map(|name| {
            ("POST", "/users", json!({"name": name, "email": format!("{name}@example.com")}))
        }),
        Just(("POST", "/orders", order)),
        "[a-z]{1,8}".prop_map(|name| ("PATCH", "/users/KNOWN", json!({"name": name}))),
    ];
    let wrong = prop::option::of((field(), value()));
    (right, wrong).prop_map(|((method, path, mut body), wrong)| {
        if let (Some(object), Some((name, value))) = (body.as_object_mut(), wrong) {
            object.insert(name, value);
        }
        let headers = vec![("content-type", b"application/json".to_vec())];
        Shot { method, path: path.to_owned(), headers, body: body.to_string().into_bytes() }
    })
}

fn anything() -> impl Strategy<Value = Shot> {
    let method =
        prop::sample::select(vec!["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"]);
    let visible = prop::collection::vec(prop_oneof![8 => 32_u8..127, 1 => 128_u8..=255], 0..20);
    let noise =
        (prop::sample::select(vec!["traceparent", "tracestate", "accept", "expect", "x-fault"]), visible);
    let wished = fault().prop_map(|fault| ("x-fault", fault.into_bytes()));
    let kind = prop::sample::select(vec![
        "application/json",
        "application/json",
        "application/x+json",
        "text/plain",
        "Ä",
    ])
    .prop_map(|kind| ("content-type", kind.as_bytes().to_vec()));
    let headers = (kind, prop::option::of(wished), prop::collection::vec(noise, 0..2));
    let headers =
        headers.prop_map(|(kind, wished, noise)| std::iter::once(kind).chain(wished).chain(noise).collect());
    (method, path(), headers, body()).prop_map(|(method, path, headers, body)| Shot {
        method,
        path,
        headers,
        body,
    })
}

/// Sends it and says what came back.
async fn fire(target: &Harness, known: &str, shot: &Shot) -> Result<(StatusCode, String), String> {
    let mut request = target.request(shot.method, &shot.path.replace("KNOWN", known));
    for (name, value) in &shot.headers {
        let Ok(value) = HeaderValue::from_bytes(value) else { continue };
        // It would make the client wait for a word to go on that no server has to give.
        if *name != "expect" || value != "100-continue" {
            request = request.header(*name, value);
        }
    }
    let body = String::from_utf8_lossy(&shot.body).replace("KNOWN", known);
    let body = if body.contains('\u{fffd}') { shot.body.clone() } else { body.into_bytes() };
    let request = request.body(body).timeout(Duration::from_secs(60));
    let answer = request.send().await.map_err(|error| format!("{error:?}"))?;
    let status = answer.status();
    Ok((status, answer.text().await.map_err(|error| format!("{error:?}"))?))
}

/// `allowed` are the statuses of 500 and more that are right; `reached` are some that there have to be.
fn fuzz(config: Config, allowed: &[u16], reached: &[u16]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (target, known) = runtime.block_on(async {
        let target = Harness::with(config);
        // Where there are no users any id is as good.
        let known = match target.call("GET", "/users").await.status {
            StatusCode::OK => target.user(1).await,
            _ => "00000000-0000-4000-8000-000000000000".to_owned(),
        };
        (target, known)
    });
    let seen = RefCell::new(BTreeSet::new());
    let runs = Runs { cases: 800, failure_persistence: None, max_shrink_iters: 200, ..Runs::default() };
    let result = TestRunner::new(runs).run(&prop_oneof![2 => anything(), 1 => nearly_right()], |shot| {
        let fired = runtime.block_on(fire(&target, &known, &shot));
        let (status, body) = fired.map_err(TestCaseError::fail)?;
        seen.borrow_mut().insert(status.as_u16());
        let fine = status.as_u16() < 500 || allowed.contains(&status.as_u16());
        prop_assert!(fine, "{status}: {body}");
        if status.as_u16() >= 400 && shot.method != "HEAD" {
            let refusal: Value = serde_json::from_str(&body)
                .map_err(|error| TestCaseError::fail(format!("{error}: {body}")))?;
            prop_assert!(refusal["error"]["code"].is_string(), "{}", body);
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let seen = seen.into_inner();
    assert!(reached.iter().all(|status| seen.contains(status)), "{seen:?}");
}

#[test]
fn users_orders_and_faults() {
    let faults = Some(FaultLimits { max_memory: 1 << 20 });
    // 507: a few records fill it, and that is told.
    fuzz(Config { max_records: 20, faults, ..Config::default() }, &[507], &[200, 201, 400, 404, 422, 507]);
}

#[test]
fn orders_whose_users_are_out_of_reach() {
    // Port 9 is for discarding; nothing listens there.
    let users = UsersConfig::new("http://127.0.0.1:9".parse().unwrap(), client_builder()).unwrap();
    let breaker = BreakerRules { pause: Duration::from_millis(5), ..BreakerRules::default() };
    let backoff = Backoff { first: Duration::from_millis(1), longest: Duration::from_millis(1) };
    let users = Some(UsersConfig { breaker, backoff, retries: 1, ..users });
    fuzz(Config { service: Service::Orders, users, ..Config::default() }, &[503], &[422, 503]);
}
