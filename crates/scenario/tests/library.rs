//! What Artillery hands to its libraries as it is: TLS material, queries and credentials without placeholders, the
//! cookie jar's rules.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

mod common;

use common::{plan, plan_with, told, told_with};
use loadgen_scenario::plan::{Body, CookieRules, Http2, Plan, Request, Step};
use loadgen_scenario::{Choices, FileError, Files};

const CERTIFICATE: &[u8] = include_bytes!("data/client.pem");
const KEY: &[u8] = include_bytes!("data/client.key.pem");
const PFX: &[u8] = include_bytes!("data/client.pfx");
const OLD_PFX: &[u8] = include_bytes!("data/client-old.pfx");

/// A script of these steps for a TLS target, and a piece of `config`.
fn script(config: &str, request: &str) -> String {
    format!("config:\n  target: https://h\n{config}\nscenarios:\n  - flow: [{request}]\n")
}

fn choices() -> Choices {
    let files = Files::new(|path| match path {
        "client.pem" => Ok(CERTIFICATE.to_vec()),
        "client.key.pem" => Ok(KEY.to_vec()),
        "client.pfx" => Ok(PFX.to_vec()),
        "client-old.pfx" => Ok(OLD_PFX.to_vec()),
        "old.key" => Ok(b"-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n".to_vec()),
        _ => Err(FileError { reason: "No such file".into(), place: None }),
    });
    Choices { files, ..Choices::default() }
}

fn requests(plan: &Plan) -> Vec<&Request> {
    let request = |step: &'_ Step| matches!(step, Step::Request(_));
    let steps = plan.scenarios[0].flow.iter().filter(|step| request(step));
    steps
        .map(|step| if let Step::Request(request) = step { &**request } else { panic!("no request") })
        .collect()
}

#[test]
fn a_client_s_key_may_be_encrypted() {
    let plain = {
        let tls = "  tls: {pfx: client.pfx, passphrase: secret}";
        plan_with(&script(tls, "get: {url: /}"), &choices()).http.tls.identity.unwrap()
    };
    assert_eq!(plain.chain.len(), 1);
    for tls in [
        "{pfx: client-old.pfx, passphrase: secret}",
        "{certificate: client.pem, key: client.key.pem, passphrase: secret}",
    ] {
        let plan = plan_with(&script(&format!("  tls: {tls}"), "get: {url: /}"), &choices());
        let identity = plan.http.tls.identity.unwrap();
        assert_eq!(identity.chain, plain.chain, "{tls}");
        assert_eq!(identity.key.secret_der().len(), plain.key.secret_der().len(), "{tls}");
    }
}

#[test]
fn bad_keys_are_told_with_their_place() {
    let table = [
        ("{pfx: client.pfx}", "\"config.tls.pfx\" cannot be read", "add `passphrase:`"),
        (
            "{pfx: client.pfx, passphrase: wrong}",
            "\"config.tls.pfx\" cannot be read",
            "is this its passphrase",
        ),
        ("{pfx: client.pem, passphrase: secret}", "\"config.tls.pfx\" cannot be read", "in PKCS#12 form"),
        ("{pfx: none}", "\"config.tls.pfx\": cannot read `none`", "paths are relative"),
        ("{pfx: client.pfx, key: client.pem}", "takes `pfx`, or `cert` and `key`", "leave one of them out"),
        ("{cert: client.pem, key: client.key.pem}", "\"config.tls.key\" is encrypted", "add `passphrase:`"),
        (
            "{cert: client.pem, key: client.key.pem, passphrase: wrong}",
            "\"config.tls.key\" cannot be decrypted",
            "is this its passphrase?",
        ),
        (
            "{cert: client.pem, key: old.key, passphrase: x}",
            "in a form that is no longer used",
            "openssl pkcs8 -topk8",
        ),
        (
            "{servername: 'a b'}",
            "\"config.tls.servername\": `a b` is no host name",
            "such as api.example.com",
        ),
        ("{ciphers: x}", "`ciphers` is not supported yet", "config.tls takes rejectUnauthorized"),
        ("{passfrase: x}", "unknown key `passfrase`", "config.tls takes"),
    ];
    for (tls, wanted, hint) in table {
        let told = told_with(&script(&format!("  tls: {tls}"), "get: {url: /}"), &choices());
        assert!(
            told.contains(wanted) && told.contains("--> a.yml:3:") && told.contains(hint),
            "{tls}: {told}"
        );
    }
    let own = told_with(&script("", "get: {url: /, https: {key: client.pem}}"), &choices());
    assert!(own.contains("\"scenarios[0].flow[0].get.https\" needs both `cert` and `key`"), "{own}");
}

#[test]
fn a_request_s_https_lies_below_that_of_config() {
    let steps = "get: {url: /}, get: {url: /, https: {rejectUnauthorized: false}}, \
                 get: {url: /, https: {serverName: a.test}}, get: {url: /, https: {rejectUnauthorized: 'false'}}, \
                 get: {url: /, https: {rejectUnauthorized: true}}";
    let own = |plan: &Plan| requests(plan).iter().map(|request| request.tls).collect::<Vec<_>>();
    let free = plan(&script("", steps));
    assert_eq!(own(&free), [None, Some(0), Some(1), None, None]);
    assert!(matches!(requests(&free)[3].body, Body::Refused(_)), "text is no truth value");
    assert_eq!(free.http.own_tls.iter().map(|own| own.verify).collect::<Vec<_>>(), [false, true]);
    assert_eq!(free.http.own_tls[1].tls.server_name, Some("a.test".try_into().unwrap()));
    let bound = plan(&script("  tls: {rejectUnauthorized: true, servername: b.test}", steps));
    assert_eq!(own(&bound), [None; 5], "`config.tls` counts");
    assert_eq!(bound.http.tls.server_name, Some("b.test".try_into().unwrap()));
}

#[test]
fn sessions_are_resumed_unless_the_script_says_otherwise() {
    let steps = "get: {url: /}, get: {url: /, https: {sessionResumption: false}}, \
                 get: {url: /, https: {sessionResumption: true}}";
    let own = |plan: &Plan| requests(plan).iter().map(|request| request.tls).collect::<Vec<_>>();
    let free = plan(&script("", steps));
    assert_eq!(own(&free), [None, Some(0), None]);
    assert_eq!((free.http.tls.whole_handshakes, free.http.own_tls[0].tls.whole_handshakes), (false, true));
    let bound = plan(&script("  tls: {sessionResumption: false}", steps));
    assert_eq!((own(&bound), bound.http.tls.whole_handshakes), (vec![None; 3], true));
    let told = told(&script("  tls: {sessionResumption: 3}", steps));
    assert!(told.contains("\"config.tls.sessionResumption\" must be true or false"), "{told}");
}

#[test]
fn queries_and_credentials_have_no_placeholders() {
    let steps = "get: {url: /, searchParams: {a: 1, b: null, c: '{{ v }}'}, username: 'm{{ v }}'}, \
                 get: {url: /, searchParams: '?x=1&y=a+b'}, get: {url: /, searchParams: {a: 1}, qs: {b: 2}}, \
                 get: {url: /, username: u, password: p, auth: {user: a, pass: b}}";
    let plan = plan(&script("", steps));
    let shown: Vec<String> = requests(&plan)
        .iter()
        .map(|request| {
            let pairs = request.query.iter();
            let query = pairs
                .map(|(name, value)| format!("{}={} ", name.as_text().unwrap(), value.as_text().unwrap()));
            let auth = request.auth.as_ref();
            let auth =
                auth.map(|it| format!("{}:{}", it.user.as_text().unwrap(), it.password.as_text().unwrap()));
            format!("{}{}", query.collect::<String>(), auth.unwrap_or_default())
        })
        .collect();
    assert_eq!(shown, ["a=1 b= c={{ v }} m{{ v }}:", "x=1 y=a b ", "b=2 ", "a:b"]);
    let told = told(&script("", steps));
    for wanted in [
        "placeholders in \"scenarios[0].flow[0].get.searchParams.c\" are sent as they stand",
        "placeholders in \"scenarios[0].flow[0].get.username\" are sent as they stand",
        "`searchParams` has no effect beside `qs` in scenarios[0].flow[2].get",
        "use `qs`",
        "use `auth: {user, pass}`",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
}

#[test]
fn what_is_not_supported_is_told() {
    let table = [
        (
            "get: {url: /, searchParams: {a: [1]}}",
            "searchParams.a\" must be text, a number, true, false or null",
        ),
        ("get: {url: /, searchParams: 5}", "must be a map of names and values, or the text of a query"),
        ("get: {url: /, http2: maybe}", "get.http2\" must be true or false"),
        ("get: {url: /, https: {alpnProtocols: [h2]}}", "`alpnProtocols` is not supported yet in https"),
        ("get: {url: /, https: yes please}", "must be a map"),
        ("get: {url: /, username: [a]}", "must be text"),
    ];
    for (step, wanted) in table {
        let told = told(&script("", step));
        assert!(
            told.contains("error: ") && told.contains(wanted) && told.contains("--> a.yml:"),
            "{step}: {told}"
        );
    }
    // Answers are UTF-8 whatever `encoding` says.
    let told = told(&script("", "get: {url: /, encoding: latin1}"));
    assert!(!told.contains("error: ") && told.contains("`encoding` has no effect"), "{told}");
}

#[test]
fn a_request_goes_by_http2_where_it_says_so() {
    let asked = |step: &str| {
        let plan = plan(&script("", step));
        let Step::Request(request) = &plan.scenarios[0].flow[0] else { panic!("no request") };
        request.http2
    };
    let table = [
        ("get: {url: /}", Http2::Never),
        ("get: {url: /, http2: false}", Http2::Never),
        ("get: {url: /, http2: true}", Http2::IfAgreed),
        ("get: {url: 'https://x/', http2: true}", Http2::IfAgreed),
    ];
    for (step, wanted) in table {
        assert_eq!(asked(step), wanted, "{step}");
    }
}

#[test]
fn the_cookie_jar_has_rules() {
    let rules = |options: &str| {
        plan(&script(&format!("  http: {{cookieJarOptions: {options}}}"), "get: {url: /}")).http.cookies
    };
    assert_eq!(rules("{}"), CookieRules::default());
    let both = CookieRules { loose: true, any_domain: true };
    assert_eq!(rules("{looseMode: true, rejectPublicSuffixes: false}"), both);
    let told =
        |options: &str| told(&script(&format!("  http: {{cookieJarOptions: {options}}}"), "get: {url: /}"));
    assert!(told("{prefixSecurity: strict}").contains("warning: `prefixSecurity` has no effect"));
    assert!(told("{looseMode: maybe}").contains("must be true or false"));
    assert!(told("{lose: true}").contains("unknown key `lose`"));
}
