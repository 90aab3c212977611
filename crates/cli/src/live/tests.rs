//! What the picture looks like, in windows of several sizes.

mod narrow;

use super::state::State;
use super::view::{Scene, draw};
use loadgen_engine::Urgency;
use loadgen_metrics::{
    ErrorKind, ErrorSample, Moment, Outcome, Recorder, Sample, ScenarioId, SeriesId, Setup, Shape, Snapshot,
};
use loadgen_report::{Builder, Meta, PhaseInfo, Resources, SeriesInfo};
use loadgen_scenario::threshold::{Bound, Threshold};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::time::Duration;

fn ms(millis: u64) -> Moment {
    Moment::START + Duration::from_millis(millis)
}

fn meta() -> Meta {
    let series = |method: &str, endpoint: &str| SeriesInfo {
        scenario: 0,
        method: method.to_owned(),
        endpoint: endpoint.to_owned(),
    };
    let phase = |name: &str, from, to, arrivals| PhaseInfo {
        name: Some(name.to_owned()),
        from: ms(from),
        to: ms(to),
        arrivals,
        users: None,
    };
    Meta {
        version: "0.1.0".to_owned(),
        script: "scenarios/crud.yml".to_owned(),
        target: "http://127.0.0.1:41733".to_owned(),
        target_is_builtin: true,
        started_at: 1_785_585_604_500,
        shards: 2,
        phases: vec![phase("Warm-up", 0, 4000, 40), phase("Peak load", 4000, 20_000, 160)],
        scenarios: vec!["crud".to_owned()],
        series: vec![
            series("POST", "/users"),
            series("GET", "/users/{{ userId }}"),
            series("DELETE", "/users/{{ userId }}"),
        ],
        ..Meta::default()
    }
}

fn below(metric: &str, limit: f64) -> Threshold {
    Threshold { metric: metric.to_owned(), bound: Bound::Below, limit, legacy: None, at: None }
}

fn builder() -> Builder {
    Builder::new(
        meta(),
        vec![below("http.response_time.p95", 100.0).into(), below("http.latency.p99", 20.0).into()],
    )
}

/// Ten users that make three requests each, the slower the later; from the sixth second on one of three is refused.
fn second(second: u64) -> Snapshot {
    let mut recorder = Recorder::new(Shape { scenarios: 1, series: 3 });
    for user in 0..10 {
        let due = ms(second * 1000 + user * 100);
        recorder.user_created(ScenarioId(0), due);
        for series in 0..3 {
            let latency = Duration::from_micros(400 * (user + 1) * (second + 1));
            let at = |share: u32| due + latency * share / 100;
            let refused = series == 2 && second >= 5;
            recorder.request_started(SeriesId(series), at(5));
            let outcome = if refused {
                Outcome::Failed { error: ErrorKind::ConnectionRefused }
            } else {
                Outcome::Answered { status: 200 }
            };
            recorder.record(&Sample {
                series: SeriesId(series),
                due,
                sent: at(5),
                written: Some(at(20)),
                first_byte: (!refused).then(|| at(90)),
                done: at(100),
                setup: (series == 0).then(|| Setup { tcp: Some(latency / 10), ..Setup::default() }),
                outcome,
                bytes_in: if refused { 0 } else { 120 },
                bytes_out: 80,
                trace: None,
            });
            if refused {
                recorder.error(ErrorKind::ConnectionRefused, at(100), ErrorSample::default);
            }
        }
        // One in ten is still running.
        if user < 9 {
            recorder.user_completed(ScenarioId(0), due + Duration::from_millis(9), Duration::from_millis(9));
        }
    }
    recorder.take()
}

/// Nothing has been told yet.
fn fresh() -> State {
    State::of(&builder(), None, None)
}

/// So many seconds are over.
fn after(seconds: u64) -> State {
    told(builder(), seconds, second)
}

/// The same of another run.
fn told(mut builder: Builder, seconds: u64, second: impl Fn(u64) -> Snapshot) -> State {
    let mut state = State::of(&builder, None, None);
    for number in 0..seconds {
        builder.observe(number, &second(number));
        builder.due((number + 1) * 10);
        let used = Resources {
            generator_cpu: 0.31,
            busiest_shard: 0.33,
            generator_memory: 38_000_000,
            target_cpu: Some(0.74),
            target_memory: Some(61_000_000),
            ..Resources::default()
        };
        builder.resources(number, used);
        state = State::of(&builder, Some((number + 1) * 10), Some(&state));
    }
    state
}

fn picture(state: &State, size: (u16, u16), lines: &[&str], urgency: Urgency) -> String {
    picture_with(state, size, lines, urgency, None)
}

fn picture_with(
    state: &State,
    (width, height): (u16, u16),
    lines: &[&str],
    urgency: Urgency,
    page: Option<&str>,
) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let scene = Scene { state, lines: &lines, urgency, colour: true, page };
    terminal.draw(|frame| draw(frame, &scene)).unwrap();
    let buffer = terminal.backend().buffer();
    let rows = buffer.content().chunks(usize::from(width.max(1)));
    let rows = rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>());
    rows.map(|row| row.trim_end().to_owned() + "\n").collect()
}

#[test]
fn before_the_first_second_is_over() {
    insta::assert_snapshot!(picture(&fresh(), (80, 24), &[], Urgency::No), @r##"
    loadgen 0.1.0   scenarios/crud.yml → http://127.0.0.1:41733 (builtin)
      Warm-up  00:00/00:20  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  00:20 left  q stops

      VERDICT so far  open   nothing measured yet              run VALID

      requests     0          0/s            bytes     0 B/s in, 0 B/s out
      error rate   0.00 %     now 0 requests/s  0 users  p95 -
      arrivals     none offered
      users        0 created  0 completed  0 failed  0 skipped

      latency (ms)   · p50   + p95   ⠒ p99
        1.00│              ┊
            │              ┊
            │              ┊
            │              ┊
            │              ┊
            │              ┊
           0│              ┊
            └───────────────────────────────────────────────────────────────────────
        00:00                                                                  00:20

      thresholds                                     wanted          seen so far
      · http.response_time p95                       < 100 ms        not measured
      · http.latency p99                             < 20 ms         not measured
    "##);
    insta::assert_snapshot!(picture(&fresh(), (40, 10), &[], Urgency::No), @r##"
    loadgen 0.1.0   scenarios/crud.yml → ht…
      Warm-up  00:00/00:20  00:20 left
      open so far  run VALID
      requests     0          0/s
      error rate   0.00 %
      arrivals     none offered
      users        0 created  0 completed
      thresholds             seen so far
      · http.resp…e_time p95 not measured
      · http.latency p99     not measured
    "##);
}

#[test]
fn a_run_in_which_all_is_well() {
    insta::assert_snapshot!(picture(&after(4), (80, 24), &[], Urgency::No), @r##"
    loadgen 0.1.0   scenarios/crud.yml → http://127.0.0.1:41733 (builtin)
      Warm-up  00:04/00:20  ███████░░░░░░░░░░░░░░░░░░░░░░░░░░░░  00:16 left  q stops
      VERDICT so far  pass   2 of 2 thresholds met             run VALID
      requests     120        30.0/s         bytes     3.60 kB/s in, 2.40 kB/s out
      error rate   0.00 %     now 30 requests/s  4 users  p95 16.0 ms
      arrivals     40 offered  40 achieved  (100.00 %)  now 10 of 10/s
                         p50      p95      p99    p99.9      max   (ms)
      latency           4.00     12.8     16.0     16.0     16.0   due → done
      response time     2.80     8.97     11.2     11.2     11.2   sent → first byte
      schedule lag     0.200    0.640    0.800    0.800    0.800   generator's own
      latency (ms)   · p50   + p95   ⠒ p99
        16.0│       ⢀⡠⠔⠊+  ┊
            │    ⣀⠤⠒⠁++    ┊
            │⣀⠤⠒⠉++······  ┊
           0│···           ┊
            └───────────────────────────────────────────────────────────────────────
        00:00                                                                  00:20
      endpoint, 2 of 3 (ms)           requests      /s   errors    p50    p95    p99
      POST   /users                         40    10.0   0.00 %   4.00   12.8   16.0
      GET    /users/{{ userId }}            40    10.0   0.00 %   4.00   12.8   16.0
      thresholds                                     wanted          seen so far
      ✓ http.response_time p95                       < 100 ms        8.97 ms
      ✓ http.latency p99                             < 20 ms         16.0 ms
      generator  cpu 31 %  mem 38.0 MB     target  cpu 74 %  mem 61.0 MB
    "##);
}

#[test]
fn errors_and_a_threshold_that_is_missed_in_the_usual_window() {
    let lines = ["user 17 was refused", "stopping: no new users, 10 s for those that run"];
    insta::assert_snapshot!(picture(&after(8), (80, 24), &lines, Urgency::Gracefully), @r##"
    loadgen 0.1.0   scenarios/crud.yml → http://127.0.0.1:41733 (builtin)
      Peak load  00:08/00:20  ████████░░░░░░░░░░░░  00:12 left  stopping, q: at once
      VERDICT so far  FAIL   1 of 2 thresholds missed          run VALID
      errors
        ECONNREFUSED                              30   12.50 % of requests
      requests     240        30.0/s         bytes     3.15 kB/s in, 2.40 kB/s out
      error rate   12.50 %    now 30 requests/s  8 users  p95 32.0 ms
                         p50      p95      p99    p99.9      max   (ms)
      latency           7.20     24.0     28.8     32.0     32.0   due → done
      response time     5.04     16.8     20.2     22.4     22.4   sent → first byte
      latency (ms)   · p50   + p95   ⠒ p99
        32.0│              ┊ ⣀⣀⡠⠤⠔⠒⠒⠉⠉+
            │     ⢀⣀⣀⣀⠤⠤⠔⠒⠊⠉⠉+·········
           0│⠤⠒⠒⠉⠉⠁······· ┊
            └───────────────────────────────────────────────────────────────────────
        00:00                                                                  00:20
      endpoint, 1 of 3 (ms)           requests      /s   errors    p50    p95    p99
      DELETE /users/{{ userId }}            80    10.0  37.50 %   4.80   16.0   20.0
      thresholds, 1 of 2                             wanted          seen so far
      ✗ http.latency p99                             < 20 ms         28.8 ms
      generator  cpu 31 %  mem 38.0 MB     target  cpu 74 %  mem 61.0 MB
      said meanwhile, and printed after the run
        user 17 was refused
        stopping: no new users, 10 s for those that run
    "##);
}

#[test]
fn errors_and_a_threshold_that_is_missed_in_a_large_window() {
    let lines = ["user 17 was refused", "user 18 was refused"];
    insta::assert_snapshot!(picture(&after(8), (120, 40), &lines, Urgency::No), @r##"
    loadgen 0.1.0   scenarios/crud.yml → http://127.0.0.1:41733 (builtin)
      Peak load  00:08/00:20  ████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  00:12 left  q stops

      VERDICT so far  FAIL   1 of 2 thresholds missed          run VALID

      errors
        ECONNREFUSED                              30   12.50 % of requests

      requests     240        30.0/s         bytes     3.15 kB/s in, 2.40 kB/s out
      error rate   12.50 %    now 30 requests/s  8 users  p95 32.0 ms
      arrivals     80 offered  80 achieved  (100.00 %)  now 10 of 10/s
      users        80 created  72 completed  0 failed  0 skipped

                         p50      p95      p99    p99.9      max   (ms)
      latency           7.20     24.0     28.8     32.0     32.0   due → done
      response time     5.04     16.8     20.2     22.4     22.4   sent → first byte
      schedule lag     0.400     1.26     1.60     1.60     1.60   generator's own

      latency (ms)   · p50   + p95   ⠒ p99                         requests and errors (/s)   ⠒ requests   x errors
        32.0│          ┊   ⣀⠤⠒⠉                                      30.0│⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉
            │         +⣀⠤⠒⠉                                              │          ┊
            │    ++⣀⠤⠒⠉┊ ······                                          │          ┊
            │ ⢀⡠⠔⠊⠉······                                                │          ┊ xxxxxx
           0│⠊⠁··      ┊                                                0│          ┊
            └──────────────────────────────────────────────────          └──────────────────────────────────────────────────
        00:00                                             00:20      00:00                                             00:20

      endpoint (latency in ms)                                      requests      /s   errors    p50    p95    p99
      POST   /users                                                       80    10.0   0.00 %   8.00   25.2   32.0
      GET    /users/{{ userId }}                                          80    10.0   0.00 %   8.00   25.2   32.0
      DELETE /users/{{ userId }}                                          80    10.0  37.50 %   4.80   16.0   20.0

      thresholds                                                                   wanted          seen so far
      ✗ http.latency p99                                                           < 20 ms         28.8 ms
      ✓ http.response_time p95                                                     < 100 ms        16.8 ms

      generator  cpu 31 %  mem 38.0 MB     target  cpu 74 %  mem 61.0 MB     busiest shard 33 %
      said meanwhile, and printed after the run
        user 17 was refused
        user 18 was refused
    "##);
}

#[test]
fn errors_and_a_threshold_that_is_missed_in_a_small_window() {
    insta::assert_snapshot!(picture(&after(8), (40, 10), &[], Urgency::Now), @r##"
    loadgen 0.1.0   scenarios/crud.yml → ht…
      Peak load  00:08/00:20  00:12 left
      FAIL so far  run VALID
      errors
        ECONNREFUSED           30   12.50 %
      requests     240        30.0/s
      error rate   12.50 %
      in ms              p95      p99
      latency           24.0     28.8
      generator  cpu 31 %  mem 38.0 MB
    "##);
}

#[test]
fn the_address_of_the_page_stands_under_the_title_and_is_not_cut() {
    let url = "http://127.0.0.1:43210/?token=0123456789abcdef0123456789abcdef";
    let told = |width, height| {
        let picture = picture_with(&after(8), (width, height), &["said"], Urgency::No, Some(url));
        picture.lines().nth(1).unwrap().to_owned()
    };
    assert_eq!(told(80, 24), format!("  live page  {url}"));
    assert_eq!((told(62, 4), told(80, 4)), (url.to_owned(), format!("  live page  {url}")));
}

#[test]
fn narrow_windows_leave_out_the_columns_that_matter_least() {
    insta::assert_snapshot!(picture(&after(8), (60, 30), &[], Urgency::No), @r##"
    loadgen 0.1.0   scenarios/crud.yml → http://127.0.0.1:41733…
      Peak load  00:08/00:20  █████░░░░░░░░  00:12 left  q stops
      FAIL so far  run VALID  1 of 2 thresholds missed
      errors
        ECONNREFUSED                               30   12.50 %
      requests     240        30.0/s
      error rate   12.50 %    now 30 requests/s  8 users
      arrivals     80 offered  80 achieved  (100.00 %)
      users        80 created  72 completed  0 failed  0 skipped
      in ms              p50      p95      p99    p99.9      max
      latency           7.20     24.0     28.8     32.0     32.0
      response time     5.04     16.8     20.2     22.4     22.4
      schedule lag     0.400     1.26     1.60     1.60     1.60
      latency (ms)   · p50   + p95   ⠒ p99
        32.0│          ┊   ⣀⠤⠒⠉+
            │          ⣀⠤⠒⠉+
            │     +⣀⠤⠒⠉┊ ·······
            │ ⢀⡠⠔⠊⠉······
           0│⠊⠁···     ┊
            └───────────────────────────────────────────────────
        00:00                                              00:20
      endpoint (ms)       requests   errors    p50    p95    p99
      POST /users               80   0.00 %   8.00   25.2   32.0
      GET /use…serId }}         80   0.00 %   8.00   25.2   32.0
      DELETE /…serId }}         80  37.50 %   4.80   16.0   20.0
      thresholds                 wanted          seen so far
      ✗ http.latency p99         < 20 ms         28.8 ms
      ✓ http.response_time p95   < 100 ms        16.8 ms
      generator  cpu 31 %  mem 38.0 MB     busiest shard 33 %
      target     cpu 74 %  mem 61.0 MB
    "##);
    insta::assert_snapshot!(picture(&after(8), (45, 30), &[], Urgency::No), @r##"
    loadgen 0.1.0   scenarios/crud.yml → http://…
      Peak load  00:08/00:20  00:12 left  q stops
      FAIL so far  run VALID
      errors
        ECONNREFUSED                30   12.50 %
      requests     240        30.0/s
      error rate   12.50 %    now 30 requests/s
      arrivals     80 offered  80 achieved
      users        80 created  72 completed
      in ms              p95      p99      max
      latency           24.0     28.8     32.0
      response time     16.8     20.2     22.4
      schedule lag      1.26     1.60     1.60
      latency (ms)   · p50   + p95   ⠒ p99
        32.0│       ┊  ⡠⠔⠊
            │       ⣀⠤⠊+
            │    ⢀⡠⠊┊ ····
            │ ⢀⠔⠊⠁····
           0│⠊⠁··   ┊
            └────────────────────────────────────
        00:00                               00:20
      endpoint (ms)      requests   errors    p99
      POST /users              80   0.00 %   32.0
      GET /us…serId }}         80   0.00 %   32.0
      DELETE …serId }}         80  37.50 %   20.0
      thresholds                  seen so far
      ✗ http.latency p99          28.8 ms
      ✓ http.response_time p95    16.8 ms
      generator  cpu 31 %  mem 38.0 MB
      target     cpu 74 %  mem 61.0 MB
    "##);
    insta::assert_snapshot!(picture(&after(8), (45, 15), &[], Urgency::No), @r##"
    loadgen 0.1.0   scenarios/crud.yml → http://…
      Peak load  00:08/00:20  00:12 left  q stops
      FAIL so far  run VALID
      errors
        ECONNREFUSED                30   12.50 %
      requests     240        30.0/s
      error rate   12.50 %    now 30 requests/s
      in ms              p95      p99      max
      latency           24.0     28.8     32.0
      response time     16.8     20.2     22.4
      1 of 3 (ms)        requests   errors    p99
      DELETE …serId }}         80  37.50 %   20.0
      thresholds, 1 of 2          seen so far
      ✗ http.latency p99          28.8 ms
      generator  cpu 31 %  mem 38.0 MB
    "##);
}

#[test]
fn no_window_is_too_small_and_no_text_too_strange() {
    let strange = ["\u{1b}[2J\u{7}bell\ttab", "日本語のログ行 and more", "e\u{301}\u{200d}\u{feff}", ""];
    for state in [fresh(), after(1), after(21)] {
        for width in [0, 1, 2, 5, 13, 39, 80, 110, 300] {
            for height in (0..10).chain([20, 24, 60]) {
                let picture = picture(&state, (width, height), &strange, Urgency::No);
                assert!(!picture.contains('\u{1b}'), "{picture}");
            }
        }
    }
}

#[test]
fn where_colours_may_not_be_used_there_are_none() {
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
    let state = after(8);
    let scene = Scene { state: &state, lines: &[], urgency: Urgency::No, colour: false, page: None };
    terminal.draw(|frame| draw(frame, &scene)).unwrap();
    let plain = |colour| colour == ratatui::style::Color::Reset;
    assert!(terminal.backend().buffer().content().iter().all(|cell| plain(cell.fg) && plain(cell.bg)));
}

#[test]
fn what_is_said_is_as_short_as_it_is_shown() {
    use super::blocks::counted;
    let table = [
        ("  endpoint (latency in ms)        requests", Some("  endpoint, 2 of 7 (ms)           requests")),
        ("  thresholds            wanted", Some("  thresholds, 2 of 7    wanted")),
        ("  errors", Some("  errors, 2 of 7")),
        ("                 p50      p95", None),
        ("  endpoint (ms)         requests", Some("  endpoint, 2 of 7 (ms) requests")),
        ("  endpoint (ms)        requests", Some("  2 of 7 (ms)          requests")),
    ];
    for (heading, told) in table {
        assert_eq!(counted(heading, 2, 7).as_deref(), told);
    }
    assert_eq!(counted("  endpoint (ms) requests", 12, 100).unwrap(), "  12 of 100     requests");
}
