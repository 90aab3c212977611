//! Forms, cookies, credentials, redirects, certificates and proxies: what they compile to, and what is said of bad ones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

mod common;

use common::{plan, plan_with, told, told_with};
use loadgen_scenario::plan::{Body, PartValue, Proxies, ProxyServer, Request, Step, Url};
use loadgen_scenario::{Choices, Files};

/// A script of one request, and a piece of `config`.
fn script(config: &str, request: &str) -> String {
    format!("config:\n  target: http://h\n{config}\nscenarios:\n  - flow:\n      - {request}\n")
}

fn request(config: &str, step: &str) -> Request {
    let plan = plan(&script(config, step));
    let Some(Step::Request(request)) = plan.scenarios[0].flow.first() else { panic!("no request") };
    (**request).clone()
}

/// Choices in whose folder there is one file.
fn with_file(content: &'static str) -> Choices {
    let files = Files::new(move |path| match path {
        "a/file.pem" => Ok(content.into()),
        _ => Err(loadgen_scenario::FileError { reason: "entity not found".into(), place: None }),
    });
    Choices { files, ..Choices::default() }
}

#[test]
fn what_is_left_out_is_as_in_artillery() {
    let bare = request("", "get: {url: /}");
    assert!(bare.decompress && bare.cookies.is_empty() && bare.auth.is_none());
    assert_eq!(bare.redirects, Some(10));
    assert!(request("", "get: {url: /, gzip: 'false'}").decompress);
    let told = request("", "get: {url: /, gzip: false, followRedirect: 'false', maxRedirects: 3}");
    assert_eq!((told.decompress, told.redirects), (false, None));
    assert_eq!(request("", "get: {url: /, maxRedirects: 3}").redirects, Some(3));
}

#[test]
fn the_cookies_of_a_request_go_over_the_defaults() {
    let config = "  defaults: {cookie: {old: x}}\n  http: {defaults: {cookie: {a: 1, b: two}}}";
    let cookies = request(config, "get: {url: /, cookie: {b: own, c: 3}}").cookies;
    let shown: Vec<_> =
        cookies.iter().map(|(name, value)| format!("{name}={}", value.as_text().unwrap())).collect();
    assert_eq!(shown, ["a=1", "b=own", "c=3"]);
}

#[test]
fn bodies_that_artillery_does_not_send_are_told() {
    for step in [
        "get: {url: /, json: {a: 1}}",
        "head: {url: /, body: x}",
        "post: {url: /, form: {a: 1}, json: {b: 2}}",
        "post: {url: /, json: false, body: text}",
        "post: {url: /, body: {a: 1}}",
        "post: {url: /, body: 5}",
        "get: {url: /, json: null}",
        "get: {url: /, body: ''}",
    ] {
        assert!(matches!(request("", step).body, Body::Refused(_)), "{step}");
        let told = told(&script("", step));
        assert!(told.contains("warning") && told.contains("ERR_GOT_REQUEST_ERROR"), "{told}");
    }
    assert!(matches!(request("", "get: {url: /, json: {a: 1}, allowGetBody: true}").body, Body::Json(_)));
    assert!(matches!(request("", "post: {url: /, json: null}").body, Body::Json(_)));
}

#[test]
fn a_url_that_can_be_none_is_an_error_of_the_run() {
    let script = script("", "get: {url: any/bare}");
    assert!(matches!(request("", "get: {url: any/bare}").url, Url::Whole(..)));
    assert!(told(&script).contains("users fail here"));
}

#[test]
fn files_are_read_when_the_script_is_compiled() {
    let step = "post: {url: /, formData: {f: {fromFile: a/file.pem, contentType: text/x}}}";
    let plan = plan_with(&script("", step), &with_file("content"));
    let Some(Step::Request(request)) = plan.scenarios[0].flow.first() else { panic!("no request") };
    let Body::Multipart(form) = &request.body else { panic!("{:?}", request.body) };
    assert_eq!(form.parts[0].value, PartValue::File(b"content".as_slice().into()));
    let head =
        "Content-Disposition: form-data; name=\"f\"; filename=\"file.pem\"\r\nContent-Type: text/x\r\n\r\n";
    assert_eq!(form.parts[0].head, head);
}

#[test]
fn bad_options_are_told_with_their_place() {
    let table = [
        ("", "post: {url: /, formData: {f: {fromFile: 'b{{ x }}'}}}", "is not known before the run"),
        ("", "post: {url: /, formData: {f: [1]}}", "must be text, a number, or a map"),
        ("", "post: {url: /, formData: {f: {contentType: x}}}", "a map with `value` or `fromFile`"),
        ("", "post: {url: /, formData: {f: {value: 1, contentTyp: x}}}", "unknown key `contentTyp`"),
        ("", "post: {url: /, formData: {'a\"b': 1}}", "no part can have this name"),
        ("", "post: {url: /, form: text}", "must be a map of names and values"),
        ("", "get: {url: /, gzip: maybe}", "must be true or false"),
        ("", "get: {url: /, maxRedirects: -1}", "is negative"),
        ("", "get: {url: /, auth: me}", "must be a map"),
        ("  tls: {ca: a/file.pem}", "get: {url: /}", "\"config.tls.ca\" holds no certificate in PEM form"),
        ("  tls: {ca: gone.pem}", "get: {url: /}", "cannot read `gone.pem`"),
        ("  tls: {cert: a/file.pem}", "get: {url: /}", "needs both `cert` and `key`"),
        ("  tls: {pfx: a/file.pem}", "get: {url: /}", "\"config.tls.pfx\" cannot be read"),
        ("  http: {distributedTracing: {traceIdPrefix: xyz}}", "get: {url: /}", "must be hexadecimal digits"),
    ];
    for (config, step, wanted) in table {
        let told = told_with(&script(config, step), &with_file("no pem"));
        assert!(
            told.contains("error: ") && told.contains(wanted) && told.contains("--> a.yml:"),
            "{step}: {told}"
        );
    }
}

#[test]
fn the_target_s_credentials_go_to_the_target_alone() {
    let text = "config: {target: 'http://u:p%40@h:81'}\nscenarios: [{flow: [get: {url: /a}, get: {url: 'http://x/'}]}]";
    let plan = plan(text);
    let auth = plan.scenarios[0].flow.iter().map(|step| match step {
        Step::Request(request) => request.auth.as_ref().map(|it| (it.user.as_text(), it.password.as_text())),
        _ => None,
    });
    assert_eq!(auth.collect::<Vec<_>>(), [Some((Some("u"), Some("p@"))), None]);
    assert_eq!(plan.series[0].endpoint, "/a");
}

#[test]
fn proxies_come_from_the_environment() {
    let proxies = |env: &[(&str, &str)]| {
        let process_env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let choices = Choices { process_env, ..Choices::default() };
        plan_with(&script("", "get: {url: /}"), &choices).http.proxies
    };
    let server = |host: &str, port| Some(ProxyServer { host: host.into(), port, credentials: None });
    assert_eq!(proxies(&[]), Proxies::default());
    let both = proxies(&[("HTTP_PROXY", "http://p:3128"), ("NO_PROXY", "localhost, .Corp.test *.x")]);
    assert_eq!((both.http, both.https), (server("p", 3128), server("p", 3128)));
    assert_eq!(both.except, ["localhost", "corp.test", "x"]);
    let tls = proxies(&[("https_proxy", "q:1"), ("HTTP_PROXY", "")]);
    assert_eq!((tls.http, tls.https), (None, server("q", 1)));
    let builtin = plan("config: {target: builtin}\nscenarios: [{flow: [get: {url: /}]}]").http.proxies;
    assert_eq!(builtin.except, ["127.0.0.1"]);
    let process_env = [("HTTP_PROXY".to_owned(), "socks5://p".to_owned())].into();
    let told = told_with(&script("", "get: {url: /}"), &Choices { process_env, ..Choices::default() });
    assert!(told.contains("HTTP_PROXY is `socks5://p`, which is no proxy"), "{told}");
}
