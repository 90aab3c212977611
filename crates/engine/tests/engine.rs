//! The engine on paused time, over a scripted transport: hours pass in milliseconds, and every moment is exact to
//! the millisecond of tokio's timers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use loadgen_engine::transport::{Reply, Scripted, Seen};
use loadgen_engine::{Ending, Event, Options, Stop, run_here};
use loadgen_metrics::{ErrorKind, Snapshot};
use loadgen_scenario::plan::Plan;
use loadgen_scenario::url::{Origin, Scheme};
use loadgen_scenario::{Choices, Source, load};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::LocalSet;

/// What a run gave.
struct Run {
    ending: Ending,
    total: Snapshot,
    seconds: Vec<(u64, Snapshot)>,
    seen: Vec<Seen>,
    lines: Vec<String>,
}

fn plan(phases: &str, flow: &str) -> Arc<Plan> {
    plan_of(&format!("config:\n  target: http://t\n  phases: {phases}\nscenarios:\n  - flow:\n{flow}\n"))
}

fn plan_of(text: &str) -> Arc<Plan> {
    let source = Source { name: "test.yml".into(), text: text.into() };
    let loaded = load(&source, &Choices::default());
    let told: Vec<String> = loaded.diagnostics.iter().map(|it| it.render(&[&source])).collect();
    Arc::new(loaded.plan.unwrap_or_else(|| panic!("{}", told.join("\n"))))
}

fn options(stop: &Stop) -> Options {
    let origin = Origin { scheme: Scheme::Http, host: "t".into(), port: 80 };
    Options { origin, seed: 7, shards: 1, grace: Duration::from_secs(5), stop: stop.clone() }
}

async fn play(plan: Arc<Plan>, stop: Stop, reply: impl Fn(&str) -> Reply + 'static) -> Run {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let log = Rc::clone(&seen);
    let (mut total, mut seconds, mut lines) = (Snapshot::default(), Vec::new(), Vec::new());
    let transport = |clock| {
        Scripted::new(clock, log, move |message| reply(&format!("{} {}", message.method(), message.uri())))
    };
    let ending = LocalSet::new()
        .run_until(run_here(plan, &options(&stop), transport, |event| match event {
            Event::Second { second, snapshot, .. } => {
                total.merge(snapshot);
                seconds.push((second, snapshot.clone()));
            }
            Event::Line(line) => lines.push(line.to_owned()),
            Event::LeftOut(_) => {}
        }))
        .await
        .unwrap();
    let seen = seen.borrow().clone();
    Run { ending, total, seconds, seen, lines }
}

fn ok(body: &'static str, ms: u64) -> Reply {
    Reply::Answer { status: 200, body, after: Duration::from_millis(ms) }
}

fn sent_ms(run: &Run) -> Vec<u64> {
    run.seen.iter().map(|seen| seen.at.as_nanos() / 1_000_000).collect()
}

#[tokio::test(start_paused = true)]
async fn users_are_sent_when_they_are_due() {
    let plan = plan("[{duration: 2, arrivalRate: 4}]", "      - get: {url: /a}");
    let run = play(plan, Stop::new(), |_| ok("", 3)).await;
    assert_eq!(sent_ms(&run), [0, 250, 500, 750, 1000, 1250, 1500, 1750]);
    assert_eq!((run.ending.scheduled, run.ending.at.as_secs_f64().round()), (8, 2.0));
    let users = run.total.users();
    assert_eq!((users.created, users.completed, users.failed, users.interrupted), (8, 8, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_ten_minute_ramp_keeps_its_schedule_to_the_last_user() {
    let plan = plan("[{duration: 10m, arrivalRate: 1, rampTo: 11}]", "      - get: {url: /a}");
    let run = play(plan, Stop::new(), |_| ok("", 1)).await;
    assert_eq!(run.total.requests().requests, 3600); // 600 s · (1 + 11) / 2
    assert_eq!(run.seconds.len(), 600);
    let lag = run.total.schedule_lag.max().unwrap();
    assert!(lag <= Duration::from_millis(1), "tokio's timers tick in milliseconds, but {lag:?}");
}

#[tokio::test(start_paused = true)]
async fn latency_counts_from_due_and_response_time_from_written() {
    // One user thinks for 1.0005 s, which the millisecond timer overshoots: the overshoot is lag, and in the latency.
    let plan =
        plan("[{duration: 1, arrivalCount: 1}]", "      - think: \"1000.5ms\"\n      - get: {url: /a}");
    let run = play(plan, Stop::new(), |_| ok("", 40)).await;
    let series = run.total.requests();
    let lag = run.total.schedule_lag.max().unwrap();
    assert!(lag >= Duration::from_micros(400) && lag <= Duration::from_micros(1600), "{lag:?}");
    let response = series.response_time().max().unwrap();
    assert_eq!(response.as_millis(), 40);
    let latency = series.latency.max().unwrap();
    assert!(latency >= response + lag.mul_f64(0.9), "{latency:?} is not {response:?} + {lag:?}");
}

#[tokio::test(start_paused = true)]
async fn an_open_schedule_does_not_wait_for_a_slow_target() {
    let plan = plan("[{duration: 1, arrivalRate: 10}]", "      - get: {url: /slow}");
    let run = play(plan, Stop::new(), |_| ok("", 5000)).await;
    assert_eq!(sent_ms(&run), [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
    assert_eq!(run.ending.at.as_secs_f64().round(), 6.0);
}

#[tokio::test(start_paused = true)]
async fn captures_loops_and_thinking_go_their_way() {
    let flow = "
      - post: {url: /users, json: {name: x}, capture: {json: $.id, as: id}}
      - loop:
          - get: {url: \"/users/{{ id }}?round={{ $loopCount }}\"}
          - think: 1
        count: 3
      - log: \"bye {{ id }}\"";
    let plan = plan("[{duration: 1, arrivalCount: 1}]", flow);
    let run = play(plan, Stop::new(), |_| ok("{\"id\": 42}", 0)).await;
    let asked: Vec<&str> = run.seen.iter().map(|seen| seen.request.as_str()).collect();
    assert_eq!(
        asked,
        [
            "POST /users {\"name\":\"x\"}",
            "GET /users/42?round=0",
            "GET /users/42?round=1",
            "GET /users/42?round=2"
        ]
    );
    assert_eq!(run.lines, ["bye 42"]);
    assert_eq!(run.total.session_length.max().unwrap().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_failed_capture_fails_its_user_and_no_other() {
    let flow = "
      - get: {url: /id, capture: {json: $.id, as: id}}
      - get: {url: \"/next/{{ id }}\"}";
    let plan = plan("[{duration: 1, arrivalCount: 2}]", flow);
    let times = std::cell::Cell::new(0);
    let run = play(plan, Stop::new(), move |_| {
        times.set(times.get() + 1);
        ok(if times.get() == 1 { "<html>" } else { "{\"id\":1}" }, 1)
    })
    .await;
    let users = run.total.users();
    assert_eq!((users.completed, users.failed), (1, 1));
    let tally = &run.total.errors[&ErrorKind::CaptureFailed];
    assert_eq!(tally.count, 1);
    let sample = tally.sample.as_ref().unwrap();
    assert_eq!((sample.method.as_str(), sample.url.as_str()), ("GET", "http://t/id"));
    assert!(sample.detail.contains("status 200") && sample.detail.contains("not JSON"), "{}", sample.detail);
    assert_eq!(run.seen.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_network_error_is_counted_by_kind() {
    let plan = plan("[{duration: 1, arrivalCount: 3}]", "      - get: {url: /a}\n      - get: {url: /never}");
    let fault = Reply::Fault { kind: ErrorKind::ConnectionRefused, after: Duration::ZERO };
    let run = play(plan, Stop::new(), move |_| fault.clone()).await;
    let requests = run.total.requests();
    assert_eq!((requests.requests, requests.responses(), requests.error_requests), (3, 0, 3));
    assert_eq!(run.total.errors[&ErrorKind::ConnectionRefused].count, 3);
    assert!(requests.latency.is_empty(), "a request without an answer has no latency");
    assert_eq!(run.total.error_rate(), 1.0);
}

#[tokio::test(start_paused = true)]
async fn max_vusers_skips_arrivals() {
    let plan = plan("[{duration: 1, arrivalRate: 10, maxVusers: 2}]", "      - get: {url: /slow}");
    let run = play(plan, Stop::new(), |_| ok("", 350)).await;
    // Users at 0 and 100 ms run until 350 and 450 ms; those at 400 and 500 until 750 and 850; those at 800 and 900.
    assert_eq!(sent_ms(&run), [0, 100, 400, 500, 800, 900]);
    assert_eq!((run.total.users().created, run.total.skipped), (6, 4));
}

#[tokio::test(start_paused = true)]
async fn a_graceful_stop_lets_users_finish_and_starts_no_more() {
    let stop = Stop::new();
    let asked = stop.clone();
    let plan = plan("[{duration: 100, arrivalRate: 1}]", "      - get: {url: /a}");
    let run = play(plan, stop, move |_| {
        asked.request();
        ok("", 2000)
    })
    .await;
    let users = run.total.users();
    assert_eq!((users.created, users.completed, users.interrupted), (1, 1, 0));
    assert_eq!((run.ending.scheduled, run.ending.at.second()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn the_grace_period_ends() {
    let stop = Stop::new();
    let asked = stop.clone();
    let plan = plan("[{duration: 100, arrivalRate: 1}]", "      - get: {url: /a}");
    let run = play(plan, stop, move |_| {
        asked.request();
        ok("", 60_000)
    })
    .await;
    let users = run.total.users();
    assert_eq!((users.created, users.completed, users.interrupted), (1, 0, 1));
    assert_eq!(run.ending.at.second(), 5);
    assert_eq!(run.total.requests().requests, 1, "the request was sent and stays counted");
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_gives_the_same_requests() {
    let text = "
config:
  target: http://t
  phases: [{duration: 1, arrivalRate: 50}]
  variables: {colour: [red, green, blue]}
scenarios:
  - {weight: 3, flow: [{get: {url: \"/a/{{ colour }}/{{ $randomNumber(1, 1000) }}\"}}]}
  - {weight: 1, flow: [{get: {url: \"/b/{{ $uuid }}\"}}]}
";
    let first = play(plan_of(text), Stop::new(), |_| ok("", 1)).await;
    let second = play(plan_of(text), Stop::new(), |_| ok("", 1)).await;
    assert_eq!(first.seen, second.seen);
    let of_b = first.seen.iter().filter(|seen| seen.request.starts_with("GET /b/")).count();
    assert!((3..=25).contains(&of_b), "a quarter of 50, give or take: {of_b}");
}

#[tokio::test(start_paused = true)]
async fn what_the_seconds_hold_adds_up_to_the_whole() {
    let plan = plan("[{duration: 3, arrivalRate: 10}]", "      - get: {url: /a}");
    let run = play(plan, Stop::new(), |_| ok("hello", 1500)).await;
    let sum: u64 = run.seconds.iter().map(|(_, snapshot)| snapshot.users().created).sum();
    assert_eq!(sum, 30);
    let seconds: Vec<u64> = run.seconds.iter().map(|(second, _)| *second).collect();
    assert_eq!(seconds, [0, 1, 2, 3, 4]);
    assert_eq!(run.seconds[0].1.requests().responses(), 0);
    assert_eq!(run.total.requests().bytes_in, 150);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_ends_with_a_second_tells_that_second_and_no_other() {
    let plan = plan("[{duration: 2, arrivalRate: 4}]", "      - get: {url: /a}");
    let run = play(plan, Stop::new(), |_| ok("", 1)).await;
    let told: Vec<(u64, u64)> =
        run.seconds.iter().map(|(second, it)| (*second, it.requests().requests)).collect();
    assert_eq!(told, [(0, 4), (1, 4)]);
}
