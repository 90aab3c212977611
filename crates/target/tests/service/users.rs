//! `/users` and `/users/{id}`, as they should go.

use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::harness::{Harness, Storage, on_each_storage};

on_each_storage!(
    #[tokio::test]
    a_user_from_creation_to_deletion,
    an_address_belongs_to_one_user_at_a_time,
    a_user_with_orders_cannot_be_deleted,
    head_is_get_without_a_body,
);

async fn a_user_from_creation_to_deletion(storage: Storage) {
    let target = Harness::on(storage).await;
    let body = json!({"name": "Ada Löwe", "email": "ada@example.com"});
    let answer = target.json("POST", "/users", &body).await;
    let location = answer.headers["location"].to_str().unwrap().to_owned();
    let user = answer.is(201);
    let id = user["id"].as_str().unwrap();
    assert_eq!(location, format!("/users/{id}"));
    assert_eq!(uuid::Uuid::try_parse(id).unwrap().get_version_num(), 4);
    assert_eq!((&user["name"], &user["email"]), (&body["name"], &body["email"]));
    assert_eq!(user["createdAt"], user["updatedAt"]);
    let created = OffsetDateTime::parse(user["createdAt"].as_str().unwrap(), &Rfc3339).unwrap();
    assert!((OffsetDateTime::now_utc() - created).whole_hours() == 0);
    assert_eq!(target.call("GET", &location).await.is(200), user);

    // The name alone: the address stays.
    let user = target.json("PUT", &location, &json!({"name": "Ada"})).await.is(200);
    assert_eq!((&user["name"], &user["email"]), (&json!("Ada"), &body["email"]));
    let user =
        target.json("PUT", &location, &json!({"name": "Eva", "email": "eva@example.com"})).await.is(200);
    assert_eq!((&user["name"], &user["email"]), (&json!("Eva"), &json!("eva@example.com")));

    for change in [json!({"name": "Eve"}), json!({"email": "eve@example.com"}), json!({})] {
        let user = target.json("PATCH", &location, &change).await.is(200);
        for (field, value) in change.as_object().unwrap() {
            assert_eq!(&user[field], value);
        }
    }
    let user = target.call("GET", &location).await.is(200);
    assert_eq!((&user["name"], &user["email"]), (&json!("Eve"), &json!("eve@example.com")));

    let answer = target.call("DELETE", &location).await;
    assert!(answer.is(204).is_null());
    target.call("GET", &location).await.refused(404, "not_found", "");
    assert_eq!(target.call("GET", "/users").await.is(200)["total"], 0);
}

async fn an_address_belongs_to_one_user_at_a_time(storage: Storage) {
    let target = Harness::on(storage).await;
    let (first, second) = (target.user(1).await, target.user(2).await);
    for taken in ["user1@example.com", "USER1@Example.com"] {
        let body = json!({"name": "Another", "email": taken});
        target.json("POST", "/users", &body).await.refused(409, "email_taken", "email");
        target.json("PUT", &format!("/users/{second}"), &body).await.refused(409, "email_taken", "email");
        target.json("PATCH", &format!("/users/{second}"), &body).await.refused(409, "email_taken", "email");
        // One's own address is no conflict, in whatever case.
        target.json("PATCH", &format!("/users/{first}"), &body).await.is(200);
    }
    // Given up by change or by deletion, it is free again, and the new one is not.
    target.json("PATCH", &format!("/users/{first}"), &json!({"email": "moved@example.com"})).await.is(200);
    target.json("PATCH", &format!("/users/{second}"), &json!({"email": "user1@example.com"})).await.is(200);
    let moved = json!({"name": "Third", "email": "moved@example.com"});
    target.json("POST", "/users", &moved).await.refused(409, "email_taken", "email");
    target.call("DELETE", &format!("/users/{first}")).await.is(204);
    target.json("POST", "/users", &moved).await.is(201);
}

async fn a_user_with_orders_cannot_be_deleted(storage: Storage) {
    let target = Harness::on(storage).await;
    let user = target.user(1).await;
    let path = format!("/users/{user}");
    let orders = [target.order(&user).await, target.order(&user).await];
    for order in orders {
        target.call("DELETE", &path).await.refused(409, "user_has_orders", "");
        target.call("DELETE", &format!("/orders/{order}")).await.is(204);
    }
    target.call("DELETE", &path).await.is(204);
}

async fn head_is_get_without_a_body(storage: Storage) {
    let target = Harness::on(storage).await;
    let path = format!("/users/{}", target.user(1).await);
    for path in [path.as_str(), "/users", "/health"] {
        let (get, head) = (target.call("GET", path).await, target.call("HEAD", path).await);
        assert_eq!(head.headers["content-length"], get.headers["content-length"]);
        assert!(head.is(200).is_null());
    }
}
