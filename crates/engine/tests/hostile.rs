//! Every way in which a target can misbehave: how it is counted, and what is told of it. One user goes to each path or
//! port of the hostile server.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

use futures_util::future::join_all;
use loadgen_engine::transport::Http;
use loadgen_engine::{Options, Stop, run_here};
use loadgen_metrics::{ErrorKind, ErrorSample, Snapshot};
use loadgen_scenario::plan::Target;
use loadgen_scenario::{Choices, Files, Source, load};
use loadgen_testkit::hostile::{Hostile, ROUTES, TlsFault};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::LocalSet;

/// Plays one user of this flow.
async fn play(server: &Hostile, http: &str, flow: &str) -> Snapshot {
    let text = format!(
        "config:\n  target: {}\n  http: {http}\n  tls: {{ca: ca.pem}}\n  phases: [{{duration: 10ms, arrivalCount: 1}}]\nscenarios:\n  - flow: [{flow}]\n",
        server.url()
    );
    let source = Source { name: "test.yml".into(), text };
    let authority = server.authority().to_owned();
    let choices = Choices { files: Files::new(move |_| Ok(authority.clone().into())), ..Choices::default() };
    let loaded = load(&source, &choices);
    let told: Vec<String> = loaded.diagnostics.iter().map(|it| it.render(&[&source])).collect();
    let plan = loaded.plan.unwrap_or_else(|| panic!("{}", told.join("\n")));
    let Target::Address(origin) = plan.target.clone() else { panic!("no address") };
    let options = Options { origin, seed: 7, shards: 1, grace: Duration::from_secs(1), stop: Stop::new() };
    let settings = Http::settings(&plan.http);
    let mut total = Snapshot::default();
    let seen = |event: loadgen_engine::Event<'_>| {
        if let loadgen_engine::Event::Second { snapshot, .. } = event {
            total.merge(snapshot);
        }
    };
    run_here(Arc::new(plan), &options, |clock| Http::new(settings, clock, 0, 1), seen).await.unwrap();
    total
}

/// What one user at a URL came to: the error with its sample, and how many answers there were.
async fn visit(server: &Hostile, http: &str, flow: &str) -> (Option<(ErrorKind, ErrorSample)>, u64) {
    let total = play(server, http, flow).await;
    let answers = total.series.iter().map(|series| series.responses()).sum();
    let errors: Vec<_> =
        total.errors.into_iter().map(|(kind, tally)| (kind, tally.sample.unwrap(), tally.count)).collect();
    let users = &total.scenarios[0];
    assert_eq!((users.created, users.completed + users.failed), (1, 1), "{flow}");
    assert_eq!(errors.len() as u64, users.failed, "{flow}: {errors:?}");
    assert!(errors.iter().all(|(_, _, count)| *count == 1), "{flow}: {errors:?}");
    (errors.into_iter().next().map(|(kind, sample, _)| (kind, sample)), answers)
}

/// Limits that no sound answer meets.
const PATIENT: &str = "{timeout: 60}";
/// A limit that a test has time for, for what nothing else ends; a busy machine needs some of it for what comes before.
fn hasty(path: &str) -> &'static str {
    match path {
        "/silent" | "/slow-head" | "/half-head" | "/informational" => {
            "{timeout: 60, timeouts: {firstByte: 2.5}}"
        }
        "/slow-body" => "{timeout: 60, timeouts: {total: 2.5}}",
        "/stalled-body" => "{timeout: 60, timeouts: {idle: 2.5}}",
        _ => PATIENT,
    }
}

/// What each path comes to: its error, how many answers were counted, and what the sample shows of what was read.
fn wanted(path: &str) -> (Option<ErrorKind>, u64, &'static str) {
    use ErrorKind::*;
    match path {
        "/ok" | "/http-1.0" | "/not-utf-8" => (None, 1, ""),
        // Where nobody looks into the body, it is not unpacked.
        "/bomb-gzip" | "/bomb-br" | "/bomb-zstd" | "/not-gzip" => (None, 1, ""),
        "/length-twice" | "/two-lengths" => (Some(UnexpectedLength), 0, r"200 OK\r\ncontent-length: 2\r\n"),
        "/long-body" => (Some(MalformedAnswer), 1, "ok and so much more"),
        "/silent" => (Some(TimedOut), 0, ""),
        "/slow-head" | "/half-head" => (Some(TimedOut), 0, "HTTP/1.1 200 OK"),
        "/informational" => (Some(TimedOut), 0, "HTTP/1.1 103 Early Hints"),
        "/slow-body" => (Some(TimedOut), 1, r"content-length: 100000\r\n\r\ny"),
        "/stalled-body" => (Some(Stalled), 1, "HTTP/1.1 200 OK"),
        "/half-head-close" => (Some(ConnectionReset), 0, "cont"),
        "/close" | "/reset" => (Some(ConnectionReset), 0, ""),
        "/close-next" => (Some(ConnectionReset), 1, ""),
        "/reset-body" | "/short-body" | "/short-chunks" => (Some(ConnectionReset), 1, "abc"),
        "/bad-chunk" | "/huge-chunk" => (Some(InvalidChunk), 1, "HTTP/1.1 200 OK"),
        "/garbage" => (Some(MalformedAnswer), 0, r"SSH-2.0-OpenSSH_9.6\r\n"),
        "/http-0.9" => (Some(MalformedAnswer), 0, "<html>hello"),
        "/bad-version" => (Some(InvalidVersion), 0, "HTTP/3.7"),
        "/bad-status" => (Some(InvalidStatus), 0, "9x OK"),
        "/bad-header" => (Some(InvalidHeaderToken), 0, "a b: c"),
        "/bad-length" => (Some(InvalidLength), 0, "content-length: many"),
        "/endless-headers" | "/huge-header" => (Some(HeadTooLarge), 0, "x-header: "),
        "/redirect-loop" => (Some(TooManyRedirects), 11, ""),
        "/redirect-nowhere" => (Some(ConnectionRefused), 1, ""),
        "/redirect-scheme" => (Some(RedirectUnsupported), 1, ""),
        "/redirect-invalid" => (Some(RedirectInvalid), 1, ""),
        path => panic!("nobody says what {path} comes to"),
    }
}

async fn each_path(server: &Hostile, base: &str) {
    // A gibibyte takes an unoptimised build too long: the test of the whole command has it.
    let routes = ROUTES.iter().filter(|route| route.path != "/gigabyte");
    let visits = routes.map(async |route| {
        let (kind, answers, read) = wanted(route.path);
        let get = format!("{{get: {{url: \"{base}{}\"}}}}", route.path);
        let again = route.path == "/close-next";
        let flow = if again { format!("{get}, {get}") } else { get };
        let (seen, seen_answers) = visit(server, hasty(route.path), &flow).await;
        let told = format!("{base}{}: {seen:?}", route.path);
        assert_eq!(seen.as_ref().map(|(kind, _)| *kind), kind, "{told}");
        assert_eq!(seen_answers, answers, "{told}");
        assert_eq!(kind.is_some(), route.fails, "{told}");
        let Some((_, sample)) = seen else { return };
        assert_eq!(sample.method, "GET", "{told}");
        let redirected = route.path == "/redirect-nowhere";
        assert!(redirected || sample.url == format!("{base}{}", route.path), "{told}");
        assert!(sample.read.contains(read) && !sample.detail.is_empty(), "{told}");
        let head_came = answers == 1 && !again && !route.path.starts_with("/redirect");
        assert_eq!(sample.status, head_came.then_some(200), "{told}");
    });
    join_all(visits).await;
}

#[tokio::test]
async fn each_path_has_its_error_and_its_sample() {
    let server = Hostile::start();
    LocalSet::new().run_until(each_path(&server, &server.url())).await;
    assert_eq!(server.healthy(), 1);
}

#[tokio::test]
async fn over_tls_they_are_the_same() {
    let server = Hostile::start();
    LocalSet::new().run_until(each_path(&server, &server.tls_url())).await;
}

#[tokio::test]
async fn each_fault_of_tls_has_its_error() {
    let server = Hostile::start();
    let visits = TlsFault::ALL.iter().map(async |fault| {
        let wanted = match *fault {
            TlsFault::Expired => ErrorKind::CertificateExpired,
            TlsFault::NotYetValid => ErrorKind::CertificateNotYetValid,
            TlsFault::WrongName => ErrorKind::CertificateNameMismatch,
            TlsFault::UnknownAuthority => ErrorKind::CertificateUntrusted,
            TlsFault::UnknownAuthoritySent => ErrorKind::AuthoritySelfSigned,
            TlsFault::SelfSigned => ErrorKind::CertificateSelfSigned,
            TlsFault::OldProtocol | TlsFault::NoCipher | TlsFault::PlainHttp | TlsFault::Garbage => {
                ErrorKind::TlsFailed
            }
            TlsFault::Reset | TlsFault::Closed => ErrorKind::ConnectionReset,
            TlsFault::Silent => ErrorKind::Stalled,
        };
        let http =
            if *fault == TlsFault::Silent { "{timeout: 60, timeouts: {connect: 2.5}}" } else { PATIENT };
        let flow = format!("{{get: {{url: \"{}/x\"}}}}", server.faulty_url(*fault));
        let (seen, answers) = visit(&server, http, &flow).await;
        let told = format!("{fault:?}: {seen:?}");
        let (kind, sample) = seen.unwrap_or_else(|| panic!("{told}"));
        assert_eq!((kind, answers, sample.status), (wanted, 0, None), "{told}");
    });
    LocalSet::new().run_until(join_all(visits)).await;
}

#[tokio::test]
async fn what_is_looked_into_is_unpacked_up_to_a_bound() {
    let server = Hostile::start();
    let cases = [
        ("/bomb-gzip", ErrorKind::TooLarge),
        ("/bomb-br", ErrorKind::TooLarge),
        ("/bomb-zstd", ErrorKind::TooLarge),
        ("/not-gzip", ErrorKind::Undecodable),
    ];
    let visits = cases.map(|(path, wanted)| {
        let server = &server;
        async move {
            let flow = format!("{{get: {{url: {path}, capture: {{json: $.id, as: id}}}}}}");
            let (seen, answers) = visit(server, PATIENT, &flow).await;
            let (kind, sample) = seen.unwrap_or_else(|| panic!("{path}"));
            assert_eq!((kind, answers, sample.status), (wanted, 1, Some(200)), "{path}: {sample:?}");
        }
    });
    LocalSet::new().run_until(join_all(visits)).await;
}
