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
use crate::latency::Shape;
use crate::observation::{DebugAccess, Observation};
use crate::store::Memory;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];
const ID: &str = "0b0e3f2a-8c54-4b6e-9d0e-3f5a7c1b2d4e";

fn router(config: Config) -> axum::Router {
    app::router(Arc::new(App::new(Memory::new(10, config.service), config).unwrap()))
}

/// The methods of each path, as the document has them.
fn documented(config: &Config) -> BTreeMap<String, BTreeSet<String>> {
    let document: Value = serde_json::from_str(&document(config).to_json().unwrap()).unwrap();
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
        for debug in [DebugAccess::Off, DebugAccess::Anyone] {
            let observation = Observation { debug, ..Observation::default() };
            let config = Config { service, observation, ..Config::default() };
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
    let expected = document(&config).to_json().unwrap();
    let request = Request::builder().uri("/openapi.json").body(Body::empty()).unwrap();
    let answer = router(config).call(request).await.unwrap();
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    assert_eq!(body, expected);
    let document: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["components"]["schemas"]["NewUser"]["properties"]["name"]["maxLength"], 100);
}
