//! `Answer`: an answer as extractors see it. Its body is read as text, JSON or HTML when that is first asked for, and
//! then once.

use super::html;
use http::HeaderMap;
use scraper::Html;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::OnceCell;

/// Headers and body of an answer.
pub struct Answer<'a> {
    headers: &'a HeaderMap,
    body: &'a [u8],
    text: OnceCell<Cow<'a, str>>,
    json: OnceCell<Option<Value>>,
    html: OnceCell<Option<Html>>,
}

impl<'a> Answer<'a> {
    /// An answer that has not been looked at.
    pub fn new(headers: &'a HeaderMap, body: &'a [u8]) -> Self {
        Answer { headers, body, text: OnceCell::new(), json: OnceCell::new(), html: OnceCell::new() }
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// The body as text; bytes that are no UTF-8 become U+FFFD.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| String::from_utf8_lossy(self.body))
    }

    /// The body as JSON, if it is JSON.
    pub fn json(&self) -> Option<&Value> {
        self.json.get_or_init(|| serde_json::from_str(self.text()).ok()).as_ref()
    }

    /// The body as HTML. Any text is, save one whose elements are nested too deeply, about 512 deep.
    pub fn html(&self) -> Option<&Html> {
        self.html.get_or_init(|| html::parse(self.text())).as_ref()
    }

    /// Why nothing can be found in the body as HTML, to follow a sentence; empty where something could.
    pub(super) fn html_trouble(&self) -> &'static str {
        match self.html() {
            Some(_) => "",
            None => ": the body's elements are nested too deeply",
        }
    }

    /// Why nothing can be found in the body as JSON, to follow a sentence; empty where something could.
    pub(super) fn json_trouble(&self) -> &'static str {
        match self.json() {
            _ if self.body.is_empty() => ": the body is empty",
            None => ": the body is not JSON",
            Some(Value::Array(_) | Value::Object(_)) => "",
            Some(_) => ": the body is neither a JSON object nor a list",
        }
    }
}
