//! What the plugins `expect`, `metrics-by-endpoint` and `apdex` do in a run.

pub use crate::expect::{
    Broken, Check, Expectation, ExpectationKind, Finding, Pattern, PropertyPath, Told, Wanted,
};

use crate::template::Template;
use std::time::Duration;

/// The plugins of a run.
#[derive(Clone, Debug, Default)]
pub struct Plugins {
    /// `expect`, where the script turns it on.
    pub expect: Option<ExpectPlugin>,
    /// `apdex`, where the script turns it on.
    pub apdex: Option<Apdex>,
    /// `metrics-by-endpoint`, which is always on.
    pub endpoints: Endpoints,
}

/// `plugins.expect`.
#[derive(Clone, Debug)]
pub struct ExpectPlugin {
    /// What is printed of each answer.
    pub format: ExpectFormat,
    /// `reportFailuresAsErrors`: an expectation that is not met fails the user.
    pub fails_users: bool,
    /// `useOnlyRequestNames`: the error then has the request's name, where it has one, instead of its URL.
    pub only_names: bool,
    /// `expectDefault200`: a request that expects nothing expects the status 200.
    pub default_200: bool,
    /// The kinds of expectations that the script has, by the number in [`ExpectationKind::Known`]: the last part of
    /// the counters `plugins.expect.ok.…` and `plugins.expect.failed.…`.
    pub kinds: Vec<String>,
}

/// `plugins.expect.outputFormat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectFormat {
    /// Each expectation in a line, and all about the exchange where one is not met.
    Pretty,
    /// The same, only where one is not met.
    PrettyError,
    /// A line of JSON for each answer.
    Json,
    /// Nothing.
    Silent,
}

/// `plugins.apdex`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Apdex {
    /// An answer that takes so long satisfies; one that takes up to four times as long is tolerated.
    pub threshold: Duration,
    /// Whether answers that fail their user by `expect` are not looked at, because `expect` comes first.
    pub after_expect: bool,
}

/// `plugins.metrics-by-endpoint`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// `metricsNamespace`: what the names of its metrics begin with.
    pub prefix: String,
    /// Whether its metrics are printed: not with `suppressOutput`, and not where the script does not name the plugin.
    pub shown: bool,
    /// `useOnlyRequestNames`: a request that has a name is known by it alone.
    pub only_names: bool,
    /// `stripQueryString`.
    pub strip_query: bool,
    /// `ignoreUnnamedRequests`: requests without a name are left out.
    pub named_only: bool,
    /// `groupDynamicURLs: false`: names are made of the URL as it was asked for, with its variables filled in.
    pub rendered: bool,
    /// Whether answers that fail their user by `expect` are left out, because `expect` comes first.
    pub after_expect: bool,
    /// The series that are left out, by their numbers, in ascending order.
    pub left_out: Vec<u32>,
}

/// What Artillery's endpoint metrics begin with.
pub const ENDPOINT_PREFIX: &str = "plugins.metrics-by-endpoint";

impl Default for Endpoints {
    fn default() -> Self {
        Endpoints {
            prefix: ENDPOINT_PREFIX.to_owned(),
            shown: false,
            only_names: false,
            strip_query: true,
            named_only: false,
            rendered: false,
            after_expect: false,
            left_out: Vec::new(),
        }
    }
}

/// What plugins want of a request.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Whether `expect` looks at it: at all requests but those of `before` and `after`, where it is turned on.
    pub expects: bool,
    /// The request's name, where something asks for it while the load runs.
    pub name: Option<Template>,
    /// Whether something asks for the URL as it was sent.
    pub wants_url: bool,
    /// Whether something looks at the answer's body.
    pub wants_body: bool,
    /// What the answer has to be like, in this order, after the captures.
    pub expectations: Vec<Expectation>,
}
