//! What each command does: one file each.

pub(crate) mod calibrate;
pub(crate) mod check;
pub(crate) mod doctor;
mod dry;
pub(crate) mod health;
pub(crate) mod helpers;
pub(crate) mod init;
pub(crate) mod quick;
pub(crate) mod report;
pub(crate) mod run;
mod source;
pub(crate) mod target;
