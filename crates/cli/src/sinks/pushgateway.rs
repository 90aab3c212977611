//! A Pushgateway: it keeps what it was sent last, for Prometheus to scrape.

use super::Sink;
use super::post::{Post, Sending};
use super::slot::Batch;
use loadgen_report::exposition::{Labels, TEXT_FORMAT};
use loadgen_report::publish::{Totals, pushgateway};

/// Posts text.
pub(super) struct Pushgateway {
    name: String,
    post: Post,
    prefix: String,
    labels: Labels,
    totals: Totals,
}

impl Pushgateway {
    pub(super) fn new(post: Post, prefix: &str, tags: &[(String, String)]) -> Self {
        let name = format!("the Pushgateway at {}", post.place());
        let labels = Labels::of(tags);
        Pushgateway { name, post, prefix: prefix.to_owned(), labels, totals: Totals::default() }
    }
}

impl Sink for Pushgateway {
    fn name(&self) -> &str {
        &self.name
    }

    fn send<'a>(&'a mut self, batch: &'a Batch) -> Sending<'a> {
        Box::pin(async move {
            self.totals.add(&batch.readings);
            let Some(exposition) = &batch.exposition else { return Ok(()) };
            let text = pushgateway::text(exposition, &self.totals, &self.prefix, &self.labels);
            self.post.send(None, &[("content-type", TEXT_FORMAT)], text.into_bytes()).await
        })
    }
}
