//! Requests and users that have ended, on their way to whoever makes spans of them: a bounded queue. Where nobody does, there
//! is none, and a request pays for a look at that; where it is full, what is more is dropped and counted, for the load goes
//! first.

use crate::clock::Clock;
use loadgen_metrics::{Moment, Outcome, ScenarioId, SeriesId, SpanId, TraceId};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;

/// Requests and users that may wait. Each is some hundred bytes, and its URL.
const WAITING: usize = 16_384;
/// Bytes of URLs that may wait.
const URLS: usize = 16 << 20;

/// A request that has ended, or a user who has, of those that have a span.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// The user's trace.
    pub trace: TraceId,
    /// Its own id; of a request, what the target was told of it.
    pub id: SpanId,
    /// When the user began or the request was sent: before any wait for a connection, and before redirects.
    pub from: Moment,
    /// When it had ended.
    pub to: Moment,
    /// What has ended.
    pub what: What,
}

/// What has ended.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A virtual user.
    User {
        /// What it played.
        scenario: ScenarioId,
        /// How it ended.
        end: UserEnd,
    },
    /// A request of its.
    Request {
        /// The user's span.
        parent: SpanId,
        /// Which request it was.
        series: SeriesId,
        /// What became of it.
        outcome: Outcome,
        /// Where it was sent, in the end, without credentials.
        url: String,
    },
}

impl Span {
    /// How long its URL is, in bytes.
    fn url(&self) -> usize {
        match &self.what {
            What::User { .. } => 0,
            What::Request { url, .. } => url.len(),
        }
    }
}

/// How a user ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserEnd {
    /// It came to the end of its flow.
    Completed,
    /// It could not go on.
    Failed,
    /// The run was over before it was.
    Interrupted,
}

/// Where requests and users are told. Clones lead into the same queue.
#[derive(Clone, Debug)]
pub struct Spans {
    sender: mpsc::Sender<Span>,
    shared: Arc<Shared>,
}

/// Where they come out.
#[derive(Debug)]
pub struct SpanReceiver {
    receiver: mpsc::Receiver<Span>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    dropped: AtomicU64,
    /// Bytes of the URLs that wait.
    urls: AtomicUsize,
    /// The wall clock at the run's start.
    start: OnceLock<SystemTime>,
}

/// A queue for a run's requests and users.
pub fn spans() -> (Spans, SpanReceiver) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let shared = Arc::new(Shared::default());
    (Spans { sender, shared: Arc::clone(&shared) }, SpanReceiver { receiver, shared })
}

impl Spans {
    /// The run begins by this clock.
    pub(crate) fn begin(&self, clock: Clock) {
        let _ = self.shared.start.set(clock.start());
    }

    /// Queues what has ended, unless there is no room for it.
    pub(crate) fn tell(&self, span: Span) {
        let url = span.url();
        let is_room = self.shared.urls.fetch_add(url, Relaxed) + url <= URLS;
        if !is_room || self.sender.try_send(span).is_err() {
            self.shared.urls.fetch_sub(url, Relaxed);
            self.shared.dropped.fetch_add(1, Relaxed);
        }
    }
}

impl SpanReceiver {
    /// Waits for more, and adds as many as there are to the list, `most` at the most; `false` once there will be none.
    pub async fn recv(&mut self, list: &mut Vec<Span>, most: usize) -> bool {
        let came = self.receiver.recv_many(list, most).await;
        let urls = list.iter().rev().take(came).map(Span::url).sum();
        self.shared.urls.fetch_sub(urls, Relaxed);
        came > 0
    }

    /// How many found no room so far.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.load(Relaxed)
    }

    /// How many wait.
    pub fn waiting(&self) -> u64 {
        self.receiver.len() as u64
    }

    /// A moment of the run by the wall clock, since 1970.
    pub fn wall(&self, moment: Moment) -> Duration {
        let start = self.shared.start.get().copied().unwrap_or(SystemTime::UNIX_EPOCH);
        let start = start.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        start + moment.since(Moment::START)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_finds_no_room_is_counted() {
        let (spans, mut ended) = spans();
        let at = Moment::START + Duration::from_secs(1);
        let span = Span {
            trace: TraceId([1; 16]),
            id: SpanId([2; 8]),
            from: at,
            to: at,
            what: What::User { scenario: ScenarioId(0), end: UserEnd::Completed },
        };
        (0..WAITING + 3).for_each(|_| spans.tell(span.clone()));
        assert_eq!(ended.dropped(), 3);
        let mut list = Vec::new();
        assert!(ended.recv(&mut list, 100).await && list.len() == 100);
        drop(spans);
        while ended.recv(&mut list, 1000).await {}
        assert_eq!(list.len(), WAITING);
        assert_eq!(ended.wall(at), Duration::from_secs(1));
    }

    #[tokio::test]
    async fn long_urls_find_room_as_long_as_they_are_few() {
        let (spans, mut ended) = spans();
        let what = |length| What::Request {
            parent: SpanId([3; 8]),
            series: SeriesId(0),
            outcome: Outcome::Answered { status: 200 },
            url: "x".repeat(length),
        };
        let (trace, id, at) = (TraceId([1; 16]), SpanId([2; 8]), Moment::START);
        let mut list = Vec::new();
        for _ in 0..2 {
            (0..5).for_each(|_| spans.tell(Span { trace, id, from: at, to: at, what: what(URLS / 4) }));
            assert!(ended.recv(&mut list, 9).await && list.len() == 4, "{}", list.len());
            list.clear();
        }
        assert_eq!(ended.dropped(), 2);
    }
}
