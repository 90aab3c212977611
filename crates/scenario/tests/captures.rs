//! What is said of captures and matches that are wrong, and of scripts that are written as JSON or YAML 1.1.

mod common;

use common::{FLOW, told};
use loadgen_scenario::{Document, Source};

#[test]
fn expressions_that_are_none() {
    let script = r##"
config: {target: 'http://localhost:8080'}
scenarios:
  - flow:
      - get:
          url: /
          capture:
            - {regexp: '(a', as: a}
            - {regexp: 'a', flags: gx, as: a}
            - {selector: 'a[', attr: href, as: a}
            - {selector: 'a', index: first, as: a}
            - {json: '$.a[?(b == 1)]', as: a}
            - {json: $.a, as: 'a[99999999]'}
            - {json: $.a, as: ''}
          match: {json: '$.a[', value: 1}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    error: `(a` is not a regular expression: Unbalanced parenthesis
      --> a.yml:7:24
       |
     7 |             - {regexp: '(a', as: a}
       |                        ^^^^
       |
       = hint: as JavaScript has them; in double quotes, YAML wants each backslash twice

    error: `gx` are no flags of a regular expression
      --> a.yml:8:36
       |
     8 |             - {regexp: 'a', flags: gx, as: a}
       |                                    ^^
       |
       = hint: any of i, m, s, u, g: each at most once

    error: `a[` is not a CSS selector: it ends too early
      --> a.yml:9:26
       |
     9 |             - {selector: 'a[', attr: href, as: a}
       |                          ^^^^
       |
       = hint: such as a.link, input[name=token] or ul > li:nth-child(2)

    warning: `first` is no index of an element: nothing is found
       --> a.yml:10:38
        |
     10 |             - {selector: 'a', index: first, as: a}
        |                                      ^^^^^
        |
        = hint: a whole number from 0, `random` or `last`

    warning: `$.a[?(b == 1)]` is not a JSONPath: `b` is no value: a member is written `@.b`
       --> a.yml:11:29
        |
     11 |             - {json: '$.a[?(b == 1)]', as: a}
        |                             ^ finds nothing
        |
        = hint: such as $.id, $.items[0].name, $..id or $.items[?(@.price < 10)].id

    error: `a[99999999]` cannot be set: a list with more than 10000 items would have to be made
       --> a.yml:12:31
        |
     12 |             - {json: $.a, as: 'a[99999999]'}
        |                               ^^^^^^^^^^^^^
        |
        = hint: a smaller number

    error: "scenarios[0].flow[0].get.capture[6].as" is empty
       --> a.yml:13:31
        |
     13 |             - {json: $.a, as: ''}
        |                               ^^
        |
        = hint: the name of a variable, or of a part of one: `item.sku`

    warning: `$.a[` is not a JSONPath: a name, a number or `*` was expected in these brackets
       --> a.yml:14:29
        |
     14 |           match: {json: '$.a[', value: 1}
        |                             ^ finds nothing
        |
        = hint: such as $.id, $.items[0].name, $..id or $.items[?(@.price < 10)].id
    "##);
}

#[test]
fn captures_that_find_nothing_or_too_much_are_doubtful() {
    let script = r##"
config:
  target: 'http://localhost:8080'
scenarios:
  - flow:
      - get:
          url: /
          capture:
            - {json: $.a, regexp: b, as: a}
            - {xpath: //a, as: a}
            - {json: '$.a[-1]', as: a}
            - {json: $.a, transform: this.a, as: a}
          match:
            - {json: $.a, value: [1]}
            - {value: 1}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    warning: `regexp` has no effect beside `json` in scenarios[0].flow[0].get.capture[0]
      --> a.yml:8:27
       |
     8 |             - {json: $.a, regexp: b, as: a}
       |                           ^^^^^^
       |
       = hint: a capture finds one thing; write two

    warning: `xpath` finds nothing: loadgen does not read XML
      --> a.yml:9:16
       |
     9 |             - {xpath: //a, as: a}
       |                ^^^^^
       |
       = hint: nor does Artillery without an optional module; `regexp` can read XML

    warning: a negative place finds nothing in a JSONPath
       --> a.yml:10:22
        |
     10 |             - {json: '$.a[-1]', as: a}
        |                      ^^^^^^^^^
        |
        = hint: the last item is [-1:], or [(@.length-1)]

    warning: `transform` has no effect
       --> a.yml:11:27
        |
     11 |             - {json: $.a, transform: this.a, as: a}
        |                           ^^^^^^^^^
        |
        = hint: it is accepted and changes nothing

    warning: a list equals nothing but itself: this match fails
       --> a.yml:13:34
        |
     13 |             - {json: $.a, value: [1]}
        |                                  ^
        |
        = hint: match its parts one by one

    warning: "scenarios[0].flow[0].get.match[1]" does not say what to look for, so that it finds nothing
       --> a.yml:14:16
        |
     14 |             - {value: 1}
        |                ^^^^^
        |
        = hint: add one of json, regexp, header, selector
    "###);
}

#[test]
fn json_scripts_may_have_pairs_of_escapes_and_tabs() {
    let script = "{\n\t\"config\": {\"target\": \"http://t\"},\n\t\"scenarios\": [{\"flow\": [\n\t\t{\"post\": {\"url\": \"/\", \"body\": \"\\ud83d\\ude00\\/\"}}\n\t]}]\n}\n";
    assert_eq!(told(script), "");
    let document = Document::read(&Source::new("a.json", script)).unwrap();
    assert!(document.root.to_value().to_string().contains("\u{1f600}/"));
}

#[test]
fn numbers_are_those_of_yaml_1_1_and_come_first_as_keys() {
    let text = "{a: 010, 2: 1_000, b: 1:30, 010: 0b11, c: '010', d: !!str 010, e: yes, 1: 2024-01-02}";
    let document = Document::read(&Source::new("a.yml", text)).unwrap();
    let wanted =
        r#"{"1":"2024-01-02T00:00:00.000Z","2":1000,"8":3,"a":8,"b":90,"c":"010","d":"010","e":"yes"}"#;
    assert_eq!(document.root.to_value().to_string(), wanted);
}

#[test]
fn a_script_of_100_megabytes_is_refused() {
    let said = told(&format!("{FLOW}# {}\n", "x".repeat(100 << 20)));
    assert!(said.contains("too long: no more than 10 MiB are read"), "{said}");
}
