//! Values that no script should have and some do: taken as Artillery takes them, with a warning, or refused as there.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may")]

mod common;

use common::{FLOW, User, plan, plan_with, told};
use loadgen_scenario::plan::{Body, Pattern, Request, Slot, Step, Target, Url};
use loadgen_scenario::{Choices, Scope, Source};

/// The first request of a script with this in `config`.
fn request(config: &str) -> Request {
    let plan = plan(&format!("config: {{{config}}}\n{FLOW}"));
    match plan.scenarios[0].flow.first() {
        Some(Step::Request(request)) => (**request).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_phase_with_a_key_of_others_is_played_all_the_same() {
    let script = format!(
        "config: {{target: 'http://t', phases: [{{duration: 1, arrivalRate: 2, comment: hello}}]}}\n{FLOW}"
    );
    assert_eq!(plan(&script).phases[0].arrivals, Pattern::Rate { from: 2.0, to: 2.0 });
    assert!(told(&script).starts_with("warning: unknown key `comment`"));
}

#[test]
fn where_nobody_ever_arrives_there_is_no_schedule() {
    for phases in [
        "[]",
        "[{pause: 5}]",
        "[{duration: 1, arrivalRate: 5, maxVusers: 0}]",
        "[{duration: 1, arrivalRate: 0}, {pause: 1}]",
    ] {
        let script = format!("config: {{target: 'http://t', phases: {phases}}}\n{FLOW}");
        assert!(plan(&script).phases.is_empty(), "{phases}");
    }
    let script = format!(
        "config: {{target: 'http://t', phases: [{{pause: 5}}, {{duration: 1, arrivalCount: 1}}]}}\n{FLOW}"
    );
    assert_eq!(plan(&script).phases.len(), 2);
    let told = told(&format!("config: {{target: 'http://t', phases: []}}\n{FLOW}"));
    assert!(told.starts_with("warning: \"config.phases\" is empty: nobody arrives"), "{told}");
}

#[test]
fn lists_in_place_of_names_have_no_effect() {
    let told = told(&format!("config: {{target: 'http://t', variables: [1], plugins: [expect]}}\n{FLOW}"));
    assert!(
        told.contains("warning: \"config.variables\" is a list, not a map: no variable is set"),
        "{told}"
    );
    assert!(
        told.contains("warning: \"config.plugins\" is a list, not a map: no plugin is turned on"),
        "{told}"
    );
}

#[test]
fn a_target_that_does_not_begin_with_http_makes_urls_that_are_none() {
    for target in ["127.0.0.1:80", "HTTP://t", " http://t", "t.example"] {
        let request = request(&format!("target: '{target}'"));
        let Url::Whole(url, _) = &request.url else { panic!("{:?}", request.url) };
        assert_eq!(url.as_text(), Some(format!("{target}/").as_str()));
        let told = told(&format!("config: {{target: '{target}'}}\n{FLOW}"));
        let wanted = format!("warning: Invalid URL: the target `{target}` does not begin with http");
        assert!(told.starts_with(&wanted), "{told}");
    }
    assert!(matches!(request("target: 'http://t '").url, Url::OnTarget(_)));
    // What is behind whole URLs is reached.
    let script = "config: {target: 'localhost:8'}\nscenarios: [{flow: [{get: {url: 'http://u/x'}}]}]\n";
    assert!(told(script).lines().filter(|line| line.starts_with("warning")).count() == 1);
    assert!(matches!(plan(script).target, Target::Address(_)));
}

#[test]
fn what_the_http_library_refuses_is_not_sent() {
    let script = |config: &str| format!("config: {{target: 'http://t', {config}}}\n{FLOW}");
    let null = "http: {defaults: {headers: {x-a: ~}}}";
    let told_of = told(&script(null));
    assert!(told_of.starts_with("warning: the value of the header `x-a` is null"), "{told_of}");
    let text = "tls: {rejectUnauthorized: 'false'}";
    assert!(matches!(request(&format!("target: 'http://t', {text}")).body, Body::Refused(_)));
    let told_of = told(&script(text));
    assert!(told_of.starts_with("warning: \"config.tls.rejectUnauthorized\" is text"), "{told_of}");
    // `-k` counts instead, and so does `config.tls` where it is the request's `https` that is text.
    let choices = Choices { insecure: true, ..Choices::default() };
    let plan_of = plan_with(&script(text), &choices);
    assert!(matches!(&plan_of.scenarios[0].flow[0], Step::Request(it) if matches!(it.body, Body::Empty)));
    let own = "config: {target: 'https://t', tls: {rejectUnauthorized: true}}\nscenarios: [{flow: [{get: {url: /, https: {rejectUnauthorized: 'no'}}}]}]\n";
    assert!(matches!(&plan(own).scenarios[0].flow[0], Step::Request(it) if matches!(it.body, Body::Empty)));
}

#[test]
fn numbers_and_nothing_are_no_texts() {
    let one =
        |scenario: &str| told(&format!("config: {{target: 'http://t'}}\nscenarios: [{{{scenario}}}]\n"));
    for (scenario, wanted) in [
        ("name: 12, flow: [{think: 1}]", "\"scenarios[0].name\" must be text, not a number"),
        ("flow: [{log: ''}]", "\"scenarios[0].flow[0].log\" must not be empty"),
        ("flow: [{log: 5}]", "\"scenarios[0].flow[0].log\" must be text, not a number"),
        ("flow: [{get: {url: 5}}]", "\"scenarios[0].flow[0].get.url\" must be text, not a number"),
        (
            "flow: [{get: {url: /, auth: {user: a, pass: 1}}}]",
            "\"scenarios[0].flow[0].get.auth.pass\" must be text, not a number",
        ),
    ] {
        let told = one(scenario);
        assert!(told.starts_with(&format!("error: {wanted}")), "{told}");
    }
    assert!(
        told(&format!("config: {{target: 5}}\n{FLOW}")).starts_with("error: \"config.target\" must be text")
    );
    assert_eq!(one("flow: [{loop: [{get: {url: 5}}], count: 1}]").matches("error").count(), 0);
}

#[test]
fn scripts_are_laid_over_one_another_in_their_order() {
    let inputs = [
        "config: {target: 'http://u', variables: {b: two, c: two}}\n",
        "config: {variables: {c: three}}\nscenarios: [{name: named}]\n",
    ];
    let inputs =
        inputs.iter().enumerate().map(|(index, text)| Source::new(format!("{index}.yml"), *text)).collect();
    let choices = Choices { inputs, ..Choices::default() };
    let script = format!("config: {{target: 'http://t', variables: {{a: one, b: one, c: one}}}}\n{FLOW}");
    let plan = plan_with(&script, &choices);
    assert_eq!(plan.scenarios[0].name, "named");
    assert!(matches!(&plan.target, Target::Address(origin) if origin.host == "u"));
    let user = User::new(&plan, &[]);
    let value = |name: &str| {
        let slot = plan.slots.iter().position(|slot| slot == name).unwrap();
        user.value(Slot(u32::try_from(slot).unwrap())).and_then(|value| value.as_str()).map(str::to_owned)
    };
    assert_eq!(["a", "b", "c"].map(value), ["one", "two", "three"].map(|value| Some(value.to_owned())));
}
