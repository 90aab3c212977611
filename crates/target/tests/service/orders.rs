//! `/orders` and `/orders/{id}`: totals, users, and the steps of an order's status.

use loadgen_target::Service;
use serde_json::{Value, json};

use crate::harness::{Harness, Storage, on_each_storage};

on_each_storage!(
    #[tokio::test]
    an_order_from_creation_to_deletion,
    the_status_goes_forward_only,
    an_order_names_a_user_who_exists,
    a_total_of_the_client_must_be_the_sum,
    each_service_has_its_own_routes,
);

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

fn items() -> Value {
    json!([{"sku": "A-1", "quantity": 3, "price": 0.1}, {"name": "Tea", "quantity": 2, "price": 4.25}])
}

async fn an_order_from_creation_to_deletion(storage: Storage) {
    let target = Harness::on(storage).await;
    let user = target.user(1).await;
    // 3 × 0.10 + 2 × 4.25 = 8.80: in cents, for 3 × 0.1 is not 0.3 in binary fractions.
    let body = json!({"userId": user, "items": items(), "total": 8.8, "status": "pending"});
    let answer = target.json("POST", "/orders", &body).await;
    let location = answer.headers["location"].to_str().unwrap().to_owned();
    let order = answer.is(201);
    assert_eq!(location, format!("/orders/{}", order["id"].as_str().unwrap()));
    assert_eq!((&order["userId"], &order["status"]), (&json!(user), &json!("pending")));
    assert_eq!((order["total"].as_f64(), order["items"].as_array().unwrap().len()), (Some(8.8), 2));
    assert_eq!(order["items"][1], json!({"name": "Tea", "quantity": 2, "price": 4.25}));
    assert_eq!(target.call("GET", &location).await.is(200), order);

    let change = json!({"items": [{"sku": "B", "name": "Cup", "quantity": 1, "price": 7}]});
    assert_eq!(target.json("PATCH", &location, &change).await.is(200)["total"], 7.0);
    let change = json!({"userId": user, "items": items(), "total": 8.8, "status": "paid"});
    let order = target.json("PUT", &location, &change).await.is(200);
    assert_eq!((order["total"].as_f64(), &order["status"]), (Some(8.8), &json!("paid")));
    // Items are settled now; to send them once more changes nothing.
    target.json("PUT", &location, &change).await.is(200);
    let other = json!({"items": [{"sku": "B", "quantity": 1, "price": 7}]});
    target.json("PATCH", &location, &other).await.refused(409, "items_fixed", "items");

    assert!(target.call("DELETE", &location).await.is(204).is_null());
    target.call("GET", &location).await.refused(404, "not_found", "");
}

async fn the_status_goes_forward_only(storage: Storage) {
    let target = Harness::on(storage).await;
    let user = target.user(1).await;
    let path = format!("/orders/{}", target.order(&user).await);
    for (method, status, allowed) in [
        ("PATCH", "shipped", false),
        ("PATCH", "pending", true),
        ("PUT", "paid", true),
        ("PUT", "pending", false),
        ("PATCH", "delivered", false),
        ("PATCH", "shipped", true),
        ("PATCH", "cancelled", false),
        ("PATCH", "delivered", true),
        ("PUT", "delivered", true),
        ("PATCH", "paid", false),
    ] {
        let answer = target.json(method, &path, &json!({"status": status})).await;
        if allowed {
            assert_eq!(answer.is(200)["status"], status);
        } else {
            let message = answer.refused(409, "status_conflict", "status");
            assert!(message.ends_with(&format!("cannot become {status}")), "{message}");
        }
    }
    let path = format!("/orders/{}", target.order(&user).await);
    assert_eq!(
        target.json("PATCH", &path, &json!({"status": "cancelled"})).await.is(200)["status"],
        "cancelled"
    );
}

async fn an_order_names_a_user_who_exists(storage: Storage) {
    let target = Harness::on(storage).await;
    let body = json!({"userId": NOBODY, "items": items()});
    target.json("POST", "/orders", &body).await.refused(422, "unknown_user", "userId");
    let user = target.user(1).await;
    let path = format!("/orders/{}", target.order(&user).await);
    target.json("PATCH", &path, &json!({"userId": NOBODY})).await.refused(422, "user_fixed", "userId");
}

async fn a_total_of_the_client_must_be_the_sum(storage: Storage) {
    let target = Harness::on(storage).await;
    let user = target.user(1).await;
    let body = json!({"userId": user, "items": items(), "total": 8.81});
    let message = target.json("POST", "/orders", &body).await.refused(422, "total_differs", "total");
    assert_eq!(message, "the total of the items is 8.80, not 8.81");
    let path = format!("/orders/{}", target.order(&user).await);
    target.json("PATCH", &path, &json!({"total": 2.5})).await.is(200);
    target.json("PATCH", &path, &json!({"total": 3})).await.refused(422, "total_differs", "total");
    target.json("PUT", &path, &json!({"total": 2.5})).await.refused(422, "missing_field", "items");
}

async fn each_service_has_its_own_routes(storage: Storage) {
    let target = Harness::serving_on(storage, Service::Users).await;
    assert_eq!(target.call("GET", "/health").await.is(200)["service"], "users");
    target.user(1).await;
    target.call("GET", "/orders").await.refused(404, "no_such_route", "");

    let target = Harness::serving_on(storage, Service::Orders).await;
    assert_eq!(target.call("GET", "/health").await.is(200)["service"], "orders");
    target.call("GET", "/users").await.refused(404, "no_such_route", "");
    // Nobody to look the user up with: any UUID will do, and nothing but a UUID.
    let order = target.order(NOBODY).await;
    target.call("DELETE", &format!("/orders/{order}")).await.is(204);
    let body = json!({"userId": "somebody", "items": items()});
    target.json("POST", "/orders", &body).await.refused(422, "invalid_field", "userId");
    assert_eq!(target.call("GET", "/health").await.is(200)["status"], "ok");
}
