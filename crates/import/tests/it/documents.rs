//! Three documents of each kind: what becomes of them, and that it is a script without any error or doubt.

use crate::{imported, told};
use loadgen_import::{Kind, Options, import};
use std::path::Path;

fn document(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap()
}

const DOCUMENTS: &[(Kind, &str)] = &[
    (Kind::Har, "shop.har"),
    (Kind::Har, "expenses.har"),
    (Kind::Har, "service.har"),
    (Kind::OpenApi, "users-and-orders.openapi.yaml"),
    (Kind::OpenApi, "library.openapi.json"),
    (Kind::OpenApi, "tickets.openapi.yaml"),
    (Kind::Curl, "users.curl"),
    (Kind::Curl, "copied.curl"),
    (Kind::Curl, "mixed.curl"),
    (Kind::Postman, "service.postman.json"),
    (Kind::Postman, "crm.postman.json"),
    (Kind::Postman, "media.postman.json"),
];

#[test]
fn each_document_becomes_a_script_that_compiles() {
    for (kind, name) in DOCUMENTS {
        let imported = imported(*kind, name, &document(name));
        assert_eq!(told(name, &imported.script), Vec::<String>::new(), "{name}");
        for note in &imported.notes {
            assert!(note.ends_with(['.', '?']), "{note}");
        }
    }
}

#[test]
fn each_script_reads_well() {
    for (kind, name) in DOCUMENTS {
        insta::assert_snapshot!(*name, imported(*kind, name, &document(name)).script);
    }
}

#[test]
fn the_kind_is_guessed() {
    for (kind, name) in DOCUMENTS {
        assert_eq!(Kind::guess(&document(name)), Some(*kind), "{name}");
    }
    for text in ["", "hello", "{}", "[1]", "config:\n  target: x\n", "curly things"] {
        assert_eq!(Kind::guess(text), None, "{text}");
    }
}

#[test]
fn the_same_document_gives_the_same_script() {
    let text = document("shop.har");
    let once = imported(Kind::Har, "shop.har", &text).script;
    assert_eq!(once, imported(Kind::Har, "shop.har", &text).script);
}

#[test]
fn what_is_left_out_can_be_asked_for() {
    let options = Options {
        include_assets: true,
        include_third_party: true,
        target: Some("http://127.0.0.1:9".into()),
        ..Options::default()
    };
    let imported = import(Kind::Har, &document("shop.har"), &options).unwrap();
    assert_eq!(told("shop.har", &imported.script), Vec::<String>::new());
    assert!(imported.script.contains("target: \"http://127.0.0.1:9\""));
    assert!(imported.script.contains("/assets/logo.svg"));
    assert!(imported.script.contains("https://www.googletagmanager.com/gtm.js"));
}

#[test]
fn a_variable_that_stands_for_the_service_is_the_target() {
    let item =
        |url: &str| format!("{{\"name\": \"a\", \"request\": {{\"method\": \"HEAD\", \"url\": \"{url}\"}}}}");
    let items = [item("{{ base-url }}/a"), item("{{base-url}}"), item("{{auth}}?b=1")].join(", ");
    let text = format!("{{\"info\": {{\"name\": \"x\", \"schema\": \"v2.1.0\"}}, \"item\": [{items}]}}");
    let imported = imported(Kind::Postman, "a.json", &text);
    assert_eq!(told("a.json", &imported.script), Vec::<String>::new());
    assert_eq!(
        imported.notes,
        ["The collection gives no value to {{auth}}, {{base-url}}: the target stands for it."]
    );
    assert!(imported.script.contains("target: \"http://localhost:8080\" # put the value of {{auth}}"));
    assert!(imported.script.contains("url: \"/?b=1\"") && !imported.script.contains("variables:"));
}
