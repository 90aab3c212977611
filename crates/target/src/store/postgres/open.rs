//! The way from a URL to a database that is ready: wait until it is there, let the tables be made.

use std::fmt;
use std::time::Duration;

use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime};
use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::NoTls;

use super::failure::in_words;
use super::migrations::{Unmigrated, migrate};
use crate::config::Service;
use crate::database::{DatabaseConfig, DatabaseError, DatabaseUrl};

/// Between two tries to reach a database that is not there yet.
const PAUSE: Duration = Duration::from_millis(250);
/// Making the tables may take this long: longer than the database's own limit for it (`migrations.rs`).
const MIGRATING: Duration = Duration::from_secs(90);
/// How many times the limit of a statement a transaction may wait for its next one.
const IDLE: u32 = 10;
/// A connection whose other end says nothing is asked after this long whether it is still there.
const SILENCE: Duration = Duration::from_secs(30);

/// A database whose tables are ready.
pub struct Database {
    pub(super) pool: Pool,
    pub(super) config: DatabaseConfig,
}

impl Database {
    /// Connects and makes the tables that `service` needs. A database that is not there yet is tried again for
    /// [`DatabaseConfig::patience`]; `waiting` is called once, with the reason, when that begins.
    ///
    /// # Errors
    /// [`DatabaseError::Unreachable`] after that time; the others at once, for they do not pass.
    pub async fn open(
        config: DatabaseConfig,
        service: Service,
        mut waiting: impl FnMut(&DatabaseError),
    ) -> Result<Self, DatabaseError> {
        let pool = pool(&config, service)?;
        let deadline = Instant::now() + config.patience;
        let mut told = false;
        loop {
            let error = match ready(&pool, service, &config.url).await {
                Ok(()) => return Ok(Self { pool, config }),
                Err(error) => error,
            };
            if !matches!(error, DatabaseError::Unreachable { .. }) || Instant::now() >= deadline {
                return Err(error);
            }
            if !told {
                waiting(&error);
                told = true;
            }
            sleep(PAUSE.min(deadline.saturating_duration_since(Instant::now()))).await;
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("config", &self.config).finish_non_exhaustive()
    }
}

fn pool(config: &DatabaseConfig, service: Service) -> Result<Pool, DatabaseError> {
    let mut connection = config.url.config().clone();
    // A transaction that nobody ends (this process is stopped in the middle of one) must not hold its locks for ever.
    // What is said to be done must outlive a crash of the database, whatever it or the URL is set to: the last one counts.
    let own = format!(
        "-c statement_timeout={}ms -c idle_in_transaction_session_timeout={}ms -c synchronous_commit=on",
        config.statement.as_millis(),
        (IDLE * config.statement).as_millis()
    );
    let options = connection.get_options().map(|theirs| format!("{theirs} {own}"));
    connection.options(options.unwrap_or(own)).keepalives_idle(SILENCE);
    if connection.get_connect_timeout().is_none() {
        connection.connect_timeout(config.connect);
    }
    if connection.get_application_name().is_none() {
        connection.application_name(format!("loadgen target ({service})"));
    }
    // A connection that has broken is known to be; asking each time would double the round trips.
    let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    Pool::builder(Manager::from_config(connection, NoTls, manager))
        .max_size(config.pool.max(1))
        .wait_timeout(Some(config.wait))
        .create_timeout(Some(config.connect))
        .recycle_timeout(Some(config.connect))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| DatabaseError::Refused { url: config.url.clone(), cause: error.to_string() })
}

/// One try.
async fn ready(pool: &Pool, service: Service, url: &DatabaseUrl) -> Result<(), DatabaseError> {
    let mut client = match pool.get().await {
        Ok(client) => client,
        Err(PoolError::Backend(error)) => return Err(no_way_in(&error, url)),
        Err(error) => return Err(unreachable(error.to_string(), url)),
    };
    match timeout(MIGRATING, migrate(&mut client, service, url)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Unmigrated::Lost(error))) => Err(unreachable(in_words(&error), url)),
        Ok(Err(Unmigrated::Failed(error))) => Err(error),
        Err(_) => {
            drop(Client::take(client));
            Err(unreachable("it has stopped answering".into(), url))
        }
    }
}

fn unreachable(cause: String, url: &DatabaseUrl) -> DatabaseError {
    DatabaseError::Unreachable { url: url.clone(), cause }
}

/// A server that starts, or has too many connections, may let us in later; one that does not know us will not.
fn no_way_in(error: &tokio_postgres::Error, url: &DatabaseUrl) -> DatabaseError {
    let passing =
        error.code().is_none_or(|code| ["57", "53", "08"].iter().any(|class| code.code().starts_with(class)));
    // Authentication that this client cannot do, or a password that is missing, has no code.
    let ours = error.as_db_error().is_none() && error.to_string().starts_with("invalid configuration");
    if passing && !ours {
        unreachable(in_words(error), url)
    } else {
        DatabaseError::Refused { url: url.clone(), cause: in_words(error) }
    }
}
