//! All files that a run leaves behind: which, where, and in which form.

use crate::args::FilesArgs;
use crate::console::is_device;
use crate::error::CliError;
use crate::output::Output;
use loadgen_report::Report;
use loadgen_report::render::hdr::{self, Series};
use loadgen_report::render::{csv, html, json, junit, markdown};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What a file holds.
#[derive(Clone, Copy)]
enum Form {
    Json,
    Junit,
    Markdown,
    Csv,
    Html,
    HdrLog(Series),
    HdrPercentiles(Series),
}

/// All files that a run leaves behind, claimed before it begins.
pub(crate) struct Outputs(Vec<(Form, Output)>);

impl Outputs {
    /// Claims the places that the arguments name.
    ///
    /// # Errors
    /// If one of them cannot be written, is one of `inputs`, or is named twice; or if the folder cannot be made.
    pub(crate) fn claim(json: Option<&Path>, args: &FilesArgs, inputs: &[PathBuf]) -> Result<Self, CliError> {
        let mut places: Vec<(Form, PathBuf)> =
            json.map(|path| (Form::Json, path.to_owned())).into_iter().collect();
        if let Some(folder) = &args.output_dir {
            places.push((Form::Json, folder.join("run.json")));
        }
        places.extend(named(args));
        Outputs::of(places, args, inputs)
    }

    /// The same for a report that was kept: its JSON is not written once more.
    ///
    /// # Errors
    /// As [`Outputs::claim`].
    pub(crate) fn again(args: &FilesArgs, inputs: &[PathBuf]) -> Result<Self, CliError> {
        Outputs::of(named(args), args, inputs)
    }

    fn of(places: Vec<(Form, PathBuf)>, args: &FilesArgs, inputs: &[PathBuf]) -> Result<Self, CliError> {
        if let Some(folder) = &args.output_dir {
            std::fs::create_dir_all(folder)
                .map_err(|error| CliError::Output { path: folder.clone(), cause: error.to_string() })?;
        }
        let mut outputs: Vec<(Form, Output)> = Vec::with_capacity(places.len());
        for (form, path) in places {
            let output = Output::claim(&path, inputs)?;
            if outputs.iter().any(|(_, other)| other.is_same(&output)) {
                return Err(CliError::Output { path, cause: "two results would go there".into() });
            }
            outputs.push((form, output));
        }
        Ok(Outputs(outputs))
    }

    /// One of them that is a device, such as standard output.
    pub(crate) fn device(&self) -> Option<&Path> {
        self.0.iter().map(|(_, output)| output.path()).find(|path| is_device(path))
    }

    /// Writes all of them, whether one fails or not; the first failure is the one that is told.
    pub(crate) fn write(self, report: &Report, strict_validity: bool) -> Result<(), CliError> {
        let mut result = Ok(());
        for (form, output) in self.0 {
            let written = output.write(&|out| match form {
                Form::Json => json::render(report, out),
                Form::Junit => junit::render(report, strict_validity, out),
                Form::Markdown => markdown::render(report, out),
                Form::Csv => csv::render(report, out),
                Form::Html => html::render(report, out),
                Form::HdrLog(series) => hdr::log(report, series, out),
                Form::HdrPercentiles(series) => hdr::percentiles(report, series, out),
            });
            result = result.and(written);
        }
        result
    }
}

/// All but JSON.
fn named(args: &FilesArgs) -> Vec<(Form, PathBuf)> {
    let mut places = Vec::new();
    let folder = args.output_dir.as_deref();
    let plain = [
        (Form::Junit, &args.junit, "run.xml"),
        (Form::Markdown, &args.markdown, "run.md"),
        (Form::Csv, &args.csv, "run.csv"),
        (Form::Html, &args.html, "run.html"),
    ];
    for (form, path, name) in plain {
        places.extend(path.clone().map(|path| (form, path)));
        places.extend(folder.map(|folder| (form, folder.join(name))));
    }
    for series in Series::ALL {
        for (form, extension) in [(Form::HdrLog(series), "hlog"), (Form::HdrPercentiles(series), "hgrm")] {
            let name = format!("{}.{extension}", series.stem());
            places.extend(args.hdr.as_deref().map(|prefix| (form, prefixed(prefix, &name))));
            places.extend(folder.map(|folder| (form, folder.join(&name))));
        }
    }
    places
}

/// `PREFIX.name`; in a folder just the name.
fn prefixed(prefix: &Path, name: &str) -> PathBuf {
    if prefix.is_dir() {
        return prefix.join(name);
    }
    let mut path = OsString::from(prefix);
    path.push(".");
    path.push(name);
    path.into()
}
