//! A value that one scenario captures and another uses: each user runs one scenario alone, so the other one gets a copy
//! of the request that captures it (a login, as a rule) as its first step.

use crate::draft::{Draft, Request, Scenario, Step};

/// Values that need values that need values, at most.
const LONGEST_CHAIN: usize = 10;

/// Gives each scenario what it needs of the others.
pub(crate) fn provide(draft: &mut Draft) {
    let sources: Vec<Request> = draft.requests().filter(|it| !it.captures.is_empty()).cloned().collect();
    let mut copies = 0;
    for scenario in &mut draft.scenarios {
        for _ in 0..LONGEST_CHAIN {
            let missing = sources.iter().find(|source| {
                let captured = || source.captures.iter().map(|capture| capture.name.as_str());
                captured().any(|name| uses(scenario, name))
                    && captured().all(|name| !captures(scenario, name))
            });
            let Some(source) = missing else { break };
            let mut copy = source.clone();
            let about = copy.about.take().unwrap_or_else(|| "a request of another scenario".into());
            copy.about = Some(format!("{about} (a copy, for what it captures)"));
            scenario.steps.insert(0, Step::Request(Box::new(copy)));
            copies += 1;
        }
    }
    if copies > 0 {
        draft.note(
            "Each user runs one scenario alone: requests whose values others need are there as copies.",
        );
    }
}

fn requests(scenario: &Scenario) -> impl Iterator<Item = &Request> {
    scenario.steps.iter().filter_map(|step| match step {
        Step::Request(request) => Some(&**request),
        Step::Think(_) => None,
    })
}

fn captures(scenario: &Scenario, name: &str) -> bool {
    requests(scenario).any(|request| request.captures.iter().any(|capture| capture.name == name))
}

/// Whether a placeholder of this name stands anywhere: placeholders look the same in all fields.
fn uses(scenario: &Scenario, name: &str) -> bool {
    let placeholder = format!("{{{{ {name} }}}}");
    requests(scenario).any(|request| format!("{request:?}").contains(&placeholder))
}
