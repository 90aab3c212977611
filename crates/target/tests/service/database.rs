//! What a database is at the start: made ready once, by whoever comes, or refused with a reason.

use std::sync::Arc;
use std::time::Duration;

use loadgen_target::{Config, Database, DatabaseConfig, DatabaseError, Service};
use loadgen_testkit::PostgresServer;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::{JoinSet, block_in_place};

use crate::harness::{Harness, patient};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

async fn open(url: &str, service: Service) -> Result<Database, DatabaseError> {
    Database::open(patient(url), service, |_| {}).await
}

async fn serving(url: &str, service: Service) -> Harness {
    let config = Config { service, ..Config::default() };
    Harness::on_database(patient(url), config).await
}

fn name(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn records_outlive_the_target() {
    let url = PostgresServer::shared().database();
    let target = serving(&url, Service::All).await;
    let user = target.user(1).await;
    let path = format!("/orders/{}", target.order(&user).await);
    let order = target.call("GET", &path).await.is(200);
    drop(target);
    let target = serving(&url, Service::All).await;
    assert_eq!(target.call("GET", &path).await.is(200), order);
    assert_eq!(target.call("GET", "/users").await.is(200)["total"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn services_that_start_at_once_make_the_tables_once() {
    let postgres = PostgresServer::shared();
    let url = postgres.database();
    let mut starts = JoinSet::new();
    for number in 0..12 {
        let url = url.clone();
        starts.spawn(async move { open(&url, Service::EVERY[number % 3]).await.map(drop) });
    }
    for start in starts.join_all().await {
        start.unwrap();
    }
    let numbers = postgres.sql(name(&url), "SELECT number FROM schema_migrations ORDER BY number");
    assert_eq!(numbers, "1\n2\n3\n4");
}

/// Each knows of its own records alone, as two services in memory do.
#[tokio::test]
async fn two_services_with_a_database_each() {
    let postgres = PostgresServer::shared();
    let (of_users, of_orders) = (postgres.database(), postgres.database());
    let users = serving(&of_users, Service::Users).await;
    let orders = serving(&of_orders, Service::Orders).await;
    let user = users.user(1).await;
    for user in [user.as_str(), NOBODY] {
        orders.order(user).await;
    }
    assert_eq!(orders.call("GET", "/orders").await.is(200)["total"], 2);
    users.call("DELETE", &format!("/users/{user}")).await.is(204);
    let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1";
    assert_eq!(postgres.sql(name(&of_users), tables), "record_counts\nschema_migrations\nusers");
    assert_eq!(postgres.sql(name(&of_orders), tables), "orders\nrecord_counts\nschema_migrations");
}

/// Two targets on one database answer as one does.
#[tokio::test]
async fn two_targets_share_a_database() {
    let url = PostgresServer::shared().database();
    let (one, other) = (serving(&url, Service::All).await, serving(&url, Service::All).await);
    let user = one.user(1).await;
    let body = json!({"name": "Another", "email": "USER1@example.com"});
    other.json("POST", "/users", &body).await.refused(409, "email_taken", "email");
    let order = other.order(&user).await;
    one.call("DELETE", &format!("/users/{user}")).await.refused(409, "user_has_orders", "");
    one.json("PATCH", &format!("/orders/{order}"), &json!({"status": "paid"})).await.is(200);
    assert_eq!(other.call("GET", &format!("/orders/{order}")).await.is(200)["status"], "paid");
    for target in [&one, &other] {
        assert_eq!(target.call("GET", "/orders").await.is(200)["total"], 1);
    }
}

/// Far from the ceiling creations do not wait for each other; from a thousand below it on they do, and none goes past it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_ceiling_that_is_come_to_from_far() {
    let postgres = PostgresServer::shared();
    let url = postgres.database();
    let config = Config { max_records: 1_010, ..Config::default() };
    let target = Arc::new(Harness::on_database(patient(&url), config).await);
    // The first ten are far from it.
    for number in 0..12 {
        target.user(number).await;
    }
    // As if there were 990 others.
    let others = "INSERT INTO record_counts (collection, slot, records) VALUES ('users', 16, 990)";
    postgres.sql(name(&url), others);
    let mut clients = JoinSet::new();
    for client in 1..=8 {
        let target = Arc::clone(&target);
        clients.spawn(async move {
            let mut created = 0;
            for number in 0..5 {
                let user = json!({"name": "A", "email": format!("{client}.{number}@example.com")});
                match target.json("POST", "/users", &user).await.status.as_u16() {
                    201 => created += 1,
                    status => assert_eq!(status, 507),
                }
            }
            created
        });
    }
    assert_eq!(clients.join_all().await.into_iter().sum::<u32>(), 1_010 - 990 - 12);
    assert_eq!(target.call("GET", "/users").await.is(200)["total"], 1_010);
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_told() {
    let postgres = PostgresServer::shared();
    let absent = open(&postgres.url("nowhere"), Service::All).await.unwrap_err();
    assert!(matches!(absent, DatabaseError::Refused { .. }));
    assert!(absent.to_string().ends_with("refuses: database \"nowhere\" does not exist"), "{absent}");

    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addresses = [silent.local_addr().unwrap(), closed.local_addr().unwrap()];
    drop(closed);
    for address in addresses {
        let url = format!("postgresql://ann:secret@{address}/shop");
        let brief = Duration::from_millis(20);
        let config =
            DatabaseConfig { connect: brief, patience: brief, ..DatabaseConfig::new(url.parse().unwrap()) };
        let mut told = 0;
        let error = Database::open(config, Service::All, |_| told += 1).await.unwrap_err();
        let message = error.to_string();
        let start = format!("the database postgresql://ann@{address}/shop cannot be reached: ");
        assert!(message.starts_with(&start) && !message.contains("secret"), "{message}");
        assert!(told <= 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_comes_later_is_waited_for() {
    let postgres = Arc::new(block_in_place(PostgresServer::start));
    let url = postgres.database();
    block_in_place(|| postgres.crash());
    let mut causes = Vec::new();
    let database = Database::open(patient(&url), Service::All, |cause| {
        causes.push(cause.to_string());
        let postgres = Arc::clone(&postgres);
        tokio::task::spawn_blocking(move || postgres.restart());
    });
    database.await.unwrap();
    assert!(causes.len() == 1 && causes[0].contains("cannot be reached"), "{causes:?}");
}

#[tokio::test]
async fn tables_that_do_not_fit_are_refused_and_left_alone() {
    let postgres = PostgresServer::shared();
    let url = postgres.database();
    serving(&url, Service::Orders).await.order(NOBODY).await;
    // The order's user is not there, so there can be no rule that users of orders are.
    let error = open(&url, Service::All).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Migration { name: "orders_of_users", .. }), "{error}");
    let numbers = "SELECT number FROM schema_migrations ORDER BY number";
    assert_eq!(postgres.sql(name(&url), numbers), "1\n3");

    postgres.sql(name(&url), "INSERT INTO schema_migrations (number, name) VALUES (77, 'later')");
    let error = open(&url, Service::Orders).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Later { number: 77, .. }), "{error}");
}
