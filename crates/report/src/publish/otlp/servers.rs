//! `Servers`: `server.address` and `server.port` of requests, by the labels that they are counted under.

use super::server;
use crate::Meta;
use loadgen_scenario::plan::{Series, Server};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use prometheus::proto::Metric;
use std::collections::BTreeMap;

/// Where requests go.
#[derive(Clone, Debug)]
pub(super) struct Servers {
    /// By scenario, name and method; none where nobody knows.
    by_labels: BTreeMap<[String; 3], Vec<KeyValue>>,
}

impl Servers {
    /// For a run of a plan with these series.
    pub(super) fn new(meta: &Meta, series: &[Series]) -> Self {
        let mut by_labels: BTreeMap<[String; 3], Vec<KeyValue>> = BTreeMap::new();
        for (info, series) in meta.series.iter().zip(series) {
            let attributes = match &series.server {
                Server::Target => server(&meta.target),
                Server::Other(origin) => server(&origin.to_string()),
                Server::Unknown => Vec::new(),
            };
            let scenario = meta.scenarios.get(info.scenario as usize).cloned().unwrap_or_default();
            let labels = [scenario, info.endpoint.clone(), info.method.clone()];
            // Scenarios may share a name, and then their requests are counted together.
            let known = by_labels.entry(labels).or_insert_with(|| attributes.clone());
            if *known != attributes {
                known.clear();
            }
        }
        Servers { by_labels }
    }

    /// Where the requests go that a sample counts.
    pub(super) fn of(&self, sample: &Metric) -> &[KeyValue] {
        let label = |name: &str| {
            let pair = sample.get_label().iter().find(|pair| pair.name() == name);
            pair.map(|pair| pair.value().to_owned()).unwrap_or_default()
        };
        let labels = ["scenario", "name", "method"].map(label);
        self.by_labels.get(&labels).map_or(&[], Vec::as_slice)
    }
}
