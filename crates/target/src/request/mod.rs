//! Reading a request: the body (`body`), the fields in it (`fields`), and the parameters of path and query (`params`,
//! `shape`, `span`).
//!
//! Each gives a value or a `Problem`; none of them knows what a user or an order is.

mod body;
mod fields;
mod params;
mod shape;
mod span;

pub(crate) use body::JsonBody;
pub(crate) use fields::Fields;
pub(crate) use params::{Id, LIMIT_MAX, Page};
pub(crate) use shape::{WIDEST, Wish};
pub(crate) use span::{FREQUENCY_MAX, SECONDS_MAX, Span};
