//! Documents that cannot become scripts, and what people are told.

use loadgen_import::{ImportError, Kind, LONGEST, Options, import};

fn refused(kind: Kind, text: &str) -> String {
    let error: ImportError = import(kind, text, &Options::default()).unwrap_err();
    match error.hint() {
        Some(hint) => format!("{error}\n  = hint: {hint}\n"),
        None => format!("{error}\n"),
    }
}

#[test]
fn what_cannot_be_understood_is_told_with_what_to_do() {
    let cases = [
        (Kind::Har, ""),
        (Kind::Har, "{\"log\": {"),
        (Kind::Har, "{\"log\": {\"version\": \"2.0\", \"entries\": []}}"),
        (Kind::Har, "{\"log\": {\"version\": \"1.2\", \"entries\": []}}"),
        (Kind::Har, "{\"log\": {\"version\": \"1.2\"}}"),
        (Kind::Har, "{\"openapi\": \"3.0.0\"}"),
        (
            Kind::Har,
            "{\"log\": {\"entries\": [{\"request\": {\"method\": \"GET\", \"url\": \"http://x/a.png\"}, \
             \"response\": {\"status\": 200}}]}}",
        ),
        (Kind::OpenApi, "swagger: '2.0'\ninfo: {}\n"),
        (Kind::OpenApi, "openapi: 4.0.0\npaths: {}\n"),
        (Kind::OpenApi, "openapi: 3.0.0\ninfo: {title: x}\n"),
        (Kind::OpenApi, "a: [b\n"),
        (Kind::OpenApi, "{\"openapi\": \"3.0.0\","),
        (Kind::OpenApi, "curl http://x"),
        (Kind::Curl, "wget http://x"),
        (Kind::Curl, "curl -H 'a: b http://x"),
        (Kind::Curl, "curl -H"),
        (Kind::Curl, "curl ftp://x/y"),
        (Kind::Curl, "curl --help"),
        (Kind::Curl, "curl ^\"http://x^\" ^\n  -H ^\"a: b^\""),
        (Kind::Postman, "{\"id\": 1, \"requests\": [], \"order\": []}"),
        (Kind::Postman, "{\"_postman_variable_scope\": \"environment\"}"),
        (Kind::Postman, "{\"info\": {\"schema\": \"https://x/v3.0.0\"}, \"item\": []}"),
        (Kind::Postman, "{\"info\": {\"name\": \"x\"}, \"item\": []}"),
        (Kind::Postman, "[]"),
    ];
    let told: Vec<String> = cases
        .iter()
        .map(|(kind, text)| {
            let shown: String = text.chars().take(60).collect();
            format!("{} {shown:?}\n{}", kind.name(), refused(*kind, text))
        })
        .collect();
    insta::assert_snapshot!("refused", told.join("\n"));
}

#[test]
fn what_is_too_long_is_refused_unread() {
    let text = "x".repeat(LONGEST + 1);
    assert!(refused(Kind::Har, &text).starts_with("too long: 256 MiB"));
}

#[test]
fn deep_and_endless_documents_come_to_an_end() {
    let deep = format!("{{\"log\": {}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(refused(Kind::Har, &deep).contains("not JSON"));
    let endless = "openapi: 3.1.0\npaths:\n  /a:\n    post:\n      requestBody: {content: {application/json: {schema: \
                   {$ref: '#/components/schemas/A'}}}}\ncomponents:\n  schemas:\n    A: {$ref: '#/components/schemas/B'}\n    \
                   B: {$ref: '#/components/schemas/A'}\n";
    let imported = import(Kind::OpenApi, endless, &Options::default()).unwrap();
    assert_eq!(imported.requests, 1);
    let aliases: String = (1..40).map(|n| format!("x{n}: &x{n} [*x{0}, *x{0}]\n", n - 1)).collect();
    let bomb = format!("openapi: 3.1.0\nx0: &x0 [a]\n{aliases}paths: *x39\n");
    assert!(refused(Kind::OpenApi, &bomb).contains("neither JSON nor YAML"));
}
