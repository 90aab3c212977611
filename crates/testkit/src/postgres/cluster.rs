//! `Cluster`: the data of a PostgreSQL server in a folder of its own, and the commands that serve and ask it.
//!
//! It does without what makes a disk safe (`fsync`), so a crash of the server loses nothing, and one of the machine
//! everything.

use std::ffi::OsString;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::binaries::{Account, Binaries};

/// A folder with a server's data, and the port that it is to be served on.
pub struct Cluster {
    binaries: Binaries,
    account: Option<Account>,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes the folder, which must not be there but whose parent must, and the data in it.
    ///
    /// # Panics
    /// Where PostgreSQL's programs are not there, or do not do their work.
    pub fn create(folder: PathBuf, port: u16) -> Self {
        let cluster = Self { binaries: Binaries::find(), account: Account::unprivileged(), folder, port };
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(&cluster.folder)
            .expect("a folder for PostgreSQL's data");
        if let Some(Account { user, group }) = cluster.account {
            chown(&cluster.folder, Some(user), Some(group)).expect("the folder given to PostgreSQL's user");
        }
        let mut initdb = cluster.owner(&cluster.binaries.folder.join("initdb"));
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
        run(initdb.arg("--pgdata").arg(cluster.data()));
        cluster
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its port of loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The words that serve the data, to be run by [`owner`](Self::owner). SIGINT ends that in order, SIGTERM only when
    /// the last client has left, SIGQUIT at once.
    pub fn words(&self) -> Vec<OsString> {
        let mut words = vec![self.binaries.folder.join("postgres").into(), "-D".into(), self.data().into()];
        for setting in [
            &format!("port={}", self.port),
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "full_page_writes=off",
            "max_connections=400",
            "shared_buffers=32MB",
        ] {
            words.extend(["-c".into(), setting.into()]);
        }
        words
    }

    /// A command run by the one whom the folder belongs to: PostgreSQL refuses to be run by root.
    pub fn owner(&self, program: &Path) -> Command {
        let mut command = command(program);
        if let Some(Account { user, group }) = self.account {
            command.uid(user).gid(group);
        }
        command
    }

    /// `psql` on a database: a line for each row, `|` between columns.
    pub fn psql(&self, database: &str) -> Command {
        let mut psql = command(&self.binaries.psql);
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "postgres"]);
        psql.args(["-p", &self.port.to_string(), "-d", database]);
        psql
    }

    /// Whether the server answers.
    pub fn answers(&self) -> bool {
        let mut psql = self.psql("postgres");
        psql.args(["-c", "SELECT 1"]).stdout(Stdio::null()).stderr(Stdio::null());
        psql.status().expect("psql").success()
    }

    /// What `psql` prints for a statement.
    ///
    /// # Panics
    /// If the statement fails.
    pub fn sql(&self, database: &str, statement: &str) -> String {
        run(self.psql(database).args(["-c", statement]))
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }
}

/// A command that sees none of the settings of PostgreSQL that the person at the machine may have.
fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("PG")) {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C").current_dir("/").stdin(Stdio::null());
    command
}

/// Runs it to its end and gives what it printed.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}
