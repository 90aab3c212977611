//! What Postman allows in a collection beside what it writes itself.

use crate::{imported, told};
use loadgen_import::{Imported, Kind};
use serde_json::{Value, json};

fn collection(items: &Value) -> Imported {
    let text = json!({"info": {"name": "x", "schema": "v2.1.0"}, "item": items}).to_string();
    let imported = imported(Kind::Postman, "a.json", &text);
    assert_eq!(told("a.yml", &imported.script), Vec::<String>::new());
    imported
}

#[test]
fn headers_may_be_a_text() {
    let text = "Content-Type: application/json\nX-A: b:c\r\n// X-Off: 1\n\nHost: other\nX-Token: {{token}}";
    for header in [json!(text), json!([text])] {
        let request = json!({
            "method": "POST", "url": "http://x/a", "header": header, "body": {"mode": "raw", "raw": "{\"a\": 1}"},
        });
        let script = collection(&json!([{"name": "a", "request": request}])).script;
        let start = script.find("url:").unwrap();
        insta::allow_duplicates! {
            insta::assert_snapshot!(script[start..].trim_end(), @r##"
            url: "/a"
                      headers:
                        x-a: "b:c"
                        x-token: "{{ token }}"
                      json:
                        a: 1
            "##);
        }
    }
}

#[test]
fn comments_in_json_are_not_sent() {
    let body = |raw: &str, language: &str| {
        let body = json!({"mode": "raw", "raw": raw, "options": {"raw": {"language": language}}});
        let request = json!({"method": "POST", "url": "http://x/a", "body": body});
        let script = collection(&json!([{"name": "a", "request": request}])).script;
        script[script.find("url:").unwrap()..].trim_end().to_owned()
    };
    let told = [
        body(
            "{\n  // the name\n  \"name\": \"ada\", /* not\n the age */\n  \"site\": \"http://x//y\"\n}",
            "json",
        ),
        body("{\"n\": {{n}} // a number\n}", "json"),
        body("a // b", "text"),
    ];
    insta::assert_snapshot!(told.join("\n\n"), @r##"
    url: "/a"
              json:
                name: "ada"
                site: "http://x//y"

    url: "/a"
              headers:
                content-type: "application/json"
              body: "{\"n\": {{ n }} \n}"

    url: "/a"
              headers:
                content-type: "text/plain"
              body: "a // b"
    "##);
}

#[test]
fn what_has_no_url_is_told() {
    let fine = json!({"name": "fine", "request": "http://x/"});
    let one = json!({"name": "Ping", "request": {"method": "GET", "url": {"raw": ""}}});
    let notes = collection(&json!([fine, one])).notes;
    assert_eq!(notes, ["Left out, since it has no URL: the request Ping."]);
    let two = json!({"name": "Pong", "request": {"method": "GET"}});
    let three = json!({"request": {"url": ""}});
    let folder = json!({"name": "F", "item": [two, three]});
    let notes = collection(&json!([folder, one, fine])).notes;
    assert_eq!(notes, ["Left out, since they have no URL: the requests Ping, Pong, one without a name."]);
}
