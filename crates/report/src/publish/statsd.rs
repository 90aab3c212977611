//! StatsD's datagrams, in the dialects of Datadog and of Telegraf.
//!
//! Counters are told by how much they grew, `c`; rates and statistics as gauges, `g`.

use super::Readings;
use crate::number::plain;
use loadgen_scenario::publish::{Dialect, Event};
use std::borrow::Cow;

/// Bytes of a datagram at most: what goes over an Ethernet in one piece.
const LONGEST: usize = 1_432;

/// Readings as datagrams of whole lines. A line longer than a datagram should be is one of its own.
pub fn datagrams(
    readings: &Readings,
    dialect: Dialect,
    prefix: &str,
    tags: &[(String, String)],
) -> Vec<Vec<u8>> {
    let line = Line::new(dialect, prefix, tags);
    let counters = readings.counters().map(|(name, count)| line.of(name, &count.to_string(), 'c'));
    // A sign would make a step of a level.
    let gauges = readings.gauges().filter(|(_, value)| *value >= 0.0);
    let gauges = gauges.map(|(name, value)| line.of(&name, &plain(value), 'g'));
    packed(counters.chain(gauges))
}

/// An event as Datadog's agent takes it.
pub fn event(event: &Event, title: &str, text: &str, tags: &[(String, String)]) -> Vec<u8> {
    let text = text.replace('\n', "\\n");
    let mut line = format!("_e{{{},{}}}:{title}|{text}", title.len(), text.len());
    let parts = [
        ("k", event.aggregation.as_deref()),
        ("p", Some(event.priority.as_str())),
        ("s", event.source.as_deref()),
        ("t", Some(event.alert.as_str())),
    ];
    for (mark, value) in parts {
        if let Some(value) = value {
            line.push_str(&format!("|{mark}:{}", clean(value, &['|', '\n'])));
        }
    }
    let own = event.tags.iter().map(|tag| clean(tag, FORBIDDEN_IN_TAGS).into_owned());
    let all: Vec<String> = tags.iter().map(datadog_tag).chain(own).collect();
    if !all.is_empty() {
        line.push_str(&format!("|#{}", all.join(",")));
    }
    line.into_bytes()
}

const FORBIDDEN_IN_TAGS: &[char] = &['|', ',', '@', '\n', '#'];

fn datadog_tag((name, value): &(String, String)) -> String {
    let name = clean(name, FORBIDDEN_IN_TAGS);
    match clean(value, FORBIDDEN_IN_TAGS) {
        value if value.is_empty() => name.into_owned(),
        value => format!("{name}:{value}"),
    }
}

/// How a line is made of a metric.
struct Line {
    prefix: String,
    /// What follows the name.
    after_name: String,
    /// What ends the line.
    end: String,
    forbidden: &'static [char],
}

impl Line {
    fn new(dialect: Dialect, prefix: &str, tags: &[(String, String)]) -> Self {
        let prefix = prefix.to_owned();
        match dialect {
            Dialect::Datadog => {
                let tags: Vec<String> = tags.iter().map(datadog_tag).collect();
                let end = if tags.is_empty() { String::new() } else { format!("|#{}", tags.join(",")) };
                Line { prefix, after_name: String::new(), end, forbidden: &[':', '|', '@', '\n'] }
            }
            Dialect::Telegraf => {
                let forbidden = &[':', '|', ',', '=', ' ', '@', '\n'];
                let tag = |(name, value): &(String, String)| match value.as_str() {
                    // A tag has a value there.
                    "" => format!(",{}=true", clean(name, forbidden)),
                    value => format!(",{}={}", clean(name, forbidden), clean(value, forbidden)),
                };
                let after_name = tags.iter().map(tag).collect();
                Line { prefix, after_name, end: String::new(), forbidden }
            }
        }
    }

    fn of(&self, name: &str, value: &str, kind: char) -> String {
        let name = clean(name, self.forbidden);
        format!("{}{name}{}:{value}|{kind}{}", self.prefix, self.after_name, self.end)
    }
}

/// The text with `_` for what would end it early.
fn clean<'a>(text: &'a str, forbidden: &[char]) -> Cow<'a, str> {
    if text.contains(forbidden) { text.replace(forbidden, "_").into() } else { text.into() }
}

fn packed(lines: impl Iterator<Item = String>) -> Vec<Vec<u8>> {
    let mut datagrams: Vec<Vec<u8>> = Vec::new();
    for line in lines {
        match datagrams.last_mut() {
            Some(last) if last.len() + 1 + line.len() <= LONGEST => {
                last.push(b'\n');
                last.extend_from_slice(line.as_bytes());
            }
            _ => datagrams.push(line.into_bytes()),
        }
    }
    datagrams
}
