//! What of an answer is taken for a later request, and what is left alone because it is in doubt.

use crate::{imported, told};
use loadgen_import::Kind;
use serde_json::{Value, json};

/// A recording of JSON requests and answers, in their order.
fn har(exchanges: &[(&str, &str, Value, Value)]) -> String {
    let entry = |(index, (method, url, sent, got)): (usize, &(&str, &str, Value, Value))| {
        let mut headers = vec![json!({"name": "content-type", "value": "application/json"})];
        if let Some(token) = sent.get("bearer").and_then(Value::as_str) {
            headers.push(json!({"name": "authorization", "value": format!("Bearer {token}")}));
        }
        let mut request = json!({"method": method, "url": format!("http://x{url}"), "headers": headers});
        if *method != "GET" {
            request["postData"] = json!({"mimeType": "application/json", "text": sent.to_string()});
        }
        let status = if got.get("error").is_some() { 422 } else { 200 };
        let content = json!({"mimeType": "application/json", "text": got.to_string()});
        json!({
            "startedDateTime": format!("2026-10-05T09:12:{:02}.000Z", index), "time": 900,
            "request": request, "response": {"status": status, "headers": [], "content": content},
        })
    };
    let entries: Vec<Value> = exchanges.iter().enumerate().map(entry).collect();
    json!({"log": {"version": "1.2", "entries": entries}}).to_string()
}

/// The lines of the script that have to do with values of answers.
fn lines(exchanges: &[(&str, &str, Value, Value)]) -> String {
    let script = imported(Kind::Har, "a.har", &har(exchanges)).script;
    assert_eq!(told("a.yml", &script), Vec::<String>::new());
    let flow = script.split("flow:\n").nth(1).unwrap();
    let told = ["url:", "{{", "- json:", "as:"];
    flow.lines()
        .filter(|line| told.iter().any(|it| line.contains(it)))
        .map(|it| format!("{}\n", it.trim()))
        .collect()
}

const UUID: &str = "5f0c6a52-7d0e-4c57-9d8e-2a1f6f3f9b11";

#[test]
fn peculiar_values_are_taken_wherever_they_turn_up() {
    let told = lines(&[
        ("POST", "/login", json!({"name": "ada"}), json!({"auth": {"token": "t0k3n-abcdef"}})),
        (
            "POST",
            "/things",
            json!({"bearer": "t0k3n-abcdef"}),
            json!([{"id": "aaaaaaaa-1"}, {"id": UUID, "n-o": 123456789}]),
        ),
        (
            "GET",
            &format!("/things/{UUID}/parts?of={UUID}&n=123456789"),
            json!({}),
            json!({"next": "b2Zmc2V0PTEwMA=="}),
        ),
        (
            "PUT",
            "/other",
            json!({"list": [UUID], "text": format!("see urn:{UUID}, please"), "n": 123456789, "s": "123456789"}),
            json!({}),
        ),
        ("GET", "/things?cursor=b2Zmc2V0PTEwMA%3D%3D", json!({}), json!({})),
    ]);
    insta::assert_snapshot!(told, @r##"
    url: "/login"
    - json: "$.auth.token"
    as: token
    url: "/things"
    authorization: "Bearer {{ token }}"
    bearer: "{{ token }}"
    - json: "$[1].id"
    as: thingId
    - json: "$[1]['n-o']"
    as: "nO"
    url: "/things/{{ thingId }}/parts?of={{ thingId }}&n={{ nO }}"
    - json: "$.next"
    as: next
    url: "/other"
    - "{{ thingId }}"
    text: "see urn:{{ thingId }}, please"
    "n": "{{ nO }}"
    url: "/things?cursor={{ next }}"
    "##);
}

#[test]
fn short_ids_are_taken_where_names_agree() {
    let told = lines(&[
        ("GET", "/api/users", json!({}), json!({"data": [{"id": 6, "team_id": 3}, {"id": 7}]})),
        ("GET", "/api/users/7", json!({}), json!({"id": 7})),
        ("GET", "/api/teams/3?page=7", json!({}), json!({})),
        ("GET", "/api/pages/7", json!({}), json!({})),
        (
            "POST",
            "/api/orders",
            json!({"userId": 7, "count": 7, "team_id": 3, "id": 7}),
            json!({"order": {"id": 12}}),
        ),
        ("GET", "/api/orders/12/lines/12", json!({}), json!({})),
    ]);
    insta::assert_snapshot!(told, @r##"
    url: "/api/users"
    - json: "$.data[0].team_id"
    as: team_id
    - json: "$.data[1].id"
    as: userId
    url: "/api/users/{{ userId }}"
    url: "/api/teams/{{ team_id }}?page=7"
    url: "/api/pages/7"
    url: "/api/orders"
    userId: "{{ userId }}"
    team_id: "{{ team_id }}"
    - json: "$.order.id"
    as: orderId
    url: "/api/orders/{{ orderId }}/lines/12"
    "##);
}

#[test]
fn what_is_in_doubt_is_left_alone() {
    let told = lines(&[
        // The client's own, an error's, a date, an address.
        (
            "POST",
            "/users",
            json!({"key": "c1ient-made-99"}),
            json!({"key": "c1ient-made-99", "made": "2026-10-05T09:12:00Z"}),
        ),
        (
            "GET",
            "/users?key=c1ient-made-99&since=2026-10-05T09:12:00Z",
            json!({}),
            json!({"error": {"trace": "77665544"}}),
        ),
        (
            "GET",
            "/traces/77665544",
            json!({}),
            json!({"a": {"userId": 5}, "b": {"userId": 5}, "site": "http://x/12345678"}),
        ),
        ("GET", "/users/5?site=http://x/12345678", json!({}), json!({"users": [{"id": 8}]})),
        ("GET", "/orders", json!({}), json!({"userId": 8})),
        // A user by the names, as in both answers; no page.
        ("GET", "/users/8?page=8", json!({}), json!({})),
    ]);
    insta::assert_snapshot!(told, @r##"
    url: "/users"
    url: "/users?key=c1ient-made-99&since=2026-10-05T09:12:00Z"
    url: "/traces/77665544"
    - json: "$.a.userId"
    as: userId
    url: "/users/{{ userId }}?site=http://x/12345678"
    - json: "$.users[0].id"
    as: userId2
    url: "/orders"
    url: "/users/{{ userId2 }}?page=8"
    "##);
}

#[test]
fn names_do_not_clash() {
    let told = lines(&[
        ("POST", "/a", json!({}), json!({"token": "first-token-1"})),
        (
            "POST",
            "/b",
            json!({"token": "first-token-1"}),
            json!({"token": "second-token-2", "target": "tgt-000111222"}),
        ),
        ("POST", "/c", json!({"token": "second-token-2", "x": "tgt-000111222"}), json!({})),
    ]);
    insta::assert_snapshot!(told, @r##"
    url: "/a"
    - json: "$.token"
    as: token
    url: "/b"
    token: "{{ token }}"
    - json: "$.token"
    as: token2
    - json: "$.target"
    as: valuetarget
    url: "/c"
    token: "{{ token2 }}"
    x: "{{ valuetarget }}"
    "##);
}
