//! An OpenTelemetry collector, or what takes OTLP over HTTP.

use super::Sink;
use super::post::{Failure, Post, Sending};
use super::slot::Batch;
use loadgen_report::publish::Totals;
use loadgen_report::publish::otlp::metrics::Sender;

/// Posts metrics.
pub(super) struct Otlp {
    name: String,
    post: Post,
    sender: Sender,
    totals: Totals,
}

impl Otlp {
    pub(super) fn new(post: Post, sender: Sender) -> Self {
        let name = format!("OpenTelemetry at {}", post.place());
        Otlp { name, post, sender, totals: Totals::default() }
    }
}

impl Sink for Otlp {
    fn name(&self) -> &str {
        &self.name
    }

    fn send<'a>(&'a mut self, batch: &'a Batch) -> Sending<'a> {
        Box::pin(async move {
            self.totals.add(&batch.readings);
            let Some(exposition) = &batch.exposition else { return Ok(()) };
            let body = self.sender.body(exposition, &self.totals, batch.readings.at);
            let sent = self.post.export(body).await;
            if !matches!(sent, Err(Failure::Whole(_))) {
                self.sender.taken();
            }
            sent
        })
    }
}
