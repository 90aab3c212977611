//! `metrics` and `traces` of `publish-metrics`: OTLP over HTTP.

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::parse::keys::Place;
use crate::parse::{Parser, keys};
use crate::publish::{Filter, OTLP, Resource, Sink, Temporality, Traces};

/// Exporters that speak OTLP over HTTP. Their bodies are of protobuf, whichever is named: whoever takes OTLP over HTTP
/// takes that.
const EXPORTERS: [&str; 2] = ["otlp-http", "otlp-proto"];

impl Parser {
    /// `metrics`, where there are any; what is to be on all figures joins `attributes`.
    pub(super) fn otlp_metrics(
        &mut self,
        node: &Node,
        path: &str,
        attributes: &mut Vec<(String, String)>,
    ) -> Option<(Sink, Filter)> {
        let resource = self.resource(node, path);
        let metrics = part(node, "metrics")?;
        let path = &format!("{path}.metrics");
        let url = self.endpoint(metrics, path, &keys::OTLP_METRICS, "metrics")?;
        let headers = self.headers_of(metrics, path);
        attributes.extend(self.map_of(metrics, path, "attributes"));
        let meter = self.text_of(metrics, path, "meterName").unwrap_or_else(|| "loadgen".into());
        let filter = Filter {
            only: self.names_of(metrics, path, "includeOnly"),
            without: self.names_of(metrics, path, "exclude"),
            prefixes: false,
        };
        let temporality = self.temporality(metrics, path);
        Some((Sink::Otlp { url, headers, resource, meter, temporality }, filter))
    }

    fn temporality(&mut self, node: &Node, path: &str) -> Option<Temporality> {
        let value = part(node, "temporality")?;
        let path = format!("{path}.temporality");
        let name = self.text(value, &path)?.value;
        let known = match &*name {
            "cumulative" => Some(Temporality::Cumulative),
            "delta" => Some(Temporality::Delta),
            _ => None,
        };
        if known.is_none() && !(self.lenient && name.contains("{{")) {
            let shown: String = name.chars().take(80).collect();
            let problem =
                Diagnostic::error(&value.at, format!("\"{path}\" is cumulative or delta, not `{shown}`"));
            self.problems.push(problem);
        }
        known
    }

    /// `traces`, where there are any.
    pub(super) fn traces(&mut self, node: &Node, path: &str, kind: &str) -> Option<Traces> {
        if !matches!(kind, "open-telemetry" | "datadog") {
            return None;
        }
        let authorities = self.text_of(node, path, "ca");
        let mut resource = self.resource(node, path);
        let traces = part(node, "traces")?;
        let path = &format!("{path}.traces");
        let url = self.endpoint(traces, path, &keys::OTLP_TRACES, "traces")?;
        if let Some(service) = self.text_of(traces, path, "serviceName") {
            resource.service = service;
        }
        let mut attributes = self.map_of(traces, path, "attributes");
        attributes.extend(self.tags(traces, path));
        let share = match traces.get("sampleRate").filter(|rate| !matches!(rate.kind, Kind::Null)) {
            Some(rate) => {
                let path = format!("{path}.sampleRate");
                let share = self.number(rate, &path)?;
                if !(0.0..=1.0).contains(&share) {
                    let problem = format!("\"{path}\" is a share from 0 to 1, not {share}");
                    self.problems.push(Diagnostic::error(&rate.at, problem));
                }
                // As in Artillery, where 0 is the same as nothing said.
                if share == 0.0 {
                    let problem = format!("\"{path}\" is 0: all users have spans, as in Artillery");
                    let hint = "`enabled: false` sends none";
                    self.problems.push(Diagnostic::warning(&rate.at, problem).hint(hint));
                    1.0
                } else {
                    share
                }
            }
            None => 1.0,
        };
        let names = self.flag_of(traces, path, "useRequestNames").unwrap_or(false);
        let headers = self.headers_of(traces, path);
        Some(Traces { url, headers, resource, share, names, attributes, authorities })
    }

    fn resource(&mut self, node: &Node, path: &str) -> Resource {
        Resource {
            service: self.text_of(node, path, "serviceName").unwrap_or_else(|| "loadgen".into()),
            attributes: self.map_of(node, path, "resourceAttributes"),
        }
    }

    /// Where to, after telling what is not known. `None` where the exporter is none of ours.
    fn endpoint(&mut self, node: &Node, path: &str, place: &Place, signal: &str) -> Option<String> {
        self.fields(node, path, place)?;
        if let Some(exporter) = node.get("exporter").filter(|it| !matches!(it.kind, Kind::Null)) {
            let name = self.text(exporter, &format!("{path}.exporter"))?.value;
            if !EXPORTERS.contains(&name.as_str()) {
                let shown: String = name.chars().take(80).collect();
                let message = format!("the exporter `{shown}` in \"{path}\" is not supported");
                let hint = format!("no {signal} are sent; loadgen has {}", EXPORTERS.join(", "));
                let lacks = format!("the exporter `{shown}` of publish-metrics");
                self.problems.push(Diagnostic::warning(&exporter.at, message).hint(hint).lacks(lacks));
                return None;
            }
        }
        let usual = format!("{OTLP}/v1/{signal}");
        if part(node, "endpoint").is_none() {
            return Some(usual);
        }
        self.url_of(node, path, "endpoint", &usual)
    }
}

/// A part that says something.
fn part<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    node.get(key).filter(|part| !matches!(part.kind, Kind::Null))
}
