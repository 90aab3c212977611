//! `CliError`: why a command could not do its work, with what the user can do about it.

use crate::exit::ExitStatus;
use loadgen_target::TargetError;
use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// A command gave up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The diagnostics have been printed.
    #[error("{count} {} in {}", if *.count == 1 { "error" } else { "errors" }, .script.display())]
    Script {
        /// The script.
        script: PathBuf,
        /// How many errors it has.
        count: usize,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What `quick` is asked cannot be done; the second text is the hint.
    #[error("{0}")]
    Quick(String, &'static str),
    /// An address that is to be left from is not this machine's, and so many more are not.
    #[error("connections cannot leave from {address}{}: {source}", more(*.others))]
    ForeignAddress {
        /// The first of them.
        address: IpAddr,
        /// How many there are besides.
        others: usize,
        /// What the system says.
        source: std::io::Error,
    },
    /// No address that is to be left from is of the target's family.
    #[error("the target is {target}, and none of --local-addresses is of {}", family(*.target))]
    FamilyMissing {
        /// The target's.
        target: IpAddr,
    },
    /// A file is no text.
    #[error("{} is not text in UTF-8", .path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// A script whose name says that it is something else.
    #[error("Unknown file type: {}", .path.display())]
    Extension {
        /// The file.
        path: PathBuf,
    },
    /// Results could not go where they are wanted; found before any load.
    #[error("cannot write {}: {cause}", .path.display())]
    Output {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// Results could not be written after the run.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Standard output takes no more.
    #[error("cannot write to standard output: {0}")]
    Stdout(std::io::Error),
    /// A file holds no report.
    #[error("{}: {source}", .path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// Why.
        source: loadgen_report::ReadError,
    },
    /// The script that was to be made cannot be written.
    #[error("cannot write {}: {source}", .path.display())]
    Draft {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A document cannot become a script.
    #[error("{document}: {source}")]
    Import {
        /// The document.
        document: String,
        /// Why.
        source: loadgen_import::ImportError,
    },
    /// Nobody said what `--from` is to read, or in a way that is not understood.
    #[error("{0}")]
    From(String),
    /// A file is there that would be lost.
    #[error("{} exists", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The built-in target did not start.
    #[error("the built-in target did not start: {0}")]
    Builtin(String),
    /// So few or so many requests make no calibration.
    #[error("{0}")]
    Calibrate(String),
    /// The built-in target does not say what its answers took.
    #[error("the built-in target does not tell what its answers took: {0}")]
    Seen(String),
    /// Flags of the target that do not go together.
    #[error("{0}")]
    Services(&'static str),
    /// The user-service's address cannot be used.
    #[error("--users-url, or USERS_URL: {0}")]
    Users(#[from] loadgen_target::BadPeer),
    /// The target cannot serve.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The target cannot use its database.
    #[error(transparent)]
    Database(#[from] loadgen_target::DatabaseError),
    /// There is no client to send spans with.
    #[error("cannot send spans: {0}")]
    Collector(reqwest::Error),
    /// The figures cannot be shown to Prometheus there.
    #[error("cannot listen on {address} for Prometheus: {source}")]
    Exporter {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The live page cannot be shown there.
    #[error("cannot listen on {address} for the live page: {source}")]
    LivePage {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// Figures cannot be sent as the script wants it.
    #[error("publish-metrics: {0}")]
    Publish(String),
    /// The load cannot be started.
    #[error(transparent)]
    Run(#[from] loadgen_engine::RunError),
    /// `before` or `after` did not come to its end.
    #[error(transparent)]
    Hook(#[from] loadgen_engine::HookError),
    /// A file cannot be kept with the results.
    #[error("cannot attach {}: {cause}", .path.display())]
    Attachment {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: &'static str,
    },
    /// The process that is to be measured is not there.
    #[error("there is no process {pid} (--monitor-pid)")]
    NoProcess {
        /// Its number.
        pid: u32,
    },
    /// The system gave no runtime.
    #[error("cannot start: {0}")]
    Runtime(std::io::Error),
}

impl CliError {
    /// What the user can do, where that is not plain from the message.
    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        Some(match self {
            CliError::Script { .. } => "nothing was sent".into(),
            CliError::Read { path, source } => match source.kind() {
                std::io::ErrorKind::NotFound => similar(path)?,
                std::io::ErrorKind::IsADirectory => "this is a folder; name a file in it".into(),
                _ => return None,
            },
            CliError::NotText { .. } => "what is read here is text: YAML, JSON, commands".into(),
            CliError::Quick(_, hint) => (*hint).into(),
            CliError::ForeignAddress { .. } => {
                "nothing was sent; --local-addresses takes addresses that this machine has: see `ip addr`"
                    .into()
            }
            CliError::FamilyMissing { .. } => {
                "nothing was sent; IPv4 is reached from IPv4, and IPv6 from IPv6".into()
            }
            CliError::Calibrate(_) => "nothing was sent; --rate times --duration is their number".into(),
            CliError::Attachment { .. } => "nothing was sent; --attach takes SVG or text up to 4 MB".into(),
            CliError::NoProcess { .. } => {
                "nothing was sent; it has ended, or it may not be seen: `pgrep -a NAME` shows numbers".into()
            }
            CliError::Extension { .. } => "a script is a .yml, .yaml or .json file".into(),
            CliError::Output { .. } => "nothing was sent; results go to files in a folder that exists".into(),
            CliError::Report { .. } => "`loadgen report` reads what `loadgen run -o FILE` wrote, and the journal of a run that was killed".into(),
            CliError::Draft { path, source } if source.kind() == std::io::ErrorKind::NotFound => {
                similar(path)?
            }
            CliError::Import { source, .. } => source.hint()?.to_owned(),
            CliError::From(_) => {
                "loadgen init --from KIND FILE, where KIND is har, openapi, curl or postman".into()
            }
            CliError::Exists { .. } => "--force replaces it".into(),
            CliError::Hook(error) if error.name == "before" => {
                "no user was started: the load would not be what the script means".into()
            }
            CliError::Services(_) | CliError::Users(_) => {
                "loadgen target --service orders --users-url http://127.0.0.1:8080".into()
            }
            CliError::Database(error) => error.hint().into(),
            CliError::Target(TargetError::Collector(_)) => {
                "--otlp (or OTEL_EXPORTER_OTLP_ENDPOINT) takes a URL such as http://127.0.0.1:4318".into()
            }
            CliError::Exporter { .. } => {
                "nothing was sent; another process may have the port: --prometheus 0 takes a free one".into()
            }
            CliError::LivePage { .. } => {
                "nothing was sent; another process may have the port: --ui without an address takes a free one".into()
            }
            CliError::Target(TargetError::Bind { .. }) => {
                "another process may have the port: --listen 127.0.0.1:0 takes a free one".into()
            }
            _ => return None,
        })
    }

    /// The exit status that goes with it.
    pub(crate) const fn status(&self) -> ExitStatus {
        match self {
            CliError::Script { .. }
            | CliError::Read { .. }
            | CliError::Quick(..)
            | CliError::Calibrate(_)
            | CliError::Services(_)
            | CliError::Users(_)
            | CliError::Target(TargetError::Collector(_))
            | CliError::NotText { .. }
            | CliError::ForeignAddress { .. }
            | CliError::FamilyMissing { .. }
            | CliError::Attachment { .. }
            | CliError::NoProcess { .. }
            | CliError::Extension { .. }
            | CliError::Output { .. }
            | CliError::Draft { .. }
            | CliError::Import { .. }
            | CliError::From(_)
            | CliError::Publish(_)
            | CliError::Exists { .. }
            | CliError::Database(loadgen_target::DatabaseError::Url(_))
            | CliError::Report { .. } => ExitStatus::Rejected,
            CliError::Write { .. }
            | CliError::Stdout(_)
            | CliError::Builtin(_)
            | CliError::Seen(_)
            | CliError::Target(_)
            | CliError::Database(_)
            | CliError::Collector(_)
            | CliError::Exporter { .. }
            | CliError::LivePage { .. }
            | CliError::Run(_)
            | CliError::Hook(_)
            | CliError::Runtime(_) => ExitStatus::Failed,
        }
    }

    /// The message as it is printed.
    pub(crate) fn render(&self) -> String {
        let mut text = format!("error: {self}\n");
        if let Some(hint) = self.hint() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  = hint: {hint}");
        }
        text
    }
}

/// How many there are besides the one that is named.
fn more(others: usize) -> String {
    if others == 0 { String::new() } else { format!(" (and {others} more)") }
}

/// What addresses like this one are called.
fn family(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "IPv4" } else { "IPv6" }
}

/// Files beside the missing one that could have been meant.
fn similar(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Some(format!("there is no folder {}", folder.display()));
    }
    let mut scripts: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|it| it == "yml" || it == "yaml" || it == "json"))
        // Others that lie about have such names for another reason.
        .filter(|path| {
            !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("docker-compose"))
        })
        .map(|path| path.strip_prefix("./").unwrap_or(&path).display().to_string())
        .collect();
    scripts.sort();
    scripts.truncate(8);
    (!scripts.is_empty()).then(|| format!("there is {}", scripts.join(", ")))
}
