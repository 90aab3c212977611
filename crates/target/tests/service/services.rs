//! Two services: orders ask another process' users, and bear it when there is nobody to ask.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use loadgen_target::{Backoff, BreakerRules, Config, FaultLimits, Peers, Service, UsersConfig};
use serde_json::json;

use crate::harness::{Answer, Harness, client_builder, sum};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
const TRIES: &str = "upstream_requests_total";
/// Longer than any test, where nothing is to happen by itself.
const NEVER: Duration = Duration::from_secs(3600);

/// Patient enough for a busy machine, with short pauses.
fn asking(users: &[SocketAddr]) -> UsersConfig {
    let list: Vec<String> = users.iter().map(|address| format!("http://{address}")).collect();
    let peers: Peers = list.join(",").parse().unwrap();
    UsersConfig {
        timeout: Duration::from_secs(10),
        backoff: Backoff { first: Duration::from_millis(1), longest: Duration::from_millis(4) },
        breaker: BreakerRules { failures: 5, window: NEVER, pause: Duration::from_millis(50) },
        check_every: Duration::from_millis(20),
        ..UsersConfig::new(peers, client_builder()).unwrap()
    }
}

fn orders(users: UsersConfig) -> Harness {
    Harness::with(Config { service: Service::Orders, users: Some(users), ..Config::default() })
}

fn faulty_users() -> Harness {
    let faults = Some(FaultLimits::default());
    Harness::with(Config { service: Service::Users, faults, ..Config::default() })
}

async fn place(orders: &Harness, user: &str) -> Answer {
    let body = json!({"userId": user, "items": [{"sku": "A-1", "quantity": 1, "price": 2.5}]});
    orders.json("POST", "/orders", &body).await
}

/// The state of the breaker, as its metric says.
async fn breaker(orders: &Harness) -> f64 {
    sum(&orders.metrics().await, "circuit_breaker_state", &[])
}

/// Questions about a user that the user-service saw.
async fn questions(users: &Harness) -> f64 {
    sum(&users.metrics().await, "http_requests_total", &["route=\"/users/{id}\""])
}

/// A refusal for want of users: in its clear form, and with a time to come again.
#[track_caller]
fn unavailable(answer: Answer) {
    let seconds: u32 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..60).contains(&seconds), "{seconds}");
    let message = answer.refused(503, "users_unavailable", "");
    assert!(message.starts_with("the user-service cannot be asked: "), "{message}");
}

#[tokio::test]
async fn an_order_names_a_user_of_the_other_service() {
    let users = Harness::serving(Service::Users);
    let orders = orders(asking(&[users.address]));
    let user = users.user(1).await;
    let order = place(&orders, &user).await.created();
    place(&orders, NOBODY).await.refused(422, "unknown_user", "userId");
    place(&orders, "somebody").await.refused(422, "invalid_field", "userId");
    // What needs no user asks for none.
    let path = format!("/orders/{order}");
    orders.json("PATCH", &path, &json!({"status": "paid"})).await.is(200);
    assert_eq!(orders.call("GET", &path).await.is(200)["userId"], user);
    assert_eq!(questions(&users).await, 2.0, "one for each order that could be placed");
    // A user with orders elsewhere can be deleted: the user-service knows nothing of orders.
    users.call("DELETE", &format!("/users/{user}")).await.is(204);
    place(&orders, &user).await.refused(422, "unknown_user", "userId");
    let metrics = orders.metrics().await;
    assert_eq!(sum(&metrics, TRIES, &["result=\"known\""]), 1.0);
    assert_eq!(sum(&metrics, TRIES, &["result=\"unknown\""]), 2.0);
    assert_eq!(sum(&metrics, "upstream_retries_total", &[]), 0.0);
}

/// Questions of thousands of orders go over a few connections, one for each order that is under way at the same time.
#[tokio::test]
async fn the_trace_context_is_passed_on_and_connections_are_kept() {
    let users = Recorder::start().await;
    let orders = orders(UsersConfig { check_every: NEVER, ..asking(&[users.address]) });
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for number in 0..5 {
        let body = json!({"userId": NOBODY, "items": [{"sku": "A-1", "quantity": 1, "price": 2.5}]});
        let request = orders.request("POST", "/orders").json(&body);
        let request = request.header("traceparent", trace).header("tracestate", format!("n={number}"));
        orders.send(request).await.is(201);
    }
    let seen = users.seen();
    assert!(seen.iter().all(|(_, head)| !head.contains("content-type")), "{seen:?}");
    let questions: Vec<_> = seen.iter().filter(|(_, head)| head.starts_with("GET /users/")).collect();
    assert_eq!(questions.len(), 5);
    for (number, (connection, head)) in questions.iter().enumerate() {
        assert!(head.contains(&format!("traceparent: {trace}\r\n")), "{head}");
        assert!(head.contains(&format!("tracestate: n={number}\r\n")), "{head}");
        // One more may have been opened for the look at the health.
        assert!(*connection < 2, "connection {connection}");
    }
}

#[tokio::test]
async fn users_that_are_killed_under_load_and_come_back() {
    let mut users = Harness::serving(Service::Users);
    let address = users.address;
    let orders = Arc::new(orders(asking(&[address])));
    let user: Arc<str> = users.user(1).await.into();
    let earlier = place(&orders, &user).await.created();
    // Eight clients, each placing one order after the other for as long as it is told.
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let client = async |orders: Arc<Harness>, user: Arc<str>, stopped: tokio::sync::watch::Receiver<bool>| {
        let mut created = 0;
        while !*stopped.borrow() {
            let answer = place(&orders, &user).await;
            match answer.status.as_u16() {
                201 => created += 1,
                // The users of before are gone with their process.
                422 => drop(answer.refused(422, "unknown_user", "userId")),
                _ => unavailable(answer),
            }
        }
        created
    };
    let clients: Vec<_> = (0..8)
        .map(|_| tokio::spawn(client(Arc::clone(&orders), Arc::clone(&user), stopped.clone())))
        .collect();
    while placed(&orders).await < 50.0 {}
    assert_eq!(sum(&orders.metrics().await, "http_requests_total", &["status=\"503\""]), 0.0);

    users.stop().await;
    while breaker(&orders).await != 2.0 {}
    unavailable_now(&orders, &user).await;
    // The order-service itself is as well as ever.
    orders.call("GET", "/health").await.is(200);
    orders.call("GET", &format!("/orders/{earlier}")).await.is(200);

    let users = Harness::at(address, Config { service: Service::Users, ..Config::default() });
    while breaker(&orders).await != 0.0 {}
    stop.send(true).unwrap();
    let mut created = 1;
    for client in clients {
        created += client.await.unwrap();
    }
    let user = users.user(2).await;
    for _ in 0..10 {
        place(&orders, &user).await.created();
    }
    assert_eq!(
        orders.call("GET", "/orders").await.is(200)["total"],
        created + 10,
        "none is lost, none is too many"
    );
    let metrics = orders.metrics().await;
    assert_eq!(sum(&metrics, "http_requests_total", &["status=\"500\""]), 0.0);
    for to in ["open", "half_open", "closed"] {
        let label = format!("to=\"{to}\"");
        assert!(sum(&metrics, "circuit_breaker_transitions_total", &[&label]) >= 1.0, "{to}\n{metrics}");
    }
}

/// Orders that were placed.
async fn placed(orders: &Harness) -> f64 {
    sum(&orders.metrics().await, "http_requests_total", &["route=\"/orders\"", "status=\"201\""])
}

/// Asks until the answer is a refusal without a question.
async fn unavailable_now(orders: &Harness, user: &str) {
    let refused = async || sum(&orders.metrics().await, "upstream_refused_total", &["service=\"orders\""]);
    while refused().await == 0.0 {
        unavailable(place(orders, user).await);
    }
}

#[tokio::test]
async fn with_one_of_two_dead_all_orders_succeed() {
    let users = Harness::serving(Service::Users);
    let user = users.user(1).await;
    let dead = gone().await;
    // Without looks at the health, so that calls alone show who is dead.
    let orders = orders(UsersConfig { check_every: NEVER, ..asking(&[dead, users.address]) });
    for _ in 0..50 {
        place(&orders, &user).await.created();
    }
    let metrics = orders.metrics().await;
    let peer = format!("peer=\"http://{dead}\"");
    let failed = sum(&metrics, TRIES, &[&peer, "result=\"failed\""]);
    assert!((5.0..25.0).contains(&failed), "{failed} calls to the dead one");
    assert!(sum(&metrics, "circuit_breaker_transitions_total", &[&peer, "to=\"open\""]) >= 1.0);
    assert_eq!(questions(&users).await, 50.0);
}

#[tokio::test]
async fn with_one_of_two_slow_all_orders_succeed() {
    let (users, slow) = (Harness::serving(Service::Users), faulty_users());
    let user = users.user(1).await;
    slow.json("PUT", "/faults", &json!({"latency": "60s"})).await.is(200);
    let list = [slow.address, users.address];
    let orders = orders(UsersConfig {
        timeout: Duration::from_millis(250),
        retries: 10,
        check_every: NEVER,
        ..asking(&list)
    });
    for _ in 0..30 {
        place(&orders, &user).await.created();
    }
    let peer = format!("peer=\"http://{}\"", slow.address);
    let metrics = orders.metrics().await;
    assert!(sum(&metrics, TRIES, &[&peer, "result=\"failed\""]) >= 5.0, "{metrics}");
}

#[tokio::test]
async fn a_look_at_the_health_keeps_calls_away() {
    let users = Harness::serving(Service::Users);
    let user = users.user(1).await;
    let dead = gone().await;
    let orders = orders(asking(&[dead, users.address]));
    while sum(&orders.metrics().await, "upstream_healthy", &[]) != 1.0 {}
    for _ in 0..30 {
        place(&orders, &user).await.created();
    }
    let metrics = orders.metrics().await;
    assert_eq!(sum(&metrics, "upstream_retries_total", &[]), 0.0, "{metrics}");
}

/// As many questions as there are tries, and none once the breaker is open.
#[tokio::test]
async fn tries_are_counted_and_end() {
    for (retries, status) in [(0, 503), (2, 502), (4, 504)] {
        let users = faulty_users();
        let user = users.user(1).await;
        users.json("PUT", "/faults", &json!({"error": format!("1:{status}")})).await.is(200);
        let breaker = BreakerRules { failures: 100, window: NEVER, pause: NEVER };
        let orders = orders(UsersConfig { retries, breaker, ..asking(&[users.address]) });
        for _ in 0..10 {
            unavailable(place(&orders, &user).await);
        }
        assert_eq!(questions(&users).await, f64::from(10 * (retries + 1)));
        let metrics = orders.metrics().await;
        assert_eq!(sum(&metrics, "upstream_retries_total", &[]), f64::from(10 * retries));
    }
}

#[tokio::test]
async fn an_open_breaker_spares_the_users() {
    let users = faulty_users();
    let user = users.user(1).await;
    users.json("PUT", "/faults", &json!({"error": "1:503"})).await.is(200);
    let breaker = BreakerRules { failures: 5, window: NEVER, pause: Duration::from_secs(30) };
    let orders = orders(UsersConfig { breaker, ..asking(&[users.address]) });
    for _ in 0..20 {
        unavailable(place(&orders, &user).await);
    }
    assert_eq!(questions(&users).await, 5.0);
    let answer = place(&orders, &user).await;
    let seconds: u32 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=30).contains(&seconds), "{seconds}");
}

/// Answers that no other try would change, and that say nothing about a user.
#[tokio::test]
async fn odd_answers_are_not_asked_again() {
    let users = faulty_users();
    let user = users.user(1).await;
    for status in [400, 418, 429, 500] {
        users.json("PUT", "/faults", &json!({"error": format!("1:{status}")})).await.is(200);
        let orders = orders(asking(&[users.address]));
        let before = questions(&users).await;
        unavailable(place(&orders, &user).await);
        assert_eq!(questions(&users).await, before + 1.0, "{status}");
    }
    // A service without users is a mistake, not a service whose users are all unknown.
    let others = Harness::serving(Service::Orders);
    unavailable(place(&orders(asking(&[others.address])), &user).await);
}

/// Connections that are cut are asked again.
#[tokio::test]
async fn resets_are_borne() {
    let users = faulty_users();
    let user = users.user(1).await;
    for reset in ["0.3", "0.3:body"] {
        users.json("PUT", "/faults", &json!({"reset": reset, "route": "/users/{id}"})).await.is(200);
        let orders = orders(UsersConfig { retries: 10, ..asking(&[users.address]) });
        for _ in 0..30 {
            place(&orders, &user).await.created();
        }
        assert!(sum(&orders.metrics().await, "upstream_retries_total", &[]) > 0.0);
    }
}

/// An address on which nobody listens any more.
async fn gone() -> SocketAddr {
    let mut users = Harness::serving(Service::Users);
    users.stop().await;
    users.address
}

/// A server that keeps the heads of requests and answers all of them with 200.
struct Recorder {
    address: SocketAddr,
    seen: Arc<std::sync::Mutex<Vec<(usize, String)>>>,
}

impl Recorder {
    async fn start() -> Self {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<std::sync::Mutex<Vec<(usize, String)>>> = Arc::default();
        let kept = Arc::clone(&seen);
        tokio::spawn(async move {
            for connection in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let kept = Arc::clone(&kept);
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while let Ok(byte) = stream.read_u8().await {
                        head.push(byte);
                        if head.ends_with(b"\r\n\r\n") {
                            let text = String::from_utf8(std::mem::take(&mut head)).unwrap();
                            kept.lock().unwrap().push((connection, text));
                            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                            stream.write_all(answer).await.unwrap();
                        }
                    }
                });
            }
        });
        Self { address, seen }
    }

    fn seen(&self) -> Vec<(usize, String)> {
        self.seen.lock().unwrap().clone()
    }
}
