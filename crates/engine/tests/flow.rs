//! What users do that is more than one request after the other: loops, branches, conditions, data. On paused time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use loadgen_engine::arrivals::{Arrivals, Segment, count, due_before, end};
use loadgen_engine::transport::{Reply, Scripted, Seen};
use loadgen_engine::{Event, Options, Stop, run_here, shard_count};
use loadgen_metrics::{ErrorKind, Moment, Snapshot};
use loadgen_scenario::plan::{Pattern, Phase, Plan};
use loadgen_scenario::url::{Origin, Scheme};
use loadgen_scenario::{Choices, Files, Source, load};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::LocalSet;

fn plan_of(text: &str) -> Arc<Plan> {
    let source = Source { name: "test.yml".into(), text: text.into() };
    let choices = Choices { files: Files::new(|_| Ok(b"a,1\nb,2\nc,3\n".to_vec())), ..Choices::default() };
    let loaded = load(&source, &choices);
    let told: Vec<String> = loaded.diagnostics.iter().map(|it| it.render(&[&source])).collect();
    Arc::new(loaded.plan.unwrap_or_else(|| panic!("{}", told.join("\n"))))
}

fn plan(flow: &str) -> Arc<Plan> {
    plan_of(&format!(
        "config:\n  target: http://t\n  variables: {{n: 2, items: {{list: [p, q]}}}}\nscenarios:\n  - flow:\n{flow}\n"
    ))
}

async fn play(plan: Arc<Plan>, reply: impl Fn(&str) -> Reply + 'static) -> (Vec<Seen>, Snapshot) {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let log = Rc::clone(&seen);
    let origin = Origin { scheme: Scheme::Http, host: "t".into(), port: 80 };
    let options = Options { origin, seed: 7, shards: 1, grace: Duration::from_secs(5), stop: Stop::new() };
    let transport = |clock| {
        Scripted::new(clock, log, move |message| reply(&format!("{} {}", message.method(), message.uri())))
    };
    let mut total = Snapshot::default();
    LocalSet::new()
        .run_until(run_here(plan, &options, transport, |event| {
            if let Event::Second { snapshot, .. } = event {
                total.merge(snapshot);
            }
        }))
        .await
        .unwrap();
    let seen = seen.borrow().clone();
    (seen, total)
}

fn ok(body: &'static str, ms: u64) -> Reply {
    Reply::Answer { status: 200, body, after: Duration::from_millis(ms) }
}

async fn paths(flow: &str) -> Vec<String> {
    let (seen, _) = play(plan(flow), |_| ok("{}", 1)).await;
    seen.into_iter().map(|seen| seen.request.trim_start_matches("GET /").to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn the_first_answer_of_5xx_is_kept_as_an_example_without_failing_its_user() {
    let flow = "      - get: {url: /well}\n      - get: {url: /ill, headers: {authorization: Bearer abcdef}, capture: {regexp: no, as: a}}\n      - get: {url: /ill/too}";
    let (_, total) = play(plan(flow), |request| match request {
        "GET /well" => ok("", 1),
        _ => Reply::Answer { status: 503, body: "no abcdef here", after: Duration::from_millis(1) },
    })
    .await;
    let sample = total.server_error.unwrap();
    assert_eq!(
        (&*sample.method, &*sample.url, sample.status, &*sample.read),
        ("GET", "http://t/ill", Some(503), "no *** here")
    );
    assert!(total.errors.is_empty() && total.scenarios[0].failed == 0);
}

#[tokio::test(start_paused = true)]
async fn loops_count_and_go_over_lists() {
    let rounds = "{{ $loopCount }}-{{ $loopElement }}";
    let one = |options: &str| {
        format!(
            "      - loop: [{{get: {{url: '/{rounds}'}}}}]\n        {options}\n      - get: {{url: '/end{rounds}'}}"
        )
    };
    let cases = [
        ("count: 2", vec!["0-0", "1-0", "end2-0"]),
        ("count: '2-4'", vec!["2-2", "3-2", "end4-2"]),
        ("count: '{{ n }}'", vec!["0-0", "1-0", "end2-0"]),
        ("count: '{{ nothing }}'", vec!["end0-0"]),
        ("count: many", vec!["end0-0"]),
        ("over: [x, '{{ n }}']", vec!["0-x", "1-2", "end2-undefined"]),
        ("over: items.list", vec!["0-p", "1-q", "end2-undefined"]),
        ("over: [a, b, c]\n        count: 1", vec!["0-a", "1-b", "2-c", "end3-undefined"]),
        ("over: n", vec!["end0-undefined"]),
        ("over: []", vec!["end0-undefined"]),
        ("whileTrue: $loopCount < 3", vec!["0-0", "1-0", "2-0", "end3-0"]),
        ("whileTrue: 0 == 1", vec!["0-0", "end1-0"]),
    ];
    for (options, wanted) in cases {
        assert_eq!(paths(&one(options)).await, wanted, "{options}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_inner_loop_of_the_same_name_leaves_its_counter_to_the_outer() {
    let flow = "      - loop:
          - get: {url: '/o{{ $loopCount }}{{ $loopElement }}'}
          - loop: [{get: {url: '/i{{ $loopCount }}{{ $loopElement }}'}}]
            over: [x, y]
        over: [a, b]";
    assert_eq!(paths(flow).await, ["o0a", "i0x", "i1y", "o3b", "i0x", "i1y"]);
}

#[tokio::test(start_paused = true)]
async fn branches_run_side_by_side_on_one_session() {
    let flow = "      - parallel:
          - get: {url: /a, capture: {json: $.v, as: a}}
          - loop: [{get: {url: /b}}, {think: 0.05}]
            count: 2
          - parallel: [{get: {url: /c, capture: {json: $.v, as: c}}}, {get: {url: /d}}]
      - get: {url: '/after/{{ a }}/{{ c }}'}";
    let (seen, total) = play(plan(flow), |_| ok(r#"{"v":7}"#, 100)).await;
    let seen: Vec<(u64, &str)> =
        seen.iter().map(|seen| (seen.at.as_nanos() / 1_000_000, &seen.request[4..])).collect();
    // b takes 100 ms, a thought of 50 ms, 100 ms and again 50 ms: the longest branch, so that the rest waits for it.
    assert_eq!(seen, [(0, "/a"), (0, "/b"), (0, "/c"), (0, "/d"), (150, "/b"), (300, "/after/7/7")]);
    assert_eq!(total.users().completed, 1);
}

#[tokio::test(start_paused = true)]
async fn a_limit_keeps_branches_waiting_and_an_error_ends_them() {
    let flow = "      - parallel: [{get: {url: /a}}, {get: {url: /b}}, {get: {url: /c}}]\n        limit: 2";
    let (seen, _) = play(plan(flow), |_| ok("", 100)).await;
    let at: Vec<u64> = seen.iter().map(|seen| seen.at.as_nanos() / 1_000_000).collect();
    assert_eq!(at, [0, 0, 100]);
    let reply = |request: &str| match request {
        "GET /b" => Reply::Fault { kind: ErrorKind::ConnectionReset, after: Duration::from_millis(5) },
        _ => ok("", 100),
    };
    let (seen, total) = play(plan(&format!("{flow}\n      - get: {{url: /never}}")), reply).await;
    assert_eq!(seen.len(), 2);
    assert_eq!((total.users().failed, total.users().completed), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_place_and_for_branches_is_no_lateness_of_the_generator() {
    let late = |total: &Snapshot| total.schedule_lag.max().unwrap_or_default();
    let flow = "      - parallel: [{get: {url: /a}}, {get: {url: /b}}, {get: {url: /c}}]\n        limit: 1";
    let (seen, total) = play(plan(flow), |_| ok("", 500)).await;
    assert_eq!(seen.len(), 3);
    assert!(late(&total) < Duration::from_millis(10), "{:?}", late(&total));
    // In a closed loop the next user is due when the last branch of a failed one has ended.
    let script = "config: {target: 'http://t', phases: [{users: 1, duration: 2}]}
scenarios:
  - flow:
      - get: {url: /first}
      - parallel: [{get: {url: /reset}}, {get: {url: /slow}}]";
    let reply = |request: &str| match request {
        "GET /reset" => Reply::Fault { kind: ErrorKind::ConnectionReset, after: Duration::from_millis(1) },
        "GET /slow" => ok("", 500),
        _ => ok("", 1),
    };
    let (_, total) = play(plan_of(script), reply).await;
    assert!(total.users().failed > 2, "{total:?}");
    assert!(late(&total) < Duration::from_millis(10), "{:?}", late(&total));
}

#[tokio::test(start_paused = true)]
async fn conditions_and_missing_urls_decide_when_a_user_comes_to_them() {
    let flow = "      - get: {url: /yes, ifTrue: n == 2}
      - get: {url: /no, ifTrue: n > 2}
      - get: {url: /never, probability: 0}
      - get: {url: /always, probability: 101}
      - loop: [{get: {name: nowhere}}]
        count: 1";
    let (seen, total) = play(plan(flow), |_| ok("", 1)).await;
    let paths: Vec<&str> = seen.iter().map(|seen| &seen.request[4..]).collect();
    assert_eq!(paths, ["/yes", "/always"]);
    assert_eq!(total.errors[&ErrorKind::NoUrl].count, 1);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_sent_fails_whoever_comes_to_it() {
    let cases = [
        ("get: {url: /a%}", ErrorKind::MalformedPath),
        ("get: {url: 'http://'}", ErrorKind::RedirectInvalid),
        ("get: {url: 'http://h:{{ n }}99999/'}", ErrorKind::RedirectInvalid),
        ("get: {url: 'httpx://h/'}", ErrorKind::RedirectUnsupported),
        ("get: {url: 'HTTP://h/'}", ErrorKind::InvalidUrl),
        ("get: {url: ' /x'}", ErrorKind::InvalidUrl),
        ("get: {url: /, headers: {'x y': 1}}", ErrorKind::InvalidHeaderName),
        ("get: {url: /, headers: {x: \"a\\nb\"}}", ErrorKind::InvalidHeader),
        ("get: {url: /, headers: {x: }}", ErrorKind::RequestRefused),
        ("get: {url: /, followRedirect: 'true'}", ErrorKind::RequestRefused),
        ("get: {url: /, auth: {user: u, pass: '{{ n }}'}}", ErrorKind::RequestRefused),
        ("post: {url: /, formData: {f: true}}", ErrorKind::InvalidPart),
        ("think: '{{ missing }}'", ErrorKind::UndefinedThinkTime),
    ];
    for (step, kind) in cases {
        let (seen, total) = play(plan(&format!("      - {step}")), |_| ok("", 1)).await;
        assert_eq!(seen.len(), 0, "{step}");
        // That kind is counted with its text.
        if kind != ErrorKind::InvalidUrl {
            assert_eq!(total.errors.get(&kind).map(|error| error.count), Some(1), "{step}");
        }
        assert_eq!(total.users().failed, 1, "{step}");
    }
}

#[tokio::test(start_paused = true)]
async fn odd_values_that_artillery_takes() {
    let flow = "      - think: -1
      - loop: [get: {url: '/{{ items.list[{{ $loopCount }}] }}/{{ {{ items.none }} }}?'}]
        count: 1-2
      - loop: []
        count: 3
      - post: {url: '/{{ $loopCount }}?', json: '{{ missing }}'}";
    assert_eq!(paths(flow).await, ["q/undefined", "POST /3"]);
}

#[tokio::test(start_paused = true)]
async fn rows_of_a_sequence_are_the_arrivals_own() {
    let text = "config:
  target: http://t
  phases: [{duration: 1, arrivalCount: 4}]
  variables: {letter: from-variables}
  payload:
    - {path: x.csv, fields: [letter, number], order: sequence}
    - {path: x.csv, fields: [k], loadAll: true, name: all}
scenarios: [{flow: [{get: {url: '/{{ letter }}/{{ number }}/{{ all.length }}/{{ all[1].k }}'}}]}]";
    let (seen, _) = play(plan_of(text), |_| ok("", 1)).await;
    let numbers: Vec<&str> = seen.iter().map(|seen| &seen.request[5..]).collect();
    let wanted = ["1", "2", "3", "1"].map(|number| format!("from-variables/{number}/3/b"));
    assert_eq!(numbers, wanted);
}

#[tokio::test(start_paused = true)]
async fn jitter_stays_within_its_bounds() {
    let flow = "      - loop: [{get: {url: /}}, {think: 1, jitter: 20%}]\n        count: 200";
    let (seen, _) = play(plan(flow), |_| ok("", 0)).await;
    let at: Vec<f64> = seen.iter().map(|seen| seen.at.as_secs_f64()).collect();
    let gaps: Vec<f64> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.iter().all(|gap| (0.799..1.202).contains(gap)), "{gaps:?}");
    assert!(gaps.iter().any(|gap| *gap < 0.9) && gaps.iter().any(|gap| *gap > 1.1));
}

fn poisson(from: f64, to: f64, seed: u64) -> Phase {
    let arrivals = Pattern::Poisson { from, to, seed };
    Phase { name: None, duration: Duration::from_secs(100), arrivals, max_users: None, label: None }
}

#[test]
fn random_arrivals_are_the_same_for_a_seed_however_they_are_shared_out() {
    let phases = [poisson(20.0, 20.0, 1), poisson(0.0, 40.0, 2)];
    let whole: Vec<_> = Arrivals::new(&phases, Segment::WHOLE).collect();
    assert!(whole.is_sorted_by_key(|arrival| arrival.due));
    assert!(whole.iter().all(|arrival| arrival.due < end(&phases)));
    let mut shared: Vec<_> =
        (0..3).flat_map(|index| Arrivals::new(&phases, Segment { index, of: 3 })).collect();
    shared.sort_by_key(|arrival| arrival.index);
    assert_eq!(whole, shared);
    assert_eq!(whole.len() as u64, count(&phases[0]) + count(&phases[1]));
    let at = Moment::START + Duration::from_secs(50);
    assert_eq!(due_before(&phases, at), whole.iter().filter(|arrival| arrival.due < at).count() as u64);
    assert_ne!(
        whole,
        Arrivals::new(&[poisson(20.0, 20.0, 3), poisson(0.0, 40.0, 2)], Segment::WHOLE).collect::<Vec<_>>()
    );
}

#[test]
fn random_arrivals_have_the_rate_in_the_mean_and_gaps_that_vary_as_much() {
    // 40 phases of 2,000: the mean of their counts is within 4 · √(2000 / 40) = 28 of it but for one time in 16,000.
    let counts: Vec<u64> = (0..40).map(|seed| count(&poisson(20.0, 20.0, seed))).collect();
    let mean = counts.iter().sum::<u64>() as f64 / 40.0;
    assert!((mean - 2_000.0).abs() < 28.0, "{mean}");
    let due: Vec<f64> =
        Arrivals::new(&[poisson(20.0, 20.0, 9)], Segment::WHOLE).map(|it| it.due.as_secs_f64()).collect();
    let gaps: Vec<f64> = due.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let deviation = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64).sqrt();
    // Exponentially distributed: as much deviation as mean.
    assert!((deviation / mean - 1.0).abs() < 0.15, "{deviation} of {mean}");
}

#[test]
fn a_shard_has_a_connection_for_each_branch() {
    let script = |limit: u32| {
        plan_of(&format!(
            "config: {{target: 'http://t', http: {{pool: 6}}}}\nscenarios:\n  - flow:\n      - parallel: [{{think: 1}}, {{think: 1}}, {{think: 1}}]\n        limit: {limit}\n"
        ))
    };
    assert_eq!(
        [shard_count(&script(1), 8), shard_count(&script(2), 8), shard_count(&script(9), 8)],
        [6, 3, 2]
    );
}
