//! Takes finished spans to the collector, in the background: a bounded queue, sent in batches.
//!
//! A request never waits for it: what does not fit in the queue is dropped, and so is what the collector does not take
//! within [`PATIENCE`]. Both are counted.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter as _, SpanProcessor};
use prometheus::{IntCounter, IntCounterVec, Opts, Registry};
use tokio::sync::{Notify, mpsc, oneshot};

/// Spans that may wait to be sent; a span is about 1 KiB.
const WAITING: usize = 8192;
/// Spans that are sent at once.
const BATCH: usize = 512;
/// How long spans wait for others, so that few requests are sent.
const DELAY: Duration = Duration::from_secs(1);
/// How long the collector may take for a batch, with what is tried again.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The end of the queue that is held by those who make spans.
#[derive(Debug)]
pub(super) struct Queue {
    spans: mpsc::Sender<SpanData>,
    wake: Arc<Notify>,
    full: IntCounter,
}

/// What sends, seen from outside.
pub(super) struct Export {
    wake: Arc<Notify>,
    flush: mpsc::Sender<oneshot::Sender<()>>,
    counters: Counters,
}

#[derive(Clone)]
struct Counters {
    sent: IntCounter,
    dropped: IntCounterVec,
}

/// Starts to send.
pub(super) fn start(
    mut exporter: SpanExporter,
    collector: String,
    resource: &Resource,
) -> Result<(Export, Queue), prometheus::Error> {
    exporter.set_resource(resource);
    let sent = IntCounter::new("otlp_spans_sent_total", "Spans that the collector took.")?;
    let dropped = IntCounterVec::new(
        Opts::new("otlp_spans_dropped_total", "Spans that were lost: the queue was full, or sending failed."),
        &["reason"],
    )?;
    let full = dropped.with_label_values(&["queue_full"]);
    let failed = dropped.with_label_values(&["send_failed"]);
    let (spans, waiting) = mpsc::channel(WAITING);
    let (flush, flushes) = mpsc::channel(1);
    let wake = Arc::new(Notify::new());
    let sender = Sender {
        exporter,
        collector,
        waiting,
        flushes,
        wake: Arc::clone(&wake),
        sent: sent.clone(),
        failed,
        well: true,
    };
    tokio::spawn(sender.run());
    let queue = Queue { spans, wake: Arc::clone(&wake), full };
    Ok((Export { wake, flush, counters: Counters { sent, dropped } }, queue))
}

impl Export {
    pub(super) async fn flush(&self, within: Duration) {
        let flushed = async {
            let (done, flushed) = oneshot::channel();
            // An error means that the sender is gone, and with it everything to wait for.
            if self.flush.send(done).await.is_ok() {
                let _ = flushed.await;
            }
        };
        if tokio::time::timeout(within, flushed).await.is_err() {
            tracing::warn!("spans were not sent in time before the end");
        }
    }

    pub(super) fn hurry(&self) {
        self.wake.notify_one();
    }

    pub(super) fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        registry.register(Box::new(self.counters.sent.clone()))?;
        registry.register(Box::new(self.counters.dropped.clone()))
    }
}

impl SpanProcessor for Queue {
    fn on_start(&self, _: &mut Span, _: &opentelemetry::Context) {}

    fn on_end(&self, span: SpanData) {
        if !span.span_context.is_sampled() {
            return;
        }
        if self.spans.try_send(span).is_err() {
            self.full.inc();
        }
        // Woken for each span, the sender would cost more than the span.
        if self.spans.capacity() < WAITING / 2 {
            self.wake.notify_one();
        }
    }

    /// `Export` does that, without blocking.
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

struct Sender {
    exporter: SpanExporter,
    collector: String,
    waiting: mpsc::Receiver<SpanData>,
    flushes: mpsc::Receiver<oneshot::Sender<()>>,
    wake: Arc<Notify>,
    sent: IntCounter,
    failed: IntCounter,
    /// Whether the last batch was taken: a collector that is away is told once, not once a second.
    well: bool,
}

impl Sender {
    async fn run(mut self) {
        loop {
            let mut flushing = None;
            tokio::select! {
                () = tokio::time::sleep(DELAY) => {}
                () = self.wake.notified() => {}
                asked = self.flushes.recv() => match asked {
                    Some(done) => flushing = Some(done),
                    // Nobody is left who could make a span.
                    None => return,
                }
            }
            while self.send_batch().await {}
            if let Some(done) = flushing {
                let _ = done.send(());
            }
        }
    }

    /// Sends up to a batch; whether it was a whole one, so that more may be there.
    async fn send_batch(&mut self) -> bool {
        let mut batch = Vec::new();
        while batch.len() < BATCH {
            let Ok(span) = self.waiting.try_recv() else { break };
            batch.push(span);
        }
        if batch.is_empty() {
            return false;
        }
        let count = batch.len();
        // The exporter keeps its own time between attempts; this holds for an attempt that hangs.
        let sending = tokio::time::timeout(2 * PATIENCE, self.exporter.export(batch)).await;
        let problem = match sending {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("no answer within {} s", 2 * PATIENCE.as_secs())),
        };
        match problem {
            None => {
                self.sent.inc_by(count as u64);
                if !std::mem::replace(&mut self.well, true) {
                    tracing::info!(collector = self.collector, "spans are sent again");
                }
            }
            Some(error) => {
                self.failed.inc_by(count as u64);
                if std::mem::replace(&mut self.well, false) {
                    tracing::warn!(
                        collector = self.collector,
                        error,
                        "spans cannot be sent; they are dropped until they can"
                    );
                }
            }
        }
        count == BATCH
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{Span as _, Tracer as _, TracerProvider as _};
    use opentelemetry_sdk::trace::SdkTracerProvider;

    use super::*;

    #[test]
    fn what_does_not_fit_is_dropped_and_counted() {
        let (spans, mut waiting) = mpsc::channel(1);
        let full = IntCounter::new("full", "full").unwrap();
        let queue = Queue { spans, wake: Arc::default(), full: full.clone() };
        let tracer = SdkTracerProvider::builder().with_span_processor(queue).build().tracer("test");
        for name in ["first", "second", "third"] {
            tracer.start(name).end();
        }
        assert_eq!(full.get(), 2);
        assert_eq!(waiting.try_recv().unwrap().name, "first");
        assert!(waiting.try_recv().is_err());
    }
}
