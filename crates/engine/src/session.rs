//! `Session`: what one user knows, its variables and its random numbers.

use crate::cookies::Jar;
use loadgen_metrics::ScenarioId;
use loadgen_scenario::extract::Place;
use loadgen_scenario::plan::{Initial, Plan, Slot};
use loadgen_scenario::{Lexicon, Scope};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// Odd, so that no two indices meet, and not the increment that seeding uses itself, so that users do not overlap.
const SPREAD: u64 = 0xD134_2543_DE82_EF95;

/// A user's variables and its own random numbers.
#[derive(Debug)]
pub(crate) struct Session {
    values: Vec<Option<Value>>,
    random: SmallRng,
    /// The user's cookies.
    pub(crate) jar: Jar,
    lexicon: Arc<Lexicon>,
    endless: bool,
}

impl Session {
    /// The session of arrival `index`. A user is the same for the same seed, whatever shard it runs on.
    pub(crate) fn new(plan: &Plan, seed: u64, index: u64) -> (Self, ScenarioId) {
        let mut random = SmallRng::seed_from_u64(seed ^ index.wrapping_mul(SPREAD));
        let scenario = draw_scenario(plan, &mut random);
        let mut values = vec![None; plan.slots.len()];
        for (slot, initial) in &plan.variables {
            values[slot.0 as usize] = match initial {
                Initial::Fixed(value) => Some(value.clone()),
                Initial::OneOf(list) => list.choose(&mut random).cloned(),
                Initial::Uuid => Some(Value::String(
                    uuid::Builder::from_random_bytes(random.random()).into_uuid().to_string(),
                )),
            };
        }
        let lexicon = Arc::clone(&plan.lexicon);
        (Session { values, random, jar: Jar::default(), lexicon, endless: false }, scenario)
    }

    /// Sets a variable.
    pub(crate) fn set(&mut self, slot: Slot, value: Value) {
        self.values[slot.0 as usize] = Some(value);
    }

    /// Whether a value grew without end since this was last asked.
    pub(crate) fn take_endless(&mut self) -> bool {
        std::mem::take(&mut self.endless)
    }

    /// Sets a variable or a part of one. `None` is undefined.
    pub(crate) fn write(&mut self, place: &Place, value: Option<Value>) {
        if let Some(variable) = self.values.get_mut(place.slot.0 as usize) {
            place.write(variable, value);
        }
    }
}

impl Scope for Session {
    fn value(&self, slot: Slot) -> Option<&Value> {
        self.values.get(slot.0 as usize)?.as_ref()
    }

    fn random(&mut self) -> &mut SmallRng {
        &mut self.random
    }

    fn named(&self, name: &str) -> Option<Cow<'_, Value>> {
        self.lexicon.find(name, |slot| self.value(slot))
    }

    fn note_endless(&mut self) {
        self.endless = true;
    }
}

/// Draws a scenario by weight.
fn draw_scenario(plan: &Plan, random: &mut SmallRng) -> ScenarioId {
    let sum: u64 = plan.scenarios.iter().map(|scenario| scenario.weight).sum();
    let mut draw = random.random_range(0..sum.max(1));
    let index = plan.scenarios.iter().position(|scenario| match draw.checked_sub(scenario.weight) {
        Some(rest) => {
            draw = rest;
            false
        }
        None => true,
    });
    ScenarioId(index.unwrap_or(0) as u32)
}
