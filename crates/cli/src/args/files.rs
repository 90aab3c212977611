//! In which forms, besides JSON, the results of a run are kept.

use clap::Args;
use std::path::PathBuf;

/// In which forms, besides JSON, the results of a run are kept.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Files")]
pub(crate) struct FilesArgs {
    /// Write the checks as JUnit XML, for a CI server.
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Write the summary in Markdown.
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// Write the figures of each period of ten seconds as CSV.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Write the report as one HTML file with charts, for a browser.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write latency and response time for HdrHistogram's tools: PREFIX.latency.hlog, .hgrm and so on.
    #[arg(long, value_name = "PREFIX")]
    pub(crate) hdr: Option<PathBuf>,
    /// Write all of them into this folder, which is made if need be: run.json, run.xml, run.md, run.csv,
    /// run.html and those of --hdr.
    #[arg(long, value_name = "DIR")]
    pub(crate) output_dir: Option<PathBuf>,
}

impl FilesArgs {
    /// Whether one of them shows the periods of the run.
    pub(crate) fn wants_periods(&self) -> bool {
        self.csv.is_some() || self.output_dir.is_some()
    }
}
