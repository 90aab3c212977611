//! `PostgresServer`: a PostgreSQL server of a test process's own, from the machine's binaries, on a free port of loopback,
//! with a database for each test.
//!
//! A shell keeps it (`keeper.sh`), which ends it with the tests, however those end.
//!
//! Where PostgreSQL is missing a test fails and says so: it is never left out.

mod binaries;
mod cluster;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

pub use cluster::Cluster;

/// How often the server is asked whether it is ready, and the pause between.
const TRIES: u32 = 600;
const PAUSE: Duration = Duration::from_millis(50);

/// A server for as long as the value lives.
pub struct PostgresServer {
    cluster: Cluster,
    keeper: Mutex<Keeper>,
    databases: AtomicU32,
}

struct Keeper {
    process: Child,
    answers: BufReader<ChildStdout>,
}

impl PostgresServer {
    /// The one that the tests of this process share; started by the first who asks.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PostgresServer> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// One of a test's own, to be crashed.
    pub fn start() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("loadgen-postgres-{}-{}", std::process::id(), NUMBER.fetch_add(1, Relaxed));
        let cluster = Cluster::create(std::env::temp_dir().join(name), free_port());
        let keeper = Mutex::new(Keeper::start(&cluster));
        let server = Self { cluster, keeper, databases: AtomicU32::new(0) };
        server.restart();
        server
    }

    /// Makes an empty database and gives its URL. The server asks for no password; the URL has one, `secret`, so that a
    /// test can look for it where it must not be.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.url(&name)
    }

    /// The URL of a database by name, whether it is there or not.
    pub fn url(&self, database: &str) -> String {
        format!("postgresql://postgres:secret@127.0.0.1:{}/{database}", self.cluster.port())
    }

    /// What `psql` prints for a statement: a line for each row, `|` between columns.
    pub fn sql(&self, database: &str, statement: &str) -> String {
        self.cluster.sql(database, statement)
    }

    /// Ends the server at once, in the middle of whatever it does.
    pub fn crash(&self) {
        self.tell("crash");
    }

    /// Starts it again after a [`crash`](Self::crash), with all that was committed, and waits until it answers.
    pub fn restart(&self) {
        self.tell("start");
        for _ in 0..TRIES {
            if self.cluster.answers() {
                return;
            }
            std::thread::park_timeout(PAUSE);
        }
        let log = std::fs::read_to_string(self.cluster.folder().join("log")).unwrap_or_default();
        panic!("PostgreSQL did not start; it said:\n{log}");
    }

    fn tell(&self, command: &str) {
        let mut keeper = self.keeper.lock().expect("no panic while the keeper is told something");
        let stdin = keeper.process.stdin.as_mut().expect("a pipe");
        writeln!(stdin, "{command}").expect("the keeper listens");
        let mut answer = String::new();
        keeper.answers.read_line(&mut answer).expect("the keeper answers");
        assert_eq!(answer, "done\n", "the keeper of PostgreSQL has ended");
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        let keeper = self.keeper.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        // It cleans up when its input ends.
        drop(keeper.process.stdin.take());
        let _ = keeper.process.wait();
    }
}

impl Keeper {
    fn start(cluster: &Cluster) -> Self {
        let mut keeper = cluster.owner(Path::new("sh"));
        keeper.args(["-c", include_str!("keeper.sh"), "keeper"]).arg(cluster.folder()).args(cluster.words());
        // A group of its own: Ctrl-C ends the tests, and the end of its input the keeper.
        keeper.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = keeper.spawn().expect("a shell");
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        Self { process, answers }
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}
