//! Secrets: what they are, and taking them out of everything that is shown or written.
//!
//! A secret is told by its name (a header, a variable, a member, a parameter: [`is_secret`](loadgen_import::is_secret)) or by
//! where it comes from: an environment variable that the script uses, credentials, a private key. Those that are known
//! before the run are looked for in every text that came from outside; by name they are also found where nobody knew
//! them. `docs/output-files.md` tells people the rules.

mod known;
mod line;
mod masker;
mod script;
mod sinks;

pub(crate) use masker::Masker;

use loadgen_metrics::Snapshot;
use loadgen_scenario::plan::{Plan, Server, Target};
use loadgen_scenario::{Document, Source};

/// What stands in a secret's place.
const MASK: &str = "***";
/// Rows of a data file whose secrets are known.
const ROWS: usize = 1_000;

/// Learns the secrets of a script: of its texts, of the environment variables that they use, and of what the plan was
/// made of.
pub(crate) fn of(sources: &[&Source], environment: &[(String, String)], plan: Option<&Plan>) -> Masker {
    let mut masker = Masker::default();
    let target = plan.and_then(|plan| match &plan.target {
        Target::Address(origin) => Some(origin.to_string()),
        Target::Builtin => None,
    });
    for (name, value) in environment {
        if sources.iter().any(|source| script::uses(&source.text, name)) {
            masker.environment(name, value, target.as_deref());
        }
    }
    for source in sources {
        // What cannot be read is told elsewhere, and nothing is run.
        if let Ok(document) = Document::read(source) {
            masker.script(&document.root.to_value());
        }
    }
    let Some(plan) = plan else { return masker };
    plan.slack.iter().for_each(|slack| masker.remember(&slack.webhook));
    masker.publish(&plan.publish);
    plan.monitor.iter().for_each(|monitor| masker.credentials(&monitor.url));
    for payload in &plan.payloads {
        for (column, slot) in payload.fields.iter().enumerate() {
            let Some(name) = plan.slots.get(slot.0 as usize).filter(|name| loadgen_import::is_secret(name))
            else {
                continue;
            };
            payload
                .rows
                .iter()
                .take(ROWS)
                .filter_map(|row| row.get(column))
                .for_each(|it| masker.learn(name, it));
        }
    }
    masker
}

impl Masker {
    /// Takes secrets out of what a second of the run has seen.
    pub(crate) fn snapshot(&self, snapshot: &mut Snapshot) {
        snapshot.change_texts(&|text| self.lines(text));
    }

    /// Takes secrets out of the names that a plan has from its script and the environment.
    pub(crate) fn plan(&self, plan: &mut Plan) {
        let phases = plan.phases.iter_mut().flat_map(|phase| [&mut phase.name, &mut phase.label]).flatten();
        let names = plan.scenarios.iter_mut().map(|scenario| &mut scenario.name);
        let series = plan.series.iter_mut().flat_map(|series| {
            let host = match &mut series.server {
                Server::Other(origin) => Some(&mut origin.host),
                Server::Target | Server::Unknown => None,
            };
            [Some(&mut series.endpoint), series.name.as_mut(), host].into_iter().flatten()
        });
        phases.chain(names).chain(series).for_each(|text| *text = self.name(text));
    }
}
