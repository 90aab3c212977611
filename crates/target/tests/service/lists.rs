//! Lists and their pages.

use serde_json::{Value, json};

use crate::harness::{Harness, Storage, on_each_storage};

on_each_storage!(
    #[tokio::test]
    pages_in_order_of_creation,
    orders_are_listed_alike,
    a_page_that_cannot_be_is_refused,
);

fn ids(page: &Value, name: &str) -> Vec<String> {
    page[name].as_array().unwrap().iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
}

async fn pages_in_order_of_creation(storage: Storage) {
    let target = Harness::on(storage).await;
    assert_eq!(
        target.call("GET", "/users").await.is(200),
        json!({"users": [], "page": 1, "limit": 20, "total": 0})
    );
    let mut created = Vec::new();
    for number in 0..45 {
        created.push(target.user(number).await);
    }
    let first = target.call("GET", "/users").await.is(200);
    assert_eq!((&first["page"], &first["limit"], &first["total"]), (&json!(1), &json!(20), &json!(45)));
    assert_eq!(ids(&first, "users"), created[..20]);
    let last = target.call("GET", "/users?page=3").await.is(200);
    assert_eq!(ids(&last, "users"), created[40..]);
    let beyond = target.call("GET", "/users?page=4294967295&limit=100").await.is(200);
    assert_eq!((ids(&beyond, "users").len(), &beyond["total"]), (0, &json!(45)));
    let small = target.call("GET", "/users?limit=7&page=2&colour=blue").await.is(200);
    assert_eq!(ids(&small, "users"), created[7..14]);

    // What is deleted leaves no gap.
    target.call("DELETE", &format!("/users/{}", created.remove(3))).await.is(204);
    let all = target.call("GET", "/users?limit=100").await.is(200);
    assert_eq!((ids(&all, "users"), &all["total"]), (created, &json!(44)));
}

async fn orders_are_listed_alike(storage: Storage) {
    let target = Harness::on(storage).await;
    let user = target.user(1).await;
    let mut created = Vec::new();
    for _ in 0..5 {
        created.push(target.order(&user).await);
    }
    let page = target.call("GET", "/orders?page=2&limit=2").await.is(200);
    assert_eq!(ids(&page, "orders"), created[2..4]);
    assert_eq!((&page["page"], &page["limit"], &page["total"]), (&json!(2), &json!(2), &json!(5)));
}

async fn a_page_that_cannot_be_is_refused(storage: Storage) {
    let target = Harness::on(storage).await;
    for (query, field) in [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=1.5", "page"),
        ("page=", "page"),
        ("page=99999999999999999999", "page"),
        ("page=1&limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=%FF", "limit"),
    ] {
        for path in ["/users", "/orders"] {
            target.call("GET", &format!("{path}?{query}")).await.refused(400, "invalid_parameter", field);
        }
    }
}
