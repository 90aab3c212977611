//! `Scenario`: exactly what a script says, read into types, with the places where it says so.
//!
//! No default is filled in, nothing is derived: what the file does not say is `None`. Compiling decides.

mod capture;
mod plugins;
mod reading;
mod timeouts;

pub use crate::options::{HttpOptions, Options, Pairs, PartOptions, Parts, TlsOptions};
pub use capture::{Capture, Extract, From, Match};
pub use plugins::{EndpointOptions, ExpectOptions, Expectation, PluginOptions};
pub use reading::{Columns, Reading};
pub use timeouts::TimeoutOptions;

use crate::document::Node;
use crate::plan::monitor::Monitor;
use crate::publish::Publish;
use crate::source::{Location, Spanned};
use http::Method;
use serde_json::Value;
use std::time::Duration;

/// A script.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Where the script begins.
    pub at: Location,
    /// `config`.
    pub config: Config,
    /// `before`.
    pub before: Option<Vec<Step>>,
    /// `after`.
    pub after: Option<Vec<Step>>,
    /// `scenarios`; `None` where the key is missing.
    pub flows: Option<Vec<Flow>>,
}

/// `config`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// Where its key stands.
    pub at: Option<Location>,
    /// `target`.
    pub target: Option<Spanned<String>>,
    /// `variables`, in their order.
    pub variables: Vec<(Spanned<String>, Value)>,
    /// `phases`.
    pub phases: Option<Vec<Phase>>,
    /// `timeout`.
    pub timeout: Option<Duration>,
    /// `http.timeout`.
    pub http_timeout: Option<Duration>,
    /// `http.pool`.
    pub pool: Option<usize>,
    /// `http.defaults.headers`.
    pub default_headers: Option<Headers>,
    /// `defaults.headers`, the older place.
    pub legacy_headers: Option<Headers>,
    /// What else HTTP is told.
    pub options: HttpOptions,
    /// `tls.rejectUnauthorized`.
    pub reject_unauthorized: Option<bool>,
    /// `http.defaults.strictCapture`, else `defaults.strictCapture`.
    pub strict_capture: Option<bool>,
    /// `payload`: one entry or several.
    pub payloads: Vec<Payload>,
    /// `mode`.
    pub mode: Option<Mode>,
    /// `http.defaults.think.jitter`: a number or text.
    pub think_jitter: Option<Spanned<Value>>,
    /// `defaults.think.jitter`, the older place.
    pub legacy_think_jitter: Option<Spanned<Value>>,
    /// The names under `plugins`.
    pub plugins: Vec<Spanned<String>>,
    /// `ensure`.
    pub ensure: Option<Ensure>,
    /// The settings under `plugins.ensure`.
    pub plugin_ensure: Option<Ensure>,
    /// The settings of other plugins.
    pub plugin_options: PluginOptions,
    /// `fake-data`: the options of its functions.
    pub fake_data: Option<Vec<(Spanned<String>, Node)>>,
    /// The options under `plugins.fake-data`.
    pub plugin_fake_data: Option<Vec<(Spanned<String>, Node)>>,
    /// `plugins.slack`.
    pub slack: Option<Slack>,
    /// `monitor`.
    pub monitor: Option<Monitor>,
    /// `plugins.publish-metrics`.
    pub publish: Publish,
}

/// Header names as written, and their values.
pub type Headers = Vec<(Spanned<String>, Node)>;

/// An entry of `phases`.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// Where it begins.
    pub at: Location,
    /// Its place in words, such as `config.phases[0]`.
    pub path: String,
    /// `name`.
    pub name: Option<String>,
    /// `duration`.
    pub duration: Option<Spanned<Duration>>,
    /// `pause`.
    pub pause: Option<Spanned<Duration>>,
    /// `arrivalRate`, users per second; the place is the key's.
    pub arrival_rate: Option<Spanned<f64>>,
    /// `users`, running at a time; the place is the key's.
    pub users: Option<Spanned<u64>>,
    /// `rampTo`, users per second, or users beside `users`; the place is the key's.
    pub ramp_to: Option<Spanned<f64>>,
    /// `arrivalCount`; the place is the key's.
    pub arrival_count: Option<Spanned<u64>>,
    /// `maxVusers`.
    pub max_users: Option<u64>,
    /// `mode`.
    pub mode: Option<Mode>,
    /// `duration` or `pause` as written.
    pub duration_text: Option<String>,
}

/// `mode`: how arrivals are spread within a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Evenly.
    Uniform,
    /// At random.
    Poisson,
}

/// An entry of `payload`.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload {
    /// Where it begins.
    pub at: Location,
    /// `path`.
    pub path: Option<Spanned<String>>,
    /// `fields`.
    pub fields: Vec<Spanned<String>>,
    /// `order: sequence`.
    pub sequence: bool,
    /// `order` is given, whichever it is.
    pub ordered: bool,
    /// `loadAll`.
    pub load_all: bool,
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// How the file is to be read.
    pub reading: Reading,
}

/// `ensure`.
#[derive(Clone, Debug, PartialEq)]
pub struct Ensure {
    /// Where it stands.
    pub at: Location,
    /// `thresholds`: metric and limit.
    pub thresholds: Vec<(Spanned<String>, f64)>,
    /// `conditions`: an expression, and whether it is strict.
    pub conditions: Vec<(Spanned<String>, bool)>,
    /// `min`, `max`, `median`, `p95`, `p99`, `maxErrorRate`.
    pub legacy: Vec<(Spanned<String>, f64)>,
}

/// `plugins.slack`.
#[derive(Clone, Debug, PartialEq)]
pub struct Slack {
    /// `webhookUrl`.
    pub webhook: Spanned<String>,
    /// `notifyOnFailureOnly`.
    pub failures_only: bool,
}

/// An entry of `scenarios`.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// Where it begins.
    pub at: Location,
    /// `name`.
    pub name: Option<String>,
    /// `weight`: a number or text.
    pub weight: Option<Spanned<Value>>,
    /// `flow`.
    pub steps: Vec<Step>,
}

impl Flow {
    /// Its name; its place in the list where it has none, as Artillery counts it.
    pub(crate) fn name_or(&self, index: usize) -> String {
        self.name.clone().unwrap_or_else(|| index.to_string())
    }
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Where it stands.
    pub at: Location,
    /// Its place in words, such as `scenarios[0].flow[1].get`.
    pub path: String,
    /// What it does.
    pub action: Action,
    /// Whether it is done at all; only requests have one.
    pub guard: Option<Guard>,
}

/// `probability` and `ifTrue`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guard {
    /// `probability`, in percent.
    pub probability: Option<f64>,
    /// `ifTrue`.
    pub condition: Option<Spanned<String>>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// `get`, `post` …
    Request(Box<Request>),
    /// `think`: a number or text.
    Think {
        /// `think`.
        time: Spanned<Value>,
        /// `jitter`: a number or text.
        jitter: Option<Spanned<Value>>,
    },
    /// `loop`.
    Loop {
        /// `loop`.
        steps: Vec<Step>,
        /// `count`: a number or text.
        count: Option<Spanned<Value>>,
        /// `loopValue`: the counter's name.
        counter: Option<Spanned<String>>,
        /// `over`: a list, or the name of a variable.
        over: Option<Node>,
        /// `loopElement`: the entry's name.
        element: Option<Spanned<String>>,
        /// `whileTrue`.
        condition: Option<Spanned<String>>,
    },
    /// `parallel`.
    Parallel {
        /// `parallel`.
        steps: Vec<Step>,
        /// `limit`.
        limit: Option<u64>,
    },
    /// `log`.
    Log(Spanned<String>),
}

/// The options of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// `url` or `uri`.
    pub url: Option<Spanned<String>>,
    /// `name`.
    pub name: Option<String>,
    /// `json`.
    pub json: Option<Node>,
    /// `body`.
    pub body: Option<Spanned<String>>,
    /// `qs`.
    pub query: Vec<(Spanned<String>, Node)>,
    /// `headers`.
    pub headers: Headers,
    /// `capture`.
    pub captures: Vec<Capture>,
    /// `match`.
    pub matches: Vec<Match>,
    /// `expect`.
    pub expectations: Vec<Expectation>,
    /// What else it is told.
    pub options: Options,
}

impl Request {
    /// A request with that method, of which nothing else is said.
    pub(crate) fn new(method: Method) -> Request {
        Request {
            method,
            url: None,
            name: None,
            json: None,
            body: None,
            query: Vec::new(),
            headers: Vec::new(),
            captures: Vec::new(),
            matches: Vec::new(),
            expectations: Vec::new(),
            options: Options::default(),
        }
    }
}
