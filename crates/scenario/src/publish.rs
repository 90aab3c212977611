//! `Publisher`: an entry of `config.plugins.publish-metrics`, which sends figures elsewhere while the load runs.
//!
//! What differs between protocols is [`Sink`]; what each of them takes is [`Publisher`]. Headers, tokens and the user and
//! password of a URL are secrets: they are sent, and shown nowhere.

use std::collections::BTreeMap;
use std::time::Duration;

/// How often figures are sent unless an entry says otherwise: Artillery's period.
pub const INTERVAL: Duration = Duration::from_secs(10);

/// All entries together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Publish {
    /// Where figures go.
    pub figures: Vec<Publisher>,
    /// Where spans go: Artillery has one place for them, too.
    pub traces: Option<Traces>,
}

/// Where figures go, and which.
#[derive(Clone, Debug, PartialEq)]
pub struct Publisher {
    /// How often they are sent: whole seconds, 1 s to 1 h.
    pub interval: Duration,
    /// `tags`: names and values that all figures bear. The value is empty where there is none.
    pub tags: Vec<(String, String)>,
    /// Which figures of Artillery's names are sent.
    pub filter: Filter,
    /// `ca`: a file with the authorities that are trusted besides the usual ones.
    pub authorities: Option<String>,
    /// By which protocol.
    pub sink: Sink,
}

/// Which figures are sent, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those alone, unless it is empty.
    pub only: Vec<String>,
    /// Not those; some protocols of Artillery's heed it only where `only` is empty.
    pub without: Vec<String>,
    /// Whether a name stands for all that begin with it.
    pub prefixes: bool,
}

/// By which protocol figures are sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Sink {
    /// `prometheus`: pushed to a Pushgateway.
    Pushgateway {
        /// Its address, with the scheme.
        url: String,
        /// `job`: which group of metrics there is replaced.
        job: String,
        /// `prefix`: what the names of Artillery's metrics begin with.
        prefix: String,
        /// Sent with each request.
        headers: Headers,
    },
    /// `prometheus-remote-write`: written to Prometheus, or to what speaks as it does.
    RemoteWrite {
        /// Where to.
        url: String,
        /// Sent with each request.
        headers: Headers,
    },
    /// `statsd`, `influxdb-statsd`, and `datadog` without an API key: datagrams.
    Statsd {
        /// How tags are written.
        dialect: Dialect,
        /// A name or an address.
        host: String,
        /// Its port.
        port: u16,
        /// What names begin with.
        prefix: String,
        /// What is told when the load begins and ends.
        event: Option<Event>,
    },
    /// `datadog` with an API key: its API over HTTPS.
    DatadogApi {
        /// Such as `https://api.datadoghq.com`.
        url: String,
        /// A secret.
        key: String,
        /// What names begin with.
        prefix: String,
        /// What is told when the load begins and ends.
        event: Option<Event>,
    },
    /// `influxdb`: line protocol over HTTP.
    Influx {
        /// Where to, the query included.
        url: String,
        /// What the lines are called.
        measurement: String,
        /// Sent with each request.
        headers: Headers,
    },
    /// `metrics` of `open-telemetry`: OTLP over HTTP.
    Otlp {
        /// Where to.
        url: String,
        /// Sent with each request.
        headers: Headers,
        /// Who speaks.
        resource: Resource,
        /// `meterName`: what the metrics are said to be made by.
        meter: String,
        /// `temporality`; `None` where nothing is said of it.
        temporality: Option<Temporality>,
    },
}

/// Since when figures count that add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Temporality {
    /// Since the run began.
    #[default]
    Cumulative,
    /// Since those that were sent before.
    Delta,
}

/// Names and values.
pub type Headers = Vec<(String, String)>;

/// How StatsD's tags are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `name:1|c|#tag:value`.
    Datadog,
    /// `name,tag=value:1|c`, as Telegraf reads it.
    Telegraf,
}

/// `event`: what Datadog is told when the load begins and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `title`; `None` for one with the time in it.
    pub title: Option<String>,
    /// `text`; `None` for one with the target in it.
    pub text: Option<String>,
    /// `priority`: low or normal.
    pub priority: String,
    /// `alertType`: info, success, warning or error.
    pub alert: String,
    /// `aggregationKey`.
    pub aggregation: Option<String>,
    /// `sourceTypeName`.
    pub source: Option<String>,
    /// `tags` of its own.
    pub tags: Vec<String>,
}

/// Who speaks, for OpenTelemetry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// `service.name`.
    pub service: String,
    /// Further attributes.
    pub attributes: Vec<(String, String)>,
}

/// `traces`: spans of users and their requests, by OTLP over HTTP.
#[derive(Clone, Debug, PartialEq)]
pub struct Traces {
    /// Where to.
    pub url: String,
    /// Sent with each request.
    pub headers: Headers,
    /// Who speaks.
    pub resource: Resource,
    /// `sampleRate`: the share of users who have spans, for themselves and each of their requests, 0 to 1.
    pub share: f64,
    /// `useRequestNames`: spans of requests are called as the request is, where it has a name.
    pub names: bool,
    /// `attributes` of all spans.
    pub attributes: Vec<(String, String)>,
    /// `ca`: as [`Publisher::authorities`].
    pub authorities: Option<String>,
}

/// Where OTLP goes that is told no place.
pub(crate) const OTLP: &str = "http://localhost:4318";

impl Publish {
    /// The same with what OpenTelemetry's own variables say, where an entry for OpenTelemetry does not say itself where
    /// to, with which headers, or since when figures count: `OTEL_EXPORTER_OTLP_ENDPOINT`, the same for a signal,
    /// `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`. What makes no sense there has
    /// no effect, as OpenTelemetry wants it.
    pub(crate) fn in_environment(mut self, environment: &BTreeMap<String, String>) -> Self {
        let set = |name: &str| environment.get(name).filter(|value| !value.is_empty());
        let settle = |url: &mut String, headers: &mut Headers, signal: &str| {
            if *url == format!("{OTLP}/v1/{signal}") {
                let own = set(&format!("OTEL_EXPORTER_OTLP_{}_ENDPOINT", signal.to_uppercase())).cloned();
                let common = set("OTEL_EXPORTER_OTLP_ENDPOINT");
                let common = common.map(|url| format!("{}/v1/{signal}", url.trim_end_matches('/')));
                let said = own.or(common).filter(|url| url::Url::parse(url).is_ok_and(|url| url.has_host()));
                said.into_iter().for_each(|said| *url = said);
            }
            if headers.is_empty() {
                let pairs = set("OTEL_EXPORTER_OTLP_HEADERS").into_iter().flat_map(|list| list.split(','));
                let pairs = pairs.filter_map(|pair| pair.split_once('='));
                headers.extend(pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())));
            }
        };
        for publisher in &mut self.figures {
            if let Sink::Otlp { url, headers, temporality, .. } = &mut publisher.sink {
                settle(url, headers, "metrics");
                let preferred = set("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE");
                *temporality = temporality.or_else(|| Temporality::named(preferred?));
            }
        }
        if let Some(Traces { url, headers, .. }) = &mut self.traces {
            settle(url, headers, "traces");
        }
        self
    }
}

impl Temporality {
    /// As OpenTelemetry's variable has it, in letters of any size. `lowmemory` is `delta` for all that we send.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match &*name.trim().to_ascii_lowercase() {
            "cumulative" => Some(Temporality::Cumulative),
            "delta" | "lowmemory" => Some(Temporality::Delta),
            _ => None,
        }
    }
}

impl Filter {
    /// Whether a figure is sent.
    pub fn takes(&self, name: &str) -> bool {
        let among = |names: &[String]| {
            names.iter().any(|it| if self.prefixes { name.starts_with(it.as_str()) } else { name == it })
        };
        match (self.only.is_empty(), self.prefixes) {
            (true, _) => !among(&self.without),
            // As Artillery has it for Datadog and StatsD: whatever is to be sent is sent.
            (false, true) => among(&self.only),
            (false, false) => among(&self.only) && !among(&self.without),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_prefixes_or_whole() {
        let filter = |only: &[&str], without: &[&str], prefixes| {
            let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            Filter { only: list(only), without: list(without), prefixes }
        };
        for (only, without, prefixes, taken) in [
            (&[][..], &[][..], true, [true, true]),
            (&["http.re"], &[], true, [true, false]),
            (&[], &["http.re"], true, [false, true]),
            (&["http.re"], &["http.re"], true, [true, false]),
            (&["http.re"], &[], false, [false, false]),
            (&["http.requests"], &["http.requests"], false, [false, false]),
            (&[], &["vusers.created"], false, [true, false]),
        ] {
            let filter = filter(only, without, prefixes);
            assert_eq!([filter.takes("http.requests"), filter.takes("vusers.created")], taken, "{filter:?}");
        }
    }
}
