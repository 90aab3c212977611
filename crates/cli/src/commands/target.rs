//! `loadgen target`: the sample service, until Ctrl-C.

use crate::args::{ObserveArgs, ServiceArg, TargetArgs};
use crate::builtin::ANNOUNCEMENT;
use crate::error::CliError;
use crate::exit::ExitStatus;
use crate::signals;
use loadgen_target::{Config, DebugAccess, Observation, Server, Service, TraceOptions, Traces};
use std::io::Write;
use std::time::Duration;
use tokio::io::AsyncReadExt;

/// How long a collector may take to answer.
const COLLECTOR_PATIENCE: Duration = Duration::from_secs(3);

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
    let observation = observation(&args.observe, service)?;
    let config = Config { service, max_records: args.max_records, observation, ..Config::default() };
    let server = Server::bind(args.listen, config)?;
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

/// What is observed. A variable that is set to nothing counts as not set, as OpenTelemetry has it.
fn observation(args: &ObserveArgs, service: Service) -> Result<Observation, CliError> {
    let collector = args.otlp.clone().filter(|url| !url.is_empty());
    let traces = match collector {
        None => None,
        Some(collector) => {
            let named = args.otlp_service.clone().filter(|name| !name.is_empty());
            let name = named.unwrap_or_else(|| service_name(service).to_owned());
            // A collector is a neighbour: no proxy stands between.
            let client = crate::client::builder().no_proxy().timeout(COLLECTOR_PATIENCE).build();
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
