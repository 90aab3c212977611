//! `loadgen target`: the sample service, until Ctrl-C.

use crate::args::{ServiceArg, StorageArgs, TargetArgs, UsersArgs};
use crate::builtin::ANNOUNCEMENT;
use crate::client;
use crate::error::CliError;
use crate::exit::ExitStatus;
use crate::signals;
use loadgen_target::{Config, Database, DatabaseConfig, DatabaseError, Server, Service, UsersConfig};
use std::io::Write;
use tokio::io::AsyncReadExt;

/// Serves until a signal comes.
pub(crate) fn execute(args: &TargetArgs) -> Result<ExitStatus, CliError> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Runtime)?;
    runtime.block_on(serve(args))?;
    // A task that is reading standard input cannot be waited for.
    runtime.shutdown_background();
    Ok(ExitStatus::Success)
}

async fn serve(args: &TargetArgs) -> Result<(), CliError> {
    let service = match args.service {
        ServiceArg::Users => Service::Users,
        ServiceArg::Orders => Service::Orders,
        ServiceArg::All => Service::All,
    };
    let config = Config {
        service,
        max_records: args.max_records,
        users: users(&args.users, service)?,
        faults: args.faults.faults.then_some(args.faults.faults_max_memory),
        ..Config::default()
    };
    let server = match database(&args.storage, service).await? {
        None => Server::bind(args.listen, config)?,
        Some(database) => Server::bind_with(args.listen, config, database)?,
    };
    announce(&format!("{ANNOUNCEMENT}http://{}", server.local_addr()));
    let until_stdin_ends = args.until_stdin_ends;
    let shutdown = async move {
        tokio::select! {
            _ = signals::first() => {}
            () = stdin_ends(), if until_stdin_ends => {}
        }
    };
    server.serve(shutdown).await?;
    Ok(())
}

/// Who is asked whether a user exists.
fn users(args: &UsersArgs, service: Service) -> Result<Option<UsersConfig>, CliError> {
    let Some(peers) = args.users_url.clone().filter(|peers| !peers.is_empty()) else { return Ok(None) };
    if service != Service::Orders {
        return Err(CliError::Services(
            "--users-url, or USERS_URL, is for --service orders: the others know their users themselves",
        ));
    }
    let users = UsersConfig::new(peers, client::builder())?;
    Ok(Some(UsersConfig { timeout: args.users_timeout, retries: args.users_retries, ..users }))
}

/// The database that is asked for, ready to be used.
async fn database(args: &StorageArgs, service: Service) -> Result<Option<Database>, DatabaseError> {
    // A variable that is set to nothing is as good as none.
    let Some(url) = args.database_url.as_ref().filter(|url| !url.0.is_empty()) else { return Ok(None) };
    let config = DatabaseConfig {
        pool: args.database_pool.into(),
        patience: args.database_wait,
        ..DatabaseConfig::new(url.0.parse()?)
    };
    let patience = config.patience.as_secs();
    let waiting = |cause: &DatabaseError| eprintln!("{cause}; waiting for it, {patience} s at most");
    Database::open(config, service, waiting).await.map(Some)
}

/// Says where the target listens. Nobody reading it is no reason to stop.
fn announce(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}");
    let _ = stdout.flush();
}

/// Returns when the other end of standard input is gone.
async fn stdin_ends() {
    let mut byte = [0];
    let mut stdin = tokio::io::stdin();
    while matches!(stdin.read(&mut byte).await, Ok(1..)) {}
}
