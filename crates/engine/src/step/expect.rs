//! Artillery's plugin `expect`: checks an answer, counts, and prints what came of it.

use crate::step::watch::{Asked, Watched};
use crate::transport::Transport;
use crate::user::User;
use loadgen_metrics::ErrorSample;
use loadgen_scenario::extract::Answer;
use loadgen_scenario::plan::Body;
use loadgen_scenario::plan::plugins::{ExpectFormat, ExpectPlugin, Expectation, ExpectationKind, Finding};
use loadgen_scenario::{Scope, string_of};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Characters of a body that are printed.
const SHOWN: usize = 512;

/// An expectation that was checked.
struct Checked<'p> {
    kind: Cow<'p, str>,
    finding: Finding,
}

/// Checks what is expected of an answer. Gives what the first expectation that is not met objects to, in words.
pub(super) fn check<T: Transport>(
    user: &User<T>,
    watched: &Watched<'_>,
    plugin: &ExpectPlugin,
    status: u16,
    answer: &Answer<'_>,
) -> Option<String> {
    let expectations = &watched.request.watch.expectations;
    let told = plugin.format != ExpectFormat::Silent;
    let mut results = Vec::with_capacity(if told { expectations.len() } else { 0 });
    let mut first = None;
    for expectation in expectations {
        let finding = expectation.check(status, answer, &mut *user.session.borrow_mut(), told);
        let kind = kind(user, plugin, expectation);
        let words = || match &finding.told {
            Some((expected, got)) => {
                format!("status {status}: {kind}: expected {}, got {}", text(expected), text(got))
            }
            None => format!("status {status}: {kind}"),
        };
        count(user, watched, expectation, &kind, finding.ok, words);
        if !finding.ok && first.is_none() {
            first = Some(words());
        }
        if told {
            results.push(Checked { kind, finding });
        }
    }
    if told && let Some(asked) = &watched.asked {
        let failed = first.is_some();
        let text = match plugin.format {
            ExpectFormat::Json => Some(as_json(asked, results)),
            ExpectFormat::Pretty if !results.is_empty() => {
                Some(pretty(user, watched, asked, results, answer))
            }
            ExpectFormat::PrettyError if failed => Some(pretty(user, watched, asked, results, answer)),
            _ => None,
        };
        text.into_iter().for_each(|text| user.shard.say(text));
    }
    first
}

/// What is printed where no answer came.
pub(super) fn fault(format: ExpectFormat, cause: &str) -> String {
    match format {
        ExpectFormat::Json => json!({"ok": false, "error": cause}).to_string(),
        _ => format!("Error: {cause}"),
    }
}

/// What `String()` of JavaScript makes of a value; `None` is undefined.
fn text(value: &Option<Value>) -> String {
    value.as_ref().map_or_else(|| "undefined".to_owned(), string_of)
}

/// What an expectation counts as.
fn kind<'p, T: Transport>(user: &User<T>, plugin: &'p ExpectPlugin, it: &Expectation) -> Cow<'p, str> {
    match &it.kind {
        ExpectationKind::Known(number) => {
            Cow::Borrowed(plugin.kinds.get(*number as usize).map_or("", String::as_str))
        }
        ExpectationKind::Header(name) => {
            let mut text = String::from("header ");
            name.render_into(&mut *user.session.borrow_mut(), &mut text);
            text.push_str(" values equals");
            Cow::Owned(text)
        }
    }
}

fn count<T: Transport>(
    user: &User<T>,
    watched: &Watched<'_>,
    expectation: &Expectation,
    kind: &str,
    ok: bool,
    words: impl FnOnce() -> String,
) {
    let at = user.shard.clock.now();
    let sample = || ErrorSample {
        at,
        method: watched.request.method.to_string(),
        url: watched.asked.as_ref().map(|asked| asked.url.clone()).unwrap_or_default(),
        detail: words(),
        trace: watched.trace,
        ..ErrorSample::default()
    };
    let mut recorder = user.shard.recorder.borrow_mut();
    match &expectation.kind {
        ExpectationKind::Known(number) => recorder.expectation(*number, ok, at, sample),
        ExpectationKind::Header(_) => recorder.header_expectation(kind, ok, at, sample),
    }
}

fn as_json(asked: &Asked, results: Vec<Checked<'_>>) -> String {
    let result = |Checked { kind, finding }: Checked<'_>| {
        let (expected, got) = finding.told.unwrap_or_default();
        let members = [
            ("ok", Some(finding.ok.into())),
            ("expected", expected),
            ("type", Some(kind.into_owned().into())),
            ("got", got),
        ];
        let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(members.collect())
    };
    let mut line = Map::new();
    asked.name.iter().for_each(|name| drop(line.insert("name".to_owned(), name.as_str().into())));
    line.insert("url".to_owned(), asked.path().into());
    line.insert("results".to_owned(), results.into_iter().map(result).collect());
    Value::Object(line).to_string()
}

fn pretty<T: Transport>(
    user: &User<T>,
    watched: &Watched<'_>,
    asked: &Asked,
    results: Vec<Checked<'_>>,
    answer: &Answer<'_>,
) -> String {
    let name = asked.name.as_ref().map_or_else(String::new, |name| format!("- {name}"));
    let mut lines = vec![format!("* {} {} {name}\n", watched.request.method, asked.path())];
    let mut failed = false;
    for Checked { kind, finding } in results {
        let (expected, got) = finding.told.unwrap_or_default();
        let got = text(&got);
        lines.push(format!("  {} {kind} {got} ", if finding.ok { "ok" } else { "not ok" }));
        if !finding.ok {
            failed = true;
            lines.push(format!("  expected: {}", text(&expected)));
            lines.push(format!("       got: {got}"));
        }
    }
    if failed {
        exchange(user, watched, asked, answer, &mut lines);
    }
    lines.join("\n")
}

/// All about an exchange.
fn exchange<T: Transport>(
    user: &User<T>,
    watched: &Watched<'_>,
    asked: &Asked,
    answer: &Answer<'_>,
    lines: &mut Vec<String>,
) {
    lines.push("  Request params:".to_owned());
    lines.push(format!("    {}", asked.url));
    let body = match &watched.request.body {
        Body::Json(_) => serde_json::from_slice::<Value>(&asked.body).ok(),
        _ => None,
    };
    let body = serde_json::to_string_pretty(&body.unwrap_or_else(|| "".into())).unwrap_or_default();
    lines.extend(body.lines().map(|line| format!("    {line}")));
    lines.push("  Headers:".to_owned());
    for name in answer.headers().keys() {
        let values = answer.headers().get_all(name).iter();
        let values: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        lines.push(format!("  {name}: {}", values.join(", ")));
    }
    lines.push("  Body:".to_owned());
    lines.push(answer.text().chars().take(SHOWN).collect());
    lines.push("  User variables:".to_owned());
    let session = user.session.borrow();
    for (index, name) in user.shard.plan.slots.iter().enumerate() {
        let slot = loadgen_scenario::plan::Slot(u32::try_from(index).unwrap_or(u32::MAX));
        if let Some(value) = session.value(slot) {
            lines.push(format!("    {name}: {}", string_of(value)));
        }
    }
}
