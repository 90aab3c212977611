//! What windows show that have not room for everything.

use super::super::view::lines;
use super::*;

/// Fifteen users come in a second, and all of them fail.
fn failing(second: u64) -> Snapshot {
    let mut recorder = Recorder::new(Shape { scenarios: 1, series: 3 });
    for user in 0..15 {
        let at = ms(second * 1000 + user);
        recorder.user_created(ScenarioId(0), at);
        recorder.user_failed(ScenarioId(0), at);
    }
    recorder.take()
}

/// A run whose names are of wide characters, and in which a limit has many digits.
fn wide() -> State {
    let mut meta = meta();
    meta.phases[1].name = Some("混雑する時間帯のとても長い名前".to_owned());
    meta.series[0].endpoint = "/日本語の長い名前日本語の長い名前日本語の長い名前/1".to_owned();
    meta.series[1].endpoint =
        "/a日b本c語d/👩\u{200d}💻/❤\u{fe0f}❤\u{fe0f}❤\u{fe0f}❤\u{fe0f}/e\u{301}e\u{301}".to_owned();
    let endpoint = "plugins.metrics-by-endpoint.response_time./日本語の長い名前日本語の長い名前.p99";
    let thresholds = vec![below("http.latency.max", 1e9).into(), below(endpoint, 10.0).into()];
    told(Builder::new(meta, thresholds), 8, second)
}

/// The row of the picture that begins so.
fn row(state: &State, width: u16, begin: &str) -> String {
    let picture = picture(state, (width, 60), &[], Urgency::No);
    picture.lines().find(|row| row.trim_start().starts_with(begin)).unwrap().to_owned()
}

#[test]
fn no_table_is_cut_down_to_forty_columns() {
    for width in 40..80 {
        for (name, state) in [("fresh", fresh()), ("calm", after(4)), ("bad", after(8)), ("wide", wide())] {
            let picture = picture(&state, (width, 60), &[], Urgency::No);
            // The title may be: whoever looks knows what they have started.
            let cut = picture.lines().skip(1).find(|row| row.ends_with('…'));
            assert_eq!(cut, None, "{name} {width}\n{picture}");
            // What is wider than the window loses its end without any sign.
            let scene = Scene { state: &state, lines: &[], urgency: Urgency::No, colour: true, page: None };
            for line in lines(&scene, width) {
                assert!(line.width() <= width.into(), "{name} {width} {line}");
            }
        }
    }
}

#[test]
fn wide_characters_cut_no_figure() {
    for width in 40..80 {
        assert!(row(&wide(), width, "POST").ends_with(" 32.0"), "{width}");
        assert!(row(&wide(), width, "GET").ends_with(" 32.0"), "{width}");
    }
}

#[test]
fn failed_users_are_told_in_every_window() {
    let state = told(builder(), 10, failing);
    let users = |width| row(&state, width, "users ");
    assert_eq!(users(40), "  users        150 created  150 failed");
    assert_eq!(users(50), "  users        150 created  150 failed");
    assert_eq!(users(55), "  users        150 created  0 completed  150 failed");
    assert_eq!(users(75), "  users        150 created  0 completed  150 failed  0 skipped");
    for width in 40..120 {
        assert!(users(width).contains("  150 failed"), "{width}");
        assert!(row(&state, width, "error rate").ends_with("  failed 150"), "{width}");
    }
}

#[test]
fn lines_lose_what_is_nothing_before_what_is_something() {
    use crate::live::blocks::fitting;
    let line = "  users        150 created  50 completed  100 failed  3 skipped";
    let table = [
        (line, 63, Some(line)),
        (line, 62, Some("  users        150 created  50 completed  100 failed")),
        (line, 40, Some("  users        150 created  100 failed")),
        (line, 30, Some("  users  100 failed")),
        (line, 18, None),
        (
            "  users        9 created  9 completed  0 failed  1 skipped",
            50,
            Some("  users        9 created  9 completed  1 skipped"),
        ),
        (
            "  arrivals     40 offered  0 achieved  (0.00 %)",
            40,
            Some("  arrivals     40 offered  0 achieved"),
        ),
        ("  bytes        3.15 kB/s in, 2.40 kB/s out", 40, None),
        ("", 40, None),
    ];
    for (line, width, left) in table {
        assert_eq!(fitting(line, width).as_deref(), left, "{line} {width}");
    }
}

#[test]
fn what_was_wanted_stands_apart_from_what_was_seen() {
    assert_eq!(
        row(&wide(), 80, "✓ http.latency max"),
        "  ✓ http.latency max                         < 1,000,000,000 ms  32.0 ms"
    );
    for width in 40..120 {
        let row = row(&wide(), width, "✓ http.latency max");
        assert!(row.ends_with("  32.0 ms"), "{row}");
    }
}
