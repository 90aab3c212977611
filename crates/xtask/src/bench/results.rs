//! What is read from the results that `loadgen run -o` keeps.

use serde_json::Value;
use std::time::Duration;

use super::problem::Problem;

/// The figures of a run that only the generator itself knows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Results {
    /// How long the run itself took, by its own clock.
    pub(crate) ended: Duration,
    /// The 99th percentile of the schedule lag, ms; nothing where no request was sent.
    pub(crate) lag: Option<f64>,
    /// Users that failed.
    pub(crate) failed: u64,
    /// `valid`, `degraded` or `invalid`.
    pub(crate) validity: String,
}

impl Results {
    /// Reads the text of a results file.
    pub(crate) fn parse(text: &str) -> Result<Results, Problem> {
        let all: Value = serde_json::from_str(text)?;
        let ended = all.pointer("/loadgen/ended").and_then(Value::as_u64);
        let lag = all.pointer("/aggregate/summaries/http.schedule_lag/p99").and_then(Value::as_f64);
        let failed = all.pointer("/aggregate/counters/vusers.failed").and_then(Value::as_u64);
        let validity = all.pointer("/loadgen/validity/state").and_then(Value::as_str);
        Ok(Results {
            ended: Duration::from_nanos(ended.ok_or(Problem::Lacking("loadgen.ended"))?),
            lag,
            failed: failed.unwrap_or(0),
            validity: validity.ok_or(Problem::Lacking("loadgen.validity.state"))?.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_in_the_layout_of_results() {
        let text = r#"{"aggregate": {"counters": {"vusers.failed": 2},
                       "summaries": {"http.schedule_lag": {"p99": 0.108}}},
                       "loadgen": {"ended": 1004920897, "validity": {"state": "degraded"}}}"#;
        let expected = Results {
            ended: Duration::from_nanos(1_004_920_897),
            lag: Some(0.108),
            failed: 2,
            validity: "degraded".to_owned(),
        };
        assert_eq!(Results::parse(text).unwrap(), expected);
    }

    #[test]
    fn what_lacks_is_named() {
        let problem = Results::parse(r#"{"loadgen": {}}"#).unwrap_err();
        assert_eq!(problem.to_string(), "the results lack `loadgen.ended`");
        assert!(Results::parse("").unwrap_err().to_string().starts_with("the results are no JSON"));
    }
}
