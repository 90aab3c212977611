//! InfluxDB, or what takes its line protocol over HTTP.

use super::Sink;
use super::post::{Post, Sending};
use super::slot::Batch;
use loadgen_report::publish::influx;

/// Posts lines.
pub(super) struct Influx {
    name: String,
    post: Post,
    measurement: String,
    tags: Vec<(String, String)>,
}

impl Influx {
    pub(super) fn new(post: Post, measurement: &str, tags: &[(String, String)]) -> Self {
        let name = format!("InfluxDB at {}", post.place());
        Influx { name, post, measurement: measurement.to_owned(), tags: tags.to_vec() }
    }
}

impl Sink for Influx {
    fn name(&self) -> &str {
        &self.name
    }

    fn send<'a>(&'a mut self, batch: &'a Batch) -> Sending<'a> {
        Box::pin(async move {
            let line = influx::line(&batch.readings, &self.measurement, &self.tags);
            if line.is_empty() {
                return Ok(());
            }
            self.post.send(None, &[("content-type", "text/plain; charset=utf-8")], line.into_bytes()).await
        })
    }
}
