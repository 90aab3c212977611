//! Loops, parallel branches and what goes with them: expressions and jitter.

use crate::compile::{Compiler, variables};
use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::duration;
use crate::expression::Expression;
use crate::plan::{Count, Entry, Jitter, Loop, Over, Parallel};
use crate::scenario::{Action, Config, Step};
use crate::source::{Location, Spanned};
use crate::template::Template;
use crate::value_template::ValueTemplate;
use serde_json::Value;
use std::sync::Arc;

/// Branches that run at a time where the script sets no limit; Artillery's.
const BRANCHES: usize = 100;

impl Compiler {
    pub(super) fn repeat(&mut self, step: &Step, scenario: u32) -> Option<Loop> {
        let Action::Loop { steps, count, counter, over, element, condition } = &step.action else {
            return None;
        };
        let name = |said: &Option<Spanned<String>>, default: &str| {
            said.as_ref().map_or_else(|| default.to_owned(), |name| name.value.clone())
        };
        let counter = self.names.declare(&name(counter, variables::LOOP_COUNT));
        let element = self.names.declare(&name(element, variables::LOOP_ELEMENT));
        let count = match count {
            Some(count) => self.rounds(count, &step.path)?,
            None => Count::Endless,
        };
        let over = over.as_ref().map(|over| self.over(over, &step.path));
        let condition = match condition {
            Some(text) => Some(self.strict_expression(text, &step.path)?),
            None => None,
        };
        let steps = self.steps(steps, scenario);
        let timed = condition.is_none() && over.is_none() && (self.timed || count == Count::Endless);
        Some(Loop { count, over, condition, steps, timed, counter, element })
    }

    fn over(&mut self, over: &Node, path: &str) -> Over {
        let entries = match &over.kind {
            Kind::Text(name) => return Over::Variable(self.variable(name, &over.at, path)),
            Kind::List(items) => items.iter().map(|item| self.entry(item)).collect(),
            _ => Vec::new(),
        };
        Over::Entries(entries.into())
    }

    fn entry(&mut self, item: &Node) -> Entry {
        let mut failed = Vec::new();
        let template = ValueTemplate::compile(item, &mut self.names, &mut failed);
        self.problems.extend(failed.iter().map(|(at, error)| error.diagnostic(at)));
        self.problems.extend(self.names.take_notes().iter().map(|note| note.diagnostic(&item.at)));
        let rendered = match template {
            ValueTemplate::Fixed(_) => None,
            template => Some(Arc::new(template)),
        };
        Entry { value: item.to_value(), rendered }
    }

    /// The variable, or the part of one, that a bare name stands for.
    fn variable(&mut self, name: &str, at: &Location, path: &str) -> Template {
        if name.contains("{{") {
            let message =
                format!("\"{path}.over\" takes the name of a variable, not a placeholder: no rounds");
            let bare = name.trim().trim_matches(['{', '}']).trim();
            let warning = Diagnostic::warning(at, message).hint(format!("write `over: {bare}`"));
            self.problems.push(warning);
            return Template::text("");
        }
        self.template(&format!("{{{{ {name} }}}}"), at)
    }

    pub(super) fn parallel(&mut self, steps: &[Step], limit: Option<u64>, scenario: u32) -> Box<Parallel> {
        let limit = limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
        Box::new(Parallel { steps: self.steps(steps, scenario), limit: limit.unwrap_or(BRANCHES) })
    }

    /// Compiles an expression. One that is broken is warned of: `instead` says what happens then.
    pub(super) fn expression(
        &mut self,
        text: &Spanned<String>,
        path: &str,
        instead: &str,
    ) -> Option<Expression> {
        let compiled = Expression::compile(&text.value, &mut self.names);
        self.problems.extend(self.names.take_notes().iter().map(|note| note.diagnostic(&text.at)));
        match compiled {
            Ok(expression) => Some(expression),
            Err(error) => {
                let at = super::capture::within(&text.at, &text.value, error.position);
                let message = format!("the expression in \"{path}\" is broken, so {instead}: {error}");
                let hint = "such as: age >= 18 and plan == \"pro\"";
                self.problems.push(Diagnostic::warning(&at, message).hint(hint));
                None
            }
        }
    }

    /// The same where there is nothing to do instead.
    fn strict_expression(&mut self, text: &Spanned<String>, path: &str) -> Option<Expression> {
        let compiled = Expression::compile(&text.value, &mut self.names);
        self.problems.extend(self.names.take_notes().iter().map(|note| note.diagnostic(&text.at)));
        compiled
            .map_err(|error| {
                let at = super::capture::within(&text.at, &text.value, error.position);
                let message = format!("the expression of `whileTrue` in \"{path}\" is broken: {error}");
                self.error(&at, message, "such as: status == \"pending\"");
            })
            .ok()
    }

    /// What `defaults.think.jitter` says, for all think times that have none of their own.
    pub(super) fn default_jitter(&mut self, config: &Config) {
        let said = config.think_jitter.as_ref().or(config.legacy_think_jitter.as_ref());
        self.jitter = said.and_then(|said| self.jitter(said));
    }

    /// A number of milliseconds, a share such as `20%`, or a span of time such as `200ms`.
    pub(super) fn jitter(&mut self, said: &Spanned<Value>) -> Option<Jitter> {
        let text = match &said.value {
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        let positive =
            |text: &str| text.trim().parse().ok().filter(|number: &f64| *number >= 0.0 && *number <= 1e9);
        let jitter = match text.strip_suffix('%') {
            Some(share) => positive(share).map(|share| Jitter::Share(share / 100.0)),
            None => match positive(&text) {
                Some(millis) => Some(Jitter::Time(std::time::Duration::from_secs_f64(millis / 1_000.0))),
                None => duration::parse(&Value::String(text.clone())).ok().map(Jitter::Time),
            },
        };
        if jitter.is_none() {
            let shown: String = text.chars().take(60).collect();
            let message = format!("invalid jitter: `{shown}`");
            self.error(&said.at, message, "milliseconds as a number, a share such as 20%, or 200ms");
        }
        jitter
    }
}
