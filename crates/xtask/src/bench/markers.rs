//! Text between markers of a document, so that what people wrote around it stays.
//!
//! A part is what stands between `<!-- bench:begin NAME -->` and `<!-- bench:end NAME -->`, each on a line of its own.

use super::problem::Problem;

/// The document with the figures, from the repository's root.
pub(crate) const FILE: &str = "docs/performance.md";

/// The document with the part of that name replaced.
///
/// # Errors
/// [`Problem::NoMarker`] when the markers are not there, or in the wrong order.
pub(crate) fn replaced(document: &str, name: &str, text: &str) -> Result<String, Problem> {
    let (begin, end) = (format!("<!-- bench:begin {name} -->\n"), format!("<!-- bench:end {name} -->"));
    let missing = || Problem::NoMarker { file: FILE, name: name.to_owned() };
    let (before, rest) = document.split_once(&begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&end).ok_or_else(missing)?;
    // Blank lines: a table that touches an HTML comment is none.
    Ok(format!("{before}{begin}\n{}\n\n{end}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::SECTIONS;
    use crate::workspace::Workspace;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let document = "# A\n\n<!-- bench:begin a -->\nold\n<!-- bench:end a -->\n\nprose\n";
        let once = replaced(document, "a", "| new |\n").unwrap();
        assert_eq!(once, "# A\n\n<!-- bench:begin a -->\n\n| new |\n\n<!-- bench:end a -->\n\nprose\n");
        assert_eq!(replaced(&once, "a", "| new |\n").unwrap(), once);
    }

    #[test]
    fn a_marker_that_is_missing_is_named() {
        let problem = replaced("<!-- bench:begin a -->\n", "a", "").unwrap_err().to_string();
        assert_eq!(problem, "docs/performance.md has no `<!-- bench:begin a -->` with its end");
    }

    #[test]
    fn the_document_has_a_place_for_each_section() {
        let document = std::fs::read_to_string(Workspace::find().unwrap().root().join(FILE)).unwrap();
        for name in SECTIONS.iter().map(|(name, _)| *name).chain(["machine"]) {
            replaced(&document, name, "").unwrap();
        }
    }
}
