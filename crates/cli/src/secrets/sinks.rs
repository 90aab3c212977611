//! Secrets of `publish-metrics`: what goes along with figures and spans to those who keep them.

use super::Masker;
use super::line::is_parameter;
use super::script::is_plain;
use loadgen_scenario::publish::{Headers, Publish, Sink};
use loadgen_scenario::url::credentials;
use serde_json::Value;

/// Characters from which on a segment of a path, or what a parameter holds, is taken for a secret.
const LONG: usize = 16;
/// Headers that hold no secret.
const OPEN: [&str; 4] = ["accept", "content-type", "content-encoding", "user-agent"];
/// Paths that everybody knows.
const KNOWN: [&str; 6] =
    ["/write", "/api/v1/push", "/api/v1/write", "/api/v2/write", "/v1/metrics", "/v1/traces"];

impl Masker {
    /// Learns what all entries send along.
    pub(super) fn publish(&mut self, publish: &Publish) {
        for publisher in &publish.figures {
            match &publisher.sink {
                Sink::Statsd { .. } => {}
                Sink::DatadogApi { url, key, .. } => {
                    self.sink(url, &Vec::new());
                    self.remember(key);
                }
                Sink::Pushgateway { url, headers, .. }
                | Sink::RemoteWrite { url, headers }
                | Sink::Influx { url, headers, .. }
                | Sink::Otlp { url, headers, .. } => self.sink(url, headers),
            }
        }
        publish.traces.iter().for_each(|traces| self.sink(&traces.url, &traces.headers));
    }

    /// Learns the headers, the password and the query of an entry, and of its path what looks like a secret.
    fn sink(&mut self, url: &str, headers: &Headers) {
        for (name, value) in headers {
            let open = is_plain(value) || OPEN.contains(&name.to_ascii_lowercase().as_str());
            if !open {
                self.secret(&Value::from(value.as_str()));
            }
        }
        self.credentials(url);
        let (path, query) = parts(url);
        path.split('/').filter(|segment| segment.len() >= LONG).for_each(|segment| self.remember(segment));
        self.remember(query);
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            if is_parameter(name) || value.len() >= LONG {
                self.remember(value);
            }
        }
    }

    /// Learns all that an entry's answer might repeat of the request, common words too: to be asked of that answer alone.
    pub(crate) fn request(&mut self, url: &str, headers: &Headers) {
        self.sink(url, headers);
        headers.iter().for_each(|(_, value)| self.remember(value));
        credentials(url).iter().for_each(|(_, password)| self.remember(password));
        let (path, query) = parts(url);
        let path = path.trim_end_matches('/');
        if !KNOWN.contains(&path) {
            self.remember(path);
        }
        query.split('&').filter_map(|pair| pair.split_once('=')).for_each(|(_, value)| self.remember(value));
    }
}

/// The path of a URL and its query, as they stand in it.
fn parts(url: &str) -> (&str, &str) {
    let url = url.split('#').next().unwrap_or_default();
    let (rest, query) = url.split_once('?').unwrap_or((url, ""));
    let rest = rest.split_once("://").map_or(rest, |(_, rest)| rest);
    (rest.find('/').map_or("", |at| &rest[at..]), query)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &str, value: &str) -> Headers {
        vec![(name.into(), value.into())]
    }

    #[test]
    fn what_goes_along_is_secret_and_common_words_are_not() {
        let url = "http://ada:hunter22@h:80/hooks/0123456789abcdef/write?db=shop&sig=a-b-c-d";
        let mut masker = Masker::default();
        masker.sink(url, &headers("x-scope", "Bearer some-tenant"));
        masker.sink("http://h/v1/metrics", &headers("content-type", "text/plain"));
        for (text, wanted) in [
            ("hunter22 some-tenant a-b-c-d", "*** *** ***"),
            ("YWRhOmh1bnRlcjIy", "***"),
            ("/hooks/0123456789abcdef/write?db=shop&sig=a-b-c-d", "/hooks/***/write?***"),
            ("the shop hooks text/plain /v1/metrics", "the shop hooks text/plain /v1/metrics"),
        ] {
            assert_eq!(masker.text(text), wanted);
        }
    }

    #[test]
    fn an_answer_may_repeat_all_of_the_request() {
        let mut masker = Masker::default();
        masker.request("http://h/own/path/?db=shop", &headers("x", "1234"));
        masker.request("http://h/v1/metrics", &Vec::new());
        assert_eq!(
            masker.text("POST /own/path/metrics: no shop for 1234"),
            "POST ***/metrics: no *** for ***"
        );
        assert_eq!(masker.text("no /v1/metrics"), "no /v1/metrics");
    }
}
