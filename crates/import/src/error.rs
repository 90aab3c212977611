//! `ImportError`: why a document could not become a script, with what can be done about it.

use crate::Kind;

/// A document was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ImportError {
    message: String,
    hint: Option<String>,
}

impl ImportError {
    /// A refusal in words.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        ImportError { message: message.into(), hint: None }
    }

    /// What the user can do.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The document is not of the kind that it was said to be. Says what it looks like instead.
    pub(crate) fn not(kind: Kind, why: impl Into<String>, text: &str) -> Self {
        let refused = ImportError::new(format!("this is not {}: {}", kind.describe(), why.into()));
        match Kind::guess(text) {
            Some(other) if other != kind => {
                refused.with_hint(format!("it looks like {}: --from {}", other.describe(), other.name()))
            }
            _ => refused.with_hint(kind.where_from()),
        }
    }

    /// The document is fine, but holds nothing that could be sent.
    pub(crate) fn empty(what: impl Into<String>, hint: impl Into<String>) -> Self {
        ImportError::new(what).with_hint(hint)
    }

    /// What the user can do about it, if anything.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
