//! `Labels`: what all samples of a run bear besides labels of their own.

use std::collections::BTreeMap;

/// Names and values that all samples bear. A sample that has a label of that name keeps its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(BTreeMap<String, String>);

impl Labels {
    /// Labels of these names, as far as Prometheus allows them: what it does not becomes `_`. Of two values of a name the
    /// last counts; what has no value counts as `true`, since an empty label is none.
    pub fn of(tags: &[(String, String)]) -> Self {
        let value = |value: &str| if value.is_empty() { "true".to_owned() } else { value.to_owned() };
        Labels(tags.iter().map(|(name, tag)| (allowed(name), value(tag))).collect())
    }

    /// In the order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A label's name: letters, digits and `_`, no digit first; two `_` first are Prometheus' own.
fn allowed(name: &str) -> String {
    let legal = |c: char| c.is_ascii_alphanumeric();
    let mut out: String = name.trim_start_matches(|c| !legal(c)).replace(|c| !legal(c), "_");
    // A bucket's bound is nobody else's.
    if out.is_empty() || out.starts_with(|c: char| c.is_ascii_digit()) || out == "le" {
        out.insert(0, '_');
    }
    out
}

/// A metric's name, likewise.
pub(super) fn metric_name(name: &str) -> String {
    let mut out = name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':', "_");
    if out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_what_prometheus_allows() {
        for (name, means) in [
            ("team", "team"),
            ("build-id", "build_id"),
            ("__name__", "name__"),
            ("1st", "_1st"),
            ("", "_"),
            ("le", "_le"),
        ] {
            assert_eq!(allowed(name), means);
        }
        let labels = Labels::of(&[
            ("a".into(), "1".into()),
            ("a".into(), "2".into()),
            ("canary".into(), String::new()),
        ]);
        assert_eq!(labels.iter().collect::<Vec<_>>(), [("a", "2"), ("canary", "true")]);
    }
}
