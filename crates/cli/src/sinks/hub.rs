//! `Hub`: takes the run's seconds, adds them up for each sink until its time has come, and hands them on.

use super::Sink;
use super::delivery::{Delivery, Tally};
use super::post::Told;
use super::slot::{Slot, Waiting};
use crate::printer::Printer;
use loadgen_metrics::Snapshot;
use loadgen_report::exposition::Exposition;
use loadgen_report::{Meta, Resources, Validity, Verdict};
use loadgen_scenario::publish::Publisher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

/// How long the last figures may take after the run.
const LAST: Duration = Duration::from_secs(5);
/// The same for a sink that took none before.
const LAST_OF_FAILING: Duration = Duration::from_secs(1);

/// A second of the run.
pub(super) struct Second {
    pub(super) second: u64,
    pub(super) snapshot: Snapshot,
    pub(super) used: Option<Resources>,
    pub(super) due: Option<u64>,
    /// Where somebody wants it.
    pub(super) judged: Option<(Verdict, Validity)>,
}

/// The end of the run.
pub(super) struct Ended {
    pub(super) after: Duration,
    pub(super) offered: Option<u64>,
    pub(super) judged: (Verdict, Validity),
}

/// What takes the run's seconds.
pub(super) struct Hub {
    meta: Arc<Meta>,
    exposition: Exposition,
    printer: Printer,
    /// Seconds that found no room in the queue.
    lost: Arc<AtomicU64>,
    /// When figures last went on, in milliseconds since 1970.
    at: u64,
}

/// What is gathered for a sink.
struct Feed {
    name: String,
    wants_exposition: bool,
    interval: u64,
    /// Since the last time.
    snapshot: Snapshot,
    /// How much of the run went on before, in seconds.
    from: f64,
    slot: Arc<Slot>,
    tally: Arc<Tally>,
    task: JoinHandle<()>,
}

impl Hub {
    pub(super) fn new(meta: &Meta, lost: Arc<AtomicU64>, printer: Printer) -> Self {
        Hub { exposition: Exposition::new(meta), meta: Arc::new(meta.clone()), printer, lost, at: 0 }
    }

    /// Takes seconds until the run is over, and then waits for what is still on its way.
    pub(super) async fn run(
        mut self,
        sinks: Vec<(Publisher, Box<dyn Sink>)>,
        mut seconds: Receiver<Box<Second>>,
        mut end: Receiver<Ended>,
    ) {
        let mut feeds: Vec<Feed> = sinks.into_iter().map(|(of, sink)| self.feed(&of, sink)).collect();
        let ended = loop {
            tokio::select! {
                biased;
                second = seconds.recv() => match second {
                    Some(second) => self.second(&second, &mut feeds),
                    None => break end.recv().await,
                },
                Some(ended) = end.recv() => break Some(ended),
            }
        };
        // The end may overtake the last of them.
        while let Ok(second) = seconds.try_recv() {
            self.second(&second, &mut feeds);
        }
        match ended {
            Some(ended) => self.ended(&ended, &mut feeds),
            None => {
                // The run has broken off: what was gathered goes all the same.
                let now = feeds.iter().map(|feed| feed.from).fold(0.0, f64::max);
                self.hand_on(&mut feeds, |_| true, now, true);
            }
        }
        // People are told once the caller waits for that.
        while seconds.recv().await.is_some() {}
        self.finish(feeds).await;
        let lost = self.lost.load(Ordering::Relaxed);
        if lost > 0 {
            self.printer
                .warn(&format!("warning: {lost} s of figures were not sent: there was no time for them"));
        }
    }

    fn feed(&self, publisher: &Publisher, sink: Box<dyn Sink>) -> Feed {
        let (slot, tally) = (Arc::new(Slot::default()), Arc::new(Tally::default()));
        let name = sink.name().to_owned();
        let delivery = Delivery {
            sink,
            meta: Arc::clone(&self.meta),
            filter: publisher.filter.clone(),
            slot: Arc::clone(&slot),
            tally: Arc::clone(&tally),
            printer: self.printer.clone(),
            told: Told::default(),
        };
        Feed {
            name,
            wants_exposition: super::wants_exposition(&publisher.sink),
            interval: publisher.interval.as_secs().max(1),
            snapshot: Snapshot::default(),
            from: 0.0,
            slot,
            tally,
            task: tokio::spawn(delivery.run()),
        }
    }

    fn second(&mut self, this: &Second, feeds: &mut [Feed]) {
        self.exposition.observe(this.second, &this.snapshot);
        this.used.iter().for_each(|used| self.exposition.resources(used.clone()));
        this.due.into_iter().for_each(|due| self.exposition.offered(due));
        this.judged.iter().for_each(|(verdict, validity)| self.exposition.judged(verdict, validity));
        let ended = this.second + 1;
        for feed in feeds.iter_mut() {
            feed.snapshot.merge(&this.snapshot);
        }
        // A second in which nothing was told is no reason to wait for another.
        let due = |feed: &Feed| ended as f64 - feed.from >= feed.interval as f64;
        self.hand_on(feeds, due, ended as f64, false);
    }

    fn ended(&mut self, ended: &Ended, feeds: &mut [Feed]) {
        ended.offered.into_iter().for_each(|users| self.exposition.offered(users));
        self.exposition.judged(&ended.judged.0, &ended.judged.1);
        self.exposition.ended(ended.after);
        self.hand_on(feeds, |_| true, ended.after.as_secs_f64(), true);
    }

    /// Hands what was gathered to the sinks whose time has come.
    fn hand_on(&mut self, feeds: &mut [Feed], due: impl Fn(&Feed) -> bool, now: f64, last: bool) {
        let mut due: Vec<&mut Feed> = feeds.iter_mut().filter(|feed| due(feed)).collect();
        if due.is_empty() {
            return;
        }
        let wanted = due.iter().any(|feed| feed.wants_exposition);
        let exposition = wanted.then(|| Arc::new(self.exposition.clone()));
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        // No two points of a series may be of one moment.
        self.at = (wall.as_millis() as u64).max(self.at + 1);
        for feed in &mut due {
            let span = Duration::from_secs_f64((now - feed.from).max(0.0));
            feed.from = feed.from.max(now);
            let exposition = exposition.clone().filter(|_| feed.wants_exposition);
            let snapshot = std::mem::take(&mut feed.snapshot);
            feed.slot.put(Waiting { snapshot, span, at: self.at, exposition, last });
        }
    }

    /// Waits for what is on its way, and tells of what was not sent.
    async fn finish(&self, feeds: Vec<Feed>) {
        let now = Instant::now();
        feeds.iter().for_each(|feed| feed.slot.close());
        for mut feed in feeds {
            let patience = if feed.tally.is_failing() { LAST_OF_FAILING } else { LAST };
            let over = timeout_at(now + patience, &mut feed.task).await.is_ok();
            feed.task.abort();
            let waiting = !over && feed.slot.is_full();
            if let Some(told) = feed.tally.told(&feed.name, waiting) {
                self.printer.warn(&format!("warning: {told}"));
            }
        }
    }
}
