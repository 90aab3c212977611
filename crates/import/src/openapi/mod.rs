//! An OpenAPI 3.0 or 3.1 document: a scenario for each tag, that creates, reads, changes and deletes, in this order.

mod document;
mod example;
mod number;
mod operation;
mod parameter;
mod security;

use crate::compose::count;
use crate::draft::{Draft, Scenario, Step};
use crate::error::ImportError;
use document::{Document, items, members};
use operation::{Created, Operation};
use percent_encoding::{AsciiSet, CONTROLS};
use serde_json::Value;

/// What has to be encoded in a segment of a path.
pub(crate) const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b'%');

/// Variables of a server are filled in up to this length, in bytes.
const LONGEST_URL: usize = 64 << 10;

const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Reads a document.
pub(crate) fn read(text: &str) -> Result<Draft, ImportError> {
    let document = Document::read(text)?;
    let mut draft = Draft::default();
    target(&document, &mut draft);
    if document.has_foreign_references() {
        draft.note("References to other documents were not followed: bundle it into one first.");
    }
    let mut old = 0;
    let mut tags: Vec<(String, Vec<Operation<'_>>)> = Vec::new();
    for (path, item) in members(document.root.get("paths").unwrap_or(&Value::Null)) {
        let (item, _) = document.resolve(item);
        for (method, node) in members(item).filter(|(method, _)| METHODS.contains(&method.as_str())) {
            if node.get("deprecated") == Some(&Value::Bool(true)) {
                old += 1;
                continue;
            }
            let operation = Operation {
                method: method.to_ascii_uppercase(),
                path,
                node,
                parameters: parameters(&document, item, node),
            };
            let tag = tag(node, path);
            match tags.iter_mut().find(|(name, _)| *name == tag) {
                Some((_, operations)) => operations.push(operation),
                None => tags.push((tag, vec![operation])),
            }
        }
    }
    if tags.is_empty() {
        return Err(ImportError::empty(
            "the document describes no operation: its `paths` are empty",
            "OpenAPI lists them under `paths:`",
        ));
    }
    if old > 0 {
        draft.note(format!("Left out: {} marked as deprecated.", count(old, "operation")));
    }
    for (name, operations) in tags {
        let steps = steps(&document, operations, &mut draft);
        draft.scenarios.push(Scenario { name, steps });
    }
    Ok(draft)
}

/// The first tag; where there is none, the first fixed part of the path.
fn tag(node: &Value, path: &str) -> String {
    let tag = node.pointer("/tags/0").and_then(Value::as_str);
    let part = || path.split('/').find(|part| !part.is_empty() && !part.starts_with('{'));
    tag.or_else(part).unwrap_or("API").to_owned()
}

/// The parameters of the path item, overridden by those of the operation.
fn parameters<'a>(document: &'a Document, item: &'a Value, node: &'a Value) -> Vec<&'a Value> {
    let list = |value: &'a Value| value.get("parameters").map(items).unwrap_or_default();
    let mut all: Vec<&Value> = Vec::new();
    for parameter in list(item).iter().chain(list(node)) {
        let (parameter, _) = document.resolve(parameter);
        let key = |it: &Value| (it.get("in").cloned(), it.get("name").cloned());
        all.retain(|other| key(other) != key(parameter));
        all.push(parameter);
    }
    all
}

fn target(document: &Document, draft: &mut Draft) {
    let server = document.root.pointer("/servers/0").unwrap_or(&Value::Null);
    let url = filled(server);
    match crate::url::split(&url) {
        Some(parts) => {
            let path = parts.path().trim_end_matches('/');
            draft.target = format!("{}{path}", parts.origin);
        }
        None => {
            let path = if url.starts_with('/') { url.trim_end_matches('/') } else { "" };
            draft.target = format!("http://localhost:8080{path}");
            draft.target_remark = Some("the document names no host; put yours here".into());
            draft.note("The document names no host: the target is a guess.");
        }
    }
    let servers = document.root.get("servers").map(items).unwrap_or_default();
    let others: Vec<&str> =
        servers.iter().skip(1).filter_map(|it| it.get("url").and_then(Value::as_str)).collect();
    if !others.is_empty() {
        draft.note(format!("Other servers of the document, for -t: {}.", others.join(", ")));
    }
}

/// A server's URL with the defaults of its variables, which name no others.
fn filled(server: &Value) -> String {
    let mut rest = server.get("url").and_then(Value::as_str).unwrap_or("");
    let mut url = String::new();
    while url.len() <= LONGEST_URL
        && let Some((before, after)) = rest.split_once('{')
        && let Some((name, after)) = after.split_once('}')
    {
        url.push_str(before);
        match server.get("variables").and_then(|all| all.get(name)) {
            Some(it) => url.push_str(it.get("default").and_then(Value::as_str).unwrap_or("")),
            None => url.push_str(&format!("{{{name}}}")),
        }
        rest = after;
    }
    url + rest
}

/// The operations of a tag in the order of a life: create, read, change, delete; within each as they stand, and what
/// lies deeper is deleted first.
fn steps(document: &Document, mut operations: Vec<Operation<'_>>, draft: &mut Draft) -> Vec<Step> {
    let depth = |operation: &Operation<'_>| operation.path.matches('{').count();
    operations.sort_by_key(|operation| {
        let depth = depth(operation);
        match operation.method.as_str() {
            "POST" if depth == 0 => (0, 0),
            "POST" => (1, depth),
            "DELETE" => (4, usize::MAX - depth),
            "PUT" | "PATCH" => (3, depth),
            _ => (2, depth),
        }
    });
    let mut created: Vec<Created> = Vec::new();
    let mut steps = Vec::new();
    for index in 0..operations.len() {
        let operation = &operations[index];
        let mut request = operation.request(document, &created, draft);
        if operation.method == "POST"
            && let Some((before, parameter)) = follower(operation.path, &operations)
            && let Some(path) = operation.created_id(document, &parameter)
            && !created.iter().any(|it| it.before == before)
        {
            let variable = variable(&parameter, &before, &created);
            request.captures.push(operation::capture(path, &variable));
            created.push(Created { before, variable });
        }
        steps.push(Step::Request(Box::new(request)));
    }
    steps
}

/// The place and name of the parameter that stands right behind this path in another: `/users/` and `userId`.
fn follower(path: &str, operations: &[Operation<'_>]) -> Option<(String, String)> {
    let before = format!("{}/", path.trim_end_matches('/'));
    operations.iter().find_map(|other| {
        let rest = other.path.strip_prefix(&before)?.strip_prefix('{')?;
        Some((before.clone(), rest.split_once('}')?.0.to_owned()))
    })
}

/// The variable for a parameter: its name, or for a mere `id` that of the resource before it.
fn variable(parameter: &str, before: &str, created: &[Created]) -> String {
    let resource = before.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    let own = ["id", "uuid", "key", "slug"].contains(&parameter.to_ascii_lowercase().as_str());
    let name = if own { format!("{}Id", crate::noun::singular(resource)) } else { parameter.to_owned() };
    let name = operation::identifier(&name);
    let taken = |name: &String| created.iter().any(|it| it.variable == *name);
    if !taken(&name) {
        return name;
    }
    (2..).map(|number| format!("{name}{number}")).find(|name| !taken(name)).unwrap_or(name)
}
