//! The texts of a snapshot that came from outside: URLs, words of errors, pieces of answers, names that were rendered.
//!
//! Whoever shows results has all of them from here, so that one change reaches every view.

use crate::{ErrorSample, ErrorTally, Snapshot};

impl Snapshot {
    /// Changes every text that a script, a user's variables or an answer brought. Counts stay; what gets one name is
    /// added up.
    pub fn change_texts(&mut self, change: &dyn Fn(&str) -> String) {
        let in_place = |text: &mut String| {
            if !text.is_empty() {
                *text = change(text);
            }
        };
        let sample = |sample: &mut Option<ErrorSample>| {
            if let Some(ErrorSample { url, detail, read, .. }) = sample {
                [url, detail, read].into_iter().for_each(in_place);
            }
        };
        self.errors.values_mut().for_each(|tally| sample(&mut tally.sample));
        self.named_errors.rename(change, |tally: &mut ErrorTally| sample(&mut tally.sample));
        sample(&mut self.server_error);
        self.slowest.urls().for_each(in_place);
        let plugins = &mut self.plugins;
        plugins.expectations.iter_mut().for_each(|tally| sample(&mut tally.sample));
        plugins.header_expectations.rename(change, |tally| sample(&mut tally.sample));
        plugins.endpoints.rename(change, |_| {});
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Moment, Recorder, ScenarioId, Shape};

    #[test]
    fn every_text_is_changed_and_nothing_is_lost() {
        let mut recorder = Recorder::new(Shape { scenarios: 1, series: 1 });
        let example = || ErrorSample {
            at: Moment::START,
            method: "GET".into(),
            url: "/secret".into(),
            detail: "a secret".into(),
            status: Some(500),
            read: "secret".into(),
            trace: None,
        };
        recorder.user_created(ScenarioId(0), Moment::START);
        recorder.error(ErrorKind::ConnectionReset, Moment::START, example);
        for url in ["secret/1", "secret/2"] {
            recorder.named_error(ErrorKind::InvalidUrl, url, Moment::START, example);
        }
        recorder.server_error(example);
        recorder.expectation(0, false, Moment::START, example);
        recorder.header_expectation("header secret", false, Moment::START, example);
        recorder.endpoint_server_time("/secret", None);
        let mut snapshot = recorder.take();
        snapshot.change_texts(&|text| {
            text.replace("secret/1", "***").replace("secret/2", "***").replace("secret", "***")
        });
        let text = serde_json::to_string(&snapshot).unwrap();
        assert!(!text.contains("secret") && text.matches("***").count() > 11, "{text}");
        assert_eq!(
            snapshot.named_errors.iter().map(|(_, name, it)| (name, it.count)).collect::<Vec<_>>(),
            [("Invalid URL - ***".to_owned(), 2)]
        );
    }
}
