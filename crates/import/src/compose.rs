//! A settled draft becomes the text of a script.

use crate::Options;
use crate::draft::{Body, Draft, From, Header, Part, Request, Scenario, Step, Variable};
use crate::secret;
use crate::settle::common_headers;
use crate::yaml::{Entry, Yaml, comments};
use serde_json::Value;

/// Writes the script.
pub(crate) fn script(draft: &Draft, options: &Options) -> String {
    let common = common_headers(draft);
    let mut out = head(draft, options);
    let scenarios = draft.scenarios.iter().map(|it| scenario(it, &common)).collect();
    let root = Yaml::Map(vec![
        Entry::new("config", config(draft, &common)),
        Entry::new("scenarios", Yaml::List(scenarios)).gap(),
    ]);
    out.push_str(&root.render());
    out
}

fn head(draft: &Draft, options: &Options) -> String {
    let (scenarios, requests) = (draft.scenarios.len(), draft.requests().count());
    let mut lines = vec![
        format!(
            "Made from {} by `loadgen init`: {}, {}. It is yours to change.",
            options.document,
            count(scenarios, "scenario"),
            count(requests, "request"),
        ),
        String::new(),
        format!("  loadgen run {} --solo   # one user, to see that it works", options.script),
        format!("  loadgen run {}          # the load below", options.script),
    ];
    if !draft.notes.is_empty() {
        lines.extend([String::new(), "What to know:".into()]);
        lines.extend(draft.notes.iter().map(|note| format!("- {note}")));
    }
    let mut out = String::new();
    comments(&lines, 0, &mut out);
    out
}

/// A number of things.
pub(crate) fn count(number: usize, thing: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{s}")
}

/// The first few names of a list.
pub(crate) fn some(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let first = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{first} and {} more", names.len() - SHOWN) } else { first }
}

fn config(draft: &Draft, common: &[Header]) -> Yaml {
    let text = |text: &str| Yaml::Text(text.to_owned());
    let mut config = vec![Entry::new("target", text(&draft.target)).beside(draft.target_remark.clone())];
    if draft.insecure {
        let tls = vec![Entry::new("rejectUnauthorized", Yaml::Bare("false".into()))];
        config.push(Entry::new("tls", Yaml::Map(tls)).beside(Some("any certificate is accepted")));
    }
    config.push(phases());
    if !draft.variables.is_empty() {
        let variables = draft.variables.iter().map(variable).collect();
        config.push(Entry::new("variables", Yaml::Map(variables)));
    }
    if !common.is_empty() {
        let headers = vec![Entry::new("headers", headers(common))];
        let defaults = vec![Entry::new("defaults", Yaml::Map(headers))];
        config.push(Entry::new("http", Yaml::Map(defaults)));
    }
    config.push(Entry::new("plugins", Yaml::Map(vec![Entry::new("ensure", Yaml::Map(Vec::new()))])));
    let threshold = |metric: &str, bound: u64, unit: &str| {
        Entry::item(Yaml::Map(vec![Entry::new(metric, Yaml::number(bound)).beside(Some(unit))]))
    };
    let thresholds =
        vec![threshold("http.response_time.p95", 500, "ms"), threshold("loadgen.error_rate", 1, "percent")];
    let ensure = Yaml::Map(vec![Entry::new("thresholds", Yaml::List(thresholds))]);
    config.push(Entry::new("ensure", ensure).beside(Some("what a good run is; decides the exit code")));
    Yaml::Map(config)
}

/// Small on purpose: a script made in a minute should not bring anything down.
fn phases() -> Entry {
    let phase = vec![
        Entry::new("name", Yaml::Word("First try".into())),
        Entry::new("duration", Yaml::number(30)).beside(Some("seconds")),
        Entry::new("arrivalRate", Yaml::number(1)).beside(Some("new users a second; raise it step by step")),
    ];
    Entry::new("phases", Yaml::List(vec![Entry::item(Yaml::Map(phase))]))
}

fn variable(variable: &Variable) -> Entry {
    let text = variable.value.as_str().unwrap_or_default();
    let remark = variable.remark.clone().or_else(|| secret::remark(&variable.name, text));
    Entry::new(&variable.name, Yaml::json(&variable.value, &|_, _| None)).beside(remark)
}

fn scenario(scenario: &Scenario, common: &[Header]) -> Entry {
    let steps = scenario.steps.iter().map(|it| step(it, common)).collect();
    Entry::item(Yaml::Map(vec![
        Entry::new("name", Yaml::Word(scenario.name.clone())),
        Entry::new("flow", Yaml::List(steps)),
    ]))
}

fn step(step: &Step, common: &[Header]) -> Entry {
    match step {
        // Artillery takes a fraction for milliseconds, so there is none.
        Step::Think(millis) if millis % 1000 == 0 => {
            Entry::item(Yaml::Map(vec![Entry::new("think", Yaml::number(millis / 1000))]))
        }
        Step::Think(millis) => {
            Entry::item(Yaml::Map(vec![Entry::new("think", Yaml::Text(format!("{millis}ms")))]))
        }
        Step::Request(it) => {
            let request_entry = Entry::new(it.method.to_ascii_lowercase(), request(it, common));
            let item = Entry::item(Yaml::Map(vec![request_entry]));
            match &it.about {
                Some(about) => item.above(about),
                None => item,
            }
        }
    }
}

fn request(request: &Request, common: &[Header]) -> Yaml {
    let mut members =
        vec![Entry::new("url", Yaml::Text(request.url.clone())).beside(secret::in_url(&request.url))];
    if !request.query.is_empty() {
        members.push(Entry::new("qs", fields(&request.query)));
    }
    let own: Vec<Header> = request.headers.iter().filter(|it| !common.contains(it)).cloned().collect();
    if !own.is_empty() {
        members.push(Entry::new("headers", headers(&own)));
    }
    if !request.cookies.is_empty() {
        let named = |(name, value): &(String, String)| pair(name, value);
        members.push(Entry::new("cookie", Yaml::Map(request.cookies.iter().map(named).collect())));
    }
    if let Some((user, pass)) = &request.auth {
        let pass = Entry::new("pass", Yaml::Text(pass.clone())).beside(secret::remark("password", pass));
        members.push(Entry::new("auth", Yaml::Map(vec![pair("user", user), pass])));
    }
    if let Some(follow) = request.follow {
        members.push(Entry::new("followRedirect", Yaml::Bare(follow.to_string())));
    }
    match &request.body {
        Body::None => {}
        Body::Json(value) => members.push(Entry::new("json", Yaml::json(value, &secret::remark))),
        Body::Form(form) => members.push(Entry::new("form", fields(form))),
        Body::Parts(parts) => {
            members.push(Entry::new("formData", Yaml::Map(parts.iter().map(part).collect())));
        }
        Body::Text(text) => members.push(Entry::new("body", Yaml::Text(text.clone()))),
    }
    let has_body = request.body != Body::None;
    if has_body && request.method == "GET" {
        members.push(Entry::new("allowGetBody", Yaml::Bare("true".into())));
    }
    if !request.captures.is_empty() {
        members.push(Entry::new("capture", captures(request)));
    }
    Yaml::Map(members)
}

fn captures(request: &Request) -> Yaml {
    let capture = |it: &crate::draft::Capture| {
        let text = |key: &str, text: &str| Entry::new(key, Yaml::Text(text.to_owned()));
        let mut members = match &it.from {
            From::Json(path) => vec![text("json", path)],
            From::Header(name) => vec![text("header", name)],
            From::Selector { selector, attr } => vec![text("selector", selector), text("attr", attr)],
        };
        members.push(Entry::new("as", Yaml::Word(it.name.clone())));
        Entry::item(Yaml::Map(members))
    };
    Yaml::List(request.captures.iter().map(capture).collect())
}

fn headers(headers: &[Header]) -> Yaml {
    Yaml::Map(headers.iter().map(|header| pair(&header.name, &header.value)).collect())
}

fn pair(name: &str, value: &str) -> Entry {
    Entry::new(name, Yaml::Text(value.to_owned())).beside(secret::remark(name, value))
}

fn fields(fields: &[(String, Value)]) -> Yaml {
    let field = |(name, value): &(String, Value)| {
        let remark = value.as_str().and_then(|text| secret::remark(name, text));
        Entry::new(name, Yaml::json(value, &|_, _| None)).beside(remark)
    };
    Yaml::Map(fields.iter().map(field).collect())
}

fn part(part: &Part) -> Entry {
    let value = match &part.file {
        Some(file) => format!("in place of the file {file}"),
        None => part.value.clone(),
    };
    let remark = match &part.file {
        Some(file) => Some(format!("put the file beside this script, and here: fromFile: \"./{file}\"")),
        None => secret::remark(&part.name, &value),
    };
    let value = Yaml::Text(value);
    match &part.content_type {
        Some(kind) => {
            let members = vec![
                Entry::new("value", value).beside(remark),
                Entry::new("contentType", Yaml::Text(kind.clone())),
            ];
            Entry::new(&part.name, Yaml::Map(members))
        }
        None => Entry::new(&part.name, value).beside(remark),
    }
}
