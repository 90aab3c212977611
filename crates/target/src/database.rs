//! Which database records are kept in, how long is waited for it, and what is said when that fails at the start.
//!
//! A *URL* is PostgreSQL's own: `postgresql://USER:PASSWORD@HOST:5432/DATABASE`. The password is never shown, neither
//! by `Display` nor by `Debug`. There is no TLS: the database is on the same machine or network as the service.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;
use tokio_postgres::config::{Host, SslMode};

/// The database and how it is used; fixed while the server runs.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// Where it is and who asks.
    pub url: DatabaseUrl,
    /// Connections, at most; at least 1. They are opened when they are needed, and kept.
    pub pool: usize,
    /// How long a start waits for a database that is not there yet.
    pub patience: Duration,
    /// How long opening a connection may take.
    pub connect: Duration,
    /// How long a request waits for a connection to come free.
    pub wait: Duration,
    /// How long the database may work on a statement; it gives up by itself then.
    pub statement: Duration,
}

impl DatabaseConfig {
    /// 16 connections; a start waits 30 s, a request 2 s for a connection (opened within 2 s) and 5 s for a statement.
    pub fn new(url: DatabaseUrl) -> Self {
        let seconds = Duration::from_secs;
        Self {
            url,
            pool: 16,
            patience: seconds(30),
            connect: seconds(2),
            wait: seconds(2),
            statement: seconds(5),
        }
    }
}

/// A PostgreSQL URL that has been understood.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Box<tokio_postgres::Config>);

impl DatabaseUrl {
    pub(crate) fn config(&self) -> &tokio_postgres::Config {
        &self.0
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseError;

    fn from_str(text: &str) -> Result<Self, DatabaseError> {
        // What the parser complains of can be a piece of the password, so it is not repeated.
        let mut config: tokio_postgres::Config =
            text.parse().map_err(|_| DatabaseError::Url("it is no PostgreSQL URL"))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(DatabaseError::Url("it names no host"));
        }
        if config.get_ssl_mode() == SslMode::Require {
            return Err(DatabaseError::Url("it wants TLS, which the target does not speak"));
        }
        // `prefer` would ask the server for TLS first, in vain.
        config.ssl_mode(SslMode::Disable);
        Ok(Self(Box::new(config)))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgresql://")?;
        if let Some(user) = self.0.get_user() {
            write!(f, "{user}@")?;
        }
        let ports = self.0.get_ports();
        for (index, host) in self.0.get_hosts().iter().enumerate() {
            // One port may serve all hosts.
            let port = ports.get(index).or(ports.first()).copied().unwrap_or(5432);
            let comma = if index > 0 { "," } else { "" };
            match host {
                Host::Tcp(name) if name.contains(':') => write!(f, "{comma}[{name}]:{port}")?,
                Host::Tcp(name) => write!(f, "{comma}{name}:{port}")?,
                #[cfg(unix)]
                Host::Unix(folder) => write!(f, "{comma}{}:{port}", folder.display())?,
            }
        }
        write!(f, "/{}", self.0.get_dbname().or(self.0.get_user()).unwrap_or_default())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// Why a database cannot be used. What goes wrong later, in a single request, is answered with 503.
#[derive(Debug, Error)]
pub enum DatabaseError {
    /// The URL cannot be used; the reason does not repeat it.
    #[error("the database's URL cannot be used: {0}")]
    Url(&'static str),
    /// It did not answer within [`DatabaseConfig::patience`].
    #[error("the database {url} cannot be reached: {cause}")]
    Unreachable {
        /// Which.
        url: DatabaseUrl,
        /// What was said last.
        cause: String,
    },
    /// It answered, and will not let us in.
    #[error("the database {url} refuses: {cause}")]
    Refused {
        /// Which.
        url: DatabaseUrl,
        /// What it said.
        cause: String,
    },
    /// Its tables could not be made or brought up to date; nothing was changed.
    #[error("the database {url} cannot be set up: migration {name}: {cause}")]
    Migration {
        /// Which.
        url: DatabaseUrl,
        /// The migration's name.
        name: &'static str,
        /// What it said.
        cause: String,
    },
    /// Its tables were made by a later version of this program.
    #[error(
        "the database {url} is of a later version: it has migration {number}, and the last one known here is {known}"
    )]
    Later {
        /// Which.
        url: DatabaseUrl,
        /// The migration that it has.
        number: i32,
        /// The last one that is known.
        known: i32,
    },
}

impl DatabaseError {
    /// What can be done about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Url(_) => {
                "postgresql://USER:PASSWORD@HOST:5432/DATABASE, where a password's @ : / ? # % are written as %40 %3A \
                 %2F %3F %23 %25"
            }
            Self::Unreachable { .. } => "is PostgreSQL running there, and does it listen on that address?",
            Self::Refused { .. } => {
                "the user, the password and the database must be known there: `createdb NAME` makes one"
            }
            Self::Migration { .. } => {
                "the user must be allowed to make tables; a database that other programs or services have filled may \
                 not fit: use one of its own"
            }
            Self::Later { .. } => "use the version of loadgen that made it, or another database",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_password() {
        for (text, shown) in [
            (
                "postgresql://ann:secret@db.example:6432/users?connect_timeout=3",
                "postgresql://ann@db.example:6432/users",
            ),
            ("postgres://ann:s%40cret@db/", "postgresql://ann@db:5432/ann"),
            ("postgres://ann@a,b:1/x", "postgresql://ann@a:5432,b:1/x"),
            ("postgres://ann@[::1]/x", "postgresql://ann@[::1]:5432/x"),
            (
                "host=/run/postgresql user=ann password=secret dbname=x",
                "postgresql://ann@/run/postgresql:5432/x",
            ),
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            assert_eq!(url.to_string(), shown);
            let debug = format!("{:?}", DatabaseConfig::new(url));
            assert!(debug.contains(shown) && !debug.contains("cret"), "{debug}");
        }
    }

    #[test]
    fn urls_that_cannot_be_used() {
        for (text, reason) in [
            ("", "it names no host"),
            ("users", "it is no PostgreSQL URL"),
            ("http://ann:secret@db/users", "it is no PostgreSQL URL"),
            ("postgresql://ann:secret@db:port/users", "it is no PostgreSQL URL"),
            ("postgresql:///users", "it names no host"),
            ("postgresql://db/users?sslmode=require", "it wants TLS, which the target does not speak"),
        ] {
            let error = text.parse::<DatabaseUrl>().map_err(|error| error.to_string());
            assert_eq!(error, Err(format!("the database's URL cannot be used: {reason}")), "{text}");
        }
    }
}
