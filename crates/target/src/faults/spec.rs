//! `Spec`: which faults are asked for, and how they are written.
//!
//! | field | value | meaning |
//! | --- | --- | --- |
//! | `latency` | `TIME`, `uniform:TIME:TIME`, `lognormal:MEDIAN:SIGMA`, `stall:TIME:EVERY` | the answer is held back |
//! | `error` | `RATE[:STATUS]` | this share of requests is refused with the status, 500 if left out |
//! | `reset` | `RATE[:head]` or `RATE:body` | this share is cut off, without an answer or half-way through it |
//! | `stall` | `TIME` | the answer stands still half-way through its body |
//! | `slow` | `SIZE` | the body comes at so many bytes per second |
//! | `memory` | `SIZE[:TIME]` | so much more is held, for 10 s if not told |
//! | `cpu` | `THREADS[:TIME]` | so many threads are kept busy, for 1 s if not told |
//! | `seed` | a whole number | decides which requests `error`, `reset` and random latencies fall on |

use std::time::Duration;

use axum::http::StatusCode;

use super::BadFault;
use super::value::{Parts, decimal, rate, short, size, time, whole};
use crate::latency::{LONGEST, Shape};

/// The widest log-normal distribution.
const WIDEST: f64 = 3.0;
/// The fastest slow body, in bytes per second.
const FASTEST: u64 = 1 << 30;
/// Memory is held for no longer than this.
const LONGEST_HOLD: Duration = Duration::from_secs(600);
pub(crate) const FIELDS: [&str; 8] = ["latency", "error", "reset", "stall", "slow", "memory", "cpu", "seed"];

/// The bounds that depend on the machine and its operator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ceilings {
    /// In bytes.
    pub(crate) memory: u64,
    pub(crate) threads: usize,
}

/// Which faults are asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spec {
    pub(super) latency: Option<Shape>,
    pub(super) error: Option<Failing>,
    pub(super) reset: Option<Reset>,
    pub(super) stall: Option<Duration>,
    /// Bytes per second.
    pub(super) slow: Option<u64>,
    pub(super) memory: Option<Hold>,
    pub(super) cpu: Option<Burn>,
    pub(super) seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Failing {
    pub(super) rate: f64,
    pub(super) status: StatusCode,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reset {
    pub(super) rate: f64,
    /// Half-way through the body rather than before the answer.
    pub(super) in_body: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hold {
    pub(super) bytes: u64,
    pub(super) time: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Burn {
    pub(super) threads: usize,
    pub(super) time: Duration,
}

impl Spec {
    const NONE: Self = Self {
        latency: None,
        error: None,
        reset: None,
        stall: None,
        slow: None,
        memory: None,
        cpu: None,
        seed: 1,
    };

    /// Reads `field=value;field=value`, the form in headers and queries.
    pub(super) fn parse(text: &str, ceilings: Ceilings) -> Result<Self, BadFault> {
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        let pairs: Vec<(&str, &str)> = parts.map(|part| part.split_once('=').unwrap_or((part, ""))).collect();
        Self::read(pairs.into_iter(), ceilings)
    }

    /// Reads fields and their values, however they came.
    pub(super) fn read<'a>(
        pairs: impl Iterator<Item = (&'a str, &'a str)>,
        ceilings: Ceilings,
    ) -> Result<Self, BadFault> {
        let mut spec = Self::NONE;
        let mut seen: Vec<&str> = Vec::new();
        for (field, value) in pairs.map(|(field, value)| (field.trim(), value.trim())) {
            let bad = |message| BadFault { field: short(field), message };
            if seen.contains(&field) {
                return Err(bad("is there twice".to_owned()));
            }
            seen.push(field);
            spec.set(field, value, ceilings).map_err(bad)?;
        }
        if seen.is_empty() {
            return Err(BadFault {
                field: "fault".into(),
                message: format!("names no fault: there are {}", FIELDS.join(", ")),
            });
        }
        Ok(spec)
    }

    fn set(&mut self, field: &str, value: &str, ceilings: Ceilings) -> Result<(), String> {
        let mut parts = Parts::of(value);
        match field {
            "latency" => self.latency = Some(shape(&mut parts)?),
            "error" => {
                let rate = rate(parts.next())?;
                let status = parts.optional().map_or(Ok(500), |text| whole(text, 400, 599))?;
                let status = StatusCode::from_u16(status).map_err(|error| error.to_string())?;
                self.error = Some(Failing { rate, status });
            }
            "reset" => {
                let rate = rate(parts.next())?;
                let in_body = match parts.optional() {
                    None | Some("head") => false,
                    Some("body") => true,
                    Some(other) => return Err(format!("`{}` is neither head nor body", short(other))),
                };
                self.reset = Some(Reset { rate, in_body });
            }
            "stall" => self.stall = Some(time(parts.next(), LONGEST)?),
            "slow" => self.slow = Some(size(parts.next(), FASTEST)?),
            "memory" => {
                let bytes = size(parts.next(), ceilings.memory)?;
                let time =
                    parts.optional().map_or(Ok(Duration::from_secs(10)), |text| time(text, LONGEST_HOLD))?;
                self.memory = Some(Hold { bytes, time });
            }
            "cpu" => {
                let threads = whole(parts.next(), 1, ceilings.threads)?;
                let time = parts.optional().map_or(Ok(Duration::from_secs(1)), |text| time(text, LONGEST))?;
                self.cpu = Some(Burn { threads, time });
            }
            "seed" => self.seed = whole(parts.next(), 0, u64::MAX)?,
            _ => return Err(format!("there is no such fault: there are {}", FIELDS.join(", "))),
        }
        parts.end()
    }
}

/// A shape by name and its parameters; a time alone is a constant latency.
fn shape(parts: &mut Parts<'_>) -> Result<Shape, String> {
    let first = parts.next();
    match first {
        "constant" => Ok(Shape::Constant { delay: time(parts.next(), LONGEST)? }),
        "uniform" => {
            let (from, to) = (time(parts.next(), LONGEST)?, time(parts.next(), LONGEST)?);
            if from > to {
                Err("the first time is longer than the second".into())
            } else {
                Ok(Shape::Uniform { from, to })
            }
        }
        "lognormal" => {
            let median = time(parts.next(), LONGEST)?;
            Ok(Shape::LogNormal { median, sigma: decimal(parts.next(), WIDEST)? })
        }
        "stall" => {
            let (stall, every) = (time(parts.next(), LONGEST)?, time(parts.next(), LONGEST)?);
            if every.is_zero() {
                Err("the second time must be more than 0".into())
            } else if stall > every {
                Err("the first time is longer than the second".into())
            } else {
                Ok(Shape::Stall { stall, every })
            }
        }
        _ => Ok(Shape::Constant { delay: time(first, LONGEST)? }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CEILINGS: Ceilings = Ceilings { memory: 1 << 30, threads: 4 };

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn every_field_and_its_forms() {
        let none = Spec::NONE;
        let constant = |delay| Some(Shape::Constant { delay });
        let failing = |rate, status| Some(Failing { rate, status: StatusCode::from_u16(status).unwrap() });
        for (text, spec) in [
            ("latency=200ms", Spec { latency: constant(ms(200)), ..none }),
            ("latency=constant:1.5s", Spec { latency: constant(ms(1500)), ..none }),
            (
                "latency=uniform:10ms:50ms",
                Spec { latency: Some(Shape::Uniform { from: ms(10), to: ms(50) }), ..none },
            ),
            (
                "latency=lognormal:20ms:0.5",
                Spec { latency: Some(Shape::LogNormal { median: ms(20), sigma: 0.5 }), ..none },
            ),
            (
                "latency=stall:100ms:1s",
                Spec { latency: Some(Shape::Stall { stall: ms(100), every: ms(1000) }), ..none },
            ),
            ("error=0.5", Spec { error: failing(0.5, 500), ..none }),
            ("error=1:429", Spec { error: failing(1.0, 429), ..none }),
            ("reset=0.1", Spec { reset: Some(Reset { rate: 0.1, in_body: false }), ..none }),
            ("reset=0.1:head", Spec { reset: Some(Reset { rate: 0.1, in_body: false }), ..none }),
            ("reset=1:body", Spec { reset: Some(Reset { rate: 1.0, in_body: true }), ..none }),
            ("stall=2s", Spec { stall: Some(ms(2000)), ..none }),
            ("slow=1KiB", Spec { slow: Some(1024), ..none }),
            ("memory=64MiB", Spec { memory: Some(Hold { bytes: 64 << 20, time: ms(10_000) }), ..none }),
            ("memory=1GiB:10m", Spec { memory: Some(Hold { bytes: 1 << 30, time: ms(600_000) }), ..none }),
            ("cpu=1", Spec { cpu: Some(Burn { threads: 1, time: ms(1000) }), ..none }),
            ("cpu=4:60s", Spec { cpu: Some(Burn { threads: 4, time: ms(60_000) }), ..none }),
            (
                " latency = 200ms ; error=0.5 : 503;; seed=7; ",
                Spec { latency: constant(ms(200)), error: failing(0.5, 503), seed: 7, ..none },
            ),
        ] {
            assert_eq!(Spec::parse(text, CEILINGS), Ok(spec), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_taken_names_its_field() {
        for (text, field, message) in [
            ("", "fault", "names no fault"),
            (";;", "fault", "names no fault"),
            ("latency", "latency", "is no time"),
            ("latency=61s", "latency", "at most 60 s"),
            ("latency=uniform:2s", "latency", "is no time"),
            ("latency=uniform:2s:1s", "latency", "longer than the second"),
            ("latency=uniform:1s:2s:3s", "latency", "one part too many"),
            ("latency=gauss:1s", "latency", "is no time"),
            ("latency=lognormal:1s:9", "latency", "no number from 0 to 3"),
            ("latency=stall:1s:0s", "latency", "must be more than 0"),
            ("latency=stall:2s:1s", "latency", "longer than the second"),
            ("latency=1s;latency=1s", "latency", "twice"),
            ("error=2", "error", "is no rate"),
            ("error=1:200", "error", "from 400 to 599"),
            ("error=1:", "error", "from 400 to 599"),
            ("reset=1:tail", "reset", "neither head nor body"),
            ("stall=61s", "stall", "at most 60 s"),
            ("slow=0", "slow", "from 1 to"),
            ("memory=2GiB", "memory", "from 1 to 1073741824"),
            ("memory=1MiB:11m", "memory", "at most 600 s"),
            ("cpu=5", "cpu", "from 1 to 4"),
            ("cpu=0", "cpu", "from 1 to 4"),
            ("cpu=1:61s", "cpu", "at most 60 s"),
            ("seed=-1", "seed", "no whole number"),
            ("error=0.5;speed=1", "speed", "there is no such fault"),
            ("=1", "", "there is no such fault"),
        ] {
            let bad = Spec::parse(text, CEILINGS).unwrap_err();
            assert_eq!(bad.field, field, "{text}");
            assert!(bad.message.contains(message), "{text}: {}", bad.message);
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in r"((latency|error|reset|stall|slow|memory|cpu|seed|\PC{0,5})=(\PC{0,10}|[0-9.:a-zA-Z]{0,12});?){0,4}") {
            if let Err(bad) = Spec::parse(&text, CEILINGS) {
                prop_assert!(!bad.message.is_empty() && bad.message.chars().count() < 200, "{}", bad.message);
                prop_assert!(bad.field.chars().count() <= 40);
            }
        }
    }
}
