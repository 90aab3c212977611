//! Secrets in a line of any text, told by the names before them: `password: x`, `token=x`, and what stands before an
//! `@` in a URL.

use super::MASK;
use loadgen_import::is_secret;

/// Whether a parameter of a query is secret: some names mean that there and nowhere else.
pub(super) fn is_parameter(name: &str) -> bool {
    let plain = name.to_ascii_lowercase();
    is_secret(name) || ["key", "sig", "code"].contains(&plain.as_str()) || plain.ends_with("signature")
}

/// The line without what stands before an `@` in its URLs.
pub(super) fn without_credentials(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        shown.push_str(before);
        let end = after.find(|c: char| c.is_whitespace() || "/?#\"'<>".contains(c)).unwrap_or(after.len());
        rest = match after[..end].rfind('@') {
            Some(place) => {
                shown.push_str(MASK);
                &after[place..]
            }
            None => after,
        };
    }
    shown + rest
}

/// `password: x` is masked to the line's end, as nothing says where the secret ends; `token=x` up to what ends a field
/// of a form, of a query or of a cookie.
pub(super) fn by_name(text: &str) -> String {
    let is_name = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find([':', '=']) {
        let (before, after) = rest.split_at(at);
        let (sign, value) = after.split_at(1);
        shown.push_str(before);
        shown.push_str(sign);
        rest = value;
        let before = before.trim_end().trim_end_matches(['"', '\'', '`']);
        let name = before.rsplit(|c| !is_name(c)).next().unwrap_or_default();
        let before = before.strip_suffix(name).unwrap_or_default();
        let in_query = sign == "=" && before.ends_with(['?', '&']);
        let secret = if in_query { is_parameter(name) } else { is_secret(name) };
        // `http://auth:8080` is a host.
        let is_host = sign == ":" && before.ends_with("//");
        if value.trim().is_empty() || !secret || is_host {
            continue;
        }
        if sign == ":" {
            shown.push(' ');
            shown.push_str(MASK);
            return shown;
        }
        shown.push_str(MASK);
        rest = value.find([' ', '&', ';', ',', '"', '\'', '#']).map_or("", |end| &value[end..]);
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_masked_by_their_names() {
        for (text, wanted) in [
            ("    password: abc def", "    password: ***"),
            ("set-cookie: sid=1; path=/", "set-cookie: ***"),
            (r#"{"user": "ada", "pin": 1}"#, r#"{"user": "ada", "pin": ***"#),
            ("GET http://h/x?user=ada&token=abc&page=1 now", "GET http://h/x?user=ada&token=***&page=1 now"),
            ("/x?key=abc&X-Amz-Signature=def#top", "/x?key=***&X-Amz-Signature=***#top"),
            ("key: abc code=404", "key: abc code=404"),
            ("GET http://auth:8080/x", "GET http://auth:8080/x"),
            ("user 7: token=abc", "user 7: token=***"),
            ("password:", "password:"),
            ("Request params:", "Request params:"),
            ("a == b", "a == b"),
        ] {
            assert_eq!(by_name(text), wanted);
        }
    }

    #[test]
    fn credentials_in_urls_are_masked() {
        for (text, wanted) in [
            ("to http://ada:x@h/a@b and https://y@h", "to http://***@h/a@b and https://***@h"),
            ("http://ada:a@b@h:80/", "http://***@h:80/"),
            ("mail ada@h, http://h/", "mail ada@h, http://h/"),
        ] {
            assert_eq!(without_credentials(text), wanted);
        }
    }
}
