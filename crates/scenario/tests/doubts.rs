//! What is accepted and means less than it says: what people are told.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may")]

mod common;

use common::{plan, told};
use loadgen_scenario::plan::{Body, Pattern, Step};

#[test]
fn phases_that_contradict_themselves() {
    let script = r##"
config:
  target: http://x
  phases:
    - {duration: 10, arrivalRate: 5, arrivalCount: 3}
    - {duration: 10, rampTo: 5, arrivalCount: 3}
    - {pause: 1, duration: 10, arrivalCount: 3}
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    warning: `arrivalRate` has no effect beside `arrivalCount` in "config.phases[0]"
      --> a.yml:4:22
       |
     4 |     - {duration: 10, arrivalRate: 5, arrivalCount: 3}
       |                      ^^^^^^^^^^^
       |
       = hint: `arrivalCount` counts; leave the other out

    warning: `rampTo` has no effect beside `arrivalCount` in "config.phases[1]"
      --> a.yml:5:22
       |
     5 |     - {duration: 10, rampTo: 5, arrivalCount: 3}
       |                      ^^^^^^
       |
       = hint: `arrivalCount` counts; leave the other out

    warning: `duration` has no effect beside `pause` in "config.phases[2]"
      --> a.yml:6:28
       |
     6 |     - {pause: 1, duration: 10, arrivalCount: 3}
       |                            ^^
       |
       = hint: `pause` counts; leave the other out

    warning: `arrivalCount` has no effect beside `pause` in "config.phases[2]"
      --> a.yml:6:32
       |
     6 |     - {pause: 1, duration: 10, arrivalCount: 3}
       |                                ^^^^^^^^^^^^
       |
       = hint: `pause` counts; leave the other out
    "###);
    let arrivals: Vec<Pattern> = plan(script).phases.iter().map(|phase| phase.arrivals).collect();
    assert_eq!(arrivals, [Pattern::Count(3), Pattern::Count(3), Pattern::Pause]);
}

#[test]
fn two_of_which_one_counts() {
    let script = r##"
config: {target: 'http://x'}
scenarios:
  - flow:
      - post: {url: /, json: {a: 1}, body: text}
      - post: {url: /, json: false, body: text}
      - get: {url: /a, uri: /b}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    warning: `body` has no effect beside `json` in scenarios[0].flow[0].post
      --> a.yml:4:44
       |
     4 |       - post: {url: /, json: {a: 1}, body: text}
       |                                            ^^^^ not sent: `json` counts

    warning: `body` beside a `json` that is nothing in scenarios[0].flow[1].post is not sent: the user fails there with ERR_GOT_REQUEST_ERROR
      --> a.yml:5:43
       |
     5 |       - post: {url: /, json: false, body: text}
       |                                           ^^^^
       |
       = hint: as in Artillery; `allowGetBody: true` sends a body on a GET, `json:` a value that is not text

    warning: `url` has no effect beside `uri` in scenarios[0].flow[2].get
      --> a.yml:6:15
       |
     6 |       - get: {url: /a, uri: /b}
       |               ^^^
       |
       = hint: `uri` counts; leave the other out
    "##);
    let bodies: Vec<Body> = plan(script).scenarios[0]
        .flow
        .iter()
        .map(|step| if let Step::Request(request) = step { request.body.clone() } else { panic!("{step:?}") })
        .collect();
    assert!(matches!(bodies.as_slice(), [Body::Json(_), Body::Refused(_), Body::Empty]), "{bodies:?}");
}

#[test]
fn texts_that_are_no_placeholders() {
    let script = r##"
config: {target: 'http://x', variables: {name: x}}
scenarios:
  - flow:
      - get: {url: '/{{ name'}
      - get: {url: '/{{ name /{{ name }}'}
      - get: {url: '/{{ name }/{{ name + 1 }}/{{}}'}
      - post: {url: /, json: {a: '{{{ name | upper }}}'}, headers: {x-a: '{{ $randomString }}'}}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    warning: `{{ name` has no `}}` that ends it and stays as it is
      --> a.yml:4:20
       |
     4 |       - get: {url: '/{{ name'}
       |                    ^^^^^^^^^^
       |
       = hint: a placeholder is written {{ name }}

    warning: `{{ name /` has no `}}` that ends it and stays as it is
      --> a.yml:5:20
       |
     5 |       - get: {url: '/{{ name /{{ name }}'}
       |                    ^^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: a placeholder is written {{ name }}

    warning: `{{ name }/` has no `}}` that ends it and stays as it is
      --> a.yml:6:20
       |
     6 |       - get: {url: '/{{ name }/{{ name + 1 }}/{{}}'}
       |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: a placeholder is written {{ name }}

    warning: `{{ name + 1 }}` is no placeholder and stays as it is
      --> a.yml:6:20
       |
     6 |       - get: {url: '/{{ name }/{{ name + 1 }}/{{}}'}
       |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: placeholders are variables, such as {{ user.name }}, and functions, such as {{ $randomNumber(1, 9) }}

    warning: `{{}}` is no placeholder and stays as it is
      --> a.yml:6:20
       |
     6 |       - get: {url: '/{{ name }/{{ name + 1 }}/{{}}'}
       |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: placeholders are variables, such as {{ user.name }}, and functions, such as {{ $randomNumber(1, 9) }}

    warning: `{{ name | upper }}` is no placeholder and stays as it is
      --> a.yml:7:34
       |
     7 |       - post: {url: /, json: {a: '{{{ name | upper }}}'}, headers: {x-a: '{{ $randomString }}'}}
       |                                  ^^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: placeholders are variables, such as {{ user.name }}, and functions, such as {{ $randomNumber(1, 9) }}

    warning: `$randomString` is a function, and functions are called with brackets
      --> a.yml:7:74
       |
     7 |       - post: {url: /, json: {a: '{{{ name | upper }}}'}, headers: {x-a: '{{ $randomString }}'}}
       |                                                                          ^^^^^^^^^^^^^^^^^^^^^ did you mean `$randomString(8)`?
       |
       = hint: without brackets it gives the word "undefined"
    "###);
}

#[test]
fn flows_and_loops_that_do_nothing() {
    let script = r##"
config: {target: 'http://x'}
scenarios:
  - flow: []
  - flow:
      - loop: []
        count: 2
      - loop: [{think: 1}]
        count: 5-1
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    warning: "scenarios[0].flow" has no steps: its users do nothing
      --> a.yml:3:11
       |
     3 |   - flow: []
       |           ^

    warning: "scenarios[1].flow[0].loop" has no steps: its rounds do nothing
      --> a.yml:5:15
       |
     5 |       - loop: []
       |               ^

    warning: the count "5-1" in "scenarios[1].flow[1].loop" gives no rounds
      --> a.yml:8:16
       |
     8 |         count: 5-1
       |                ^^^
       |
       = hint: its steps are never run
    "###);
}

#[test]
fn functions_with_odd_arguments() {
    let script = r##"
config: {target: 'http://x'}
scenarios:
  - flow:
      - get: {url: '/{{ $randomNumber(9,1) }}'}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: the first number of `$randomNumber(9, 1)` is larger than the second
      --> a.yml:4:20
       |
     4 |       - get: {url: '/{{ $randomNumber(9,1) }}'}
       |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: the lowest comes first: {{ $randomNumber(1, 9) }}
    "###);
}

#[test]
fn headers_that_loadgen_sets_itself() {
    let script = r##"
config: {target: 'http://x', http: {defaults: {headers: {Transfer-Encoding: chunked}}}}
scenarios:
  - flow:
      - post: {url: /, body: a, headers: {Content-Length: 99, host: b, connection: close}}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    warning: the header `Transfer-Encoding` is not sent
      --> a.yml:1:58
       |
     1 | config: {target: 'http://x', http: {defaults: {headers: {Transfer-Encoding: chunked}}}}
       |                                                          ^^^^^^^^^^^^^^^^^
       |
       = hint: loadgen sets it itself, so that it fits the body

    warning: the header `Content-Length` is not sent
      --> a.yml:4:43
       |
     4 |       - post: {url: /, body: a, headers: {Content-Length: 99, host: b, connection: close}}
       |                                           ^^^^^^^^^^^^^^
       |
       = hint: loadgen sets it itself, so that it fits the body
    "###);
    let plan = plan(script);
    let Step::Request(request) = &plan.scenarios[0].flow[0] else { panic!("no request") };
    let names: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["user-agent", "host", "connection"]);
}

#[test]
fn settings_in_two_places() {
    let script = r##"
config:
  target: http://x
  timeout: 5
  http: {timeout: 6, defaults: {headers: {a: b}}}
  defaults: {headers: {c: d}}
  ensure: {p95: 5}
  plugins: {ensure: {p95: 6}}
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    warning: "config.http.timeout" has no effect beside "config.timeout"
      --> a.yml:4:19
       |
     4 |   http: {timeout: 6, defaults: {headers: {a: b}}}
       |                   ^
       |
       = hint: `timeout` counts

    warning: "config.defaults.headers" has no effect beside "config.http.defaults.headers"
      --> a.yml:5:23
       |
     5 |   defaults: {headers: {c: d}}
       |                       ^
       |
       = hint: `http.defaults.headers` counts

    warning: "config.plugins.ensure" has no effect beside "config.ensure"
      --> a.yml:7:21
       |
     7 |   plugins: {ensure: {p95: 6}}
       |                     ^
       |
       = hint: `ensure` counts
    "###);
}

#[test]
fn odd_placeholders_in_config() {
    let script = r##"
config:
  target: http://x
  variables: {open: '{{ name', bare: '{{ $randomString }}'}
scenarios:
  - flow:
      - get: {url: '/{{ open }}/{{ bare }}'}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    warning: `{{ name` has no `}}` that ends it and stays as it is
      --> a.yml:3:21
       |
     3 |   variables: {open: '{{ name', bare: '{{ $randomString }}'}
       |                     ^^^^^^^^^
       |
       = hint: a placeholder is written {{ name }}

    warning: `$randomString` is a function, and functions are called with brackets
      --> a.yml:3:38
       |
     3 |   variables: {open: '{{ name', bare: '{{ $randomString }}'}
       |                                      ^^^^^^^^^^^^^^^^^^^^^ did you mean `$randomString(8)`?
       |
       = hint: without brackets it gives the word "undefined"

    warning: nothing in this script sets the variable `bare`
      --> a.yml:6:20
       |
     6 |       - get: {url: '/{{ open }}/{{ bare }}'}
       |                    ^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: variables come from config.variables, -v, captures and loops
    "##);
}
