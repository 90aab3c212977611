//! `Condition`: an expression over the metrics of a run, from `ensure.conditions`.
//!
//! The language is that of [`Expression`](crate::Expression), and its variables are the run's metrics. A metric's name
//! may hold any character, `/`, blanks and quotes included, so that only the run's own names tell where one ends. They
//! are found wherever they stand, as in Artillery; but the longest first and none within a longer word, so that
//! `http.response_time.p99` is not taken out of `http.response_time.p999`. That is why a condition is read twice:
//! when the script is compiled, for what is wrong with it however the run goes, and once more when the run is judged.

use crate::expression::{Expression, ExpressionError};
use crate::names::Names;
use crate::plan::Slot;
use crate::template::Scope;
use crate::threshold::Place;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use std::collections::BTreeMap;

/// An expression that has to hold once a run is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// As the script has it.
    pub expression: String,
    /// Whether the run fails where it does not hold (`strict`, true unless set).
    pub strict: bool,
    /// Where it stands, if that is known.
    pub at: Option<Place>,
}

/// What became of a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Whether it holds: its value is exactly 1, as comparisons have it that are true.
    pub holds: bool,
    /// The metrics that it names, with their values; `None` where the run has none of that name, so that comparisons
    /// with it are false.
    pub seen: BTreeMap<String, Option<f64>>,
    /// Why it could not be read; then it does not hold.
    pub problem: Option<String>,
}

impl Condition {
    /// Judges it by the metrics of a run.
    pub fn judge<'a>(&self, metrics: impl IntoIterator<Item = (&'a str, f64)>) -> Judgement {
        // A name can only be found if it stands in the text; there are thousands, and most do not.
        let named = metrics.into_iter().filter(|(name, _)| self.expression.contains(name));
        let mut named: Vec<(&str, f64)> = named.collect();
        named.sort_by_key(|(name, _)| (std::cmp::Reverse(name.len()), *name));
        let mut names = Names::default();
        let mut metrics = Metrics { values: Vec::new(), random: SmallRng::seed_from_u64(0) };
        for (name, value) in &named {
            names.declare(name);
            metrics.values.push(Number::from_f64(*value).map(Value::Number));
        }
        let words: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
        let (expression, used) = match Expression::compile_with(&self.expression, &words, &mut names) {
            Ok(compiled) => compiled,
            Err(error) => {
                let problem = Some(error.to_string());
                return Judgement { holds: false, seen: BTreeMap::new(), problem };
            }
        };
        let value = |name: &str| named.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        Judgement {
            holds: expression.is_one(&mut metrics),
            seen: used.into_iter().map(|name| (name.clone(), value(&name))).collect(),
            problem: None,
        }
    }
}

/// The variables of an expression, in the order of their first use; all are metrics. `known` are names that may hold
/// any character, the longest first.
///
/// # Errors
/// If it is no expression as it stands. It may still become one, where the names of metrics have characters that mean
/// something else.
pub(crate) fn variables(expression: &str, known: &[&str]) -> Result<Vec<String>, ExpressionError> {
    Expression::compile_with(expression, known, &mut Names::default()).map(|(_, used)| used)
}

/// The metrics of a run, by slot.
struct Metrics {
    values: Vec<Option<Value>>,
    random: SmallRng,
}

impl Scope for Metrics {
    fn value(&self, slot: Slot) -> Option<&Value> {
        self.values.get(slot.0 as usize)?.as_ref()
    }

    fn random(&mut self) -> &mut SmallRng {
        &mut self.random
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METRICS: [(&str, f64); 12] = [
        ("http.requests", 200.0),
        ("http.codes.200", 199.0),
        ("http.response_time.p99", 80.0),
        ("http.response_time.p999", 120.0),
        ("http.response_time.min", 0.0),
        ("vusers.created", 100.0),
        ("vusers.completed", 99.0),
        ("apdex", 0.9),
        ("apdex.satisfied", 150.0),
        ("errors.Failed capture or match", 1.0),
        ("plugins.metrics-by-endpoint./a/{{ id }}.codes.200", 7.0),
        ("errors.Undefined function \"f\"", 2.0),
    ];

    fn judge(expression: &str) -> Judgement {
        Condition { expression: expression.to_owned(), strict: true, at: None }.judge(METRICS)
    }

    #[test]
    fn conditions_hold_or_not() {
        let cases = [
            ("http.requests == 200", true),
            ("http.requests / vusers.created >= 2 and http.codes.200 > 1", true),
            ("(vusers.created - vusers.completed)/vusers.created * 100 <= 1", true),
            ("http.response_time.p999 == 120 and http.response_time.p99 == 80", true),
            ("http.response_time.p99<100", true),
            ("apdex == 0.9 and apdex.satisfied == 150", true),
            ("errors.Failed capture or match == 1", true),
            ("errors.Failed capture or match == 1 or http.requests == 0", true),
            ("errors.Undefined function \"f\" < 3", true),
            ("plugins.metrics-by-endpoint./a/{{ id }}.codes.200 > 5", true),
            ("plugins.metrics-by-endpoint./a/{{ id }}.codes.500 > 5", false),
            ("'http.requests' > 100", true),
            ("http.codes.500 == 0", false),
            ("http.codes.500 < 1", false),
            ("not (http.codes.500 > 0)", true),
            ("http.requestsx > 0", false),
            ("not (http.requestsx > 0)", true),
            // Only 1 is enough, as in Artillery: a number that JavaScript takes for true is not.
            ("http.requests", false),
            ("http.requests / 200", true),
            ("http.response_time.min", false),
            ("http.requests === 200", false),
            ("max(http.requests, 1) in (200, 300) ? 1 : 0", true),
            ("", false),
        ];
        for (expression, holds) in cases {
            assert_eq!(judge(expression).holds, holds, "{expression}");
        }
    }

    #[test]
    fn what_was_seen_is_told() {
        let judgement = judge("http.requests > 300 or http.codes.500 == 0");
        let seen =
            BTreeMap::from([("http.requests".to_owned(), Some(200.0)), ("http.codes.500".to_owned(), None)]);
        assert_eq!(judgement, Judgement { holds: false, seen, problem: None });
        let judgement = judge("http.requests === 300");
        assert_eq!(judgement.problem.as_deref(), Some("`=` is not expected here"));
    }

    #[test]
    fn variables_are_found_without_a_run() {
        assert_eq!(
            variables("a.b < 1 and max('c d', 2) > a.b", &[]).unwrap(),
            ["a.b".to_owned(), "c d".to_owned()]
        );
        assert_eq!(variables("a b", &[]).unwrap_err().position, 2);
        assert_eq!(variables("a b > 1", &["a b"]).unwrap(), ["a b"]);
    }
}
