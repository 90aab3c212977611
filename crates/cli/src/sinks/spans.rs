//! `Tracing`: users and requests that have ended become spans, and go to a collector, from a thread of their own.
//!
//! What the queue has no room for and what the collector does not take is lost, and told at the end.

use super::delivery::attempt;
use super::post::{Failure, Post, Told};
use crate::error::CliError;
use crate::printer::Printer;
use crate::secrets::Masker;
use loadgen_engine::{Span, SpanReceiver, Spans, UserEnd, What};
use loadgen_metrics::{ErrorKind, ScenarioId, SeriesId};
use loadgen_report::publish::otlp::spans::{self, Ended, RequestSpan};
use loadgen_report::{Meta, number};
use loadgen_scenario::plan::Plan;
use loadgen_scenario::publish::Traces;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// Spans that are sent at once.
const BATCH: usize = 2_000;
/// How often it is looked whether enough spans wait to be sent.
const LOOK: Duration = Duration::from_millis(50);
/// After so many looks they are sent, however few they are.
const LOOKS: u32 = 20;
/// How long those that are left may take after the run.
const LAST: Duration = Duration::from_secs(5);
/// The same where the collector took none of the last.
const LAST_OF_FAILING: Duration = Duration::from_secs(1);

/// Sends spans while the load runs.
pub(crate) struct Tracing {
    thread: JoinHandle<()>,
    over: watch::Sender<bool>,
}

/// What makes spans of requests, and sends them.
struct Exporter {
    post: Post,
    traces: Traces,
    /// What spans are called, by their series, where they are not called by their method.
    names: Vec<Option<String>>,
    meta: Meta,
    secrets: Masker,
    printer: Printer,
    /// What is on its way.
    list: Vec<Span>,
    sent: u64,
    /// Those that the collector did not take, be it all that were sent at once or some.
    refused: u64,
    /// Whether the last were refused.
    failing: Arc<AtomicBool>,
    told: Told,
}

impl Tracing {
    /// Starts it, if the script asks for spans; the second is where the engine is to tell requests.
    ///
    /// # Errors
    /// If a file of authorities cannot be read, or the system gives no thread.
    pub(crate) fn start(
        plan: &Plan,
        meta: &Meta,
        secrets: &Masker,
        printer: &Printer,
    ) -> Result<Option<(Self, Spans)>, CliError> {
        let Some(traces) = plan.publish.traces.clone() else { return Ok(None) };
        let post = Post::new(&traces.url, &traces.headers, traces.authorities.as_deref(), secrets)?;
        let mut exporter = Exporter {
            post,
            names: if traces.names {
                plan.series.iter().map(|it| it.name.clone()).collect()
            } else {
                Vec::new()
            },
            traces,
            meta: meta.clone(),
            secrets: secrets.clone(),
            printer: printer.clone(),
            list: Vec::new(),
            sent: 0,
            refused: 0,
            failing: Arc::default(),
            told: Told::default(),
        };
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::Runtime)?;
        let (spans, mut receiver) = loadgen_engine::spans();
        let (over, is_over) = watch::channel(false);
        let work = move || {
            runtime.block_on(exporter.run(&mut receiver, is_over));
            runtime.shutdown_background();
        };
        let thread =
            std::thread::Builder::new().name("spans".into()).spawn(work).map_err(CliError::Runtime)?;
        Ok(Some((Tracing { thread, over }, spans)))
    }

    /// The load is over. What is left is sent while the caller goes on.
    pub(crate) fn ended(&self) {
        // Nobody listens any more where all has been sent.
        let _ = self.over.send(true);
    }

    /// Waits until all is sent, for some seconds at most, and tells what was not.
    pub(crate) fn finish(self) {
        self.ended();
        // It does not panic; if it did, there is nothing left to do.
        let _ = self.thread.join();
    }
}

impl Exporter {
    async fn run(&mut self, receiver: &mut SpanReceiver, over: watch::Receiver<bool>) {
        {
            let mut is_over = over.clone();
            let failing = Arc::clone(&self.failing);
            let work = self.work(receiver, over);
            tokio::pin!(work);
            tokio::select! {
                () = &mut work => {}
                () = is_true(&mut is_over) => {
                    let patience = if failing.load(Relaxed) { LAST_OF_FAILING } else { LAST };
                    let _ = timeout(patience, &mut work).await;
                }
            }
        }
        self.tell(receiver);
    }

    /// Sends until the queue ends.
    async fn work(&mut self, receiver: &mut SpanReceiver, mut over: watch::Receiver<bool>) {
        while receiver.recv(&mut self.list, BATCH).await {
            let spans: Vec<Ended> = self.list.iter().map(|span| self.span(span, receiver)).collect();
            let body = spans::body(&spans, &self.traces.resource, &self.traces.attributes);
            let sent = attempt(Box::pin(self.post.export(body))).await;
            let count = self.list.len() as u64;
            self.failing.store(matches!(sent, Err(Failure::Whole(_))), Relaxed);
            let refused = match &sent {
                Ok(()) => 0,
                Err(Failure::Whole(_)) => count,
                Err(Failure::Partly(refused, _)) => count.min(*refused),
            };
            self.sent += count - refused;
            self.refused += refused;
            if let Err(failure) = sent {
                self.failed(&failure);
            }
            let full = self.list.len() >= BATCH;
            self.list.clear();
            let mut looks = if full { 0 } else { LOOKS };
            // At the end at once, and before the queue is full.
            while looks > 0 && receiver.waiting() < BATCH as u64 && !*over.borrow() {
                let _ = timeout(LOOK, is_true(&mut over)).await;
                looks -= 1;
            }
        }
    }

    fn span(&self, span: &Span, receiver: &SpanReceiver) -> Ended {
        let nanos = |moment| receiver.wall(moment).as_nanos() as u64;
        let scenario = |index: u32| self.meta.scenarios.get(index as usize).cloned().unwrap_or_default();
        let (name, scenario, what) = match &span.what {
            What::User { scenario: ScenarioId(index), end } => {
                let outcome = match end {
                    UserEnd::Completed => "completed",
                    UserEnd::Failed => "failed",
                    UserEnd::Interrupted => "interrupted",
                };
                let scenario = scenario(*index);
                let what = spans::What::User { outcome, failed: *end == UserEnd::Failed };
                (scenario.clone(), scenario, what)
            }
            What::Request { parent, series: SeriesId(index), outcome, url } => {
                let series = self.meta.series.get(*index as usize);
                let method = series.map(|series| series.method.clone()).unwrap_or_default();
                let name = self.names.get(*index as usize).cloned().flatten();
                let request = RequestSpan {
                    parent: *parent,
                    method: method.clone(),
                    url: self.secrets.text(url),
                    status: outcome.status(),
                    error: outcome.error().map(ErrorKind::name).map(str::to_owned),
                    request: series.map(|series| series.endpoint.clone()).unwrap_or_default(),
                };
                let scenario = series.map(|series| scenario(series.scenario)).unwrap_or_default();
                (name.unwrap_or(method), scenario, spans::What::Request(request))
            }
        };
        let (from, to) = (nanos(span.from), nanos(span.to));
        Ended { trace: span.trace, id: span.id, name, from, to, scenario, what }
    }

    /// The first failure of either kind is told at once.
    fn failed(&mut self, failure: &Failure) {
        if self.told.is_first(failure) {
            let told = failure.told(&self.post.place(), "spans", "span");
            self.printer.warn(&format!("warning: {told}"));
        }
    }

    fn tell(&self, receiver: &SpanReceiver) {
        let (dropped, waiting) = (receiver.dropped(), receiver.waiting() + self.list.len() as u64);
        let lost = dropped + self.refused + waiting;
        if lost == 0 {
            return;
        }
        let all = number::count(lost + self.sent);
        let reason = match (dropped, self.refused + waiting) {
            (_, 0) => "there were more than could be sent",
            (0, _) => "the collector did not take them",
            _ => "there were more than could be sent, or the collector did not take them",
        };
        let place = self.post.place();
        let lost = number::count(lost);
        self.printer.warn(&format!("warning: {lost} of {all} spans for {place} were lost: {reason}"));
    }
}

/// Waits until it is true, or nobody is left to say so. What `wait_for` gives holds a lock, and is not kept.
async fn is_true(flag: &mut watch::Receiver<bool>) {
    drop(flag.wait_for(|flag| *flag).await);
}
