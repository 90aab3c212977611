//! `config.payload`: data files.
//!
//! The options of the CSV reader stand beside this, in `csv`.

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::parse::{Parser, keys};
use crate::scenario::{Payload, Reading};
use crate::source::Spanned;
use crate::suggest;

impl Parser {
    /// One data file or a list of them.
    pub(super) fn payloads(&mut self, node: &Node, path: &str) -> Vec<Payload> {
        match &node.kind {
            Kind::Null => Vec::new(),
            Kind::List(items) => items
                .iter()
                .enumerate()
                .filter_map(|(index, item)| self.payload(item, &format!("{path}[{index}]")))
                .collect(),
            _ => self.payload(node, path).into_iter().collect(),
        }
    }

    fn payload(&mut self, node: &Node, path: &str) -> Option<Payload> {
        let members = self.fields(node, path, &keys::PAYLOAD)?;
        let at = members.first().map_or(&node.at, |(_, entry)| &entry.key_at).clone();
        let mut payload = Payload {
            at: at.clone(),
            path: None,
            fields: Vec::new(),
            sequence: false,
            ordered: false,
            load_all: false,
            name: None,
            reading: Reading::default(),
        };
        if members.get("path").is_none_or(|entry| matches!(entry.node.kind, Kind::Null)) {
            let problem = Diagnostic::error(&at, format!("\"{path}.path\" is required"));
            self.problems.push(problem.hint("name a CSV file: `path: users.csv`, or give one with -p"));
        }
        for (key, entry) in members {
            let node = &entry.node;
            let path = format!("{path}.{key}");
            match key.as_str() {
                "path" if matches!(node.kind, Kind::Null) => {}
                "path" => payload.path = self.text(node, &path),
                "fields" => payload.fields = self.names(node, &path),
                "order" if matches!(node.kind, Kind::Null) => {}
                "order" => {
                    payload.ordered = true;
                    payload.sequence = self.sequence(node, &path);
                }
                // As in Artillery, nothing but `true` itself.
                "skipHeader" if matches!(node.kind, Kind::Bool(true)) => payload.reading.from_line = 2,
                "skipHeader" => {
                    self.flag(node, &path);
                }
                "loadAll" => payload.load_all = self.flag(node, &path).unwrap_or(false),
                "name" => payload.name = self.text(node, &path),
                "cast" => payload.reading.cast = self.flag(node, &path).unwrap_or(true),
                "delimiter" => self.delimiters(node, &path, &mut payload.reading.delimiters),
                "skipEmptyLines" => payload.reading.skip_empty_lines = self.flag(node, &path).unwrap_or(true),
                "options" => self.csv_options(node, &path, &mut payload.reading),
                _ => {}
            }
        }
        Some(payload)
    }

    fn names(&mut self, node: &Node, path: &str) -> Vec<Spanned<String>> {
        let items = self.list(node, path).unwrap_or_default();
        let name = |(index, item)| self.text(item, &format!("{path}[{index}]"));
        items.iter().enumerate().filter_map(name).collect()
    }

    fn sequence(&mut self, node: &Node, path: &str) -> bool {
        match &node.kind {
            Kind::Text(text) if text == "sequence" => true,
            Kind::Text(text) if text == "random" => false,
            // Artillery has no third order, and takes any other word for the usual one.
            Kind::Text(text) => {
                let message = format!("\"{path}\" is neither random nor sequence, but `{text}`");
                let warning = Diagnostic::warning(&node.at, message).hint("rows are taken at random");
                let label = suggest::question(text, ["random", "sequence"]);
                self.problems.push(Diagnostic { label, ..warning });
                false
            }
            _ => {
                self.wrong_type(node, path, "random or sequence");
                false
            }
        }
    }
}
