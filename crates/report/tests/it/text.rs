//! The summary as people see it.

use crate::run::*;
use loadgen_metrics::{ErrorKind, Outcome, ScenarioId};
use loadgen_report::render::text::pieces::Pieces;
use loadgen_report::render::{Style, width};
use loadgen_report::{Builder, End, Meta, Report};
use std::time::Duration;

#[test]
fn a_good_run() {
    let thresholds = vec![below("http.response_time.p95", 100.0), below("loadgen.error_rate", 0.1)];
    insta::assert_snapshot!(text(&good_run(thresholds)), @r"
    loadgen 0.1.0   scenarios/crud.yml → http://127.0.0.1:41733 (builtin)
      2026-08-01T12:00:04Z   12.0 s   2 shards   seed 7

      VERDICT  pass   2 of 2 thresholds met           run VALID

      requests     360        29.9/s         bytes     3.59 kB/s in, 2.39 kB/s out
      error rate   0.00 %
      arrivals     120 offered  120 achieved  (100.00 %)
      users        120 created  120 completed  0 failed  0 skipped

                         p50      p95      p99    p99.9      max   (ms)
      latency           2.40     7.20     8.00     8.00     8.00   due → done
      response time     1.68     5.04     5.60     5.60     5.60   sent → first byte
      schedule lag     0.120    0.360    0.400    0.400    0.400   generator's own

      status       200 ×228   201 ×120   404 ×12

      endpoint (latency in ms)        requests      /s   errors    p50    p95    p99
      GET    /users                        120    9.97   0.00 %   2.00   4.00   4.00
      POST   /users                        120    9.97   0.00 %   2.00   4.00   4.00
      GET    /users/{{ userId }}           120    9.97   0.00 %   4.00   8.00   8.00

      thresholds                                     wanted          seen
      ✓ http.response_time p95                       < 100 ms        5.04 ms
      ✓ loadgen.error_rate                           < 0.1 %         0.00 %

      generator  cpu 31 %  mem 38.0 MB     target  cpu 74 %  mem 61.0 MB
    ");
}

#[test]
fn errors_a_breach_and_a_saturated_generator() {
    let mut builder = Builder::new(
        meta(),
        vec![below("http.latency.p99", 100.0), below("vusers.failed", 1.0), below("http.codes.500", 1.0)],
    );
    for second in 0..12 {
        let mut recorder = recorder();
        recorder.user_created(ScenarioId(0), ms(second * 1000));
        if second > 3 {
            request(&mut recorder, 1, ms(second * 1000), Duration::from_millis(240), answered(503));
            request(
                &mut recorder,
                2,
                ms(second * 1000),
                Duration::from_millis(3),
                failed(ErrorKind::ConnectionReset),
            );
            let rejected = Outcome::Rejected { status: 200, error: ErrorKind::CaptureFailed };
            request(&mut recorder, 2, ms(second * 1000), Duration::from_millis(3), rejected);
            recorder.user_failed(ScenarioId(0), ms(second * 1000 + 300));
            recorder.user_skipped(ms(second * 1000 + 301));
        }
        builder.observe(second, &good_second(second));
        builder.observe(second, &recorder.take());
        builder.resources(second, used(if second > 6 { 0.97 } else { 0.5 }));
    }
    let report =
        builder.finish(End { at: ms(8000), scheduled: 140, passes: 0, stopped: Some("SIGINT".to_owned()) });
    insta::assert_snapshot!(text(&report), @r##"
    loadgen 0.1.0   scenarios/crud.yml → http://127.0.0.1:41733 (builtin)
      2026-08-01T12:00:04Z   8.00 s   2 shards   seed 7

      VERDICT  FAIL   3 of 3 thresholds missed        run INVALID
      stopped by SIGINT after 00:08 of 00:12: the figures are of what ran until then
      ✗ http.latency p99 was 240 ms, 2.4 times the 100 ms allowed, first at 00:04 in
        phase "Peak load"
      ✗ vusers.failed was 8, and must be below 1, first at 00:04 in phase "Peak
        load"
      ✗ http.codes.500 could not be judged: the run has no such metric; one that
        counts something is there only once it has counted
      ! over 90 % CPU in 5 of 12 seconds: the generator, or one of its threads, had
        no more to give
        fix: run the generator on more cores (--shards), apart from the target, or
             offer less load
      ! schedule lag p99 12.0 ms, over the 10 ms that a valid run may have: the
        generator sent requests late
        fix: give the generator cores of its own, apart from the target's, or offer
             less load
      ! 8 of 140 arrivals started no user, because maxVusers were running
        fix: raise maxVusers; if it is meant, the target is too slow for the load
             that was offered

      errors
        ECONNRESET                                 8   2.08 % of requests
          first at 00:04: GET http://127.0.0.1:41733/users/17 connection refused (os
          error 111)
          hint: the target closed the connection before it had answered
        Failed capture or match                    8   2.08 % of requests
          first at 00:04: GET http://127.0.0.1:41733/users/17 connection refused (os
          error 111)
          hint: the answer does not hold what the script captures: look at the
                sample's status first
        5xx answers                                8   2.08 % of requests
          first at 00:04: POST http://127.0.0.1:41733/users status 503
          read: out of memory
          hint: the target failed: its own log says why

      requests     384        48.0/s         bytes     5.64 kB/s in, 3.84 kB/s out
      error rate   6.25 %
      arrivals     140 offered  140 achieved  (100.00 %)
      users        132 created  120 completed  8 failed  8 skipped

                         p50      p95      p99    p99.9      max   (ms)
      latency           2.80     8.00      240      240      240   due → done
      response time     1.96     5.60      168      168      168   sent → first byte
      schedule lag     0.140    0.400     12.0     12.0     12.0   generator's own

      status       200 ×236   201 ×120   404 ×12   503 ×8

      endpoint (latency in ms)        requests      /s   errors    p50    p95    p99
      GET    /users                        120    15.0   0.00 %   2.00   4.00   4.00
      POST   /users                        128    16.0   6.25 %   2.40    240    240
      GET    /users/{{ userId }}           136    17.0  11.76 %   4.00   8.00   8.00

      thresholds                                     wanted          seen
      ✗ http.latency p99                             < 100 ms        240 ms
      ✗ vusers.failed                                < 1             8
      ✗ http.codes.500                               < 1             not measured

      generator  cpu 70 %  mem 38.0 MB     target  cpu 74 %  mem 61.0 MB
    "##);
}

#[test]
fn nothing_listens() {
    let mut recorder = recorder();
    for user in 0..4 {
        recorder.user_created(ScenarioId(0), ms(user * 250));
        let refused = failed(ErrorKind::ConnectionRefused);
        request(&mut recorder, 0, ms(user * 250), Duration::from_micros(90), refused);
        recorder.user_failed(ScenarioId(0), ms(user * 250));
    }
    let meta = Meta { target_is_builtin: false, environment: Some("staging".to_owned()), ..meta() };
    insta::assert_snapshot!(text(&run(meta, Vec::new(), &[recorder.take()])), @r"
    loadgen 0.1.0   scenarios/crud.yml → http://127.0.0.1:41733
      2026-08-01T12:00:04Z   1.00 s   2 shards   seed 7   environment staging

      VERDICT  none   no thresholds set               run VALID

      no request was answered: nothing listens at http://127.0.0.1:41733
      errors
        ECONNREFUSED                               4   100.00 % of requests
          first at 00:00: GET http://127.0.0.1:41733/users/17 connection refused (os
          error 111)
          hint: nothing listens at this address: is the target running, is the port
                right?

      requests     4          4.00/s         bytes     0 B/s in, 320 B/s out
      error rate   100.00 %
      arrivals     4 offered  4 achieved  (100.00 %)
      users        4 created  0 completed  4 failed  0 skipped

                         p50      p95      p99    p99.9      max   (ms)
      schedule lag     0.005    0.005    0.005    0.005    0.005   generator's own

      endpoint (latency in ms)        requests      /s   errors    p50    p95    p99
      GET    /users                          4    4.00 100.00 %      -      -      -
    ");
}

#[test]
fn a_run_without_anything() {
    insta::assert_snapshot!(text(&run(meta(), Vec::new(), &[])), @r"
    loadgen 0.1.0   scenarios/crud.yml → http://127.0.0.1:41733 (builtin)
      2026-08-01T12:00:04Z   0 s   2 shards   seed 7

      VERDICT  none   no thresholds set               run VALID

      no request was sent

      requests     0          0/s            bytes     0 B/s in, 0 B/s out
      error rate   0.00 %
      arrivals     none offered
      users        0 created  0 completed  0 failed  0 skipped
    ");
}

#[test]
fn no_line_is_wider_than_asked_for() {
    let mut meta = meta();
    meta.script = "a/very/long/path/to/some/deeply/nested/folder/of/scenarios/crud.yml".to_owned();
    meta.target = "https://an-even-longer-host-name.in-some.far-away.example.com:8443".to_owned();
    meta.series[2].endpoint = "/users/{{ userId }}/orders/{{ orderId }}/items/{{ itemId }}/prices".to_owned();
    let mut recorder = recorder();
    for code in 100..600 {
        request(&mut recorder, 2, ms(0), Duration::from_millis(2), answered(code));
    }
    request(&mut recorder, 2, ms(0), Duration::from_secs(2), failed(ErrorKind::CertificateUntrusted));
    let thresholds =
        vec![below("plugins.metrics-by-endpoint.response_time./users/{{ userId }}/orders.p99", 1.0)];
    let report = run(meta, thresholds, &[recorder.take()]);
    for width in [10, 80, 120] {
        let text = styled(&report, Style { colour: false, width });
        for line in text.lines() {
            assert!(line.chars().count() <= width.max(80), "{line}");
        }
    }
}

/// The lines of the summary from the one that begins so, as many.
fn lines_from(report: &Report, begin: &str, count: usize) -> String {
    let told = text(report);
    let lines = told.lines().skip_while(|line| !line.trim_start().starts_with(begin));
    lines.take(count).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_limit_of_many_digits_stands_apart_from_what_was_seen() {
    let limits = [("http.latency.max", 1e9), ("http.response_time.p95", 5.0), ("http.requests", 1e15)];
    let report = good_run(limits.map(|(metric, limit)| below(metric, limit)).into());
    insta::assert_snapshot!(lines_from(&report, "thresholds", 4), @r##"
    thresholds                            wanted                   seen
    ✓ http.latency max                    < 1,000,000,000 ms       8.00 ms
    ✗ http.response_time p95              < 5 ms                   5.04 ms
    ✓ http.requests                       < 1,000,000,000,000,000  360
    "##);
}

#[test]
fn names_with_wide_characters_leave_the_columns_where_they_are() {
    let mut meta = meta();
    meta.series[0].endpoint = "/商品/{{ 番号 }}".to_owned();
    meta.series[2].endpoint = "/日本語の長い名前/日本語の長い名前".to_owned();
    let seconds: Vec<_> = (0..2).map(good_second).collect();
    let report = run(meta, vec![below("plugins.metrics-by-endpoint.response_time./商品.p99", 9.0)], &seconds);
    insta::assert_snapshot!(lines_from(&report, "endpoint", 4), @r##"
    endpoint (latency in ms)        requests      /s   errors    p50    p95    p99
    GET    /商品/{{ 番号 }}               12    6.00   0.00 %   1.20   2.40   2.40
    POST   /users                         20    10.0   0.00 %   2.00   4.00   4.00
    GET    /日本語…本語の長い名前         20    10.0   0.00 %   4.00   8.00   8.00
    "##);
    insta::assert_snapshot!(lines_from(&report, "thresholds", 2), @r##"
    thresholds                                     wanted          seen
    ✗ plugins.metrics-by-en…esponse_time./商品 p99 < 9 ms          not measured
    "##);
    for columns in 40..80 {
        let pieces = Pieces::of(&report, Style { colour: false, width: columns });
        let wide = [pieces.endpoints, pieces.worst].concat();
        assert!(wide.iter().all(|line| width(line) <= columns), "{columns} {wide:#?}");
    }
}

#[test]
fn colours_change_nothing_else() {
    let report = good_run(vec![below("http.latency.p50", 0.1)]);
    let coloured = styled(&report, Style { colour: true, width: 80 });
    assert!(coloured.contains("\u{1b}[1;31mFAIL\u{1b}[0m"));
    let mut plain = coloured;
    for code in ["\u{1b}[32m", "\u{1b}[1;31m", "\u{1b}[33m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[0m"] {
        plain = plain.replace(code, "");
    }
    assert_eq!(plain, text(&report));
}

#[test]
fn many_endpoints_are_told_by_the_busiest() {
    let mut meta = meta();
    let mut recorder = loadgen_metrics::Recorder::new(loadgen_metrics::Shape { scenarios: 2, series: 40 });
    meta.series = (0..40)
        .map(|index| loadgen_report::SeriesInfo {
            scenario: 0,
            method: "GET".to_owned(),
            endpoint: format!("/{index}"),
        })
        .collect();
    for index in 0..40 {
        let times = if index % 2 == 0 { 3 } else { 1 };
        (0..times)
            .for_each(|_| request(&mut recorder, index, ms(0), Duration::from_millis(1), answered(200)));
    }
    let text = text(&run(meta, Vec::new(), &[recorder.take()]));
    assert_eq!(text.lines().filter(|line| line.trim_start().starts_with("GET ")).count(), 30);
    assert!(text.contains("GET    /38") && text.contains("GET    /1 ") && !text.contains("GET    /39"));
    assert!(text.contains("… and 10 more, with no more requests each"), "{text}");
}

#[test]
fn names_that_begin_alike_are_told_apart_where_they_are_too_long() {
    let mut meta = meta();
    let mut recorder = loadgen_metrics::Recorder::new(loadgen_metrics::Shape { scenarios: 2, series: 2 });
    let endpoint = |index| loadgen_report::SeriesInfo {
        scenario: 0,
        method: "GET".to_owned(),
        endpoint: format!("/services/shops/{{{{ shopId }}}}/orders/{index}/items"),
    };
    meta.series = (0..2).map(endpoint).collect();
    (0..2).for_each(|index| request(&mut recorder, index, ms(0), Duration::from_millis(1), answered(200)));
    let metric = |index| format!("plugins.metrics-by-endpoint.response_time./services/orders/{index}.p99");
    let thresholds = (0..2).map(|index| below(&metric(index), 1.0)).collect();
    let text = text(&run(meta, thresholds, &[recorder.take()]));
    let rows = |of: &str| text.lines().filter(|line| line.contains(of)).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(rows("GET "), @r##"
    GET    /servic…orders/0/items          1    1.00   0.00 %   1.00   1.00   1.00
    GET    /servic…orders/1/items          1    1.00   0.00 %   1.00   1.00   1.00
    "##);
    insta::assert_snapshot!(rows("✗ plugins"), @r##"
    ✗ plugins.metrics-by-endpoint.response_time./services/orders/0.p99 could not
    ✗ plugins.metrics-by-endpoint.response_time./services/orders/1.p99 could not
    ✗ plugins.metrics-by-en…/services/orders/0 p99 < 1 ms          not measured
    ✗ plugins.metrics-by-en…/services/orders/1 p99 < 1 ms          not measured
    "##);
}

#[test]
fn an_error_is_told_with_what_was_read() {
    let mut recorder = recorder();
    let broken = Outcome::Broken { status: 200, error: ErrorKind::InvalidChunk };
    request(&mut recorder, 0, ms(0), Duration::from_millis(2), answered(200));
    recorder.error(ErrorKind::InvalidChunk, ms(3), || loadgen_metrics::ErrorSample {
        trace: None,
        at: ms(3),
        method: "GET".to_owned(),
        url: "http://t/x".to_owned(),
        detail: "Invalid chunk size line".to_owned(),
        status: broken.status(),
        read: r"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz".to_owned(),
    });
    let text = text(&run(meta(), Vec::new(), &[recorder.take()]));
    let errors: Vec<&str> = text.lines().skip_while(|line| *line != "  errors").take(5).collect();
    insta::assert_snapshot!(errors.join("\n"), @r"
    errors
      HPE_INVALID_CHUNK_SIZE                     1   100.00 % of requests
        first at 00:00: GET http://t/x status 200: Invalid chunk size line
        read: HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz
        hint: the body is chunked, and a chunk is not as HTTP wants it
    ");
}

#[test]
fn the_pieces_of_the_summary_are_lines_of_it() {
    let mut seconds: Vec<_> = (0..3).map(good_second).collect();
    let mut recorder = recorder();
    request(&mut recorder, 1, ms(2500), Duration::from_millis(3), failed(ErrorKind::TimedOut));
    request(&mut recorder, 2, ms(2500), Duration::from_millis(3), answered(503));
    seconds.push(recorder.take());
    let report = run(meta(), vec![], &seconds);
    let summary = text(&report);
    let pieces = Pieces::of(&report, Style::default());
    assert_eq!(pieces.errors.len(), 2);
    let names = |lines: &[String]| lines.iter().map(|it| it[..30].trim().to_owned()).collect::<Vec<_>>();
    let [all, worst] = [&pieces.endpoints, &pieces.worst].map(|lines| names(&lines[1..]));
    assert_eq!(all, ["GET    /users", "POST   /users", "GET    /users/{{ userId }}"], "of the script");
    assert_eq!(worst, ["GET    /users/{{ userId }}", "POST   /users", "GET    /users"], "errors, then p99");
    for lines in [pieces.title, pieces.errors, pieces.amounts, pieces.times, pieces.endpoints, pieces.worst] {
        assert!(!lines.is_empty());
        lines.iter().for_each(|line| assert!(summary.contains(line.trim_end()), "{line}\n{summary}"));
    }
}
