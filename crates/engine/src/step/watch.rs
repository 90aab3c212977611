//! `Watched`: a request under the eyes of the plugins `expect`, `apdex` and `metrics-by-endpoint`.

use crate::step::request::show_url;
use crate::step::{endpoint, expect};
use crate::transport::{Message, Transport};
use crate::user::User;
use bytes::Bytes;
use loadgen_metrics::{ErrorKind, Outcome, Recorder, Sample, Satisfaction, SeriesId, TraceId};
use loadgen_scenario::extract::Answer;
use loadgen_scenario::plan::{Plugins, Request};
use loadgen_scenario::url::Origin;
use std::cell::Cell;
use std::time::Duration;

/// A request that plugins look at.
pub(super) struct Watched<'p> {
    plugins: &'p Plugins,
    pub(super) request: &'p Request,
    /// What was sent, where anything asks for it.
    pub(super) asked: Option<Asked>,
    /// The trace that the request is part of, where requests are traced.
    pub(super) trace: Option<TraceId>,
    /// Whether an expectation was not met.
    unexpected: Cell<bool>,
}

/// What was sent: variables may hold something else once the answer is there.
pub(super) struct Asked {
    /// The whole URL, without what `qs` puts into it.
    pub(super) url: String,
    /// Where in it the path begins.
    path: usize,
    /// The request's name.
    pub(super) name: Option<String>,
    /// The endpoint's name, where that is made of the URL as it was sent. `None` where it is left out.
    endpoint: Option<String>,
    /// The body.
    pub(super) body: Bytes,
}

impl Asked {
    /// Path and query.
    pub(super) fn path(&self) -> &str {
        self.url.get(self.path..).unwrap_or_default()
    }
}

impl<'p> Watched<'p> {
    /// A request that is about to be sent.
    pub(super) fn new<T: Transport>(
        plugins: &'p Plugins,
        user: &User<T>,
        request: &'p Request,
        origin: &Origin,
        message: &Message,
    ) -> Self {
        let watch = &request.watch;
        let asked = watch.wants_url.then(|| {
            let name = watch.name.as_ref().map(|name| {
                let mut text = String::new();
                name.render_into(&mut *user.session.borrow_mut(), &mut text);
                text
            });
            let url = match message.written() {
                Some(path) => format!("{origin}{path}"),
                None => show_url(origin, message.uri()),
            };
            let path = origin.to_string().len();
            let mut asked = Asked { url, path, name, endpoint: None, body: message.body().clone() };
            if plugins.endpoints.rendered {
                let name = asked.name.as_deref();
                asked.endpoint =
                    endpoint::name(&plugins.endpoints, &user.shard.origin, origin, asked.path(), name);
            }
            asked
        });
        Watched { plugins, request, asked, trace: None, unexpected: Cell::new(false) }
    }

    /// No whole answer came.
    pub(super) fn faulted<T: Transport>(&self, user: &User<T>, cause: &str) {
        if let Some(plugin) = self.plugins.expect.as_ref().filter(|_| self.request.watch.expects) {
            user.shard.say(expect::fault(plugin.format, cause));
        }
    }

    /// An answer came in `time`; so far it was judged like that.
    pub(super) fn answered<T: Transport>(
        &self,
        user: &User<T>,
        status: u16,
        answer: &Answer<'_>,
        time: Duration,
        judged: (Outcome, String),
    ) -> (Outcome, String) {
        let (mut outcome, mut detail) = judged;
        if let Some(plugin) = self.plugins.expect.as_ref().filter(|_| self.request.watch.expects)
            && let Some(failure) = expect::check(user, self, plugin, status, answer)
        {
            self.unexpected.set(true);
            if plugin.fails_users {
                outcome = Outcome::Rejected { status, error: ErrorKind::ExpectationFailed };
                detail = failure;
            }
        }
        let objected = outcome.error() == Some(ErrorKind::ExpectationFailed);
        let mut recorder = user.shard.recorder.borrow_mut();
        if let Some(apdex) = self.plugins.apdex.filter(|apdex| !(objected && apdex.after_expect)) {
            recorder.satisfaction(Satisfaction::of(time, apdex.threshold));
        }
        if !(objected && self.plugins.endpoints.after_expect)
            && let Some(total) = endpoint::server_time(answer.headers())
        {
            match self.asked.as_ref().filter(|_| self.plugins.endpoints.rendered) {
                Some(Asked { endpoint: Some(name), .. }) => recorder.endpoint_server_time(name, total),
                Some(_) => {}
                None => recorder.server_time(SeriesId(self.request.series), total),
            }
        }
        (outcome, detail)
    }

    /// The request has been recorded.
    pub(super) fn recorded(&self, sample: &Sample, recorder: &mut Recorder) {
        if self.unexpected.get() {
            recorder.unusable(sample);
        }
        let objected = sample.outcome.error() == Some(ErrorKind::ExpectationFailed);
        if let Some(Asked { endpoint: Some(name), .. }) = &self.asked
            && !(objected && self.plugins.endpoints.after_expect)
        {
            recorder.endpoint(name, sample);
        }
    }

    /// What a failed expectation calls the request.
    pub(super) fn title(&self) -> &str {
        let Some(asked) = &self.asked else { return "" };
        let only_names = self.plugins.expect.as_ref().is_some_and(|plugin| plugin.only_names);
        asked.name.as_deref().filter(|name| only_names && !name.is_empty()).unwrap_or(&asked.url)
    }
}
