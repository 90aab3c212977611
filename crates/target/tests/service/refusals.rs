//! Requests that are refused, each with its status, its code and the field at fault.

use serde_json::{Value, json};

use crate::harness::{Harness, Storage, on_each_storage};

on_each_storage!(
    #[tokio::test]
    fields_of_a_user,
    fields_of_an_order,
    records_that_are_not_there,
    bodies_that_are_not_json,
    paths_and_methods_that_are_not,
);

const NOBODY: &str = "/users/00000000-0000-4000-8000-000000000000";

async fn fields_of_a_user(storage: Storage) {
    let target = Harness::on(storage).await;
    let path = format!("/users/{}", target.user(1).await);
    let long = "é".repeat(101);
    let mail = "a@b.example";
    for (body, code, field) in [
        (json!({"email": mail}), "missing_field", "name"),
        (json!({"name": "", "email": mail}), "invalid_field", "name"),
        (json!({"name": " \t", "email": mail}), "invalid_field", "name"),
        (json!({"name": long, "email": mail}), "invalid_field", "name"),
        (json!({"name": "A\0", "email": mail}), "invalid_field", "name"),
        (json!({"name": null, "email": mail}), "invalid_field", "name"),
        (json!({"name": ["a"], "email": mail}), "invalid_field", "name"),
        (json!({"name": "A", "email": "a.example"}), "invalid_field", "email"),
        (json!({"name": "A", "email": 7}), "invalid_field", "email"),
        (json!({"name": "A", "email": format!("{}@b.c", "a".repeat(251))}), "invalid_field", "email"),
        (json!({"name": "A", "email": mail, "nmae": "B"}), "unknown_field", "nmae"),
        (json!([]), "not_an_object", ""),
        (json!("name"), "not_an_object", ""),
    ] {
        target.json("POST", "/users", &body).await.refused(422, code, field);
        target.json("PUT", &path, &body).await.refused(422, code, field);
        if code != "missing_field" {
            target.json("PATCH", &path, &body).await.refused(422, code, field);
        }
    }
    target.json("POST", "/users", &json!({"name": "A"})).await.refused(422, "missing_field", "email");
    let longest = json!({"name": "é".repeat(100), "email": format!("{}@b.c", "a".repeat(250))});
    target.json("POST", "/users", &longest).await.is(201);
}

async fn fields_of_an_order(storage: Storage) {
    let target = Harness::on(storage).await;
    let user = target.user(1).await;
    let path = format!("/orders/{}", target.order(&user).await);
    let item = |name: &str, value: Value| {
        let mut item = json!({"sku": "A", "quantity": 1, "price": 1});
        item[name] = value;
        json!({"items": [{"sku": "A", "quantity": 1, "price": 1}, item]})
    };
    let items = json!([{"sku": "A", "quantity": 1, "price": 1}]);
    let many = vec![json!({"sku": "A", "quantity": 1, "price": 1}); 51];
    for (body, code, field) in [
        (json!({"items": []}), "invalid_field", "items"),
        (json!({"items": many}), "invalid_field", "items"),
        (json!({"items": {}}), "invalid_field", "items"),
        (json!({"items": [1]}), "invalid_field", "items[0]"),
        (json!({"items": [{"quantity": 1, "price": 1}]}), "missing_field", "items[0].sku"),
        (json!({"items": [{"sku": "A", "price": 1}]}), "missing_field", "items[0].quantity"),
        (json!({"items": [{"sku": "A", "quantity": 1}]}), "missing_field", "items[0].price"),
        (item("sku", json!("")), "invalid_field", "items[1].sku"),
        (item("sku", json!("\0A")), "invalid_field", "items[1].sku"),
        (item("name", json!("a".repeat(101))), "invalid_field", "items[1].name"),
        (item("quantity", json!(0)), "invalid_field", "items[1].quantity"),
        (item("quantity", json!(1.5)), "invalid_field", "items[1].quantity"),
        (item("quantity", json!(10_001)), "invalid_field", "items[1].quantity"),
        (item("quantity", json!(u64::MAX)), "invalid_field", "items[1].quantity"),
        (item("price", json!(-0.01)), "invalid_field", "items[1].price"),
        (item("price", json!(0.001)), "invalid_field", "items[1].price"),
        (item("price", json!(1_000_000.01)), "invalid_field", "items[1].price"),
        (item("price", json!(1e300)), "invalid_field", "items[1].price"),
        (item("price", json!("1")), "invalid_field", "items[1].price"),
        (item("colour", json!("red")), "unknown_field", "items[1].colour"),
        (json!({"items": items, "total": "1"}), "invalid_field", "total"),
        (json!({"items": items, "status": "lost"}), "invalid_field", "status"),
        (json!({"items": items, "note": "x"}), "unknown_field", "note"),
    ] {
        target.json("PATCH", &path, &body).await.refused(422, code, field);
        target.json("PUT", &path, &body).await.refused(422, code, field);
        let mut body = body;
        body["userId"] = json!(user);
        target.json("POST", "/orders", &body).await.refused(422, code, field);
    }
    for (body, code, field) in [
        (json!({"items": items}), "missing_field", "userId"),
        (json!({"userId": user}), "missing_field", "items"),
        (json!({"userId": 7, "items": items}), "invalid_field", "userId"),
        (json!({"userId": user, "items": items, "status": "paid"}), "invalid_field", "status"),
    ] {
        target.json("POST", "/orders", &body).await.refused(422, code, field);
    }
    assert_eq!(target.call("GET", "/orders").await.is(200)["total"], 1);
}

async fn records_that_are_not_there(storage: Storage) {
    let target = Harness::on(storage).await;
    let body = json!({"name": "A"});
    let order = NOBODY.replace("users", "orders");
    target.json("PUT", NOBODY, &body).await.refused(404, "not_found", "");
    target.json("PATCH", NOBODY, &body).await.refused(404, "not_found", "");
    for path in [NOBODY, &order] {
        target.call("GET", path).await.refused(404, "not_found", "");
        target.call("DELETE", path).await.refused(404, "not_found", "");
    }
    for method in ["PUT", "PATCH"] {
        target.json(method, &order, &json!({"status": "paid"})).await.refused(404, "not_found", "");
    }
    for id in ["undefined", "1", "%FF", "%00", "00000000-0000-4000-8000-00000000000g"] {
        target.call("GET", &format!("/users/{id}")).await.refused(400, "invalid_parameter", "id");
        target.call("DELETE", &format!("/orders/{id}")).await.refused(400, "invalid_parameter", "id");
    }
}

async fn bodies_that_are_not_json(storage: Storage) {
    let target = Harness::on(storage).await;
    let json = "application/json";
    for (kind, body, status, code) in [
        (json, "", 400, "malformed_json"),
        (json, "{\"name\": \"A\"", 400, "malformed_json"),
        (json, "{\"name\": 1e999}", 400, "malformed_json"),
        (json, "{\"name\": \"\\ud800\"}", 400, "malformed_json"),
        ("text/plain", "{}", 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", "name=A", 415, "unsupported_media_type"),
        ("application/merge-patch+json", "{}", 422, "missing_field"),
    ] {
        for path in ["/users", "/orders"] {
            let request = target.request("POST", path).header("content-type", kind).body(body);
            let field = match (code, path) {
                ("missing_field", "/users") => "name",
                ("missing_field", _) => "userId",
                _ => "",
            };
            target.send(request).await.refused(status, code, field);
        }
    }
    target.send(target.request("POST", "/users").body("{}")).await.refused(415, "unsupported_media_type", "");
    let deep = "[".repeat(30_000);
    let request = target.request("POST", "/users").header("content-type", json).body(deep);
    target.send(request).await.refused(400, "malformed_json", "");
}

async fn paths_and_methods_that_are_not(storage: Storage) {
    let target = Harness::on(storage).await;
    for path in ["/", "/nothing", "/users/", "/users/1/2", "/Users", "/health/", "/%ff"] {
        target.call("GET", path).await.refused(404, "no_such_route", "");
    }
    let answer = target.call("HEAD", "/nothing").await;
    assert!(answer.is(404).is_null());
    for (method, path, allowed) in [
        ("PUT", "/users", "GET,HEAD,POST"),
        ("DELETE", "/orders", "GET,HEAD,POST"),
        ("OPTIONS", "/users", "GET,HEAD,POST"),
        ("POST", NOBODY, "GET,HEAD,PUT,PATCH,DELETE"),
        ("POST", "/health", "GET,HEAD"),
        ("BREW", "/health", "GET,HEAD"),
        ("POST", "/metrics", "GET,HEAD"),
    ] {
        let answer = target.call(method, path).await;
        assert_eq!(answer.headers["allow"], allowed, "{method} {path}");
        answer.refused(405, "method_not_allowed", "");
    }
}
