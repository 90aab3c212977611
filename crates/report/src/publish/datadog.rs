//! What Datadog's API takes over HTTPS, as JSON: series (version 2) and events (version 1).

use super::Readings;
use loadgen_scenario::publish::Event;
use serde_json::{Value, json};
use std::time::Duration;

/// Kinds of metrics there.
const COUNT: u8 = 1;
const GAUGE: u8 = 3;

/// Bytes of a body: it takes 512,000 at the most.
const MOST: usize = 500_000;

/// Readings of a span of time, for `/api/v2/series`: as many bodies as are needed, none where nothing was measured.
pub fn series(readings: &Readings, span: Duration, prefix: &str, tags: &[(String, String)]) -> Vec<String> {
    let tags = self::tags(tags);
    let at = readings.at / 1000;
    let one = |name: &str, value: Value, kind: u8| {
        let mut series = json!({
            "metric": format!("{prefix}{name}"),
            "type": kind,
            "points": [{"timestamp": at, "value": value}],
            "tags": tags,
        });
        if kind == COUNT {
            series["interval"] = span.as_secs().max(1).into();
        }
        series
    };
    let counters = readings.counters().map(|(name, count)| one(name, count.into(), COUNT));
    let gauges = readings.gauges().map(|(name, value)| one(&name, value.into(), GAUGE));
    let mut bodies: Vec<String> = Vec::new();
    for series in counters.chain(gauges).map(|series| series.to_string()) {
        match bodies.last_mut() {
            Some(body) if body.len() + series.len() < MOST => body.push(','),
            _ => bodies.push("{\"series\":[".to_owned()),
        }
        bodies.last_mut().into_iter().for_each(|body| body.push_str(&series));
    }
    bodies.iter_mut().for_each(|body| body.push_str("]}"));
    bodies
}

/// An event, for `/api/v1/events`.
pub fn event(event: &Event, title: &str, text: &str, tags: &[(String, String)]) -> String {
    let mut all = self::tags(tags);
    all.extend(event.tags.iter().cloned());
    let mut body = json!({
        "title": title,
        "text": text,
        "priority": event.priority,
        "alert_type": event.alert,
        "tags": all,
    });
    for (key, value) in [("aggregation_key", &event.aggregation), ("source_type_name", &event.source)] {
        if let Some(value) = value {
            body[key] = value.as_str().into();
        }
    }
    body.to_string()
}

fn tags(tags: &[(String, String)]) -> Vec<String> {
    let tag = |(name, value): &(String, String)| match value.as_str() {
        "" => name.clone(),
        value => format!("{name}:{value}"),
    };
    tags.iter().map(tag).collect()
}
