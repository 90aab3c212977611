//! Many clients at once: nothing is lost and nothing happens twice.

use std::collections::HashSet;
use std::sync::Arc;

use loadgen_target::Config;
use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::{Harness, Storage, on_each_storage, sum};

on_each_storage!(
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    totals_and_counts_are_right,
    one_address_and_one_place_each_have_one_winner,
);

const CLIENTS: u32 = 16;
const EACH: u32 = 20;

async fn totals_and_counts_are_right(storage: Storage) {
    let target = Arc::new(Harness::on(storage).await);
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let target = Arc::clone(&target);
        clients.spawn(async move {
            let mut kept = Vec::new();
            for number in 0..EACH {
                let user = target.user(client * EACH + number).await;
                let order = target.order(&user).await;
                if number % 2 == 0 {
                    target.call("DELETE", &format!("/orders/{order}")).await.is(204);
                    target.call("DELETE", &format!("/users/{user}")).await.is(204);
                } else {
                    kept.push(user);
                }
            }
            kept
        });
    }
    let kept: HashSet<String> = clients.join_all().await.into_iter().flatten().collect();
    assert_eq!(kept.len() as u32, CLIENTS * EACH / 2);
    let mut listed = HashSet::new();
    for page in 1..=2 {
        let page = target.call("GET", &format!("/users?limit=100&page={page}")).await.is(200);
        assert_eq!(page["total"], kept.len());
        listed.extend(
            page["users"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(listed, kept);
    assert_eq!(target.call("GET", "/orders").await.is(200)["total"], kept.len());
    assert_eq!(sum(&target.metrics().await, "http_requests_total", &[]), target.sent() as f64);
}

async fn one_address_and_one_place_each_have_one_winner(storage: Storage) {
    let target = Arc::new(Harness::on_with(storage, Config { max_records: 5, ..Config::default() }).await);
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let target = Arc::clone(&target);
        clients.spawn(async move {
            let same = json!({"name": "A", "email": "same@example.com"});
            let same = target.json("POST", "/users", &same).await.status;
            let own = json!({"name": "A", "email": format!("own{client}@example.com")});
            (same.as_u16(), target.json("POST", "/users", &own).await.status.as_u16())
        });
    }
    let answers = clients.join_all().await;
    assert!(
        answers.iter().all(|(same, own)| [201, 409, 507].contains(same) && [201, 507].contains(own)),
        "{answers:?}"
    );
    assert_eq!(answers.iter().filter(|(same, _)| *same == 201).count(), 1);
    assert_eq!(answers.iter().filter(|(_, own)| *own == 201).count(), 4);
}
