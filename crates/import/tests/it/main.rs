//! Documents as people have them become scripts that compile.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows them in tests, but does not see that helpers are part of them"
)]

mod answers;
mod correlation;
mod curl;
mod documents;
mod hostile;
mod openapi;
mod postman;
mod refused;
mod starter;
mod writing;

use loadgen_import::{Imported, Kind, Options, import};
use loadgen_scenario::{Choices, Source, load};

/// An import as `loadgen init` asks for it.
fn imported(kind: Kind, document: &str, text: &str) -> Imported {
    let options = Options { document: document.into(), script: "script.yml".into(), ..Options::default() };
    import(kind, text, &options).unwrap_or_else(|error| panic!("{document}: {error}"))
}

/// All that loadgen says about a script, save that variables of the environment are not set here.
fn told(name: &str, text: &str) -> Vec<String> {
    let source = Source::new(name, text);
    let loaded = load(&source, &Choices::default());
    let told: Vec<String> = loaded
        .diagnostics
        .iter()
        .filter(|it| it.is_error() || !it.message.starts_with("the environment variable"))
        .map(|it| it.render(&[&source]))
        .collect();
    assert!(loaded.plan.is_some(), "{}\n{text}", told.join("\n"));
    told
}
