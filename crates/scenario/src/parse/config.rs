//! `config` and the environments in it.

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{Kind, Node};
use crate::parse::{Parser, keys};
use crate::scenario::{Config, Headers, Mode, Phase};
use crate::source::{Location, Spanned};
use crate::suggest;

/// Plugins that are known: one part of loadgen each.
const PLUGINS: [&str; 7] =
    ["ensure", "expect", "metrics-by-endpoint", "apdex", "fake-data", "slack", "publish-metrics"];

/// Plugins of Artillery's own that are not known yet.
const NOT_YET: [&str; 1] = ["memory-inspector"];

/// A target that cannot be read is not one that is missing: that has been told, and once is enough.
fn stand_in(node: &Node) -> Spanned<String> {
    Spanned::new("builtin".to_owned(), node.at.clone())
}

/// A span of time as it is written; `s` is put after a bare number.
fn written(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Number(number) => Some(format!("{number}s")),
        Kind::Text(text) if text.trim().parse::<f64>().is_ok() => Some(format!("{}s", text.trim())),
        Kind::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// A plugin that is none of ours.
fn stranger(name: &str, at: &Location) -> Diagnostic {
    let shown: String = name.chars().take(80).collect();
    let lacks = Some(format!("the plugin `{shown}`"));
    let native = PLUGINS.join(", ");
    if NOT_YET.contains(&name) {
        let message = format!("the plugin `{shown}` is not supported yet");
        let warning = Diagnostic::warning(at, message)
            .hint(format!("the run goes on without it; loadgen has {native} built in"));
        return Diagnostic { lacks, ..warning };
    }
    let message = format!("Could not load plugin: {shown}");
    let notice = format!("WARNING: {message}");
    let warning = Diagnostic::warning(at, message)
        .notice(notice)
        .hint(format!("loadgen has {native} built in; the run goes on without it"));
    Diagnostic { label: suggest::question(name, PLUGINS), lacks, ..warning }
}

impl Parser {
    pub(super) fn config(&mut self, node: &Node, path: &str) -> Config {
        let mut config = Config::default();
        // `config:` with nothing under it says nothing.
        if matches!(node.kind, Kind::Null) {
            return config;
        }
        let Some(members) = self.fields(node, path, &keys::CONFIG) else {
            config.target = Some(stand_in(node));
            return config;
        };
        self.overshadowed(node, path);
        config.strict_capture = self.strict_capture(node, path);
        for (key, entry) in members {
            let node = &entry.node;
            let path = format!("{path}.{key}");
            match key.as_str() {
                // Left empty, as an environment that fills it may.
                "target" if matches!(node.kind, Kind::Null) => {}
                "target" if matches!(node.kind, Kind::Number(_) | Kind::Bool(_)) => {
                    config.target = self.only_text(node, &path).or_else(|| Some(stand_in(node)));
                }
                "target" => config.target = self.text(node, &path).or_else(|| Some(stand_in(node))),
                "variables" => config.variables = self.variables(node, &path),
                "phases" => config.phases = self.phases(node, &path),
                "timeout" => config.timeout = self.duration(node, &path).map(|timeout| timeout.value),
                "http" => self.http(node, &path, &mut config),
                "defaults" => {
                    config.legacy_headers = self.defaults(node, &path);
                    config.options.legacy_cookies = self.default_cookies(node, &path);
                    config.legacy_think_jitter = self.think_defaults(node, &path);
                }
                "payload" => config.payloads = self.payloads(node, &path),
                "mode" => config.mode = self.mode(node, &path),
                "tls" => {
                    config.options.tls = self.tls_options(node, &path, &keys::TLS).unwrap_or_default();
                    config.reject_unauthorized = config.options.tls.verify;
                }
                "plugins" => self.plugins(node, &path, &mut config),
                "ensure" => config.ensure = self.ensure(node, &entry.key_at, &path),
                "apdex" => config.plugin_options.outer_apdex = self.apdex(node, &path),
                "monitor" => config.monitor = self.monitor(node, &path),
                "fake-data" => config.fake_data = self.variables_of(node, &path),
                _ => {}
            }
        }
        config
    }

    /// Warns of settings that have two places, and are in both.
    fn overshadowed(&mut self, config: &Node, path: &str) {
        const PLACES: [(&[&str], &[&str]); 4] = [
            (&["timeout"], &["http", "timeout"]),
            (&["http", "defaults", "headers"], &["defaults", "headers"]),
            (&["ensure"], &["plugins", "ensure"]),
            (&["apdex", "threshold"], &["plugins", "apdex", "threshold"]),
        ];
        let find = |keys: &[&str]| keys.iter().try_fold(config, |node, key| node.get(key));
        for (counts, vain) in PLACES {
            let Some(node) = find(vain).filter(|_| find(counts).is_some()) else { continue };
            // `plugins: {ensure: {}}` is how the plugin is turned on.
            if matches!(&node.kind, Kind::Map(members) if members.is_empty())
                || matches!(node.kind, Kind::Null | Kind::Bool(_))
            {
                continue;
            }
            let (counts, vain) = (counts.join("."), vain.join("."));
            let message = format!("\"{path}.{vain}\" has no effect beside \"{path}.{counts}\"");
            self.problems.push(Diagnostic::warning(&node.at, message).hint(format!("`{counts}` counts")));
        }
    }

    /// Environments, chosen or not: their keys have to be right. What is templated in them passes.
    pub(super) fn environments(&mut self, config: &Node) {
        let Some(environments) = config.get("environments") else { return };
        let Some(environments) = self.pairs(environments, "config.environments") else { return };
        self.lenient = true;
        for (name, environment) in environments {
            self.config(&environment, &format!("config.environments.{}", name.value));
        }
        self.lenient = false;
    }

    /// A map of the user's own, or nothing.
    fn variables_of(&mut self, node: &Node, path: &str) -> Option<Vec<(Spanned<String>, Node)>> {
        match node.kind {
            Kind::Null | Kind::Bool(_) => None,
            _ => self.pairs(node, path),
        }
    }

    fn variables(&mut self, node: &Node, path: &str) -> Vec<(Spanned<String>, serde_json::Value)> {
        if matches!(node.kind, Kind::Null) {
            return Vec::new();
        }
        if let Kind::List(_) = node.kind {
            self.nameless(node, path, "no variable is set");
            return Vec::new();
        }
        let pairs = self.pairs(node, path).unwrap_or_default();
        pairs.into_iter().map(|(name, node)| (name, node.to_value())).collect()
    }

    /// A list where names are wanted names nothing; as in Artillery, the run goes on.
    fn nameless(&mut self, node: &Node, path: &str, effect: &str) {
        let warning = Diagnostic::warning(&node.at, format!("\"{path}\" is a list, not a map: {effect}"));
        self.problems.push(warning.hint("write `name: value` without the `-`"));
    }

    fn http(&mut self, node: &Node, path: &str, config: &mut Config) {
        let Some(members) = self.fields(node, path, &keys::HTTP) else { return };
        for (key, entry) in members {
            let path = format!("{path}.{key}");
            match key.as_str() {
                "timeout" => {
                    config.http_timeout = self.duration(&entry.node, &path).map(|timeout| timeout.value);
                }
                "pool" => {
                    config.pool = self.count(&entry.node, &path).and_then(|pool| usize::try_from(pool).ok());
                }
                "defaults" => {
                    config.default_headers = self.defaults(&entry.node, &path);
                    config.think_jitter = self.think_defaults(&entry.node, &path);
                    config.options.default_cookies = self.default_cookies(&entry.node, &path);
                }
                key => self.http_option(key, &entry.node, &path, &mut config.options),
            }
        }
    }

    fn defaults(&mut self, node: &Node, path: &str) -> Option<Headers> {
        let headers = self.fields(node, path, &keys::DEFAULTS)?.get("headers")?;
        self.pairs(&headers.node, &format!("{path}.headers"))
    }

    /// `think.jitter` of the defaults.
    fn think_defaults(&mut self, node: &Node, path: &str) -> Option<Spanned<serde_json::Value>> {
        let think = node.get("think").filter(|think| !matches!(think.kind, Kind::Null))?;
        let path = format!("{path}.think");
        let jitter = self.fields(think, &path, &keys::THINK_DEFAULTS)?.get("jitter")?;
        self.number_or_text(&jitter.node, &format!("{path}.jitter"))
    }

    /// `mode`.
    fn mode(&mut self, node: &Node, path: &str) -> Option<Mode> {
        match &node.kind {
            Kind::Text(text) if text == "uniform" => Some(Mode::Uniform),
            Kind::Text(text) if text == "poisson" => Some(Mode::Poisson),
            _ => {
                self.wrong_type(node, path, "uniform or poisson");
                None
            }
        }
    }

    fn plugins(&mut self, node: &Node, path: &str, config: &mut Config) {
        if matches!(node.kind, Kind::Null) {
            return;
        }
        if let Kind::List(_) = node.kind {
            self.nameless(node, path, "no plugin is turned on");
            return;
        }
        for (name, options) in self.pairs(node, path).unwrap_or_default() {
            let empty = match &options.kind {
                Kind::Map(members) => members.is_empty(),
                Kind::Null | Kind::Bool(_) => true,
                _ => false,
            };
            match name.value.as_str() {
                "ensure" if !empty => {
                    config.plugin_ensure = self.ensure(&options, &name.at, &format!("{path}.ensure"));
                }
                "expect" | "metrics-by-endpoint" | "apdex" => {
                    let path = format!("{path}.{}", name.value);
                    self.plugin(&name.value, &options, &path, config);
                }
                "fake-data" if !empty => {
                    config.plugin_fake_data = self.variables_of(&options, &format!("{path}.fake-data"));
                }
                "slack" => config.slack = self.slack(&options, &name.at, &format!("{path}.slack")),
                "publish-metrics" => {
                    config.publish = self.publishers(&options, &format!("{path}.publish-metrics"));
                }
                known if PLUGINS.contains(&known) => {}
                other => self.problems.push(stranger(other, &name.at)),
            }
            config.plugins.push(name);
        }
    }

    fn phases(&mut self, node: &Node, path: &str) -> Option<Vec<Phase>> {
        // Phases that cannot be read are not phases that are missing.
        let items = self.list(node, path).unwrap_or_default();
        if matches!(&node.kind, Kind::List(items) if items.is_empty()) {
            let problem = Diagnostic::warning(&node.at, format!("\"{path}\" is empty: nobody arrives"));
            self.problems.push(problem.hint("leave it out for a single user"));
        }
        Some(
            items
                .iter()
                .enumerate()
                .filter_map(|(index, item)| self.phase(item, &format!("{path}[{index}]")))
                .collect(),
        )
    }

    fn phase(&mut self, node: &Node, path: &str) -> Option<Phase> {
        let start = self.problems.len();
        let members = self.fields(node, path, &keys::PHASE)?;
        // As in Artillery, a phase that says nothing of arrivals is left out, unless it looks like a slip.
        let silent = ["pause", "arrivalCount", "arrivalRate", "rampTo", "users"]
            .iter()
            .all(|key| !members.contains_key(*key))
            && !members
                .keys()
                .any(|key| !keys::PHASE.takes(key) && suggest::is_slip(key, keys::PHASE.taken()));
        if silent {
            self.problems[start..].iter_mut().for_each(|problem| problem.severity = Severity::Warning);
        }
        let mut phase = Phase {
            at: members.first().map_or(&node.at, |(_, entry)| &entry.key_at).clone(),
            path: path.to_owned(),
            name: None,
            duration: None,
            pause: None,
            arrival_rate: None,
            users: None,
            ramp_to: None,
            arrival_count: None,
            max_users: None,
            mode: None,
            duration_text: None,
        };
        for (key, entry) in members {
            let node = &entry.node;
            let path = format!("{path}.{key}");
            let at_key = |rate| Spanned::new(rate, entry.key_at.clone());
            match key.as_str() {
                "name" => phase.name = self.text(node, &path).map(|name| name.value),
                "duration" => {
                    phase.duration = self.duration(node, &path);
                    // A pause is what counts where both are given.
                    phase.duration_text = phase.duration_text.or_else(|| written(node));
                }
                "pause" => {
                    phase.pause = self.duration(node, &path);
                    phase.duration_text = written(node);
                }
                "mode" => phase.mode = self.mode(node, &path),
                "arrivalRate" => phase.arrival_rate = self.rate(node, &path).map(at_key),
                "rampTo" => phase.ramp_to = self.rate(node, &path).map(at_key),
                "arrivalCount" => {
                    let count = self.count(node, &path);
                    phase.arrival_count = count.map(|count| Spanned::new(count, entry.key_at.clone()));
                }
                "users" => {
                    let users = self.count(node, &path);
                    phase.users = users.map(|users| Spanned::new(users, entry.key_at.clone()));
                }
                "maxVusers" => phase.max_users = self.ceiling(node, &path, members.contains_key("users")),
                _ => {}
            }
        }
        // A phase with a wrong value would only cause a second message about what is missing in it.
        let wrong = self.problems[start..].iter().any(Diagnostic::is_error);
        (!wrong).then_some(phase)
    }

    /// `maxVusers`, which is `idle` beside `users`.
    fn ceiling(&mut self, node: &Node, path: &str, idle: bool) -> Option<u64> {
        let most = self.count(node, path)?;
        if most == 0 && !idle {
            let problem = Diagnostic::warning(&node.at, format!("\"{path}\" is 0: nobody ever starts"));
            self.problems
                .push(problem.hint("1 or more; leave it out for no ceiling, use `pause` for no users"));
        }
        Some(most)
    }
}
