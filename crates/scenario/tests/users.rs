//! Phases of users, and scripts whose braces are just braces.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

mod common;

use common::{FLOW, plan, plan_with, told};
use loadgen_scenario::Choices;
use loadgen_scenario::plan::{Body, Pattern, Step, Url};
use std::time::Duration;

fn script(phase: &str) -> String {
    format!("config:\n  target: builtin\n  phases:\n    - {phase}\n{FLOW}")
}

#[test]
fn users_become_a_closed_loop() {
    let cases = [
        ("{users: 64, duration: 30}", Pattern::Users { from: 64, to: 64 }),
        ("{users: '8', duration: 30, rampTo: 128}", Pattern::Users { from: 8, to: 128 }),
        ("{users: 5, rampTo: 0, duration: 30}", Pattern::Users { from: 5, to: 0 }),
        ("{users: 0, rampTo: 1000000, duration: 30}", Pattern::Users { from: 0, to: 1_000_000 }),
    ];
    for (phase, wanted) in cases {
        let phase = &plan(&script(phase)).phases[0];
        assert_eq!((phase.duration, phase.arrivals), (Duration::from_secs(30), wanted));
    }
    // Beside others: a run of pauses alone has no phases.
    let paused = plan(&script("{users: 5, duration: 30, pause: 30}\n    - {users: 1, duration: 1}"));
    assert_eq!(paused.phases[0].arrivals, Pattern::Pause);
    let named = plan(&script("{users: 5, duration: 30, name: peak}"));
    assert_eq!(named.phases[0].label.as_deref(), Some("peak (index: 0, duration: 30s)"));
    let at_random =
        format!("config: {{target: builtin, mode: poisson, phases: [{{users: 5, duration: 1}}]}}\n{FLOW}");
    assert_eq!(plan(&at_random).phases[0].arrivals, Pattern::Users { from: 5, to: 5 });
}

#[test]
fn a_ceiling_has_no_effect_beside_users() {
    for most in [0, 3] {
        let text = script(&format!("{{users: 5, duration: 1, maxVusers: {most}}}"));
        let phases = plan(&text).phases;
        assert_eq!(phases.len(), 1, "maxVusers: {most}");
        assert_eq!((phases[0].arrivals, phases[0].max_users), (Pattern::Users { from: 5, to: 5 }, None));
        assert!(!told(&text).contains("nobody"), "{}", told(&text));
    }
}

#[test]
fn what_contradicts_users_is_told() {
    insta::assert_snapshot!(told(&script("{users: 5, duration: 1, arrivalRate: 9, maxVusers: 3}")), @r##"
    warning: `maxVusers` has no effect beside `users` in "config.phases[0]"
      --> a.yml:4:8
       |
     4 |     - {users: 5, duration: 1, arrivalRate: 9, maxVusers: 3}
       |        ^^^^^
       |
       = hint: `users` counts; leave the other out

    warning: `arrivalRate` has no effect beside `users` in "config.phases[0]"
      --> a.yml:4:31
       |
     4 |     - {users: 5, duration: 1, arrivalRate: 9, maxVusers: 3}
       |                               ^^^^^^^^^^^
       |
       = hint: `users` counts; leave the other out
    "##);
    insta::assert_snapshot!(told(&script("{users: 5, duration: 1, rampTo: 7.5}")), @r##"
    error: "config.phases[0].rampTo" must be a whole number of users beside `users`, not 7.5
      --> a.yml:4:31
       |
     4 |     - {users: 5, duration: 1, rampTo: 7.5}
       |                               ^^^^^^
    "##);
    insta::assert_snapshot!(told(&script("{users: 5}")), @r##"
    error: "config.phases[0].duration" is required
      --> a.yml:4:8
       |
     4 |     - {users: 5}
       |        ^^^^^
       |
       = hint: seconds as a number, or text such as 500ms, 30s, 5m, 1.5 hours
    "##);
    insta::assert_snapshot!(told(&script("{users: 2000000, duration: 1}")), @r##"
    error: "config.phases[0]" has more than 1000000 users at a time
      --> a.yml:4:8
       |
     4 |     - {users: 2000000, duration: 1}
       |        ^^^^^
       |
       = hint: share the load among several machines
    "##);
    insta::assert_snapshot!(told(&script("{users: 2.5, duration: 1}")), @r##"
    error: "config.phases[0].users" must be a whole number, not 2.5
      --> a.yml:4:15
       |
     4 |     - {users: 2.5, duration: 1}
       |               ^^^
    "##);
    insta::assert_snapshot!(told(&script("{user: 2, duration: 1}")), @r##"
    error: unknown key `user` in a phase
      --> a.yml:4:8
       |
     4 |     - {user: 2, duration: 1}
       |        ^^^^ did you mean `users`?
       |
       = hint: a phase takes duration, arrivalRate, rampTo, arrivalCount, users, pause, maxVusers, name, mode
    "##);
}

#[test]
fn a_literal_script_has_no_placeholders() {
    let text = "
config:
  target: http://t
scenarios:
  - flow:
      - post:
          url: /{{ a }}?b={{{ c }}}
          headers: {x-y: '{{ z'}
          body: '{{ $randomString() }}'
";
    let plan = plan_with(text, &Choices { literal: true, ..Choices::default() });
    let Step::Request(request) = &plan.scenarios[0].flow[0] else { panic!() };
    let Url::OnTarget(url) = &request.url else { panic!() };
    assert_eq!(url.as_text(), Some("/{{ a }}?b={{{ c }}}"));
    let Body::Text(body) = &request.body else { panic!() };
    assert_eq!(body.as_text(), Some("{{ $randomString() }}"));
    let (name, value) = request.headers.last().unwrap();
    assert_eq!((name.as_str(), value.as_text()), ("x-y", Some("{{ z")));
}
