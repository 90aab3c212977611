//! Answers as browsers and services write them: in base64, as old HTML, with the address of what was created.

use crate::{imported, told};
use loadgen_import::Kind;
use serde_json::{Value, json};

const UUID: &str = "5f0c6a52-7d0e-4c57-9d8e-2a1f6f3f9b11";

/// Requests (method, URL, body) and answers (a HAR's `response`), in their order.
fn script(exchanges: &[(&str, &str, &str, Value)]) -> String {
    let entry = |(index, (method, url, sent, response)): (usize, &(&str, &str, &str, Value))| {
        let mut request = json!({"method": method, "url": url, "headers": []});
        if !sent.is_empty() {
            request["postData"] = json!({"mimeType": "application/x-www-form-urlencoded", "text": sent});
        }
        let started = format!("2026-10-05T09:12:{index:02}.000Z");
        json!({"startedDateTime": started, "time": 990, "request": request, "response": response})
    };
    let entries: Vec<Value> = exchanges.iter().enumerate().map(entry).collect();
    let text = json!({"log": {"version": "1.2", "entries": entries}}).to_string();
    let imported = imported(Kind::Har, "a.har", &text);
    assert_eq!(told("a.yml", &imported.script), Vec::<String>::new());
    assert_eq!(imported.notes, Vec::<String>::new());
    imported.script.split("flow:\n").nth(1).unwrap().to_owned()
}

fn content(kind: &str, text: &str, encoding: &str) -> Value {
    json!({"status": 200, "content": {"mimeType": kind, "text": text, "encoding": encoding}})
}

#[test]
fn answers_in_base64_are_read() {
    use base64::Engine as _;
    let encoded = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let json = encoded(&format!("{{\"token\": \"{UUID}\"}}"));
    // In lines, and without its end.
    let lines = format!("{}\r\n{}", &json[..20], json[20..].trim_end_matches('='));
    let page = encoded(&format!("<input type=\"hidden\" name=\"t\" value=\"{UUID}\">"));
    let cases = [
        (content("application/json; charset=utf-8", &json, "base64"), "json: \"$.token\""),
        (content("application/problem+json", &lines, "BASE64"), "json: \"$.token\""),
        (content("text/html", &page, "base64"), "selector: \"input[name=\\\"t\\\"]\""),
    ];
    for (answer, wanted) in cases {
        let script = script(&[
            ("GET", "http://x/a", "", answer),
            ("POST", "http://x/b", &format!("t={UUID}"), json!({"status": 200})),
        ]);
        assert!(script.contains(wanted) && !script.contains(UUID), "{script}");
    }
    for answer in [
        content("application/json", "%%%", "base64"),
        content("application/json", &json, "rot13"),
        content("image/png", &json, "base64"),
    ] {
        let script = script(&[
            ("POST", "http://x/a", "", answer),
            ("POST", "http://x/b", &format!("t={UUID}"), json!({"status": 200})),
        ]);
        assert!(!script.contains("capture"), "{script}");
    }
}

#[test]
fn attributes_need_no_quotes() {
    let pages = [
        "<input type=hidden name=token value=\"VALUE\">",
        "<INPUT type=hidden name=token value=VALUE>",
        "<input\n name = token value = 'VALUE'\ttype = HIDDEN />",
        "<input title=\"a > b\" value=VALUE name='token' type=hidden>",
    ];
    for page in pages {
        let answer = content("text/html", &page.replace("VALUE", UUID), "");
        let script = script(&[
            ("GET", "http://x/a", "", answer),
            ("POST", "http://x/b", &format!("token={UUID}"), json!({"status": 200})),
        ]);
        assert!(
            script.contains("selector: \"input[name=\\\"token\\\"]\"") && !script.contains(UUID),
            "{page}\n{script}"
        );
    }
}

fn created(location: &str) -> Value {
    json!({"status": 201, "headers": [{"name": "Location", "value": location}]})
}

#[test]
fn an_address_of_what_was_created_begins_later_urls() {
    let fine = json!({"status": 200});
    let told = script(&[
        ("POST", "http://x/users", "name=ada", created(&format!("/users/{UUID}"))),
        ("GET", &format!("http://x/users/{UUID}"), "", fine.clone()),
        ("GET", &format!("http://x/users/{UUID}/orders/1?page=2"), "", fine.clone()),
        ("POST", &format!("http://x/users/{UUID}/orders"), "a=b", created("http://x/orders/77")),
        ("DELETE", "http://x/orders/77", "", fine.clone()),
        ("GET", "http://x/orders/777", "", fine),
    ]);
    let lines: Vec<&str> = told
        .lines()
        .map(str::trim)
        .filter(|it| ["url:", "- header:", "as:"].iter().any(|start| it.starts_with(start)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r##"
    url: "/users"
    - header: "location"
    as: location
    url: "{{ location }}"
    url: "{{ location }}/orders/1?page=2"
    url: "{{ location }}/orders"
    - header: "location"
    as: location2
    url: "{{ location2 }}"
    url: "/orders/777"
    "##);
}

#[test]
fn an_address_that_is_in_doubt_is_left_alone() {
    let fine = json!({"status": 200});
    let both = json!({
        "status": 201, "headers": [{"name": "location", "value": format!("/users/{UUID}")}],
        "content": {"mimeType": "application/json", "text": format!("{{\"id\": \"{UUID}\"}}")},
    });
    let cases = [
        // The client's own name; no 201; what JSON says is nearer.
        (created("/files/mine-1"), "PUT", "http://x/files/mine-1", "http://x/files/mine-1"),
        (
            json!({"status": 200, "headers": [{"name": "location", "value": "/a/7"}]}),
            "POST",
            "http://x/a",
            "http://x/a/7",
        ),
        (both, "POST", "http://x/users", &format!("http://x/users/{UUID}")),
    ];
    for (answer, method, url, then) in cases {
        let told = script(&[(method, url, "a=1", answer), ("GET", then, "", fine.clone())]);
        assert!(!told.contains("- header:"), "{told}");
    }
}
