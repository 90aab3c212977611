//! `options` of a data file: those of Artillery's CSV reader, in its spelling (`from_line`) or in the other (`fromLine`).

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::parse::{Parser, keys};
use crate::scenario::{Columns, Reading};

impl Parser {
    /// What the CSV reader is told.
    pub(super) fn csv_options(&mut self, node: &Node, path: &str, reading: &mut Reading) {
        let node = underscored(node);
        let Some(members) = self.fields(&node, path, &keys::CSV_OPTIONS) else { return };
        let mut trim = false;
        for (key, entry) in members {
            let node = &entry.node;
            let path = format!("{path}.{key}");
            let mut flag = || self.csv_flag(node, &path);
            match key.as_str() {
                "cast" => reading.cast = flag(),
                "trim" => trim = flag(),
                "ltrim" => reading.ltrim = flag(),
                "rtrim" => reading.rtrim = flag(),
                "relax" => reading.relax = flag(),
                "relax_column_count_less" => reading.ragged_less |= flag(),
                "relax_column_count_more" => reading.ragged_more |= flag(),
                "relax_column_count" => {
                    let ragged = flag();
                    reading.ragged_less |= ragged;
                    reading.ragged_more |= ragged;
                }
                "skip_empty_lines" => reading.skip_empty_lines = flag(),
                "skip_lines_with_empty_values" => reading.skip_empty_values = flag(),
                "skip_lines_with_error" => reading.skip_errors = flag(),
                // A byte order mark is never part of the first value.
                "bom" => {
                    flag();
                }
                "cast_date" => {
                    let asked = flag();
                    self.no_dates(asked, node, &path);
                }
                "from" => reading.from = self.csv_count(node, &path, 0).unwrap_or(1),
                "from_line" => reading.from_line = self.csv_count(node, &path, 1).unwrap_or(1),
                "to" => reading.to = self.csv_count(node, &path, 1),
                "to_line" => reading.to_line = self.csv_count(node, &path, 1),
                "max_record_size" if matches!(node.kind, Kind::Bool(false)) => {}
                "max_record_size" => {
                    let most = self.csv_count(node, &path, 0).filter(|most| *most > 0);
                    reading.max_record_size = most.and_then(|most| usize::try_from(most).ok());
                }
                "delimiter" => self.delimiters(node, &path, &mut reading.delimiters),
                "record_delimiter" => {
                    reading.record_delimiters.clear();
                    if !is_off(node) {
                        self.delimiters(node, &path, &mut reading.record_delimiters);
                    }
                }
                "comment" => reading.comment = self.mark(node, &path, None),
                "quote" => reading.quote = self.mark(node, &path, Some("\"")),
                "escape" => reading.escape = self.mark(node, &path, Some("\"")),
                "columns" => reading.columns = self.columns(node, &path),
                _ => {}
            }
        }
        // As in Artillery, `trim` means both, unless one of them says otherwise.
        let kept =
            |key: &str| members.get(key).is_some_and(|entry| matches!(entry.node.kind, Kind::Bool(false)));
        reading.ltrim |= trim && !kept("ltrim");
        reading.rtrim |= trim && !kept("rtrim");
    }

    /// One text or several, none of them empty. A tab may be written as a backslash and a t.
    pub(super) fn delimiters(&mut self, node: &Node, path: &str, delimiters: &mut Vec<String>) {
        let one = |node: &Node| match &node.kind {
            Kind::Text(text) if text == "\\t" => Some("\t".to_owned()),
            Kind::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        };
        let found = match &node.kind {
            Kind::List(items) if !items.is_empty() => items.iter().map(one).collect(),
            _ => one(node).map(|text| vec![text]),
        };
        match found {
            Some(found) => *delimiters = found,
            None => self.wrong_type(node, path, "text that is not empty, or a list of such"),
        }
    }

    /// Text, or nothing; `true` is the usual.
    fn mark(&mut self, node: &Node, path: &str, usual: Option<&str>) -> Option<String> {
        match (&node.kind, usual) {
            (Kind::Null | Kind::Bool(false), _) => None,
            (Kind::Bool(true), Some(usual)) => Some(usual.to_owned()),
            (Kind::Text(text), _) => Some(text.clone()).filter(|text| !text.is_empty()),
            _ => {
                self.wrong_type(node, path, "text, or false for none");
                None
            }
        }
    }

    /// `cast_date`, which is not supported.
    fn no_dates(&mut self, asked: bool, node: &Node, path: &str) {
        if asked {
            let message = format!("\"{path}\": dates in data files stay text");
            let hint = "leave it out, and write dates as they are to be sent";
            self.problems.push(Diagnostic::error(&node.at, message).hint(hint));
        }
    }

    fn csv_flag(&mut self, node: &Node, path: &str) -> bool {
        !matches!(node.kind, Kind::Null) && self.flag(node, path).unwrap_or(false)
    }

    /// A number of lines or records; `None` where there is none.
    fn csv_count(&mut self, node: &Node, path: &str, least: u64) -> Option<u64> {
        if matches!(node.kind, Kind::Null) {
            return None;
        }
        let count = self.count(node, path)?;
        if count < least {
            let message = format!("\"{path}\" must be {least} or more, not {count}");
            self.problems.push(Diagnostic::error(&node.at, message).hint("lines and records count from 1"));
            return None;
        }
        Some(count)
    }

    fn columns(&mut self, node: &Node, path: &str) -> Columns {
        match &node.kind {
            Kind::Null | Kind::Bool(false) => Columns::Numbered,
            Kind::Bool(true) => Columns::First,
            Kind::List(items) => {
                let mut names = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    if is_off(item) {
                        names.push(None);
                    } else {
                        names.push(self.text(item, &format!("{path}[{index}]")).map(|name| name.value));
                    }
                }
                Columns::Named(names)
            }
            _ => {
                self.wrong_type(node, path, "true, false or a list of names");
                Columns::Numbered
            }
        }
    }
}

/// Whether it says that there is none.
fn is_off(node: &Node) -> bool {
    matches!(&node.kind, Kind::Null | Kind::Bool(false))
}

/// The map with `fromLine` as `from_line`.
fn underscored(node: &Node) -> Node {
    let Kind::Map(members) = &node.kind else { return node.clone() };
    let mut renamed = members.clone();
    renamed.clear();
    for (key, entry) in members {
        let mut name = String::new();
        for letter in key.chars() {
            if letter.is_ascii_uppercase() {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
        }
        renamed.insert(name, entry.clone());
    }
    Node { kind: Kind::Map(renamed), at: node.at.clone() }
}
