//! Text to template: where placeholders begin and end, which functions there are.
//!
//! A placeholder is what Artillery takes for one, letter by letter; everything else between braces stays text.

use crate::diagnostic::Diagnostic;
use crate::fake;
use crate::names::{Known, Names, Resolved};
use crate::source::Location;
use crate::suggest;
use crate::template::{Function, Segment, Template, path};
use serde_json::Value;
use std::borrow::Cow;

/// Names of the template functions.
const FUNCTIONS: [&str; 3] = ["$randomString", "$randomNumber", "$randomInt"];
/// Calls of them, for people who left the brackets out.
const CALLS: [&str; 3] = ["$randomString(8)", "$randomNumber(1, 100)", "$randomInt(1, 100)"];
/// Longest random text, in characters.
const LONGEST_RANDOM: usize = 1 << 20;

/// A text that cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A call of a function that does not exist.
    #[error("unknown template function `{name}`")]
    UnknownFunction {
        /// Its name.
        name: String,
        /// What may have been meant, as a question.
        question: Option<String>,
    },
    /// A call with arguments that the function does not take.
    #[error("`{name}` takes {takes}, not `{given}`")]
    Arguments {
        /// The function.
        name: String,
        /// What it takes.
        takes: &'static str,
        /// What was written.
        given: String,
    },
    /// A range whose ends are the wrong way round.
    #[error("the first number of `{name}({low}, {high})` is larger than the second")]
    Reversed {
        /// The function.
        name: String,
        /// The number that was given as the lowest.
        low: i64,
        /// The number that was given as the highest.
        high: i64,
    },
    /// Something that Artillery has and this version has not.
    #[error("`{name}` is not supported yet")]
    NotYet {
        /// Its name.
        name: String,
    },
}

impl TemplateError {
    /// The diagnostic about the text at that place.
    pub(crate) fn diagnostic(&self, at: &Location) -> Diagnostic {
        let diagnostic = Diagnostic::error(at, self.to_string());
        match self {
            TemplateError::UnknownFunction { name, .. } if is_fake(name) => diagnostic
                .hint("it is one of the plugin fake-data: add `plugins: {fake-data: {}}` to config to use it in flows"),
            TemplateError::UnknownFunction { question, .. } => {
                Diagnostic { label: question.clone(), ..diagnostic }
                    .hint(format!("the functions are {}", FUNCTIONS.join(", ")))
            }
            TemplateError::Arguments { .. } => {
                diagnostic.hint("such as {{ $randomString(8) }} or {{ $randomNumber(1, 100) }}")
            }
            TemplateError::Reversed { name, low, high } => {
                diagnostic.hint(format!("the lowest comes first: {{{{ {name}({high}, {low}) }}}}"))
            }
            TemplateError::NotYet { name } if is_fake(name) => {
                diagnostic.hint("docs/plugins-fake-data.md lists the functions of fake-data that there are")
            }
            TemplateError::NotYet { .. } => diagnostic,
        }
    }
}

/// How to call the template function of that name, if there is one.
pub(crate) fn call_of(name: &str) -> Option<String> {
    if name.starts_with('$') && is_fake(name) {
        return Some(format!("{name}()"));
    }
    FUNCTIONS.iter().position(|function| *function == name).map(|index| CALLS[index].to_owned())
}

/// What becomes of text that is not a placeholder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// It stays as it is.
    Text,
    /// It is escaped, to stand inside a JSON string.
    Json,
}

/// What stands between braces.
enum Placeholder<'a> {
    Variable(&'a str),
    Call { name: &'a str, arguments: &'a str },
}

impl Template {
    /// Compiles a text. What is odd but no error is noted in `names`.
    ///
    /// # Errors
    /// A function with wrong arguments, or one that is nearly the name of another. One that is unknown altogether
    /// makes the whole text undefined, and is noted.
    pub(crate) fn compile(text: &str, names: &mut Names) -> Result<Template, TemplateError> {
        Template::compile_as(text, names, Dialect::Text)
    }

    /// Compiles a text whose fixed parts go where `dialect` says.
    pub(crate) fn compile_as(
        text: &str,
        names: &mut Names,
        dialect: Dialect,
    ) -> Result<Template, TemplateError> {
        if has_nested(text) {
            let inner = Template::compile_flat(text, names, Dialect::Text, true)?;
            return Ok(Template { segments: vec![Segment::Again(inner)] });
        }
        Template::compile_flat(text, names, dialect, false)
    }

    /// Compiles a text whose placeholders are filled once; `nested` is whether what is left will be filled again.
    fn compile_flat(
        text: &str,
        names: &mut Names,
        dialect: Dialect,
        nested: bool,
    ) -> Result<Template, TemplateError> {
        let mut segments = Vec::new();
        let mut fixed = String::new();
        let mut rest = text;
        while let Some(open) = rest.find("{{") {
            fixed.push_str(&rest[..open]);
            rest = &rest[open..];
            let Some((placeholder, length)) = placeholder(rest) else {
                if !nested {
                    note_literal(rest, names);
                }
                fixed.push('{');
                rest = &rest[1..];
                continue;
            };
            let lone = length == text.len();
            if rest[..length].ends_with("}}}") != rest.starts_with("{{{") {
                names.note_braces(&rest[..length]);
            }
            let segment = match placeholder {
                Placeholder::Call { name, arguments } => match call(name, arguments, names) {
                    Ok(function) => Segment::Call(function),
                    // As in Artillery, the whole text around the call is undefined. What is clearly a slip of the
                    // pen stays an error.
                    Err(error @ TemplateError::UnknownFunction { question: None, .. }) => {
                        names.note_function(error);
                        return Ok(Template::undefined());
                    }
                    Err(error) => return Err(error),
                },
                Placeholder::Variable(name) => variable(name, names)?,
            };
            match segment {
                // Known values are text from now on, except where their type matters.
                Segment::Known(Some(Value::String(value))) => fixed.push_str(&value),
                Segment::Known(value) if !lone => match value {
                    Some(value) => crate::js::text(&value, &mut fixed),
                    None => fixed.push_str("undefined"),
                },
                segment => {
                    push_text(&mut segments, &mut fixed, dialect);
                    segments.push(segment);
                }
            }
            rest = &rest[length..];
        }
        fixed.push_str(rest);
        push_text(&mut segments, &mut fixed, dialect);
        Ok(Template { segments })
    }

    /// A template of a value that is no text: a lone known value, or its text where `value` is text.
    pub(crate) fn of_value(value: &Value) -> Template {
        match value {
            Value::String(text) => Template::text(text.as_str()),
            other => Template { segments: vec![Segment::Known(Some(other.clone()))] },
        }
    }

    /// The same for a place where only the text counts: a lone known value becomes its text. Undefined and null,
    /// which such places treat specially, stay.
    pub(crate) fn into_text(self) -> Template {
        match self.segments.as_slice() {
            [Segment::Known(Some(value))] if !value.is_null() => {
                let mut text = String::new();
                crate::js::text(value, &mut text);
                Template::text(text)
            }
            _ => self,
        }
    }
}

fn push_text(segments: &mut Vec<Segment>, fixed: &mut String, dialect: Dialect) {
    if fixed.is_empty() {
        return;
    }
    let mut text = std::mem::take(fixed);
    if dialect == Dialect::Json {
        let mut escaped = String::with_capacity(text.len());
        crate::js::escape(&text, &mut escaped);
        text = escaped;
    }
    segments.push(Segment::Text(text.into()));
}

/// The placeholder at the beginning of a text that starts with `{{`, and its length in bytes.
fn placeholder(text: &str) -> Option<(Placeholder<'_>, usize)> {
    let open = if text.starts_with("{{{") { 3 } else { 2 };
    let inner = &text[open..];
    let end = inner.find(|c: char| !in_name(c)).unwrap_or(inner.len());
    if end > 0 && inner[end..].starts_with("}}") {
        let close = if inner[end..].starts_with("}}}") { 3 } else { 2 };
        return Some((Placeholder::Variable(inner[..end].trim()), open + end + close));
    }
    let inner = &text[2..];
    let close = inner.find("}}")?;
    let (name, arguments) = inner[..close].trim().strip_suffix(')')?.split_once('(')?;
    let plain = name.strip_prefix('$')?.trim_end();
    if plain.is_empty() || !plain.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    Some((Placeholder::Call { name: name.trim_end(), arguments: arguments.trim() }, 2 + close + 2))
}

/// Whether a placeholder stands within another: between `{{`, of which all but that could be a name, and `}}`.
fn has_nested(text: &str) -> bool {
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        rest = &rest[open + 2..];
        let mut inner = rest;
        let mut found = false;
        loop {
            inner = inner.trim_start_matches(in_name);
            if inner.starts_with("}}") {
                if found {
                    return true;
                }
                break;
            }
            match inner.starts_with("{{").then(|| placeholder(inner)).flatten() {
                Some((_, length)) => inner = &inner[length..],
                None => break,
            }
            found = true;
        }
    }
    false
}

/// The variable whose placeholder a text that starts with `{{` begins with, and the placeholder's length in bytes.
pub(super) fn variable_at(text: &str) -> Option<(&str, usize)> {
    match placeholder(text)? {
        (Placeholder::Variable(name), length) => Some((name, length)),
        (Placeholder::Call { .. }, _) => None,
    }
}

fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || c.is_whitespace()
        || matches!(c, '_' | '$' | '.' | '[' | ']' | '\'' | '"' | '-')
}

/// Notes text that begins like a placeholder and is none, such as `{{ name | upper }}` or `{{ name`.
fn note_literal(text: &str, names: &mut Names) {
    const LONGEST: usize = 60;
    let inner = text.get(2..).unwrap_or("");
    // Of three braces the last two are what counts; they are looked at next.
    if inner.starts_with('{') {
        return;
    }
    let closed = inner.find("}}");
    let next = inner.find("{{").unwrap_or(inner.len());
    let end = closed.filter(|close| *close < next);
    let whole = &text[..end.map_or(next + 2, |end| end + 4)];
    let mut shown: String = whole.chars().take(LONGEST).map(|c| if c == '\n' { ' ' } else { c }).collect();
    if whole.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    if end.is_some() { names.note_literal(&shown) } else { names.note_unclosed(shown.trim_end()) }
}

fn variable(name: &str, names: &mut Names) -> Result<Segment, TemplateError> {
    let parts = path::parts(name);
    Ok(match names.resolve(name, parts.first().map_or("", String::as_str)) {
        Resolved::Whole(slot) => Segment::Variable(super::Path { slot, keys: Vec::new() }),
        Resolved::Root(slot) => Segment::Variable(super::Path { slot, keys: path::keys(&parts[1..]) }),
        Resolved::Known(Known::Fixed(value)) => {
            let keys = path::keys(parts.get(1..).unwrap_or_default());
            Segment::Known(value.as_ref().and_then(|value| path::follow(value, &keys)).map(Cow::into_owned))
        }
        Resolved::Known(Known::Late) => {
            return Err(TemplateError::NotYet { name: format!("{{{{ {name} }}}} of the builtin target") });
        }
        Resolved::Known(Known::Environment) => {
            Segment::Known(parts.get(1).and_then(|name| names.environment_variable(name)))
        }
        Resolved::Unset => Segment::Known(None),
    })
}

fn call(name: &str, arguments: &str, names: &mut Names) -> Result<Function, TemplateError> {
    let wrong = |takes| TemplateError::Arguments {
        name: name.to_owned(),
        takes,
        given: arguments.chars().take(60).collect(),
    };
    let numbers: Option<Vec<i64>> = if arguments.is_empty() {
        Some(Vec::new())
    } else {
        arguments.split(',').map(|argument| argument.trim().parse().ok()).collect()
    };
    match name {
        "$randomString" => {
            let takes = "a length of at most 1048576";
            match numbers.as_deref() {
                Some([]) => Ok(Function::RandomString(10)),
                Some([length]) => usize::try_from(*length)
                    .ok()
                    .filter(|length| *length <= LONGEST_RANDOM)
                    .map(Function::RandomString)
                    .ok_or(wrong(takes)),
                _ => Err(wrong(takes)),
            }
        }
        "$randomNumber" | "$randomInt" => match numbers.as_deref() {
            Some([min, max]) if min <= max => Ok(Function::RandomNumber(*min, *max)),
            Some([low, high]) => {
                Err(TemplateError::Reversed { name: name.to_owned(), low: *low, high: *high })
            }
            _ => Err(wrong("the lowest and the highest number")),
        },
        "$template" => Err(TemplateError::NotYet { name: name.to_owned() }),
        "$uuid" => Err(TemplateError::UnknownFunction {
            name: name.to_owned(),
            question: Some("`$uuid` is a variable: write {{ $uuid }}".to_owned()),
        }),
        _ => fake_call(name, arguments, names),
    }
}

/// A call of a function of the plugin `fake-data`.
fn fake_call(name: &str, arguments: &str, names: &mut Names) -> Result<Function, TemplateError> {
    let plain = name.trim_start_matches('$');
    let current = fake::alias(plain).unwrap_or(plain);
    let Some(settings) = &names.fakes else {
        let question = suggest::question(name, FUNCTIONS);
        return Err(TemplateError::UnknownFunction { name: name.to_owned(), question });
    };
    let Some(fake) = settings.call(current) else {
        if fake::is_of_faker(current) {
            return Err(TemplateError::NotYet { name: name.to_owned() });
        }
        let functions: Vec<String> = fake::functions().map(|function| format!("${function}")).collect();
        let question = suggest::question(name, functions.iter().map(String::as_str).chain(FUNCTIONS));
        return Err(TemplateError::UnknownFunction { name: name.to_owned(), question });
    };
    if current != plain {
        let message = format!("`{name}` of the plugin fake-data is called `${current}` now");
        names.note_fake(message, "it works the same, and may be gone one day".to_owned());
    }
    if !arguments.is_empty() {
        let given: String = arguments.chars().take(60).collect();
        let message = format!("`{name}` takes no arguments, so `{given}` has no effect");
        names.note_fake(message, format!("its options stand under config: fake-data: {{{current}: …}}"));
    }
    Ok(Function::Fake(fake))
}

/// Whether the plugin `fake-data` has a function of that name.
fn is_fake(name: &str) -> bool {
    let plain = name.strip_prefix('$').unwrap_or(name);
    let current = fake::alias(plain).unwrap_or(plain);
    fake::takes(current).is_some() || fake::is_of_faker(current)
}
