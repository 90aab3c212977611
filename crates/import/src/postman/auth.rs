//! Postman's credentials: those of a request, of the folder around it, or of the collection.

use super::variables::Variables;
use crate::draft::{Draft, Request};
use serde_json::Value;

/// Adds credentials to a request.
pub(crate) fn add(auth: &Value, request: &mut Request, variables: &mut Variables, draft: &mut Draft) {
    let Some(kind) = auth.get("type").and_then(Value::as_str) else { return };
    // Version 2.1 has a list of keys and values, version 2.0 a map.
    let read = |name: &str| {
        let options = auth.get(kind)?;
        let in_list = || options.as_array()?.iter().find(|it| it["key"] == name)?.get("value");
        options.get(name).or_else(in_list).and_then(Value::as_str)
    };
    let mut text = |name: &str| read(name).map(|text| variables.text(text));
    match kind {
        "noauth" | "inherit" => {}
        "bearer" => bearer(text("token"), request),
        "basic" => {
            let (user, pass) = (text("username").unwrap_or_default(), text("password").unwrap_or_default());
            request.auth = Some((user, pass));
        }
        "apikey" => {
            let (Some(key), Some(value)) = (text("key"), text("value")) else { return };
            match read("in") {
                Some("query") => request.query.push((key, value.into())),
                _ => request.set_header(&key, &value),
            }
        }
        "oauth2" => {
            let token = text("accessToken").filter(|token| !token.is_empty());
            if token.is_none() {
                draft.note("OAuth 2: get a token and set API_TOKEN in the environment.");
            }
            bearer(Some(token.unwrap_or_else(|| "{{ $env.API_TOKEN }}".into())), request);
        }
        other => draft.note(format!("Credentials of the type {other} were not carried over.")),
    }
}

fn bearer(token: Option<String>, request: &mut Request) {
    if let Some(token) = token
        && request.header("authorization").is_none()
    {
        request.add_header("authorization", &format!("Bearer {token}"));
    }
}
