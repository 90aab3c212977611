//! Data files become tables: CSV text to rows, texts that are numbers to numbers.

use crate::diagnostic::Diagnostic;
use crate::names::Names;
use crate::overlay::Choices;
use crate::plan::{Initial, Order, Payload, Slot};
use crate::scenario::{self, Reading};
use csv::{ReaderBuilder, Trim};
use serde_json::{Map, Number, Value};
use std::sync::Arc;

/// Largest whole number that JavaScript's numbers hold exactly, and all below it.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads the files. The variables that hold all rows of one come second.
pub(super) fn payloads(
    said: &[scenario::Payload],
    choices: &Choices,
    names: &mut Names,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<Payload>, Vec<(Slot, Initial)>) {
    let (mut payloads, mut whole) = (Vec::new(), Vec::new());
    for said in said {
        let Some(path) = &said.path else { continue };
        let fields: Vec<Slot> = said.fields.iter().map(|field| names.declare(&field.value)).collect();
        let rows = match read(&path.value, &said.reading, choices) {
            Ok(rows) => rows,
            Err(problem) => {
                problems.push(Diagnostic::error(&path.at, problem.message).hint(problem.hint));
                continue;
            }
        };
        doubts(said, &path.value, &rows, problems);
        match &said.name {
            // With an order, each user gets one row of the many, whole.
            Some(name) if said.load_all && said.ordered => {
                let rows = rows.into_iter().map(|row| vec![Value::Array(row)]).collect();
                let fields = vec![names.declare(&name.value)];
                payloads.push(Payload { fields, rows, order: order(said) });
            }
            Some(name) if said.load_all => {
                let all = Value::Array(rows.into_iter().map(|row| object(said, row)).collect());
                whole.push((names.declare(&name.value), Initial::Shared(Arc::new(all))));
            }
            // Rows without a name are loaded for nobody, and their fields stay undefined.
            None if said.load_all => {}
            _ => payloads.push(Payload { fields, rows: rows.into(), order: order(said) }),
        }
    }
    (payloads, whole)
}

fn order(said: &scenario::Payload) -> Order {
    if said.sequence { Order::Sequence } else { Order::Random }
}

/// A row as `loadAll` gives it: an object by its fields, or the list of its values where it has no fields.
fn object(said: &scenario::Payload, row: Vec<Value>) -> Value {
    if said.fields.is_empty() {
        return Value::Array(row);
    }
    let fields = said.fields.iter().map(|field| field.value.clone());
    Value::Object(fields.zip(row).collect::<Map<String, Value>>())
}

fn doubts(said: &scenario::Payload, path: &str, rows: &[Vec<Value>], problems: &mut Vec<Diagnostic>) {
    let mut warn = |at, message: String, hint: &str| {
        problems.push(Diagnostic::warning(at, message).hint(hint));
    };
    if said.load_all && said.name.is_none() {
        let hint = "add `name:`, the variable that is to hold the rows";
        warn(&said.at, format!("`loadAll` without `name` leaves the fields of {path} undefined"), hint);
    } else if said.load_all && said.ordered {
        let hint = "leave `order` out for a list of all rows";
        warn(&said.at, format!("`loadAll` with `order` gives each user one row of {path}, as a list"), hint);
    } else if said.fields.is_empty() && !said.load_all {
        let hint = "name the variables of its columns: `fields: [name, age]`";
        warn(&said.at, format!("{path} has no effect without `fields`"), hint);
    }
    match rows.first() {
        None => {
            let hint = "its variables will be undefined";
            warn(&said.at, format!("{path} has no rows"), hint);
        }
        Some(row) if row.len() < said.fields.len() => {
            let (columns, fields) = (row.len(), said.fields.len());
            let message = format!("{path} has too few columns: {columns} for {fields} fields");
            warn(&said.at, message, "the variables of the missing columns will be undefined");
        }
        Some(_) => {}
    }
}

/// What is wrong with a file.
struct Problem {
    message: String,
    hint: String,
}

impl Problem {
    fn new(message: String, hint: impl Into<String>) -> Problem {
        Problem { message, hint: hint.into() }
    }
}

fn read(path: &str, reading: &Reading, choices: &Choices) -> Result<Vec<Vec<Value>>, Problem> {
    let bytes = choices.files.read(path).map_err(|error| {
        let hint = match error.place {
            Some(place) => format!("looked for at {place}; paths are relative to the script"),
            None => "paths are relative to the script".to_owned(),
        };
        Problem::new(format!("cannot read the payload {path}: {}", error.reason), hint)
    })?;
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            let hint = "save it as UTF-8";
            return Err(Problem::new(format!("{path}, line {line}: not text in UTF-8"), hint));
        }
    };
    rows(path, text, reading)
}

fn rows(path: &str, text: &str, reading: &Reading) -> Result<Vec<Vec<Value>>, Problem> {
    let skipped = reading.from_line.saturating_sub(1);
    let mut rest = text;
    for _ in 0..skipped {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    let mut builder = ReaderBuilder::new();
    builder
        .has_headers(false)
        .flexible(true)
        .delimiter(reading.delimiter)
        .comment(reading.comment)
        .trim(if reading.trim { Trim::All } else { Trim::None })
        .quoting(reading.quote.is_some())
        .escape(reading.escape);
    if let Some(quote) = reading.quote {
        builder.quote(quote);
    }
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for record in builder.from_reader(rest.as_bytes()).records() {
        let record = record.map_err(|error| {
            Problem::new(format!("{path} is no CSV: {error}"), "fields with quotes in them are quoted")
        })?;
        // Empty once its blanks are cut off, as an empty line is.
        if reading.trim && record.len() == 1 && record[0].is_empty() {
            continue;
        }
        let row: Vec<Value> = record.iter().map(|field| cast(field, reading.cast)).collect();
        if let Some(first) = rows.first().filter(|first| first.len() != row.len() && !reading.ragged) {
            let line = record.position().map_or(0, csv::Position::line) + skipped;
            let word = if row.len() < first.len() { "few" } else { "many" };
            let message = format!(
                "{path}, line {line} (row {}): too {word} columns: {}, where the first row has {}",
                rows.len() + 1,
                row.len(),
                first.len()
            );
            let hint = "quote fields that hold the delimiter, or set `options: {relax_column_count: true}`";
            return Err(Problem::new(message, hint));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// A field's value: a number where JavaScript's `Number` takes all of it for one.
fn cast(field: &str, cast: bool) -> Value {
    match number(field).filter(|_| cast) {
        Some(number) => number,
        None => Value::String(field.to_owned()),
    }
}

fn number(field: &str) -> Option<Value> {
    let text = field.trim();
    // `0x1F` is a number to one of the two functions that decide, and 0 to the one that reads it.
    for (prefixes, radix) in [(["0x", "0X"], 16), (["0o", "0O"], 8), (["0b", "0B"], 2)] {
        if let Some(digits) = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)) {
            let known = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
            return known.then(|| Value::from(0));
        }
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return None;
    }
    if text.contains(|c: char| !(c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E'))) {
        return None;
    }
    let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
    if number.fract() == 0.0 && number.abs() < EXACT {
        return Some(Value::from(number as i64));
    }
    Number::from_f64(number).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_are_cast_as_artillery_casts_them() {
        let cases = [
            ("42", json!(42)),
            ("007", json!(7)),
            ("1.50", json!(1.5)),
            ("-3", json!(-3)),
            ("1e3", json!(1000)),
            ("0x1F", json!(0)),
            ("0xZ", json!("0xZ")),
            ("true", json!("true")),
            ("", json!("")),
            ("2024-05-06", json!("2024-05-06")),
            (" 9 ", json!(9)),
            ("+5", json!(5)),
            ("Infinity", json!("Infinity")),
            ("nan", json!("nan")),
            ("1e999", json!("1e999")),
            ("5.", json!(5)),
            (".5", json!(0.5)),
            ("12abc", json!("12abc")),
            ("-", json!("-")),
            ("12345678901234567890", json!(12345678901234567000.0)),
        ];
        for (text, wanted) in cases {
            assert_eq!(cast(text, true), wanted, "{text}");
            assert_eq!(cast(text, false), json!(text));
        }
    }
}
