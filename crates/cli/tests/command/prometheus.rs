//! `--prometheus`: what is shown while a run goes on, and once it is over.

use crate::harness::{Project, fetch, loadgen, wait_until};
use loadgen_testkit::{Act, RawServer, transcript};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc;

const TWO_GETS: &str = "      - get: {url: \"/a/{{ $randomNumber(1, 9) }}\"}\n      - get: {url: /b}";

/// The sum of a metric's samples.
fn sum(text: &str, metric: &str) -> f64 {
    let of = |line: &&str| line.strip_prefix(metric).is_some_and(|rest| rest.starts_with(['{', ' ']));
    text.lines().filter(of).map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
}

/// Where a run that has been started shows its figures.
fn endpoint(child: &mut Child) -> String {
    let (sender, lines) = mpsc::channel();
    let stderr = BufReader::new(child.stderr.take().unwrap());
    // Read to its end, so that nobody waits for us.
    std::thread::spawn(move || {
        stderr.lines().map_while(Result::ok).for_each(|line| {
            let _ = sender.send(line);
        });
    });
    lines.iter().find_map(|line| line.strip_prefix("metrics for Prometheus at ").map(str::to_owned)).unwrap()
}

#[test]
#[cfg(unix)]
fn a_run_is_scraped_while_it_goes_on_and_its_last_figures_are_the_reports() {
    let server =
        RawServer::start(
            |path| if path.contains("/b") { Act::answer(404, "no") } else { Act::answer(200, "{}") },
        );
    let project = Project::of(&server.url(), "[{duration: 2, arrivalCount: 40, name: Main}]", TWO_GETS);
    let ensure = "{\"config\": {\"plugins\": {\"ensure\": {\"thresholds\": [{\"http.requests\": 5}]}}}}";
    let args = [
        "-q",
        "-o",
        "run.json",
        "--overrides",
        ensure,
        "--prometheus",
        "127.0.0.1:0",
        "--prometheus-linger",
        "5m",
    ];
    let mut child = project.command(&args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let url = endpoint(&mut child);
    let first = fetch(&url);
    assert_eq!((sum(&first, "loadgen_run_info"), sum(&first, "loadgen_run_ended")), (1.0, 0.0), "{first}");
    assert_eq!(sum(&first, "loadgen_phase"), 1.0, "{first}");
    let mut last = first;
    let mut requests = vec![0.0];
    wait_until(&mut child, || {
        last = fetch(&url);
        requests.push(sum(&last, "loadgen_http_requests_total"));
        sum(&last, "loadgen_run_ended") == 1.0
    });
    assert!(requests.is_sorted(), "counters only grow");
    assert!(requests.iter().any(|seen| (1.0..80.0).contains(seen)), "it was seen on its way: {requests:?}");
    assert!(fetch(&url.replace("/metrics", "/")).contains("/metrics"));

    // The results are written before it lingers, and the signal ends that alone.
    wait_until(&mut child, || project.path("run.json").exists());
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(1), "the threshold's exit code");

    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(project.path("run.json")).unwrap()).unwrap();
    let aggregate = &report["aggregate"];
    for (metric, counter) in [
        ("loadgen_http_requests_total", "http.requests"),
        ("loadgen_http_responses_total", "http.responses"),
        ("loadgen_http_received_bytes_total", "http.downloaded_bytes"),
        ("loadgen_http_sent_bytes_total", "http.sent_bytes"),
        ("loadgen_vusers_created_total", "vusers.created"),
        ("loadgen_vusers_completed_total", "vusers.completed"),
        ("loadgen_vusers_failed_total", "vusers.failed"),
    ] {
        assert_eq!(Some(sum(&last, metric)), aggregate["counters"][counter].as_f64(), "{metric}\n{last}");
    }
    for (metric, summary) in [
        ("loadgen_http_latency_seconds_count", "http.latency"),
        ("loadgen_http_response_time_seconds_count", "http.response_time"),
        ("loadgen_http_schedule_lag_seconds_count", "http.schedule_lag"),
        ("loadgen_vuser_session_seconds_count", "vusers.session_length"),
    ] {
        assert_eq!(Some(sum(&last, metric)), aggregate["summaries"][summary]["count"].as_f64(), "{metric}");
    }
    assert_eq!(sum(&last, "loadgen_arrivals_offered_total"), 40.0);
    assert_eq!(sum(&last, "loadgen_arrivals_achieved_total"), 40.0);
    assert!(last.contains("loadgen_thresholds_met{threshold=\"http.requests < 5\"} 0"), "{last}");
    assert!(last.contains("status=\"404\"} 40"), "{last}");
    assert!(last.contains("name=\"/a/{{ $randomNumber(1, 9) }}\""), "{last}");
}

#[test]
fn an_address_that_is_taken_is_an_error_before_any_load() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let project = Project::of(&server.url(), "[{duration: 1, arrivalCount: 1}]", TWO_GETS);
    let told = project.run(&["--prometheus", &address]);
    assert_eq!(told.status, 3, "{}", told.text());
    assert!(told.stderr.contains(&format!("cannot listen on {address} for Prometheus: ")), "{}", told.stderr);
    assert!(told.stderr.contains("--prometheus 0 takes a free one"), "{}", told.stderr);
    for args in
        [&["--prometheus", ":9464"][..], &["--prometheus-linger", "5s"], &["--dry", "--prometheus", "0"]]
    {
        assert_eq!(project.run(args).status, 2, "{args:?}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn a_quick_run_is_shown_too() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let told = transcript(&mut loadgen(&["quick", "-c", "1", "-n", "1", "--prometheus", "0", &server.url()]));
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(told.stderr.contains("metrics for Prometheus at http://127.0.0.1:"), "{}", told.stderr);
}
