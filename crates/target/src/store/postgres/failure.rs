//! What becomes of an operation that the database did not do: a refusal that memory would give too, or an outage.

use std::error::Error as _;
use std::io;

use deadpool_postgres::PoolError;
use thiserror::Error;
use tokio_postgres::error::SqlState;

use super::query::Query;
use crate::store::StoreError;

/// Why the database did not do its part. A message speaks to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Outage {
    #[error("the database cannot be reached")]
    Unreachable,
    #[error("no connection to the database came free in time")]
    Crowded,
    #[error("the database did not answer in time: what was asked may have been done or not")]
    Late,
    #[error("the connection to the database was lost: what was asked may have been done or not")]
    Lost,
    #[error("the database cannot do this now")]
    Refused,
}

impl Outage {
    /// The label `kind` of the metrics.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Crowded => "crowded",
            Self::Late => "late",
            Self::Lost => "lost",
            Self::Refused => "refused",
        }
    }
}

/// What ends an operation early.
#[derive(Debug)]
pub(super) enum Failure {
    /// The rules of records say no.
    Rule(StoreError),
    Database(tokio_postgres::Error),
    /// Our own limit, which is a little longer than the database's.
    Late,
    /// A row holds what no operation of ours writes.
    Unreadable,
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Rule(error)
    }
}

impl Failure {
    /// What the client is told. A constraint that a statement would break is a rule that it did not look up first.
    pub(super) fn told(&self, query: Query) -> StoreError {
        let error = match self {
            Self::Rule(error) => return *error,
            Self::Late => return StoreError::Unavailable(Outage::Late),
            Self::Unreadable => return StoreError::Unavailable(Outage::Refused),
            Self::Database(error) => error,
        };
        match (error.code(), query) {
            (Some(code), _) if *code == SqlState::UNIQUE_VIOLATION => StoreError::EmailTaken,
            (Some(code), Query::DeleteUser) if *code == SqlState::FOREIGN_KEY_VIOLATION => {
                StoreError::UserHasOrders
            }
            (Some(code), Query::CreateOrder) if *code == SqlState::FOREIGN_KEY_VIOLATION => {
                StoreError::UnknownUser
            }
            _ => StoreError::Unavailable(outage(error)),
        }
    }
}

fn outage(error: &tokio_postgres::Error) -> Outage {
    match error.code() {
        Some(code) if *code == SqlState::QUERY_CANCELED => Outage::Late,
        // Connection exceptions, and a server that goes down, crashes or starts.
        Some(code) if code.code().starts_with("08") || code.code().starts_with("57P") => Outage::Lost,
        Some(_) => Outage::Refused,
        None if error.is_closed() || error.source().is_some_and(|cause| cause.is::<io::Error>()) => {
            Outage::Lost
        }
        None => Outage::Refused,
    }
}

/// Why there is no connection.
pub(super) fn no_connection(error: &PoolError) -> Outage {
    match error {
        PoolError::Timeout(deadpool_postgres::TimeoutType::Wait) => Outage::Crowded,
        _ => Outage::Unreachable,
    }
}

/// The error with what is behind it, for people: `error connecting to server: Connection refused (os error 111)`.
pub(super) fn in_words(error: &tokio_postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return said.message().to_owned();
    }
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
