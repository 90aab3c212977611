//! `compile`: a `Scenario` becomes a `Plan`. Defaults are filled in, names become numbers, templates are compiled.
//!
//! Whatever can be found wrong without sending anything is found here, so that the engine meets only what the
//! target does. One file per part of the plan.

mod body;
mod capture;
mod choice;
mod endpoint;
mod ensure;
mod expect;
mod fake_data;
mod flow;
mod headers;
mod http;
mod metric;
mod payload;
mod plugins;
mod repeat;
mod request;
mod schedule;
mod table;
mod target;
mod tls;
mod variables;

use crate::diagnostic::Diagnostic;
use crate::files::Files;
use crate::names::{Known, Names};
use crate::options::TlsValues;
use crate::overlay::Choices;
use crate::plan::{Http2, Jitter, OwnTls, Plan, Plugins, Refusal, Series, Slack, Target};
use crate::scenario::{Scenario, Step, TlsOptions};
use crate::source::Location;
use crate::template::Template;
use headers::DefaultHeaders;
use indexmap::IndexMap;
use serde_json::Value;
use std::sync::Arc;
use target::Base;

/// Decides everything that a run needs. There is no plan where one of the diagnostics is an error, and none for a
/// script without flows, which is for parsing to tell.
pub fn compile(scenario: &Scenario, choices: &Choices) -> (Option<Plan>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let config = &scenario.config;
    let base = target::base(scenario, &mut problems);
    let mut names = names(&base, choices);
    names.fakes = fake_data::settings(config, choices, &mut problems);
    let (payloads, whole) = payload::payloads(&config.payloads, choices, &mut names, &mut problems);
    let mut variables = variables::declare(scenario, &mut names);
    variables.splice(0..0, whole);
    let plugins = plugins::plugins(config, &mut problems);
    let mut compiler = Compiler {
        names,
        problems,
        base,
        defaults: DefaultHeaders::default(),
        strict: config.strict_capture.unwrap_or(true),
        series: IndexMap::new(),
        cookies: Vec::new(),
        files: choices.files.clone(),
        literal: choices.literal,
        http2: if choices.http2 { Http2::Always } else { Http2::Never },
        timed: choices.timed,
        jitter: None,
        tls_options: config.options.tls.clone(),
        own_tls: IndexMap::new(),
        plugins,
        refusal: None,
        requests: 0,
        speaks_http2: false,
    };
    compiler.default_jitter(config);
    compiler.settled_variables(config);
    compiler.default_headers(config);
    compiler.default_cookies(config);
    let mut http = compiler.http(config, choices);
    let phases = schedule::phases(config, choices, &mut compiler.problems);
    let thresholds = ensure::thresholds(scenario, choices, &mut compiler.problems);
    let mut scenarios = compiler.scenarios(scenario);
    if let Some(name) = &choices.scenario {
        compiler.problems.extend(choice::choose(&mut scenarios, name, scenario));
    }
    // What they send is not counted, and is no series of the report's.
    let counted = std::mem::take(&mut compiler.series);
    let plugins = compiler.plugins.clone();
    // Nor do plugins look at it.
    compiler.plugins = Plugins::default();
    let mut hook = |steps: &Option<Vec<Step>>| steps.as_ref().map(|steps| compiler.steps(steps, 0));
    let (before, after) = (hook(&scenario.before), hook(&scenario.after));
    let helper_series = std::mem::replace(&mut compiler.series, counted).len();

    let Compiler { names, problems, base, series, own_tls, requests, speaks_http2, .. } = compiler;
    http.own_tls = own_tls.into_values().collect();
    if problems.iter().any(Diagnostic::is_error) || scenarios.is_empty() {
        return (None, problems);
    }
    let plan = Plan {
        target: match base {
            Base::Builtin => Target::Builtin,
            Base::Address { origin, .. } => Target::Address(origin),
        },
        phases,
        http,
        scenarios,
        series: series.into_values().collect(),
        variables: variables::initial(variables, &names),
        lexicon: Arc::new(names.lexicon()),
        slots: names.into_slots(),
        payloads,
        before,
        after,
        helper_series,
        requests,
        speaks_http2,
        thresholds,
        plugins,
        slack: config
            .slack
            .as_ref()
            .map(|slack| Slack { webhook: slack.webhook.value.clone(), failures_only: slack.failures_only }),
        monitor: config.monitor.clone(),
        publish: config.publish.clone().in_environment(&choices.process_env),
    };
    (Some(plan), problems)
}

/// Gathers what the parts of a plan share.
struct Compiler {
    names: Names,
    problems: Vec<Diagnostic>,
    base: Base,
    defaults: DefaultHeaders,
    /// Whether a capture is strict that does not say.
    strict: bool,
    /// Each series by its scenario, endpoint and method, in the order of their numbers.
    series: IndexMap<SeriesKey, Series>,
    /// `http.defaults.cookie`.
    cookies: Vec<(String, Template)>,
    files: Files,
    /// Whether texts are taken as they stand, braces and all.
    literal: bool,
    /// Whether requests go by HTTP/2 that do not say so.
    http2: Http2,
    /// Whether counted loops end with a phase of `users`.
    timed: bool,
    /// How far think times are from what they are said to be, where they do not say so themselves.
    jitter: Option<Jitter>,
    /// `config.tls`.
    tls_options: TlsOptions,
    /// The TLS settings of requests that have their own, in the order of their numbers.
    own_tls: IndexMap<TlsValues, OwnTls>,
    plugins: Plugins,
    /// Why the request that is being compiled cannot be sent.
    refusal: Option<Refusal>,
    /// How many requests have been compiled.
    requests: u32,
    /// Whether one of them goes by HTTP/2.
    speaks_http2: bool,
}

/// Scenario, endpoint and method.
type SeriesKey = (u32, String, String);

impl Compiler {
    /// Compiles a text; a problem is told with its place, and leaves the template empty.
    fn template(&mut self, text: &str, at: &Location) -> Template {
        if self.literal {
            return Template::text(text);
        }
        let template = Template::compile(text, &mut self.names).unwrap_or_else(|error| {
            self.problems.push(error.diagnostic(at));
            Template::default()
        });
        self.problems.extend(self.names.take_notes().iter().map(|note| note.diagnostic(at)));
        template
    }

    fn error(&mut self, at: &Location, message: impl Into<String>, hint: &str) {
        self.problems.push(Diagnostic::error(at, message).hint(hint));
    }
}

fn names(base: &Base, choices: &Choices) -> Names {
    let mut known = choices.known();
    let target = match base {
        Base::Builtin => Known::Late,
        Base::Address { text, .. } => Known::Fixed(Some(Value::String(text.clone()))),
    };
    known.insert("target".to_owned(), target);
    Names::new(known, choices.process_env.clone())
}
