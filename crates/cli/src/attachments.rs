//! What is kept with the results besides figures: pictures and texts that somebody names, or that the target draws.

use crate::args::AttachArgs;
use crate::error::CliError;
use loadgen_report::Attachment;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Longest of them, in bytes.
pub(crate) const LONGEST: u64 = 4_000_000;
/// Characters among which a picture says that it is one.
const HEAD: usize = 2_000;

/// Reads the files that are named, before the run: it must not end with the news that one is missing.
///
/// # Errors
/// If one cannot be read, is too long, or is neither a picture (SVG) nor text.
pub(crate) fn read(args: &AttachArgs) -> Result<Vec<Attachment>, CliError> {
    args.attach.iter().map(|path| one(path)).collect()
}

fn one(path: &Path) -> Result<Attachment, CliError> {
    let failed = |source| CliError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(LONGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    let title = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    of(title, bytes).map_err(|cause| CliError::Attachment { path: path.to_owned(), cause })
}

/// Takes bytes for what they are.
///
/// # Errors
/// If they are too many, none, or neither a picture (SVG) nor text: says which.
pub(crate) fn of(title: String, bytes: Vec<u8>) -> Result<Attachment, &'static str> {
    if bytes.len() as u64 > LONGEST {
        return Err("it is longer than 4 MB");
    }
    let text = String::from_utf8(bytes).map_err(|_| "it is neither an SVG picture nor text in UTF-8")?;
    if text.trim().is_empty() {
        return Err("it is empty");
    }
    if text.chars().any(|c| c.is_control() && !"\t\n\r\u{c}\u{1b}".contains(c)) {
        return Err("it holds characters that are no text");
    }
    let media_type = if is_picture(&text) { "image/svg+xml" } else { "text/plain" };
    Ok(Attachment { title, media_type: media_type.to_owned(), text })
}

/// Whether a text is SVG: that begins with the element, after what XML may have before it.
fn is_picture(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let head: String = text.chars().take(HEAD).collect();
    head.starts_with("<svg")
        || ["<?xml", "<!--", "<!DOCTYPE svg"].iter().any(|begin| head.starts_with(begin))
            && head.contains("<svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_texts_and_what_is_neither() {
        let kind = |bytes: &[u8]| of("x".into(), bytes.to_vec()).map(|it| it.media_type);
        for (bytes, wanted) in [
            (&b"<svg xmlns=\"x\"></svg>"[..], Ok("image/svg+xml")),
            (b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!DOCTYPE svg>\n<svg></svg>", Ok("image/svg+xml")),
            (b"<html><svg></svg></html>", Ok("text/plain")),
            (b"main;work 12\n", Ok("text/plain")),
            (b"", Err("it is empty")),
            (b"\x89PNG\r\n", Err("it is neither an SVG picture nor text in UTF-8")),
            (b"PK\x03\x04", Err("it holds characters that are no text")),
            (&[b'a'; 4_000_001], Err("it is longer than 4 MB")),
        ] {
            assert_eq!(kind(bytes).as_deref(), wanted.as_deref());
        }
    }
}
