//! What it costs to render the URL and the body of a request.

use criterion::{Criterion, criterion_group, criterion_main};
use loadgen_scenario::plan::{Body, Step, Url};
use std::hint::black_box;

mod script;

const FLOW: &str = r#"      - put:
          url: "/users/{{ userId }}/orders?expand=items"
          json:
            name: "User {{ $randomString(10) }}"
            email: "user{{ $randomString(10) }}@example.com"
            owner: "{{ userId }}"
            tags: [a, b, c]
"#;

fn render(criterion: &mut Criterion) {
    let plan = script::plan(FLOW);
    let Step::Request(request) = script::first(&plan) else { unreachable!("the flow is one request") };
    let (Url::OnTarget(url), Body::Json(body)) = (&request.url, &request.body) else {
        unreachable!("a path, and a JSON body")
    };
    let id = serde_json::json!("7f3c2a90-8a9e-4a57-9a55-1b8bfa0fd6b1");
    let mut vars = script::Vars::of(&plan, &[("userId", id)]);
    let mut text = String::new();
    criterion.bench_function("render/url with a variable", |bencher| {
        bencher.iter(|| {
            text.clear();
            black_box(url).render_into(&mut vars, &mut text);
        });
    });
    let mut bytes = Vec::new();
    criterion.bench_function("render/json with functions", |bencher| {
        bencher.iter(|| {
            bytes.clear();
            black_box(body).render_into(&mut vars, &mut bytes);
        });
    });
    assert!(text.starts_with("/users/7f3c") && !bytes.is_empty(), "{text}");
}

criterion_group!(benches, render);
criterion_main!(benches);
