//! `config.monitor`: the metrics that the target tells of itself, read while the load runs.

/// Where the target's metrics are, and which of them are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Monitor {
    /// An http or https URL, or a path on the target that begins with `/`.
    pub url: String,
    /// The metrics that are kept besides CPU and memory. At most [`MOST_METRICS`], no two of one name.
    pub metrics: Vec<Metric>,
}

/// Most metrics that are kept: each costs a value a second in the results.
pub const MOST_METRICS: usize = 20;

/// One metric in Prometheus' text format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metric {
    /// What it is called in results.
    pub name: String,
    /// What the target calls it.
    pub metric: String,
    /// Labels that its series have to bear; those that do are added up.
    pub labels: Vec<(String, String)>,
}
