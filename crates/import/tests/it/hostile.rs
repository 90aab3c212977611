//! Documents that are small and would become endless, or large and would take for ever: each ends in its time, which is
//! that of reading it once. (A loop within a loop would keep these tests from ending.)

use crate::{imported, told};
use loadgen_import::Kind;
use serde_json::{Value, json};

fn collection(variables: &Value, url: &str) -> String {
    json!({
        "info": {"name": "x", "schema": "v2.1.0"},
        "variable": variables,
        "item": [{"name": "a", "request": {"method": "GET", "url": url}}],
    })
    .to_string()
}

#[test]
fn values_that_name_themselves_come_to_an_end() {
    let twice = json!([{"key": "a", "value": "{{a}}{{a}}"}]);
    let round = json!([{"key": "a", "value": "{{b}}"}, {"key": "b", "value": "x{{c}}"}, {"key": "c", "value": "{{a}}"}]);
    let doubling: Vec<Value> = (0..40)
        .map(|n| json!({"key": format!("v{n}"), "value": format!("{{{{v{0}}}}}{{{{v{0}}}}}", n + 1)}))
        .chain([json!({"key": "v40", "value": ""}), json!({"key": "a", "value": "http://h/{{v0}}"})])
        .collect();
    let long = json!([{"key": "a", "value": "{{b}}".repeat(16)}, {"key": "b", "value": "b".repeat(8_000)}]);
    for variables in [&twice, &round, &json!(doubling), &long] {
        // As the beginning of a URL it is the target.
        let imported = imported(Kind::Postman, "a.json", &collection(variables, "{{a}}/x"));
        assert_eq!(told("a.yml", &imported.script), Vec::<String>::new());
        assert_eq!(
            imported.notes,
            ["The collection gives no value to {{a}}: the target stands for it."],
            "{variables}"
        );
        assert!(imported.script.contains("url: \"/x\""));
    }
    for variables in [&twice, &round, &json!(doubling), &long] {
        let imported = imported(Kind::Postman, "a.json", &collection(variables, "http://h/{{a}}"));
        assert_eq!(told("a.yml", &imported.script), Vec::<String>::new());
        let note = "Left empty, since they name themselves or have no end: a, see config.variables.";
        assert_eq!(imported.notes, [note], "{variables}");
        assert!(
            imported.script.contains("a: \"\" # endless in the collection: put a value here"),
            "{}",
            imported.script
        );
    }
}

#[test]
fn variables_in_many_places_come_to_an_end() {
    let host = json!([{"key": "a", "value": "a".repeat(60_000)}]);
    let url = format!("http://{}/x", "{{a}}".repeat(10_000));
    let script = imported(Kind::Postman, "a.json", &collection(&host, &url)).script;
    assert!(script.len() < 1 << 20);
    // Variables of a server do not name others.
    let variables: serde_json::Map<String, Value> = (0..60)
        .map(|n| (format!("v{n}"), json!({"default": format!("{{v{0}}}{{v{0}}}", n + 1)})))
        .chain([("host".to_owned(), json!({"default": "api.example.com"}))])
        .collect();
    for (url, wanted) in
        [("https://{v0}/", "https://{v1}{v1}"), ("https://{host}/{none}", "api.example.com/{none}")]
    {
        let text = json!({
            "openapi": "3.1.0", "servers": [{"url": url, "variables": variables}], "paths": {"/a": {"get": {}}},
        });
        let script = imported(Kind::OpenApi, "a.json", &text.to_string()).script;
        assert!(script.contains(wanted) && script.len() < 4_000, "{script}");
    }
}

#[test]
fn large_examples_do_not_add_up() {
    let large = json!({"type": "string", "example": "x".repeat(100_000)});
    let names: serde_json::Map<String, Value> =
        (0..400).map(|n| (format!("n{n}"), json!({"$ref": "#/components/schemas/L"}))).collect();
    let body = json!({"content": {"application/json": {"schema": {"type": "object", "properties": names}}}});
    let text = json!({
        "openapi": "3.1.0", "paths": {"/a": {"post": {"requestBody": body}}}, "components": {"schemas": {"L": large}},
    });
    assert!(imported(Kind::OpenApi, "a.json", &text.to_string()).script.len() < 1 << 20);
}

#[test]
fn values_within_values_are_filled_in() {
    let variables = json!([
        {"key": "base", "value": "{{scheme}}://{{host}}:{{port}}/{{none}}"},
        {"key": "scheme", "value": "https"}, {"key": "host", "value": "{{name}}.example.com"},
        {"key": "name", "value": "api"}, {"key": "port", "value": 8443},
    ]);
    let script = imported(Kind::Postman, "a.json", &collection(&variables, "{{base}}/x")).script;
    assert!(script.contains("target: \"https://api.example.com:8443\""), "{script}");
    assert!(script.contains("url: \"/{{ none }}/x\""), "{script}");
}

fn recording(body: &Value, query: &str) -> String {
    let request = json!({
        "method": "POST", "url": format!("http://x/a{query}"), "postData": body,
        "headers": [{"name": "content-type", "value": body["mimeType"]}],
    });
    let entry =
        json!({"startedDateTime": "2026-10-05T09:12:00Z", "request": request, "response": {"status": 200}});
    json!({"log": {"version": "1.2", "entries": [entry]}}).to_string()
}

const MANY: usize = 20_000;

#[test]
fn forms_may_have_many_fields() {
    let params: Vec<Value> = (0..MANY).map(|n| json!({"name": format!("f{n}"), "value": "1"})).collect();
    let text: Vec<String> = (0..MANY).map(|n| format!("f{n}=1")).collect();
    let form = "application/x-www-form-urlencoded";
    for body in [
        json!({"mimeType": form, "params": params}),
        json!({"mimeType": form, "text": text.join("&")}),
        json!({"mimeType": "multipart/form-data", "params": params}),
    ] {
        let script = imported(Kind::Har, "a.har", &recording(&body, "")).script;
        let (first, last) = (script.find("f0: \"1\""), script.find(&format!("f{}: \"1\"", MANY - 1)));
        assert!(first.is_some() && first < last, "in their order");
    }
}

#[test]
fn what_is_there_twice_is_told_once() {
    let params: Vec<Value> =
        (0..MANY).map(|n| json!({"name": format!("f{}", n % (MANY / 2)), "value": "1"})).collect();
    let body = json!({"mimeType": "multipart/form-data", "params": params});
    let told = imported(Kind::Har, "a.har", &recording(&body, "")).notes;
    assert_eq!(
        told,
        ["The parts f0, f1, f2, f3, f4 and 9995 more are there twice; the first of each was kept."]
    );
    let few = json!({"mimeType": "multipart/form-data", "params": [&params[0], &params[1], &params[0], &params[1]]});
    let told = imported(Kind::Har, "a.har", &recording(&few, "")).notes;
    assert_eq!(told, ["The parts f0, f1 are there twice; the first of each was kept."]);
}

#[test]
fn a_collection_may_have_many_fields_and_names() {
    let fields: Vec<Value> =
        (0..MANY).map(|n| json!({"key": format!("f{n}"), "value": format!("{{{{v{n}}}}}")})).collect();
    let variables: Vec<Value> =
        (0..MANY).map(|n| json!({"key": format!("v{n}"), "value": format!("{n}")})).collect();
    let body = json!({"mode": "urlencoded", "urlencoded": fields});
    let item = json!({"name": "a", "request": {"method": "POST", "url": "http://x/", "body": body}});
    let info = json!({"name": "x", "schema": "v2.1.0"});
    let text = json!({"info": info, "item": [item], "variable": variables}).to_string();
    let script = imported(Kind::Postman, "a.json", &text).script;
    assert!(script.contains("f19999: \"{{ v19999 }}\"") && script.contains("v19999: \"19999\""));
}
