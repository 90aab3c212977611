//! What it costs to capture by JSONPath: reading the body, and finding the value in it.

use criterion::{Criterion, criterion_group, criterion_main};
use loadgen_scenario::JsonQuery;
use serde_json::{Value, json};
use std::hint::black_box;

fn capture(criterion: &mut Criterion) {
    let small = json!({ "id": "7f3c2a90-8a9e-4a57-9a55-1b8bfa0fd6b1", "name": "A User", "age": 42 });
    let items: Vec<Value> = (0..100).map(|number| json!({ "id": number, "item": &small })).collect();
    let list = json!({ "items": items });
    let cases = [
        ("a member of a small object", "$.id", &small, 1),
        ("a member of the last of 100", "$.items[-1:].item.id", &list, 1),
        ("a member of each of 100", "$.items[*].item.id", &list, 100),
    ];
    for (name, path, document, found) in cases {
        let Ok(query) = JsonQuery::parse(path) else { unreachable!("{path} is a path") };
        let body = document.to_string();
        assert_eq!(query.find(document).map(|values| values.len()), Ok(found), "{path}");
        criterion.bench_function(&format!("capture/{name}, read"), |bencher| {
            bencher.iter(|| serde_json::from_str::<Value>(black_box(&body)));
        });
        criterion.bench_function(&format!("capture/{name}, find"), |bencher| {
            bencher.iter(|| query.find(black_box(document)).map(|values| values.len()));
        });
    }
}

criterion_group!(benches, capture);
criterion_main!(benches);
