//! A database that is away, slow or stuck: 503 with a clear body within the limits, and everything again when it is back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use loadgen_target::{Config, DatabaseConfig};
use loadgen_testkit::PostgresServer;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinSet, block_in_place};

use crate::harness::{Harness, PATIENCE, patient, sum};

/// A limit that is reached soon. An operation that only waits for the machine can reach it too.
const BRIEF: Duration = Duration::from_millis(50);
const CLIENTS: usize = 16;
const ERRORS: &str = "database_query_errors_total";

/// What the clients have seen so far.
#[derive(Default)]
struct Seen {
    created: AtomicUsize,
    refused: AtomicUsize,
    enough: AtomicBool,
}

impl Seen {
    /// Waits until `counter` has gone up by `more`.
    async fn another(&self, more: usize, counter: impl Fn(&Self) -> &AtomicUsize) {
        let wanted = counter(self).load(Relaxed) + more;
        let reached = async {
            while counter(self).load(Relaxed) < wanted {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(PATIENCE, reached).await.unwrap();
    }
}

/// Places and reads orders until it is enough; gives the ids that were answered with 201.
async fn place_orders(target: Arc<Harness>, user: String, seen: Arc<Seen>) -> Vec<String> {
    let order = json!({"userId": user, "items": [{"sku": "A", "quantity": 1, "price": 1}]});
    let mut created: Vec<String> = Vec::new();
    while !seen.enough.load(Relaxed) {
        let answer = target.json("POST", "/orders", &order).await;
        if answer.status == 201 {
            created.push(answer.created());
            seen.created.fetch_add(1, Relaxed);
        } else {
            answer.refused(503, "database_unavailable", "");
            seen.refused.fetch_add(1, Relaxed);
        }
        if let Some(id) = created.last() {
            let answer = target.call("GET", &format!("/orders/{id}")).await;
            if answer.status != 200 {
                answer.refused(503, "database_unavailable", "");
            }
        }
    }
    created
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_order_is_lost_when_the_database_crashes() {
    let postgres = block_in_place(PostgresServer::start);
    let url = postgres.database();
    let target = Arc::new(Harness::on_database(patient(&url), Config::default()).await);
    let user = target.user(1).await;
    let seen = Arc::new(Seen::default());
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(place_orders(Arc::clone(&target), user.clone(), Arc::clone(&seen)));
    }
    for _ in 0..2 {
        seen.another(100, |seen| &seen.created).await;
        block_in_place(|| postgres.crash());
        seen.another(3 * CLIENTS, |seen| &seen.refused).await;
        target.call("GET", "/health").await.refused(503, "database_unavailable", "");
        // Figures are there all the same, save how many records there are.
        let metrics = target.metrics().await;
        assert!(!metrics.contains("store_records{"), "{metrics}");
        assert!(sum(&metrics, ERRORS, &["query=\"create_order\"", "kind=\"unreachable\""]) > 0.0);
        block_in_place(|| postgres.restart());
    }
    seen.another(100, |seen| &seen.created).await;
    seen.enough.store(true, Relaxed);
    let created = tokio::time::timeout(PATIENCE, clients.join_all()).await.unwrap().concat();
    for id in &created {
        assert_eq!(target.call("GET", &format!("/orders/{id}")).await.is(200)["userId"], user);
    }
    // An order that was answered with 503 may be there: the connection was lost after it was made.
    let total = target.call("GET", "/orders").await.is(200)["total"].as_u64().unwrap();
    assert!(total >= created.len() as u64);
    let rows = block_in_place(|| postgres.sql("test_0", "SELECT count(*) FROM orders"));
    assert_eq!(rows, total.to_string());
}

/// The path of a user in the database.
async fn a_user(url: &str) -> String {
    let target = Harness::on_database(patient(url), Config::default()).await;
    format!("/users/{}", target.user(1).await)
}

/// The path is answered again, some time.
async fn comes_back(target: &Harness, path: &str) {
    let answered = async { while target.call("GET", path).await.status != 200 {} };
    tokio::time::timeout(PATIENCE, answered).await.unwrap();
}

#[tokio::test]
async fn a_table_that_is_locked_and_a_pool_that_is_empty() {
    let url = PostgresServer::shared().database();
    let path = a_user(&url).await;
    let database = DatabaseConfig { pool: 1, wait: BRIEF, statement: BRIEF, ..patient(&url) };
    let target = Harness::on_database(database, Config::default()).await;
    let (mut other, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let transaction = other.transaction().await.unwrap();
    transaction.batch_execute("LOCK TABLE users").await.unwrap();
    // The database ends what takes too long, and the connection serves the next.
    let answer = target.call("GET", &path).await;
    let message = answer.refused(503, "database_unavailable", "");
    assert!(message.starts_with("the database did not answer in time"), "{message}");
    // Of those who come together most get no connection; none waits for long.
    let requests = (0..20).map(|_| target.call("GET", &path));
    let mut answers = Vec::new();
    for answer in futures_util::future::join_all(requests).await {
        answers.push(answer.refused(503, "database_unavailable", ""));
    }
    assert!(answers.iter().any(|message| message.starts_with("no connection")), "{answers:?}");
    let metrics = target.metrics().await;
    assert!(sum(&metrics, ERRORS, &["query=\"user\"", "kind=\"late\""]) >= 1.0, "{metrics}");
    assert!(sum(&metrics, ERRORS, &["query=\"user\"", "kind=\"crowded\""]) >= 1.0, "{metrics}");
    transaction.rollback().await.unwrap();
    comes_back(&target, &path).await;
    assert_eq!(sum(&target.metrics().await, "database_pool_connections", &[]), 1.0);
}

async fn until(stuck: &mut watch::Receiver<bool>, is: bool) {
    let _ = stuck.wait_for(|stuck| *stuck == is).await;
}

/// Passes bytes on between its clients and a server, until it is told to keep them.
async fn relay(listener: TcpListener, server: String, stuck: watch::Receiver<bool>) {
    while let Ok((mut client, _)) = listener.accept().await {
        let (server, mut stuck) = (server.clone(), stuck.clone());
        tokio::spawn(async move {
            let mut server = TcpStream::connect(server).await.unwrap();
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                () = until(&mut stuck, true) => until(&mut stuck, false).await,
            }
        });
    }
}

#[tokio::test]
async fn a_database_that_has_fallen_silent() {
    let url = PostgresServer::shared().database();
    let authority = url.split(['@', '/']).nth(3).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let through = url.replace(authority, &listener.local_addr().unwrap().to_string());
    let (stuck, is_stuck) = watch::channel(false);
    tokio::spawn(relay(listener, authority.to_owned(), is_stuck));
    let path = a_user(&url).await;
    let database = DatabaseConfig { statement: BRIEF, connect: 10 * BRIEF, ..patient(&through) };
    let target = Harness::on_database(database, Config::default()).await;
    stuck.send(true).unwrap();
    // On the connection that is there, and on one that cannot be opened.
    for _ in 0..2 {
        target.call("GET", &path).await.refused(503, "database_unavailable", "");
    }
    stuck.send(false).unwrap();
    comes_back(&target, &path).await;
}
