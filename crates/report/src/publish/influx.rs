//! InfluxDB's line protocol: a line for each span of time, whose fields are the figures by their names.

use super::Readings;
use crate::number::plain;

/// Readings as a line; nothing where nothing was measured. Times are in milliseconds since 1970.
pub fn line(readings: &Readings, measurement: &str, tags: &[(String, String)]) -> String {
    let counters = readings.counters().map(|(name, count)| format!("{}={count}i", escaped(name)));
    let gauges = readings.gauges().map(|(name, value)| format!("{}={}", escaped(&name), plain(value)));
    let fields: Vec<String> = counters.chain(gauges).collect();
    if fields.is_empty() {
        return String::new();
    }
    let mut line = measurement.replace('\n', " ").replace(',', "\\,").replace(' ', "\\ ");
    // A tag has a value there.
    let tags = tags.iter().map(|(name, value)| (name, if value.is_empty() { "true" } else { value }));
    let mut tags: Vec<_> = tags.map(|(name, value)| (escaped(name), escaped(value))).collect();
    // In the order of their names, which is quickest to take in; a name stands once.
    tags.sort();
    tags.dedup_by(|one, other| one.0 == other.0);
    tags.iter().for_each(|(name, value)| line.push_str(&format!(",{name}={value}")));
    format!("{line} {} {}\n", fields.join(","), readings.at)
}

/// A key or a tag's value.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push_str("\\ "),
            ',' | '=' | ' ' => out.extend(['\\', c]),
            // Before what is escaped it would be taken for part of that, and at the end it would escape what follows.
            '\\' => out.push('/'),
            c => out.push(c),
        }
    }
    out
}
