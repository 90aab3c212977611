//! A real Prometheus scrapes a run, and is written to by it.

use crate::harness::{fetch, wait_until};
use crate::publish::project;
use loadgen_testkit::{Act, RawServer};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Bounds of the buckets, in ms.
const BOUNDS: [f64; 20] = [
    0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1e3, 2.5e3, 5e3, 1e4,
    3e4, 6e4,
];

/// A program that listens on a free port. The shell that holds it ends it however this process ends.
pub(crate) struct Kept {
    pub(crate) keeper: Child,
    pub(crate) url: String,
}

impl Kept {
    /// Starts it, and waits until it says that it is ready.
    pub(crate) fn start(program: &str, arguments: &[String]) -> Self {
        let address = free_address();
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{program} \"$@\" & read line; kill -9 $!; wait"), program]);
        command.args(arguments).arg(format!("--web.listen-address={address}"));
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut keeper = command.spawn().unwrap();
        wait_until(&mut keeper, || std::net::TcpStream::connect(&address).is_ok());
        let url = format!("http://{address}");
        wait_until(&mut keeper, || {
            let said = fetch(&format!("{url}/-/ready"));
            said.contains("is Ready") || said.contains("OK")
        });
        Kept { keeper, url }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Prometheus with a folder of its own.
struct Prometheus {
    kept: Kept,
    _folder: TempDir,
}

impl Prometheus {
    /// One that scrapes the address each second.
    fn start(scraped: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = format!(
            "global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: scraped, static_configs: [{{targets: ['{scraped}']}}]}}]\n"
        );
        let file = folder.path().join("prometheus.yml");
        std::fs::write(&file, settings).unwrap();
        let arguments = [
            format!("--config.file={}", file.display()),
            format!("--storage.tsdb.path={}", folder.path().join("data").display()),
            "--web.enable-remote-write-receiver".to_owned(),
        ];
        Prometheus { kept: Kept::start("prometheus", &arguments), _folder: folder }
    }

    /// What a query gives, where it gives one number.
    fn ask(&self, query: &str) -> Option<f64> {
        let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let answer = fetch(&format!("{}/api/v1/query?query={query}", self.kept.url));
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["status"], "success", "{answer}");
        answer["data"]["result"][0]["value"][1].as_str().map(|number| number.parse().unwrap())
    }
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// The bucket that a value in ms lies in.
fn bucket(millis: f64) -> usize {
    BOUNDS.iter().take_while(|bound| millis > **bound).count()
}

#[test]
fn a_real_prometheus_scrapes_and_receives_what_the_report_says() {
    let server = RawServer::start(|line| {
        let answer = b"HTTP/1.1 200 X\r\ncontent-length: 2\r\n\r\n{}".to_vec();
        // Some take their time.
        if line.contains("/b") {
            Act::InTwo(answer[..40].to_vec(), answer[40..].to_vec())
        } else {
            Act::Send(answer)
        }
    });
    let scraped = free_address();
    let mut prometheus = Prometheus::start(&scraped);
    let entry = format!(
        "{{type: prometheus-remote-write, url: '{}/api/v1/write', tags: ['via:written', 'build-id:7'], interval: 1}}",
        prometheus.kept.url
    );
    let project = project(&server.url(), &[entry]);
    let args = ["-q", "-o", "run.json", "--prometheus", &scraped, "--prometheus-linger", "5m"];
    let child = project.command(&args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let ended = "loadgen_run_ended{job=\"scraped\"}";
    let kept = &mut prometheus.kept;
    wait_until(&mut kept.keeper, || prometheus_has(&kept.url, ended));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && !told.contains("warning"), "{told}");

    let report = std::fs::read_to_string(project.path("run.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let summaries = &report["aggregate"]["summaries"];
    for labels in ["job=\"scraped\"", "via=\"written\",build_id=\"7\""] {
        let requests = prometheus.ask(&format!("sum(loadgen_http_requests_total{{{labels}}})"));
        assert_eq!(requests, report["aggregate"]["counters"]["http.requests"].as_f64(), "{labels}");
        for (metric, summary) in [
            ("loadgen_http_latency_seconds", "http.latency"),
            ("loadgen_http_response_time_seconds", "http.response_time"),
        ] {
            for (quantile, statistic) in [(0.5, "p50"), (0.95, "p95")] {
                let query =
                    format!("histogram_quantile({quantile}, sum by (le) ({metric}_bucket{{{labels}}}))");
                let seconds = prometheus.ask(&query).unwrap();
                let expected = summaries[summary][statistic].as_f64().unwrap();
                assert!(
                    bucket(seconds * 1e3).abs_diff(bucket(expected)) <= 1,
                    "{labels} {summary}.{statistic}: {seconds} s, in the report {expected} ms"
                );
            }
        }
    }
    // What is written says what it is, too.
    let about =
        fetch(&format!("{}/api/v1/metadata?metric=loadgen_http_latency_seconds", prometheus.kept.url));
    assert!(about.contains("\"histogram\""), "{about}");
}

fn prometheus_has(url: &str, metric: &str) -> bool {
    let query: String = form_urlencoded::byte_serialize(format!("{metric} == 1").as_bytes()).collect();
    fetch(&format!("{url}/api/v1/query?query={query}")).contains("loadgen_run_ended")
}
