//! Whatever is sent, the answer is a status of the documented set, and never a 500.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use crate::harness::{Harness, Storage, on_each_storage};

on_each_storage!(
    #[test]
    odd_bodies_are_never_an_error_of_the_server,
    odd_paths_and_queries_are_never_an_error_of_the_server,
);

/// Numbers, texts and lists where they belong and where they do not.
fn odd_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        "[a-z@.]{1,12}".prop_map(Value::from),
        prop::sample::select(vec!["paid", "a@b.c", "00000000-0000-4000-8000-000000000000"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from), odd_object(inner)]
    })
}

/// Objects whose fields have the names that the service knows, so that the checks behind them are reached.
fn odd_object(value: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        9 => prop::sample::select(vec!["name", "email", "userId", "items", "total", "status", "sku", "quantity", "price"])
            .prop_map(str::to_owned),
        1 => ".{0,10}",
    ];
    prop::collection::vec((name, value), 0..7)
        .prop_map(|fields| Value::from(fields.into_iter().collect::<Map<_, _>>()))
}

fn odd_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => odd_object(odd_value()).prop_map(|value| value.to_string().into_bytes()),
        1 => odd_value().prop_map(|value| value.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
}

fn odd_bodies_are_never_an_error_of_the_server(storage: Storage) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (target, user, order) = runtime.block_on(async {
        let target = Harness::on(storage).await;
        let user = target.user(1).await;
        let order = target.order(&user).await;
        (target, format!("/users/{user}"), format!("/orders/{order}"))
    });
    let places = [
        ("POST", "/users"),
        ("PUT", &user),
        ("PATCH", &user),
        ("POST", "/orders"),
        ("PUT", &order),
        ("PATCH", &order),
    ];
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    let checked = runner.run(&odd_body(), |body| {
        for (method, path) in places {
            let request =
                target.request(method, path).header("content-type", "application/json").body(body.clone());
            let answer = runtime.block_on(target.send(request));
            let status = answer.status.as_u16();
            prop_assert!(
                [200, 201, 400, 409, 422].contains(&status),
                "{} {}: {} {}",
                method,
                path,
                status,
                answer.body
            );
            prop_assert_eq!(status < 400, answer.body.get("error").is_none());
        }
        Ok(())
    });
    checked.unwrap();
    // It still works.
    runtime.block_on(async { target.json("PATCH", &user, &json!({"name": "Still here"})).await.is(200) });
}

fn odd_paths_and_queries_are_never_an_error_of_the_server(storage: Storage) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let target = runtime.block_on(async { Harness::on(storage).await });
    let path = (
        prop::sample::select(vec!["/users", "/orders", "/users/", "/orders/", "/health", "/"]),
        "[ -~]{0,30}",
    );
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    let checked = runner.run(&(path, any::<bool>()), |((path, rest), query)| {
        let mark = if query { "?" } else { "" };
        let answer = runtime.block_on(target.call("GET", &format!("{path}{mark}{rest}")));
        prop_assert!([200, 400, 404].contains(&answer.status.as_u16()), "{:?}", answer);
        Ok(())
    });
    checked.unwrap();
}
