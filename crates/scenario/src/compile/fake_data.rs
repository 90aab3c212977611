//! `fake-data`: the options of its functions.

use crate::diagnostic::Diagnostic;
use crate::fake::{self, Settings};
use crate::overlay::Choices;
use crate::scenario::Config;
use crate::suggest;
use serde_json::Value;

/// The settings of the plugin, if the script lists it. As in Artillery, `config['fake-data']` goes before the options
/// under `plugins`.
pub(super) fn settings(
    config: &Config,
    choices: &Choices,
    problems: &mut Vec<Diagnostic>,
) -> Option<Settings> {
    let plugin = config.plugins.iter().any(|plugin| plugin.value == "fake-data");
    let said = config.fake_data.as_ref().or(config.plugin_fake_data.as_ref());
    if !plugin {
        if let Some((name, _)) = said.and_then(|said| said.first()) {
            let warning = Diagnostic::warning(&name.at, "the options of `fake-data` have no effect")
                .hint("add `plugins: {fake-data: {}}` to config to turn the plugin on");
            problems.push(warning);
        }
        return None;
    }
    let mut settings = Settings { now: choices.now, ..Settings::default() };
    for (name, node) in said.into_iter().flatten() {
        let function = name.value.as_str();
        let Some(takes) = fake::takes(function) else {
            let message = match fake::alias(function) {
                Some(current) => {
                    format!("options for `{function}` have no effect: it is called `{current}` now")
                }
                None if fake::is_of_faker(function) => format!("`{function}` is not supported yet"),
                None => format!("the plugin fake-data has no function `{function}`"),
            };
            let question = suggest::question(function, fake::functions());
            problems.push(Diagnostic { label: question, ..Diagnostic::warning(&name.at, message) });
            continue;
        };
        let value = node.to_value();
        for (key, value) in value.as_object().into_iter().flatten() {
            // A length, or a number of words, can be a range.
            let range = matches!(key.as_str(), "min" | "max");
            if takes.contains(&key.as_str()) || (range && takes.contains(&"length")) {
                if let Some(wanted) = fake::misfit(key, value) {
                    let message = format!("`{key}` of `{function}` must be {wanted}");
                    problems.push(Diagnostic::warning(&name.at, message).hint("it has no effect as it is"));
                }
                continue;
            }
            let message = format!("`{key}` of `{function}` has no effect");
            let hint = match takes {
                [] => format!("`{function}` takes no options here"),
                takes => format!("`{function}` takes {}", takes.join(", ")),
            };
            problems.push(Diagnostic::warning(&name.at, message).hint(hint));
        }
        // What JavaScript takes for false is as if it were not there.
        if !matches!(value, Value::Null | Value::Bool(false)) {
            settings.options.insert(function.to_owned(), value);
        }
    }
    Some(settings)
}
