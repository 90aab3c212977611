//! The report from outside: what is told to a builder, and what comes out as figures, verdict, validity and bytes.

#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers are part of them"
)]

mod builder;
mod exposition;
mod figures;
mod files;
mod html;
mod json;
mod limits;
mod notes;
mod plugins;
mod publish;
mod read;
mod run;
mod slack;
mod text;
mod validity;
mod verdict;
