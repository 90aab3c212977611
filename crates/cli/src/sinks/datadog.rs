//! Datadog by its API, for those who have no agent.

use super::Sink;
use super::post::{Failure, Post, Sending};
use super::slot::Batch;
use loadgen_report::Meta;
use loadgen_report::publish::datadog;
use loadgen_scenario::publish::Event;

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

/// Posts series and events.
pub(super) struct Datadog {
    name: String,
    post: Post,
    prefix: String,
    tags: Vec<(String, String)>,
    event: Option<(Event, [String; 2])>,
}

impl Datadog {
    pub(super) fn new(
        post: Post,
        prefix: &str,
        tags: &[(String, String)],
        event: Option<&Event>,
        meta: &Meta,
    ) -> Self {
        Datadog {
            name: format!("Datadog at {}", post.place()),
            post,
            prefix: prefix.to_owned(),
            tags: tags.to_vec(),
            event: event.map(|event| (event.clone(), words(event, meta))),
        }
    }

    async fn event(&self, what: &str) -> Result<(), Failure> {
        let Some((event, [title, text])) = &self.event else { return Ok(()) };
        let body = datadog::event(event, &format!("{what}: {title}"), text, &self.tags);
        self.post.send(Some("/api/v1/events"), JSON, body.into_bytes()).await
    }
}

/// The title and the text of an event, as Artillery words them where the script does not.
pub(super) fn words(event: &Event, meta: &Meta) -> [String; 2] {
    let title = event.title.clone().unwrap_or_else(|| format!("loadgen test {}", meta.started_at));
    [title, event.text.clone().unwrap_or_else(|| format!("Target: {}", meta.target))]
}

impl Sink for Datadog {
    fn name(&self) -> &str {
        &self.name
    }

    fn begin(&mut self) -> Sending<'_> {
        Box::pin(self.event("Started"))
    }

    fn send<'a>(&'a mut self, batch: &'a Batch) -> Sending<'a> {
        Box::pin(async move {
            for body in datadog::series(&batch.readings, batch.span, &self.prefix, &self.tags) {
                self.post.send(Some("/api/v2/series"), JSON, body.into_bytes()).await?;
            }
            if batch.last { self.event("Finished").await } else { Ok(()) }
        })
    }
}
