//! A server of one test's own, and a client that talks to it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use loadgen_target::{Config, Database, DatabaseConfig, Server, Service};
use loadgen_testkit::PostgresServer;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// Far beyond what anything takes: it only ends what hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);

const ANY_PORT: &str = "127.0.0.1:0";

/// A running server; it stops when this is dropped.
pub(crate) struct Harness {
    pub(crate) address: std::net::SocketAddr,
    client: Client,
    sent: AtomicU64,
    stop: Option<oneshot::Sender<()>>,
    serving: tokio::task::JoinHandle<()>,
}

/// What came back. The body is `Null` where there was none.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// Where a test's records are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Storage {
    Memory,
    Postgres,
}

/// A database whose limits no machine is slow enough to reach.
pub(crate) fn patient(url: &str) -> DatabaseConfig {
    let config = DatabaseConfig::new(url.parse().unwrap());
    DatabaseConfig { patience: PATIENCE, connect: PATIENCE, wait: PATIENCE, statement: PATIENCE, ..config }
}

/// Makes two tests of each function from a [`Storage`]: `memory::NAME` and `postgres::NAME`.
macro_rules! on_each_storage {
    (#[test] $($name:ident),+ $(,)?) => {
        mod memory {
            $(#[test] fn $name() { super::$name(crate::harness::Storage::Memory); })+
        }
        mod postgres {
            $(#[test] fn $name() { super::$name(crate::harness::Storage::Postgres); })+
        }
    };
    (#[$test:meta] $($name:ident),+ $(,)?) => {
        mod memory {
            $(#[$test] async fn $name() { super::$name(crate::harness::Storage::Memory).await; })+
        }
        mod postgres {
            $(#[$test] async fn $name() { super::$name(crate::harness::Storage::Postgres).await; })+
        }
    };
}
pub(crate) use on_each_storage;

impl Harness {
    /// On memory.
    pub(crate) fn start() -> Self {
        Self::with(Config::default())
    }

    /// On memory.
    pub(crate) fn serving(service: Service) -> Self {
        Self::with(Config { service, ..Config::default() })
    }

    /// On memory.
    pub(crate) fn with(config: Config) -> Self {
        Self::at(ANY_PORT.parse().unwrap(), config)
    }

    pub(crate) fn at(address: std::net::SocketAddr, config: Config) -> Self {
        Self::of(Server::bind(address, config).unwrap())
    }

    pub(crate) async fn on(storage: Storage) -> Self {
        Self::on_with(storage, Config::default()).await
    }

    pub(crate) async fn serving_on(storage: Storage, service: Service) -> Self {
        Self::on_with(storage, Config { service, ..Config::default() }).await
    }

    /// A database is the test's own.
    pub(crate) async fn on_with(storage: Storage, config: Config) -> Self {
        match storage {
            Storage::Memory => Self::with(config),
            Storage::Postgres => {
                let url = PostgresServer::shared().database();
                Self::on_database(patient(&url), config).await
            }
        }
    }

    pub(crate) async fn on_database(database: DatabaseConfig, config: Config) -> Self {
        let database = Database::open(database, config.service, |_| {}).await.unwrap();
        Self::of(Server::bind_with(ANY_PORT.parse().unwrap(), config, database).unwrap())
    }

    fn of(server: Server) -> Self {
        let address = server.local_addr();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = server.serve(async move {
            let _ = stopped.await;
        });
        let serving = tokio::spawn(async move { serving.await.unwrap() });
        let client = client();
        Self { address, client, sent: AtomicU64::new(0), stop: Some(stop), serving }
    }

    /// Ends the server; its address is free when this returns.
    pub(crate) async fn stop(&mut self) {
        drop(self.stop.take());
        (&mut self.serving).await.unwrap();
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.client
            .request(Method::from_bytes(method.as_bytes()).unwrap(), format!("http://{}{path}", self.address))
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        self.sent.fetch_add(1, Ordering::Relaxed);
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Answer { status, headers, body }
    }

    /// A request without a body.
    pub(crate) async fn call(&self, method: &str, path: &str) -> Answer {
        self.send(self.request(method, path)).await
    }

    /// A request with a JSON body.
    pub(crate) async fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send(self.request(method, path).json(body)).await
    }

    /// Creates the user `number` and gives its id.
    pub(crate) async fn user(&self, number: u32) -> String {
        let body = json!({"name": format!("User {number}"), "email": format!("user{number}@example.com")});
        self.json("POST", "/users", &body).await.created()
    }

    /// Creates an order for `user` and gives its id.
    pub(crate) async fn order(&self, user: &str) -> String {
        let body = json!({"userId": user, "items": [{"sku": "A-1", "quantity": 1, "price": 2.5}]});
        self.json("POST", "/orders", &body).await.created()
    }

    /// Requests that were sent by [`send`](Self::send) and what builds on it.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// The text of `/metrics`; not one of the requests that count as sent.
    pub(crate) async fn metrics(&self) -> String {
        let response = self.request("GET", "/metrics").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert!(
            response.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4")
        );
        response.text().await.unwrap()
    }
}

/// A client that trusts nobody: reqwest is built with TLS, and wants its settings for plain http too.
pub(crate) fn client_builder() -> reqwest::ClientBuilder {
    let tls = rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Client::builder().tls_backend_preconfigured(tls)
}

impl Answer {
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The id of what was created.
    #[track_caller]
    pub(crate) fn created(self) -> String {
        self.is(201)["id"].as_str().unwrap().to_owned()
    }

    /// Asserts a refusal: its status, its code, and the field at fault (empty for none).
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str, field: &str) -> String {
        assert_eq!(self.headers["content-type"], "application/json");
        let error = &self.body["error"];
        let seen =
            (self.status.as_u16(), error["code"].as_str(), error["field"].as_str().unwrap_or_default());
        assert_eq!(seen, (status, Some(code), field), "{}", self.body);
        assert_eq!(self.body.as_object().unwrap().len(), 1);
        error["message"].as_str().filter(|message| !message.is_empty()).unwrap().to_owned()
    }
}

/// A client that knows no proxy.

pub(crate) fn client() -> Client {
    client_builder().no_proxy().build().unwrap()
}

/// The sum of the samples of `metric` whose labels contain each of `labels`, such as `route="/users"`.
pub(crate) fn sum(metrics: &str, metric: &str, labels: &[&str]) -> f64 {
    let samples =
        metrics.lines().filter_map(|line| line.strip_prefix(metric)?.strip_prefix('{')?.split_once("} "));
    let matching =
        samples.filter(|(found, _)| labels.iter().all(|label| found.split(',').any(|l| l == *label)));
    matching.map(|(_, value)| value.parse::<f64>().unwrap()).sum()
}
