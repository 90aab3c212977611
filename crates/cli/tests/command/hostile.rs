//! The whole command against every way in which a target can misbehave, beside a healthy path; and the table of errors
//! in the documents.

use crate::harness::Project;
use loadgen_metrics::ErrorKind;
use loadgen_testkit::hostile::{Hostile, ROUTES, TlsFault};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// More memory than a run against any of this may take, in bytes.
const MEMORY: u64 = 512 << 20;

/// What a path is counted as; `None` where it is answered well.
fn error_at(path: &str) -> Option<&'static str> {
    Some(match path {
        "/ok" | "/http-1.0" | "/not-utf-8" => return None,
        "/bomb-gzip" | "/bomb-br" | "/bomb-zstd" => "ERR_BUFFER_TOO_LARGE",
        "/not-gzip" => "Z_DATA_ERROR",
        "/silent" | "/slow-head" | "/half-head" | "/informational" | "/slow-body" => "ETIMEDOUT",
        "/stalled-body" => "ERR_SOCKET_TIMEOUT",
        "/half-head-close" | "/close" | "/close-next" | "/reset" => "ECONNRESET",
        "/reset-body" | "/short-body" | "/short-chunks" => "ECONNRESET",
        "/length-twice" | "/two-lengths" => "HPE_UNEXPECTED_CONTENT_LENGTH",
        "/bad-chunk" | "/huge-chunk" => "HPE_INVALID_CHUNK_SIZE",
        "/garbage" | "/http-0.9" | "/long-body" => "HPE_INVALID_CONSTANT",
        "/bad-version" => "HPE_INVALID_VERSION",
        "/bad-status" => "HPE_INVALID_STATUS",
        "/bad-header" => "HPE_INVALID_HEADER_TOKEN",
        "/bad-length" => "HPE_INVALID_CONTENT_LENGTH",
        "/endless-headers" | "/huge-header" => "HPE_HEADER_OVERFLOW",
        "/redirect-loop" => "ERR_TOO_MANY_REDIRECTS",
        "/redirect-nowhere" => "ECONNREFUSED",
        "/redirect-scheme" => "ERR_UNSUPPORTED_PROTOCOL",
        "/redirect-invalid" => "ERR_INVALID_URL",
        path => panic!("nobody says what {path} is counted as"),
    })
}

/// What a port is counted as.
fn error_of(fault: TlsFault) -> &'static str {
    match fault {
        TlsFault::Expired => "CERT_HAS_EXPIRED",
        TlsFault::NotYetValid => "CERT_NOT_YET_VALID",
        TlsFault::WrongName => "ERR_TLS_CERT_ALTNAME_INVALID",
        TlsFault::UnknownAuthority => "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        TlsFault::UnknownAuthoritySent => "SELF_SIGNED_CERT_IN_CHAIN",
        TlsFault::SelfSigned => "DEPTH_ZERO_SELF_SIGNED_CERT",
        TlsFault::OldProtocol | TlsFault::NoCipher | TlsFault::PlainHttp | TlsFault::Garbage => "EPROTO",
        TlsFault::Reset | TlsFault::Closed => "ECONNRESET",
        TlsFault::Silent => "ERR_SOCKET_TIMEOUT",
    }
}

/// A script whose users go to one URL of `urls.csv` each, in sequence: twice, and on to what the answer tells.
fn script(server: &Hostile, users: usize, http: &str) -> String {
    format!(
        "config:\n  target: \"{}\"\n  tls: {{ca: authority.pem}}\n  http: {{{http}}}\n  \
         phases: [{{duration: 3, arrivalCount: {users}}}]\n  \
         payload: {{path: urls.csv, fields: [url], order: sequence}}\n\
         scenarios:\n  - flow:\n      - get: {{url: \"{{{{ url }}}}\"}}\n      \
         - get: {{url: \"{{{{ url }}}}\", capture: {{regexp: \".\", as: first}}}}\n",
        server.url()
    )
}

/// Runs that script over these URLs.
fn run(server: &Hostile, urls: &[String], http: &str) -> Value {
    let project = Project::new(&script(server, urls.len(), http));
    std::fs::write(project.path("urls.csv"), urls.join("\n")).unwrap();
    std::fs::write(project.path("authority.pem"), server.authority()).unwrap();
    let (told, report) = project.report(&[]);
    assert_eq!(told.status, 0, "{}", told.text());
    let used = report["loadgen"]["resources"].as_array().unwrap();
    let peak = used.iter().map(|second| second["generator_memory"].as_u64().unwrap()).max().unwrap();
    assert!(peak < MEMORY, "{} MiB", peak >> 20);
    report
}

#[test]
fn every_fault_is_counted_by_name_and_the_healthy_ones_succeed() {
    let server = Hostile::start();
    let mut urls = Vec::new();
    let mut wanted = BTreeMap::<&str, u64>::new();
    let mut visit = |url: String, error: &'static str| {
        // A healthy one beside each.
        urls.extend([url, format!("{}/ok", server.url())]);
        *wanted.entry(error).or_default() += 1;
    };
    for route in ROUTES.iter().filter(|route| route.path != "/gigabyte") {
        if let Some(error) = error_at(route.path) {
            visit(format!("{}{}", server.url(), route.path), error);
            visit(format!("{}{}", server.tls_url(), route.path), error);
        }
    }
    for fault in TlsFault::ALL {
        visit(format!("{}/ok", server.faulty_url(*fault)), error_of(*fault));
    }
    let report = run(&server, &urls, "timeouts: {connect: 3, firstByte: 3, idle: 3, total: 7}");

    let counters = report["aggregate"]["counters"].as_object().unwrap();
    let errors: BTreeMap<&str, u64> = counters
        .iter()
        .filter_map(|(name, count)| Some((name.strip_prefix("errors.")?, count.as_u64()?)))
        .collect();
    assert_eq!(errors, wanted);
    let faulty = urls.len() as u64 / 2;
    assert_eq!((&counters["vusers.failed"], &counters["vusers.completed"]), (&faulty.into(), &faulty.into()));
    assert_eq!(server.healthy(), 2 * faulty, "each healthy user was answered twice");
    for (name, tally) in report["loadgen"]["total"]["errors"].as_object().unwrap() {
        let sample = &tally["sample"];
        let has = |key: &str| sample[key].as_str().is_some_and(|text| !text.is_empty());
        assert!(has("url") && has("detail"), "{name}: {sample}");
    }
}

#[test]
fn a_gibibyte_is_read_and_not_kept() {
    let server = Hostile::start();
    let report = run(&server, &[format!("{}/gigabyte", server.url())], "timeouts: {total: 9m}");
    let counters = &report["aggregate"]["counters"];
    assert_eq!((&counters["http.codes.200"], &counters["vusers.completed"]), (&2.into(), &1.into()));
    assert_eq!(counters["http.downloaded_bytes"].as_u64(), Some(2 << 30));
}

#[test]
fn a_gibibyte_is_an_error_where_the_script_says_so() {
    let server = Hostile::start();
    let urls = [format!("{}/gigabyte", server.url()), format!("{}/ok", server.url())];
    let report = run(&server, &urls, "maxBodyBytes: 1000000");
    let counters = &report["aggregate"]["counters"];
    assert_eq!(
        (&counters["errors.ERR_BODY_TOO_LONG"], &counters["vusers.completed"]),
        (&1.into(), &1.into())
    );
    let sample = &report["loadgen"]["total"]["errors"]["ERR_BODY_TOO_LONG"]["sample"];
    assert_eq!(
        (&sample["status"], &sample["detail"]),
        (&200.into(), &"the body is longer than 1000000 bytes".into())
    );
}

#[test]
fn each_error_is_in_the_table_with_what_to_do() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let text = std::fs::read_to_string(path).unwrap();
    for kind in ErrorKind::ALL {
        let row = text.lines().find(|line| line.starts_with(&format!("| `{}` | ", kind.name())));
        let row = row.unwrap_or_else(|| panic!("docs/errors.md has no row for {}", kind.name()));
        assert!(row.ends_with(&format!(" | {} |", kind.hint())), "{row}\nis to end in: {}", kind.hint());
    }
    let is_row = |line: &&str| line.starts_with("| `") && !line.starts_with("| `errors.X`");
    let rows = text.lines().filter(is_row).count();
    assert_eq!(rows, ErrorKind::ALL.len() + 5, "errors, and the five limits");
}
