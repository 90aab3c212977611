//! Syntax errors in words: what people most likely did, whichever parser stumbled over it.
//!
//! Decides nothing: whether a text can be read is the parsers' business.

use crate::diagnostic::Diagnostic;
use crate::source::{Location, Source};

/// The diagnostic for a text that is no YAML, or that is meant as JSON and is none.
pub(super) fn explain(source: &Source, at: &Location, why: &str) -> Diagnostic {
    if let Some(problem) = not_json(source) {
        return problem;
    }
    let line = |number: u32| source.content().split('\n').nth(number as usize - 1).unwrap_or("");
    if let Some(at) = tab(at, why, line) {
        return Diagnostic::error(&at, "YAML does not allow tabs for indentation")
            .label("a tab")
            .hint("indent with blanks");
    }
    let diagnostic = Diagnostic::error(at, format!("not valid YAML at line {}: {why}", at.line));
    let line = line(at.line);
    if line.contains("{{") && !line.contains("\"{{") {
        diagnostic.hint("a value that holds {{ }} has to be in quotes")
    } else if why.contains("quoted scalar") {
        diagnostic
            .label("this quote is not closed")
            .hint("end the text with the same quote, in the same line")
    } else if why.contains("mapping values") {
        diagnostic.hint(
            "indent this key as those beside it; text that holds a colon and a blank has to be in quotes",
        )
    } else {
        diagnostic.hint("often a bracket, a quote or the indentation of this line or the one before")
    }
}

/// The tab that a line is indented with, where that is what is wrong: in the line of the error or, if the error is
/// about tabs, near it.
fn tab<'a>(at: &Location, why: &str, line: impl Fn(u32) -> &'a str) -> Option<Location> {
    let here = at.line;
    let near = if why.contains("tab") { vec![here, here + 1, here - 1] } else { vec![here] };
    near.into_iter().filter(|number| *number > 0).find_map(|number| {
        let blank = |c: &char| matches!(c, ' ' | '\t');
        let column = line(number).chars().take_while(blank).position(|c| c == '\t')?;
        let column = u32::try_from(column).unwrap_or(0) + 1;
        Some(Location { line: number, column, length: 1, ..at.clone() })
    })
}

/// What is wrong with a text that is meant as JSON, which its name or its beginning tells.
fn not_json(source: &Source) -> Option<Diagnostic> {
    let text = source.content();
    let begins = text.trim_start().strip_prefix('{').map(str::trim_start);
    let meant = source.name.to_ascii_lowercase().ends_with(".json")
        || begins.is_some_and(|rest| rest.starts_with('"'));
    if !meant {
        return None;
    }
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
    let (line, column) = (error.line().max(1), error.column().max(1));
    // serde_json counts bytes.
    let before = text.split('\n').nth(line - 1).and_then(|line| line.get(..column - 1));
    let column = before.map_or(column, |before| before.chars().count() + 1);
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let at = Location { line: small(line), column: small(column), ..Location::start(&source.name) };
    let text = error.to_string();
    let why = text.split(" at line ").next().unwrap_or(&text);
    let problem = Diagnostic::error(&at, format!("not valid JSON at line {line}: {why}"));
    Some(problem.hint("often a comma, a quote or a bracket that is missing or one too many"))
}
