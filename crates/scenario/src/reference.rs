//! `reference`: the table of keys as a page for people (`docs/script-reference.md`).

use crate::parse::keys::{self, Form, Place, Status};
use std::fmt::Write;

/// How the page begins.
const OPENING: &str = "\
# Reference of the script's keys

Each place of a script with the keys that it takes. Made by `cargo xtask schema` from the table that the parser reads:
edit `crates/scenario/src/parse/keys/`, not this page. [Scripts](scripts.md) explains the language with examples;
`loadgen schema` prints the same table as a JSON Schema for editors.

- A *duration* is a number of seconds, or text with a unit: `500ms`, `30s`, `5m`, `1.5 hours`.
- Numbers, truth values and durations may be written as text too: `\"10\"`.
- In `config` any value may hold placeholders that are known before the run (`{{ $env.NAME }}`, `{{ $environment }}`,
  what `-v` sets); in scenarios any text may, filled for each user.
- A key that is not here is an error if it looks like a slip of the finger, and has no effect otherwise, with a warning.
  At the top of a script any key with a YAML anchor may stand, and any that begins with `x-`.
";

/// The page, in Markdown.
pub fn reference() -> String {
    let mut out = OPENING.to_owned();
    let mut met: Vec<&'static str> = Vec::new();
    let mut places: Vec<&'static Place> = vec![&keys::SCRIPT];
    while !places.is_empty() {
        let place = places.remove(0);
        if met.contains(&place.name) {
            continue;
        }
        met.push(place.name);
        section(&mut out, place);
        let mut inner = Vec::new();
        place.keys.iter().for_each(|key| within(&key.form, &mut inner));
        // What is in a place is told right after it.
        places.splice(0..0, inner);
    }
    out
}

fn section(out: &mut String, place: &'static Place) {
    let _ = writeln!(out, "\n## {}\n\n{}\n", title(place), place.about);
    match place.needs {
        [] => {}
        [needed] => {
            let _ = writeln!(out, "`{needed}` has to be there.\n");
        }
        needed => {
            let _ = writeln!(out, "One of {} has to be there.\n", quoted(needed, ", "));
        }
    }
    let mut rows = vec![["key", "value", "meaning", "unless set"].map(str::to_owned)];
    rows.push(["---"; 4].map(str::to_owned));
    for key in place.keys.iter().filter(|key| key.status == Status::Taken) {
        let mut about = key.about.to_owned();
        if let Some(example) = key.examples.first() {
            let _ = write!(about, " Such as `{example}`.");
        }
        rows.push([format!("`{}`", key.name), form(&key.form), about, key.default.unwrap_or("").to_owned()]);
    }
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | ").replace(" |  |", " | |"));
    }
    for (status, what) in [(Status::Later, "Not supported yet"), (Status::Idle, "Accepted, without effect")] {
        let names: Vec<&str> =
            place.keys.iter().filter(|key| key.status == status).map(|key| key.name).collect();
        if !names.is_empty() {
            let _ = writeln!(out, "\n{what}: {}.", quoted(&names, ", "));
        }
    }
}

/// What a value may be, in words.
fn form(form: &Form) -> String {
    match form {
        Form::Text | Form::OnlyText => "text".into(),
        Form::Number => "number".into(),
        Form::Rate => "users a second".into(),
        Form::Count => "whole number".into(),
        Form::Share => "number".into(),
        Form::Span => "duration".into(),
        Form::Flag => "true or false".into(),
        Form::NumberOrText => "number or text".into(),
        Form::Expression => "expression".into(),
        Form::OneOf(words) => quoted(words, " or "),
        Form::Any => "anything".into(),
        Form::Null => "nothing".into(),
        Form::Switch => "true, false, nothing".into(),
        Form::Scalar => "text, number, true, false".into(),
        Form::List(item) => format!("list of: {}", self::form(item)),
        Form::Map(value) => format!("names with: {}", self::form(value)),
        Form::OneOrMany(item) => format!("{}, or a list", self::form(item)),
        Form::Either(forms) => {
            let told = forms.iter().filter(|form| !matches!(form, Form::Null | Form::Switch));
            told.map(self::form).collect::<Vec<_>>().join(" or ")
        }
        Form::Place(place) | Form::Open(place) => {
            let title = title(place);
            let anchor: String = title
                .chars()
                .filter(|c| c.is_alphanumeric() || *c == ' ')
                .map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() })
                .collect();
            format!("[{}](#{anchor})", place.name)
        }
        Form::Steps => "[steps](#step)".into(),
    }
}

/// The places that a value may be.
fn within(form: &Form, places: &mut Vec<&'static Place>) {
    match form {
        Form::Place(place) | Form::Open(place) => places.push(place),
        Form::List(item) | Form::Map(item) | Form::OneOrMany(item) => within(item, places),
        Form::Either(forms) => forms.iter().for_each(|form| within(form, places)),
        Form::Steps => places.extend([&keys::STEP, &keys::THINK, &keys::LOOP, &keys::PARALLEL]),
        _ => {}
    }
}

fn title(place: &Place) -> String {
    let name = place.name.strip_prefix("a ").unwrap_or(place.name);
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn quoted(words: &[&str], between: &str) -> String {
    let each: Vec<String> = words
        .iter()
        .map(|word| if word.is_empty() { "nothing".into() } else { format!("`{word}`") })
        .collect();
    each.join(between)
}
