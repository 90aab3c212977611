//! `PostgresServer`: a PostgreSQL server of a test process's own, from the machine's binaries, on a free port of loopback,
//! with a database for each test.
//!
//! It does without what makes a disk safe (`fsync`), so a crash of the server loses nothing, and one of the machine
//! everything. A shell keeps it (`keeper.sh`), which ends it with the tests, however those end.
//!
//! Where PostgreSQL is missing a test fails and says so: it is never left out.

mod binaries;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use binaries::{Account, Binaries};

/// How often the server is asked whether it is ready, and the pause between.
const TRIES: u32 = 600;
const PAUSE: Duration = Duration::from_millis(50);

/// A server for as long as the value lives.
pub struct PostgresServer {
    binaries: Binaries,
    folder: PathBuf,
    port: u16,
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
        let binaries = Binaries::find();
        let account = Account::unprivileged();
        let name = format!("loadgen-postgres-{}-{}", std::process::id(), NUMBER.fetch_add(1, Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::DirBuilder::new().mode(0o700).create(&folder).expect("a folder for PostgreSQL's data");
        if let Some(Account { user, group }) = account {
            chown(&folder, Some(user), Some(group)).expect("the folder given to PostgreSQL's user");
        }
        let data = folder.join("data");
        let mut initdb = command(&binaries.folder.join("initdb"), account);
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
        run(initdb.arg("--pgdata").arg(&data));
        let port = free_port();
        let keeper = Mutex::new(Keeper::start(&binaries, &folder, &data, port, account));
        let server = Self { binaries, folder, port, keeper, databases: AtomicU32::new(0) };
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
        format!("postgresql://postgres:secret@127.0.0.1:{}/{database}", self.port)
    }

    /// What `psql` prints for a statement: a line for each row, `|` between columns.
    pub fn sql(&self, database: &str, statement: &str) -> String {
        run(self.psql(database).args(["-c", statement]))
    }

    /// Ends the server at once, in the middle of whatever it does.
    pub fn crash(&self) {
        self.tell("crash");
    }

    /// Starts it again after a [`crash`](Self::crash), with all that was committed, and waits until it answers.
    pub fn restart(&self) {
        self.tell("start");
        for _ in 0..TRIES {
            let mut psql = self.psql("postgres");
            psql.args(["-c", "SELECT 1"]).stdout(Stdio::null()).stderr(Stdio::null());
            if psql.status().expect("psql").success() {
                return;
            }
            std::thread::park_timeout(PAUSE);
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        panic!("PostgreSQL did not start; it said:\n{log}");
    }

    fn psql(&self, database: &str) -> Command {
        let mut psql = command(&self.binaries.psql, None);
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "postgres"]);
        psql.args(["-p", &self.port.to_string(), "-d", database]);
        psql
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
    fn start(binaries: &Binaries, folder: &Path, data: &Path, port: u16, account: Option<Account>) -> Self {
        let mut keeper = command(Path::new("sh"), account);
        keeper.args(["-c", include_str!("keeper.sh"), "keeper"]).arg(folder);
        keeper.arg(binaries.folder.join("postgres")).arg("-D").arg(data);
        for setting in [
            format!("port={port}"),
            "listen_addresses=127.0.0.1".into(),
            "unix_socket_directories=".into(),
            "fsync=off".into(),
            "full_page_writes=off".into(),
            "max_connections=400".into(),
            "shared_buffers=32MB".into(),
        ] {
            keeper.args(["-c", &setting]);
        }
        // A group of its own: Ctrl-C ends the tests, and the end of its input the keeper.
        keeper.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = keeper.spawn().expect("a shell");
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        Self { process, answers }
    }
}

/// A command that sees none of the settings of PostgreSQL that the person at the machine may have.
fn command(program: &Path, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("PG")) {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C").current_dir("/").stdin(Stdio::null());
    if let Some(Account { user, group }) = account {
        command.uid(user).gid(group);
    }
    command
}

/// Runs it to its end and gives what it printed.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}
