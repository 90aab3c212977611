//! What the script says to the plugins `expect`, `metrics-by-endpoint` and `apdex`, and the expectations of requests.

use crate::document::Node;
use crate::source::{Location, Spanned};
use std::time::Duration;

/// The options of plugins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PluginOptions {
    /// `plugins.expect`.
    pub expect: ExpectOptions,
    /// `plugins.metrics-by-endpoint`; `None` where the script does not name it.
    pub endpoints: Option<EndpointOptions>,
    /// `plugins.apdex.threshold`.
    pub apdex: Option<Duration>,
    /// `apdex.threshold`, which counts where both are given.
    pub outer_apdex: Option<Duration>,
}

/// `plugins.expect`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExpectOptions {
    /// `formatter`.
    pub formatter: Option<Spanned<String>>,
    /// `outputFormat`.
    pub output_format: Option<Spanned<String>>,
    /// `reportFailuresAsErrors`.
    pub failures_are_errors: Option<bool>,
    /// `useOnlyRequestNames`.
    pub only_names: Option<bool>,
    /// `expectDefault200`.
    pub default_200: Option<bool>,
}

/// `plugins.metrics-by-endpoint`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointOptions {
    /// `useOnlyRequestNames`.
    pub only_names: Option<bool>,
    /// `stripQueryString`.
    pub strip_query: Option<bool>,
    /// `ignoreUnnamedRequests`.
    pub ignore_unnamed: Option<bool>,
    /// `metricsNamespace`.
    pub namespace: Option<String>,
    /// `groupDynamicURLs`.
    pub group_urls: Option<bool>,
    /// `suppressOutput`.
    pub suppress_output: Option<bool>,
}

/// An entry of a request's `expect`.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// What is expected, such as `statusCode`.
    pub name: Spanned<String>,
    /// Which one.
    pub value: Node,
    /// `description`, which stands in messages for a JMESPath expression.
    pub description: Option<String>,
    /// Where its value stands.
    pub at: Location,
}
