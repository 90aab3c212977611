//! A Postman collection, format v2.1 or v2.0: each folder with requests in it becomes a scenario.

mod auth;
mod comments;
mod needs;
mod request;
mod scripts;
mod variables;

use crate::compose::{count, some};
use crate::draft::{Draft, Scenario, Step};
use crate::error::ImportError;
use crate::kind::Kind;
use serde_json::Value;
use variables::Variables;

/// Folders within folders, at most.
const DEEPEST: usize = 30;

/// Reads a collection.
pub(crate) fn read(text: &str) -> Result<Draft, ImportError> {
    let whole: Value = serde_json::from_str(text)
        .map_err(|error| ImportError::not(Kind::Postman, format!("it is not JSON ({error})"), text))?;
    // As Postman's own interface hands it out.
    let collection = whole.get("collection").filter(|it| it.is_object()).unwrap_or(&whole);
    let export = "in Postman: Export, then \"Collection v2.1\"";
    if collection.get("requests").is_some() && collection.get("item").is_none() {
        let refused = ImportError::new("this is a Postman collection in the old format v1");
        return Err(refused.with_hint(export));
    }
    if collection.get("_postman_variable_scope").is_some() {
        let refused = ImportError::new("this is a Postman environment, not a collection");
        return Err(
            refused.with_hint("import the collection, and give the values with -v or in config.variables")
        );
    }
    let schema = collection.pointer("/info/schema").and_then(Value::as_str).unwrap_or("v2.1");
    if !schema.contains("v2.") {
        let refused = ImportError::new(format!("Postman's format {schema} is not understood"));
        return Err(refused.with_hint(export));
    }
    if !collection.get("item").is_some_and(Value::is_array) {
        return Err(ImportError::not(Kind::Postman, "it has no list of `item`s", text));
    }
    let name = collection.pointer("/info/name").and_then(Value::as_str).unwrap_or("Collection");
    let mut reader = Reader {
        variables: Variables::read(collection),
        draft: Draft::default(),
        other_lines: 0,
        without_url: Vec::new(),
        too_deep: false,
    };
    let none = Value::Null;
    reader.folder(collection, name, &none, 0);
    let Reader { variables, mut draft, other_lines, without_url, too_deep } = reader;
    if draft.scenarios.is_empty() {
        return Err(ImportError::empty("the collection has no request with a URL", export));
    }
    if other_lines > 0 {
        let lines = count(other_lines, "line");
        draft.note(format!(
            "Scripts were not carried over ({lines}), save values they keep from answers: captures."
        ));
    }
    if !without_url.is_empty() {
        let (they, s) = if without_url.len() == 1 { ("it has", "") } else { ("they have", "s") };
        draft.note(format!("Left out, since {they} no URL: the request{s} {}.", some(&without_url)));
    }
    if too_deep {
        draft.note(format!("Folders nested more than {DEEPEST} deep were left out."));
    }
    needs::provide(&mut draft);
    variables.declare(&mut draft);
    Ok(draft)
}

struct Reader {
    variables: Variables,
    draft: Draft,
    other_lines: usize,
    /// Names of requests that have no URL.
    without_url: Vec<String>,
    too_deep: bool,
}

impl Reader {
    /// A folder's own requests are one scenario; its folders come after it.
    fn folder(&mut self, folder: &Value, name: &str, auth: &Value, depth: usize) {
        if depth > DEEPEST {
            self.too_deep = true;
            return;
        }
        let auth = own(folder, auth);
        self.other_lines += scripts::read(folder, &mut self.variables).others;
        let items = folder.get("item").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut steps = Vec::new();
        for item in items.iter().filter(|item| item.get("item").is_none()) {
            let Some(mut request) = request::read(item, &mut self.variables, &mut self.draft) else {
                let name = item.get("name").and_then(Value::as_str).unwrap_or("one without a name");
                self.without_url.push(name.to_owned());
                continue;
            };
            let auth = item.get("request").map_or(auth, |request| own(request, auth));
            auth::add(auth, &mut request, &mut self.variables, &mut self.draft);
            let scripts = scripts::read(item, &mut self.variables);
            self.other_lines += scripts.others;
            request.captures.extend(scripts.captures);
            steps.push(Step::Request(Box::new(request)));
        }
        if !steps.is_empty() {
            self.draft.scenarios.push(Scenario { name: name.to_owned(), steps });
        }
        for item in items.iter().filter(|item| item.get("item").is_some()) {
            let own = item.get("name").and_then(Value::as_str).unwrap_or("Folder");
            let name = if depth == 0 { own.to_owned() } else { format!("{name} / {own}") };
            self.folder(item, &name, auth, depth + 1);
        }
    }
}

/// The credentials that a place sets, or those around it.
fn own<'a>(place: &'a Value, around: &'a Value) -> &'a Value {
    place.get("auth").filter(|auth| auth.is_object()).unwrap_or(around)
}
