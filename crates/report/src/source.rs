//! `Source` and `Attachment`: what a report keeps beside its figures.

use serde::{Deserialize, Serialize};

/// What was run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The script, with secrets hidden; what `quick` makes of its arguments too.
    pub text: String,
    /// A command that runs it again.
    pub command: String,
}

/// Something that is shown beside the results, such as a flame graph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What it is, for people.
    pub title: String,
    /// `image/svg+xml` or `text/plain`.
    pub media_type: String,
    /// Its content.
    pub text: String,
}
