//! The real binary against real sockets.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on is a failed test")]

mod bad_input;
mod broken;
#[cfg(unix)]
mod browser;
mod calibrate;
mod check;
mod checks;
mod connections;
mod counts;
mod data;
mod doctor;
mod documents;
mod dry;
mod faults;
mod files;
mod harness;
mod health;
mod help;
mod hostile;
mod http2;
mod init;
mod journal;
mod lab;
mod live_page;
mod observe;
mod plugins;
mod prometheus;
mod publish;
mod publish_datadog;
mod publish_delta;
mod publish_partial;
mod publish_prometheus;
mod publish_pushgateway;
mod publish_traces;
mod quick;
mod resources;
mod results;
mod schema;
mod scripts;
mod secrets;
mod services;
mod stopping;
mod storage;
mod terminal;
mod traces;
