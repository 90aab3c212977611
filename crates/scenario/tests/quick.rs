//! One request as a script.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

mod common;

use loadgen_scenario::plan::{Body, Count, Http2, Loop, Pattern, Plan, Request, Step, Target, Url};
use loadgen_scenario::quick::{Address, AddressError, Load, Quick};
use loadgen_scenario::{Source, load};
use proptest::prelude::*;
use std::time::Duration;

fn quick(url: &str, load: Load) -> Quick {
    Quick {
        address: Address::parse(url).unwrap(),
        method: "GET".to_owned(),
        headers: Vec::new(),
        body: None,
        timeout: None,
        http2: false,
        load,
    }
}

/// The plan of its script, about which nothing may be said.
fn plan(quick: &Quick) -> Plan {
    let source = Source::new(quick.name(), quick.script());
    let loaded = load(&source, &quick.choices());
    let told: Vec<String> = loaded.diagnostics.iter().map(|problem| problem.render(&[&source])).collect();
    assert!(told.is_empty(), "{}\n{}", told.join("\n"), source.text);
    loaded.plan.unwrap()
}

fn repeated(plan: &Plan) -> &Loop {
    let Step::Loop(body) = &plan.scenarios[0].flow[0] else { panic!("{:?}", plan.scenarios[0].flow) };
    body
}

fn request(steps: &[Step]) -> &Request {
    let Step::Request(request) = &steps[0] else { panic!("{steps:?}") };
    request
}

const ONCE: Load = Load::Users { users: 1, requests: 1 };

#[test]
fn addresses_are_read_as_people_type_them() {
    let cases = [
        ("http://127.0.0.1:8080/any/quick?x=1", "http://127.0.0.1:8080", "/any/quick?x=1"),
        ("localhost:8080/users", "http://localhost:8080", "/users"),
        ("example.org", "http://example.org", "/"),
        ("[::1]:81", "http://[::1]:81", "/"),
        ("https://example.org/a b#part", "https://example.org", "/a%20b"),
        ("example.org/go?to=http://other/", "http://example.org", "/go?to=http://other/"),
        ("http://h/{{ x }}?y={{ z }}", "http://h", "/%7B%7B%20x%20%7D%7D?y={{%20z%20}}"),
    ];
    for (text, origin, path) in cases {
        let address = Address::parse(text).unwrap();
        assert_eq!((address.origin.to_string().as_str(), address.path.as_str()), (origin, path), "{text}");
        assert_eq!(address.credentials, None);
    }
    let secret = Address::parse("http://ann:p%40ss@h/x").unwrap();
    assert_eq!(secret.credentials, Some(("ann".to_owned(), "p@ss".to_owned())));
    for (text, error) in [
        ("", AddressError::Syntax),
        ("http://", AddressError::Syntax),
        ("localhost:port/", AddressError::Syntax),
        ("ws://h/", AddressError::WebSocket),
        ("ftp://h/", AddressError::Scheme),
    ] {
        assert_eq!(Address::parse(text), Err(error), "{text}");
    }
}

#[test]
fn users_and_requests_are_artillery_s() {
    let plan = plan(&quick("http://h:81/any/quick?x=1", Load::Users { users: 3, requests: 2 }));
    assert!(matches!(&plan.target, Target::Address(origin) if origin.to_string() == "http://h:81"));
    assert_eq!(
        (plan.phases[0].arrivals, plan.phases[0].duration),
        (Pattern::Count(3), Duration::from_secs(1))
    );
    let body = repeated(&plan);
    assert_eq!(body.count, Count::Range { from: 0, to: 2 });
    let Url::OnTarget(url) = &request(&body.steps).url else { panic!() };
    assert_eq!(url.as_text(), Some("/any/quick?x=1"));
    assert_eq!((plan.series[0].method.as_str(), plan.series[0].endpoint.as_str()), ("GET", "/any/quick"));
    assert_eq!((plan.http.pool, plan.http.timeouts.first_byte), (None, Duration::from_secs(10)));
}

#[test]
fn a_duration_makes_a_closed_loop_and_a_rate_an_open_one() {
    let closed = |requests| Load::Closed { users: 64, duration: "1m".to_owned(), requests };
    let endless = plan(&quick("h", closed(None)));
    assert_eq!(endless.phases[0].arrivals, Pattern::Users { from: 64, to: 64 });
    assert_eq!(endless.phases[0].duration, Duration::from_secs(60));
    assert_eq!(repeated(&endless).count, Count::Endless);
    let some = plan(&quick("h", closed(Some(5))));
    assert_eq!(repeated(&some).count, Count::Range { from: 0, to: 5 });
    // Both keep their time.
    assert!(repeated(&endless).timed && repeated(&some).timed);
    let open = |connections| Load::Open { rate: 0.5, duration: "30".to_owned(), connections };
    let open_plan = plan(&quick("h", open(Some(7))));
    assert_eq!(open_plan.phases[0].arrivals, Pattern::Rate { from: 0.5, to: 0.5 });
    assert_eq!(open_plan.http.pool, Some(7));
    request(&open_plan.scenarios[0].flow);
    assert_eq!(plan(&quick("h", open(None))).http.pool, Some(10_000));
}

#[test]
fn what_a_request_carries() {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut quick = quick("https://ann:secret@h/x", ONCE);
    quick.headers = vec![header("X-Old", "1"), header("User-Agent", "me {{ x }}"), header("x-old", "2")];
    quick.method = "GET".to_owned();
    quick.body = Some("{\"a\": \"{{ b }}\u{80}\u{feff}\u{1f600}\\\"}".to_owned());
    quick.timeout = Some("250ms".to_owned());
    let plan = plan(&quick);
    let request = request(&repeated(&plan).steps);
    let headers: Vec<_> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.as_text().unwrap())).collect();
    assert_eq!(headers, [("user-agent", "me {{ x }}"), ("x-old", "2")]);
    let Body::Text(body) = &request.body else { panic!("{:?}", request.body) };
    assert_eq!(body.as_text(), quick.body.as_deref());
    let auth = request.auth.as_ref().unwrap();
    assert_eq!((auth.user.as_text(), auth.password.as_text()), (Some("ann"), Some("secret")));
    assert_eq!(plan.http.timeouts.first_byte, Duration::from_millis(250));
    assert_eq!(quick.name(), "quick GET /x");
}

#[test]
fn http2_is_in_the_name_and_the_request() {
    let quick = Quick { http2: true, ..quick("h/x?y", Load::Users { users: 1, requests: 1 }) };
    assert_eq!(quick.name(), "quick GET /x over HTTP/2");
    assert_eq!(request(&repeated(&plan(&quick)).steps).http2, Http2::Always);
}

proptest! {
    #[test]
    fn any_body_and_path_is_sent_as_it_is(body in any::<String>(), query in "[ -~]{0,30}") {
        let mut quick = quick(&format!("http://h/x?{query}"), ONCE);
        quick.method = "POST".to_owned();
        quick.body = Some(body.clone());
        let plan = plan(&quick);
        let request = request(&repeated(&plan).steps);
        let sent = match &request.body {
            Body::Text(text) => text.as_text().unwrap(),
            Body::Empty => "",
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(sent, body);
        let Url::OnTarget(url) = &request.url else { panic!() };
        prop_assert_eq!(url.as_text(), Some(quick.address.path.as_str()));
    }
}
