//! What a schema or a parameter asks for is what a script sends, or it is told.

use crate::{imported, told};
use loadgen_import::{Imported, Kind};
use serde_json::{Value, json};

fn document(operation: &Value) -> Imported {
    let text = json!({"openapi": "3.1.0", "servers": [{"url": "http://x"}], "paths": {"/a": operation}});
    let imported = imported(Kind::OpenApi, "a.json", &text.to_string());
    assert_eq!(told("a.yml", &imported.script), Vec::<String>::new());
    imported
}

/// The steps and the notes.
fn shown(imported: &Imported) -> String {
    let flow = imported.script.split("flow:\n").nth(1).unwrap();
    format!("{flow}{}", imported.notes.iter().map(|it| format!("# {it}\n")).collect::<String>())
}

#[test]
fn parameters_are_written_in_their_style() {
    let filter = json!({"type": "object", "properties": {
        "status": {"enum": ["open"]}, "by": {"type": "object", "properties": {"name": {"const": "ada"}}},
        "tags": {"type": "array", "items": {"const": "t"}, "minItems": 2},
    }});
    let flat = json!({"type": "object", "properties": {"r": {"const": 1}, "g": {"const": 2}}});
    let list = json!({"type": "array", "items": {"type": "integer"}, "minItems": 3, "uniqueItems": true});
    let query = |name: &str, more: Value| {
        let mut parameter = json!({"name": name, "in": "query", "required": true});
        parameter.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        parameter
    };
    let parameters = json!([
        query("filter", json!({"style": "deepObject", "explode": true, "schema": filter})),
        query("where", json!({"content": {"application/json": {"schema": flat}}})),
        query("text", json!({"content": {"text/plain": {"example": "as it is"}}})),
        query("exploded", json!({"schema": flat})),
        query("flat", json!({"explode": false, "schema": flat})),
        query("ids", json!({"schema": list})),
        query("commas", json!({"explode": false, "schema": list})),
        query("pipes", json!({"style": "pipeDelimited", "schema": list})),
        query("odd", json!({"style": "pipeDelimited", "schema": flat})),
        query("none", json!({})),
        {"name": "X-List", "in": "header", "required": true, "schema": list},
        {"name": "optional", "in": "query", "schema": list},
    ]);
    insta::assert_snapshot!(shown(&document(&json!({"get": {"parameters": parameters}}))), @r##"
          - get:
              url: "/a"
              qs:
                "filter[status]": "open"
                "filter[by][name]": "ada"
                "filter[tags]":
                  - "t"
                  - "t"
                where: "{\"r\":1,\"g\":2}"
                text: "as it is"
                r: 1
                g: 2
                flat: "r,1,g,2"
                ids:
                  - 1
                  - 2
                  - 3
                commas: "1,2,3"
                pipes: "1|2|3"
              headers:
                x-list: "1,2,3"
    # GET /a: the query parameter odd was not carried over: nothing shows how to write it.
    # GET /a: the query parameter none was not carried over: nothing shows how to write it.
    "##);
}

#[test]
fn schemas_are_kept_or_it_is_told() {
    let text = |more: Value| {
        let mut schema = json!({"type": "string"});
        schema.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        schema
    };
    let schema = json!({"type": "object", "properties": {
        "two": {"type": "array", "minItems": 2, "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
        "colours": {"type": "array", "minItems": 2, "uniqueItems": true, "items": {"enum": ["red", "blue"]}},
        "none": {"type": "array", "maxItems": 0, "items": {"type": "integer"}},
        "many": {"type": "array", "minItems": 100_000, "maxItems": 2, "items": {"type": "boolean"}},
        "price": {"type": "number", "exclusiveMinimum": 0},
        "count": {"type": "integer", "minimum": 1, "exclusiveMinimum": true},
        "sku": text(json!({"pattern": "^[A-Z]{3}$"})),
        "day": text(json!({"pattern": "^\\d{4}-", "format": "date"})),
        "shown": text(json!({"pattern": "^[A-Z]{3}$", "example": "ABC"})),
        "codes": {"type": "array", "items": text(json!({"pattern": "^[0-9]+$"}))},
    }});
    let body = json!({"content": {"application/json": {"schema": schema}}});
    let parameter =
        json!({"name": "key", "in": "query", "required": true, "schema": text(json!({"pattern": "^k"}))});
    insta::assert_snapshot!(shown(&document(&json!({"post": {"requestBody": body, "parameters": [parameter]}}))), @r##"
          - post:
              url: "/a"
              qs:
                key: "{{ $randomString(10) }}"
              json:
                two:
                  - "n": 1
                  - "n": 1
                colours:
                  - "red"
                  - "blue"
                none: []
                many:
                  - true
                  - true
                price: 1.0
                count: 2
                sku: "{{ $randomString(10) }}"
                day: "2026-01-15"
                shown: "ABC"
                codes:
                  - "{{ $randomString(10) }}"
    # POST /a: made-up texts do not follow a `pattern`, put fitting ones there: key, sku, codes.
    "##);
}
