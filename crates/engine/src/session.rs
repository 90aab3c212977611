//! `Session`: what one user knows, its variables and its random numbers.

use crate::cookies::Jar;
use loadgen_metrics::ScenarioId;
use loadgen_scenario::extract::Place;
use loadgen_scenario::plan::{Initial, Order, Plan, Slot};
use loadgen_scenario::{Lexicon, Scope, ValueTemplate};
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
    values: Vec<Option<Held>>,
    random: SmallRng,
    /// The user's cookies.
    pub(crate) jar: Jar,
    lexicon: Arc<Lexicon>,
    endless: bool,
    /// Whether a branch of a `parallel` has failed, so that no other goes on.
    pub(crate) failed: bool,
    /// Entries of loops whose placeholders are still to be filled.
    entries: Vec<(Slot, Arc<ValueTemplate>)>,
}

/// What a variable holds.
#[derive(Debug)]
enum Held {
    /// The user's own.
    Own(Value),
    /// One for all users.
    Shared(Arc<Value>),
}

/// What `before` leaves to all users: its variables, by slot. Empty where there is no `before`.
#[derive(Clone, Debug, Default)]
pub struct Inherited(Arc<[Option<Arc<Value>>]>);

impl Session {
    /// The session of user `index`, with row `row` of data files that are taken in sequence. A user is the same for the
    /// same seed, whatever shard it runs on.
    pub(crate) fn new(
        plan: &Plan,
        seed: u64,
        index: u64,
        row: u64,
        inherited: &Inherited,
    ) -> (Self, ScenarioId) {
        let mut random = SmallRng::seed_from_u64(seed ^ index.wrapping_mul(SPREAD));
        let scenario = draw_scenario(plan, &mut random);
        let mut values: Vec<Option<Held>> =
            inherited.0.iter().map(|value| value.clone().map(Held::Shared)).collect();
        values.resize_with(plan.slots.len(), || None);
        for payload in &plan.payloads {
            let rows = &payload.rows;
            let row = match payload.order {
                _ if rows.is_empty() => None,
                Order::Random => rows.choose(&mut random),
                Order::Sequence => rows.get((row % rows.len() as u64) as usize),
            };
            for (slot, value) in payload.fields.iter().zip(row.into_iter().flatten()) {
                values[slot.0 as usize] = Some(Held::Own(value.clone()));
            }
        }
        for (slot, initial) in &plan.variables {
            values[slot.0 as usize] = match initial {
                Initial::Fixed(value) => Some(Held::Own(value.clone())),
                Initial::Shared(value) => Some(Held::Shared(Arc::clone(value))),
                Initial::OneOf(list) => list.choose(&mut random).cloned().map(Held::Own),
                Initial::Uuid => Some(Held::Own(Value::String(
                    uuid::Builder::from_random_bytes(random.random()).into_uuid().to_string(),
                ))),
            };
        }
        let (lexicon, jar, entries) = (Arc::clone(&plan.lexicon), Jar::default(), Vec::new());
        (Session { values, random, jar, lexicon, endless: false, failed: false, entries }, scenario)
    }

    /// Sets a variable.
    pub(crate) fn set(&mut self, slot: Slot, value: Value) {
        self.put(slot, Some(value));
    }

    /// Sets a variable, or makes it undefined.
    pub(crate) fn put(&mut self, slot: Slot, value: Option<Value>) {
        self.values[slot.0 as usize] = value.map(Held::Own);
    }

    /// What a variable holds, where that is one for all users.
    pub(crate) fn shared(&self, slot: Slot) -> Option<Arc<Value>> {
        match self.values.get(slot.0 as usize)?.as_ref()? {
            Held::Own(_) => None,
            Held::Shared(value) => Some(Arc::clone(value)),
        }
    }

    /// Keeps a loop's entry, whose placeholders are filled later; forgets the one before.
    pub(crate) fn later(&mut self, slot: Slot, entry: Option<Arc<ValueTemplate>>) {
        self.entries.retain(|(of, _)| *of != slot);
        self.entries.extend(entry.map(|entry| (slot, entry)));
    }

    /// Fills the placeholders of loops' entries: done for each request once its body has been rendered.
    pub(crate) fn fill_entries(&mut self) {
        for (slot, entry) in std::mem::take(&mut self.entries) {
            let value = entry.evaluate(self);
            self.put(slot, value);
        }
    }

    /// What all users begin with after a `before` that has left these variables.
    pub(crate) fn leave(self) -> Inherited {
        let shared = |held| match held {
            Held::Own(value) => Arc::new(value),
            Held::Shared(value) => value,
        };
        Inherited(self.values.into_iter().map(|held| held.map(shared)).collect())
    }

    /// What the variables hold, by name; those that hold nothing are left out.
    pub(crate) fn held(&self, plan: &Plan) -> Vec<(String, Value)> {
        let held = plan.slots.iter().zip(&self.values).filter_map(|(name, held)| {
            let value = match held.as_ref()? {
                Held::Own(value) => value.clone(),
                Held::Shared(value) => Value::clone(value),
            };
            Some((name.clone(), value))
        });
        held.collect()
    }

    /// Whether a value grew without end since [`Session::take_endless`].
    pub(crate) fn is_endless(&self) -> bool {
        self.endless
    }

    /// Whether a value grew without end since this was last asked.
    pub(crate) fn take_endless(&mut self) -> bool {
        std::mem::take(&mut self.endless)
    }

    /// Sets a variable or a part of one. `None` is undefined.
    pub(crate) fn write(&mut self, place: &Place, value: Option<Value>) {
        let Some(held) = self.values.get_mut(place.slot.0 as usize) else { return };
        let mut own = held.take().map(|held| match held {
            Held::Own(value) => value,
            // From here on the user has its own.
            Held::Shared(value) => Value::clone(&value),
        });
        place.write(&mut own, value);
        *held = own.map(Held::Own);
    }
}

impl Scope for Session {
    fn value(&self, slot: Slot) -> Option<&Value> {
        match self.values.get(slot.0 as usize)?.as_ref()? {
            Held::Own(value) => Some(value),
            Held::Shared(value) => Some(value),
        }
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
