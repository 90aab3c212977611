//! How a page of a collection is written: the records under the collection's name, then where they stand in it.
//!
//! `{"users": [...], "page": 1, "limit": 20, "total": 73}`

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::request::Page;
use crate::store::Listed;

pub(super) struct List<T> {
    pub(super) name: &'static str,
    pub(super) page: Page,
    pub(super) listed: Listed<T>,
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// The records without the `Arc` around each, which serde writes only with a feature of its own.
        struct Records<'a, T>(&'a [std::sync::Arc<T>]);
        impl<T: Serialize> Serialize for Records<'_, T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.iter().map(AsRef::as_ref))
            }
        }
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry(self.name, &Records(&self.listed.records))?;
        map.serialize_entry("page", &self.page.page)?;
        map.serialize_entry("limit", &self.page.limit)?;
        map.serialize_entry("total", &self.listed.total)?;
        map.end()
    }
}

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}
