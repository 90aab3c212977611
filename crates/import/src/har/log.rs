//! A HAR file as it stands, 1.1 or 1.2: only what an import looks at. Whatever is missing or null is empty.

use crate::body::is_json;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;

/// A request and its answer.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Milliseconds since 1970.
    pub(crate) started: i64,
    /// Milliseconds from there to the answer's end.
    pub(crate) took: i64,
    /// What the browser wanted it for: `document`, `xhr`, `image`. Empty where the browser does not say.
    pub(crate) resource: String,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    /// Names of the cookies that were sent.
    pub(crate) cookies: Vec<String>,
    pub(crate) body: Option<Post>,
    pub(crate) answer: Answer,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) kind: String,
    pub(crate) text: String,
    /// Fields of a form, with the names of files.
    pub(crate) params: Vec<Param>,
}

/// A field of a form.
#[derive(Clone, Debug)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) file: Option<String>,
    pub(crate) kind: Option<String>,
}

/// An answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    /// 0 where there was none.
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    /// Without parameters, in small letters.
    pub(crate) kind: String,
    /// Empty where it was not kept, or is no text.
    pub(crate) text: String,
    pub(crate) redirect: String,
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn pairs(value: &Value, key: &str) -> Vec<(String, String)> {
    let list = value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|pair| (text(pair, "name"), text(pair, "value"))).collect()
}

impl Entry {
    /// Reads one entry; `None` if it has no request.
    pub(crate) fn read(entry: &Value) -> Option<Entry> {
        let request = entry.get("request").filter(|it| it.is_object())?;
        let headers: Vec<(String, String)> = pairs(request, "headers")
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        let started = OffsetDateTime::parse(&text(entry, "startedDateTime"), &Iso8601::DEFAULT);
        let post = request.get("postData").filter(|it| it.is_object());
        Some(Entry {
            started: started.map_or(0, |it| (it.unix_timestamp_nanos() / 1_000_000) as i64),
            took: entry.get("time").and_then(Value::as_f64).unwrap_or(0.0).clamp(0.0, 1e9) as i64,
            resource: text(entry, "_resourceType").to_ascii_lowercase(),
            method: text(request, "method").to_ascii_uppercase(),
            url: text(request, "url"),
            headers,
            cookies: pairs(request, "cookies").into_iter().map(|(name, _)| name).collect(),
            body: post.map(Post::read),
            answer: entry.get("response").map(Answer::read).unwrap_or_default(),
        })
    }

    /// The last part of the path's last name: `js` of `/app.js?x`.
    pub(crate) fn extension(&self) -> Option<String> {
        let path = self.url.split(['?', '#']).next().unwrap_or("");
        let name = path.rsplit('/').next().unwrap_or("");
        name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())
    }
}

impl Post {
    fn read(post: &Value) -> Post {
        let list = post.get("params").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let kind_of = |key: &str, param: &Value| Some(text(param, key)).filter(|text| !text.is_empty());
        Post {
            kind: text(post, "mimeType"),
            text: text(post, "text"),
            params: list
                .iter()
                .map(|param| Param {
                    name: text(param, "name"),
                    value: text(param, "value"),
                    file: kind_of("fileName", param),
                    kind: kind_of("contentType", param),
                })
                .collect(),
        }
    }
}

impl Answer {
    fn read(response: &Value) -> Answer {
        let content = response.get("content").unwrap_or(&Value::Null);
        let kind = text(content, "mimeType");
        let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        Answer {
            status: response
                .get("status")
                .and_then(Value::as_u64)
                .and_then(|it| it.try_into().ok())
                .unwrap_or(0),
            headers: pairs(response, "headers"),
            text: body(content, &kind),
            kind,
            redirect: text(response, "redirectURL"),
        }
    }
}

/// The text of an answer. Some browsers and proxies write all bodies in base64, texts too; pictures and the like are of
/// no use.
fn body(content: &Value, kind: &str) -> String {
    let encoding = text(content, "encoding");
    if encoding.is_empty() {
        return text(content, "text");
    }
    let is_text = kind.starts_with("text/")
        || is_json(kind)
        || ["", "application/xml", "application/xhtml+xml", "application/javascript"].contains(&kind);
    if !is_text || !encoding.eq_ignore_ascii_case("base64") {
        return String::new();
    }
    let mut encoded = text(content, "text");
    encoded.retain(|c| !c.is_whitespace() && c != '=');
    let decoded = STANDARD_NO_PAD.decode(encoded).unwrap_or_default();
    // What an import looks for is ASCII: other encodings than UTF-8 do no harm.
    String::from_utf8_lossy(&decoded).trim_start_matches('\u{feff}').to_owned()
}
