//! `Rule`: the faults of all requests, or of those of one route, until they end or are ended. Read from the body of
//! `PUT /faults`: the fields of a specification, and `route` and `duration` beside them.

use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;

use super::BadFault;
use super::spec::{Ceilings, Spec};
use super::value::{short, time};

/// A rule ends by itself after this at the latest, if it says when.
const LONGEST: Duration = Duration::from_secs(3600);

/// The routes that suffer faults: all but those that show how the service is.
pub(crate) const ROUTES: [&str; 5] = ["/users", "/users/{id}", "/orders", "/orders/{id}", "/latency/{shape}"];

pub(crate) struct Rule {
    pub(super) spec: Spec,
    /// The pattern of a route; without, all of [`ROUTES`].
    pub(super) route: Option<String>,
    until: Option<Instant>,
    /// As it was asked for, without the duration.
    pub(crate) asked: Map<String, Value>,
}

impl Rule {
    pub(crate) fn read(
        mut object: Map<String, Value>,
        ceilings: Ceilings,
        now: Instant,
    ) -> Result<Self, BadFault> {
        let mut asked = object.clone();
        asked.shift_remove("duration");
        let until = match object.shift_remove("duration") {
            None => None,
            Some(value) => {
                let bad = |message| BadFault { field: "duration".into(), message };
                Some(now + time(&text("duration", &value)?, LONGEST).map_err(bad)?)
            }
        };
        let route = match object.shift_remove("route") {
            None => None,
            Some(value) => {
                let route = text("route", &value)?;
                if !ROUTES.contains(&route.as_str()) {
                    let message = format!(
                        "`{}` is no route with faults: it is one of {}",
                        short(&route),
                        ROUTES.join(", ")
                    );
                    return Err(BadFault { field: "route".into(), message });
                }
                Some(route)
            }
        };
        let texts = object.iter().map(|(field, value)| Ok((field.as_str(), text(field, value)?)));
        let texts = texts.collect::<Result<Vec<(&str, String)>, BadFault>>()?;
        let spec = Spec::read(texts.iter().map(|(field, value)| (*field, value.as_str())), ceilings)?;
        Ok(Self { spec, route, until, asked })
    }

    pub(super) fn lasts(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// What is left of it; `None` without an end.
    pub(crate) fn left(&self, now: Instant) -> Option<Duration> {
        self.until.map(|until| until.saturating_duration_since(now))
    }
}

/// A value as it would stand in a header.
fn text(field: &str, value: &Value) -> Result<String, BadFault> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(BadFault { field: short(field), message: "must be a text or a number".into() }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const CEILINGS: Ceilings = Ceilings { memory: 1 << 20, threads: 2 };

    fn read(value: Value, now: Instant) -> Result<Rule, BadFault> {
        let Value::Object(object) = value else { panic!("{value}") };
        Rule::read(object, CEILINGS, now)
    }

    #[test]
    fn fields_route_and_duration() {
        let now = Instant::now();
        let body = json!({"latency": "uniform:1ms:2ms", "error": 0.25, "slow": 512, "route": "/orders", "duration": "1.5s"});
        let rule = read(body, now).unwrap();
        assert_eq!(Ok(rule.spec), Spec::parse("latency=uniform:1ms:2ms;error=0.25;slow=512", CEILINGS));
        assert_eq!(rule.route.as_deref(), Some("/orders"));
        assert_eq!(rule.left(now), Some(Duration::from_millis(1500)));
        assert!(rule.lasts(now + Duration::from_millis(1499)));
        assert!(!rule.lasts(now + Duration::from_millis(1500)));
        assert!(!rule.asked.contains_key("duration") && rule.asked["slow"] == 512);
        let rule = read(json!({"stall": "1s"}), now).unwrap();
        assert_eq!((rule.route.as_deref(), rule.left(now)), (None, None));
        assert!(rule.lasts(now + LONGEST * 100));
    }

    #[test]
    fn what_cannot_be_taken_names_its_field() {
        for (body, field) in [
            (json!({}), "fault"),
            (json!({"route": "/orders"}), "fault"),
            (json!({"error": true}), "error"),
            (json!({"error": -1}), "error"),
            (json!({"error": "1e400"}), "error"),
            (json!({"error": 1, "route": "/health"}), "route"),
            (json!({"error": 1, "route": 7}), "route"),
            (json!({"error": 1, "duration": 7}), "duration"),
            (json!({"error": 1, "duration": "61m"}), "duration"),
            (json!({"latency": ["1s"]}), "latency"),
            (json!({"memory": "2MiB"}), "memory"),
            (json!({"fault": "error=1"}), "fault"),
        ] {
            assert_eq!(
                read(body.clone(), Instant::now()).err().map(|bad| bad.field).as_deref(),
                Some(field),
                "{body}"
            );
        }
    }
}
