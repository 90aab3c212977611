//! A tree's value, with JavaScript's ways of mixing kinds of values.

use super::{Function, Operator, Tree};
use crate::js;
use crate::template::Scope;
use rand::Rng;
use serde_json::Value;
use std::cmp::Ordering;

/// A value as JavaScript has it.
pub(super) enum Dynamic {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    /// A list or an object.
    Other(Value),
}

impl Dynamic {
    fn of(value: Option<&Value>) -> Dynamic {
        match value {
            None => Dynamic::Undefined,
            Some(Value::Null) => Dynamic::Null,
            Some(Value::Bool(flag)) => Dynamic::Bool(*flag),
            Some(Value::Number(number)) => Dynamic::Number(number.as_f64().unwrap_or(f64::NAN)),
            Some(Value::String(text)) => Dynamic::Text(text.clone()),
            Some(other) => Dynamic::Other(other.clone()),
        }
    }

    /// Whether JavaScript takes it for true.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Dynamic::Undefined | Dynamic::Null => false,
            Dynamic::Bool(flag) => *flag,
            Dynamic::Number(number) => *number != 0.0 && !number.is_nan(),
            Dynamic::Text(text) => !text.is_empty(),
            Dynamic::Other(_) => true,
        }
    }

    /// JavaScript's `Number(…)`.
    fn number(&self) -> f64 {
        match self {
            Dynamic::Undefined => f64::NAN,
            Dynamic::Null => 0.0,
            Dynamic::Bool(flag) => f64::from(u8::from(*flag)),
            Dynamic::Number(number) => *number,
            Dynamic::Text(text) if text.trim().is_empty() => 0.0,
            // Rust also reads "inf" and "nan", which JavaScript does not.
            Dynamic::Text(text) if text.contains(['n', 'N', 'i', 'I']) => f64::NAN,
            Dynamic::Text(text) => text.trim().parse().unwrap_or(f64::NAN),
            Dynamic::Other(_) => f64::NAN,
        }
    }

    /// JavaScript's `String(…)`; lists and objects as JSON.
    fn text(&self) -> String {
        let mut out = String::new();
        match self {
            Dynamic::Undefined => out.push_str("undefined"),
            Dynamic::Null => out.push_str("null"),
            Dynamic::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Dynamic::Number(number) => out.push_str(ryu_js::Buffer::new().format(*number)),
            Dynamic::Text(text) => out.push_str(text),
            Dynamic::Other(value) => js::json(value, &mut out),
        }
        out
    }
}

fn flag(flag: bool) -> Dynamic {
    Dynamic::Number(f64::from(u8::from(flag)))
}

/// The value of a tree. No deeper than the parser lets trees be.
pub(super) fn evaluate<S: Scope + ?Sized>(tree: &Tree, scope: &mut S) -> Dynamic {
    match tree {
        Tree::Known(value) => Dynamic::of(value.as_ref()),
        Tree::Variable(slot) => Dynamic::of(scope.value(*slot)),
        Tree::Minus(inner) => Dynamic::Number(-evaluate(inner, scope).number()),
        Tree::Not(inner) => flag(!evaluate(inner, scope).is_true()),
        Tree::Both(operator, left, right) => both(*operator, left, right, scope),
        Tree::Matches(inner, regex) => flag(regex.is_match(&evaluate(inner, scope).text())),
        Tree::In(inner, set) => {
            // Unlike `==`, `in` tells a number from its text.
            let wanted = evaluate(inner, scope);
            flag(set.iter().any(|item| {
                let item = evaluate(item, scope);
                std::mem::discriminant(&item) == std::mem::discriminant(&wanted) && equal(&item, &wanted)
            }))
        }
        Tree::Choice(condition, then, other) => {
            let chosen = if evaluate(condition, scope).is_true() { then } else { other };
            evaluate(chosen, scope)
        }
        Tree::Member(name, inner) => match evaluate(inner, scope) {
            Dynamic::Other(value) => Dynamic::of(value.get(name)),
            _ => Dynamic::Undefined,
        },
        Tree::Call(function, arguments) => call(*function, arguments, scope),
    }
}

fn both<S: Scope + ?Sized>(operator: Operator, left: &Tree, right: &Tree, scope: &mut S) -> Dynamic {
    let left = evaluate(left, scope);
    match operator {
        // The value that decides, as a number: text, though true, makes these false, as in filtrex.
        Operator::And if !left.is_true() => return Dynamic::Number(left.number()),
        Operator::Or if left.is_true() => return Dynamic::Number(left.number()),
        _ => {}
    }
    let right = evaluate(right, scope);
    let order = || compare(&left, &right);
    let numbers = |compute: fn(f64, f64) -> f64| Dynamic::Number(compute(left.number(), right.number()));
    match operator {
        Operator::And | Operator::Or => Dynamic::Number(right.number()),
        Operator::Equal => flag(equal(&left, &right)),
        Operator::Unequal => flag(!equal(&left, &right)),
        Operator::Less => flag(order() == Some(Ordering::Less)),
        Operator::AtMost => flag(matches!(order(), Some(Ordering::Less | Ordering::Equal))),
        Operator::More => flag(order() == Some(Ordering::Greater)),
        Operator::AtLeast => flag(matches!(order(), Some(Ordering::Greater | Ordering::Equal))),
        Operator::Plus => match (&left, &right) {
            (Dynamic::Text(_) | Dynamic::Other(_), _) | (_, Dynamic::Text(_) | Dynamic::Other(_)) => {
                Dynamic::Text(left.text() + &right.text())
            }
            _ => numbers(|a, b| a + b),
        },
        Operator::Minus => numbers(|a, b| a - b),
        Operator::Times => numbers(|a, b| a * b),
        Operator::Over => numbers(|a, b| a / b),
        Operator::Modulo => numbers(|a, b| a % b),
        Operator::Power => numbers(f64::powf),
        // Compiled to a tree of its own.
        Operator::Matches => Dynamic::Undefined,
    }
}

/// JavaScript's `==`, without objects turned into text.
fn equal(left: &Dynamic, right: &Dynamic) -> bool {
    use Dynamic::*;
    match (left, right) {
        (Undefined | Null, Undefined | Null) => true,
        (Undefined | Null, _) | (_, Undefined | Null) => false,
        (Text(left), Text(right)) => left == right,
        (Other(left), Other(right)) => left == right,
        (Other(_), _) | (_, Other(_)) => false,
        _ => left.number() == right.number(),
    }
}

/// JavaScript's order: texts by their characters, all else as numbers.
fn compare(left: &Dynamic, right: &Dynamic) -> Option<Ordering> {
    match (left, right) {
        (Dynamic::Text(left), Dynamic::Text(right)) => Some(left.cmp(right)),
        _ => left.number().partial_cmp(&right.number()),
    }
}

fn call<S: Scope + ?Sized>(function: Function, arguments: &[Tree], scope: &mut S) -> Dynamic {
    let values: Vec<f64> = arguments.iter().map(|argument| evaluate(argument, scope).number()).collect();
    let first = values.first().copied().unwrap_or(f64::NAN);
    let fold = |begin: f64, pick: fn(f64, f64) -> f64| {
        if values.iter().any(|value| value.is_nan()) {
            f64::NAN
        } else {
            values.iter().copied().fold(begin, pick)
        }
    };
    Dynamic::Number(match function {
        Function::Abs => first.abs(),
        Function::Ceil => first.ceil(),
        Function::Floor => first.floor(),
        Function::Log => first.ln(),
        Function::Max => fold(f64::NEG_INFINITY, f64::max),
        Function::Min => fold(f64::INFINITY, f64::min),
        Function::Random => scope.random().random::<f64>(),
        // Halves go up, also below zero.
        Function::Round => (first + 0.5).floor(),
        Function::Sqrt => first.sqrt(),
    })
}
