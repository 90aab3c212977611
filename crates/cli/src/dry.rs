//! What a dry run prints: each request and each answer, with secrets masked.

use crate::secrets::Masker;
use loadgen_engine::Sight;
use loadgen_report::number;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use std::fmt::Write;

/// Lines and characters of a body that are shown; the rest is counted.
const LINES: usize = 24;
const CHARACTERS: usize = 1_200;

/// Puts what is seen into words.
pub(crate) struct Teller {
    masker: Masker,
}

impl Teller {
    /// One that knows the script's secrets.
    pub(crate) fn new(masker: Masker) -> Self {
        Teller { masker }
    }

    /// The lines about a sight, ending with a newline.
    pub(crate) fn tell(&mut self, sight: &Sight) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        match sight {
            Sight::Begun(variables) => {
                // A whole data file may be among them, of more secrets than are kept: it comes last.
                let (lists, others): (Vec<_>, Vec<_>) =
                    variables.iter().partition(|(_, value)| value.is_array() || value.is_object());
                others.into_iter().chain(lists).for_each(|(name, value)| self.masker.learn(name, value));
            }
            Sight::Sent { method, url, headers, body } => {
                let _ = writeln!(out, "\n→ {method} {}", self.masker.url(url));
                self.message(&mut out, headers, body);
            }
            Sight::Answered { status, headers, body, took } => {
                let reason = StatusCode::from_u16(*status).ok().and_then(|status| status.canonical_reason());
                let millis = number::significant(took.as_secs_f64() * 1_000.0);
                let _ = writeln!(out, "← {status} {}, {millis} ms", reason.unwrap_or_default());
                self.message(&mut out, headers, body);
            }
            Sight::Unanswered { cause } => {
                let _ = writeln!(out, "← no answer: {}", self.masker.lines(cause.trim()));
            }
            Sight::Captured { variable, value } => {
                let value = self.masker.captured(variable, value.as_ref());
                let _ = writeln!(out, "  captured {variable} = {}", shortened(&value));
            }
            Sight::Line(line) => {
                let _ = writeln!(out, "  log: {}", self.masker.lines(line));
            }
        }
        visible(&out)
    }

    /// Any other text, with its secrets masked.
    pub(crate) fn text(&self, text: &str) -> String {
        visible(&self.masker.lines(text))
    }

    fn message(&mut self, out: &mut String, headers: &HeaderMap, body: &[u8]) {
        for (name, value) in headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            let _ = writeln!(out, "  {name}: {}", self.masker.header(name.as_str(), &value));
        }
        if body.is_empty() {
            return;
        }
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        out.push('\n');
        for line in shortened(&self.masker.body(kind, body)).lines() {
            let _ = writeln!(out, "  {line}");
        }
    }
}

/// The beginning of a text, and how much there is of it.
fn shortened(text: &str) -> String {
    let mut shown: String = text.lines().take(LINES).collect::<Vec<_>>().join("\n");
    if let Some((cut, _)) = shown.char_indices().nth(CHARACTERS) {
        shown.truncate(cut);
    }
    if shown.len() + 1 < text.len() {
        let _ = write!(shown, "\n… {} in all", number::bytes(text.len() as f64));
    }
    shown
}

/// Nothing that a server sends steers the terminal.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_bodies_are_shortened_and_counted() {
        assert_eq!(shortened("a\nb"), "a\nb");
        let long = shortened(&"x".repeat(5_000));
        assert!(long.ends_with("\n… 5.00 kB in all") && long.len() < 1_300, "{long}");
        assert_eq!(shortened(&"x\n".repeat(100)).lines().count(), LINES + 1);
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let told = Teller::new(Masker::default()).tell(&Sight::Line("a\u{1b}[31mb".into()));
        assert_eq!(told, "  log: a\u{fffd}[31mb\n");
    }
}
