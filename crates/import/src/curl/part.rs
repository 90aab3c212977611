//! A part of a form, as `-F` and `--form-string` say it.

use crate::draft::{Draft, Part};

/// `name=value`, `name=@file;type=image/png;filename=a.png`, `name=<file`. With `special` off the value is what it is.
///
/// # Errors
/// In words, if there is no `=`.
pub(super) fn part(
    text: &str,
    special: bool,
    input: Option<&str>,
    draft: &mut Draft,
) -> Result<Part, String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("-F {text} has no ="))?;
    let mut part = Part { name: name.to_owned(), value: value.to_owned(), content_type: None, file: None };
    if !special {
        return Ok(part);
    }
    let mut pieces = pieces(value).into_iter();
    let first = pieces.next().unwrap_or_default();
    let mut sent_as = None;
    for option in pieces {
        match option.trim_start().split_once('=') {
            Some(("type", kind)) => part.content_type = Some(kind.to_owned()),
            Some(("filename", name)) => sent_as = Some(unquoted(name)),
            _ => draft.note(format!(
                "Left out of -F {name}, as curl does or since a script has no such thing: ;{}.",
                option.trim_end_matches('.')
            )),
        }
    }
    let base = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    if let Some(path) = first.strip_prefix('@') {
        let file = base(&unquoted(path));
        if let Some(other) = sent_as.as_ref().filter(|other| **other != file) {
            draft.note(format!(
                "The file {file} is sent as {other}: put a copy of that name beside the script."
            ));
        }
        part.file = Some(sent_as.unwrap_or(file));
        part.value = String::new();
        return Ok(part);
    }
    part.value = match (first.strip_prefix('<'), input) {
        (Some("-"), Some(input)) => input.to_owned(),
        (Some(path), _) => {
            let path = unquoted(path);
            draft.note(format!("The field {name} comes from a file, which was not read: {path}."));
            format!("(the content of {path})")
        }
        (None, _) => unquoted(&first),
    };
    if let Some(other) = sent_as {
        draft.note(format!("A name of a file is only sent with a file: {other} was not carried over."));
    }
    Ok(part)
}

/// The pieces between semicolons; those within quotes part nothing.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        match pieces.last_mut() {
            Some(last) if c != ';' || quoted => last.push(c),
            _ => pieces.push(String::new()),
        }
    }
    pieces
}

/// Without the quotes around it.
fn unquoted(text: &str) -> String {
    let text = text.trim_end();
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).to_owned()
}
