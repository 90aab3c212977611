//! The ceiling of the store and the size of a body.

use loadgen_target::Config;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::harness::{Harness, Storage, on_each_storage};

on_each_storage!(
    #[tokio::test]
    a_full_store_refuses_creations_alone,
    a_ceiling_of_nothing,
    the_largest_body_and_larger_ones,
    a_body_in_chunks,
);

async fn a_full_store_refuses_creations_alone(storage: Storage) {
    let target = Harness::on_with(storage, Config { max_records: 2, ..Config::default() }).await;
    let users = [target.user(1).await, target.user(2).await];
    let third = json!({"name": "Third", "email": "third@example.com"});
    let message = target.json("POST", "/users", &third).await.refused(507, "store_full", "");
    assert_eq!(message, "the store is full: it keeps at most 2 users");
    // Each collection has its own ceiling.
    let orders = [target.order(&users[0]).await, target.order(&users[0]).await];
    let order = json!({"userId": users[0], "items": [{"sku": "A", "quantity": 1, "price": 1}]});
    target.json("POST", "/orders", &order).await.refused(507, "store_full", "");

    target.json("PUT", &format!("/users/{}", users[1]), &json!({"name": "Second"})).await.is(200);
    assert_eq!(target.call("GET", "/users").await.is(200)["total"], 2);
    // Deletion makes room.
    target.call("DELETE", &format!("/users/{}", users[1])).await.is(204);
    target.json("POST", "/users", &third).await.is(201);
    // The refused order left no trace at its user: with its two orders gone the user can go.
    for order in orders {
        target.call("DELETE", &format!("/orders/{order}")).await.is(204);
    }
    target.call("DELETE", &format!("/users/{}", users[0])).await.is(204);
}

async fn a_ceiling_of_nothing(storage: Storage) {
    let target = Harness::on_with(storage, Config { max_records: 0, ..Config::default() }).await;
    let body = json!({"name": "A", "email": "a@example.com"});
    target.json("POST", "/users", &body).await.refused(507, "store_full", "");
}

async fn the_largest_body_and_larger_ones(storage: Storage) {
    let target = Harness::on(storage).await;
    let padded = |bytes: usize| {
        let json = r#"{"name":"A","email":"a@example.com"}"#;
        let body = format!("{json}{}", " ".repeat(bytes - json.len()));
        target.request("POST", "/users").header("content-type", "application/json").body(body)
    };
    target.send(padded(64 * 1024)).await.is(201);
    for bytes in [64 * 1024 + 1, 1024 * 1024, 8 * 1024 * 1024] {
        target.send(padded(bytes)).await.refused(413, "body_too_large", "");
    }
}

/// A body in chunks has no length to look at: it is counted as it comes.
async fn a_body_in_chunks(storage: Storage) {
    let target = Harness::on(storage).await;
    let head = "POST /users HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                transfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    let spaces = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    for (chunks, status) in [
        (
            "8\r\n{\"name\":\r\n2\r\n\"A\r\n1c\r\n\",\"email\":\"a@example.com\"  }\r\n0\r\n\r\n".to_owned(),
            "201",
        ),
        (format!("{}0\r\n\r\n", spaces.repeat(17)), "413"),
        ("this is no chunk\r\n".to_owned(), "400"),
    ] {
        let mut stream = tokio::net::TcpStream::connect(target.address).await.unwrap();
        stream.write_all(format!("{head}{chunks}").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
}
