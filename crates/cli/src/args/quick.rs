//! `loadgen quick`: what can be typed. Flags are those of `run`, of Artillery's `quick` and of curl, where they agree.

use super::{BesideArgs, FilesArgs, LoadArgs};
use clap::Args;
use loadgen_scenario::duration;
use loadgen_scenario::plan::MOST_USERS;
use loadgen_scenario::quick::Address;
use std::path::PathBuf;

/// Most requests per second.
const MOST_RATE: f64 = 10_000_000.0;

/// `loadgen quick`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  loadgen quick localhost:8080/users                 10 users, 10 requests each, as in Artillery
  loadgen quick -c 64 -d 30s localhost:8080/users    64 users for 30 s, each asks when it is answered
  loadgen quick --rate 500 -d 30s localhost:8080/    500 requests per second, whatever the target does
  loadgen quick --json '{\"name\": \"Ann\"}' -H 'authorization: Bearer x' localhost:8080/users
  loadgen quick -m PUT --data @body.txt localhost:8080/files/1

Exit codes are those of `loadgen run`.")]
pub(crate) struct QuickArgs {
    /// What to ask; http:// is assumed where no scheme stands. Braces are just braces: there are no placeholders.
    #[arg(value_name = "URL", value_parser = Address::parse)]
    pub(crate) url: Address,
    /// Users: that many in the first second or, with -d, that many at a time; with --rate, most connections
    /// [default: 10; with --rate, as many as it takes].
    #[arg(short, long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=MOST_USERS))]
    pub(crate) count: Option<u64>,
    /// Requests that each user sends on its connection [default: 10; with -d, as many as there is time for].
    #[arg(short, long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000_000))]
    pub(crate) num: Option<u64>,
    /// How long: 30 or 30s, 500ms, 5m. A user who is done early is replaced by a new one.
    #[arg(short, long, value_name = "TIME", value_parser = time)]
    pub(crate) duration: Option<String>,
    /// Requests per second, sent by the clock whatever the target does.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, requires = "duration", conflicts_with = "num", value_parser = rate)]
    pub(crate) rate: Option<f64>,
    /// The method [default: GET; with --data or --json, POST].
    #[arg(short, long, value_name = "METHOD", ignore_case = true, value_parser = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])]
    pub(crate) method: Option<String>,
    /// A header; may be given several times, the last of a name counts.
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = header)]
    pub(crate) headers: Vec<(String, String)>,
    /// The body: text, @FILE for what a file holds, @- for standard input.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "json")]
    pub(crate) data: Option<String>,
    /// The same with the headers content-type and accept: application/json.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) json: Option<String>,
    /// Longest time from the request sent to the answer's head [default: 10s].
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) timeout: Option<String>,
    /// HTTP/2: by agreement within TLS, an error where there is none; without TLS at once.
    #[arg(long)]
    pub(crate) http2: bool,
    /// Keep the results in this file, as JSON in Artillery's layout.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Accept any TLS certificate.
    #[arg(short = 'k', long)]
    pub(crate) insecure: bool,
    /// Print neither progress nor summary: only what went wrong.
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// How the load is made and judged.
    #[command(flatten)]
    pub(crate) load: LoadArgs,
    /// What is kept beside the figures.
    #[command(flatten)]
    pub(crate) beside: BesideArgs,
    /// In which other forms the results are kept.
    #[command(flatten)]
    pub(crate) files: FilesArgs,
}

/// A span of time, kept as it is typed.
fn time(text: &str) -> Result<String, String> {
    let time = duration::parse(&text.into()).map_err(|error| format!("{error}; such as 30, 500ms, 5m"))?;
    if time.is_zero() { Err("it is zero".to_owned()) } else { Ok(text.to_owned()) }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= MOST_RATE => Ok(rate),
        _ => Err(format!("requests per second are a number above 0, up to {MOST_RATE}")),
    }
}

/// `Name: value`
fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("a header is `Name: value`")?;
    let (name, value) = (name.trim(), value.trim());
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        return Err(format!("`{name}` is not a header name"));
    }
    if value.chars().any(|c| c.is_control() && c != '\t') {
        return Err("the value has characters that no header can hold".to_owned());
    }
    if ["content-length", "transfer-encoding"].contains(&name.to_ascii_lowercase().as_str()) {
        return Err(format!("loadgen sets `{name}` itself, so that it fits the body"));
    }
    Ok((name.to_owned(), value.to_owned()))
}
