//! What an operation wants to know of its caller becomes headers and the like, their values from the environment.

use super::document::{Document, items, members};
use crate::draft::{Draft, Request};
use crate::secret;
use serde_json::Value;

/// Adds the credentials of an operation: those of its own, or the document's.
pub(crate) fn add(document: &Document, operation: &Value, request: &mut Request, draft: &mut Draft) {
    let wanted = operation.get("security").or(document.root.get("security")).unwrap_or(&Value::Null);
    // Any one of the list will do; an empty one means that none is needed.
    let options = items(wanted);
    let Some(option) = options.iter().find(|option| known(document, option)).or(options.first()) else {
        return;
    };
    let schemes = document.root.pointer("/components/securitySchemes").unwrap_or(&Value::Null);
    for (name, _) in members(option) {
        scheme(name, document.get(schemes, name), request, draft);
    }
}

fn known(document: &Document, option: &Value) -> bool {
    let schemes = document.root.pointer("/components/securitySchemes").unwrap_or(&Value::Null);
    members(option).all(|(name, _)| {
        let scheme = document.get(schemes, name);
        scheme.get("type").and_then(Value::as_str) != Some("mutualTLS")
    })
}

fn scheme(name: &str, scheme: &Value, request: &mut Request, draft: &mut Draft) {
    let text = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or("");
    let (kind, way) = (text("type"), text("scheme").to_ascii_lowercase());
    let env = |name: &str| format!("{{{{ $env.{name} }}}}");
    let mut needs = Vec::new();
    match (kind, way.as_str()) {
        ("http", "basic") => {
            request.auth = Some((env("API_USER"), env("API_PASSWORD")));
            needs.extend(["API_USER".to_owned(), "API_PASSWORD".to_owned()]);
        }
        ("http", "bearer") | ("oauth2" | "openIdConnect", _) => {
            request.set_header("authorization", &format!("Bearer {}", env("API_TOKEN")));
            needs.push("API_TOKEN".to_owned());
        }
        ("apiKey", _) => {
            let key = text("name");
            let variable = secret::variable(key);
            match text("in") {
                "query" => request.query.push((key.to_owned(), env(&variable).into())),
                "cookie" => request.cookies.push((key.to_owned(), env(&variable))),
                _ => request.set_header(key, &env(&variable)),
            }
            needs.push(variable);
        }
        _ => draft.note(format!("The security scheme {name} was not carried over.")),
    }
    for variable in needs {
        draft.note(format!(
            "Set {variable} in the environment: `{variable}=… loadgen run …`, or --dotenv FILE."
        ));
    }
}
