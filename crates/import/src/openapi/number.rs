//! A number within the bounds that a schema sets.

use serde_json::{Number, Value};

/// A bound, and whether the number may not be the bound itself.
type Bound = Option<(f64, bool)>;

/// A number for the schema: a small one where it has the choice. `whole`: an integer.
pub(super) fn number(schema: &Value, whole: bool) -> Value {
    let (least, most) = (
        bound(schema, "minimum", "exclusiveMinimum", 1.0),
        bound(schema, "maximum", "exclusiveMaximum", -1.0),
    );
    let usual: f64 = if whole { 1.0 } else { 1.5 };
    let start = match least {
        Some((least, _)) if least >= 0.0 => least,
        Some((least, _)) => usual.min(-least),
        None => usual,
    };
    let step = schema.get("multipleOf").and_then(Value::as_f64).filter(|step| *step > 0.0);
    let step = step.map(|step| if whole { step.ceil() } else { step }).or(whole.then_some(1.0));
    let is_below =
        |number: f64| least.is_some_and(|(least, strict)| number < least || (strict && number == least));
    let is_above =
        |number: f64| most.is_some_and(|(most, strict)| number > most || (strict && number == most));
    let mut number = start;
    match step {
        Some(step) => {
            number = (number / step).ceil() * step;
            if is_below(number) {
                number += step;
            }
            if let Some((most, _)) = most.filter(|_| is_above(number)) {
                number = (most / step).floor() * step;
                if is_above(number) {
                    number -= step;
                }
            }
        }
        None => {
            let middle = least.zip(most).map(|((least, _), (most, _))| least + (most - least) / 2.0);
            if is_below(number) {
                number += 1.0;
            }
            if let Some((most, strict)) = most.filter(|_| is_above(number)) {
                let below = if strict { most - 1.0 } else { most };
                number = if is_below(below) { middle.unwrap_or(below) } else { below };
            }
        }
    }
    if whole {
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::from(1), Value::Number)
}

/// The narrower of two bounds. In OpenAPI 3.0 the exclusive one is a flag beside the other, in 3.1 a number. `sign` is
/// -1 for upper bounds.
fn bound(schema: &Value, key: &str, exclusive: &str, sign: f64) -> Bound {
    let flag = schema.get(exclusive) == Some(&Value::Bool(true));
    let plain = schema.get(key).and_then(Value::as_f64).map(|bound| (bound, flag));
    let strict = schema.get(exclusive).and_then(Value::as_f64).map(|bound| (bound, true));
    match (plain, strict) {
        (Some(plain), Some(strict)) if plain.0 * sign > strict.0 * sign => Some(plain),
        (plain, strict) => strict.or(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_within_their_bounds() {
        let cases = [
            (json!({}), 1.0, 1.5),
            (json!({"minimum": 0}), 0.0, 0.0),
            (json!({"minimum": -3}), 1.0, 1.5),
            (json!({"maximum": 0}), 0.0, 0.0),
            (json!({"minimum": 5, "exclusiveMinimum": true}), 6.0, 6.0),
            (json!({"minimum": 5, "exclusiveMinimum": false}), 5.0, 5.0),
            (json!({"exclusiveMinimum": 0}), 1.0, 1.0),
            (json!({"exclusiveMinimum": 0, "minimum": 0}), 1.0, 1.0),
            (json!({"exclusiveMinimum": 2.5}), 3.0, 3.5),
            (json!({"exclusiveMaximum": 1}), 0.0, 0.0),
            (json!({"maximum": 1, "exclusiveMaximum": true}), 0.0, 0.0),
            (json!({"exclusiveMinimum": -2, "exclusiveMaximum": 0}), -1.0, -1.0),
            (json!({"exclusiveMinimum": 10, "multipleOf": 5}), 15.0, 15.0),
            (json!({"exclusiveMaximum": 10, "minimum": 9, "multipleOf": 5}), 5.0, 5.0),
        ];
        for (schema, whole, fraction) in cases {
            assert_eq!(number(&schema, true).as_f64(), Some(whole), "{schema}");
            assert_eq!(number(&schema, false).as_f64(), Some(fraction), "{schema}");
        }
        let between = json!({"exclusiveMinimum": 0, "exclusiveMaximum": 1});
        assert_eq!(number(&between, false), json!(0.5));
    }
}
