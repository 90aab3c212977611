//! `Exporter`: shows a run's figures to Prometheus while it goes on, at `http://ADDR/metrics`.
//!
//! A thread of its own answers. What it shares with the run is locked once a second by the run, to add that second up, and
//! by the thread to copy what there is; text is made of the copy, once for each second at most however many ask.

use crate::args::LoadArgs;
use crate::audience::Told;
use crate::console::Console;
use crate::error::CliError;
use crate::listener;
use crate::signals::Watch;
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use loadgen_report::exposition::{Exposition, TEXT_FORMAT};
use loadgen_report::{Meta, Report, number};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Shows a run's figures.
pub(crate) struct Exporter {
    shared: Arc<Shared>,
    /// Whether there are closed loops, beside which arrivals cannot be told.
    closed: bool,
    linger: Duration,
}

/// What the run tells and the server shows.
struct Shared {
    figures: Mutex<Figures>,
    text: Mutex<Text>,
}

struct Figures {
    exposition: Exposition,
    /// Grows with each change.
    version: u64,
}

/// What was last made of the figures.
#[derive(Default)]
struct Text {
    version: u64,
    text: Arc<str>,
}

impl Exporter {
    /// Listens where the arguments ask for it, and says where that is; `None` if they do not.
    ///
    /// # Errors
    /// If the address cannot be listened on, or the system gives no thread.
    pub(crate) fn start(args: &LoadArgs, meta: &Meta, console: Console) -> Result<Option<Self>, CliError> {
        let Some(address) = args.prometheus else { return Ok(None) };
        let listener = listener::bind(address).map_err(|source| CliError::Exporter { address, source })?;
        let bound = listener.local_addr().map_err(CliError::Runtime)?;
        let figures = Figures { exposition: Exposition::new(meta), version: 1 };
        let shared = Arc::new(Shared { figures: Mutex::new(figures), text: Mutex::default() });
        serve(listener, Arc::clone(&shared)).map_err(CliError::Runtime)?;
        let line = format!("metrics for Prometheus at http://{bound}/metrics");
        // Nobody can guess a free port.
        if address.port() == 0 {
            console.warn(&line);
        } else {
            console.tell(&line);
        }
        let closed = meta.most_users() > 0;
        Ok(Some(Exporter { shared, closed, linger: args.prometheus_linger }))
    }

    /// Takes a second of the run, which the builder has been told.
    pub(crate) fn second(&self, told: &Told<'_>) {
        let &Told { second, snapshot, used, due, builder, .. } = told;
        let (verdict, validity) = builder.judged_so_far(due.unwrap_or(0));
        self.shared.change(|exposition| {
            exposition.observe(second, snapshot);
            used.into_iter().for_each(|used| exposition.resources(used.clone()));
            due.into_iter().for_each(|due| exposition.offered(due));
            exposition.judged(&verdict, &validity);
        });
    }

    /// Takes the end of the run.
    pub(crate) fn ended(&self, report: &Report) {
        self.shared.change(|exposition| {
            if !self.closed {
                exposition.offered(report.scheduled);
            }
            exposition.judged(&report.verdict, &report.validity);
            exposition.ended(report.duration());
        });
    }

    /// Stays for as long as was asked, or until a signal comes, so that the last figures are seen.
    pub(crate) async fn linger(&self, console: Console, watch: &Watch) {
        if self.linger.is_zero() {
            return;
        }
        let time = number::seconds(self.linger);
        console.tell(&format!("metrics stay for {time}, or until Ctrl-C"));
        tokio::select! {
            () = tokio::time::sleep(self.linger) => {}
            () = watch.closing() => {}
        }
    }
}

impl Shared {
    fn figures(&self) -> MutexGuard<'_, Figures> {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Exposition)) {
        let figures = &mut *self.figures();
        change(&mut figures.exposition);
        figures.version += 1;
    }

    /// The figures as text.
    fn text(&self) -> Arc<str> {
        let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        let news = {
            let figures = self.figures();
            (figures.version != text.version).then(|| (figures.version, figures.exposition.clone()))
        };
        if let Some((version, exposition)) = news {
            *text = Text { version, text: exposition.render().into() };
        }
        Arc::clone(&text.text)
    }
}

/// Answers on a thread of its own until the process ends.
fn serve(listener: TcpListener, shared: Arc<Shared>) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _context = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    let app = Router::new().route("/metrics", get(metrics)).route("/", get(front)).with_state(shared);
    let answer = move || {
        // It ends with the process alone.
        let _ = runtime.block_on(async { axum::serve(listener, app).await });
    };
    std::thread::Builder::new().name("prometheus".into()).spawn(answer).map(drop)
}

async fn metrics(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    ([(CONTENT_TYPE, TEXT_FORMAT)], shared.text().to_string())
}

/// For a person who looks.
async fn front() -> Html<&'static str> {
    Html(
        "<!doctype html><title>loadgen</title><p>A run of loadgen: <a href=\"/metrics\">metrics</a> for Prometheus.",
    )
}
