//! The plugins `expect`, `apdex` and `metrics-by-endpoint`.

use crate::harness::Project;
use loadgen_testkit::{Act, RawServer};
use serde_json::{Value, json};

/// A project whose one user sends these requests to a server that answers `{"id": 5}`, and 404 below `/gone`.
fn project(plugins: &str, flow: &str) -> (RawServer, Project) {
    let server = RawServer::start(|line| match line.contains(" /gone") {
        true => Act::answer(404, "{}"),
        false => Act::answer(200, r#"{"id": 5}"#),
    });
    let script = format!(
        "config:\n  target: \"{}\"\n  phases: [{{duration: 0.1, arrivalCount: 1}}]\n  plugins: {plugins}\nscenarios:\n  - flow:\n{flow}\n",
        server.url()
    );
    let project = Project::new(&script);
    (server, project)
}

/// The counters of the report whose names begin so.
fn counters(report: &Value, prefix: &str) -> Value {
    let all = report["aggregate"]["counters"].as_object().unwrap();
    all.iter()
        .filter(|(name, _)| name.starts_with(prefix))
        .map(|(name, it)| (name.clone(), it.clone()))
        .collect()
}

#[test]
fn an_expectation_that_is_not_met_gives_its_own_exit_status() {
    let flow = "      - get: {url: /a, expect: [{statusCode: 200}, {hasProperty: id}]}\n      - get: {url: /gone, name: the lost one, expect: {statusCode: 200}}\n      - get: {url: /after}";
    let (server, project) = project("{expect: {}}", flow);
    let (told, report) = project.report(&[]);
    assert_eq!(told.status, 21, "{}", told.text());
    assert_eq!(server.requests().len(), 3, "the user goes on");
    let wanted = json!({
        "plugins.expect.ok": 2,
        "plugins.expect.ok.statusCode": 1,
        "plugins.expect.ok.hasProperty": 1,
        "plugins.expect.failed": 1,
        "plugins.expect.failed.statusCode": 1,
    });
    assert_eq!(counters(&report, "plugins.expect."), wanted);
    // 1 of 3 requests had no usable answer.
    assert_eq!(report["aggregate"]["rates"]["loadgen.error_rate"], 33.333);
    for line in [
        "* GET /a ",
        "  ok statusCode 200 ",
        "  ok hasProperty id ",
        "* GET /gone - the lost one",
        "  not ok statusCode 404 ",
        "  expected: 200",
        "       got: 404",
        "  content-type: application/json",
        "VERDICT  FAIL",
        "1 of 3 expectations not met",
        "statusCode  1 of 2",
    ] {
        assert!(told.stdout.contains(line), "{line} is not in\n{}", told.stdout);
    }
}

#[test]
fn all_expectations_met_is_success() {
    let (_server, project) =
        project("{expect: {outputFormat: silent}}", "      - get: {url: /a, expect: {statusCode: 200}}");
    let told = project.run(&[]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(!told.stdout.contains("ok statusCode"), "{}", told.stdout);
}

#[test]
fn before_and_after_expect_nothing() {
    let (_server, project) =
        project("{expect: {expectDefault200: true, outputFormat: json}}", "      - get: {url: /a}");
    let script = std::fs::read_to_string(project.path("script.yml")).unwrap();
    std::fs::write(
        project.path("script.yml"),
        format!("{script}before: {{flow: [{{get: {{url: /gone}}}}]}}\n"),
    )
    .unwrap();
    let told = project.run(&[]);
    assert_eq!(told.status, 0, "{}", told.text());
    let lines: Vec<_> = told.stdout.lines().filter(|line| line.starts_with('{')).collect();
    let wanted = r#"{"url":"/a","results":[{"ok":true,"expected":200,"type":"statusCode","got":200}]}"#;
    assert_eq!(lines, [wanted]);
}

#[test]
fn failures_can_be_errors() {
    let flow = "      - get: {url: '/gone?x=1', expect: {statusCode: 200}}\n      - get: {url: /after}";
    let (server, project) = project("{expect: {reportFailuresAsErrors: true, outputFormat: silent}}", flow);
    let (told, report) = project.report(&[]);
    assert_eq!(told.status, 21, "{}", told.text());
    assert_eq!(server.requests().len(), 1, "the user stops");
    let wanted = format!("errors.Failed expectations for request {}/gone?x=1", server.url());
    assert_eq!(counters(&report, "errors."), json!({ wanted: 1 }));
    assert_eq!(counters(&report, "plugins.metrics-by-endpoint."), json!({}), "expect comes first");
    assert_eq!(report["aggregate"]["counters"]["http.codes.404"], 1);
    assert_eq!(report["aggregate"]["summaries"]["http.response_time"]["count"], 1);
}

#[test]
fn the_order_of_plugins_is_that_of_the_script() {
    let plugins = "{metrics-by-endpoint: {metricsNamespace: desk}, apdex: {}, expect: {reportFailuresAsErrors: true, outputFormat: silent}}";
    let (_server, project) = project(plugins, "      - get: {url: /gone, expect: {statusCode: 200}}");
    let (told, report) = project.report(&[]);
    assert_eq!(told.status, 21, "{}", told.text());
    assert_eq!(counters(&report, "desk."), json!({"desk./gone.codes.404": 1}));
    assert_eq!(report["aggregate"]["summaries"]["desk.response_time./gone"]["count"], 1);
    let apdex = json!({"apdex.satisfied": 1, "apdex.tolerated": 0, "apdex.frustrated": 0});
    assert_eq!(counters(&report, "apdex."), apdex);
    assert!(told.stdout.contains("\nApdex score: 1 (excellent)\n"), "{}", told.stdout);
    assert!(told.stdout.contains("\ndesk./gone.codes.404: "), "{}", told.stdout);
}

#[test]
fn endpoints_named_while_the_load_runs_are_bounded() {
    let flow = "      - loop: [{get: {url: '/users/{{ $loopCount }}', name: '{{ $loopCount }}'}}]\n        count: 1000-1300";
    let (_server, project) =
        project("{metrics-by-endpoint: {groupDynamicURLs: false, suppressOutput: true}}", flow);
    let (told, report) = project.report(&["-q"]);
    assert_eq!(told.status, 0, "{}", told.text());
    let counters = counters(&report, "plugins.metrics-by-endpoint.");
    assert_eq!(counters.as_object().unwrap().len(), 201);
    assert_eq!(counters["plugins.metrics-by-endpoint./users/1000 (1000).codes.200"], 1);
    assert_eq!(counters["plugins.metrics-by-endpoint.(other endpoints).codes.200"], 100);
}
