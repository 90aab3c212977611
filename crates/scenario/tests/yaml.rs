//! Texts that cannot be read at all: what people are told.

mod common;

use common::told;

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
    error: not valid YAML at line 2: tabs disallowed within this context (block indentation)
      --> a.yml:2:2
       |
     2 |  target: x
       |  ^
       |
       = hint: indent with blanks, not with tabs
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
    insta::assert_snapshot!(told(script), @r###"
    error: the script is empty: it has no `config` and no `scenarios`
      --> a.yml:1:1
       |
     1 |
       | ^
    "###);
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
