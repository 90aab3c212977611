//! `publish-metrics` with `traces`: a user's span is the parent of its requests', and theirs of what the target makes of them.

use crate::harness::{Project, Target, wait_until};
use crate::stopping::send;
use loadgen_testkit::{Act, Collector, RawServer, ReceivedSpan, SpanKind};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::time::Duration;

/// Users of the script.
const USERS: usize = 20;

fn script(target: &str, collector: &str, traces: &str) -> String {
    format!(
        "config:
  target: \"{target}\"
  phases: [{{duration: 500ms, arrivalCount: {USERS}}}]
  plugins:
    publish-metrics:
      - {{type: open-telemetry, serviceName: shop-load, traces: {{endpoint: '{collector}/v1/traces', {traces}}}}}
scenarios:
  - name: both
    flow:
      - get: {{url: \"/users?page=1\", name: list}}
      - get: {{url: \"/users/nobody\"}}
"
    )
}

/// Those of requests, after the spans of their users have been held to them: each user has one, which begins the trace and
/// lasts as long as they do.
fn requests(ours: Vec<ReceivedSpan>, each: usize) -> Vec<ReceivedSpan> {
    let (users, requests): (Vec<_>, Vec<_>) = ours.into_iter().partition(|span| span.parent.is_empty());
    let traces: BTreeSet<_> = users.iter().map(|span| &span.trace).collect();
    assert_eq!((traces.len(), requests.len()), (users.len(), each * users.len()), "{users:#?}");
    for user in &users {
        assert_eq!(
            (user.kind, &*user.name, &*user.attributes["loadgen.scenario"]),
            (SpanKind::Internal, "both", "both")
        );
        let own: Vec<_> = requests.iter().filter(|it| it.trace == user.trace).collect();
        assert!(own.len() == each && own.iter().all(|it| it.parent == user.id), "{user:?} {own:#?}");
        assert!(
            own.iter().all(|it| user.time.0 <= it.time.0 && it.time.1 <= user.time.1),
            "{user:?} {own:#?}"
        );
        assert_eq!(user.attributes["loadgen.user.outcome"], if user.failed { "failed" } else { "completed" });
    }
    requests
}

/// Waits until the collector has so many spans, and gives those of loadgen and those of the target.
fn spans(collector: &Collector, count: usize) -> (Vec<ReceivedSpan>, Vec<ReceivedSpan>) {
    for _ in 0..6_000 {
        if collector.spans().len() >= count {
            break;
        }
        std::thread::park_timeout(Duration::from_millis(10));
    }
    collector.spans().into_iter().partition(|span| span.service == "shop-load")
}

#[test]
fn each_request_is_a_span_whose_child_is_the_targets() {
    let collector = Collector::start();
    // The target traces nothing of its own accord.
    let target = Target::start(&["--otlp", &collector.url(), "--trace-sample", "0"]);
    let traces = "useRequestNames: true, attributes: {stage: test}";
    let project = Project::new(&script(&target.url, &collector.url(), traces));
    let told = project.run(&["-q"]);
    assert_eq!((told.status, &*told.stderr), (0, ""), "{}", told.text());
    let (ours, theirs) = spans(&collector, 5 * USERS);
    assert_eq!((ours.len(), theirs.len()), (3 * USERS, 2 * USERS), "{ours:#?}");
    // No user fails by a status.
    assert!(ours.iter().all(|span| !span.failed || !span.parent.is_empty()), "{ours:#?}");
    assert!(ours.iter().all(|span| span.attributes["stage"] == "test"), "{ours:#?}");
    for span in &requests(ours, 2) {
        assert_eq!(span.kind, SpanKind::Client, "{span:?}");
        let mut children = theirs.iter().filter(|it| it.trace == span.trace && it.parent == span.id);
        let child = children.next().unwrap_or_else(|| panic!("no child of {span:?}"));
        assert!(children.next().is_none() && child.kind == SpanKind::Server);
        assert!(span.time.0 <= child.time.0 && child.time.1 <= span.time.1 + 1_000_000, "{span:?} {child:?}");
        let attributes = &span.attributes;
        assert_eq!(attributes["http.request.method"], "GET");
        assert_eq!(attributes["server.address"], "127.0.0.1");
        let (path, endpoint, failed) = match &*span.name {
            "list" => ("/users?page=1", "/users (list)", false),
            "GET" => ("/users/nobody", "/users/nobody", true),
            other => panic!("{other}"),
        };
        assert_eq!(attributes["url.full"], format!("{}{path}", target.url));
        assert_eq!(attributes["loadgen.request.name"], endpoint);
        assert_eq!((attributes["http.response.status_code"].starts_with('4'), span.failed), (failed, failed));
        assert_eq!(attributes.get("error.type").is_some(), failed, "{span:?}");
    }
}

#[test]
fn a_share_of_users_has_spans_and_the_target_traces_that_share_alone() {
    let collector = Collector::start();
    let target = Target::start(&["--otlp", &collector.url(), "--trace-sample", "0"]);
    let project = Project::new(&script(&target.url, &collector.url(), "sampleRate: 0.5"));
    let told = project.run(&["-q", "--seed", "7"]);
    assert_eq!((told.status, &*told.stderr), (0, ""), "{}", told.text());
    let count = collector.spans().iter().filter(|span| span.service == "shop-load").count();
    assert!((3..3 * USERS).contains(&count), "{count}");
    let (ours, theirs) = spans(&collector, count + count / 3 * 2);
    let parents: BTreeSet<_> = theirs.iter().map(|span| &span.parent).collect();
    assert_eq!(requests(ours, 2).iter().map(|span| &span.id).collect::<BTreeSet<_>>(), parents);
}

#[test]
fn a_script_keeps_its_own_traceparent() {
    let (trace, collector) = ("0af7651916cd43dd8448eb211c80319c", Collector::start());
    let own = format!("traceparent: 00-{trace}-b7ad6b7169203331-01");
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let script = script(&server.url(), &collector.url(), "useRequestNames: true").replace(
        "url: \"/users/nobody\"",
        &format!("url: /own, headers: {{{own}}}, capture: {{json: $.none, as: none, strict: true}}"),
    );
    let told = Project::new(&script).run(&[]);
    assert!(told.text().contains(trace), "{}", told.text());
    let all = server.requests();
    let own_ones: Vec<&String> = all.iter().filter(|it| it.starts_with("GET /own")).collect();
    assert_eq!(own_ones.len(), USERS);
    for request in own_ones {
        assert!(request.matches("traceparent").count() == 1 && request.contains(&own), "{request}");
    }
    let spans = collector.spans();
    assert!(spans.iter().all(|span| span.trace != trace), "{spans:#?}");
    // It fails each user, whose span says so.
    assert!(spans.iter().all(|span| span.failed == span.parent.is_empty()), "{spans:#?}");
    assert_eq!(requests(spans, 1).len(), USERS);
}

#[test]
fn requests_to_another_host_are_told_with_that_host_and_without_its_name() {
    let collector = Collector::start();
    let [target, other] = [(); 2].map(|()| RawServer::start(|_| Act::answer(200, "{}")));
    let (url, elsewhere) = (collector.url(), other.url());
    let script = format!(
        "config:
  target: \"{}\"
  variables: {{base: '{elsewhere}'}}
  phases: [{{duration: 200ms, arrivalCount: 1}}]
  plugins:
    publish-metrics:
      - type: open-telemetry
        metrics: {{endpoint: '{url}/v1/metrics'}}
        traces: {{endpoint: '{url}/v1/traces', useRequestNames: true}}
scenarios:
  - name: both
    flow:
      - get: {{url: /here}}
      - get: {{url: '{elsewhere}/there'}}
      - get: {{url: '{elsewhere}/named', name: a name}}
      - get: {{url: '{{{{ base }}}}/rendered'}}
      - get: {{url: '{{{{ base }}}}/both', name: rendered and named}}
",
        target.url()
    );
    let told = Project::new(&script).run(&["-q"]);
    assert_eq!((told.status, &*told.stderr), (0, ""), "{}", told.text());
    let port = |server: &RawServer| server.address().port().to_string();
    let (here, there) = (port(&target), port(&other));
    let spans = collector.spans();
    let spans = spans.iter().filter(|it| !it.parent.is_empty()).map(|it| {
        let path = it.attributes["url.full"].rsplit('/').next().unwrap();
        assert_eq!(it.attributes["server.address"], "127.0.0.1");
        (path, (&*it.name, &*it.attributes["server.port"]))
    });
    assert_eq!(
        spans.collect::<BTreeMap<_, _>>(),
        BTreeMap::from([
            ("here", ("GET", &*here)),
            ("there", ("GET", &*there)),
            ("named", ("a name", &*there)),
            ("rendered", ("GET", &*there)),
            ("both", ("rendered and named", &*there)),
        ])
    );
    // Figures are those of a series, and where its requests went is known where the script says it.
    let points = collector.points();
    let points = points.iter().filter(|it| it.metric == "http.client.request.duration").map(|it| {
        let of = |name: &str| it.attributes.get(name).map_or("", String::as_str);
        assert_eq!(of("server.address").is_empty(), of("server.port").is_empty(), "{it:?}");
        let name = of("loadgen.request.name");
        (name.rsplit_once('/').map_or(name, |(_, path)| path), of("server.port"))
    });
    assert_eq!(
        points.collect::<BTreeMap<_, _>>(),
        BTreeMap::from([
            ("here", &*here),
            ("there", &*there),
            ("named (a name)", &*there),
            ("rendered", ""),
            ("both (rendered and named)", ""),
        ])
    );
}

#[test]
fn users_whom_the_runs_end_interrupts_have_spans_that_say_so() {
    let (collector, server) = (Collector::start(), RawServer::start(|_| Act::answer(200, "{}")));
    let script = script(&server.url(), &collector.url(), "attributes: {stage: test}");
    let project = Project::new(&script.replace("      - get: {url: \"/users/nobody\"}", "      - think: 60"));
    let mut child = project.command(&["-q"]).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(&mut child, || server.requests().len() == USERS);
    ["-INT", "-INT"].iter().for_each(|signal| send(&child, signal));
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(!said.contains("warning"), "{said}");
    let spans = collector.spans();
    let users: Vec<_> = spans.iter().filter(|span| span.parent.is_empty()).collect();
    assert_eq!((users.len(), spans.len()), (USERS, 2 * USERS), "{spans:#?}");
    for user in users {
        assert_eq!((&*user.attributes["loadgen.user.outcome"], user.failed), ("interrupted", false));
    }
}
