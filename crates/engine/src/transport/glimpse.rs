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

    /// Whether a header of this name (in small letters) stands there twice.
    pub(super) fn has_twice(&self, name: &str) -> bool {
        let seen = String::from_utf8_lossy(&self.0.borrow()).to_ascii_lowercase();
        seen.matches(&format!("\n{name}:")).count() > 1
    }

    /// Whether it begins as an answer of HTTP does.
    pub(super) fn is_http(&self) -> bool {
        self.0.borrow().starts_with(b"HTTP/")
    }

    /// Whether it begins as an answer of a version of HTTP that can be read.
    pub(super) fn is_http_1(&self) -> bool {
        let seen = self.0.borrow();
        seen.starts_with(b"HTTP/1.0 ") || seen.starts_with(b"HTTP/1.1 ")
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

    #[test]
    fn a_head_tells_what_is_wrong_with_it() {
        let of = |text: &str| {
            let glimpse = Glimpse::default();
            glimpse.note(text.as_bytes());
            (glimpse.is_http(), glimpse.is_http_1(), glimpse.has_twice("content-length"))
        };
        assert_eq!(of("SSH-2.0"), (false, false, false));
        assert_eq!(of("HTTP/3.7 200 OK"), (true, false, false));
        assert_eq!(of("HTTP/1.1 200 OK\r\nContent-Length: 1\r\ncontent-length: 2\r\n"), (true, true, true));
    }
}
