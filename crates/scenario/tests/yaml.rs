//! Texts that cannot be read at all: what people are told.

mod common;

use common::{FLOW, told};
use loadgen_scenario::{Choices, Source, load};

#[test]
fn broken_yaml() {
    let script = r##"
config:
  target: "http://x"
  phases: [ {duration: 1
scenarios: - flow:
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: not valid YAML at line 4: "-" is only valid inside a block
      --> a.yml:4:12
       |
     4 | scenarios: - flow:
       |            ^
       |
       = hint: often a bracket, a quote or the indentation of this line or the one before
    "###);
}

#[test]
fn tabs() {
    let script = "config:\n\ttarget: x\n";
    insta::assert_snapshot!(told(script), @r###"
    error: YAML does not allow tabs for indentation
      --> a.yml:2:1
       |
     2 |  target: x
       | ^ a tab
       |
       = hint: indent with blanks
    "###);
}

#[test]
fn an_unquoted_placeholder() {
    let script = r##"
config:
  target: {{ $env.T }}/x
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: a key has to be text (line 2)
      --> a.yml:2:12
       |
     2 |   target: {{ $env.T }}/x
       |            ^^
       |
       = hint: a value that begins with {{ has to be in quotes
    "###);
}

#[test]
fn a_key_set_twice() {
    let script = r##"
config:
  target: a
  target: b
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: the key `target` is set twice
      --> a.yml:3:3
       |
     3 |   target: b
       |   ^^^^^^ it is already set at line 2
    "###);
}

#[test]
fn an_unknown_tag() {
    let script = r##"
a: !foo 1
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: unknown YAML tag `!foo`
      --> a.yml:1:4
       |
     1 | a: !foo 1
       |    ^^^^^^
    "###);
}

#[test]
fn two_documents() {
    let script = r##"
a: 1
---
b: 1
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: a second YAML document begins here, but a script is one document
      --> a.yml:2:1
       |
     2 | ---
       | ^^^
       |
       = hint: remove this `---` line
    "###);
}

#[test]
fn aliases_that_grow() {
    let script = r##"
a: &a [x,x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: [*e,*e,*e,*e]
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: too large once its aliases are expanded (line 6)
      --> a.yml:6:4
       |
     6 | f: [*e,*e,*e,*e]
       |    ^
       |
       = hint: at most 250000 values and 32 MiB of text are read
    "###);
}

#[test]
fn an_alias_of_itself() {
    let script = r##"
a: &a [*a]
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: this alias refers to itself
      --> a.yml:1:8
       |
     1 | a: &a [*a]
       |        ^^
    "###);
}

#[test]
fn deep_nesting() {
    let script = &format!("a: {}\n", "[".repeat(200));
    insta::assert_snapshot!(told(script), @r###"
    error: nested too deeply (line 1): more than 64 levels
      --> a.yml:1:67
       |
     1 | …[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
       |                                  ^
    "###);
}

#[test]
fn an_empty_script() {
    let script = "";
    insta::assert_snapshot!(told(script), @r##"
    error: the script is empty: it has no `config` and no `scenarios`
      --> a.yml:1:1
       |
     1 |
       | ^
       |
       = hint: `config:` with a `target:`, and `scenarios:` with a list of flows
    "##);
}

#[test]
fn a_list_for_a_script() {
    let script = r##"
- a
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: "the script" must be a map with `config` and `scenarios`, not a list
      --> a.yml:1:1
       |
     1 | - a
       | ^
    "###);
}

#[test]
fn tabs_below_a_line_that_is_right() {
    let script = "config:\n  target: x\n\tphases: []\n";
    insta::assert_snapshot!(told(script), @r###"
    error: YAML does not allow tabs for indentation
      --> a.yml:3:1
       |
     3 |  phases: []
       | ^ a tab
       |
       = hint: indent with blanks
    "###);
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_script() {
    assert_eq!(told(&format!("\u{feff}config: {{target: 'http://x'}}\n{FLOW}")), "");
    insta::assert_snapshot!(told(&format!("\u{feff}confg: {{}}\n{FLOW}")), @r###"
    error: unknown key `confg` in a script
      --> a.yml:1:1
       |
     1 | confg: {}
       | ^^^^^ did you mean `config`?
       |
       = hint: a script takes config, scenarios, before, after

    error: no target: "config.target" is required
      --> a.yml:1:1
       |
     1 | confg: {}
       | ^^^^^ no `target` in here
       |
       = hint: set `target: http://…` (or `builtin`), give -t URL, or choose an environment that has one with -e
    "###);
}

#[test]
fn lines_may_end_as_on_windows() {
    let script = format!("config:\n  target: http://x\n{FLOW}").replace('\n', "\r\n");
    assert_eq!(told(&script), "");
    insta::assert_snapshot!(told(&script.replace("target", "tarjet")), @r##"
    error: unknown key `tarjet` in config
      --> a.yml:2:3
       |
     2 |   tarjet: http://x
       |   ^^^^^^ did you mean `target`?
       |
       = hint: config takes target, phases, environments, variables, http, timeout, tls, plugins, ensure, defaults, payload, mode, apdex, fake-data, monitor
    "##);
}

#[test]
fn broken_json() {
    let script = "{\n  \"config\": {\"target\": \"http://x\"}\n  \"scenarios\": []\n}\n";
    insta::assert_snapshot!(told(script), @r###"
    error: not valid JSON at line 3: expected `,` or `}`
      --> a.yml:3:3
       |
     3 |   "scenarios": []
       |   ^
       |
       = hint: often a comma, a quote or a bracket that is missing or one too many
    "###);
    let open = Source::new("a.json", "[");
    insta::assert_snapshot!(load(&open, &Choices::default()).diagnostics[0].render(&[&open]), @r###"
    error: not valid JSON at line 1: EOF while parsing a list
      --> a.json:1:1
       |
     1 | [
       | ^
       |
       = hint: often a comma, a quote or a bracket that is missing or one too many
    "###);
}

#[test]
fn a_flow_map_in_braces_is_yaml() {
    insta::assert_snapshot!(told("{config: {target: x}\nscenarios: []\n"), @r###"
    error: not valid YAML at line 2: while parsing a flow mapping, did not find expected ',' or '}'
      --> a.yml:2:1
       |
     2 | scenarios: []
       | ^
       |
       = hint: often a bracket, a quote or the indentation of this line or the one before
    "###);
}

#[test]
fn json_may_be_indented_with_tabs() {
    let script = "{\n\t\"config\": {\n\t\t\"target\": \"http://x\"\n\t},\n\t\"scenarios\": [\n\t\t{\"flow\": [{\"think\": 1}]}\n\t]\n}\n";
    assert_eq!(told(script), "");
}
