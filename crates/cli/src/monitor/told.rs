//! `Told`: what the target tells of itself at `config.monitor`, asked once a second by a thread of its own.
//!
//! Neither the load nor whoever adds it up waits for it: they take what was told last, if that is fresh. A target that does
//! not answer leaves gaps, and one warning.

use super::exposed::{Value, values};
use crate::client;
use crate::printer::Printer;
use loadgen_scenario::plan::monitor::{Metric, Monitor};
use loadgen_scenario::url::Origin;
use reqwest::Url;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, MissedTickBehavior};

/// From one question to the next.
const INTERVAL: Duration = Duration::from_secs(1);
/// What this answer does not tell is missing: in the first, many a target has not yet counted what the load brings.
const LOADED: u64 = 2;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How old an answer may be to be that of a second; an answer and a second are never quite in step.
const FRESH: Duration = Duration::from_millis(1_900);
/// Longest answer, in bytes.
const LONGEST: usize = 4 << 20;
/// What Prometheus' client libraries tell of their process.
const CPU: &str = "process_cpu_seconds_total";
const MEMORY: &str = "process_resident_memory_bytes";

/// What the target tells of itself.
pub(crate) struct Told {
    latest: Arc<Mutex<Option<(Instant, Reading)>>>,
    /// The thread ends when this is gone.
    _alive: oneshot::Sender<()>,
}

/// What it told at one time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// In processors.
    pub(crate) cpu: Option<f64>,
    /// Resident, in bytes.
    pub(crate) memory: Option<u64>,
    /// The metrics of the script by name; a rate has `/s` behind its name.
    pub(crate) metrics: BTreeMap<String, f64>,
}

impl Told {
    /// Begins to ask. `origin` is where the target is, for a URL that is only a path.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn start(monitor: &Monitor, origin: &Origin, printer: &Printer) -> std::io::Result<Self> {
        let (alive, gone) = oneshot::channel::<()>();
        let latest = Arc::default();
        let asker = Asker {
            url: if monitor.url.starts_with('/') {
                format!("{origin}{}", monitor.url)
            } else {
                monitor.url.clone()
            },
            metrics: monitor.metrics.clone(),
            latest: Arc::clone(&latest),
            printer: printer.clone(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let run = move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = gone => {}
                    () = asker.ask() => {}
                }
            });
        };
        std::thread::Builder::new().name("monitor".into()).spawn(run)?;
        Ok(Told { latest, _alive: alive })
    }

    /// What it told last, if that is not long ago.
    pub(crate) fn latest(&self) -> Option<Reading> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.as_ref().filter(|(at, _)| at.elapsed() < FRESH).map(|(_, reading)| reading.clone())
    }
}

/// Asks, on the thread.
struct Asker {
    url: String,
    metrics: Vec<Metric>,
    latest: Arc<Mutex<Option<(Instant, Reading)>>>,
    printer: Printer,
}

impl Asker {
    async fn ask(self) {
        let client = match client::builder().timeout(PATIENCE).build() {
            Ok(client) => client,
            Err(error) => return self.warn(&error.to_string()),
        };
        let own = [CPU, MEMORY].map(|name| Metric { metric: name.into(), ..Metric::default() });
        let wanted: Vec<&Metric> = own.iter().chain(&self.metrics).collect();
        let mut last: Option<(Instant, Vec<Option<Value>>)> = None;
        let mut has_failed = false;
        let mut answers = 0_u64;
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            ticks.tick().await;
            match fetch(&client, &self.url).await {
                Ok(text) => {
                    let now = (Instant::now(), values(&text, &wanted));
                    answers += 1;
                    if answers == LOADED {
                        self.missing(&wanted, &now.1);
                    }
                    let before = last.as_ref().map(|(at, values)| (now.0 - *at, values.as_slice()));
                    let reading = reading(&self.metrics, &now.1, before);
                    *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some((now.0, reading));
                    last = Some(now);
                }
                Err(cause) if !has_failed => {
                    has_failed = true;
                    self.warn(&cause);
                }
                Err(_) => {}
            }
        }
    }

    fn warn(&self, cause: &str) {
        let url = shown(&self.url);
        self.printer.warn(&format!(
            "warning: the monitor {url} does not tell: {cause}\nhint: the run goes on; what the target uses has gaps"
        ));
    }

    /// Warns of what an answer has not.
    fn missing(&self, wanted: &[&Metric], values: &[Option<Value>]) {
        let not_there = wanted.iter().zip(values).filter(|(_, value)| value.is_none());
        let names: Vec<String> = match self.metrics.is_empty() {
            // They were not asked for by name: one of them is something.
            true if values.iter().any(Option::is_some) => Vec::new(),
            true => vec![CPU.into(), MEMORY.into()],
            false => not_there.filter(|(it, _)| !it.name.is_empty()).map(|(it, _)| it.name.clone()).collect(),
        };
        if !names.is_empty() {
            let url = shown(&self.url);
            let names = names.join(", ");
            self.printer.warn(&format!("warning: the monitor {url} tells nothing so far of {names}"));
        }
    }
}

/// What an answer says, and by the one before, that long ago, at which rates counters grew.
fn reading(
    metrics: &[Metric],
    now: &[Option<Value>],
    before: Option<(Duration, &[Option<Value>])>,
) -> Reading {
    let value = |index: usize| {
        let rate = |counter: f64| {
            let (time, values) = before?;
            match values.get(index).copied().flatten()? {
                // One that shrank began anew.
                Value::Counter(old) if old <= counter => Some((counter - old) / time.as_secs_f64()),
                _ => None,
            }
        };
        match now.get(index).copied().flatten()? {
            Value::Counter(counter) => rate(counter).map(|rate| ("/s", rate)),
            Value::Gauge(value) => Some(("", value)),
        }
    };
    let named = metrics.iter().enumerate().filter_map(|(index, metric)| {
        let (unit, value) = value(index + 2)?;
        Some((format!("{}{unit}", metric.name), value))
    });
    Reading {
        cpu: value(0).map(|(_, cpu)| cpu),
        memory: value(1).map(|(_, memory)| memory.max(0.0) as u64),
        metrics: named.collect(),
    }
}

async fn fetch(client: &reqwest::Client, url: &str) -> Result<String, String> {
    let told = |error: reqwest::Error| crate::slack::causes(&error.without_url());
    let answer = client.get(url).send().await.and_then(reqwest::Response::error_for_status);
    let mut answer = answer.map_err(told)?;
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(told)? {
        if body.len() + piece.len() > LONGEST {
            return Err(format!("its answer is longer than {} MiB", LONGEST >> 20));
        }
        body.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// The address without what may be secret in it.
fn shown(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else { return "of config.monitor".to_owned() };
    // Both fail only for addresses that have no room for them.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_become_rates_and_other_values_stay() {
        let metrics = ["queue", "requests"].map(|name| Metric { name: name.into(), ..Metric::default() });
        let told = |cpu: f64, memory: f64, queue: f64, requests: f64| {
            [Value::Counter(cpu), Value::Gauge(memory), Value::Gauge(queue), Value::Counter(requests)]
                .map(Some)
        };
        let first = reading(&metrics, &told(10.0, 5e6, 3.0, 100.0), None);
        let queue = |value| [("queue".to_owned(), value)];
        assert_eq!(first, Reading { cpu: None, memory: Some(5_000_000), metrics: queue(3.0).into() });
        let (before, time) = (told(10.0, 5e6, 3.0, 100.0), Duration::from_secs(2));
        let second = reading(&metrics, &told(13.6, 6e6, 4.0, 300.0), Some((time, &before)));
        assert!((second.cpu.unwrap() - 1.8).abs() < 1e-9);
        let both = [("queue".to_owned(), 4.0), ("requests/s".to_owned(), 100.0)];
        assert_eq!(second.metrics, both.into());
        let anew = reading(&metrics, &told(0.1, 1e6, 0.0, 5.0), Some((time, &before)));
        assert_eq!(anew, Reading { cpu: None, memory: Some(1_000_000), metrics: queue(0.0).into() });
        let nothing = reading(&metrics, &[None; 4], Some((time, &before)));
        assert_eq!(nothing, Reading::default());
    }

    #[test]
    fn an_address_is_shown_without_what_may_be_secret() {
        assert_eq!(shown("http://ada:pass@h:9/metrics?token=x"), "http://h:9/metrics");
    }
}
