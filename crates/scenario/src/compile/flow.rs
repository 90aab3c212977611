//! `scenarios` and their steps.

use crate::compile::Compiler;
use crate::count;
use crate::diagnostic::Diagnostic;
use crate::duration;
use crate::names::{Known, Names};
use crate::plan::{self, Count, Guarded, Think};
use crate::scenario::{Action, Config, Flow, Scenario, Step};
use crate::source::Spanned;
use crate::template::{Segment, Template};
use serde_json::Value;
use std::collections::BTreeMap;

impl Compiler {
    /// Compiles the flows. Empty where there are none, or where nobody would ever run one.
    pub(super) fn scenarios(&mut self, scenario: &Scenario) -> Vec<plan::Scenario> {
        let Some(flows) = &scenario.flows else {
            let hint = "add `scenarios:` with a list of flows, each a list of steps";
            self.error(&scenario.at, "no scenarios: \"scenarios\" is required", hint);
            return Vec::new();
        };
        let compiled: Vec<plan::Scenario> = flows
            .iter()
            .enumerate()
            .map(|(index, flow)| {
                let number = u32::try_from(index).unwrap_or(u32::MAX);
                plan::Scenario {
                    name: flow.name_or(index),
                    weight: self.weight(flow, &scenario.config, index),
                    flow: self.steps(&flow.steps, number),
                }
            })
            .collect();
        let failed = self.problems.iter().any(Diagnostic::is_error);
        if let Some(first) = flows.first()
            && !failed
            && compiled.iter().all(|scenario| scenario.weight == 0)
        {
            let at = first.weight.as_ref().map_or(&first.at, |weight| &weight.at).clone();
            self.error(
                &at,
                "no scenario can be chosen: the weights of all are 0",
                "give one a weight of 1 or more",
            );
        }
        compiled
    }

    /// The whole number that a weight begins with, as JavaScript's `parseInt` has it; without one the scenario is
    /// never chosen.
    fn weight(&mut self, flow: &Flow, config: &Config, index: usize) -> u64 {
        const MOST: u64 = 1_000_000_000;
        let Some(Spanned { value, at }) = &flow.weight else { return 1 };
        let templated = matches!(value, Value::String(text) if text.contains("{{"));
        let weight = match value {
            Value::String(text) if templated => {
                let template = self.early(text, config);
                template.and_then(|template| leading_number(template.as_text().unwrap_or("")))
            }
            Value::String(text) => leading_number(text),
            value => leading_number(&value.to_string()),
        };
        match weight {
            Some(weight) if weight <= MOST => weight,
            None if templated || value.is_string() => {
                let message =
                    format!("\"scenarios[{index}].weight\" is no number: the scenario is never chosen");
                self.problems.push(Diagnostic::warning(at, message));
                0
            }
            _ => {
                let message =
                    format!("\"scenarios[{index}].weight\" must be a whole number up to {MOST}, not {value}");
                self.error(at, message, "each scenario's share is its weight over the sum of all");
                0
            }
        }
    }

    /// A text with only what is known before there are users: the variables that have one value for all.
    fn early(&mut self, text: &str, config: &Config) -> Option<Template> {
        let single = config.variables.iter().filter(|(_, value)| !value.is_array());
        let known = single.map(|(name, value)| (name.value.clone(), Known::Fixed(Some(value.clone()))));
        let mut names = Names::new(known.collect(), BTreeMap::new());
        Template::compile(text, &mut names).ok().map(Template::into_text)
    }

    pub(super) fn steps(&mut self, steps: &[Step], scenario: u32) -> Vec<plan::Step> {
        steps.iter().filter_map(|step| self.step(step, scenario)).collect()
    }

    fn step(&mut self, step: &Step, scenario: u32) -> Option<plan::Step> {
        let compiled = self.bare_step(step, scenario)?;
        let Some(guard) = &step.guard else { return Some(compiled) };
        let condition = guard.condition.as_ref().and_then(|text| {
            self.expression(text, &step.path, "the request is sent as if it were not there")
        });
        let probability = guard.probability;
        let guarded = Guarded { probability, condition, steps: vec![compiled] };
        Some(plan::Step::Guarded(Box::new(guarded)))
    }

    fn bare_step(&mut self, step: &Step, scenario: u32) -> Option<plan::Step> {
        Some(match &step.action {
            Action::Request(request) if request.url.is_none() => plan::Step::NoUrl,
            Action::Request(request) => {
                plan::Step::Request(Box::new(self.request(request, scenario, &step.path)?))
            }
            Action::Think { time, jitter } => {
                let think = self.think(time, &step.path);
                let own = jitter.as_ref().and_then(|jitter| self.jitter(jitter));
                plan::Step::Think(match own.or(self.jitter) {
                    Some(jitter) => Think::Jittered(Box::new(think), jitter),
                    None => think,
                })
            }
            Action::Parallel { steps, limit } => plan::Step::Parallel(self.parallel(steps, *limit, scenario)),
            Action::Loop { .. } => plan::Step::Loop(Box::new(self.repeat(step, scenario)?)),
            Action::Log(text) => plan::Step::Log(self.template(&text.value, &text.at).into_text()),
        })
    }

    fn think(&mut self, time: &Spanned<Value>, path: &str) -> Think {
        match self.settled(time) {
            Ok(value) => match duration::parse_think(&value) {
                Ok(time) => Think::Fixed(time),
                // As in Artillery: whoever gets there fails.
                Err(error) => {
                    let message = format!("invalid think time in \"{path}\": {error}");
                    let warning = Diagnostic::warning(&time.at, message).label("users fail here");
                    let hint = "seconds as a number, or text such as 500ms, 3s, 1m";
                    self.problems.push(warning.hint(hint));
                    Think::Rendered(Template { segments: vec![Segment::Known(Some(value))] })
                }
            },
            Err(template) => Think::Rendered(template),
        }
    }

    pub(super) fn rounds(&mut self, count: &Spanned<Value>, path: &str) -> Option<Count> {
        match self.settled(count) {
            Ok(value) => match count::parse(&value) {
                Some((from, to)) => {
                    if from >= to {
                        let message = format!("the count {value} in \"{path}\" gives no rounds");
                        let warning = Diagnostic::warning(&count.at, message);
                        self.problems.push(warning.hint("its steps are never run"));
                    }
                    Some(Count::Range { from, to })
                }
                None => {
                    let message = format!("the count {value} in \"{path}\" is no count: it gives no rounds");
                    let hint = "a number of rounds, such as 10, or a range, such as \"1-5\"";
                    self.problems.push(Diagnostic::warning(&count.at, message).hint(hint));
                    Some(Count::Range { from: 0, to: 0 })
                }
            },
            Err(template) => Some(Count::Rendered(template)),
        }
    }

    /// A value that may have placeholders: what it is, if that is known now, else its template.
    pub(super) fn settled(&mut self, value: &Spanned<Value>) -> Result<Value, Template> {
        let Value::String(text) = &value.value else { return Ok(value.value.clone()) };
        let before = self.problems.len();
        let template = self.template(text, &value.at);
        // A template that failed is empty, and has been complained about: a second complaint would be noise.
        if self.problems[before..].iter().any(Diagnostic::is_error) {
            return Err(template);
        }
        match template.segments.as_slice() {
            [Segment::Known(Some(value))] => Ok(value.clone()),
            _ => match template.as_text() {
                Some(text) => Ok(Value::String(text.to_owned())),
                None => Err(template),
            },
        }
    }
}

/// What JavaScript's `parseInt` makes of a text, if it is not negative.
fn leading_number(text: &str) -> Option<u64> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}
