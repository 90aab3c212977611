//! The options of plugins, and what they want of each request.

use crate::compile::Compiler;
use crate::diagnostic::Diagnostic;
use crate::plan::plugins::{Apdex, Endpoints, ExpectFormat, ExpectPlugin};
use crate::plan::{Plugins, Watch};
use crate::scenario::{Config, Request};
use crate::suggest;
use crate::template::Template;
use std::time::Duration;

/// Artillery's default: half a second satisfies.
const SATISFIES: Duration = Duration::from_millis(500);
/// What `plugins.expect.outputFormat` can be.
const FORMATS: [(&str, ExpectFormat); 4] = [
    ("pretty", ExpectFormat::Pretty),
    ("prettyError", ExpectFormat::PrettyError),
    ("json", ExpectFormat::Json),
    ("silent", ExpectFormat::Silent),
];

/// The plugins that the script turns on, with their options.
pub(super) fn plugins(config: &Config, problems: &mut Vec<Diagnostic>) -> Plugins {
    let options = &config.plugin_options;
    let place = |name: &str| config.plugins.iter().position(|plugin| plugin.value == name);
    // Plugins look at an answer in the order in which the script names them, those that it does not name last. Where
    // one objects, those after it are not asked.
    let expect = place("expect");
    let after_expect = |name: &str| expect.is_some_and(|expect| place(name).is_none_or(|it| expect < it));
    Plugins {
        expect: expect.map(|_| ExpectPlugin {
            format: format(config, problems),
            fails_users: options.expect.failures_are_errors.unwrap_or(false),
            only_names: options.expect.only_names.unwrap_or(false),
            default_200: options.expect.default_200.unwrap_or(false),
            kinds: Vec::new(),
        }),
        apdex: place("apdex").map(|_| Apdex {
            threshold: options.outer_apdex.or(options.apdex).unwrap_or(SATISFIES),
            after_expect: after_expect("apdex"),
        }),
        endpoints: endpoints(config, after_expect("metrics-by-endpoint")),
    }
}

fn endpoints(config: &Config, after_expect: bool) -> Endpoints {
    let Some(options) = &config.plugin_options.endpoints else {
        return Endpoints { after_expect, ..Endpoints::default() };
    };
    let default = Endpoints::default();
    Endpoints {
        prefix: options.namespace.clone().filter(|prefix| !prefix.is_empty()).unwrap_or(default.prefix),
        shown: !options.suppress_output.unwrap_or(false),
        only_names: options.only_names.unwrap_or(false),
        strip_query: options.strip_query.unwrap_or(false),
        named_only: options.ignore_unnamed.unwrap_or(false),
        rendered: !options.group_urls.unwrap_or(true),
        after_expect,
        left_out: Vec::new(),
    }
}

fn format(config: &Config, problems: &mut Vec<Diagnostic>) -> ExpectFormat {
    let options = &config.plugin_options.expect;
    let Some(wanted) = options.formatter.as_ref().or(options.output_format.as_ref()) else {
        return ExpectFormat::Pretty;
    };
    let known = FORMATS.iter().find(|(name, _)| *name == wanted.value);
    known.map(|(_, format)| *format).unwrap_or_else(|| {
        let names = FORMATS.map(|(name, _)| name);
        let shown: String = wanted.value.chars().take(80).collect();
        let mut problem = Diagnostic::error(&wanted.at, format!("there is no output format `{shown}`"))
            .hint(format!("there are {}", names.join(", ")));
        problem.label = suggest::question(&wanted.value, names);
        problems.push(problem);
        ExpectFormat::Pretty
    })
}

impl Compiler {
    /// What plugins want of a request.
    pub(super) fn watch(&mut self, request: &Request) -> Watch {
        let expectations = self.expectations(&request.expectations);
        let plugins = &self.plugins;
        let told = plugins.expect.as_ref().is_some_and(|expect| match expect.format {
            ExpectFormat::Json => true,
            ExpectFormat::Pretty | ExpectFormat::PrettyError => !expectations.is_empty(),
            ExpectFormat::Silent => false,
        });
        let shows_body = told && plugins.expect.as_ref().is_some_and(|it| it.format != ExpectFormat::Json);
        let fails = !expectations.is_empty() && plugins.expect.as_ref().is_some_and(|it| it.fails_users);
        let names = told || plugins.endpoints.rendered || fails;
        let name = request.name.as_deref().filter(|name| names && !name.is_empty());
        Watch {
            expects: plugins.expect.is_some(),
            wants_url: told || plugins.endpoints.rendered || !expectations.is_empty(),
            wants_body: shows_body || expectations.iter().any(|it| it.needs_body()),
            // What is wrong with a name that nobody asks for is nobody's concern.
            name: name.map(|name| Template::compile(name, &mut self.names).unwrap_or_default().into_text()),
            expectations,
        }
    }
}
