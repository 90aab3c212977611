//! Requests: query and body.

use crate::compile::Compiler;
use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::json_template::JsonTemplate;
use crate::plan::{self, Credentials, Http2, Refusal, Series};
use crate::scenario::{Options, Request};
use crate::source::Spanned;
use crate::template::{Segment, Template};

/// How many redirects are followed where the script does not say; Artillery's.
const MOST_REDIRECTS: u64 = 10;

impl Compiler {
    /// Compiles a request of the scenario of that number. `None` where it has no URL, which parsing has told.
    pub(super) fn request(&mut self, request: &Request, scenario: u32, path: &str) -> Option<plan::Request> {
        let url = request.url.as_ref()?;
        self.refusal = None;
        let endpoint = self.endpoint(&url.value, request.name.as_deref());
        self.check_path(url);
        // As in Artillery, a `json` that JavaScript takes for true wins over `body`.
        if let (Some(json), Some(body)) = (&request.json, &request.body)
            && is_truthy(json)
        {
            let message = format!("`body` has no effect beside `json` in {path}");
            let warning = Diagnostic::warning(&body.at, message).label("not sent: `json` counts");
            self.problems.push(warning);
        }
        let watch = self.watch(request);
        let url = self.url(url, path);
        let name = request.name.clone().filter(|name| !name.is_empty());
        let unnamed = name.is_none();
        let (method, server) = (request.method.to_string(), self.server(&url));
        let series = self.series(Series { scenario, method, endpoint, name, server });
        if self.plugins.endpoints.named_only && unnamed {
            self.leave_out(series);
        }
        let query = self.whole_query(request, path);
        let (mut body, content_type) = self.body(request, path);
        let own = request.options.tls.clone().unwrap_or_default();
        if self.tls_options.over(&own).odd_verify {
            body = plan::Body::Refused("rejectUnauthorized is text");
        }
        let headers = self.headers(&request.headers, content_type);
        let captures = request.captures.iter().filter_map(|capture| self.capture(capture)).collect();
        let matches = request.matches.iter().filter_map(|wanted| self.match_of(wanted)).collect();
        let options = &request.options;
        if let Some(at) = &options.odd_follow {
            let message = format!("\"{path}.followRedirect\" in quotes is not taken: users fail here");
            let warning = Diagnostic::warning(at, message).label("ERR_GOT_REQUEST_ERROR");
            self.problems.push(warning.hint("as in Artillery; write true or false without quotes"));
            self.refusal = Some(Refusal::Option);
        }
        let auth = self
            .auth(options)
            .or_else(|| plain_credentials(options))
            .or_else(|| self.target_credentials(&url));
        let number = self.requests;
        self.requests += 1;
        let http2 = if options.http2 { self.http2.max(Http2::IfAgreed) } else { self.http2 };
        self.speaks_http2 |= http2 != Http2::Never;
        let redirects = u32::try_from(options.most_redirects.unwrap_or(MOST_REDIRECTS)).unwrap_or(u32::MAX);
        Some(plan::Request {
            number,
            series,
            method: request.method.clone(),
            url,
            query,
            headers,
            body,
            captures,
            matches,
            cookies: self.request_cookies(&options.cookies),
            auth,
            decompress: options.gzip.unwrap_or(true),
            redirects: options.follow.unwrap_or(true).then_some(redirects),
            tls: self.own_tls(options.tls.as_ref(), path),
            http2,
            watch,
            refusal: self.refusal,
        })
    }

    /// The cookies of a request: its own over the defaults.
    fn request_cookies(&mut self, own: &[(Spanned<String>, Node)]) -> Vec<(String, Template)> {
        let mut cookies = self.cookies.clone();
        for (name, value) in self.texts(own) {
            match cookies.iter_mut().find(|(old, _)| *old == name) {
                Some((_, old)) => *old = value,
                None => cookies.push((name, value)),
            }
        }
        cookies
    }

    /// `auth`.
    fn auth(&mut self, options: &Options) -> Option<Credentials> {
        let (user, password) = options.auth.as_ref()?;
        let mut text = |text: &Spanned<String>| self.template(&text.value, &text.at);
        Some(Credentials { user: text(user), password: text(password) })
    }

    /// `qs`, or else `searchParams`, which has no placeholders.
    fn whole_query(&mut self, request: &Request, path: &str) -> Vec<(Template, Template)> {
        let Some((at, pairs)) = &request.options.search else { return self.query(&request.query) };
        if !request.query.is_empty() {
            let message = format!("`searchParams` has no effect beside `qs` in {path}");
            self.problems.push(Diagnostic::warning(at, message).hint("`qs` counts; leave the other out"));
            return self.query(&request.query);
        }
        pairs
            .iter()
            .map(|(name, value)| (Template::text(name.as_str()), Template::text(value.as_str())))
            .collect()
    }

    fn query(&mut self, pairs: &[(Spanned<String>, Node)]) -> Vec<(Template, Template)> {
        let mut query = Vec::new();
        for (name, value) in pairs {
            let key = self.template(&name.value, &name.at).into_text();
            match &value.kind {
                Kind::List(items) => {
                    for item in items {
                        let item = self.query_value(item);
                        query.push((key.clone(), item));
                    }
                }
                _ => {
                    let value = self.query_value(value);
                    query.push((key, value));
                }
            }
        }
        query
    }

    fn query_value(&mut self, value: &Node) -> Template {
        let template = match &value.kind {
            Kind::Text(text) => self.template(text, &value.at).into_text(),
            // As Node's querystring module has it.
            Kind::List(_) | Kind::Map(_) => Template::text(""),
            _ => Template::of_value(&value.to_value()).into_text(),
        };
        // Undefined and null are sent as an empty value.
        match template.segments.as_slice() {
            [Segment::Known(_)] => Template::text(""),
            _ => template,
        }
    }

    pub(super) fn json(&mut self, value: &Node) -> JsonTemplate {
        let mut failed = Vec::new();
        let json = JsonTemplate::compile(value, &mut self.names, &mut failed, &mut self.problems);
        self.problems.extend(failed.iter().map(|(at, error)| error.diagnostic(at)));
        json
    }
}

/// `username` and `password`, which have no placeholders.
fn plain_credentials(options: &Options) -> Option<Credentials> {
    let text =
        |text: &Option<Spanned<String>>| Template::text(text.as_ref().map_or("", |text| text.value.as_str()));
    let said = [&options.user, &options.password].into_iter().flatten();
    let any = said.into_iter().any(|text| !text.value.is_empty());
    any.then(|| Credentials { user: text(&options.user), password: text(&options.password) })
}

/// Whether JavaScript takes the value for true.
pub(super) fn is_truthy(node: &Node) -> bool {
    match &node.kind {
        Kind::Null => false,
        Kind::Bool(flag) => *flag,
        Kind::Number(number) => number.as_f64() != Some(0.0),
        Kind::Text(text) => !text.is_empty(),
        Kind::List(_) | Kind::Map(_) => true,
    }
}
