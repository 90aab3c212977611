//! What the tests of this crate share.
#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may")]

use loadgen_scenario::plan::{Plan, Slot};
use loadgen_scenario::{Choices, Diagnostic, Loaded, Scope, Source, load};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde_json::Value;

/// A flow of one request, for scripts that are about something else.
pub(crate) const FLOW: &str = "scenarios:\n  - flow:\n      - get: {url: /}\n";

/// All that is said about a script, as people see it.
pub(crate) fn told(script: &str) -> String {
    told_with(script, &Choices::default())
}

/// All that is said about a script and the choices for it.
pub(crate) fn told_with(script: &str, choices: &Choices) -> String {
    let source = Source::new("a.yml", script);
    let target = choices.target.clone().map(|target| Source::new(Choices::TARGET, target));
    let sources: Vec<&Source> =
        [Some(&source), target.as_ref(), choices.overrides.as_ref(), choices.variables.as_ref()]
            .into_iter()
            .flatten()
            .collect();
    let loaded = load(&source, choices);
    assert_eq!(loaded.plan.is_none(), loaded.diagnostics.iter().any(Diagnostic::is_error));
    let told: Vec<String> = loaded.diagnostics.iter().map(|problem| problem.render(&sources)).collect();
    told.join("\n")
}

/// The plan of a script that has one.
pub(crate) fn plan(script: &str) -> Plan {
    plan_with(script, &Choices::default())
}

/// The plan of a script that has one with these choices.
pub(crate) fn plan_with(script: &str, choices: &Choices) -> Plan {
    let source = Source::new("a.yml", script);
    let Loaded { plan, diagnostics, .. } = load(&source, choices);
    let told: Vec<String> = diagnostics.iter().map(|problem| problem.render(&[&source])).collect();
    plan.unwrap_or_else(|| panic!("no plan: {}", told.join("\n")))
}

/// A user with these variables.
pub(crate) struct User {
    values: Vec<Option<Value>>,
    random: SmallRng,
}

impl User {
    /// A user whose variables hold what is given, by name; the plan's own beginnings otherwise.
    pub(crate) fn new(plan: &Plan, set: &[(&str, Value)]) -> User {
        use loadgen_scenario::plan::Initial;
        let mut values = vec![None; plan.slots.len()];
        for (slot, initial) in &plan.variables {
            values[slot.0 as usize] = match initial {
                Initial::Fixed(value) => Some(value.clone()),
                Initial::OneOf(values) => values.first().cloned(),
                Initial::Shared(value) => Some((**value).clone()),
                Initial::Uuid => Some("00000000-0000-4000-8000-000000000000".into()),
            };
        }
        for (name, value) in set {
            let slot = plan.slots.iter().position(|slot| slot == name).unwrap();
            values[slot] = Some(value.clone());
        }
        User { values, random: SmallRng::seed_from_u64(7) }
    }
}

impl Scope for User {
    fn value(&self, slot: Slot) -> Option<&Value> {
        self.values[slot.0 as usize].as_ref()
    }
    fn random(&mut self) -> &mut SmallRng {
        &mut self.random
    }
}
