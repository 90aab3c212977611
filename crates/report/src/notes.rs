//! `Note`: where a run's time and errors went, as a sentence of fact with its evidence.
//!
//! What was seen, no guesses: a note compares what was measured, and is there only when the figures show it plainly. What
//! to make of it is the reader's; whether the figures can be trusted is the validity's.

mod plateau;

use crate::number::{self, Unit};
use crate::render::text::endpoints;
use crate::statistic::millis;
use crate::{Report, ResourcePoint};
use loadgen_metrics::{Histogram, Parts, SeriesStats};

/// A part of a request that took this share of the latency, or an endpoint with this share of the errors, dominates.
const MOST: f64 = 0.5;
/// A smaller share of the latency than this is not worth a note.
const NOTABLE: f64 = 0.1;
/// A resource that is used to this share is full.
const FULL: f64 = 0.9;
/// A resource that was full in a smaller share of the seconds than this was not short.
const FULL_SECONDS: f64 = 0.05;
/// Fewer values than this have no 99th percentile of their own.
const SAMPLES: u64 = 100;

/// Something that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What, in a sentence without a full stop.
    pub what: String,
    /// The figures that show it, in the same form.
    pub evidence: String,
}

/// A resource.
struct Resource {
    name: &'static str,
    /// What is said when it was full.
    full: &'static str,
    /// What was used of it at a point, 1 being all of it, where that is known.
    used: fn(&ResourcePoint) -> Option<f64>,
}

/// What can be full. How many processors the target may use is not known: one that works by a single thread, as many do, is
/// full with one.
const RESOURCES: [Resource; 3] = [
    Resource {
        name: "the generator's CPU",
        full: "The generator's CPU was full",
        used: |point| Some(point.used.generator_cpu),
    },
    Resource {
        name: "the generator's busiest shard",
        full: "The generator's busiest shard was full",
        used: |point| Some(point.used.busiest_shard),
    },
    Resource {
        name: "the target's CPU (of one processor)",
        full: "The target kept a processor or more busy",
        used: |point| point.used.target_cpu,
    },
];

/// Everything that the report shows plainly, what matters most first. Empty where there is nothing.
pub fn notes(report: &Report) -> Vec<Note> {
    let parts = parts(report);
    [dominant_part(report, &parts), plateau::left(report)]
        .into_iter()
        .chain(RESOURCES.iter().map(|resource| full(report, resource)))
        .chain([dominant_endpoint(report), set_up(report, &parts), lag(report)])
        .flatten()
        .collect()
}

/// Where the time of all whole answers went.
fn parts(report: &Report) -> Parts {
    let mut all = Parts::default();
    report.total.series.iter().for_each(|series| all.add(&series.parts));
    all
}

fn dominant_part(report: &Report, parts: &Parts) -> Option<Note> {
    let mut named = [
        ("wait", parts.wait, "Waiting for the first byte"),
        ("download", parts.download, "Reading answers from their first byte on"),
        ("dns", parts.dns, "Looking up names"),
        ("tcp", parts.tcp, "Connecting by TCP"),
        ("tls", parts.tls, "TLS handshakes"),
        ("lag", parts.lag, "Being sent late by the generator"),
    ];
    named.sort_by_key(|(_, micros, _)| std::cmp::Reverse(*micros));
    let (_, most, words) = named[0];
    let sum = parts.sum();
    if most as f64 <= sum as f64 * MOST {
        return None;
    }
    let shares = named.iter().filter(|(_, micros, _)| *micros > 0);
    let shares: Vec<_> = shares.map(|(name, micros, _)| format!("{name} {}", share(*micros, sum))).collect();
    let answers: u64 = report.total.series.iter().map(|series| series.latency.count()).sum();
    Some(Note {
        what: format!("{words} was most of the latency"),
        evidence: format!("{} of the time of {}", shares.join(", "), counted(answers, "answer")),
    })
}

fn dominant_endpoint(report: &Report) -> Option<Note> {
    let rows = endpoints::rows(report);
    let sum = |value: fn(&SeriesStats) -> u64| rows.iter().map(|(_, stats)| value(stats)).sum::<u64>();
    let (errors, requests) = (sum(|it| it.error_requests), sum(|it| it.requests));
    let (info, stats) = rows.iter().max_by_key(|(_, stats)| stats.error_requests)?;
    let own = stats.error_requests;
    // Where there is but one, it has them all.
    if rows.len() < 2 || own == 0 || own as f64 <= errors as f64 * MOST {
        return None;
    }
    let of_all = number::count(errors);
    Some(Note {
        what: format!("Most failed requests were {} {}", info.method, info.endpoint),
        evidence: format!(
            "{} of {of_all} failed requests ({}), and {} of all requests",
            number::count(own),
            share(own, errors),
            share(stats.requests, requests)
        ),
    })
}

fn full(report: &Report, Resource { full: what, used, .. }: &Resource) -> Option<Note> {
    let known: Vec<(u64, f64)> =
        report.resources.iter().filter_map(|point| Some((point.second, used(point)?))).collect();
    let full: Vec<&(u64, f64)> = known.iter().filter(|(_, used)| *used >= FULL).collect();
    let (first, _) = full.first()?;
    if (full.len() as f64) < known.len() as f64 * FULL_SECONDS {
        return None;
    }
    Some(Note {
        what: (*what).to_owned(),
        evidence: format!(
            "{} % or more in {} of {} s, first at {} {}",
            number::plain(FULL * 100.0),
            number::count(full.len() as u64),
            number::count(known.len() as u64),
            number::clock(*first),
            report.meta.phase_in_words(*first)
        ),
    })
}

fn set_up(report: &Report, parts: &Parts) -> Option<Note> {
    let (opening, sum) = (parts.dns + parts.tcp + parts.tls, parts.sum());
    if opening == 0 || (opening as f64) < sum as f64 * NOTABLE {
        return None;
    }
    let each = [("dns", parts.dns), ("tcp", parts.tcp), ("tls", parts.tls)];
    let each: Vec<_> = each
        .iter()
        .filter(|(_, micros)| *micros > 0)
        .map(|(name, micros)| format!("{name} {}", share(*micros, sum)))
        .collect();
    let requests = report.total.series.iter().map(|series| series.requests).sum();
    Some(Note {
        what: format!("Opening connections was {} of the latency", share(opening, sum)),
        evidence: format!(
            "{}; {} for {}",
            each.join(", "),
            counted(report.total.tcp.count(), "connection"),
            counted(requests, "request")
        ),
    })
}

fn lag(report: &Report) -> Option<Note> {
    let lags = &report.total.schedule_lag;
    let mut latencies = Histogram::new();
    report.total.series.iter().for_each(|series| latencies.merge(&series.latency));
    let (lag, latency) = (lags.quantile(0.99)?, latencies.quantile(0.99)?);
    if lags.count() < SAMPLES || lag.as_secs_f64() < latency.as_secs_f64() * NOTABLE || lag.is_zero() {
        return None;
    }
    let shown = |duration| number::measured(millis(duration), Unit::Millis);
    Some(Note {
        what: "The generator's own lateness is a visible part of the latency".to_owned(),
        evidence: format!("schedule lag p99 {} beside latency p99 {}", shown(lag), shown(latency)),
    })
}

/// A share in percent.
fn share(part: u64, whole: u64) -> String {
    number::percent(part as f64 / whole as f64 * 100.0)
}

fn counted(count: u64, thing: &str) -> String {
    format!("{} {thing}{}", number::count(count), if count == 1 { "" } else { "s" })
}
