//! A script's plan, and variables to render it with.

use loadgen_scenario::plan::{Plan, Slot, Step};
use loadgen_scenario::{Choices, Scope, Source, load};
use rand::SeedableRng as _;
use rand::rngs::SmallRng;
use serde_json::Value;

/// What a user of the plan holds.
pub(crate) struct Vars {
    values: Vec<Option<Value>>,
    random: SmallRng,
}

impl Vars {
    /// Every variable that is named, the others undefined.
    pub(crate) fn of(plan: &Plan, named: &[(&str, Value)]) -> Vars {
        let value =
            |slot: &String| named.iter().find(|(name, _)| name == slot).map(|(_, value)| value.clone());
        Vars { values: plan.slots.iter().map(value).collect(), random: SmallRng::seed_from_u64(1) }
    }
}

impl Scope for Vars {
    fn value(&self, slot: Slot) -> Option<&Value> {
        self.values.get(slot.0 as usize)?.as_ref()
    }

    fn random(&mut self) -> &mut SmallRng {
        &mut self.random
    }
}

/// The plan of a script with this flow, whose lines are indented by six.
pub(crate) fn plan(flow: &str) -> Plan {
    let text = format!(
        "config:\n  target: http://127.0.0.1\n  phases: [{{ duration: 1, arrivalCount: 1 }}]\n  \
         variables: {{ userId: [1], age: [1], plan: [a] }}\nscenarios:\n  - flow:\n{flow}"
    );
    let loaded = load(&Source::new("bench.yml", text), &Choices::default());
    assert!(loaded.plan.is_some(), "{:?}", loaded.diagnostics);
    loaded.plan.unwrap_or_else(|| unreachable!("just asserted"))
}

/// The first step of the plan's first scenario.
pub(crate) fn first(plan: &Plan) -> &Step {
    &plan.scenarios[0].flow[0]
}
