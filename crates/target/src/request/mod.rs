//! Reading a request: the body (`body`), the fields in it (`fields`), and the parameters of path and query (`params`,
//! `shape`, `sampling`).
//!
//! Each gives a value or a `Problem`; none of them knows what a user or an order is.

mod body;
mod fields;
mod params;
mod sampling;
mod shape;

pub(crate) use body::{JsonBody, drain};
pub(crate) use fields::Fields;
pub(crate) use params::{Id, LIMIT_MAX, Page};
pub(crate) use sampling::{FREQUENCY_MAX, SECONDS_MAX, Sampling};
pub(crate) use shape::{WIDEST, Wish};
