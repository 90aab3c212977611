//! How these tests call `loadgen`, and a target of their own to call it on.

use assert_cmd::cargo::cargo_bin;
use loadgen_testkit::{Transcript, transcript};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A folder with a script in it.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    /// A folder with this script as `script.yml`.
    pub(crate) fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("script.yml"), script).unwrap();
        Project { folder }
    }

    /// A script of one scenario.
    pub(crate) fn of(target: &str, phases: &str, flow: &str) -> Self {
        Project::new(&script(target, phases, flow))
    }

    /// `loadgen run script.yml` with more arguments, not yet started.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = loadgen(&["run", "script.yml"]);
        command.args(args).current_dir(self.folder.path());
        command
    }

    /// Runs the script to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Transcript {
        transcript(&mut self.command(args))
    }

    /// Runs the script to its end with `-o run.json`, and gives that too.
    pub(crate) fn report(&self, args: &[&str]) -> (Transcript, serde_json::Value) {
        let told = self.run(&[&["-o", "run.json"], args].concat());
        let text =
            std::fs::read_to_string(self.path("run.json")).unwrap_or_else(|_| panic!("{}", told.text()));
        (told, serde_json::from_str(&text).unwrap())
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Names of the files in the folder.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// Waits until something is so while a command runs. A command that ends before is a failed test, and so is one that
/// comes to nothing within minutes.
pub(crate) fn wait_until(child: &mut Child, mut so: impl FnMut() -> bool) {
    for _ in 0..100_000 {
        if so() {
            return;
        }
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none() || so(), "the command ended too early: {ended:?}");
        std::thread::park_timeout(Duration::from_millis(1));
    }
    let _ = child.kill();
    panic!("what was waited for does not come");
}

/// The text of a script of one scenario.
pub(crate) fn script(target: &str, phases: &str, flow: &str) -> String {
    format!("config:\n  target: \"{target}\"\n  phases: {phases}\nscenarios:\n  - flow:\n{flow}\n")
}

/// The binary under test. Whether a busy machine spoils a run is not what these tests ask: strict validity is off
/// unless a test turns it on.
pub(crate) fn loadgen(args: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin!("loadgen"));
    command.args(args).env("CI", "false").env("ARTILLERY_TEST_RUN_ID", "t1").env_remove("NO_COLOR");
    // What a developer works on is not for tests to fill.
    command.env_remove("DATABASE_URL");
    // These tests may be a job themselves, whose page is not theirs to fill.
    command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
    command
}

/// `loadgen target` on a free port, until the value is dropped.
pub(crate) struct Target {
    child: Child,
    pub(crate) url: String,
}

impl Target {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut command = loadgen(&["target", "--listen", "127.0.0.1:0"]);
        command.args(args).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
        Target { child, url }
    }

    /// How many requests it says that it has answered, of all routes, methods and statuses.
    pub(crate) fn requests(&self) -> u64 {
        let text = fetch(&format!("{}/metrics", self.url));
        let counts = text.lines().filter(|line| line.starts_with("http_requests_total{"));
        counts.map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap() as u64).sum()
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a URL answers.
pub(crate) fn fetch(url: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let tls =
            rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
        // reqwest is built with TLS, and wants its settings for plain http too.
        let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls).build().unwrap();
        client.get(url).send().await.unwrap().text().await.unwrap()
    })
}
