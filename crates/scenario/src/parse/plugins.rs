//! The options of the plugins `expect`, `metrics-by-endpoint` and `apdex`, and the expectations of requests.

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::parse::Parser;
use crate::parse::keys::{APDEX, ENDPOINTS_PLUGIN, EXPECT_PLUGIN};
use crate::scenario::{Config, EndpointOptions, ExpectOptions, Expectation};
use crate::source::{Location, Spanned};
use crate::suggest;
use std::time::Duration;

/// What can be expected.
const EXPECTATIONS: [&str; 12] = [
    "statusCode",
    "notStatusCode",
    "contentType",
    "hasProperty",
    "notHasProperty",
    "equals",
    "hasHeader",
    "headerEquals",
    "matchesRegexp",
    "cdnHit",
    "jmespath",
    "jpath",
];

impl Parser {
    /// The options of one of these plugins. A plugin that is merely named has none.
    pub(super) fn plugin(&mut self, name: &str, node: &Node, path: &str, config: &mut Config) {
        let options = &mut config.plugin_options;
        if name == "metrics-by-endpoint" {
            // Named without options it is another than where it is not named at all.
            options.endpoints = Some(EndpointOptions::default());
        }
        if matches!(node.kind, Kind::Null | Kind::Bool(_)) {
            return;
        }
        match name {
            "expect" => options.expect = self.expect_options(node, path),
            "metrics-by-endpoint" => options.endpoints = Some(self.endpoint_options(node, path)),
            "apdex" => options.apdex = self.apdex(node, path),
            _ => {}
        }
    }

    fn expect_options(&mut self, node: &Node, path: &str) -> ExpectOptions {
        let mut options = ExpectOptions::default();
        let Some(members) = self.fields(node, path, &EXPECT_PLUGIN) else { return options };
        for (key, entry) in members {
            let (node, path) = (&entry.node, format!("{path}.{key}"));
            match key.as_str() {
                "formatter" => options.formatter = self.text(node, &path),
                "outputFormat" => options.output_format = self.text(node, &path),
                "reportFailuresAsErrors" => options.failures_are_errors = self.flag(node, &path),
                "useOnlyRequestNames" => options.only_names = self.flag(node, &path),
                "expectDefault200" => options.default_200 = self.flag(node, &path),
                _ => {}
            }
        }
        options
    }

    fn endpoint_options(&mut self, node: &Node, path: &str) -> EndpointOptions {
        let mut options = EndpointOptions::default();
        let Some(members) = self.fields(node, path, &ENDPOINTS_PLUGIN) else { return options };
        for (key, entry) in members {
            let (node, path) = (&entry.node, format!("{path}.{key}"));
            match key.as_str() {
                "useOnlyRequestNames" => options.only_names = self.flag(node, &path),
                "stripQueryString" => options.strip_query = self.flag(node, &path),
                "ignoreUnnamedRequests" => options.ignore_unnamed = self.flag(node, &path),
                "metricsNamespace" => options.namespace = self.text(node, &path).map(|text| text.value),
                "groupDynamicURLs" => options.group_urls = self.flag(node, &path),
                "suppressOutput" => options.suppress_output = self.flag(node, &path),
                _ => {}
            }
        }
        options
    }

    /// `apdex`, in either place: its threshold in milliseconds.
    pub(super) fn apdex(&mut self, node: &Node, path: &str) -> Option<Duration> {
        if matches!(node.kind, Kind::Null | Kind::Bool(_)) {
            return None;
        }
        let entry = self.fields(node, path, &APDEX)?.get("threshold")?;
        let path = format!("{path}.threshold");
        let threshold = self.number(&entry.node, &path)?;
        if threshold < 0.0 {
            let problem = format!("\"{path}\" is negative: {threshold}");
            self.problems.push(Diagnostic::error(&entry.node.at, problem).hint("milliseconds, such as 500"));
            return None;
        }
        Duration::try_from_secs_f64(threshold / 1000.0).ok()
    }

    /// `expect` of a request: a map, or a list of maps with one expectation each.
    pub(super) fn expectations(&mut self, node: &Node, path: &str, key_at: &Location) -> Vec<Expectation> {
        if !self.expects {
            let warning =
                Diagnostic::warning(key_at, "`expect` has no effect, because the plugin is not turned on");
            let hint = "as in Artillery, `config.plugins: {expect: {}}` turns it on";
            self.problems.push(warning.hint(hint));
            return Vec::new();
        }
        if path.starts_with("before") || path.starts_with("after") {
            let warning = Diagnostic::warning(key_at, "`expect` has no effect in `before` and `after`");
            self.problems.push(warning.hint("as in Artillery; a strict `capture` or `match` stops them"));
            return Vec::new();
        }
        let mut expectations = Vec::new();
        match &node.kind {
            Kind::Null => {}
            Kind::Map(members) => {
                for (name, entry) in members {
                    expectations.extend(self.expectation(name, &entry.key_at, &entry.node));
                }
            }
            Kind::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    expectations.extend(self.listed(item, &format!("{path}[{index}]")));
                }
            }
            _ => self.wrong_type(node, path, "a map or a list of maps, such as `- statusCode: 200`"),
        }
        expectations
    }

    /// An item of a list of expectations. As in Artillery, only the first key of it counts.
    fn listed(&mut self, node: &Node, path: &str) -> Option<Expectation> {
        let Kind::Map(members) = &node.kind else {
            self.wrong_type(node, path, "a map such as `statusCode: 200`");
            return None;
        };
        let Some((name, entry)) = members.first() else {
            let warning = Diagnostic::warning(&node.at, format!("\"{path}\" is empty"));
            self.problems.push(warning.hint("an expectation is a map such as `statusCode: 200`"));
            return None;
        };
        let describable = matches!(name.as_str(), "jmespath" | "jpath");
        for (other, entry) in members.iter().skip(1) {
            if other == "description" && describable {
                continue;
            }
            let shown: String = other.chars().take(80).collect();
            let warning = Diagnostic::warning(
                &entry.key_at,
                format!("`{shown}` has no effect beside `{name}` in {path}"),
            );
            self.problems.push(warning.hint("an item of a list holds one expectation; write two items"));
        }
        let mut expectation = self.expectation(name, &entry.key_at, &entry.node)?;
        if let Some(entry) = members.get("description").filter(|_| describable) {
            expectation.description =
                self.text(&entry.node, &format!("{path}.description")).map(|text| text.value);
        }
        Some(expectation)
    }

    fn expectation(&mut self, name: &str, key_at: &Location, node: &Node) -> Option<Expectation> {
        if !EXPECTATIONS.contains(&name) {
            let shown: String = name.chars().take(80).collect();
            let message = format!("there is no expectation `{shown}`");
            let hint = format!("there are {}", EXPECTATIONS.join(", "));
            // As with keys: a slip of the finger stops the run, anything else is passed over as in Artillery.
            let question = suggest::question(name, EXPECTATIONS);
            let problem = match suggest::is_slip(name, EXPECTATIONS) {
                true => Diagnostic::error(key_at, message),
                false => Diagnostic::warning(key_at, message)
                    .notice(format!("Expect Plugin: Expectation '{shown}' is not supported")),
            };
            let problem = problem.label(question.unwrap_or_else(|| "it is not checked".to_owned()));
            self.problems.push(problem.hint(hint));
            return None;
        }
        Some(Expectation {
            name: Spanned::new(name.to_owned(), key_at.clone()),
            value: node.clone(),
            description: None,
            at: node.at.clone(),
        })
    }
}
