//! Reading Prometheus' text format, as far as it holds what is asked for.
//!
//! A target shows thousands of lines of which a few count: lines are passed over by their names, and only those few are
//! taken apart. A line that cannot be read is none.

use loadgen_scenario::plan::monitor::Metric;
use std::collections::HashMap;

/// A metric's value: that of all series with the labels, added up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    /// It only grows, save when the target starts anew.
    Counter(f64),
    /// Anything else.
    Gauge(f64),
}

/// The values of these metrics, in their order; `None` for what is not there.
pub(super) fn values(text: &str, wanted: &[&Metric]) -> Vec<Option<Value>> {
    let mut kinds: HashMap<&str, &str> = HashMap::new();
    let mut sums: Vec<Option<f64>> = vec![None; wanted.len()];
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix('#') {
            let mut words = comment.split_whitespace();
            if let (Some("TYPE"), Some(name), Some(kind)) = (words.next(), words.next(), words.next()) {
                kinds.insert(name, kind);
            }
            continue;
        }
        let name = line.split(['{', ' ', '\t']).next().unwrap_or_default();
        if !wanted.iter().any(|metric| metric.metric == name) {
            continue;
        }
        let Some((labels, value)) = sample(&line[name.len()..]) else { continue };
        for (metric, sum) in wanted.iter().zip(&mut sums) {
            let bears =
                |(name, value): &(String, String)| labels.iter().any(|(n, v)| n == name && v == value);
            if metric.metric == name && metric.labels.iter().all(bears) {
                *sum = Some(sum.unwrap_or(0.0) + value);
            }
        }
    }
    let value = |(metric, sum): (&&Metric, Option<f64>)| {
        let sum = sum.filter(|sum| sum.is_finite())?;
        Some(if is_counter(&metric.metric, &kinds) { Value::Counter(sum) } else { Value::Gauge(sum) })
    };
    wanted.iter().zip(sums).map(value).collect()
}

/// By what is said of it, or else by its name. OpenMetrics says it of the name without `_total`.
fn is_counter(name: &str, kinds: &HashMap<&str, &str>) -> bool {
    let of = |suffix: &str| name.strip_suffix(suffix).and_then(|stem| kinds.get(stem)).copied();
    let parts = ["_count", "_sum", "_bucket"];
    match kinds.get(name).copied() {
        Some(kind) if kind != "untyped" && kind != "unknown" => kind == "counter",
        _ if of("_total") == Some("counter") => true,
        _ if parts.iter().any(|part| matches!(of(part), Some("histogram" | "summary"))) => true,
        _ => name.ends_with("_total"),
    }
}

/// Labels and value of a line whose name has been taken off; a moment may follow.
fn sample(rest: &str) -> Option<(Vec<(&str, String)>, f64)> {
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest)?,
        None => (Vec::new(), rest),
    };
    Some((labels, rest.split_whitespace().next()?.parse().ok()?))
}

/// `a="b",c="d"}`, and what follows.
fn labels(mut rest: &str) -> Option<(Vec<(&str, String)>, &str)> {
    let mut labels = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', ',']);
        if let Some(rest) = rest.strip_prefix('}') {
            return Some((labels, rest));
        }
        let (name, after) = rest.split_once('=')?;
        let quoted = after.trim_start().strip_prefix('"')?;
        let mut value = String::new();
        let mut characters = quoted.char_indices();
        let end = loop {
            match characters.next()? {
                (end, '"') => break end,
                (_, '\\') => match characters.next()?.1 {
                    'n' => value.push('\n'),
                    other => value.push(other),
                },
                (_, other) => value.push(other),
            }
        };
        labels.push((name.trim(), value));
        rest = &quoted[end + 1..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric(metric: &str, labels: &[(&str, &str)]) -> Metric {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Metric { name: String::new(), metric: metric.to_owned(), labels }
    }

    #[test]
    fn values_are_found_added_up_and_told_apart() {
        let text = "# HELP requests_total All.\n# TYPE requests_total counter\n\
            requests_total{method=\"GET\",status=\"200\"} 10 1700000000000\n\
            requests_total{method=\"GET\",path=\"a \\\"b\\\", }c\",status=\"500\",} 2\n\
            requests_total{method=\"POST\",status=\"500\"} 3\r\n\
            # TYPE queue gauge\nqueue 1.5e1\nqueue_total 7\n# TYPE up untyped\nup{} NaN\n\
            # TYPE took histogram\ntook_bucket{le=\"+Inf\"} 9\ntook_count 9\n# TYPE cpu_seconds counter\n\
            cpu_seconds_total 4\nbroken{a=\"b 1\nnothing\n# TYPE odd_total gauge\nodd_total 1\n";
        let table = [
            (metric("requests_total", &[]), Some(Value::Counter(15.0))),
            (metric("requests_total", &[("status", "500")]), Some(Value::Counter(5.0))),
            (metric("requests_total", &[("path", "a \"b\", }c")]), Some(Value::Counter(2.0))),
            (metric("requests_total", &[("status", "404")]), None),
            (metric("queue", &[]), Some(Value::Gauge(15.0))),
            (metric("queue_total", &[]), Some(Value::Counter(7.0))),
            (metric("up", &[]), None),
            (metric("took_count", &[]), Some(Value::Counter(9.0))),
            (metric("took_bucket", &[("le", "+Inf")]), Some(Value::Counter(9.0))),
            (metric("cpu_seconds_total", &[]), Some(Value::Counter(4.0))),
            (metric("odd_total", &[]), Some(Value::Gauge(1.0))),
            (metric("broken", &[]), None),
            (metric("nothing", &[]), None),
        ];
        let wanted: Vec<&Metric> = table.iter().map(|(metric, _)| metric).collect();
        for ((metric, value), seen) in table.iter().zip(values(text, &wanted)) {
            assert_eq!(seen, *value, "{metric:?}");
        }
        assert_eq!(values("<html>\n", &wanted), vec![None; wanted.len()]);
    }
}
