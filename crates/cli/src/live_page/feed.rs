//! `Feed`: what the run tells, drawn once for all pages.
//!
//! Two places hold one thing each: the newest report, which waits to be drawn, and the newest event, which waits to be
//! sent. Nothing queues up: whoever is slow gets the next newest.

use axum::body::Bytes;
use futures_util::stream::{Stream, unfold};
use loadgen_report::Report;
use loadgen_report::render::html;
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// How often a page that gets nothing new is told that it is still connected; its script knows.
const BEAT: Duration = Duration::from_secs(2);

/// Where a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// No second of load has ended yet.
    Starting,
    /// The load goes on.
    Running,
    /// It has been asked to stop.
    Stopping,
    /// There is a report.
    Over,
}

/// What the run tells, drawn once for all pages.
pub(super) struct Feed {
    /// Tells pages of this run from those of another that had the address before.
    run: String,
    newest: watch::Sender<(State, Option<Arc<Report>>)>,
    event: watch::Sender<Bytes>,
    /// Pages that are connected.
    pages: watch::Sender<usize>,
    /// Pages that have said that they show the report.
    shown: watch::Sender<usize>,
}

impl Feed {
    /// Of a run that has not begun.
    pub(super) fn new() -> Self {
        Feed {
            run: super::token::Token::random().to_string(),
            newest: watch::Sender::new((State::Starting, None)),
            event: watch::Sender::new(Bytes::new()),
            pages: watch::Sender::new(0),
            shown: watch::Sender::new(0),
        }
    }

    /// Tells this run from others.
    pub(super) fn run(&self) -> &str {
        &self.run
    }

    /// Whether a page is connected.
    pub(super) fn is_watched(&self) -> bool {
        *self.pages.borrow() > 0
    }

    /// Takes what there is to show now.
    pub(super) fn tell(&self, state: State, report: Option<Arc<Report>>) {
        self.newest.send_replace((state, report));
    }

    /// Where the run is.
    pub(super) fn state(&self) -> State {
        self.newest.borrow().0
    }

    /// The report, once the run is over.
    pub(super) fn report(&self) -> Option<Arc<Report>> {
        let newest = self.newest.borrow();
        newest.1.clone().filter(|_| newest.0 == State::Over)
    }

    /// A page says that it shows the report.
    pub(super) fn is_shown(&self) {
        self.shown.send_modify(|pages| *pages += 1);
    }

    /// Returns when a page shows the report.
    pub(super) async fn shown(&self) {
        // The senders live in `self`, so the channels cannot be closed.
        let _ = self.shown.subscribe().wait_for(|pages| *pages > 0).await;
    }

    /// Returns when no page is connected.
    pub(super) async fn left(&self) {
        let _ = self.pages.subscribe().wait_for(|pages| *pages == 0).await;
    }

    /// Draws what is told, as long as the process lives.
    pub(super) async fn draw(&self) {
        let mut newest = self.newest.subscribe();
        loop {
            let (state, report) = newest.borrow_and_update().clone();
            self.event.send_replace(self.event_of(state, report.as_deref()));
            if newest.changed().await.is_err() {
                return;
            }
        }
    }

    /// The events for a page, which counts as connected for as long as it takes them.
    pub(super) fn events(self: &Arc<Self>) -> impl Stream<Item = Result<Bytes, Infallible>> + use<> {
        let mut events = self.event.subscribe();
        events.mark_changed();
        unfold((Connected::new(self), events), |(connected, mut events)| async {
            let event = tokio::select! {
                biased;
                changed = events.changed() => changed.ok().map(|()| events.borrow_and_update().clone())?,
                () = sleep(BEAT) => Bytes::from_static(b"event: beat\ndata:\n\n"),
            };
            Some((Ok(event), (connected, events)))
        })
    }

    fn event_of(&self, state: State, report: Option<&Report>) -> Bytes {
        #[derive(Serialize)]
        struct News<'a> {
            run: &'a str,
            state: State,
            html: Option<String>,
        }
        let draw = if state == State::Over { html::ended } else { html::live };
        let news = News { run: &self.run, state, html: report.map(draw) };
        // In JSON there are no ends of lines, which would end the event. It has nothing that cannot be written.
        let json = serde_json::to_string(&news).unwrap_or_default();
        format!("data: {json}\n\n").into()
    }
}

/// A page that is connected, as long as the value lives.
struct Connected(Arc<Feed>);

impl Connected {
    fn new(feed: &Arc<Feed>) -> Self {
        feed.pages.send_modify(|pages| *pages += 1);
        Connected(Arc::clone(feed))
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.pages.send_modify(|pages| *pages -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt;

    fn text(event: Option<Result<Bytes, Infallible>>) -> String {
        String::from_utf8(event.unwrap().unwrap().to_vec()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_gets_the_newest_alone_and_counts_until_it_leaves() {
        let feed = Arc::new(Feed::new());
        let drawing = Arc::clone(&feed);
        tokio::spawn(async move { drawing.draw().await });
        tokio::task::yield_now().await;
        assert!(!feed.is_watched());
        let mut events = Box::pin(feed.events());
        assert!(feed.is_watched());
        let first = text(events.next().await);
        assert!(first.starts_with("data: {\"run\":\""), "{first}");
        assert!(first.contains("\"state\":\"starting\",\"html\":null}"), "{first}");
        for state in [State::Running, State::Stopping, State::Over] {
            feed.tell(state, None);
            tokio::task::yield_now().await;
        }
        assert!(text(events.next().await).contains("\"over\""));
        assert_eq!(text(events.next().await), "event: beat\ndata:\n\n");
        drop(events);
        assert!(!feed.is_watched());
        feed.left().await;
    }
}
