//! What can be taken from the page once the run is over: the report as one file, and the results as JSON.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use loadgen_report::Report;
use loadgen_report::render::{html, json};
use std::io;
use std::path::Path;

/// The report as one HTML file.
pub(super) fn report(report: Option<&Report>) -> Response {
    answer(report, "text/html; charset=utf-8", "html", html::render)
}

/// The results, as `-o` writes them.
pub(super) fn results(report: Option<&Report>) -> Response {
    answer(report, "application/json", "json", json::render)
}

fn answer(
    report: Option<&Report>,
    form: &'static str,
    extension: &str,
    render: impl Fn(&Report, &mut dyn io::Write) -> io::Result<()>,
) -> Response {
    let Some(report) = report else {
        return (StatusCode::NOT_FOUND, "the run goes on; this is here once it is over\n").into_response();
    };
    let mut bytes = Vec::new();
    if let Err(error) = render(report, &mut bytes) {
        return (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response();
    }
    let place = format!("attachment; filename=\"{}\"", file_name(&report.meta.script, extension));
    ([(CONTENT_TYPE, form.to_owned()), (CONTENT_DISPOSITION, place)], bytes).into_response()
}

/// What the file is called: as the script, but for what is no plain letter.
pub(super) fn file_name(script: &str, extension: &str) -> String {
    let stem = Path::new(script).file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let stem: String = stem.chars().map(plain).take(80).collect();
    let stem = stem.trim_matches(['-', '.']);
    format!("{}.{extension}", if stem.is_empty() { "run" } else { stem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_as_its_script() {
        for (script, name) in [
            ("scenarios/crud.yml", "crud.html"),
            ("a \"b\"\r\n.yml", "a--b.html"),
            ("quick GET /users", "users.html"),
            ("quick GET /", "quick-GET.html"),
            ("…", "run.html"),
            ("", "run.html"),
        ] {
            assert_eq!(file_name(script, "html"), name);
        }
    }
}
