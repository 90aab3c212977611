//! Captures and matches: expressions are compiled, unless placeholders make that impossible.

use crate::compile::Compiler;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Kind;
use crate::extract::{Capture, Css, Expected, Extractor, Group, Index, Match, Place, Written};
use crate::jsonpath::JsonQuery;
use crate::names::Names;
use crate::parse::capture::as_number;
use crate::plan::Slot;
use crate::scenario::{self, Extract, From};
use crate::source::{Location, Spanned};
use crate::template::{Template, path_keys, path_root};
use regress::Regex;

/// Longest pattern or selector, in bytes.
const LONGEST: usize = 16 << 10;

/// The slot of the variable that a capture writes to: the name itself if a variable has it, dots and all, else its
/// first part.
pub(super) fn declare(name: &str, names: &mut Names) -> Slot {
    if names.is_declared(name) { names.declare(name) } else { names.declare(&path_root(name)) }
}

impl Compiler {
    pub(super) fn capture(&mut self, capture: &scenario::Capture) -> Option<Capture> {
        let (from, what) = self.extractor(&capture.extract)?;
        let name = &capture.name;
        let slot = declare(&name.value, &mut self.names);
        let into = if self.names.is_declared(&name.value) {
            Place::whole(slot)
        } else {
            match Place::part(slot, path_keys(&name.value)) {
                Ok(place) => place,
                Err(error) => {
                    self.error(
                        &name.at,
                        format!("`{}` cannot be set: {error}", name.value),
                        "a smaller number",
                    );
                    return None;
                }
            }
        };
        Some(Capture { from, into, strict: capture.extract.strict.unwrap_or(self.strict), what })
    }

    pub(super) fn match_of(&mut self, wanted: &scenario::Match) -> Option<Match> {
        let (from, what) = self.extractor(&wanted.extract)?;
        let value = match &wanted.value {
            None => Expected::Value(Template::undefined()),
            Some(node) => match &node.kind {
                Kind::Text(text) => Expected::Value(self.template(text, &node.at)),
                Kind::List(_) | Kind::Map(_) => {
                    let message = format!("{} equals nothing but itself: this match fails", node.describe());
                    self.problems
                        .push(Diagnostic::warning(&node.at, message).hint("match its parts one by one"));
                    Expected::Unequalled
                }
                _ => Expected::Value(Template::of_value(&node.to_value())),
            },
        };
        Some(Match { from, value, strict: wanted.extract.strict.unwrap_or(true), what })
    }

    /// The extractor, and what it looks for in words.
    fn extractor(&mut self, extract: &Extract) -> Option<(Extractor, Box<str>)> {
        let words = |kind: &str, text: &str| -> Box<str> {
            let shown: String = text.chars().take(80).collect();
            format!("{kind} `{shown}`").into()
        };
        Some(match &extract.from {
            From::Json { path, multiple } => {
                let before = self.problems.len();
                let words = words("json", &path.value);
                match self.written(path, |compiler, text| compiler.json_path(text, &path.at)) {
                    Some(query) => (Extractor::Json { path: query, whole: *multiple == Some(false) }, words),
                    None if self.problems[before..].iter().any(Diagnostic::is_error) => return None,
                    // As in Artillery, what cannot be read finds nothing.
                    None => (Extractor::Nothing, words),
                }
            }
            From::Regexp { pattern, flags, group } => {
                let flags = self.flags(flags.as_ref())?;
                let compiled =
                    self.written(pattern, |compiler, text| compiler.pattern(text, &flags, &pattern.at))?;
                let group = group.as_ref().map(|group| match as_number(group) {
                    Some(number) => Group::Number(number),
                    None => Group::Name(group.value.as_str().into()),
                });
                (Extractor::Regexp { pattern: compiled, flags, group }, words("regexp", &pattern.value))
            }
            From::Header(name) => {
                let template = self.template(&name.value, &name.at);
                (Extractor::Header(template), words("header", &name.value))
            }
            From::Selector { selector, index, attribute } => {
                let compiled =
                    self.written(selector, |compiler, text| compiler.selector(text, &selector.at))?;
                let index = self.index(index.as_ref())?;
                let attribute = attribute.as_deref().map(Into::into);
                let extractor = Extractor::Element { selector: compiled, index, attribute };
                (extractor, words("selector", &selector.value))
            }
            From::Xpath => (Extractor::Nothing, "xpath, which is not supported".into()),
            From::Unsaid => (Extractor::Nothing, "a capture that does not say what to look for".into()),
        })
    }

    /// Compiles an expression now, if nothing in it is still unknown.
    fn written<T>(
        &mut self,
        text: &Spanned<String>,
        compile: impl FnOnce(&mut Self, &str) -> Option<T>,
    ) -> Option<Written<T>> {
        if !text.value.contains("{{") {
            return compile(self, &text.value).map(Written::Fixed);
        }
        let template = self.template(&text.value, &text.at).into_text();
        match template.as_text().map(str::to_owned) {
            Some(known) => compile(self, &known).map(Written::Fixed),
            None => Some(Written::Rendered(template)),
        }
    }

    fn json_path(&mut self, text: &str, at: &Location) -> Option<JsonQuery> {
        match JsonQuery::parse(text) {
            Ok(query) => {
                if text.contains("[-") && !query.finds_many() {
                    let warning = Diagnostic::warning(at, "a negative place finds nothing in a JSONPath");
                    self.problems.push(warning.hint("the last item is [-1:], or [(@.length-1)]"));
                }
                Some(query)
            }
            Err(error) => {
                let message = format!("`{text}` is not a JSONPath: {error}");
                let at = within(at, text, error.position);
                let hint = "such as $.id, $.items[0].name, $..id or $.items[?(@.price < 10)].id";
                let mut problem = Diagnostic::error(&at, message).hint(hint);
                if !error.unsupported {
                    problem = problem.label("finds nothing");
                    problem.severity = Severity::Warning;
                }
                self.problems.push(problem);
                None
            }
        }
    }

    fn pattern(&mut self, text: &str, flags: &str, at: &Location) -> Option<Regex> {
        let cause = if text.len() > LONGEST {
            format!("longer than {LONGEST} bytes")
        } else {
            match Regex::with_flags(text, flags) {
                Ok(pattern) => return Some(pattern),
                Err(error) => error.to_string(),
            }
        };
        let shown: String = text.chars().take(80).collect();
        let message = format!("`{shown}` is not a regular expression: {cause}");
        self.error(at, message, "as JavaScript has them; in double quotes, YAML wants each backslash twice");
        None
    }

    fn flags(&mut self, flags: Option<&Spanned<String>>) -> Option<Box<str>> {
        let Some(flags) = flags else { return Some("".into()) };
        let mut seen = Vec::new();
        for flag in flags.value.chars() {
            if !"dgimsuvy".contains(flag) || seen.contains(&flag) {
                let message = format!("`{}` are no flags of a regular expression", flags.value);
                self.error(&flags.at, message, "any of i, m, s, u, g: each at most once");
                return None;
            }
            seen.push(flag);
        }
        Some(flags.value.as_str().into())
    }

    fn selector(&mut self, text: &str, at: &Location) -> Option<Css> {
        let cause = if text.len() > LONGEST {
            format!("longer than {LONGEST} bytes")
        } else {
            match Css::parse(text) {
                Ok(selector) => return Some(selector),
                Err(error) => error.to_string(),
            }
        };
        let shown: String = text.chars().take(80).collect();
        let message = format!("`{shown}` is not a CSS selector: {cause}");
        self.error(at, message, "such as a.link, input[name=token] or ul > li:nth-child(2)");
        None
    }

    fn index(&mut self, index: Option<&Spanned<String>>) -> Option<Index> {
        let Some(index) = index else { return Some(Index::At(0)) };
        match index.value.as_str() {
            "random" => Some(Index::Random),
            "last" => Some(Index::Last),
            _ => {
                let place = as_number(index).map(Index::At);
                if place.is_none() {
                    let message = format!("`{}` is no index of an element: nothing is found", index.value);
                    let warning = Diagnostic::warning(&index.at, message);
                    self.problems.push(warning.hint("a whole number from 0, `random` or `last`"));
                }
                Some(place.unwrap_or(Index::Nowhere))
            }
        }
    }
}

/// The place of a character of a text whose own place is known, if it is written in one piece.
pub(super) fn within(at: &Location, text: &str, position: usize) -> Location {
    let length = text.chars().count();
    let quotes = match (at.length as usize).checked_sub(length) {
        Some(0) => 0,
        Some(2) => 1,
        _ => return at.clone(),
    };
    let offset = u32::try_from(position.min(length.saturating_sub(1)) + quotes).unwrap_or(0);
    Location { column: at.column + offset, length: 1, ..at.clone() }
}
