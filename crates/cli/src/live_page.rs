//! `LivePage`: shows a run in a browser while it goes on, and its report once it is over, at `http://ADDR/`.
//!
//! A thread of its own draws and answers, as the exporter's does. Once a second, if a page is connected, the run hands it
//! a report of what there is so far; that is drawn once for all pages. Pages get the newest and nothing else, however
//! slowly they read.

mod downloads;
mod feed;
mod gate;
mod linger;
mod server;
mod token;

use crate::args::LoadArgs;
use crate::console::Console;
use crate::error::CliError;
use crate::listener;
use crate::signals::Watch;
use feed::{Feed, State};
use gate::Gate;
use loadgen_report::{Builder, Report};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Shows a run in a browser.
pub(crate) struct LivePage {
    feed: Arc<Feed>,
    watch: Watch,
    /// Where a browser finds it, with the token if one is needed.
    url: String,
    /// How long it is to stay after the run, if that was said.
    linger: Option<Duration>,
}

impl LivePage {
    /// Listens where the arguments ask for it, and says where that is; `None` if they do not.
    ///
    /// # Errors
    /// If the address cannot be listened on, or the system gives no thread.
    pub(crate) fn start(
        args: &LoadArgs,
        script: &str,
        watch: &Watch,
        console: Console,
    ) -> Result<Option<Self>, CliError> {
        let Some(address) = args.ui.ui else { return Ok(None) };
        let listener = listener::bind(address).map_err(|source| CliError::LivePage { address, source })?;
        let bound = listener.local_addr().map_err(CliError::Runtime)?;
        let gate = Gate::new(bound);
        let url = url(bound, &gate);
        let feed = Arc::new(Feed::new());
        server::start(listener, gate, script, Arc::clone(&feed), watch.clone()).map_err(CliError::Runtime)?;
        let elsewhere = match bound.ip().is_unspecified() {
            true => " (from elsewhere: this machine's name or address in place of the first part)",
            false => "",
        };
        let line = format!("live page at {url}{elsewhere}");
        // Nobody can guess a free port, or a token.
        if address.port() == 0 || !bound.ip().is_loopback() {
            console.warn(&line);
        } else {
            console.tell(&line);
        }
        Ok(Some(LivePage { feed, watch: watch.clone(), url, linger: args.ui.ui_linger }))
    }

    /// Where a browser finds it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Takes a second of the run, which the builder has been told.
    pub(crate) fn second(&self, due: Option<u64>, builder: &Builder) {
        let state = if self.watch.first().is_some() { State::Stopping } else { State::Running };
        // The report copies all histograms: only for those who look.
        let report = self.feed.is_watched().then(|| Arc::new(builder.so_far(due.unwrap_or(0))));
        self.feed.tell(state, report);
    }

    /// Takes the end of the run.
    pub(crate) fn ended(&self, report: &Report) {
        self.feed.tell(State::Over, Some(Arc::new(report.clone())));
    }

    /// Stays until the report was shown, for as long as was asked, or until a signal comes.
    pub(crate) async fn linger(&self, console: Console) {
        linger::linger(&self.feed, &self.url, self.linger, &self.watch, console).await;
    }
}

/// Where a browser of this machine finds the page.
fn url(bound: SocketAddr, gate: &Gate) -> String {
    let mut open = bound;
    if bound.ip().is_unspecified() {
        open.set_ip(if bound.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    match gate.token() {
        Some(token) => format!("http://{open}/?token={token}"),
        None => format!("http://{open}/"),
    }
}
