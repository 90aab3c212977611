//! Expectations of a request.

use crate::compile::Compiler;
use crate::compile::request::is_truthy;
use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::expect::{
    Broken, Check, Expectation, ExpectationKind, Pattern, PropertyPath, Wanted, broken, number,
};
use crate::extract::Written;
use crate::scenario;
use crate::source::Location;
use crate::template::Template;
use crate::value_template::ValueTemplate;
use regress::Regex;
use std::sync::Arc;

/// The most words of a JMESPath expression. Its library descends once for each of them, when it reads one and when it
/// looks for something.
const MOST_WORDS: usize = 500;

/// How many words an expression has at most: names and numbers, and each sign between them.
fn words(expression: &str) -> usize {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut in_name = false;
    let begins = |letter: char| {
        let before = std::mem::replace(&mut in_name, is_name(letter));
        let goes_on = before && is_name(letter);
        !letter.is_whitespace() && !goes_on
    };
    expression.chars().map(begins).filter(|&begins| begins).count()
}

impl Compiler {
    /// Compiles the expectations of a request, and its default where it has none.
    pub(super) fn expectations(&mut self, said: &[scenario::Expectation]) -> Vec<Expectation> {
        let Some(plugin) = &self.plugins.expect else { return Vec::new() };
        if said.is_empty() && plugin.default_200 {
            let check = Check::Status { wanted: Wanted(ValueTemplate::Fixed(200.into())), not: false };
            return vec![Expectation { kind: self.kind("statusCode"), check }];
        }
        said.iter().filter_map(|it| self.expectation(it)).collect()
    }

    fn expectation(&mut self, said: &scenario::Expectation) -> Option<Expectation> {
        let name = said.name.value.as_str();
        let check = match name {
            "statusCode" | "notStatusCode" => {
                Check::Status { wanted: self.status_codes(said), not: name == "notStatusCode" }
            }
            "contentType" => Check::ContentType(self.scalar(said)?),
            "hasProperty" | "notHasProperty" => {
                let template = self.scalar(said)?;
                let path = match template.as_text() {
                    Some(text) => Written::Fixed(PropertyPath::new(text)),
                    None => Written::Rendered(template),
                };
                Check::Property { path, not: name == "notHasProperty" }
            }
            "equals" => Check::Equals(self.values(said, None)?),
            "hasHeader" => Check::HasHeader(self.scalar(said)?),
            "headerEquals" => {
                let [name, value] = <[Template; 2]>::try_from(self.values(said, Some(2))?).ok()?;
                let name = name.into_text();
                let kind = match name.as_text() {
                    Some(name) => self.kind(&format!("header {name} values equals")),
                    None => ExpectationKind::Header(name.clone()),
                };
                return Some(Expectation { kind, check: Check::HeaderEquals { name, value } });
            }
            "matchesRegexp" => Check::Matches(self.expected_pattern(said)?),
            "cdnHit" => Check::CdnHit(is_truthy(&said.value)),
            _ => self.jmespath(said)?,
        };
        Some(Expectation { kind: self.kind(name), check })
    }

    /// The number of a kind, which is new or known.
    fn kind(&mut self, name: &str) -> ExpectationKind {
        let Some(plugin) = &mut self.plugins.expect else { return ExpectationKind::Known(0) };
        let place = plugin.kinds.iter().position(|kind| kind == name).unwrap_or_else(|| {
            plugin.kinds.push(name.to_owned());
            plugin.kinds.len() - 1
        });
        ExpectationKind::Known(u32::try_from(place).unwrap_or(u32::MAX))
    }

    fn status_codes(&mut self, said: &scenario::Expectation) -> Wanted {
        let mut failed = Vec::new();
        let value = ValueTemplate::compile(&said.value, &mut self.names, &mut failed);
        self.problems.extend(failed.iter().map(|(at, error)| error.diagnostic(at)));
        self.problems.extend(self.names.take_notes().iter().map(|note| note.diagnostic(&said.at)));
        if let ValueTemplate::Fixed(value) = &value {
            let possible = |it: &serde_json::Value| (100.0..1000.0).contains(&number(Some(it)));
            let any = value.as_array().map_or_else(|| possible(value), |items| items.iter().any(possible));
            if !any {
                let (name, shown) = (&said.name.value, value.to_string());
                let shown: String = shown.chars().take(80).collect();
                let warning =
                    Diagnostic::warning(&said.at, format!("`{name}: {shown}` names no status code"));
                self.problems.push(warning.hint("a number from 100 to 599, or a list of them"));
            }
        }
        Wanted(value)
    }

    /// One value.
    fn scalar(&mut self, said: &scenario::Expectation) -> Option<Template> {
        self.one(&said.value).or_else(|| {
            let message = format!("`{}` takes a text, not {}", said.name.value, said.value.describe());
            self.error(&said.at, message, "such as `contentType: json` or `hasProperty: id`");
            None
        })
    }

    fn one(&mut self, node: &Node) -> Option<Template> {
        match &node.kind {
            Kind::Text(text) => Some(self.template(text, &node.at)),
            Kind::Number(_) | Kind::Bool(_) | Kind::Null => Some(Template::of_value(&node.to_value())),
            Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// A list of values.
    fn values(&mut self, said: &scenario::Expectation, count: Option<usize>) -> Option<Vec<Template>> {
        let name = &said.name.value;
        let hint = match count {
            Some(_) => "such as `headerEquals: [x-powered-by, loadgen]`",
            None => "such as `equals: [\"{{ sent }}\", \"{{ received }}\"]`",
        };
        let Kind::List(items) = &said.value.kind else {
            let message = format!("`{name}` takes a list of values, not {}", said.value.describe());
            self.error(&said.at, message, hint);
            return None;
        };
        if count.is_some_and(|count| items.len() != count) {
            self.error(&said.at, format!("`{name}` takes two values, a header and what it has to be"), hint);
            return None;
        }
        if count.is_none() && items.is_empty() {
            let warning = Diagnostic::warning(&said.at, format!("`{name}` has no values: it is never met"));
            self.problems.push(warning.hint(hint));
        }
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let Some(value) = self.one(item) else {
                self.error(&item.at, format!("a value of `{name}` must be text or a number"), hint);
                return None;
            };
            values.push(value);
        }
        Some(values)
    }

    fn expected_pattern(&mut self, said: &scenario::Expectation) -> Option<Pattern> {
        let template = self.scalar(said)?;
        let Some(text) = template.as_text() else {
            return Some(Pattern::Written(Written::Rendered(template)));
        };
        match Regex::new(text) {
            Ok(pattern) => Some(Pattern::Written(Written::Fixed(pattern))),
            Err(error) => {
                let warning = Diagnostic::warning(&said.at, format!("not a regular expression: {error}"));
                self.problems.push(
                    warning.label("it is never met").hint("it is JavaScript's, without slashes around it"),
                );
                Some(Pattern::Broken(Broken(broken(text, &error).into())))
            }
        }
    }

    fn jmespath(&mut self, said: &scenario::Expectation) -> Option<Check> {
        let hint = "such as length(items) > `0`: texts stand in single quotes, other values in backticks";
        let Kind::Text(text) = &said.value.kind else {
            let message =
                format!("`{}` takes a JMESPath expression, not {}", said.name.value, said.value.describe());
            self.error(&said.at, message, hint);
            return None;
        };
        self.no_placeholders(text, &said.at);
        if words(text) > MOST_WORDS {
            let message =
                format!("a JMESPath expression of more than {MOST_WORDS} names, signs and brackets");
            self.error(&said.at, message, hint);
            return None;
        }
        match jmespath::compile(text) {
            Ok(expression) => Some(Check::Query {
                expression: Arc::new(expression),
                description: said.description.as_deref().map(Into::into),
                told: said.name.value == "jmespath",
            }),
            Err(error) => {
                let message = format!("not a JMESPath expression: {}", error.reason);
                self.error(&said.at, message, hint);
                None
            }
        }
    }

    /// Warns of placeholders in what is not templated.
    fn no_placeholders(&mut self, text: &str, at: &Location) {
        if text.contains("{{") {
            let warning = Diagnostic::warning(at, "placeholders are not filled in a JMESPath expression");
            self.problems
                .push(warning.hint("as in Artillery; capture the value and compare it with `equals`"));
        }
    }
}
