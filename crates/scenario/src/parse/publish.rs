//! `plugins.publish-metrics`: where figures and spans are sent while the load runs.

mod otlp;

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::parse::{Parser, keys};
use crate::publish::{Dialect, Event, Filter, Headers, INTERVAL, Publish, Publisher, Sink};
use crate::source::Location;
use crate::suggest;
use std::time::Duration;

/// What each type of ours reads beside `type` and `enabled`.
const TYPES: [(&str, &[&str]); 7] = [
    ("prometheus", &["interval", "tags", "prefix", "pushgateway", "job", "headers", "ca"]),
    ("prometheus-remote-write", &["interval", "tags", "url", "headers", "ca"]),
    ("open-telemetry", &["interval", "tags", "serviceName", "resourceAttributes", "metrics", "traces", "ca"]),
    ("statsd", &["interval", "tags", "prefix", "host", "port", "excluded", "includeOnly", "event"]),
    ("influxdb-statsd", &["interval", "tags", "prefix", "host", "port", "excluded", "includeOnly", "event"]),
    (
        "influxdb",
        &[
            "interval",
            "tags",
            "prefix",
            "url",
            "org",
            "bucket",
            "token",
            "headers",
            "ca",
            "excluded",
            "includeOnly",
        ],
    ),
    (
        "datadog",
        &[
            "interval",
            "tags",
            "prefix",
            "host",
            "port",
            "excluded",
            "includeOnly",
            "event",
            "apiKey",
            "appKey",
            "apiHost",
            "ca",
            "traces",
        ],
    ),
];

/// Types of Artillery's that are not ours.
const FOREIGN: [&str; 7] =
    ["cloudwatch", "newrelic", "honeycomb", "splunk", "dynatrace", "mixpanel", "lightstep"];

/// The longest interval.
const LONGEST: Duration = Duration::from_secs(3600);

impl Parser {
    pub(super) fn publishers(&mut self, node: &Node, path: &str) -> Publish {
        let mut publish = Publish::default();
        if matches!(node.kind, Kind::Null) {
            return publish;
        }
        let entries = self.list(node, path).unwrap_or_default();
        for (index, entry) in entries.iter().enumerate() {
            self.publisher(entry, &format!("{path}[{index}]"), &mut publish);
        }
        publish
    }

    fn publisher(&mut self, node: &Node, path: &str, publish: &mut Publish) {
        let Kind::Map(members) = &node.kind else {
            return self.wrong_type(node, path, "a map with `type`");
        };
        let Some(kind) = node.get("type").filter(|kind| !matches!(kind.kind, Kind::Null)) else {
            let known = TYPES.map(|(name, _)| name).join(", ");
            let problem = Diagnostic::error(&node.at, format!("\"{path}.type\" is required"));
            return self.problems.push(problem.hint(format!("it is one of {known}")));
        };
        let Some(kind) = self.text(kind, &format!("{path}.type")) else { return };
        let Some((_, reads)) = TYPES.iter().find(|(name, _)| *name == kind.value) else {
            if !(self.lenient && kind.value.contains("{{")) {
                self.problems.push(unknown(&kind.value, &kind.at));
            }
            return;
        };
        self.fields(node, path, &keys::PUBLISHER);
        for (key, entry) in members {
            let of_us = keys::PUBLISHER.takes(key);
            if of_us && !reads.contains(&key.as_str()) && !matches!(key.as_str(), "type" | "enabled") {
                let message = format!("`{key}` has no effect on the type {}", kind.value);
                let warning = Diagnostic::warning(&entry.key_at, message);
                self.problems.push(warning.hint(format!("{} takes {}", kind.value, reads.join(", "))));
            }
        }
        let before = self.problems.len();
        let figures = self.figures(node, path, &kind.value);
        let traces = self.traces(node, path, &kind.value);
        let enabled = self.flag_of(node, path, "enabled").unwrap_or(true);
        // Off, it is held to its keys all the same.
        if !enabled || self.problems[before..].iter().any(Diagnostic::is_error) {
            return;
        }
        if let Some(traces) = traces {
            if publish.traces.is_some() {
                let message = format!("\"{path}.traces\" has no effect: spans go to the first place alone");
                self.problems.push(Diagnostic::warning(&node.at, message).hint("as in Artillery"));
            } else {
                publish.traces = Some(traces);
            }
        }
        publish.figures.extend(figures);
    }

    fn figures(&mut self, node: &Node, path: &str, kind: &str) -> Option<Publisher> {
        let prefixes = kind != "open-telemetry";
        let filter = Filter {
            only: self.names_of(node, path, "includeOnly"),
            without: self.names_of(node, path, "excluded"),
            prefixes,
        };
        let mut publisher = Publisher {
            interval: self.interval(node, path),
            tags: self.tags(node, path),
            filter,
            authorities: self.text_of(node, path, "ca"),
            sink: Sink::RemoteWrite { url: String::new(), headers: Headers::new() },
        };
        publisher.sink = match kind {
            "prometheus" => Sink::Pushgateway {
                url: self.url_of(node, path, "pushgateway", "http://127.0.0.1:9091")?,
                job: self.text_of(node, path, "job").unwrap_or_else(|| "loadgen".into()),
                prefix: self.text_of(node, path, "prefix").unwrap_or_else(|| "artillery".into()),
                headers: self.headers_of(node, path),
            },
            "prometheus-remote-write" => Sink::RemoteWrite {
                url: self.url_of(node, path, "url", "http://127.0.0.1:9090/api/v1/write")?,
                headers: self.headers_of(node, path),
            },
            "influxdb" => self.influx(node, path)?,
            "open-telemetry" => {
                let (sink, filter) = self.otlp_metrics(node, path, &mut publisher.tags)?;
                publisher.filter = filter;
                sink
            }
            "datadog" if node.get("apiKey").is_some() => {
                self.datadog_sends_figures(node, path)?;
                Sink::DatadogApi {
                    url: self.datadog_url(node, path)?,
                    key: self.text_of(node, path, "apiKey")?,
                    prefix: self.text_of(node, path, "prefix").unwrap_or_else(|| "artillery.".into()),
                    event: self.event(node, path, true),
                }
            }
            _ => {
                self.datadog_sends_figures(node, path)?;
                Sink::Statsd {
                    dialect: if kind == "influxdb-statsd" { Dialect::Telegraf } else { Dialect::Datadog },
                    host: self.text_of(node, path, "host").unwrap_or_else(|| "127.0.0.1".into()),
                    port: self.port(node, path)?,
                    prefix: self.text_of(node, path, "prefix").unwrap_or_else(|| "artillery.".into()),
                    event: self.event(node, path, kind == "datadog").filter(|_| kind != "influxdb-statsd"),
                }
            }
        };
        Some(publisher)
    }

    fn influx(&mut self, node: &Node, path: &str) -> Option<Sink> {
        let url = self.url_of(node, path, "url", "http://127.0.0.1:8086")?;
        let mut parsed = url::Url::parse(&url).ok()?;
        let mut headers = self.headers_of(node, path);
        if let Some(token) = self.text_of(node, path, "token") {
            headers.push(("authorization".into(), format!("Token {token}")));
        }
        let (org, bucket) = (self.text_of(node, path, "org"), self.text_of(node, path, "bucket"));
        // An address alone is that of a server of version 2 or 3; whoever has another writes out where to.
        if matches!(parsed.path(), "" | "/") {
            let Some(bucket) = bucket.as_ref().filter(|_| parsed.query().is_none()) else {
                let message = format!("\"{path}.bucket\" is required");
                let hint = "or a whole url, such as http://127.0.0.1:8086/write?db=loadgen&precision=ms";
                self.problems.push(Diagnostic::error(&node.at, message).hint(hint));
                return None;
            };
            parsed.set_path("/api/v2/write");
            let mut query = parsed.query_pairs_mut();
            query.append_pair("org", org.as_deref().unwrap_or_default()).append_pair("bucket", bucket);
        }
        if !parsed.query_pairs().any(|(name, _)| name == "precision") {
            parsed.query_pairs_mut().append_pair("precision", "ms");
        }
        let measurement = self.text_of(node, path, "prefix").unwrap_or_else(|| "artillery".into());
        Some(Sink::Influx { url: parsed.into(), measurement, headers })
    }

    /// `None` where an entry is for spans alone.
    fn datadog_sends_figures(&mut self, node: &Node, _path: &str) -> Option<()> {
        let only = node.get("traces").and_then(|traces| traces.get("sendOnlyTraces"));
        (!only.is_some_and(|only| matches!(only.kind, Kind::Bool(true)))).then_some(())
    }

    fn datadog_url(&mut self, node: &Node, path: &str) -> Option<String> {
        let host = self.text_of(node, path, "apiHost").unwrap_or_else(|| "datadoghq.com".into());
        let whole = match () {
            () if host.contains("://") => host,
            () if host.starts_with("api.") => format!("https://{host}"),
            () => format!("https://api.{}", host.strip_prefix("app.").unwrap_or(&host)),
        };
        self.checked(node.get("apiHost").unwrap_or(node), &format!("{path}.apiHost"), whole, "datadoghq.eu")
    }

    fn event(&mut self, node: &Node, path: &str, unless_said: bool) -> Option<Event> {
        let path = &format!("{path}.event");
        let none = Node { kind: Kind::Null, at: node.at.clone() };
        let event = node.get("event").filter(|event| !matches!(event.kind, Kind::Null));
        let said = event.is_some();
        let event = event.unwrap_or(&none);
        if said {
            self.fields(event, path, &keys::EVENT)?;
        }
        if !self.flag_of(event, path, "send").unwrap_or(unless_said || said) {
            return None;
        }
        Some(Event {
            title: self.text_of(event, path, "title"),
            text: self.text_of(event, path, "text"),
            priority: self.text_of(event, path, "priority").unwrap_or_else(|| "low".into()),
            alert: self.text_of(event, path, "alertType").unwrap_or_else(|| "info".into()),
            aggregation: self.text_of(event, path, "aggregationKey"),
            source: self.text_of(event, path, "sourceTypeName"),
            tags: self.names_of(event, path, "tags"),
        })
    }

    fn interval(&mut self, node: &Node, path: &str) -> Duration {
        let Some(value) = node.get("interval").filter(|value| !matches!(value.kind, Kind::Null)) else {
            return INTERVAL;
        };
        let path = format!("{path}.interval");
        let Some(interval) = self.duration(value, &path) else { return INTERVAL };
        let whole = interval.value.subsec_nanos() == 0;
        if !whole || interval.value.is_zero() || interval.value > LONGEST {
            let message = format!("\"{path}\" must be whole seconds, from 1 to 3600");
            self.problems.push(Diagnostic::error(&value.at, message));
            return INTERVAL;
        }
        interval.value
    }

    fn port(&mut self, node: &Node, path: &str) -> Option<u16> {
        let Some(value) = node.get("port").filter(|value| !matches!(value.kind, Kind::Null)) else {
            return Some(8125);
        };
        let path = format!("{path}.port");
        let port = self.count(value, &path)?;
        let port = u16::try_from(port).ok().filter(|port| *port > 0);
        if port.is_none() {
            self.problems.push(Diagnostic::error(&value.at, format!("\"{path}\" is no port: 1 to 65535")));
        }
        port
    }

    /// `tags`: what stands before the first `:` is the name.
    fn tags(&mut self, node: &Node, path: &str) -> Vec<(String, String)> {
        let split = |tag: String| match tag.split_once(':') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (tag, String::new()),
        };
        self.names_of(node, path, "tags").into_iter().map(split).collect()
    }

    /// A list of texts, or one text.
    fn names_of(&mut self, node: &Node, path: &str, key: &str) -> Vec<String> {
        let Some(value) = node.get(key).filter(|value| !matches!(value.kind, Kind::Null)) else {
            return Vec::new();
        };
        let path = format!("{path}.{key}");
        let items = match &value.kind {
            Kind::List(items) => items.iter().collect(),
            _ => vec![value],
        };
        items.into_iter().filter_map(|item| self.text(item, &path)).map(|text| text.value).collect()
    }

    fn headers_of(&mut self, node: &Node, path: &str) -> Headers {
        self.map_of(node, path, "headers")
    }

    /// A map of names and texts.
    fn map_of(&mut self, node: &Node, path: &str, key: &str) -> Vec<(String, String)> {
        let Some(value) = node.get(key).filter(|value| !matches!(value.kind, Kind::Null)) else {
            return Vec::new();
        };
        let path = format!("{path}.{key}");
        let pairs = self.pairs(value, &path).unwrap_or_default();
        let mut texts = Vec::with_capacity(pairs.len());
        for (name, value) in pairs {
            let text = self.text(&value, &format!("{path}.{}", name.value));
            texts.extend(text.map(|text| (name.value, text.value)));
        }
        texts
    }

    /// A text that is not empty.
    fn text_of(&mut self, node: &Node, path: &str, key: &str) -> Option<String> {
        let value = node.get(key).filter(|value| !matches!(value.kind, Kind::Null))?;
        self.text(value, &format!("{path}.{key}")).map(|text| text.value).filter(|text| !text.is_empty())
    }

    fn flag_of(&mut self, node: &Node, path: &str, key: &str) -> Option<bool> {
        let value = node.get(key).filter(|value| !matches!(value.kind, Kind::Null))?;
        self.flag(value, &format!("{path}.{key}"))
    }

    /// A URL that has to be there.
    fn url_of(&mut self, node: &Node, path: &str, key: &str, such_as: &str) -> Option<String> {
        let path = format!("{path}.{key}");
        let value = node.get(key).filter(|value| !matches!(value.kind, Kind::Null));
        let Some(value) = value else {
            let problem = Diagnostic::error(&node.at, format!("\"{path}\" is required"));
            self.problems.push(problem.hint(format!("such as: {key}: {such_as}")));
            return None;
        };
        let text = self.text(value, &path)?.value;
        self.checked(value, &path, text, such_as)
    }

    fn checked(&mut self, at: &Node, path: &str, url: String, such_as: &str) -> Option<String> {
        if self.lenient && url.contains("{{") {
            return None;
        }
        let parsed = url::Url::parse(&url).ok();
        if parsed.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            return Some(url);
        }
        let problem = Diagnostic::error(&at.at, format!("\"{path}\" is no http or https URL"));
        self.problems.push(problem.hint(format!("such as {such_as}")));
        None
    }
}

/// A type that is none of ours: the run goes on without it.
fn unknown(name: &str, at: &Location) -> Diagnostic {
    let shown: String = name.chars().take(80).collect();
    let ours = TYPES.map(|(name, _)| name);
    let hint = format!("the run goes on without it; loadgen has {}", ours.join(", "));
    let lacks = Some(format!("publish-metrics of the type `{shown}`"));
    if FOREIGN.contains(&name) {
        let message = format!("publish-metrics of the type `{shown}` is not supported");
        let otlp = "; most such services take open-telemetry";
        return Diagnostic { lacks, ..Diagnostic::warning(at, message).hint(format!("{hint}{otlp}")) };
    }
    let warning = Diagnostic::warning(at, format!("Reporting type \"{shown}\" is not recognized."));
    Diagnostic { label: suggest::question(name, ours), lacks, ..warning.hint(hint) }
}
