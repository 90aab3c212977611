//! `publish-metrics` for Datadog's API: what is posted is held to what its documentation says it takes.

use crate::publish::project;
use loadgen_testkit::{Act, RawServer};
use serde_json::{Value, json};

/// The body of `/api/v2/series`, as it is documented.
fn series() -> Value {
    let point = json!({
        "type": "object",
        "required": ["timestamp", "value"],
        "properties": {"timestamp": {"type": "integer"}, "value": {"type": "number"}},
        "additionalProperties": false,
    });
    let one = json!({
        "type": "object",
        "required": ["metric", "points"],
        "properties": {
            "metric": {"type": "string", "pattern": "^[A-Za-z]", "maxLength": 200},
            "points": {"type": "array", "minItems": 1, "items": point},
            "type": {"enum": [0, 1, 2, 3]},
            "interval": {"type": "integer", "minimum": 1},
            "tags": {"type": "array", "items": {"type": "string", "maxLength": 200}},
            "unit": {"type": "string"},
        },
        "additionalProperties": false,
        // What is counted says over which time.
        "if": {"properties": {"type": {"enum": [1, 2]}}},
        "then": {"required": ["interval"]},
    });
    json!({
        "type": "object",
        "required": ["series"],
        "properties": {"series": {"type": "array", "minItems": 1, "items": one}},
        "additionalProperties": false,
    })
}

/// The body of `/api/v1/events`.
fn event() -> Value {
    json!({
        "type": "object",
        "required": ["title", "text"],
        "properties": {
            "title": {"type": "string", "minLength": 1},
            "text": {"type": "string", "maxLength": 4000},
            "priority": {"enum": ["normal", "low", null]},
            "alert_type": {"enum": ["error", "warning", "info", "success"]},
            "aggregation_key": {"type": "string", "maxLength": 100},
            "source_type_name": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "additionalProperties": false,
    })
}

#[test]
fn what_datadogs_api_is_posted_is_what_it_takes_and_adds_up_to_the_report() {
    let server = RawServer::start(|line| Act::answer(if line.contains("/b") { 404 } else { 200 }, "{}"));
    let api = RawServer::start(|_| Act::answer(202, "{\"errors\": []}"));
    let entry = format!(
        "{{type: datadog, apiKey: sesame-key, apiHost: '{}', prefix: load., tags: ['team:shop', canary], interval: 1, event: {{alertType: success, aggregationKey: nightly, tags: [a]}}}}",
        api.url()
    );
    let began = std::time::SystemTime::now();
    let (told, report) = project(&server.url(), &[entry]).report(&["-q"]);
    assert_eq!((told.status, &*told.stderr), (0, ""), "{}", told.text());
    let seconds = |time: std::time::SystemTime| time.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let valid = [series(), event()].map(|schema| jsonschema::draft202012::new(&schema).unwrap());
    let (mut sent, mut events) = (Vec::new(), Vec::new());
    for request in api.requests() {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let lower = head.to_lowercase();
        assert!(
            lower.contains("\r\ndd-api-key: sesame-key")
                && lower.contains("\r\ncontent-type: application/json")
        );
        assert!(body.len() <= 512_000, "{}", body.len());
        let body: Value = serde_json::from_str(body).unwrap();
        let (of, all) = match head.lines().next().unwrap() {
            "POST /api/v2/series HTTP/1.1" => (0, &mut sent),
            "POST /api/v1/events HTTP/1.1" => (1, &mut events),
            other => panic!("{other}"),
        };
        assert!(
            valid[of].is_valid(&body),
            "{:?}",
            valid[of].iter_errors(&body).map(|it| it.to_string()).collect::<Vec<_>>()
        );
        all.push(body);
    }
    assert!(sent.len() >= 2 && events.len() == 2, "{sent:#?} {events:#?}");
    let all: Vec<&Value> = sent.iter().flat_map(|body| body["series"].as_array().unwrap()).collect();
    for series in &all {
        assert_eq!(series["tags"], json!(["team:shop", "canary"]));
        let at = series["points"][0]["timestamp"].as_u64().unwrap();
        assert!((seconds(began)..=seconds(std::time::SystemTime::now())).contains(&at), "{series}");
    }
    for (name, count) in report["aggregate"]["counters"].as_object().unwrap() {
        let of_name = all.iter().filter(|series| series["metric"] == format!("load.{name}"));
        let sum = of_name.map(|series| series["points"][0]["value"].as_u64().unwrap()).sum::<u64>();
        assert_eq!(Some(sum), count.as_u64(), "{name}");
    }
}
