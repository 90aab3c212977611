//! Artillery's plugin `metrics-by-endpoint`: names that are made of a URL as it was sent, and `server-timing`.

use http::{HeaderMap, HeaderName};
use loadgen_scenario::plan::plugins::Endpoints;
use loadgen_scenario::url::Origin;
use percent_encoding::percent_decode_str;
use std::time::Duration;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// The name of the endpoint behind a URL; `None` where the options leave it out.
pub(super) fn name(
    options: &Endpoints,
    target: &Origin,
    origin: &Origin,
    path: &str,
    name: Option<&str>,
) -> Option<String> {
    let name = name.filter(|name| !name.is_empty());
    match name {
        None if options.named_only => return None,
        Some(name) if options.only_names => return Some(name.to_owned()),
        _ => {}
    }
    let mut endpoint = if origin.host == target.host { String::new() } else { origin.host.clone() };
    if origin.port != target.port && origin.port != origin.scheme.default_port() {
        endpoint.push_str(&format!(":{}", origin.port));
    }
    let path = match path.split_once('?') {
        Some((path, _)) if options.strip_query => path,
        _ => path,
    };
    match percent_decode_str(path).decode_utf8() {
        Ok(decoded) => endpoint.push_str(&decoded),
        Err(_) => endpoint.push_str(path),
    }
    Some(match name {
        Some(name) => format!("{endpoint} ({name})"),
        None => endpoint,
    })
}

/// The total in an answer's `server-timing`: `None` without such a header, `Some(None)` where it has no total.
pub(super) fn server_time(headers: &HeaderMap) -> Option<Option<Duration>> {
    let mut values = headers.get_all(SERVER_TIMING).iter().filter(|value| !value.is_empty()).peekable();
    values.peek()?;
    Some(values.find_map(|value| total(value.to_str().ok()?)))
}

/// The first `total;dur=12.5`, in milliseconds; capitals do not matter.
fn total(header: &str) -> Option<Duration> {
    const MARK: &str = "total;dur=";
    let lower = header.to_ascii_lowercase();
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let number = lower.match_indices(MARK).find_map(|(at, _)| {
        let number = &lower[at + MARK.len()..];
        let number = &number[..number.find(|c| !is_part(c)).unwrap_or(number.len())];
        (!number.is_empty()).then_some(number)
    })?;
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? / 1000.0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadgen_scenario::url;

    #[test]
    fn names_are_made_of_the_url_that_was_sent() {
        let target = url::split("http://one:8080").unwrap().0;
        let plain = Endpoints { strip_query: false, ..Endpoints::default() };
        let stripping = Endpoints::default();
        let names = Endpoints { only_names: true, ..Endpoints::default() };
        let named_only = Endpoints { named_only: true, ..Endpoints::default() };
        let cases = [
            (&plain, "http://one:8080/a%20b?q=1", None, Some("/a b?q=1")),
            (&plain, "http://one:9/a", None, Some(":9/a")),
            (&plain, "http://two/a", None, Some("two/a")),
            (&plain, "http://two:81/%ff", Some("it"), Some("two:81/%ff (it)")),
            (&stripping, "http://one:8080/a?q=1", Some("it"), Some("/a (it)")),
            (&names, "http://one:8080/a?q=1", Some("it"), Some("it")),
            (&names, "http://one:8080/a?q=1", None, Some("/a")),
            (&named_only, "http://one:8080/a", None, None),
            (&named_only, "http://one:8080/a", Some(""), None),
            (&named_only, "http://one:8080/a", Some("it"), Some("/a (it)")),
        ];
        for (options, text, of, wanted) in cases {
            let (origin, path) = url::split(text).unwrap();
            assert_eq!(name(options, &target, &origin, &path, of).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn the_first_total_counts() {
        let cases = [
            ("db;dur=3, total;dur=12.5", Some(Some(12_500))),
            ("Total;Dur=7, total;dur=9", Some(Some(7_000))),
            ("total;dur=, total;dur=9", Some(Some(9_000))),
            ("total;dur=1.2.3", Some(None)),
            ("db;dur=3", Some(None)),
            ("", None),
        ];
        for (text, wanted) in cases {
            let mut headers = HeaderMap::new();
            headers.insert("server-timing", text.parse().unwrap());
            let wanted = wanted.map(|total| total.map(Duration::from_micros));
            assert_eq!(server_time(&headers), wanted, "{text}");
        }
        assert_eq!(server_time(&HeaderMap::new()), None);
    }
}
