//! What a webhook is told.

use crate::run::*;
use loadgen_metrics::ErrorKind;
use loadgen_report::Report;
use std::time::Duration;

fn message(report: &Report, failed: bool) -> String {
    let mut bytes = Vec::new();
    loadgen_report::render::slack::render(report, failed, &mut bytes).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let texts = |block: &serde_json::Value| {
        let fields = block["fields"].as_array().cloned().unwrap_or_else(|| vec![block["text"].clone()]);
        fields.iter().map(|field| field["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    value["blocks"].as_array().unwrap().iter().flat_map(texts).collect::<Vec<_>>().join("\n---\n")
}

#[test]
fn a_run_that_passed() {
    let report = good_run(vec![below("vusers.created", 1e3), holds("http.codes.500 == 0", false)]);
    insta::assert_snapshot!(message(&report, false), @r##"
    🟢 Load test finished (scenarios/crud.yml)
    ---
    *VUs*
    120 completed / 120 created
    ---
    *Duration*
    12.0 s
    ---
    *Verdict*
    1 of 2 checks met
    run valid
    ---
    *Requests*
    360 (29.9/s), 0.00 % errors
    ---
    *Latency (ms)*
    p50 2.40  p95 7.20  p99 8.00  max 8.00
    ---
    *Checks (1 / 2)*
    ```
    🟢 vusers.created &lt; 1000
    🔴 http.codes.500 == 0 (optional)
    ```
    ---
    *Errors*
    None
    "##);
}

#[test]
fn a_run_that_failed() {
    let mut recorder = recorder();
    for kind in ErrorKind::ALL {
        request(&mut recorder, 0, ms(10), Duration::from_millis(1), failed(*kind));
    }
    let checks = (0..11).map(|limit| below("http.requests", f64::from(limit))).collect();
    let report = run(meta(), checks, &[recorder.take()]);
    let message = message(&report, true);
    assert!(message.starts_with("🔴 Load test failed (scenarios/crud.yml)"), "{message}");
    assert!(
        message.contains("*Checks (0 / 11)*\n```\n🟢 0 checks passed\n🔴 11 checks failed\n```"),
        "{message}"
    );
    assert!(message.contains("❌ ECONNREFUSED (1)") && message.contains("more…"), "{message}");
}
