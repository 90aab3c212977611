//! What a user does at each kind of step: one file each.
//!
//! A new kind of step is a variant of `plan::Step`, a file here, and a line in `user::play`.

mod discretion;
mod endpoint;
mod expect;
pub(crate) mod guard;
mod journey;
pub(crate) mod log;
pub(crate) mod parallel;
pub(crate) mod repeat;
pub(crate) mod request;
pub(crate) mod think;
mod watch;
