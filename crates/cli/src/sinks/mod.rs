//! `Publishing`: figures and spans are sent elsewhere while the load runs (`publish-metrics`).
//!
//! A thread of its own does it all, and is told of each second by a bounded queue. On it each [`Sink`] has a task, which
//! sends what its [`Slot`](slot::Slot) holds: the figures since the last time. A sink that is slow finds more there, and
//! one that is down finds it again when its time has come; nobody waits for either but the process's end, for seconds.
//! Each tells once that it cannot send, and at the end how often that was so.

mod datadog;
mod delivery;
mod hub;
mod influx;
mod otlp;
mod post;
mod pushgateway;
mod remote_write;
mod slot;
mod spans;
mod statsd;

pub(crate) use spans::Tracing;

use crate::audience;
use crate::error::CliError;
use crate::printer::Printer;
use crate::secrets::Masker;
use hub::{Ended, Hub, Second};
use loadgen_report::publish::otlp::metrics::Sender as OtlpMetrics;
use loadgen_report::{Meta, Report};
use loadgen_scenario::plan::Plan;
use loadgen_scenario::publish::{self, Publisher};
use post::{Post, Sending};
use slot::Batch;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use tokio::sync::mpsc::{self, Sender};

/// Seconds that may wait until the thread has time for them. It has nothing to wait for.
const QUEUE: usize = 64;

/// Sends figures while the load runs.
pub(crate) struct Publishing {
    seconds: Sender<Box<Second>>,
    /// A place of its own, so that there is room for it.
    end: Sender<Ended>,
    thread: JoinHandle<()>,
    /// Whether anybody wants what is shown to Prometheus, whose verdict costs something each second.
    judged: bool,
    /// Whether users that are due cannot be told from those of closed loops.
    closed: bool,
    /// Seconds that found no room.
    lost: Arc<AtomicU64>,
}

/// Where figures are sent.
trait Sink: Send {
    /// What it is and where, without what is secret.
    fn name(&self) -> &str;

    /// Says that the load begins.
    fn begin(&mut self) -> Sending<'_> {
        Box::pin(async { Ok(()) })
    }

    /// Sends the figures of a span of time.
    fn send<'a>(&'a mut self, batch: &'a Batch) -> Sending<'a>;
}

impl Publishing {
    /// Starts what the script asks for, if it asks for anything.
    ///
    /// # Errors
    /// If a file of authorities cannot be read, or the system gives no thread.
    pub(crate) fn start(
        plan: &Plan,
        meta: &Meta,
        secrets: &Masker,
        printer: &Printer,
    ) -> Result<Option<Self>, CliError> {
        let publish = &plan.publish;
        if publish.figures.is_empty() {
            return Ok(None);
        }
        let mut sinks = Vec::with_capacity(publish.figures.len());
        for publisher in &publish.figures {
            sinks.push((publisher.clone(), sink(publisher, plan, meta, secrets)?));
        }
        let judged = publish.figures.iter().any(|publisher| wants_exposition(&publisher.sink));
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::Runtime)?;
        let ((seconds, told), (end, ended)) = (mpsc::channel(QUEUE), mpsc::channel(1));
        let lost = Arc::new(AtomicU64::new(0));
        let hub = Hub::new(meta, Arc::clone(&lost), printer.clone());
        let work = move || {
            runtime.block_on(hub.run(sinks, told, ended));
            // A name that is still being looked up is nobody's any more.
            runtime.shutdown_background();
        };
        let thread =
            std::thread::Builder::new().name("publisher".into()).spawn(work).map_err(CliError::Runtime)?;
        let closed = meta.most_users() > 0;
        Ok(Some(Publishing { seconds, end, thread, judged, closed, lost }))
    }

    /// Takes a second of the run, which the builder has been told.
    pub(crate) fn second(&self, told: &audience::Told<'_>) {
        let &audience::Told { second, snapshot, used, due, builder, .. } = told;
        let judged = self.judged.then(|| builder.judged_so_far(due.unwrap_or(0)));
        let second = Second { second, snapshot: snapshot.clone(), used: used.cloned(), due, judged };
        if self.seconds.try_send(Box::new(second)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Takes the end of the run. What is left is sent while the caller goes on.
    pub(crate) fn ended(&self, report: &Report) {
        let ended = Ended {
            after: report.duration(),
            offered: (!self.closed).then_some(report.scheduled),
            judged: (report.verdict.clone(), report.validity.clone()),
        };
        // A run ends once.
        let _ = self.end.try_send(ended);
    }

    /// Waits until all is sent, for some seconds at most, and tells what was not.
    pub(crate) fn finish(self) {
        drop((self.seconds, self.end));
        // It does not panic; if it did, there is nothing left to do.
        let _ = self.thread.join();
    }
}

fn wants_exposition(sink: &publish::Sink) -> bool {
    matches!(
        sink,
        publish::Sink::Pushgateway { .. } | publish::Sink::RemoteWrite { .. } | publish::Sink::Otlp { .. }
    )
}

/// What sends by the protocol of an entry.
fn sink(
    publisher: &Publisher,
    plan: &Plan,
    meta: &Meta,
    secrets: &Masker,
) -> Result<Box<dyn Sink>, CliError> {
    let tags = &publisher.tags;
    let post = |url: &str, headers: &publish::Headers| {
        Post::new(url, headers, publisher.authorities.as_deref(), secrets)
    };
    Ok(match &publisher.sink {
        publish::Sink::Statsd { dialect, host, port, prefix, event } => {
            Box::new(statsd::Statsd::new(*dialect, (host, *port), prefix, tags, event.as_ref(), meta))
        }
        publish::Sink::DatadogApi { url, key, prefix, event } => {
            let post = post(url, &vec![("dd-api-key".into(), key.clone())])?;
            Box::new(datadog::Datadog::new(post, prefix, tags, event.as_ref(), meta))
        }
        publish::Sink::Influx { url, measurement, headers } => {
            Box::new(influx::Influx::new(post(url, headers)?, measurement, tags))
        }
        publish::Sink::Pushgateway { url, job, prefix, headers } => {
            let post = post(url, headers)?.at(&loadgen_report::publish::pushgateway::path(job));
            Box::new(pushgateway::Pushgateway::new(post, prefix, tags))
        }
        publish::Sink::RemoteWrite { url, headers } => {
            Box::new(remote_write::RemoteWrite::new(post(url, headers)?, tags))
        }
        publish::Sink::Otlp { url, headers, resource, meter, temporality } => {
            let sender = OtlpMetrics::new(meta, &plan.series, resource, meter, tags, &publisher.filter);
            let sender = sender.telling(temporality.unwrap_or_default());
            Box::new(otlp::Otlp::new(post(url, headers)?, sender))
        }
    })
}
