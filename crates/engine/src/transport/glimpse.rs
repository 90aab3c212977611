//! `Glimpse`: the first bytes of an answer, kept for the sample of an error.

use std::cell::RefCell;

/// How many bytes.
const MOST: usize = 160;

/// The first bytes of the current answer, as they came: the head, or what came instead of one.
#[derive(Debug, Default)]
pub(super) struct Glimpse(RefCell<Vec<u8>>);

impl Glimpse {
    /// Another answer begins.
    pub(super) fn clear(&self) {
        self.0.borrow_mut().clear();
    }

    /// These bytes have come.
    #[inline]
    pub(super) fn note(&self, bytes: &[u8]) {
        let mut seen = self.0.borrow_mut();
        let room = (MOST - seen.len()).min(bytes.len());
        seen.extend_from_slice(&bytes[..room]);
    }

    /// The bytes in one line, as [`shown`] writes them.
    pub(super) fn text(&self) -> String {
        shown(&self.0.borrow())
    }
}

/// The first of these bytes in one line of ASCII: `HTTP/1.1 200 OK\r\n…`.
pub(crate) fn shown(bytes: &[u8]) -> String {
    let cut = &bytes[..bytes.len().min(MOST)];
    let more = if bytes.len() >= MOST { "…" } else { "" };
    // Quotes stand as they are: most bodies are JSON.
    let escaped = cut.escape_ascii().to_string().replace("\\\"", "\"").replace("\\'", "'");
    format!("{escaped}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_are_kept_and_no_more() {
        let glimpse = Glimpse::default();
        glimpse.note(b"HTTP/1.1 200 OK\r\n");
        glimpse.note(b"x: \xff\"\r\n");
        assert_eq!(glimpse.text(), r#"HTTP/1.1 200 OK\r\nx: \xff"\r\n"#);
        glimpse.note(&[b'a'; 1000]);
        assert!(glimpse.text().ends_with("aaa…"));
        assert_eq!(glimpse.0.borrow().len(), MOST);
        glimpse.clear();
        assert_eq!(glimpse.text(), "");
    }
}
