//! Whatever a document holds, the script says the same: texts survive the quoting, and scripts compile.

use crate::{imported, told};
use loadgen_import::Kind;
use loadgen_scenario::{Document, Source};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The script as values.
fn read(script: &str) -> Value {
    let source = Source::new("script.yml", script);
    match Document::read(&source) {
        Ok(document) => document.root.to_value(),
        Err(problems) => panic!("{}\n{script}", problems[0].render(&[&source])),
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "\\PC{0,20}",
        any::<String>(),
        "[-:#\\[\\]{},&*!|>'\"%@` \n\t0-9a-z~=<.]{0,16}",
        "(?s)( ?[a-z#-]{0,3}:? ?\n){0,5}",
        Just("yes".to_owned()),
        Just("1:30".to_owned()),
        Just("\u{85}\u{2028}\u{feff}\u{7f}\\ud83d\\u".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn json_comes_back_as_it_was(value in json_value(), name in any::<String>()) {
        prop_assume!(value != Value::Null && value != json!(""));
        let collection = json!({
            "info": {"name": name, "schema": "v2.1.0"},
            "item": [{"name": name, "request": {
                "method": "POST", "url": "http://x/a",
                "body": {"mode": "raw", "raw": json!({"a": value}).to_string(), "options": {"raw": {"language": "json"}}},
            }}],
        });
        // Placeholders are rewritten, which is another matter.
        prop_assume!(!collection.to_string().contains("{{"));
        let script = read(&imported(Kind::Postman, &name, &collection.to_string()).script);
        prop_assert_eq!(&script["scenarios"][0]["flow"][0]["post"]["json"]["a"], &value);
        let shown = &script["scenarios"][0]["name"];
        prop_assert_eq!(shown, &Value::from(name));
    }

    #[test]
    fn texts_come_back_as_they_were(text in "(?s).{1,40}", header in "[ -~é]{0,20}") {
        prop_assume!(!text.contains("{{"));
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
        prop_assume!(!text.starts_with('@') && !header.contains("{{"));
        let command = format!(
            "curl http://x/a \\\n -H 'content-type: text/plain' -H {} \\\n --data-raw {}",
            quoted(&format!("x-a: {header}")),
            quoted(&text)
        );
        let script = imported(Kind::Curl, "a.curl", &command).script;
        let script = read(&script);
        let request = &script["scenarios"][0]["flow"][0]["post"];
        prop_assert_eq!(&request["body"], &Value::from(text));
        if !header.trim().is_empty() {
            prop_assert_eq!(&request["headers"]["x-a"], &Value::from(header.trim()));
        }
    }

    #[test]
    fn mangled_documents_never_panic(cut in 0.0..1.0_f64, with in "[{}\\[\\]\":,a0\n-]{0,3}", which in 0..4_usize) {
        let (kind, text) = [
            (Kind::Har, include_str!("../data/service.har")),
            (Kind::OpenApi, include_str!("../data/tickets.openapi.yaml")),
            (Kind::Curl, include_str!("../data/mixed.curl")),
            (Kind::Postman, include_str!("../data/crm.postman.json")),
        ][which];
        let mut at = (text.len() as f64 * cut) as usize;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let mangled = format!("{}{with}{}", &text[..at], text[at..].chars().skip(with.len()).collect::<String>());
        if let Ok(imported) = loadgen_import::import(kind, &mangled, &Default::default()) {
            told("mangled.yml", &imported.script);
        }
    }
}
