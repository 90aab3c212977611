//! How each expectation is checked.
//!
//! Words are made only where they are told: of what is not met always, of the rest where the output format shows it.

use super::words::{is_truthy, number, text};
use super::{Check, Expectation, Pattern, PropertyPath, Wanted};
use crate::extract::{Answer, Written, header};
use crate::template::{Scope, Template, follow};
use crate::value_template::ValueTemplate;
use http::header::CONTENT_TYPE;
use regress::Regex;
use serde_json::Value;
use std::borrow::Cow;

/// Headers in which caches say whether it was they who answered.
const CACHES: [&str; 3] = ["cf-cache-status", "x-cache", "x-vercel-cache"];
/// Content types whose body is read as JSON.
const JSON: [&str; 3] = ["application/json", "application/problem+json", "application/ld+json"];

/// What a check has found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Whether the expectation is met.
    pub ok: bool,
    /// What was expected and what was found, where that is told.
    pub told: Option<(Told, Told)>,
}

/// A value that is told; `None` is undefined.
pub type Told = Option<Value>;

/// The body as expectations see it: JSON is read as such only where the content type says so.
enum Body<'a> {
    /// A JSON value, or null where what should be JSON is none.
    Json(&'a Value),
    /// Anything else.
    Text(&'a str),
}

const NULL: &Value = &Value::Null;

impl Expectation {
    /// Checks an answer with that status. What was expected and found is told where it is not met, and with `all` in
    /// any case.
    pub fn check<S: Scope + ?Sized>(
        &self,
        status: u16,
        answer: &Answer<'_>,
        scope: &mut S,
        all: bool,
    ) -> Finding {
        let found = |ok: bool, tell: &dyn Fn() -> (Told, Told)| Finding { ok, told: (all || !ok).then(tell) };
        match &self.check {
            Check::Status { wanted, not } => {
                let (any, value) = wanted.holds(status, scope);
                let expected = || match *not {
                    true => told(format!("Status code different than {}", text(value.as_deref()))),
                    false => value.as_deref().cloned(),
                };
                found(any != *not, &|| (expected(), Some(status.into())))
            }
            Check::ContentType(template) => {
                let wanted = rendered(template, scope);
                let header = content_type(answer);
                if wanted == "json" {
                    let (ok, got) = match body(answer) {
                        Body::Json(Value::Array(_) | Value::Object(_)) => (true, "json".to_owned()),
                        Body::Json(Value::Null) => {
                            (false, "could not parse response body as JSON".to_owned())
                        }
                        _ => (false, format!("content-type is {}", header.as_deref().unwrap_or("undefined"))),
                    };
                    return found(ok, &|| (told("json"), told(&*got)));
                }
                let ok = header.as_deref().is_some_and(|it| it.to_lowercase() == wanted.to_lowercase());
                let got =
                    || header.as_deref().filter(|it| !it.is_empty()).unwrap_or("content-type header not set");
                found(ok, &|| (told(&*wanted), told(got())))
            }
            Check::Property { path, not } => {
                let Some(path) = path.compiled(scope, |text| Some(PropertyPath::new(text))) else {
                    return found(false, &|| (None, None));
                };
                let expected = || told(&*path.text);
                let Body::Json(json @ (Value::Array(_) | Value::Object(_))) = body(answer) else {
                    return found(false, &|| (expected(), told("response body is not an object")));
                };
                let ok = path.leads_somewhere(json) != *not;
                let has = if *not { "has" } else { "has no" };
                let got = || match ok {
                    true => expected(),
                    false => told(format!("response body {has} {} property", path.text)),
                };
                found(ok, &|| (expected(), got()))
            }
            Check::Equals(templates) => {
                let values: Vec<String> =
                    templates.iter().map(|template| text(template.evaluate(scope).as_deref())).collect();
                let ok = values.first().is_some_and(|first| values.iter().all(|value| value == first));
                found(ok, &|| (told("all values to be equal"), told(values.join(", "))))
            }
            Check::HasHeader(name) => {
                let name = rendered(name, scope);
                let ok = named(&name, answer).is_some();
                let got = || match ok {
                    true => told(&*name),
                    false => told(format!("response has no {name} header")),
                };
                found(ok, &|| (told(&*name), got()))
            }
            Check::HeaderEquals { name, value } => {
                let name = rendered(name, scope);
                let Some(seen) = named(&name, answer) else {
                    let expected = || told(format!("response to have {name} header"));
                    return found(false, &|| (expected(), told(format!("response has no {name} header"))));
                };
                let wanted = value.evaluate(scope);
                let compared = wanted.as_deref().filter(|value| is_truthy(value));
                let ok = seen == compared.map_or_else(String::new, |value| text(Some(value)));
                found(ok, &|| (wanted.as_deref().cloned(), told(&*seen)))
            }
            Check::Matches(pattern) => match pattern.compiled(scope) {
                Ok(pattern) => {
                    let ok = match body(answer) {
                        Body::Text(body) => pattern.find(body).is_some(),
                        Body::Json(json) => pattern.find(&text(Some(json))).is_some(),
                    };
                    found(ok, &|| (Some(true.into()), Some(ok.into())))
                }
                Err(why) => found(false, &|| (Some(true.into()), told(&*why))),
            },
            Check::CdnHit(hit) => {
                let wanted: &[&str] = if *hit { &["hit", "stale"] } else { &["miss"] };
                let states = CACHES.iter().filter_map(|name| Some((name, named(name, answer)?)));
                let met = states
                    .filter(|(_, state)| wanted.iter().any(|it| state.to_lowercase().starts_with(it)))
                    .last();
                let got = || match &met {
                    Some((name, state)) => told(format!("{name} is {state}")),
                    None => told("cache status header not found"),
                };
                let expected = if *hit { "hit" } else { "miss" };
                found(met.is_some(), &|| {
                    (told(format!("a cache header indicating a cache {expected}")), got())
                })
            }
            Check::Query { expression, description, told: named } => {
                let shown = named.then(|| expression.as_str());
                let expected = || description.as_deref().or(shown).map(Value::from);
                let Body::Json(json @ (Value::Array(_) | Value::Object(_))) = body(answer) else {
                    return found(false, &|| (expected(), told("response body is not an object")));
                };
                let result = expression.search(json).map_err(|error| error.to_string());
                let result = result.and_then(|it| serde_json::to_value(&it).map_err(|it| it.to_string()));
                match result {
                    Ok(value) => found(is_truthy(&value), &|| (expected(), shown.map(Value::from))),
                    // In Artillery this ends the run; here it is an expectation that is not met.
                    Err(error) => found(false, &|| (expected(), told(error.trim()))),
                }
            }
        }
    }
}

impl Wanted {
    /// Whether the status is one of them, and what they are.
    fn holds<S: Scope + ?Sized>(&self, status: u16, scope: &mut S) -> (bool, Option<Cow<'_, Value>>) {
        let status = f64::from(status);
        let value = match &self.0 {
            ValueTemplate::Fixed(value) => Some(Cow::Borrowed(value)),
            template => template.evaluate(scope).map(Cow::Owned),
        };
        let any = match value.as_deref() {
            Some(Value::Array(items)) => items.iter().any(|item| number(Some(item)) == status),
            other => number(other) == status,
        };
        (any, value)
    }
}

impl Pattern {
    fn compiled<S: Scope + ?Sized>(&self, scope: &mut S) -> Result<Cow<'_, Regex>, String> {
        match self {
            Pattern::Broken(why) => Err(why.0.to_string()),
            Pattern::Written(Written::Fixed(pattern)) => Ok(Cow::Borrowed(pattern)),
            Pattern::Written(Written::Rendered(template)) => {
                // As in JavaScript, an undefined expression matches anything.
                let text =
                    if template.is_undefined(scope) { String::new() } else { rendered(template, scope) };
                Regex::new(&text).map(Cow::Owned).map_err(|error| broken(&text, &error))
            }
        }
    }
}

/// What JavaScript says of an expression that is none.
pub(crate) fn broken(text: &str, error: &regress::Error) -> String {
    format!("SyntaxError: Invalid regular expression: /{text}/: {error}")
}

impl PropertyPath {
    /// Whether a body has that part. As lodash's `has`: a member that has the whole path for its name counts too.
    fn leads_somewhere(&self, body: &Value) -> bool {
        body.as_object().is_some_and(|members| members.contains_key(&*self.text))
            || follow(body, &self.keys).is_some()
    }
}

fn told(text: impl Into<String>) -> Told {
    Some(Value::String(text.into()))
}

fn rendered<S: Scope + ?Sized>(template: &Template, scope: &mut S) -> String {
    let mut text = String::new();
    template.render_into(scope, &mut text);
    text
}

/// A header's text, joined where there are several; `None` where it is missing or empty.
fn named(name: &str, answer: &Answer<'_>) -> Option<String> {
    let name = http::HeaderName::from_bytes(name.as_bytes()).ok()?;
    let value = header(&name, answer.headers())?;
    Some(text(Some(&value))).filter(|text| !text.is_empty())
}

fn content_type<'a>(answer: &'a Answer<'_>) -> Option<Cow<'a, str>> {
    let value = answer.headers().get(CONTENT_TYPE)?;
    Some(String::from_utf8_lossy(value.as_bytes()))
}

fn body<'a>(answer: &'a Answer<'_>) -> Body<'a> {
    let is_json = content_type(answer).is_some_and(|it| JSON.iter().any(|json| it.contains(json)));
    match is_json {
        true => Body::Json(answer.json().unwrap_or(NULL)),
        false => Body::Text(answer.text()),
    }
}
