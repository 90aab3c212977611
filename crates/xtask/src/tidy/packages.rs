//! The workspace's packages and what they depend on within it, from `cargo metadata`.

use std::io;

use serde::Deserialize;

use crate::workspace::Workspace;

/// A package of the workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line of a manifest's dependencies.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Nothing for a normal dependency, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

/// Why the packages could not be learnt.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PackagesError {
    #[error("cannot start `cargo metadata`: {0}")]
    Start(#[from] io::Error),
    #[error("`cargo metadata` failed: {0}")]
    Failed(String),
    #[error("`cargo metadata` wrote something else than expected: {0}")]
    Format(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// Asks cargo for the packages of the workspace.
pub(crate) fn read(workspace: &Workspace) -> Result<Vec<Package>, PackagesError> {
    let output = workspace.cargo(["metadata", "--no-deps", "--format-version", "1"]).output()?;
    if !output.status.success() {
        return Err(PackagesError::Failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    Ok(metadata.packages)
}
