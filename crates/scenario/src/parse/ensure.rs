//! `ensure`: bounds that a run has to keep, and conditions that have to hold.

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::parse::{Parser, keys};
use crate::scenario::Ensure;
use crate::source::{Location, Spanned};

impl Parser {
    pub(super) fn ensure(&mut self, node: &Node, key_at: &Location, path: &str) -> Option<Ensure> {
        let mut ensure =
            Ensure { at: key_at.clone(), thresholds: Vec::new(), conditions: Vec::new(), legacy: Vec::new() };
        match node.kind {
            // What JavaScript takes for false leaves the word to `plugins.ensure`.
            Kind::Null | Kind::Bool(false) => return None,
            Kind::Bool(true) => return Some(ensure),
            _ => {}
        }
        for (key, entry) in self.fields(node, path, &keys::ENSURE)? {
            let path = format!("{path}.{key}");
            let limit = match key.as_str() {
                "thresholds" => {
                    self.thresholds(&entry.node, &path, &mut ensure);
                    continue;
                }
                "conditions" => {
                    self.conditions(&entry.node, &path, &mut ensure);
                    continue;
                }
                "maxErrorRate" => self.number(&entry.node, &path),
                known if keys::ENSURE.takes(known) => self.whole(&entry.node, &path),
                _ => continue,
            };
            if let Some(limit) = limit {
                ensure.legacy.push((Spanned::new(key.clone(), entry.key_at.clone()), limit));
            }
        }
        Some(ensure)
    }

    /// A list of maps from metric to limit.
    fn thresholds(&mut self, node: &Node, path: &str, ensure: &mut Ensure) {
        let Some(items) = self.list(node, path) else { return };
        for (index, item) in items.iter().enumerate() {
            let path = format!("{path}[{index}]");
            let pairs = self.pairs(item, &path).unwrap_or_default();
            for (place, (metric, limit)) in pairs.into_iter().enumerate() {
                if place > 0 {
                    let message = format!("the threshold for `{}` has no effect", metric.value);
                    let hint =
                        "as in Artillery, an entry of the list is one threshold: begin another with `-`";
                    self.problems.push(Diagnostic::warning(&metric.at, message).hint(hint));
                } else if let Some(limit) = self.number(&limit, &format!("{path}.{}", metric.value)) {
                    ensure.thresholds.push((metric, limit));
                }
            }
        }
    }

    /// A list of expressions that have to hold.
    fn conditions(&mut self, node: &Node, path: &str, ensure: &mut Ensure) {
        let Some(items) = self.list(node, path) else { return };
        for (index, item) in items.iter().enumerate() {
            let path = format!("{path}[{index}]");
            let Some(members) = self.fields(item, &path, &keys::CONDITION) else { continue };
            let Some(expression) = members.get("expression") else {
                let problem = Diagnostic::error(&item.at, format!("\"{path}.expression\" is required"));
                self.problems.push(problem.hint("such as: http.codes.200 > 100 and vusers.failed == 0"));
                continue;
            };
            let Some(text) = self.text(&expression.node, &format!("{path}.expression")) else { continue };
            let strict = match members.get("strict").map(|entry| &entry.node) {
                None => true,
                Some(Node { kind: Kind::Bool(strict), .. }) => *strict,
                Some(other) => {
                    let message = format!("\"{path}.strict\" is neither true nor false, so it is true");
                    self.problems
                        .push(Diagnostic::warning(&other.at, message).hint("write it without quotes"));
                    true
                }
            };
            ensure.conditions.push((text, strict));
        }
    }

    /// The whole number that a value begins with, as JavaScript's `parseInt` has it: the legacy forms' limits.
    fn whole(&mut self, node: &Node, path: &str) -> Option<f64> {
        if let Kind::Text(text) = &node.kind {
            let text = text.trim_start();
            let signs = usize::from(text.starts_with(['+', '-']));
            let digits = text[signs..].bytes().take_while(u8::is_ascii_digit).count();
            if let (1.., Ok(number)) = (digits, text[..signs + digits].parse::<f64>()) {
                return Some(number);
            }
        }
        self.number(node, path).map(f64::trunc)
    }
}
