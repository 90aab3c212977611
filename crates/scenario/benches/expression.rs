//! What it costs to evaluate the condition of a step.

use criterion::{Criterion, criterion_group, criterion_main};
use loadgen_scenario::plan::Step;
use serde_json::json;
use std::hint::black_box;

mod script;

const FLOW: &str = r#"      - get: { url: "/", ifTrue: 'age >= 18 and plan == "pro"' }
"#;

fn expression(criterion: &mut Criterion) {
    let plan = script::plan(FLOW);
    let Step::Guarded(step) = script::first(&plan) else { unreachable!("the step has a condition") };
    let Some(condition) = &step.condition else { unreachable!("the step has a condition") };
    let mut vars = script::Vars::of(&plan, &[("age", json!(42)), ("plan", json!("pro"))]);
    assert!(condition.is_true(&mut vars));
    criterion.bench_function("expression/two comparisons", |bencher| {
        bencher.iter(|| black_box(condition).is_true(&mut vars));
    });
}

criterion_group!(benches, expression);
criterion_main!(benches);
