//! Prometheus, or what takes its remote-write protocol.

use super::Sink;
use super::post::{Post, Sending};
use super::slot::Batch;
use loadgen_report::exposition::Labels;
use loadgen_report::publish::remote_write;

/// Posts all samples.
pub(super) struct RemoteWrite {
    name: String,
    post: Post,
    labels: Labels,
}

impl RemoteWrite {
    pub(super) fn new(post: Post, tags: &[(String, String)]) -> Self {
        let name = format!("Prometheus at {}", post.place());
        RemoteWrite { name, post, labels: Labels::of(tags) }
    }
}

impl Sink for RemoteWrite {
    fn name(&self) -> &str {
        &self.name
    }

    fn send<'a>(&'a mut self, batch: &'a Batch) -> Sending<'a> {
        Box::pin(async move {
            let Some(exposition) = &batch.exposition else { return Ok(()) };
            let body = remote_write::body(exposition, &self.labels, batch.readings.at);
            self.post.send(None, &remote_write::HEADERS, body).await
        })
    }
}
