//! `Outline`: what one user of each scenario does, for people who want to see it before any load.
//!
//! Made from what the script says and, where there is one, the plan: shares need the weights as they are decided.

use crate::document::Kind;
use crate::plan::{Pattern, Plan, Slot};
use crate::scenario::{Action, Scenario, Step};
use serde::Serialize;
use serde_json::Value;
use std::ops::{Add, Mul};

/// What users of a script do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outline {
    /// `before`.
    pub before: Vec<StepOutline>,
    /// The scenarios, in the order of the script.
    pub scenarios: Vec<ScenarioOutline>,
    /// `after`.
    pub after: Vec<StepOutline>,
    /// `config.payload`.
    pub data_files: Vec<DataFile>,
}

/// What a user of one scenario does.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScenarioOutline {
    /// Its name, or its number.
    pub name: String,
    /// Its weight.
    pub weight: u64,
    /// Its share of the users, from 0 to 1.
    pub share: f64,
    /// How many requests a user sends that nothing stops. Redirects are not foreseen.
    pub requests: Requests,
    /// The steps.
    pub steps: Vec<StepOutline>,
}

/// How many requests there will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Requests {
    /// At least.
    pub least: u64,
    /// At most; `None` where nothing says.
    pub most: Option<u64>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepOutline {
    /// What it is: `request`, `think`, `log`, `loop`, `parallel`, or the step's own key.
    pub kind: String,
    /// The method of a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The rest in words: a URL, a time, a number of rounds.
    pub text: String,
    /// What has to hold for it to be done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// The variables that keep something of the answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<String>,
    /// The steps within.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepOutline>,
}

/// A data file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DataFile {
    /// As the script names it.
    pub path: String,
    /// How many rows it has.
    pub rows: usize,
    /// Which row a user gets: `random`, `sequence`, or `all`.
    pub order: &'static str,
    /// The variables.
    pub variables: Vec<String>,
}

/// What the users of a script do.
pub fn outline(said: &Scenario, plan: &Plan) -> Outline {
    let steps = |steps: &Option<Vec<Step>>| steps.iter().flatten().map(|it| step(it, FAILURE)).collect();
    let end = end(plan);
    let weights: u64 = plan.scenarios.iter().map(|scenario| scenario.weight).sum();
    let scenario = |(flow, plan): (&crate::scenario::Flow, &crate::plan::Scenario)| ScenarioOutline {
        name: plan.name.clone(),
        weight: plan.weight,
        share: plan.weight as f64 / weights.max(1) as f64,
        requests: requests(&flow.steps),
        steps: flow.steps.iter().map(|it| step(it, end)).collect(),
    };
    Outline {
        before: steps(&said.before),
        scenarios: said.flows.iter().flatten().zip(&plan.scenarios).map(scenario).collect(),
        after: steps(&said.after),
        data_files: data_files(said, plan),
    }
}

/// What ends a loop that says nothing of its end, unless its user is of a phase of `users`.
const FAILURE: &str = "until a step fails";

/// What ends such a loop in a scenario.
fn end(plan: &Plan) -> &'static str {
    let mut phases = plan.phases.iter().filter(|phase| phase.arrivals != Pattern::Pause);
    let is_closed = |phase: &crate::plan::Phase| matches!(phase.arrivals, Pattern::Users { .. });
    match (phases.clone().any(is_closed), phases.all(is_closed)) {
        (true, true) => "until the phase is over",
        (true, false) => "until a step fails or, for those of `users`, the phase is over",
        (false, _) => FAILURE,
    }
}

fn data_files(said: &Scenario, plan: &Plan) -> Vec<DataFile> {
    let mut drawn = plan.payloads.iter();
    let files = said.config.payloads.iter().filter_map(|said| {
        let path = said.path.as_ref()?.value.clone();
        if let Some(name) = said.name.as_ref().filter(|_| said.load_all) {
            let all = plan.variables.iter().find_map(|(Slot(slot), initial)| match initial {
                crate::plan::Initial::Shared(rows) if plan.slots.get(*slot as usize) == Some(&name.value) => {
                    rows.as_array().map(Vec::len)
                }
                _ => None,
            });
            let variables = vec![name.value.clone()];
            return Some(DataFile { path, rows: all.unwrap_or(0), order: "all", variables });
        }
        let rows = drawn.next()?.rows.len();
        let order = if said.sequence { "sequence" } else { "random" };
        Some(DataFile {
            path,
            rows,
            order,
            variables: said.fields.iter().map(|it| it.value.clone()).collect(),
        })
    });
    files.collect()
}

/// `end` is what ends a loop that does not say.
fn step(step: &Step, end: &str) -> StepOutline {
    let own = step.path.rsplit('.').next().unwrap_or_default();
    let plain = |kind: &str, text: String| StepOutline {
        kind: kind.to_owned(),
        method: None,
        text,
        conditions: Vec::new(),
        captures: Vec::new(),
        steps: Vec::new(),
    };
    let within = |steps: &[Step]| steps.iter().map(|it| self::step(it, end)).collect();
    match &step.action {
        Action::Request(request) => {
            let mut conditions = Vec::new();
            if let Some(guard) = &step.guard {
                conditions
                    .extend(guard.condition.as_ref().map(|condition| format!("if {}", condition.value)));
                conditions.extend(guard.probability.map(|percent| format!("in {percent} % of cases")));
            }
            StepOutline {
                method: Some(request.method.to_string()),
                conditions,
                captures: request.captures.iter().map(|capture| capture.name.value.clone()).collect(),
                ..plain("request", request.url.as_ref().map_or("(no url)", |url| &url.value).to_owned())
            }
        }
        Action::Think { time, jitter } => {
            let jitter = jitter.as_ref().map(|jitter| format!(" ± {}", written(&jitter.value)));
            let unit = if time.value.is_number() { " s" } else { "" };
            plain("think", format!("{}{unit}{}", written(&time.value), jitter.unwrap_or_default()))
        }
        Action::Log(text) => plain("log", text.value.clone()),
        Action::Loop { steps, count, over, condition, .. } => {
            let rounds = match (over, condition, count) {
                (Some(over), ..) => match &over.kind {
                    Kind::List(entries) => format!("{} ×, one for each entry", entries.len()),
                    Kind::Text(name) => format!("once for each entry of {name}"),
                    _ => String::new(),
                },
                (None, Some(condition), _) => format!("once, and again while {}", condition.value),
                (None, None, Some(count)) => match rounds(&count.value) {
                    Some(rounds) => format!("{rounds} ×"),
                    None => format!("{} ×", written(&count.value)),
                },
                (None, None, None) => end.to_owned(),
            };
            StepOutline { steps: within(steps), ..plain("loop", rounds) }
        }
        Action::Parallel { steps, limit } => {
            let limit = limit.map(|limit| format!("side by side, at most {limit} at a time"));
            let text = limit.unwrap_or_else(|| "side by side".to_owned());
            StepOutline { steps: within(steps), ..plain("parallel", text) }
        }
        #[allow(unreachable_patterns, reason = "a step that is told by its key alone needs nothing here")]
        _ => plain(own, String::new()),
    }
}

fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// How many rounds a count gives, if that is known now.
fn rounds(count: &Value) -> Option<u64> {
    crate::count::parse(count).map(|(from, to)| to.saturating_sub(from))
}

/// How many requests some steps send.
fn requests(steps: &[Step]) -> Requests {
    steps.iter().fold(Requests::exactly(0), |sum, step| {
        let these = match &step.action {
            Action::Request(_) if step.guard.is_some() => Requests { least: 0, most: Some(1) },
            Action::Request(_) => Requests::exactly(1),
            Action::Parallel { steps, .. } => requests(steps),
            Action::Loop { steps, count, over, condition, .. } => {
                let rounds = match (over, condition, count) {
                    (Some(over), ..) => match &over.kind {
                        Kind::List(entries) => Requests::exactly(entries.len() as u64),
                        _ => Requests { least: 0, most: None },
                    },
                    (None, Some(_), _) => Requests { least: 1, most: None },
                    (None, None, Some(count)) => {
                        rounds(&count.value).map_or(Requests { least: 0, most: None }, Requests::exactly)
                    }
                    (None, None, None) => Requests { least: 1, most: None },
                };
                requests(steps) * rounds
            }
            _ => Requests::exactly(0),
        };
        sum + these
    })
}

impl Requests {
    /// That many.
    pub const fn exactly(count: u64) -> Requests {
        Requests { least: count, most: Some(count) }
    }
}

impl Add for Requests {
    type Output = Requests;

    fn add(self, other: Requests) -> Requests {
        let most = self.most.zip(other.most).map(|(one, other)| one.saturating_add(other));
        Requests { least: self.least.saturating_add(other.least), most }
    }
}

impl Mul for Requests {
    type Output = Requests;

    fn mul(self, rounds: Requests) -> Requests {
        let most = match (self.most, rounds.most) {
            (Some(0), _) | (_, Some(0)) => Some(0),
            (one, other) => one.zip(other).map(|(one, other)| one.saturating_mul(other)),
        };
        Requests { least: self.least.saturating_mul(rounds.least), most }
    }
}
