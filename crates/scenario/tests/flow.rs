//! Steps that hold others, conditions, jitter, `before` and `after`, and which scenario is run.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod common;

use common::{plan, plan_with, told, told_with};
use insta::assert_snapshot;
use loadgen_scenario::plan::{Count, Jitter, Pattern, Step, Think};
use loadgen_scenario::{Choices, Source};
use std::time::Duration;

fn script(steps: &str) -> String {
    format!("config: {{target: 'http://t'}}\nscenarios:\n  - flow:\n{steps}")
}

#[test]
fn jitter_is_time_or_a_share() {
    let cases = [
        ("200", Jitter::Time(Duration::from_millis(200))),
        ("\"200\"", Jitter::Time(Duration::from_millis(200))),
        ("1s", Jitter::Time(Duration::from_secs(1))),
        ("20%", Jitter::Share(0.2)),
    ];
    for (jitter, wanted) in cases {
        let plan = plan(&script(&format!("      - {{think: 1, jitter: {jitter}}}\n")));
        let [Step::Think(Think::Jittered(_, jitter))] = plan.scenarios[0].flow.as_slice() else {
            panic!("{:?}", plan.scenarios[0].flow)
        };
        assert_eq!(*jitter, wanted);
    }
    assert_snapshot!(told(&script("      - {think: 1, jitter: lots}\n")), @r"
    error: invalid jitter: `lots`
      --> a.yml:4:28
       |
     4 |       - {think: 1, jitter: lots}
       |                            ^^^^
       |
       = hint: milliseconds as a number, a share such as 20%, or 200ms
    ");
}

#[test]
fn what_is_wrong_with_loops_branches_and_conditions_is_told() {
    assert_snapshot!(told(&script(
        "      - get: {url: /, ifTrue: 'n >', probability: x}
      - get: {url: /, ifTrue: true}
      - loop: [{think: 1}]
        over: {a: 1}
      - parallel: [{think: 1}]
        limit: -1
"
    )), @r##"
    warning: the expression in "scenarios[0].flow[0].get" is broken, so the request is sent as if it were not there: the expression ends too early
      --> a.yml:4:34
       |
     4 |       - get: {url: /, ifTrue: 'n >', probability: x}
       |                                  ^
       |
       = hint: such as: age >= 18 and plan == "pro"

    error: "scenarios[0].flow[0].get.probability" must be a number, not `x`
      --> a.yml:4:51
       |
     4 |       - get: {url: /, ifTrue: 'n >', probability: x}
       |                                                   ^
       |
       = hint: digits alone, such as 10 or 0.5

    warning: "scenarios[0].flow[1].get.ifTrue" has no effect: it is not text
      --> a.yml:5:31
       |
     5 |       - get: {url: /, ifTrue: true}
       |                               ^^^^
       |
       = hint: an expression in quotes, such as "n > 1"; as in Artillery, the request is sent

    error: "scenarios[0].flow[2].over" must be a list or the name of a variable, not a map
      --> a.yml:7:15
       |
     7 |         over: {a: 1}
       |               ^

    error: "scenarios[0].flow[3].limit" is negative: -1
      --> a.yml:9:16
       |
     9 |         limit: -1
       |                ^^
    "##);
    assert_snapshot!(told(&script(
        "      - get: {url: /, ifTrue: 'n >'}
      - loop: [{think: 1}]
        over: '{{ items }}'
      - loop: [{post: {json: {}}}]
        count: 1
"
    )), @r#"
    warning: nothing in this script sets the variable `n`
      --> a.yml:4:31
       |
     4 |       - get: {url: /, ifTrue: 'n >'}
       |                               ^^^^^
       |
       = hint: variables come from config.variables, -v, captures and loops

    warning: the expression in "scenarios[0].flow[0].get" is broken, so the request is sent as if it were not there: the expression ends too early
      --> a.yml:4:34
       |
     4 |       - get: {url: /, ifTrue: 'n >'}
       |                                  ^
       |
       = hint: such as: age >= 18 and plan == "pro"

    warning: "scenarios[0].flow[1].loop.over" takes the name of a variable, not a placeholder: no rounds
      --> a.yml:6:15
       |
     6 |         over: '{{ items }}'
       |               ^^^^^^^^^^^^^
       |
       = hint: write `over: items`

    warning: "scenarios[0].flow[2].loop[0].post.url" is required
      --> a.yml:7:17
       |
     7 |       - loop: [{post: {json: {}}}]
       |                 ^^^^
       |
       = hint: such as `url: /users`
    "#);
    assert_snapshot!(told(&script("      - loop: [{think: 1}]\n        whileTrue: 'a ='\n")), @r#"
    error: the expression of `whileTrue` in "scenarios[0].flow[0].loop" is broken: `=` is not expected here
      --> a.yml:5:23
       |
     5 |         whileTrue: 'a ='
       |                       ^
       |
       = hint: such as: status == "pending"
    "#);
    assert_snapshot!(told("config: {target: 'http://t'}\nbefore: []\nafter: {steps: []}\nscenarios: [{flow: [{think: 1}]}]\n"), @r##"
    error: "before" must be of type object
      --> a.yml:2:9
       |
     2 | before: []
       |         ^
       |
       = hint: a map with a `flow`, which is a list of steps

    error: "after.flow" is required
      --> a.yml:3:8
       |
     3 | after: {steps: []}
       |        ^
       |
       = hint: a flow is a list of steps: get, post, think …

    warning: unknown key `steps` in before or after
      --> a.yml:3:9
       |
     3 | after: {steps: []}
       |         ^^^^^ it has no effect
       |
       = hint: before or after takes flow, engine, name
    "##);
}

#[test]
fn a_loop_without_a_count_has_no_end() {
    let plan = plan(&script("      - loop: [{think: 1}]\n"));
    let Step::Loop(body) = &plan.scenarios[0].flow[0] else { panic!() };
    assert_eq!(body.count, Count::Endless);
}

#[test]
fn requests_of_before_and_after_are_no_series() {
    let plan = plan(
        "config: {target: 'http://t'}\nbefore: {flow: [{get: {url: /setup}}]}\n\
         after: {flow: [{get: {url: /a}}, {get: {url: /b}}]}\nscenarios: [{flow: [{get: {url: /vu}}]}]\n",
    );
    let endpoints: Vec<&str> = plan.series.iter().map(|series| series.endpoint.as_str()).collect();
    assert_eq!((endpoints, plan.helper_series), (vec!["/vu"], 3));
}

#[test]
fn one_scenario_is_chosen_by_name_or_expression() {
    let script = "config: {target: 'http://t'}\nscenarios:\n  - {name: a, weight: 0, flow: [{think: 1}]}\n  \
                  - {name: a b, flow: [{think: 1}]}\n  - {flow: [{think: 1}]}\n";
    let choices = |name: &str| Choices { scenario: Some(name.into()), ..Choices::default() };
    let weights = |name: &str| -> Vec<u64> {
        plan_with(script, &choices(name)).scenarios.iter().map(|scenario| scenario.weight).collect()
    };
    assert_eq!(weights("^a$"), [1, 0, 0]);
    assert_eq!(weights("b$"), [0, 1, 0]);
    assert_snapshot!(told_with(script, &choices("a")), @r"
    error: `a` fits 2 scenarios, and has to fit one
      --> --scenario-name:1:1
       = hint: it is a regular expression too; `^a$` fits the one that is called just that
    ");
    assert_snapshot!(told_with(script, &choices("^a")), @r"
    error: `^a` fits 2 scenarios, and has to fit one
      --> --scenario-name:1:1
       = hint: the script has a, a b
    ");
    assert_snapshot!(told_with(script, &choices("c")), @r"
    error: no scenario is called `c`
      --> --scenario-name:1:1
       = hint: the script has a, a b
    ");
}

#[test]
fn phases_without_arrivals_are_left_out_and_the_rest_is_announced() {
    let plan = plan(
        "config:\n  target: http://t\n  mode: poisson\n  phases:\n    - {duration: 1m, arrivalRate: 2, name: warm}\n    \
         - {duration: 1, arrivals: 3}\n    - {duration: '5', arrivalRate: 1, mode: uniform}\n    \
         - {duration: 5, arrivalCount: 0}\n    - {pause: 1}\nscenarios: [{flow: [{think: 1}]}]\n",
    );
    let labels: Vec<Option<&str>> = plan.phases.iter().map(|phase| phase.label.as_deref()).collect();
    let wanted = [Some("warm (index: 0, duration: 1m)"), Some("unnamed (index: 2, duration: 5s)"), None];
    assert_eq!(labels, wanted);
    assert!(matches!(plan.phases[0].arrivals, Pattern::Poisson { from: 2.0, to: 2.0, .. }));
    assert!(matches!(plan.phases[1].arrivals, Pattern::Rate { .. }));
}

#[test]
fn random_arrivals_that_nobody_could_count_are_refused() {
    let told = told(
        "config: {target: 'http://t', mode: poisson, phases: [{duration: 10d, arrivalRate: 1000000}]}\nscenarios: [{flow: [{think: 1}]}]\n",
    );
    assert!(told.contains("has 864000000000 users at random, and may have 100000000"), "{told}");
}

#[test]
fn solo_is_one_user_and_a_config_file_is_laid_over_the_script() {
    let config = Source::new("b.yml", "config: {target: 'http://u', phases: [{duration: 7}]}");
    let script = "config: {target: 'http://t', phases: [{duration: 1, arrivalRate: 5}]}\nscenarios: [{flow: [{think: 1}]}]\n";
    let mut choices = Choices { inputs: vec![config], ..Choices::default() };
    let plan = plan_with(script, &choices);
    assert_eq!(plan.phases[0].duration, Duration::from_secs(7));
    assert_eq!(plan.phases[0].arrivals, Pattern::Rate { from: 5.0, to: 5.0 });
    choices.solo = true;
    assert_eq!(plan_with(script, &choices).phases[0].arrivals, Pattern::Count(1));
    choices.inputs = vec![Source::new("b.yml", "- 1\n")];
    assert_snapshot!(told_with(script, &choices), @r##"
    error: b.yml must hold a map, not a list
      --> b.yml:1:1
       = hint: a file with `config:`
    "##);
}
