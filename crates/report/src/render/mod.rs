//! Reports become bytes. Each form is one file; none of them opens files or asks a terminal.

pub mod checks;
pub mod csv;
pub mod github;
pub mod hdr;
pub mod html;
pub mod json;
pub mod junit;
mod layout;
pub mod markdown;
pub mod period;
pub mod progress;
pub mod slack;
pub mod text;

pub use layout::{Style, crop, crop_middle, pad, width};
