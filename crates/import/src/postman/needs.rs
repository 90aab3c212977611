//! A value that one scenario captures and another uses: each user runs one scenario alone, so the other one gets a copy
//! of the request that captures it (a login, as a rule) as its first step.

use crate::draft::{Draft, Request, Scenario, Step};
use std::collections::HashSet;

/// Values that need values that need values, at most.
const LONGEST_CHAIN: usize = 10;

/// Gives each scenario what it needs of the others.
pub(crate) fn provide(draft: &mut Draft) {
    let sources: Vec<Request> = draft.requests().filter(|it| !it.captures.is_empty()).cloned().collect();
    let mut copies = 0;
    for scenario in &mut draft.scenarios {
        let mut used: HashSet<String> = requests(scenario).flat_map(placeholders).collect();
        let mut captured: HashSet<String> = requests(scenario).flat_map(names).map(str::to_owned).collect();
        for _ in 0..LONGEST_CHAIN {
            let missing = sources.iter().find(|source| {
                names(source).any(|name| used.contains(name))
                    && names(source).all(|name| !captured.contains(name))
            });
            let Some(source) = missing else { break };
            used.extend(placeholders(source));
            captured.extend(names(source).map(str::to_owned));
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

/// What a request captures.
fn names(request: &Request) -> impl Iterator<Item = &str> {
    request.captures.iter().map(|capture| capture.name.as_str())
}

/// The names of all placeholders, which look the same in all fields.
fn placeholders(request: &Request) -> Vec<String> {
    let text = format!("{request:?}");
    let starts = text.match_indices("{{ ").map(|(at, start)| &text[at + start.len()..]);
    starts.filter_map(|rest| rest.split_once(" }}")).map(|(name, _)| name.to_owned()).collect()
}
