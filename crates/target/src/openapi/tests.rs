//! The document against the router: the same paths with the same methods, neither more nor fewer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use serde_json::Value;
use tower::Service as _;

use super::document;
use crate::app::{self, App};
use crate::config::{Config, Service};
use crate::faults::FaultLimits;
use crate::latency::Shape;
use crate::observation::{DebugAccess, Observation};
use crate::store::{Memory, Postgres, Store};
use crate::upstream::UsersConfig;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];
const ID: &str = "0b0e3f2a-8c54-4b6e-9d0e-3f5a7c1b2d4e";

fn router(config: Config) -> axum::Router {
    app::router(Arc::new(App::new(Memory::new(10, config.service), config).unwrap()))
}

/// The document, as its readers have it.
fn read<S: Store>(config: &Config) -> Value {
    serde_json::from_str(&document::<S>(config).to_json().unwrap()).unwrap()
}

/// The methods of each path, as the document has them.
fn documented(config: &Config) -> BTreeMap<String, BTreeSet<String>> {
    let document = read::<Memory>(config);
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .map(|(path, item)| {
            let methods = METHODS.iter().filter(|method| item.get(method).is_some());
            (path.clone(), methods.map(|method| method.to_uppercase()).collect())
        })
        .collect()
}

/// The paths that the router has: axum tells them in its debug output and nowhere else.
fn routed(router: &axum::Router) -> BTreeSet<String> {
    let text = format!("{router:?}");
    let paths = text.split('"').filter(|part| part.starts_with('/') && !part.contains("__private"));
    let mut paths: BTreeSet<String> = paths.map(str::to_owned).collect();
    // What axum calls the fallback.
    paths.remove("/");
    // One route for axum, and a path with parameters of its own for each shape in the document.
    assert!(paths.remove("/latency/{shape}"), "{text}");
    paths.extend(Shape::NAMES.map(|shape| format!("/latency/{shape}")));
    paths
}

#[tokio::test]
async fn document_and_router_have_the_same_paths_and_methods() {
    for service in Service::EVERY {
        for (debug, faults) in [
            (DebugAccess::Off, None),
            (DebugAccess::Anyone, None),
            (DebugAccess::Off, Some(FaultLimits::default())),
        ] {
            let observation = Observation { debug, ..Observation::default() };
            let config = Config { service, observation, faults, ..Config::default() };
            let documented = documented(&config);
            let mut router = router(config);
            assert_eq!(documented.keys().cloned().collect::<BTreeSet<_>>(), routed(&router), "{service}");
            for (path, methods) in documented {
                // A method that nothing takes is answered with those that something takes.
                let uri = path.replace("{id}", ID);
                let request = Request::builder().method("BREW").uri(&uri).body(Body::empty()).unwrap();
                let answer = router.call(request).await.unwrap();
                assert_eq!(answer.status(), 405, "{path}");
                let allowed = answer.headers()[header::ALLOW].to_str().unwrap();
                let mut allowed: BTreeSet<String> =
                    allowed.split(',').map(|it| it.trim().to_owned()).collect();
                // axum answers HEAD wherever it answers GET.
                allowed.remove("HEAD");
                assert_eq!(methods, allowed, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_served_is_the_document() {
    let config = Config::default();
    let expected = document::<Memory>(&config).to_json().unwrap();
    let request = Request::builder().uri("/openapi.json").body(Body::empty()).unwrap();
    let answer = router(config).call(request).await.unwrap();
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    assert_eq!(body, expected);
    let document: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["components"]["schemas"]["NewUser"]["properties"]["name"]["maxLength"], 100);
}

/// The operations, as `GET /users`, that can answer with this status.
fn answering(document: &Value, status: &str) -> BTreeSet<String> {
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        let methods = METHODS.iter().filter(|method| item[**method]["responses"].get(status).is_some());
        methods.map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    operations.collect()
}

#[test]
fn what_may_be_away_is_said_where_it_may() {
    let users = |service| {
        let tls =
            rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
        let client = reqwest::Client::builder().tls_backend_preconfigured(tls);
        let users = UsersConfig::new("http://a".parse().unwrap(), client).unwrap();
        Config { service, users: Some(users), ..Config::default() }
    };
    let alone = Config::default();
    assert_eq!(answering(&read::<Memory>(&alone), "503").len(), 0);
    assert_eq!(answering(&read::<Memory>(&users(Service::All)), "503").len(), 0);
    let asking = answering(&read::<Memory>(&users(Service::Orders)), "503");
    assert_eq!(asking.into_iter().collect::<Vec<_>>(), ["POST /orders"]);
    let stored = answering(&read::<Postgres>(&alone), "503");
    assert_eq!(stored.len(), 13, "{stored:?}");
    assert!(stored.iter().all(|it| !it.contains("/latency") && !it.contains("/metrics")), "{stored:?}");
    let both = read::<Postgres>(&users(Service::Orders));
    let unavailable = &both["paths"]["/orders"]["post"]["responses"]["503"];
    let said = unavailable["description"].as_str().unwrap();
    assert!(said.contains("user-service") && said.contains("database"), "{said}");
    assert_eq!(unavailable["headers"]["Retry-After"]["schema"]["type"], "integer");
    assert_eq!(
        both["paths"]["/health"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"]
            ["storage"]["enum"][0],
        "postgresql"
    );
}

#[test]
fn faults_may_be_asked_for_where_they_are_allowed() {
    let faults = Config { faults: Some(FaultLimits::default()), ..Config::default() };
    assert_eq!(answering(&read::<Memory>(&Config::default()), "default").len(), 0);
    let document = read::<Memory>(&faults);
    let faulted = answering(&document, "default");
    assert_eq!(faulted.len(), 12 + Shape::NAMES.len(), "{faulted:?}");
    for path in ["/health", "/metrics", "/faults", "/latency/seen"] {
        assert!(!faulted.contains(&format!("GET {path}")), "{path}");
    }
    let parameters = document["paths"]["/users"]["get"]["parameters"].as_array().unwrap();
    let names: Vec<_> = parameters.iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["page", "limit", "x-fault", "fault"]);
    assert_eq!(
        document["components"]["schemas"]["Faults"]["properties"]["latency"]["type"],
        serde_json::json!(["string", "number"])
    );
}
