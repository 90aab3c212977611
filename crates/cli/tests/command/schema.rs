//! The JSON Schema accepts what the parser accepts: examples, documents, and the conformance suite's scripts.

use crate::harness::loadgen;
use jsonschema::Validator;
use loadgen_scenario::{Choices, Diagnostic, Document, Source, load};
use loadgen_testkit::transcript;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn validator() -> Validator {
    let told = transcript(&mut loadgen(&["schema"]));
    let schema: Value = serde_json::from_str(&told.stdout).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// What the schema has against a script.
fn complaints(validator: &Validator, text: &str) -> Vec<String> {
    let Ok(document) = Document::read(&Source::new("script.yml", text)) else { return Vec::new() };
    let value = document.root.to_value();
    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Whether the parser has nothing against a script, but perhaps that files it names are not there.
fn is_right(text: &str) -> bool {
    let told = |diagnostic: &Diagnostic| {
        let message = &diagnostic.message;
        // What has no effect is no error, and not worth suggesting either.
        let unknown = message.contains("unknown key") || message.contains("no step that is known");
        let unsaid = diagnostic.lacks.is_some() || message.contains("has no effect");
        // A request in a loop that has no URL is only found by the user who comes to it.
        let unsaid = unsaid || message.ends_with("is required");
        (diagnostic.is_error() && !message.starts_with("cannot read")) || unknown || unsaid
    };
    let choices = Choices { target: Some("http://localhost".to_owned()), ..Choices::default() };
    let loaded = load(&Source::new("script.yml", text), &choices);
    !loaded.diagnostics.iter().any(told) && loaded.scenario.is_some()
}

fn files(folder: &Path, names: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| names.iter().any(|name| it == *name)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn examples_and_documents_are_valid() {
    let validator = validator();
    let mut scripts = 0;
    for path in files(&root().join("scenarios"), &["yml"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.contains("\n# yaml-language-server: $schema=scenario.schema.json\n"),
            "{}",
            path.display()
        );
        assert_eq!(complaints(&validator, &text), [""; 0], "{}", path.display());
        scripts += 1;
    }
    for path in files(&root().join("docs"), &["md"]).into_iter().chain([root().join("README.md")]) {
        let text = std::fs::read_to_string(&path).unwrap();
        for block in text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()) {
            assert_eq!(complaints(&validator, block), [""; 0], "{}:\n{block}", path.display());
            scripts += 1;
        }
    }
    assert!(scripts > 10, "{scripts}");
}

#[test]
fn scripts_of_the_conformance_suite_that_the_parser_takes_are_valid() {
    let beside = std::env::var_os("LOADGEN_CONFORMANCE")
        .map_or_else(|| root().join("../shared/conformance/run.py"), PathBuf::from);
    let cases = beside.parent().unwrap().join("cases");
    if !cases.is_dir() {
        // Past the test harness, which would keep it to itself.
        let said = format!("no conformance suite at {}: its scripts were not looked at\n", cases.display());
        std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes()).unwrap();
        return;
    }
    let validator = validator();
    let mut wrong = Vec::new();
    let mut right = 0;
    for path in files(&cases, &["yml", "yaml"]) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if is_right(&text) {
            right += 1;
            let complaints = complaints(&validator, &text);
            if !complaints.is_empty() {
                wrong.push(format!("{}: {}", path.display(), complaints.join("; ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(right > 50, "{right} scripts");
}

#[test]
fn misspelt_keys_and_wrong_types_are_not_valid() {
    let validator = validator();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let mut seen = 0;
    for path in files(&folder, &["yml"]) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let number: u32 = name[..2].parse().unwrap();
        // 1 to 18 are about keys and types; of these 12 and 13 are names that are the user's own.
        let meant = (number < 18 && ![12, 13].contains(&number)) || [33, 35, 37].contains(&number);
        if meant {
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(!complaints(&validator, &text).is_empty(), "{name}");
            seen += 1;
        }
    }
    assert!(seen >= 17, "{seen}");
}

#[test]
fn placeholders_may_stand_for_any_value_of_config() {
    let text = r#"
config:
  target: "{{ $env.TARGET }}"
  phases:
    - {duration: "{{ $env.SECONDS }}", arrivalRate: "{{ rate }}", mode: "{{ mode }}"}
    - {duration: "2 min", arrivalRate: "10.5"}
  http: {timeout: "5", pool: "{{ pool }}", extendedMetrics: "true"}
  environments: {ci: {phases: "{{ phases }}"}, empty: null}
x-common: &common {anything: [1]}
other: &other {more: true}
scenarios:
  - {weight: "{{ weight }}", flow: [{think: "{{ pause }}", jitter: "20%"}, {get: {url: /5, followRedirect: "false"}}]}
"#;
    assert_eq!(complaints(&validator(), text), [""; 0]);
}

/// Where a place of a script stands: the script around it, which is right without any further key.
fn around(place: &str, inner: &Value) -> Option<Value> {
    let with = |mut value: Value| {
        let (Value::Object(all), Value::Object(more)) = (&mut value, inner.clone()) else { panic!("maps") };
        all.extend(more);
        value
    };
    let config = |config: Value| json!({"config": config, "scenarios": [{"flow": [{"get": {"url": "/"}}]}]});
    let of_config = |key: &str, value: Value| {
        let mut inner = json!({"target": "http://x"});
        inner[key] = value;
        config(inner)
    };
    let flow = |step: Value| json!({"config": {"target": "http://x"}, "scenarios": [{"flow": [step]}]});
    let get = |more: Value| flow(json!({"get": with_all(json!({"url": "/"}), more)}));
    let hook = |hook: Value| json!({"config": {"target": "http://x"}, "scenarios": [{"flow": [{"think": 1}]}], "before": hook});
    Some(match place {
        "config" => config(with(json!({"target": "http://x"}))),
        "phase" => of_config("phases", json!([with(json!({"duration": 1, "arrivalRate": 1}))])),
        "config.http" => of_config("http", with(json!({}))),
        "defaults" => of_config("http", json!({"defaults": with(json!({}))})),
        "defaults.think" => of_config("defaults", json!({"think": with(json!({}))})),
        "config.http.distributedTracing" => of_config("http", json!({"distributedTracing": with(json!({}))})),
        "config.tls" => of_config("tls", with(json!({}))),
        "ensure" => of_config("ensure", with(json!({}))),
        "payload" => of_config("payload", with(json!({"path": "a.csv", "fields": ["a"]}))),
        "payload.options" => {
            of_config("payload", json!({"path": "a.csv", "fields": ["a"], "options": with(json!({}))}))
        }
        "scenario" => {
            json!({"config": {"target": "http://x"}, "scenarios": [with(json!({"flow": [{"think": 1}]}))]})
        }
        "before-or-after" => hook(with(json!({"flow": [{"think": 1}]}))),
        "request" => get(with(json!({}))),
        "capture" => get(json!({"capture": with(with_all(source(inner), json!({"as": "a"})))})),
        "match" => get(json!({"match": with(with_all(source(inner), json!({"value": "a"})))})),
        "auth" => get(json!({"auth": with(json!({}))})),
        "part-of-formData" => get(json!({"formData": {"a": with(json!({"value": "a"}))}})),
        _ => return None,
    })
}

/// What a capture looks for, so that the other key has something to do.
fn source(inner: &Value) -> Value {
    let key = inner.as_object().and_then(|inner| inner.keys().next()).map(String::as_str);
    match key.unwrap_or_default() {
        "flags" | "group" => json!({"regexp": "(a)"}),
        "attr" | "index" => json!({"selector": "a"}),
        "regexp" | "header" | "selector" => json!({}),
        _ => json!({"json": "$.a"}),
    }
}

fn with_all(mut value: Value, more: Value) -> Value {
    if let (Value::Object(all), Value::Object(more)) = (&mut value, more) {
        all.extend(more);
    }
    value
}

#[test]
fn the_parser_and_the_schema_agree_on_types() {
    let told = transcript(&mut loadgen(&["schema"]));
    let schema: Value = serde_json::from_str(&told.stdout).unwrap();
    let validator = validator();
    let values = [
        json!(null),
        json!(true),
        json!("true"),
        json!(1),
        json!(-1),
        json!(2.5),
        json!("5"),
        json!("2.5"),
        json!("abc"),
        json!("2 min"),
        json!([]),
        json!(["a"]),
        json!([1, {}]),
        json!({}),
        json!({"a": 1}),
        json!({"a": {"b": [1]}}),
        json!({"a": null}),
        json!({"a": ["b"]}),
    ];
    let files = loadgen_scenario::Files::new(|_| Ok(b"a,b\n".to_vec()));
    let choices = Choices { files, ..Choices::default() };
    let (mut wrong, mut seen, mut taken) = (Vec::new(), 0, 0);
    for (place, definition) in schema["$defs"].as_object().unwrap() {
        for (key, property) in definition["properties"].as_object().unwrap() {
            if property.get("not").is_some() {
                continue;
            }
            for value in &values {
                let Some(script) = around(place, &json!({key: value})) else { continue };
                let loaded = load(&Source::new("script.json", script.to_string()), &choices);
                let of_type = |diagnostic: &&Diagnostic| {
                    let message = &diagnostic.message;
                    // Text that has to be of a kind is beyond a schema.
                    diagnostic.is_error()
                        && message.contains(" must be ")
                        && !message.contains("hexadecimal")
                        && !value.as_array().is_some_and(Vec::is_empty)
                };
                let refused = loaded.diagnostics.iter().find(of_type).map(|it| it.message.clone());
                // What is warned of runs, but nobody means it: the schema may refuse it.
                let takes = loaded.diagnostics.is_empty();
                taken += usize::from(takes);
                let valid = validator.is_valid(&script);
                if (takes && !valid) || (refused.is_some() && valid) {
                    let parser = refused.unwrap_or_else(|| "takes it".to_owned());
                    wrong.push(format!("{place}: {key}: {value}: the parser: {parser}; the schema: {valid}"));
                }
                seen += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 1_000 && taken > 300, "{seen}, {taken}");
}
