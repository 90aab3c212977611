//! `ensure`: bounds that a run has to keep.

use crate::document::{Kind, Node};
use crate::parse::{Parser, keys};
use crate::scenario::Ensure;
use crate::source::{Location, Spanned};

impl Parser {
    pub(super) fn ensure(&mut self, node: &Node, key_at: &Location, path: &str) -> Option<Ensure> {
        let mut ensure = Ensure { at: key_at.clone(), thresholds: Vec::new(), legacy: Vec::new() };
        if matches!(node.kind, Kind::Null | Kind::Bool(_)) {
            return Some(ensure);
        }
        for (key, entry) in self.fields(node, path, &keys::ENSURE)? {
            let path = format!("{path}.{key}");
            match key.as_str() {
                "thresholds" => self.thresholds(&entry.node, &path, &mut ensure),
                known if keys::ENSURE.takes(known) => {
                    if let Some(limit) = self.number(&entry.node, &path) {
                        ensure.legacy.push((Spanned::new(key.clone(), entry.key_at.clone()), limit));
                    }
                }
                _ => {}
            }
        }
        Some(ensure)
    }

    /// A list of maps from metric to limit.
    fn thresholds(&mut self, node: &Node, path: &str, ensure: &mut Ensure) {
        let Some(items) = self.list(node, path) else { return };
        for (index, item) in items.iter().enumerate() {
            let path = format!("{path}[{index}]");
            for (metric, limit) in self.pairs(item, &path).unwrap_or_default() {
                if let Some(limit) = self.number(&limit, &format!("{path}.{}", metric.value)) {
                    ensure.thresholds.push((metric, limit));
                }
            }
        }
    }
}
