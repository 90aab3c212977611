//! Where PostgreSQL's programs are, and who runs them.

use std::path::{Path, PathBuf};

/// Debian and Ubuntu put each version's programs here, in `VERSION/bin`, and not on PATH.
const VERSIONS: &str = "/usr/lib/postgresql";

pub(super) struct Binaries {
    /// Holds `postgres` and `initdb`, which must be of one version.
    pub(super) folder: PathBuf,
    pub(super) psql: PathBuf,
}

impl Binaries {
    pub(super) fn find() -> Self {
        let found = folders().into_iter().find(|folder| has(folder, "postgres") && has(folder, "initdb"));
        let folder = found.unwrap_or_else(|| {
            panic!(
                "this test needs PostgreSQL: no folder on PATH and no {VERSIONS}/*/bin has `postgres` and `initdb`; \
                 `cargo xtask test` installs it where it can, else install the package `postgresql`"
            )
        });
        let psql = if has(&folder, "psql") { folder.join("psql") } else { "psql".into() };
        Self { folder, psql }
    }
}

fn has(folder: &Path, program: &str) -> bool {
    folder.join(program).is_file()
}

/// The folders of PATH, then those of each version, the latest first.
fn folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    let mut versions: Vec<_> = std::fs::read_dir(VERSIONS)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    versions.sort_by_key(|path| {
        let version = path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        std::cmp::Reverse(version)
    });
    folders.extend(versions.into_iter().map(|version| version.join("bin")));
    folders
}

/// A user and a group by number.
#[derive(Clone, Copy)]
pub(super) struct Account {
    pub(super) user: u32,
    pub(super) group: u32,
}

impl Account {
    /// Who PostgreSQL is run by: it refuses to be run by root. `None` where we are not root.
    pub(super) fn unprivileged() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let accounts = std::fs::read_to_string("/etc/passwd").expect("the list of users");
        let named = |name: &str| {
            // name:password:user:group:…
            let mut fields = accounts
                .lines()
                .map(|line| line.split(':'))
                .find_map(|mut fields| (fields.next() == Some(name)).then_some(fields))?;
            Some(Self { user: fields.nth(1)?.parse().ok()?, group: fields.next()?.parse().ok()? })
        };
        let account = named("postgres").or_else(|| named("nobody"));
        Some(account.expect("a user `postgres` or `nobody`, for PostgreSQL refuses to be run by root"))
    }
}
