//! `Stats`: the figures of a span of time as plain numbers, once its histograms are no longer kept.
//!
//! A run has one for each ten seconds, so they are small: a few kilobytes for a plan of thirty series, whatever the
//! number of requests. Names are shared between them. Nothing can be merged here; that is the snapshot's.

use crate::figures::Figures;
use crate::number::rounded;
use crate::statistic::Statistics;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The figures of a span of time as plain numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stats {
    /// How often something happened; `http.downloaded_bytes` and `http.sent_bytes` count bytes.
    pub counters: Named<u64>,
    /// `http.request_rate` per second, and the rates of our own in percent; to three decimals.
    pub rates: Named<f64>,
    /// Durations.
    pub summaries: Named<Statistics>,
}

/// Values by name, in the order of the names.
#[derive(Clone, Debug, PartialEq)]
pub struct Named<T>(Box<[(Arc<str>, T)]>);

/// Names that were used before, so that each takes memory only once.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeSet<Arc<str>>);

impl Stats {
    /// Takes all figures. Costs a walk over each histogram.
    pub(crate) fn of(figures: &Figures<'_>, names: &mut Names) -> Self {
        let counters = figures.counters.iter().map(|(name, &count)| (names.shared(name), count)).collect();
        let rates =
            figures.rates.iter().map(|(name, &rate)| (names.shared(name), rounded(rate, 3))).collect();
        let summary = |(name, parts): (&String, &crate::figures::Summary<'_>)| {
            Some((names.shared(name), Statistics::of(&parts.histogram())?))
        };
        let mut summaries: Vec<_> = figures.summaries.iter().filter_map(summary).collect();
        summaries.extend(figures.told.iter().map(|(name, &statistics)| (names.shared(name), statistics)));
        summaries.sort_by(|(one, _), (other, _)| one.cmp(other));
        let summaries = summaries.into_boxed_slice();
        Stats { counters: Named(counters), rates: Named(rates), summaries: Named(summaries) }
    }
}

impl<T> Named<T> {
    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&T> {
        let index = self.0.binary_search_by(|(other, _)| (**other).cmp(name)).ok()?;
        self.0.get(index).map(|(_, value)| value)
    }

    /// All names with their values, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Named(Box::default())
    }
}

/// An object.
impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values = BTreeMap::<Arc<str>, T>::deserialize(deserializer)?;
        Ok(Named(values.into_iter().collect()))
    }
}

impl Names {
    fn shared(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return Arc::clone(known);
        }
        let new: Arc<str> = name.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stats(names: &mut Names) -> Stats {
        let figures = Figures {
            counters: [("b".to_owned(), 2), ("a".to_owned(), 1)].into(),
            rates: [("a".to_owned(), 0.123_456)].into(),
            ..Figures::default()
        };
        Stats::of(&figures, names)
    }

    #[test]
    fn values_are_found_by_name() {
        let stats = stats(&mut Names::default());
        assert_eq!(stats.counters.iter().collect::<Vec<_>>(), [("a", &1), ("b", &2)]);
        assert_eq!((stats.counters.get("b"), stats.counters.get("c")), (Some(&2), None));
        assert_eq!(stats.rates.get("a"), Some(&0.123));
        assert!(stats.summaries.is_empty());
        assert_eq!(serde_json::to_string(&stats.counters).unwrap(), r#"{"a":1,"b":2}"#);
    }

    #[test]
    fn a_name_takes_memory_once() {
        let mut names = Names::default();
        let (one, other) = (stats(&mut names), stats(&mut names));
        assert_eq!(names.0.len(), 2);
        for ((ours, _), (theirs, _)) in one.counters.0.iter().zip(&other.counters.0) {
            assert!(Arc::ptr_eq(ours, theirs));
        }
        assert!(Arc::ptr_eq(&one.counters.0[0].0, &one.rates.0[0].0));
    }
}
