//! Data files: how they are read, and what is said about those that cannot be.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod common;

use common::{FLOW, told_with};
use insta::assert_snapshot;
use loadgen_scenario::plan::{Order, Plan};
use loadgen_scenario::{Choices, FileError, Files};
use serde_json::{Value, json};

/// Choices with these files and no others.
fn files(files: &'static [(&'static str, &'static [u8])]) -> Choices {
    let read = move |path: &str| match files.iter().find(|(name, _)| *name == path) {
        Some((_, contents)) => Ok(contents.to_vec()),
        None => Err(FileError { reason: "No such file".into(), place: Some(format!("/data/{path}")) }),
    };
    Choices { files: Files::new(read), ..Choices::default() }
}

fn script(payload: &str) -> String {
    format!("config:\n  target: http://t\n  payload: {payload}\n{FLOW}")
}

fn plan(payload: &str, choices: &Choices) -> Plan {
    common::plan_with(&script(payload), choices)
}

fn rows(plan: &Plan) -> Value {
    json!(plan.payloads[0].rows.to_vec())
}

#[test]
fn rows_are_cast_and_belong_to_fields() {
    let choices = files(&[("a.csv", b"name,age\nada,36\n\n\"b \"\"q\"\" , b\",007\n")]);
    let plan = plan("{path: a.csv, fields: [name, age], skipHeader: true, order: sequence}", &choices);
    assert_eq!(rows(&plan), json!([["ada", 36], ["b \"q\" , b", 7]]));
    assert_eq!(plan.payloads[0].order, Order::Sequence);
    let names: Vec<&str> =
        plan.payloads[0].fields.iter().map(|slot| plan.slots[slot.0 as usize].as_str()).collect();
    assert_eq!(names, ["name", "age"]);
}

#[test]
fn the_reader_s_options_are_those_of_the_script() {
    let choices = files(&[
        ("semi.csv", b"\xef\xbb\xbfa;1\nb;2\n"),
        ("trim.csv", b"# no\none , 1\n\n two,2\n   \n"),
        ("ragged.csv", b"1,2\n3\n"),
        ("quote.csv", b"'a,b',1\n"),
        ("plain.csv", b"\"a,1\n"),
    ]);
    let cases = [
        ("{path: semi.csv, fields: [a], delimiter: ';'}", json!([["a", 1], ["b", 2]])),
        (
            "{path: semi.csv, fields: [a], options: {delimiter: ';', cast: false}}",
            json!([["a", "1"], ["b", "2"]]),
        ),
        (
            "{path: trim.csv, fields: [a], options: {trim: true, comment: '#'}}",
            json!([["one", 1], ["two", 2]]),
        ),
        ("{path: trim.csv, fields: [a], options: {from_line: 4, trim: true}}", json!([["two", 2]])),
        ("{path: ragged.csv, fields: [a], options: {relax_column_count: true}}", json!([[1, 2], [3]])),
        ("{path: quote.csv, fields: [a], options: {quote: \"'\"}}", json!([["a,b", 1]])),
        ("{path: plain.csv, fields: [a], options: {quote: false}}", json!([["\"a", 1]])),
    ];
    for (payload, wanted) in cases {
        assert_eq!(rows(&plan(payload, &choices)), wanted, "{payload}");
    }
}

#[test]
fn files_that_cannot_be_used_are_named_with_the_row() {
    let choices = files(&[
        ("short.csv", b"h1,h2\n1,2\n\"x\ny\",3\n4\n"),
        ("latin.csv", b"a\nb\n\xe9\n"),
        ("empty.csv", b""),
        ("narrow.csv", b"1\n"),
    ]);
    let told = |payload: &str| told_with(&script(payload), &choices);
    assert_snapshot!(told("{path: missing.csv, fields: [a]}"), @r"
    error: cannot read the payload missing.csv: No such file
      --> a.yml:3:19
       |
     3 |   payload: {path: missing.csv, fields: [a]}
       |                   ^^^^^^^^^^^
       |
       = hint: looked for at /data/missing.csv; paths are relative to the script
    ");
    assert_snapshot!(told("{path: short.csv, fields: [a, b], skipHeader: true}"), @r"
    error: short.csv, line 5 (row 3): too few columns: 1, where the first row has 2
      --> a.yml:3:19
       |
     3 |   payload: {path: short.csv, fields: [a, b], skipHeader: true}
       |                   ^^^^^^^^^
       |
       = hint: quote fields that hold the delimiter, or set `options: {relax_column_count: true}`
    ");
    assert_snapshot!(told("{path: latin.csv, fields: [a]}"), @r"
    error: latin.csv, line 3: not text in UTF-8
      --> a.yml:3:19
       |
     3 |   payload: {path: latin.csv, fields: [a]}
       |                   ^^^^^^^^^
       |
       = hint: save it as UTF-8
    ");
    assert_snapshot!(told("{path: empty.csv, fields: [a]}"), @r"
    warning: empty.csv has no rows
      --> a.yml:3:13
       |
     3 |   payload: {path: empty.csv, fields: [a]}
       |             ^^^^
       |
       = hint: its variables will be undefined
    ");
    assert_snapshot!(told("{path: narrow.csv, fields: [a, b]}"), @r"
    warning: narrow.csv has too few columns, from its first row on: 1 for 2 fields
      --> a.yml:3:13
       |
     3 |   payload: {path: narrow.csv, fields: [a, b]}
       |             ^^^^
       |
       = hint: the variables of the missing columns will be undefined
    ");
    assert_snapshot!(told("{path: narrow.csv}"), @r"
    warning: narrow.csv has no effect without `fields`
      --> a.yml:3:13
       |
     3 |   payload: {path: narrow.csv}
       |             ^^^^
       |
       = hint: name the variables of its columns: `fields: [name, age]`
    ");
    assert_snapshot!(told("{path: narrow.csv, loadAll: true, fields: [a]}"), @r##"
    warning: `loadAll` without `name` leaves the fields of narrow.csv undefined
      --> a.yml:3:13
       |
     3 |   payload: {path: narrow.csv, loadAll: true, fields: [a]}
       |             ^^^^
       |
       = hint: add `name:`, the variable that is to hold the rows
    "##);
    let told =
        told("[{fields: [a]}, {path: narrow.csv, order: shuffled, delimiter: 5, options: {colums: true}}]");
    for wanted in [
        "\"config.payload[0].path\" is required\n  --> a.yml:3:14",
        "hint: name a CSV file: `path: users.csv`, or give one with -p",
        "\"config.payload[1].order\" is neither random nor sequence, but `shuffled`\n  --> a.yml:3:54",
        "\"config.payload[1].delimiter\" must be text that is not empty, or a list of such, not",
        "unknown key `colums` in payload.options\n  --> a.yml:3:88",
        "did you mean `columns`?",
        "hint: payload.options takes delimiter, cast,",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
}

#[test]
fn the_payload_of_the_command_line_takes_the_place_of_a_single_path() {
    let mut choices = files(&[("b.csv", b"1\n")]);
    choices.payload = Some("b.csv".into());
    assert_eq!(rows(&plan("{fields: [a]}", &choices)), json!([[1]]));
    assert_snapshot!(told_with(&script("[{path: b.csv, fields: [a]}]"), &choices), @r#"
    warning: --payload has no effect: "config.payload" is a list of files
      --> --payload:1:1
       = hint: change the path in the script, or leave one entry, without its `-`
    "#);
    assert_snapshot!(told_with(&format!("config: {{target: 'http://t'}}\n{FLOW}"), &choices), @r#"
    warning: --payload has no effect: the script has no "config.payload"
      --> --payload:1:1
       = hint: add `payload: {fields: [name, age]}` to config
    "#);
}

#[test]
fn load_all_with_an_order_gives_each_user_a_whole_row() {
    let choices = files(&[("a.csv", b"1,x\n2,y\n")]);
    let plan = plan("{path: a.csv, fields: [a, b], loadAll: true, name: rows, order: sequence}", &choices);
    assert_eq!(rows(&plan), json!([[[1, "x"]], [[2, "y"]]]));
    assert_eq!(plan.payloads[0].order, Order::Sequence);
    assert_eq!(plan.payloads[0].fields.len(), 1);
}

#[test]
fn load_all_without_a_name_sets_nothing() {
    let choices = files(&[("a.csv", b"1,x\n")]);
    assert!(plan("{path: a.csv, fields: [a, b], loadAll: true}", &choices).payloads.is_empty());
}

#[test]
fn an_order_of_another_name_is_random() {
    let choices = files(&[("a.csv", b"1\n")]);
    assert_eq!(
        plan("{path: a.csv, fields: [a], order: shuffled}", &choices).payloads[0].order,
        Order::Random
    );
}
