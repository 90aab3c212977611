//! Closed loops on paused time, and over real sockets where threads share one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use loadgen_engine::transport::{Reply, Scripted, Seen};
use loadgen_engine::{Ending, Event, Options, Stop, run, run_here};
use loadgen_metrics::{ErrorKind, Snapshot};
use loadgen_scenario::plan::Plan;
use loadgen_scenario::url::{self, Origin, Scheme};
use loadgen_scenario::{Choices, Files, Source, load};
use loadgen_testkit::{Act, RawServer};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::LocalSet;

/// What a run gave.
struct Run {
    ending: Ending,
    total: Snapshot,
    seen: Vec<Seen>,
}

fn plan_of(text: &str) -> Arc<Plan> {
    let source = Source { name: "test.yml".into(), text: text.into() };
    let rows: String = (0..1000).map(|row| format!("r{row}\n")).collect();
    let files = Files::new(move |_| Ok(rows.clone().into_bytes()));
    let loaded = load(&source, &Choices { files, ..Choices::default() });
    let told: Vec<String> = loaded.diagnostics.iter().map(|it| it.render(&[&source])).collect();
    Arc::new(loaded.plan.unwrap_or_else(|| panic!("{}", told.join("\n"))))
}

/// The same where counted loops keep the time of their phase.
fn timed_plan(phases: &str, flow: &str) -> Arc<Plan> {
    let text = format!("config:\n  target: http://t\n  phases: {phases}\nscenarios:\n  - flow:\n{flow}\n");
    let source = Source { name: "test.yml".into(), text };
    Arc::new(load(&source, &Choices { timed: true, ..Choices::default() }).plan.unwrap())
}

fn plan(phases: &str, flow: &str) -> Arc<Plan> {
    plan_of(&format!("config:\n  target: http://t\n  phases: {phases}\nscenarios:\n  - flow:\n{flow}\n"))
}

fn options(origin: Origin, shards: usize, stop: &Stop) -> Options {
    Options { origin, seed: 7, shards, grace: Duration::from_secs(5), stop: stop.clone() }
}

async fn play(plan: Arc<Plan>, stop: Stop, reply: impl Fn(&str) -> Reply + 'static) -> Run {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let log = Rc::clone(&seen);
    let mut total = Snapshot::default();
    let transport = |clock| {
        Scripted::new(clock, log, move |message| reply(&format!("{} {}", message.method(), message.uri())))
    };
    let origin = Origin { scheme: Scheme::Http, host: "t".into(), port: 80 };
    let ending = LocalSet::new()
        .run_until(run_here(plan, &options(origin, 1, &stop), transport, |event| {
            if let Event::Second { snapshot, .. } = event {
                total.merge(snapshot);
            }
        }))
        .await
        .unwrap();
    let seen = seen.borrow().clone();
    Run { ending, total, seen }
}

fn ok(ms: u64) -> Reply {
    Reply::Answer { status: 200, body: "", after: Duration::from_millis(ms) }
}

fn sent_ms(run: &Run) -> Vec<u64> {
    run.seen.iter().map(|seen| seen.at.as_nanos() / 1_000_000).collect()
}

#[tokio::test(start_paused = true)]
async fn a_user_that_ends_is_replaced_at_once_until_the_phase_is_over() {
    let run =
        play(plan("[{users: 2, duration: 1}]", "      - get: {url: /a}"), Stop::new(), |_| ok(400)).await;
    // Both seats: passes at 0, 400 and 800 ms; the last ones end by themselves, after the phase.
    assert_eq!(sent_ms(&run), [0, 0, 400, 400, 800, 800]);
    let users = run.total.users();
    assert_eq!((users.created, users.completed, users.failed, users.interrupted), (6, 6, 0, 0));
    assert_eq!((run.ending.scheduled, run.ending.passes), (0, 6));
    assert_eq!(run.ending.at.as_nanos() / 1_000_000, 1200);
    assert_eq!(run.total.session_length.max().unwrap().as_millis(), 400);
}

#[tokio::test(start_paused = true)]
async fn a_pass_is_due_when_the_one_before_has_ended() {
    // Each pass thinks for 10.25 ms, which the timer overshoots: the overshoot is lag of the request after it.
    let flow = "      - think: 10.25ms\n      - get: {url: /a}";
    let run = play(plan("[{users: 1, duration: 1}]", flow), Stop::new(), |_| ok(40)).await;
    let latency = run.total.requests().latency;
    let lag = run.total.schedule_lag.max().unwrap();
    assert!(lag >= Duration::from_micros(250) && lag < Duration::from_millis(2), "{lag:?}");
    assert!(latency.max().unwrap() >= Duration::from_micros(40_250), "{:?}", latency.max());
    // Nothing is lost between passes: their lengths add up to the time in which they ran.
    let sum = run.total.session_length.mean().unwrap() * run.ending.passes as u32;
    let ran = Duration::from_nanos(run.ending.at.as_nanos());
    assert!(sum.abs_diff(ran) < Duration::from_millis(5), "{sum:?} of {ran:?}");
}

#[tokio::test(start_paused = true)]
async fn a_ramp_changes_the_number_of_users() {
    let run =
        play(plan("[{users: 0, rampTo: 4, duration: 4}]", "      - get: {url: /a}"), Stop::new(), |_| {
            ok(100)
        });
    let run = run.await;
    // Seats open at 0.5, 1.5, 2.5 and 3.5 s: 35 + 25 + 15 + 5 passes of 100 ms.
    let of_second = |second| sent_ms(&run).iter().filter(|at| **at / 1000 == second).count();
    assert_eq!([0, 1, 2, 3].map(of_second), [5, 15, 25, 35]);
    let down = plan("[{users: 2, rampTo: 0, duration: 4}]", "      - get: {url: /a}");
    let run = play(down, Stop::new(), |_| ok(100)).await;
    // Until 1 s two users, until 3 s one.
    assert_eq!(run.seen.len(), 40);
    assert_eq!(run.ending.at.second(), 4);
}

#[tokio::test(start_paused = true)]
async fn phases_of_users_and_of_arrivals_follow_one_another() {
    let phases =
        "[{users: 1, duration: 1}, {duration: 1, arrivalRate: 2}, {pause: 1}, {users: 2, duration: 1}]";
    let run = play(plan(phases, "      - get: {url: /a}"), Stop::new(), |_| ok(600)).await;
    assert_eq!(sent_ms(&run), [0, 600, 1000, 1500, 3000, 3000, 3600, 3600]);
    assert_eq!((run.ending.scheduled, run.ending.passes, run.total.users().created), (2, 6, 8));
}

#[tokio::test(start_paused = true)]
async fn a_phase_after_another_takes_over_its_users() {
    let phases = "[{users: 1, duration: 1}, {users: 2, duration: 1}]";
    let run = play(plan(phases, "      - get: {url: /a}"), Stop::new(), |_| ok(700)).await;
    // The first user's second pass goes on into the second phase, and a third follows it: never more than two.
    assert_eq!(sent_ms(&run), [0, 700, 1000, 1400, 1700]);
}

#[tokio::test(start_paused = true)]
async fn each_pass_is_a_fresh_user() {
    let text = "
config:
  target: http://t
  phases: [{users: 3, duration: 1}]
  variables: {colour: [red, green, blue]}
  payload: {path: rows.csv, fields: [row], order: sequence}
scenarios:
  - {weight: 3, flow: [{get: {url: \"/a/{{ row }}/{{ colour }}/{{ kept }}\", capture: {json: $, as: kept}}}]}
  - {weight: 1, flow: [{get: {url: \"/b/{{ row }}/{{ $uuid }}\"}}]}
";
    let answer = |_: &str| Reply::Answer { status: 200, body: "{}", after: Duration::from_millis(20) };
    let first = play(plan_of(text), Stop::new(), answer).await;
    assert_eq!(first.seen.len(), 150);
    let part = |request: &str, place| request.split('/').nth(place).unwrap().to_owned();
    let rows: Vec<String> = first.seen.iter().map(|seen| part(&seen.request, 2)).collect();
    assert_eq!(rows, (0..150).map(|row| format!("r{row}")).collect::<Vec<_>>());
    let of_a: Vec<&Seen> = first.seen.iter().filter(|seen| seen.request.starts_with("GET /a/")).collect();
    assert!((90..=135).contains(&of_a.len()), "three quarters, give or take: {}", of_a.len());
    assert!(of_a.iter().all(|seen| seen.request.ends_with("/undefined")), "captures are the user's own");
    for colour in ["red", "green", "blue"] {
        assert!(of_a.iter().any(|seen| part(&seen.request, 3) == colour), "{colour}");
    }
    let second = play(plan_of(text), Stop::new(), answer).await;
    assert_eq!(first.seen, second.seen, "the same seed gives the same passes");
}

#[tokio::test(start_paused = true)]
async fn a_pass_that_is_due_starts_however_late() {
    // The first user's answer comes while the runtime stands still until long after the phase.
    let reply = |_: &str| ok(100);
    let plan = plan("[{users: 1, duration: 0.2}, {users: 1, duration: 0.2}]", "      - get: {url: /a}");
    let standstill = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        tokio::time::advance(Duration::from_secs(10)).await;
    };
    let (run, ()) = tokio::join!(play(plan, Stop::new(), reply), standstill);
    assert_eq!((run.seen.len(), run.ending.passes), (1, 1), "the second was due at 10 s");
    // And a seat that was opened too late has its user all the same.
    let late = plan_of(
        "config: {target: http://t, phases: [{pause: 0.1}, {users: 2, duration: 0.1}]}\nscenarios: [{flow: [{get: {url: /a}}]}]",
    );
    let standstill = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        tokio::time::advance(Duration::from_secs(10)).await;
    };
    let (run, ()) = tokio::join!(play(late, Stop::new(), reply), standstill);
    assert_eq!((run.seen.len(), run.ending.passes, run.total.users().completed), (2, 2, 2));
    let lag = run.total.schedule_lag.max().unwrap();
    assert!(lag > Duration::from_secs(9), "{lag:?}");
}

#[tokio::test(start_paused = true)]
async fn a_failed_user_is_replaced_too() {
    let reply = |_: &str| Reply::Fault { kind: ErrorKind::TimedOut, after: Duration::from_millis(250) };
    let run = play(plan("[{users: 1, duration: 1}]", "      - get: {url: /a}"), Stop::new(), reply).await;
    assert_eq!((run.total.users().failed, run.total.errors[&ErrorKind::TimedOut].count), (4, 4));
}

#[tokio::test(start_paused = true)]
async fn a_loop_without_a_count_ends_with_its_phase() {
    let flow = "
      - get: {url: /in}
      - loop:
          - get: {url: \"/{{ $loopCount }}\"}
      - get: {url: /out}";
    let run = play(plan("[{users: 1, duration: 1}]", flow), Stop::new(), |_| ok(300)).await;
    let asked: Vec<&str> = run.seen.iter().map(|seen| seen.request.trim_start_matches("GET /")).collect();
    // The round at 900 ms was begun in time.
    assert_eq!(asked, ["in", "0", "1", "2", "out"]);
    let users = run.total.users();
    assert_eq!((users.created, users.completed), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_loops_and_starts_no_pass() {
    for flow in ["      - get: {url: /a}", "      - loop:\n          - get: {url: /a}"] {
        let stop = Stop::new();
        let asked = stop.clone();
        let times = std::cell::Cell::new(0);
        let run = play(plan("[{users: 1, duration: 100}]", flow), stop, move |_| {
            times.set(times.get() + 1);
            if times.get() == 3 {
                asked.request();
            }
            ok(200)
        })
        .await;
        assert_eq!(sent_ms(&run), [0, 200, 400], "{flow}");
        let users = run.total.users();
        assert_eq!((users.created, users.interrupted), (users.completed, 0), "{flow}");
        assert_eq!(run.ending.at.as_nanos() / 1_000_000, 600);
    }
}

#[tokio::test(start_paused = true)]
async fn users_that_never_wait_do_not_hold_up_the_end() {
    // Real time stands still here, so the clock only moves when all tasks wait: the one request sees to that.
    let flow = "      - log: x\n      - get: {url: /a, probability: 1}";
    let run = play(plan("[{users: 2, duration: 1}]", flow), Stop::new(), |_| ok(100)).await;
    assert!(run.total.users().created > 20 && run.ending.at.second() >= 1);
    assert!(run.total.schedule_lag.max().unwrap() < Duration::from_millis(5));
}

#[tokio::test]
async fn threads_share_the_users_and_the_rows() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let text = format!(
        "config:\n  target: {}\n  phases: [{{users: 5, duration: 0.2}}]\n  payload: {{path: rows.csv, fields: [row], order: sequence}}\nscenarios:\n  - flow:\n      - get: {{url: \"/{{{{ row }}}}\"}}\n",
        server.url()
    );
    let plan = plan_of(&text);
    let options = options(url::split(&server.url()).unwrap().0, 3, &Stop::new());
    let mut total = Snapshot::default();
    let on = |event: Event<'_>| {
        if let Event::Second { snapshot, .. } = event {
            total.merge(snapshot);
        }
    };
    let ending = run(plan, &options, on).await.unwrap();
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    for request in server.requests() {
        *rows.entry(request.split(' ').nth(1).unwrap().to_owned()).or_default() += 1;
    }
    let passes = ending.passes;
    assert!(passes >= 5);
    let users = total.users();
    assert_eq!((users.created, users.completed, total.requests().requests), (passes, passes, passes));
    // No row is used once more before all have been used as often.
    let (least, most) = (passes / 1000, passes.div_ceil(1000));
    assert_eq!(rows.len() as u64, passes.min(1000));
    assert!(rows.values().all(|times| (least..=most).contains(times)), "{rows:?}");
    assert_eq!(server.connections() as u64, passes, "each pass is a user with a connection of its own");
}

#[tokio::test(start_paused = true)]
async fn a_counted_loop_keeps_its_phase_s_time_where_it_is_to() {
    let flow = "      - loop: [{get: {url: /a}}]\n        count: 20000";
    let phases = "[{users: 1, duration: 1}]";
    let run_of = |plan| play(plan, Stop::new(), |_| ok(300));
    let run = run_of(timed_plan(phases, flow)).await;
    // The request that is under way when the time is over is waited for.
    assert_eq!(sent_ms(&run), [0, 300, 600, 900]);
    let users = run.total.users();
    assert_eq!((users.created, users.completed, users.failed), (1, 1, 0));
    assert_eq!(run.ending.at.as_nanos() / 1_000_000, 1200);
    // In a script a count is a count.
    let run = run_of(plan(phases, &flow.replace("20000", "5"))).await;
    assert_eq!(run.seen.len(), 5);
    // Nobody else's loop is cut short.
    let run = run_of(timed_plan("[{duration: 1, arrivalCount: 1}]", &flow.replace("20000", "5"))).await;
    assert_eq!(run.seen.len(), 5);
}
