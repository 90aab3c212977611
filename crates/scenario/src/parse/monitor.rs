//! `config.monitor`: where the target's metrics are, and which of them are kept.

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::parse::{Parser, keys};
use crate::plan::monitor::{MOST_METRICS, Metric, Monitor};

impl Parser {
    pub(super) fn monitor(&mut self, node: &Node, path: &str) -> Option<Monitor> {
        if let Kind::Null = node.kind {
            return None;
        }
        if let Kind::Text(_) = node.kind {
            return Some(Monitor { url: self.monitor_url(node, path)?, metrics: Vec::new() });
        }
        if !matches!(node.kind, Kind::Map(_)) {
            self.wrong_type(node, path, "a URL, or a map with `url` and `metrics`");
            return None;
        }
        self.fields(node, path, &keys::MONITOR)?;
        let Some(url) = node.get("url") else {
            let problem = Diagnostic::error(&node.at, format!("\"{path}\" has no `url`"));
            self.problems.push(problem.hint("such as: monitor: {url: \"http://127.0.0.1:9100/metrics\"}"));
            return None;
        };
        let url = self.monitor_url(url, &format!("{path}.url"));
        let path = format!("{path}.metrics");
        let metrics = node.get("metrics").map(|metrics| self.metrics(metrics, &path)).unwrap_or_default();
        Some(Monitor { url: url?, metrics })
    }

    fn monitor_url(&mut self, node: &Node, path: &str) -> Option<String> {
        let text = self.only_text(node, path)?.value;
        let whole = || url::Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if text.starts_with('/') || self.lenient && text.contains("{{") || whole() {
            return Some(text);
        }
        let problem = Diagnostic::error(&node.at, format!("\"{path}\" is no http or https URL"));
        self.problems.push(problem.hint("such as http://127.0.0.1:9100/metrics, or /metrics on the target"));
        None
    }

    fn metrics(&mut self, node: &Node, path: &str) -> Vec<Metric> {
        let nodes = match &node.kind {
            Kind::List(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(node),
        };
        if nodes.len() > MOST_METRICS {
            let message = format!("\"{path}\" has {} entries, more than {MOST_METRICS}", nodes.len());
            let problem = Diagnostic::error(&node.at, message);
            self.problems.push(problem.hint("each is kept once a second; Prometheus is the place for more"));
        }
        let mut metrics: Vec<Metric> = Vec::with_capacity(nodes.len());
        for (index, node) in nodes.iter().enumerate() {
            let path = format!("{path}[{index}]");
            let Some(metric) = self.metric(node, &path) else { continue };
            if metrics.iter().any(|other| other.name == metric.name) {
                let problem =
                    Diagnostic::error(&node.at, format!("two metrics are called `{}`", metric.name));
                self.problems.push(problem.hint("give one of them a `name` of its own"));
            }
            metrics.push(metric);
        }
        metrics
    }

    fn metric(&mut self, node: &Node, path: &str) -> Option<Metric> {
        if let Kind::Text(_) = node.kind {
            let metric = self.metric_name(node, path)?;
            return Some(Metric { name: metric.clone(), metric, labels: Vec::new() });
        }
        self.fields(node, path, &keys::METRIC)?;
        let Some(metric) = node.get("metric") else {
            let problem = Diagnostic::error(&node.at, format!("\"{path}\" has no `metric`"));
            self.problems.push(problem.hint("such as {metric: http_requests_total, labels: {status: 500}}"));
            return None;
        };
        let metric = self.metric_name(metric, &format!("{path}.metric"))?;
        let name = match node.get("name") {
            Some(name) => self.only_text(name, &format!("{path}.name"))?.value,
            None => metric.clone(),
        };
        let labels = match node.get("labels") {
            Some(labels) => self.pairs(labels, &format!("{path}.labels"))?,
            None => Vec::new(),
        };
        let labels = labels.into_iter().map(|(label, value)| {
            let path = format!("{path}.labels.{}", label.value);
            Some((label.value, self.text(&value, &path)?.value))
        });
        Some(Metric { name, metric, labels: labels.collect::<Option<_>>()? })
    }

    /// Letters, digits, `_` and `:`, no digit first.
    fn metric_name(&mut self, node: &Node, path: &str) -> Option<String> {
        let name = self.only_text(node, path)?.value;
        let fits = |c: char| c.is_ascii_alphanumeric() || "_:".contains(c);
        if name.chars().all(fits) && !name.starts_with(|c: char| c.is_ascii_digit())
            || self.lenient && name.contains("{{")
        {
            return Some(name);
        }
        let problem = Diagnostic::error(&node.at, format!("\"{path}\" is no name of a metric: `{name}`"));
        self.problems
            .push(problem.hint("the name alone, as in http_requests_total; labels go under `labels`"));
        None
    }
}
