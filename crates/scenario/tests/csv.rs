//! Data files, beside what Artillery's CSV reader (csv-parse 4.16) made of the same texts and options.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

mod common;

use common::{FLOW, told_with};
use loadgen_scenario::plan::Initial;
use loadgen_scenario::{Choices, Files, Source, load};
use serde_json::{Value, json};

/// Text, options, and what became of them, a case to a line.
const CASES: &str = r##"
["a,b\n1,2\n",{},[["a","b"],[1,2]]]
["a,b\n\n1,2\n",{"skip_empty_lines":false,"relax_column_count":true},[["a","b"],[""],[1,2]]]
["a\n\nb\n\n",{"skip_empty_lines":false},[["a"],[""],["b"],[""]]]
["a\n\nb\n\n",{"skip_empty_lines":false,"skip_lines_with_empty_values":true},[["a"],["b"]]]
["a\r\nb\r\n",{},[["a"],["b"]]]
["a\rb\r",{},[["a"],["b"]]]
["a\nb\r\nc",{"cast":false},[["a"],["b\r"],["c"]]]
["\"h\n1\",x\n1,2\n3,4\n",{"from_line":3},[[1,2],[3,4]]]
["h\n1\n2\n3\n",{"from_line":2,"to_line":3},[[1],[2]]]
["h\n1\n2\n3\n",{"from":2,"to":3},[[1],[2]]]
["h\n1\n2\n3\n",{"to":1},[["h"]]]
["h\n1\n2\n3\n",{"from":0},[["h"],[1],[2],[3]]]
[" a , b \n",{"ltrim":true},[["a ","b "]]]
[" a , b \n",{"rtrim":true},[[" a"," b"]]]
[" a , b \n",{"trim":true},[["a","b"]]]
[" a , b \n   \n",{"trim":true,"ltrim":false,"skip_empty_lines":true,"relax_column_count":true},[[" a"," b"],[""]]]
[" \" a \" , b\n",{"trim":true},[[" a ","b"]]]
[" \" a \" , b\n",{"ltrim":true,"relax":true},[["\" a \" ","b"]]]
["\"a\" x,b\n",{"rtrim":true},"error"]
["\"a\"b,c\n",{},"error"]
["\"a\"b,c\n",{"relax":true},[["\"a\"b","c"]]]
["a\"b,c\n",{},"error"]
["a\"b,c\n",{"relax":true},[["a\"b","c"]]]
["a\"b\"c,d\"\n",{"relax":true},[["a\"b\"c","d\""]]]
["\"a\n",{},"error"]
["a;;b|c;;d|",{"delimiter":";;","record_delimiter":"|"},[["a","b"],["c","d"]]]
["a;b,c\n",{"delimiter":[";",","]},[["a","b","c"]]]
["a,b\n1,2\n3,4\n",{"columns":true},[{"a":1,"b":2},{"a":3,"b":4}]]
["1,2\n3,4\n",{"columns":["x","y"]},[{"x":1,"y":2},{"x":3,"y":4}]]
["1,2\n3,4\n",{"columns":["x",false]},[{"x":1},{"x":3}]]
["1,2\n3\n",{"columns":["x","y"],"relax_column_count":true},[{"x":1,"y":2},{"x":3}]]
["1,2\n3\n",{"relax_column_count_less":true},[[1,2],[3]]]
["1,2\n3,4,5\n",{"relax_column_count_less":true},"error"]
["1,2\n3,4,5\n",{"relax_column_count_more":true},[[1,2],[3,4,5]]]
["1,2\n3\n5,6\n",{"skip_lines_with_error":true},[[1,2],[5,6]]]
["a\"x,2\n3,4\n",{"skip_lines_with_error":true},[[3,4]]]
["abcdef,gh\n",{"max_record_size":7},[["abcdef","gh"]]]
["abcdef,gh\n",{"max_record_size":6},"error"]
["abcdef,ghi\n",{"max_record_size":7},"error"]
["12345678,ghi\n",{"max_record_size":7},[[12345678,"ghi"]]]
["a,b # x\n# all\nc,d\n",{"comment":"#"},[["a","b "],["c","d"]]]
["h # x\nc\n",{"comment":"#"},[["h "],["c"]]]
["\"a\"# x\nb\n",{"comment":"#"},[["a"],["b"]]]
["a//b\n//c\nd\n",{"comment":"//"},[["a"],["d"]]]
["'a''b',c\n",{"quote":"'","escape":"'"},[["a'b","c"]]]
["'a\\'b',c\n",{"quote":"'","escape":"\\"},[["a'b","c"]]]
["\"a\"\"b\",c\n",{"escape":null},"error"]
["\"a\"\"b\",c\n",{},[["a\"b","c"]]]
["\"a\"\",b\"\n",{},[["a\",b"]]]
["\"\",b\n",{},[["","b"]]]
["\"\"\n",{},[[""]]]
["a,\n",{},[["a",""]]]
[",\n",{"skip_lines_with_empty_values":true},[]]
["\"a\r\nb\",1\r\n2,3",{},[["a\r\nb",1],[2,3]]]
["",{},[]]
["\n\n",{},[]]
["\u00e9,\u00fc\n\u00a0x\u00a0,y",{"trim":true},[["\u00e9","\u00fc"],["\u00a0x","y"]]]
["\"\"a\"\",b\n",{"relax":true},[["\"\"a\"\"","b"]]]
["\"a\",\"b\"\"\n",{"relax":true},"error"]
"##;

fn script(options: &Value) -> String {
    format!(
        "config:\n  target: http://t\n  payload: {{path: f, name: all, loadAll: true, options: {options}}}\n{FLOW}"
    )
}

fn choices(text: &str) -> Choices {
    let text = text.to_owned();
    Choices { files: Files::new(move |_| Ok(text.clone().into_bytes())), ..Choices::default() }
}

/// All rows; what is said where there are none to be had.
fn rows(text: &str, options: &Value) -> Result<Value, String> {
    let (script, choices) = (script(options), choices(text));
    let Some(plan) = load(&Source::new("a.yml", &script), &choices).plan else {
        return Err(told_with(&script, &choices));
    };
    let shared = plan.variables.iter().find_map(|(_, initial)| match initial {
        Initial::Shared(rows) => Some((**rows).clone()),
        _ => None,
    });
    Ok(shared.unwrap())
}

#[test]
fn texts_are_read_as_artillery_reads_them() {
    for line in CASES.lines().filter(|line| !line.is_empty()) {
        let case: (String, Value, Value) = serde_json::from_str(line).unwrap();
        match rows(&case.0, &case.1) {
            Ok(rows) => assert_eq!(rows, case.2, "{line}"),
            Err(told) => assert_eq!(case.2, json!("error"), "{line}\n{told}"),
        }
    }
}

#[test]
fn the_other_spelling_of_options_is_the_same() {
    let options = json!({"fromLine": 2, "skipEmptyLines": false, "relaxColumnCount": true});
    assert_eq!(rows("h\n1\n\n2\n", &options), Ok(json!([[1], [""], [2]])));
}

#[test]
fn empty_lines_can_be_kept() {
    let script = format!(
        "config:\n  target: http://t\n  payload: {{path: f, fields: [a], skipEmptyLines: false, delimiter: '||'}}\n{FLOW}"
    );
    let plan = common::plan_with(&script, &choices("1\n\n2\n"));
    assert_eq!(json!(plan.payloads[0].rows.to_vec()), json!([[1], [""], [2]]));
}

#[test]
fn bad_options_are_told_with_their_place() {
    let table = [
        (json!({"to": 0}), "\"config.payload.options.to\" must be 1 or more, not 0"),
        (json!({"from_line": 0}), "options.from_line\" must be 1 or more"),
        (json!({"to_line": "x"}), "options.to_line\" must be a number"),
        (json!({"columns": "x"}), "options.columns\" must be true, false or a list of names"),
        (json!({"delimiter": ""}), "must be text that is not empty"),
        (json!({"record_delimiter": 5}), "must be text that is not empty"),
        (json!({"quote": 5}), "must be text, or false for none"),
        (json!({"cast_date": true}), "dates in data files stay text"),
        (json!({"relax": "maybe"}), "must be true or false"),
        (json!({"max_record_size": -1}), "is negative"),
        (json!({"objname": "x"}), "`objname` is not supported yet in payload.options"),
        (json!({"tolines": 1}), "unknown key `tolines`"),
    ];
    for (options, wanted) in table {
        let told = rows("a\n", &options).unwrap_err();
        assert!(told.contains(wanted) && told.contains("--> a.yml:3:"), "{options}: {told}");
    }
}

#[test]
fn faults_of_a_file_are_told_with_line_and_hint() {
    let table = [
        ("1,2\n3,\"4\n", "f, line 2 (row 2): the text ends within quotes"),
        ("1,2\n\"3\"4,5\n", "f, line 2 (row 2): a quote within a quoted value"),
        ("1\n2\"3\n", "f, line 2 (row 2): a quote within a value that has none around it"),
        ("1,2\n3\n", "f, line 2 (row 2): too few columns: 1, where the first row has 2"),
    ];
    for (text, wanted) in table {
        let told = rows(text, &json!({})).unwrap_err();
        assert!(told.contains(wanted) && told.contains("= hint: "), "{text:?}: {told}");
    }
    let told = rows("1\n2,3\n", &json!({"columns": ["a"]})).unwrap_err();
    assert!(told.contains("too many columns: 2, where there are names for 1"), "{told}");
}

#[test]
fn fields_beside_columns_are_warned_of() {
    let script = format!(
        "config:\n  target: http://t\n  payload: {{path: f, fields: [a], options: {{columns: true}}}}\n{FLOW}"
    );
    let told = told_with(&script, &choices("a,b\n1,2\n"));
    assert!(told.contains("warning: `fields` find nothing beside `columns` (f)"), "{told}");
}
