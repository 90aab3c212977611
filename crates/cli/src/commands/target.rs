//! `loadgen target`: the sample service, until Ctrl-C.

use crate::args::{ObserveArgs, ServiceArg, StorageArgs, TargetArgs, UsersArgs};
use crate::builtin::ANNOUNCEMENT;
use crate::client;
use crate::error::CliError;
use crate::exit::ExitStatus;
use crate::signals;
use loadgen_target::{Config, Database, DatabaseConfig, DatabaseError, Peers, Server, Service, UsersConfig};
use loadgen_target::{DebugAccess, Observation, TraceOptions, Traces};
use std::io::Write;
use std::time::Duration;
use tokio::io::AsyncReadExt;

/// How long a collector may take to answer.
const COLLECTOR_PATIENCE: Duration = Duration::from_secs(3);

/// Serves until a signal comes, or asks another that serves.
pub(crate) fn execute(args: &TargetArgs) -> Result<ExitStatus, CliError> {
    if let Some(url) = &args.healthcheck {
        return super::health::execute(url);
    }
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
        observation: observation(&args.observe, service)?,
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
    // Read here and not by clap, which would print it where it is wrong, with the password that it may hold.
    let peers = args.users_url.as_deref().map(str::parse::<Peers>).transpose()?;
    let Some(peers) = peers.filter(|peers| !peers.is_empty()) else { return Ok(None) };
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

/// What is observed. A variable that is set to nothing counts as not set, as OpenTelemetry has it.
fn observation(args: &ObserveArgs, service: Service) -> Result<Observation, CliError> {
    let collector = args.otlp.clone().filter(|url| !url.is_empty());
    let traces = match collector {
        None => None,
        Some(collector) => {
            let named = args.otlp_service.clone().filter(|name| !name.is_empty());
            let name = named.unwrap_or_else(|| service_name(service).to_owned());
            // A collector is a neighbour: no proxy stands between.
            let client = client::builder().no_proxy().timeout(COLLECTOR_PATIENCE).build();
            let client = client.map_err(CliError::Collector)?;
            let sample = args.trace_sample;
            Some(Traces::start(TraceOptions { collector, service: name, sample, client })?)
        }
    };
    let debug = match (args.debug_endpoints, args.debug_from_anywhere) {
        (false, _) => DebugAccess::Off,
        (true, false) => DebugAccess::Loopback,
        (true, true) => DebugAccess::Anyone,
    };
    Ok(Observation { access_log: args.access_log, debug, heap: crate::heap::READ, traces })
}

/// What traces call a service that nobody named.
fn service_name(service: Service) -> &'static str {
    match service {
        Service::Users => "user-service",
        Service::Orders => "order-service",
        Service::All => "loadgen-target",
    }
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
