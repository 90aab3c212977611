//! Keys: unknown ones, and those of later versions: what people are told.

mod common;

use common::told;

#[test]
fn at_the_top() {
    let script = r##"
config: {target: 'http://localhost:8080'}
scenarios:
  - flow:
      - get: {url: /}
scenario: []
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: unknown key `scenario` in a script
      --> a.yml:5:1
       |
     5 | scenario: []
       | ^^^^^^^^ did you mean `scenarios`?
       |
       = hint: a script takes config, scenarios, before, after
    "###);
}

#[test]
fn in_config() {
    let script = r##"
config:
  target: http://x
  varibles: {}
  http: {timeot: 3, maxSockets: 5}
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    error: unknown key `varibles` in config
      --> a.yml:3:3
       |
     3 |   varibles: {}
       |   ^^^^^^^^ did you mean `variables`?
       |
       = hint: config takes target, phases, environments, variables, http, timeout, tls, plugins, ensure, defaults, payload, mode, apdex, fake-data, monitor

    error: unknown key `timeot` in config.http
      --> a.yml:4:10
       |
     4 |   http: {timeot: 3, maxSockets: 5}
       |          ^^^^^^ did you mean `timeout`?
       |
       = hint: config.http takes timeout, timeouts, maxBodyBytes, pool, keepAlive, defaults, extendedMetrics, distributedTracing, cookieJarOptions

    warning: `maxSockets` has no effect
      --> a.yml:4:21
       |
     4 |   http: {timeot: 3, maxSockets: 5}
       |                     ^^^^^^^^^^
       |
       = hint: it is accepted and changes nothing
    "##);
}

#[test]
fn in_a_phase() {
    let script = r##"
config:
  target: http://x
  phases:
    - duration: 10
      arivalRate: 50
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: unknown key `arivalRate` in a phase
      --> a.yml:5:7
       |
     5 |       arivalRate: 50
       |       ^^^^^^^^^^ did you mean `arrivalRate`?
       |
       = hint: a phase takes duration, arrivalRate, rampTo, arrivalCount, users, pause, maxVusers, name, mode
    "###);
}

#[test]
fn in_scenarios_steps_and_requests() {
    let script = r##"
config: {target: 'http://localhost:8080'}
scenarios:
  - name: a
    flwo: []
    flow:
      - get: {url: /, flavour: sweet, header: {}}
      - gett: {url: /}
      - get: {url: /a}
        think: 1
      - get: {url: /b}
        json: {}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    error: unknown key `flwo` in a scenario (scenarios[0])
      --> a.yml:4:5
       |
     4 |     flwo: []
       |     ^^^^ did you mean `flow`?
       |
       = hint: a scenario takes name, weight, engine, flow

    warning: unknown key `flavour` in a request (scenarios[0].flow[0].get)
      --> a.yml:6:23
       |
     6 |       - get: {url: /, flavour: sweet, header: {}}
       |                       ^^^^^^^ it has no effect
       |
       = hint: a request takes url, uri, name, json, body, form, formData, setContentLengthHeader, qs, headers, cookie, auth, gzip, followRedirect, maxRedirects, allowGetBody, capture, match, ifTrue, probability, expect, searchParams, http2, username, password, https

    error: unknown key `header` in a request (scenarios[0].flow[0].get)
      --> a.yml:6:39
       |
     6 |       - get: {url: /, flavour: sweet, header: {}}
       |                                       ^^^^^^ did you mean `headers`?
       |
       = hint: a request takes url, uri, name, json, body, form, formData, setContentLengthHeader, qs, headers, cookie, auth, gzip, followRedirect, maxRedirects, allowGetBody, capture, match, ifTrue, probability, expect, searchParams, http2, username, password, https

    error: unknown step `gett` ("scenarios[0].flow[1].gett")
      --> a.yml:7:9
       |
     7 |       - gett: {url: /}
       |         ^^^^ did you mean `get`?
       |
       = hint: a step is one of get, post, put, patch, delete, head, options, think, loop, log, parallel

    error: "scenarios[0].flow[2]" must have 1 key, and has `get` and `think`
      --> a.yml:9:9
       |
     9 |         think: 1
       |         ^^^^^
       |
       = hint: each step begins with a `-` of its own

    error: "scenarios[0].flow[3]" must have 1 key, and has `get` and `json`
       --> a.yml:11:9
        |
     11 |         json: {}
        |         ^^^^
        |
        = hint: options of a request are indented below it
    "##);
}

#[test]
fn keys_of_later_versions() {
    let script = r##"
config:
  target: http://x
  payload: {path: a.csv}
  processor: a.js
  plugins: {nosuch: {a: 1}, ensures: {}}
  ensure: {conditions: []}
before: {flow: []}
scenarios:
  - engine: ws
    flow:
      - parallel: []
      - function: x
      - loop: [{think: 1}]
        over: [1]
      - get: {url: /, ifTrue: a, capture: {header: x, as: y}, formData: {}}
  - {engine: nosuch, flow: []}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    error: cannot read the payload a.csv: there are no files here
      --> a.yml:3:19
       |
     3 |   payload: {path: a.csv}
       |                   ^^^^^
       |
       = hint: paths are relative to the script

    error: `processor` is not supported yet in config
      --> a.yml:4:3
       |
     4 |   processor: a.js
       |   ^^^^^^^^^
       |
       = hint: config takes target, phases, environments, variables, http, timeout, tls, plugins, ensure, defaults, payload, mode, apdex, fake-data, monitor

    warning: Could not load plugin: nosuch
      --> a.yml:5:13
       |
     5 |   plugins: {nosuch: {a: 1}, ensures: {}}
       |             ^^^^^^
       |
       = hint: loadgen has ensure, expect, metrics-by-endpoint, apdex, fake-data, slack, publish-metrics built in; the run goes on without it

    warning: Could not load plugin: ensures
      --> a.yml:5:29
       |
     5 |   plugins: {nosuch: {a: 1}, ensures: {}}
       |                             ^^^^^^^ did you mean `ensure`?
       |
       = hint: loadgen has ensure, expect, metrics-by-endpoint, apdex, fake-data, slack, publish-metrics built in; the run goes on without it

    warning: "before.flow" has no steps: nothing is done
      --> a.yml:7:16
       |
     7 | before: {flow: []}
       |                ^

    error: the engine `ws` of scenarios[0] is not supported yet
      --> a.yml:9:13
       |
     9 |   - engine: ws
       |             ^^
       |
       = hint: the engine is `http`, which needs no key

    warning: "scenarios[0].flow[0].parallel" has no steps: nothing is done
       --> a.yml:11:19
        |
     11 |       - parallel: []
        |                   ^

    error: `function` is not supported yet ("scenarios[0].flow[1].function")
       --> a.yml:12:9
        |
     12 |       - function: x
        |         ^^^^^^^^
        |
        = hint: a step is one of get, post, put, patch, delete, head, options, think, loop, log, parallel

    warning: a body on a GET in scenarios[0].flow[3].get is not sent: the user fails there with ERR_GOT_REQUEST_ERROR
       --> a.yml:15:20
        |
     15 |       - get: {url: /, ifTrue: a, capture: {header: x, as: y}, formData: {}}
        |                    ^
        |
        = hint: as in Artillery; `allowGetBody: true` sends a body on a GET, `json:` a value that is not text

    error: unknown engine `nosuch` in scenarios[1]
       --> a.yml:16:14
        |
     16 |   - {engine: nosuch, flow: []}
        |              ^^^^^^
        |
        = hint: the engine is `http`, which needs no key

    warning: "scenarios[1].flow" has no steps: its users do nothing
       --> a.yml:16:28
        |
     16 |   - {engine: nosuch, flow: []}
        |                            ^
    "##);
}

#[test]
fn in_an_environment_that_is_not_chosen() {
    let script = r##"
config:
  target: http://x
  environments:
    dev: {target: '{{ x }}', phases: [{duratoin: 1, arrivalRate: '{{ x }}'}]}
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: unknown key `duratoin` in a phase
      --> a.yml:4:40
       |
     4 |     dev: {target: '{{ x }}', phases: [{duratoin: 1, arrivalRate: '{{ x }}'}]}
       |                                        ^^^^^^^^ did you mean `duration`?
       |
       = hint: a phase takes duration, arrivalRate, rampTo, arrivalCount, users, pause, maxVusers, name, mode
    "###);
}

#[test]
fn what_is_like_nothing_here_is_told_and_goes_on() {
    let script = r##"
config: {target: 'http://x', colour: blue}
scenarios:
  - flow:
      - propfind: {url: /}
      - think: a while
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    warning: unknown key `colour` in config
      --> a.yml:1:30
       |
     1 | config: {target: 'http://x', colour: blue}
       |                              ^^^^^^ it has no effect
       |
       = hint: config takes target, phases, environments, variables, http, timeout, tls, plugins, ensure, defaults, payload, mode, apdex, fake-data, monitor

    warning: `propfind` is no step that is known ("scenarios[0].flow[0].propfind"): it is taken for a request
      --> a.yml:4:9
       |
     4 |       - propfind: {url: /}
       |         ^^^^^^^^ sent with the method PROPFIND
       |
       = hint: a step is one of get, post, put, patch, delete, head, options, think, loop, log, parallel

    warning: invalid think time in "scenarios[0].flow[1].think": `a while` is not a duration
      --> a.yml:5:16
       |
     5 |       - think: a while
       |                ^^^^^^^ users fail here
       |
       = hint: seconds as a number, or text such as 500ms, 3s, 1m
    "##);
    for step in ["psot: {url: /}", "lop: [{think: 1}]", "'no token': {url: /}", "send: x"] {
        let script = format!("config: {{target: 'http://x'}}\nscenarios: [{{flow: [{{{step}}}]}}]\n");
        assert!(told(&script).starts_with("error: "), "{step}: {}", told(&script));
    }
}

#[test]
fn a_short_key_is_an_error_only_if_one_letter_is_wrong() {
    let told_of = |key: &str| {
        told(&format!(
            "config: {{target: 'http://x'}}\nscenarios: [{{flow: [{{get: {{url: /, {key}: x}}}}]}}]\n"
        ))
    };
    for (key, near) in [
        ("note", Some("name")),
        ("path", Some("auth")),
        ("mode", Some("body")),
        ("uuid", Some("uri")),
        ("foo", Some("form")),
        ("form2", Some("form")),
        ("headers2", Some("headers")),
        ("colours", None),
    ] {
        let text = told_of(key);
        assert!(text.starts_with(&format!("warning: unknown key `{key}`")), "{text}");
        let label = near.map_or("it has no effect".to_owned(), |near| format!("did you mean `{near}`?"));
        assert!(text.contains(&label), "{text}");
        assert!(!text.contains("error"), "{text}");
    }
    for (key, near) in [("jsno", "json"), ("nme", "name"), ("hedears", "headers"), ("captrue", "capture")] {
        let text = told_of(key);
        assert!(text.starts_with(&format!("error: unknown key `{key}`")), "{text}");
        assert!(text.contains(&format!("did you mean `{near}`?")), "{text}");
    }
}

#[test]
fn what_is_missing_is_told_beside_a_key_that_only_may_be_meant() {
    let text = told("config: {target: 'http://x'}\nscenarios: [{flower: []}]\n");
    assert!(
        text.contains("warning: unknown key `flower`") && text.contains("did you mean `flow`?"),
        "{text}"
    );
    assert!(text.contains("error: \"scenarios[0].flow\" is required"), "{text}");
}
