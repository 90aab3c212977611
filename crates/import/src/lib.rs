//! Documents of others become scenario text: a browser's recording, an API's description, curl commands, a Postman
//! collection.
//!
//! A document is read into a `Draft`, the one thing that all kinds have in common; the draft's target and common
//! headers are settled; then it is written as YAML with comments. What cannot be carried over is said, in the file and
//! to the caller. No file is read here, nothing printed, and nothing of the script language is interpreted: that the
//! texts are scripts is for tests to show.

mod body;
mod compose;
mod curl;
mod draft;
mod error;
mod har;
mod kind;
mod noise;
mod noun;
mod openapi;
mod postman;
mod secret;
mod settle;
mod sound;
mod starter;
mod url;
mod yaml;

pub use error::ImportError;
pub use kind::Kind;
pub use secret::is_secret;
pub use starter::starter;

/// Longest document that is read, in bytes.
pub const LONGEST: usize = 256 << 20;

/// Longest script that can be run, in bytes, with room for a few notes.
const LONGEST_SCRIPT: usize = (10 << 20) - 4096;

/// What the user wants of an import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The document's name, for the comment at the head of the script.
    pub document: String,
    /// The script's name, for the commands in that comment.
    pub script: String,
    /// The target, instead of the document's.
    pub target: Option<String>,
    /// Keep requests for images, styles, scripts and fonts (HAR).
    pub include_assets: bool,
    /// Keep requests to other sites (HAR).
    pub include_third_party: bool,
}

impl Options {
    /// Looks at what the user said, before any document is read for nothing.
    ///
    /// # Errors
    /// If the target is empty: a variable of a shell that was not set, as a rule.
    pub fn check(&self) -> Result<(), ImportError> {
        match self.target.as_deref().map(str::trim) {
            Some("") => Err(ImportError::new("the target is empty")
                .with_hint("give a URL, such as -t http://localhost:8080, or leave -t out")),
            _ => Ok(()),
        }
    }
}

/// A document that became a script.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The script: YAML with comments.
    pub script: String,
    /// How many scenarios it has.
    pub scenarios: usize,
    /// How many requests they have together.
    pub requests: usize,
    /// What the user should know, a sentence or two each; they stand in the script too.
    pub notes: Vec<String>,
}

/// Makes a script of a document.
///
/// # Errors
/// If the text is not of this kind, of a version that is not understood, or holds no request, or the target is empty.
pub fn import(kind: Kind, text: &str, options: &Options) -> Result<Imported, ImportError> {
    options.check()?;
    if text.len() > LONGEST {
        let (size, most) = (text.len() >> 20, LONGEST >> 20);
        let refused = ImportError::new(format!("too long: {size} MiB, and {most} MiB are read"));
        return Err(refused.with_hint("record or export a part of it"));
    }
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(ImportError::new("the document is empty").with_hint(kind.where_from()));
    }
    let mut draft = match kind {
        Kind::Har => har::read(text, options)?,
        Kind::OpenApi => openapi::read(text)?,
        Kind::Curl => curl::read(text)?,
        Kind::Postman => postman::read(text)?,
    };
    sound::make(&mut draft);
    let requests = draft.requests().count();
    if requests == 0 {
        return Err(ImportError::empty(
            format!("there is nothing to send in this: {}", kind.describe()),
            draft.notes.first().cloned().unwrap_or_else(|| kind.where_from().to_owned()),
        ));
    }
    settle::settle(&mut draft, options.target.as_deref());
    draft.note_secrets();
    let mut script = compose::script(&draft, options);
    if script.len() > LONGEST_SCRIPT {
        let size = script.len() >> 20;
        draft.note(format!(
            "The script is {size} MiB long, more than `loadgen run` reads: record less at a time."
        ));
        script = compose::script(&draft, options);
    }
    let notes = draft.notes.into_iter().collect();
    Ok(Imported { script, scenarios: draft.scenarios.len(), requests, notes })
}
