//! `Headers`: those of an answer. Of most answers nobody wants any: then they take the room of a pointer, as an answer
//! is handed on a few times for each request.

use ::http::HeaderMap;
use std::ops::Deref;
use std::sync::LazyLock;

static NONE: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);

/// The headers of an answer; read as a [`HeaderMap`].
#[derive(Clone, Debug, Default)]
pub struct Headers(Option<Box<HeaderMap>>);

impl Headers {
    /// The map, to put something into it.
    pub(super) fn map_mut(&mut self) -> &mut HeaderMap {
        self.0.get_or_insert_default()
    }
}

impl From<HeaderMap> for Headers {
    fn from(map: HeaderMap) -> Self {
        Headers((!map.is_empty()).then(|| Box::new(map)))
    }
}

impl Deref for Headers {
    type Target = HeaderMap;

    fn deref(&self) -> &HeaderMap {
        self.0.as_deref().unwrap_or(&NONE)
    }
}
