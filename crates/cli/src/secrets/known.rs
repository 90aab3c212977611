//! `Known`: the secrets that have been met, each in every spelling in which it may turn up.

use super::MASK;
use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Shorter values are not looked for: they would turn up by chance.
const SHORTEST: usize = 4;
/// Shorter ones are secrets only as whole words: `user` is none in `/users`.
const WORD: usize = 8;
/// Words that stand where secrets do, and are none: taking them out would take out the names of secrets.
const WORDS: [&str; 8] =
    ["password", "passwd", "token", "secret", "cookie", "authorization", "bearer", "basic"];
/// Most spellings that are looked for.
const MOST: usize = 10_000;

/// The secrets that have been met.
#[derive(Clone, Default)]
pub(super) struct Known {
    spellings: BTreeSet<String>,
    /// Made when it is first needed, and anew once there are more.
    finder: OnceLock<Option<AhoCorasick>>,
}

impl Known {
    /// Remembers a secret as it is, and as it stands within JSON, a URL, a form, or what is shown of an answer.
    pub(super) fn remember(&mut self, secret: &str) {
        let secret = secret.trim();
        self.note(secret);
        let quoted = Value::from(secret).to_string();
        self.note(&quoted[1..quoted.len() - 1]);
        let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        self.note(&form);
        self.note(&form.replace('+', "%20"));
        self.note(&in_a_url(secret));
        self.note(&secret.as_bytes().escape_ascii().to_string().replace("\\\"", "\"").replace("\\'", "'"));
        // Indented in a script, and perhaps cut off elsewhere.
        secret.lines().map(str::trim).filter(|line| line.len() >= WORD).for_each(|line| self.note(line));
    }

    fn note(&mut self, secret: &str) {
        if secret.len() >= SHORTEST
            && self.spellings.len() < MOST
            && secret != MASK
            && !WORDS.contains(&secret.to_ascii_lowercase().as_str())
            && self.spellings.insert(secret.to_owned())
        {
            self.finder = OnceLock::new();
        }
    }

    /// The text without the secrets.
    pub(super) fn without(&self, text: &str) -> String {
        self.without_those_from(0, text)
    }

    /// A name without the secrets that are long enough to be no word of it.
    pub(super) fn without_long(&self, name: &str) -> String {
        self.without_those_from(WORD, name)
    }

    /// The text without the secrets of so many bytes or more.
    fn without_those_from(&self, least: usize, text: &str) -> String {
        let Some(finder) = self.finder.get_or_init(|| self.finder()) else { return text.to_owned() };
        let mut shown = String::with_capacity(text.len());
        finder.replace_all_with(text, &mut shown, |found, secret, shown| {
            let whole = secret.len() >= WORD || is_word(&text[..found.start()], &text[found.end()..]);
            shown.push_str(if whole && secret.len() >= least { MASK } else { secret });
            true
        });
        match shown.strip_suffix('…') {
            Some(cut) => format!("{}…", self.without_beginning(cut)),
            None => shown,
        }
    }

    /// A text that was cut off, perhaps within a secret.
    fn without_beginning<'a>(&self, cut: &'a str) -> std::borrow::Cow<'a, str> {
        let beginning = |secret: &String| {
            let ends = secret.char_indices().map(|(end, _)| end).skip_while(|end| *end < SHORTEST);
            ends.filter(|end| cut.ends_with(&secret[..*end])).last()
        };
        match self.spellings.iter().filter_map(beginning).max() {
            Some(length) => format!("{}{MASK}", &cut[..cut.len() - length]).into(),
            None => cut.into(),
        }
    }

    fn finder(&self) -> Option<AhoCorasick> {
        if self.spellings.is_empty() {
            return None;
        }
        // The longest: one may begin with another.
        AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&self.spellings).ok()
    }
}

/// With as little percent-encoding as URLs are sent with.
fn in_a_url(text: &str) -> String {
    let keeps = |byte: u8| byte.is_ascii_graphic() && !b"\"<>`{}|\\^".contains(&byte);
    let encode = |byte: u8| if keeps(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encode).collect()
}

/// Whether what stands between these is a word of its own. Before it may stand `\n` or `%20`, written out.
fn is_word(before: &str, after: &str) -> bool {
    let escaped = |count: usize, sign: u8| {
        before.len() >= count && before.as_bytes().get(before.len() - count) == Some(&sign)
    };
    let begins = !before.ends_with(|c: char| c.is_ascii_alphanumeric())
        || escaped(2, b'\\')
        || escaped(4, b'\\')
        || escaped(3, b'%');
    begins && !after.starts_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(secrets: &[&str]) -> Known {
        let mut known = Known::default();
        secrets.iter().for_each(|secret| known.remember(secret));
        known
    }

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let known = known(&["a \"b\" & c/é", "long-secret", "long-secret-2"]);
        for (text, wanted) in [
            ("<a \"b\" & c/é>", "<***>"),
            (r#"{"x": "a \"b\" & c/é"}"#, r#"{"x": "***"}"#),
            ("/?x=a+%22b%22+%26+c%2F%C3%A9", "/?x=***"),
            ("/a%20%22b%22%20%26%20c%2F%C3%A9/", "/***/"),
            ("/a%20%22b%22%20&%20c/%C3%A9", "/***"),
            (r#"a "b" & c/\xc3\xa9"#, "***"),
            ("xlong-secretx long-secret-2", "x***x ***"),
        ] {
            assert_eq!(known.without(text), wanted, "{text}");
        }
    }

    #[test]
    fn short_ones_are_words_and_shorter_ones_are_left() {
        let known = known(&["user", "abc", ""]);
        for (text, wanted) in [
            ("/users/user/7 username", "/users/***/7 username"),
            (r"\r\nuser\x00user %20user", r"\r\n***\x00*** %20***"),
            ("abc", "abc"),
        ] {
            assert_eq!(known.without(text), wanted, "{text}");
        }
        assert_eq!(Known::default().without("as it is"), "as it is");
    }

    #[test]
    fn what_was_cut_off_within_a_secret_ends_before_it() {
        let known = known(&["hunter2-hunter2"]);
        assert_eq!(known.without("got hunter2-hu…"), "got ***…");
        assert_eq!(known.without("got hun…"), "got hun…");
        assert_eq!(known.without("got hunter2-hu"), "got hunter2-hu");
    }
}
