//! Values that say nothing usable: what people are told.

mod common;

use common::told;

#[test]
fn no_target() {
    let script = r##"
config:
  phases: []
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    error: no target: "config.target" is required
      --> a.yml:1:1
       |
     1 | config:
       | ^^^^^^ no `target` in here
       |
       = hint: set `target: http://…` (or `builtin`), give -t URL, or choose an environment that has one with -e

    warning: "config.phases" is empty: nobody arrives
      --> a.yml:2:11
       |
     2 |   phases: []
       |           ^
       |
       = hint: leave it out for a single user
    "##);
}

#[test]
fn no_config() {
    let script = r##"
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: no target: "config.target" is required
      --> a.yml:1:1
       |
     1 | scenarios:
       | ^^^^^^^^^ no `target` in here
       |
       = hint: set `target: http://…` (or `builtin`), give -t URL, or choose an environment that has one with -e
    "###);
}

#[test]
fn no_scenarios() {
    let script = r##"
config: {target: 'http://localhost:8080'}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: no scenarios: "scenarios" is required
      --> a.yml:1:1
       |
     1 | config: {target: 'http://localhost:8080'}
       | ^^^^^^
       |
       = hint: add `scenarios:` with a list of flows, each a list of steps
    "###);
}

#[test]
fn a_target_that_is_no_url() {
    let script = r##"
config: {target: localhost:8080}
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    warning: Invalid URL: the target `localhost:8080` does not begin with http
      --> a.yml:1:18
       |
     1 | config: {target: localhost:8080}
       |                  ^^^^^^^^^^^^^^ users fail at their first request to it
       |
       = hint: such as http://localhost:8080, or `builtin`
    "##);
}

#[test]
fn a_target_that_is_not_known() {
    let script = r##"
config: {target: 'http://{{ host }}/'}
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: "config.target" is `http://{{ host }}/`, which is not known before the run
      --> a.yml:1:18
       |
     1 | config: {target: 'http://{{ host }}/'}
       |                  ^^^^^^^^^^^^^^^^^^^^
       |
       = hint: the target may use $env, $environment and what -v sets
    "###);
}

#[test]
fn durations() {
    let script = r##"
config:
  target: http://x
  timeout: soon
  phases:
    - {duration: a while, arrivalCount: 1}
    - {duration: -5, arrivalRate: 1}
    - {duration: 2y, arrivalRate: 1}
    - {duration: 0, arrivalRate: 1}
    - {arrivalRate: 1}
    - {duration: 1}
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    error: invalid duration in "config.timeout": `soon` is not a duration
      --> a.yml:3:12
       |
     3 |   timeout: soon
       |            ^^^^
       |
       = hint: seconds as a number, or text such as 500ms, 30s, 5m, 1.5 hours

    error: invalid duration in "config.phases[0].duration": `a while` is not a duration
      --> a.yml:5:18
       |
     5 |     - {duration: a while, arrivalCount: 1}
       |                  ^^^^^^^
       |
       = hint: seconds as a number, or text such as 500ms, 30s, 5m, 1.5 hours

    error: invalid duration in "config.phases[1].duration": `-5` is negative
      --> a.yml:6:18
       |
     6 |     - {duration: -5, arrivalRate: 1}
       |                  ^^
       |
       = hint: seconds as a number, or text such as 500ms, 30s, 5m, 1.5 hours

    error: invalid duration in "config.phases[2].duration": `2y` is longer than a year
      --> a.yml:7:18
       |
     7 |     - {duration: 2y, arrivalRate: 1}
       |                  ^^
       |
       = hint: seconds as a number, or text such as 500ms, 30s, 5m, 1.5 hours

    error: invalid duration in "config.phases[3]": it is zero
      --> a.yml:8:18
       |
     8 |     - {duration: 0, arrivalRate: 1}
       |                  ^
       |
       = hint: leave the phase out, or give it a time such as 500ms

    error: "config.phases[4].duration" is required
      --> a.yml:9:8
       |
     9 |     - {arrivalRate: 1}
       |        ^^^^^^^^^^^
       |
       = hint: seconds as a number, or text such as 500ms, 30s, 5m, 1.5 hours

    warning: "config.phases[5]" does not say who arrives
       --> a.yml:10:8
        |
     10 |     - {duration: 1}
        |        ^^^^^^^^
        |
        = hint: add arrivalRate (users per second), arrivalCount (users in all), users (at a time) or pause
    "##);
}

#[test]
fn rates_and_counts() {
    let script = r##"
config:
  target: http://x
  phases:
    - {duration: 1, arrivalRate: -1, rampTo: many}
    - {duration: 1, arrivalCount: 1.5, maxVusers: 1e30}
    - {duration: 1, arrivalRate: '{{ users }}'}
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    error: "config.phases[0].arrivalRate" is negative: -1
      --> a.yml:4:34
       |
     4 |     - {duration: 1, arrivalRate: -1, rampTo: many}
       |                                  ^^

    error: "config.phases[0].rampTo" must be a number, not `many`
      --> a.yml:4:46
       |
     4 |     - {duration: 1, arrivalRate: -1, rampTo: many}
       |                                              ^^^^
       |
       = hint: digits alone, such as 10 or 0.5

    error: "config.phases[1].arrivalCount" must be a whole number, not 1.5
      --> a.yml:5:35
       |
     5 |     - {duration: 1, arrivalCount: 1.5, maxVusers: 1e30}
       |                                   ^^^

    error: "config.phases[1].maxVusers" is over 1000000000000: 1000000000000000000000000000000
      --> a.yml:5:51
       |
     5 |     - {duration: 1, arrivalCount: 1.5, maxVusers: 1e30}
       |                                                   ^^^^

    error: "config.phases[2].arrivalRate" must be a number, and `{{ users }}` is not known here
      --> a.yml:6:34
       |
     6 |     - {duration: 1, arrivalRate: '{{ users }}'}
       |                                  ^^^^^^^^^^^^^
       |
       = hint: known before the run are $env, $environment, $testId, $dirname, $scenarioFile and what -v sets
    "##);
}

#[test]
fn limits_that_are_no_numbers() {
    let script = r##"
config:
  target: http://x
  ensure:
    thresholds:
      - http.response_time.p95: fast
      - a
    p95: 100
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    warning: the thresholds in `ensure` will not be checked
      --> a.yml:3:3
       |
     3 |   ensure:
       |   ^^^^^^
       |
       = hint: add `plugins: {ensure: {}}` to config to turn them on

    error: "config.ensure.thresholds[0].http.response_time.p95" must be a number, not `fast`
      --> a.yml:5:33
       |
     5 |       - http.response_time.p95: fast
       |                                 ^^^^
       |
       = hint: digits alone, such as 10 or 0.5

    error: "config.ensure.thresholds[1]" must be a map of names and values, not `a`
      --> a.yml:6:9
       |
     6 |       - a
       |         ^
    "##);
}

#[test]
fn thresholds_without_the_plugin() {
    let script = r##"
config:
  target: http://x
  ensure:
    thresholds:
      - http.response_time.p95: 100
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    warning: the thresholds in `ensure` will not be checked
      --> a.yml:3:3
       |
     3 |   ensure:
       |   ^^^^^^
       |
       = hint: add `plugins: {ensure: {}}` to config to turn them on
    "###);
}

#[test]
fn weights_that_choose_nothing() {
    let script = r##"
config: {target: 'http://x'}
scenarios:
  - weight: 0
    flow: []
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: no scenario can be chosen: the weights of all are 0
      --> a.yml:3:13
       |
     3 |   - weight: 0
       |             ^
       |
       = hint: give one a weight of 1 or more

    warning: "scenarios[0].flow" has no steps: its users do nothing
      --> a.yml:4:11
       |
     4 |     flow: []
       |           ^
    "###);
}

#[test]
fn steps_and_weights() {
    let script = r##"
config: {target: 'http://localhost:8080'}
scenarios:
  - flow:
      - think: a while
      - loop: [{think: 1}]
        count: many
      - loop: [{get: {url: /}}]
      - log:
      - - get: {url: /}
      - {}
      - get: /users
  - weight: -1
    flow: []
  - weight: 0.5
    flow: {}
  - name: x
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    warning: invalid think time in "scenarios[0].flow[0].think": `a while` is not a duration
      --> a.yml:4:16
       |
     4 |       - think: a while
       |                ^^^^^^^ users fail here
       |
       = hint: seconds as a number, or text such as 500ms, 3s, 1m

    warning: the count "many" in "scenarios[0].flow[1].loop" is no count: it gives no rounds
      --> a.yml:6:16
       |
     6 |         count: many
       |                ^^^^
       |
       = hint: a number of rounds, such as 10, or a range, such as "1-5"

    warning: "scenarios[0].flow[2]" has no count: it goes on until a step fails
      --> a.yml:7:9
       |
     7 |       - loop: [{get: {url: /}}]
       |         ^^^^
       |
       = hint: add `count: 10` beside `loop:`

    error: "scenarios[0].flow[3].log" must be text, not nothing
      --> a.yml:8:12
       |
     8 |       - log:
       |            ^

    error: "scenarios[0].flow[4]" must be a step such as `get:` or `think:`, not a list
      --> a.yml:9:9
       |
     9 |       - - get: {url: /}
       |         ^

    error: "scenarios[0].flow[5]" is an empty step
       --> a.yml:10:9
        |
     10 |       - {}
        |         ^

    error: "scenarios[0].flow[6].get" must be a map of options, not `/users`
       --> a.yml:11:14
        |
     11 |       - get: /users
        |              ^^^^^^
        |
        = hint: write it as `url: /users`, indented below

    error: "scenarios[1].weight" must be a whole number up to 1000000000, not -1
       --> a.yml:12:13
        |
     12 |   - weight: -1
        |             ^^
        |
        = hint: each scenario's share is its weight over the sum of all

    warning: "scenarios[1].flow" has no steps: its users do nothing
       --> a.yml:13:11
        |
     13 |     flow: []
        |           ^

    error: "scenarios[2].flow" must be a list, not a map
       --> a.yml:15:11
        |
     15 |     flow: {}
        |           ^
        |
        = hint: each entry of a list begins with a `- ` of its own

    error: "scenarios[3].flow" is required
       --> a.yml:16:5
        |
     16 |   - name: x
        |     ^^^^
        |
        = hint: a flow is a list of steps: get, post, think …
    "##);
}

#[test]
fn a_target_of_another_type_is_told_once() {
    let script = r##"
config: {target: [a]}
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: "config.target" must be text, not a list
      --> a.yml:1:18
       |
     1 | config: {target: [a]}
       |                  ^
    "###);
    insta::assert_snapshot!(told(&script.replace("{target: [a]}", "5")), @r###"
    error: "config" must be a map, not a number
      --> a.yml:1:9
       |
     1 | config: 5
       |         ^
    "###);
}

#[test]
fn ceilings_under_which_nobody_starts() {
    let script = r##"
config:
  target: http://x
  phases:
    - {duration: 1, arrivalRate: 1, maxVusers: 0}
    - {duration: 1, arrivalRate: 1, maxVusers: -1}
scenarios:
  - flow:
      - get: {url: /}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    warning: "config.phases[0].maxVusers" is 0: nobody ever starts
      --> a.yml:4:48
       |
     4 |     - {duration: 1, arrivalRate: 1, maxVusers: 0}
       |                                                ^
       |
       = hint: 1 or more; leave it out for no ceiling, use `pause` for no users

    error: "config.phases[1].maxVusers" is negative: -1
      --> a.yml:5:48
       |
     5 |     - {duration: 1, arrivalRate: 1, maxVusers: -1}
       |                                                ^^
    "##);
}
