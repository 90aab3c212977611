//! Data files become tables: CSV text to rows, texts that are numbers to numbers.

use crate::compile::table::{self, Fault};
use crate::diagnostic::Diagnostic;
use crate::names::Names;
use crate::overlay::Choices;
use crate::plan::{Initial, Order, Payload, Slot};
use crate::scenario::{self, Reading};
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
        let Rows { columns, values: mut rows } = rows;
        match &said.name {
            // With an order, each user gets one row of the many, whole.
            Some(name) if said.load_all && said.ordered => {
                let rows = rows.into_iter().map(|row| vec![Value::Array(row)]).collect();
                let fields = vec![names.declare(&name.value)];
                payloads.push(Payload { fields, rows, order: order(said) });
            }
            Some(name) if said.load_all => {
                let all =
                    Value::Array(rows.into_iter().map(|row| object(said, columns.as_deref(), row)).collect());
                whole.push((names.declare(&name.value), Initial::Shared(Arc::new(all))));
            }
            // Rows without a name are loaded for nobody, and their fields stay undefined.
            None if said.load_all => {}
            _ => {
                // A row with names has nothing by number, which is how fields are found.
                if columns.is_some() {
                    rows.iter_mut().for_each(Vec::clear);
                }
                payloads.push(Payload { fields, rows: rows.into(), order: order(said) });
            }
        }
    }
    (payloads, whole)
}

fn order(said: &scenario::Payload) -> Order {
    if said.sequence { Order::Sequence } else { Order::Random }
}

/// What was read of a file.
struct Rows {
    /// The names of the columns, where `options.columns` asks for them.
    columns: Option<Vec<Option<String>>>,
    values: Vec<Vec<Value>>,
}

/// A row as `loadAll` gives it: an object by its fields; where it has no fields, an object by its columns, or the list
/// of its values.
fn object(said: &scenario::Payload, columns: Option<&[Option<String>]>, row: Vec<Value>) -> Value {
    match columns {
        Some(_) if !said.fields.is_empty() => return Value::Object(Map::new()),
        Some(columns) => {
            let named = columns.iter().zip(row).filter_map(|(name, value)| Some((name.clone()?, value)));
            return Value::Object(named.collect());
        }
        None if said.fields.is_empty() => return Value::Array(row),
        None => {}
    }
    let fields = said.fields.iter().map(|field| field.value.clone());
    Value::Object(fields.zip(row).collect::<Map<String, Value>>())
}

fn doubts(said: &scenario::Payload, path: &str, rows: &Rows, problems: &mut Vec<Diagnostic>) {
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
    if rows.columns.is_some() && !said.fields.is_empty() {
        let hint = "leave out `columns`, or `fields` and have all rows by `loadAll` and `name`";
        warn(&said.at, format!("`fields` find nothing beside `columns` ({path}): they are undefined"), hint);
        return;
    }
    match rows.values.first() {
        None => {
            let hint = "its variables will be undefined";
            warn(&said.at, format!("{path} has no rows"), hint);
        }
        Some(row) if row.len() < said.fields.len() => {
            let (columns, fields) = (row.len(), said.fields.len());
            let message =
                format!("{path} has too few columns, from its first row on: {columns} for {fields} fields");
            // What else is often between values.
            let other = [(";", "\";\""), ("\t", "\"\\t\""), ("|", "\"|\"")];
            let only = row.first().filter(|_| columns == 1).and_then(Value::as_str).unwrap_or_default();
            let hint = match other.iter().find(|(delimiter, _)| only.contains(delimiter)) {
                Some((_, written)) => format!("is `delimiter: {written}` meant?"),
                None => "the variables of the missing columns will be undefined".to_owned(),
            };
            warn(&said.at, message, &hint);
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

fn read(path: &str, reading: &Reading, choices: &Choices) -> Result<Rows, Problem> {
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

/// The rows of a text, and the names of its columns where it has some.
fn rows(path: &str, text: &str, reading: &Reading) -> Result<Rows, Problem> {
    let table = table::read(text, reading, |field| number(field).is_some()).map_err(|fault| {
        let Fault { line, row, what, hint } = fault;
        Problem::new(format!("{path}, line {line} (row {row}): {what}"), hint)
    })?;
    let cast = |field: String| cast(&field, reading.cast);
    let values = table.records.into_iter().map(|record| record.into_iter().map(cast).collect()).collect();
    Ok(Rows { columns: table.columns, values })
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
