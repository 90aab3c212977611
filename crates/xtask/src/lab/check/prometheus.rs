//! `Prometheus`: what it is asked, by its API.

use serde_json::Value;

use crate::lab::problem::Problem;
use crate::lab::web::Web;

/// The API at a URL.
pub(crate) struct Prometheus<'a> {
    pub(crate) web: &'a Web,
    pub(crate) url: String,
}

/// A rule as Prometheus has read it.
pub(crate) struct Rule {
    pub(crate) name: String,
    /// Its expression.
    pub(crate) query: String,
    pub(crate) is_alert: bool,
    /// What went wrong when it was last evaluated.
    pub(crate) error: Option<String>,
}

impl Prometheus<'_> {
    /// How many series an expression gives now, those that are no number left out.
    ///
    /// # Errors
    /// If it is no expression, or Prometheus is gone.
    pub(crate) fn series(&self, expression: &str) -> Result<usize, Problem> {
        let data = self.ask("query", &[("query", expression)])?;
        let results = data.get("result").and_then(Value::as_array);
        let is_a_number = |result: &&Value| {
            let value = result.pointer("/value/1").and_then(Value::as_str);
            value.is_some_and(|value| value != "NaN")
        };
        Ok(results.map_or(0, |results| results.iter().filter(is_a_number).count()))
    }

    /// The names of all metrics that it has ever seen.
    ///
    /// # Errors
    /// If Prometheus is gone.
    pub(crate) fn names(&self) -> Result<Vec<String>, Problem> {
        let data = self.ask("label/__name__/values", &[])?;
        Ok(data.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// The targets: where, and how they are (`up`, `down`, `unknown`) with why.
    ///
    /// # Errors
    /// If Prometheus is gone.
    pub(crate) fn targets(&self) -> Result<Vec<(String, String)>, Problem> {
        let data = self.ask("targets", &[("state", "active")])?;
        let targets = data.get("activeTargets").and_then(Value::as_array);
        Ok(targets
            .into_iter()
            .flatten()
            .map(|target| {
                let health = text(target, "health");
                let why = text(target, "lastError");
                (text(target, "scrapeUrl"), format!("{health} {why}").trim().to_owned())
            })
            .collect())
    }

    /// All rules.
    ///
    /// # Errors
    /// If Prometheus is gone.
    pub(crate) fn rules(&self) -> Result<Vec<Rule>, Problem> {
        let data = self.ask("rules", &[])?;
        let groups = data.get("groups").and_then(Value::as_array).into_iter().flatten();
        let rules = groups.filter_map(|group| group.get("rules").and_then(Value::as_array)).flatten();
        Ok(rules
            .map(|rule| Rule {
                name: text(rule, "name"),
                query: text(rule, "query"),
                is_alert: text(rule, "type") == "alerting",
                error: Some(text(rule, "lastError")).filter(|error| !error.is_empty()),
            })
            .collect())
    }

    fn ask(&self, what: &str, query: &[(&str, &str)]) -> Result<Value, Problem> {
        let mut answer = self.web.json(&format!("{}/api/v1/{what}", self.url), query)?;
        Ok(answer.get_mut("data").map(Value::take).unwrap_or_default())
    }
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}
