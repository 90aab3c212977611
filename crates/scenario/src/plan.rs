//! `Plan`: everything that a run needs, decided.
//!
//! Names are interned to ids, templates compiled to segments, variables to slots, the environment and overrides
//! merged, defaults filled in. Immutable once made and shared by `Arc`; never serialised (another machine gets the
//! script's text and compiles it itself). Nothing in it needs parsing while the load runs.

mod http_options;
pub mod monitor;
pub mod plugins;
mod rate;
mod server;
mod timeouts;

pub use crate::extract::{Capture, Match};
pub use http_options::{
    CookieRules, Credentials, Http2, Identity, Multipart, OwnTls, Part, PartValue, Proxies, ProxyServer, Tls,
    Tracing,
};

pub use plugins::{Plugins, Watch};
pub use server::Server;
pub use timeouts::Timeouts;

use crate::publish::Publish;
use crate::template::Lexicon;
use crate::threshold::Requirement;
use crate::url::Origin;
use crate::{Expression, JsonTemplate, Template, ValueTemplate};
use http::{HeaderName, Method};
use serde_json::Value;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// A compiled script.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where requests go whose URL is only a path.
    pub target: Target,
    /// The arrival schedule. Never empty.
    pub phases: Vec<Phase>,
    /// What applies to all requests.
    pub http: Http,
    /// The flows, in the order of the script. Never empty.
    pub scenarios: Vec<Scenario>,
    /// All series, indexed by the number in [`Request::series`].
    pub series: Vec<Series>,
    /// The variables of a user, indexed by [`Slot`].
    pub slots: Vec<String>,
    /// What placeholders in the values of variables can name.
    pub lexicon: Arc<Lexicon>,
    /// What a user's variables hold when it starts.
    pub variables: Vec<(Slot, Initial)>,
    /// Data files: a row of each is a user's own.
    pub payloads: Vec<Payload>,
    /// `before`: run once before the load; what its variables hold then, all users begin with.
    pub before: Option<Vec<Step>>,
    /// `after`: run once after the load, with the variables of `before`.
    pub after: Option<Vec<Step>>,
    /// How many series the requests of `before` and `after` have; they are numbered for themselves, and no part of
    /// the report.
    pub helper_series: usize,
    /// How many requests there are, `before` and `after` included.
    pub requests: u32,
    /// Whether any of them goes by HTTP/2.
    pub speaks_http2: bool,
    /// What plugins do.
    pub plugins: Plugins,
    /// What decides between pass and fail, in Artillery's order: thresholds, conditions, legacy forms.
    pub thresholds: Vec<Requirement>,
    /// Whom to tell of the result.
    pub slack: Option<Slack>,
    /// Where the target tells of itself.
    pub monitor: Option<monitor::Monitor>,
    /// Where figures and spans are sent while the load runs.
    pub publish: Publish,
}

/// `plugins.slack`: a webhook that is told the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slack {
    /// Its address: http or https. Whoever knows it can post, so it is shown nowhere.
    pub webhook: String,
    /// Whether it is told of failures alone.
    pub failures_only: bool,
}

/// Where requests go whose URL is only a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `config.target: builtin`: loadgen's own target, started for the run. It has no address until then.
    Builtin,
    /// An address. A path that `config.target` may have is already part of each [`Url::OnTarget`].
    Address(Origin),
}

/// A stretch of the arrival schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// Its name in the script.
    pub name: Option<String>,
    /// How long it lasts.
    pub duration: Duration,
    /// How arrivals are spread over it.
    pub arrivals: Pattern,
    /// `maxVusers`: as long as that many users are running, an arrival starts none.
    pub max_users: Option<u64>,
    /// What people are told of it, such as `warm up (index: 0, duration: 10s)`; `None` where Artillery is silent.
    pub label: Option<String>,
}

/// How arrivals are spread over a phase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pattern {
    /// None arrive.
    Pause,
    /// `arrivalRate` and `rampTo`: users per second at the beginning and at the end, linear between. Finite, not
    /// negative. A constant rate has both the same.
    Rate {
        /// Users per second at the beginning.
        from: f64,
        /// Users per second at the end.
        to: f64,
    },
    /// `arrivalCount`: that many, evenly over the phase.
    Count(u64),
    /// `mode: poisson`: the same rates, with exponentially distributed gaps.
    Poisson {
        /// Users per second at the beginning.
        from: f64,
        /// Users per second at the end.
        to: f64,
        /// Decides the gaps.
        seed: u64,
    },
    /// `users` and `rampTo`: a closed loop. That many users run at the beginning and at the end, linear between; one
    /// that ends is replaced at once. Up to [`MOST_USERS`].
    Users {
        /// Users at the beginning.
        from: u64,
        /// Users at the end.
        to: u64,
    },
}

/// Most users that a phase may keep running.
pub const MOST_USERS: u64 = 1_000_000;

/// `config.http`, with its defaults.
#[derive(Clone, Debug)]
pub struct Http {
    /// How long each part of a request may take.
    pub timeouts: Timeouts,
    /// `http.maxBodyBytes`: longest body of an answer, in bytes as they come over the wire.
    pub longest_body: u64,
    /// `http.pool`: that many connections for all users together, instead of one for each user.
    pub pool: Option<usize>,
    /// `http.keepAlive`: whether a connection is used again. Where it is not, each request has one of its own.
    pub keep_alive: bool,
    /// `--local-addresses`: the addresses of this machine that connections leave from, in turn. Empty where the system
    /// chooses. Not of the script: whoever runs the plan sets them.
    pub local_addresses: Vec<IpAddr>,
    /// Whether a server's certificate is checked (`config.tls.rejectUnauthorized`, `-k`).
    pub verify_tls: bool,
    /// `config.tls`: whom to trust, and who we are.
    pub tls: Tls,
    /// The TLS settings of requests that have their own, indexed by [`Request::tls`].
    pub own_tls: Vec<OwnTls>,
    /// `http.cookieJarOptions`.
    pub cookies: CookieRules,
    /// The proxies that the environment names.
    pub proxies: Proxies,
    /// `http.extendedMetrics`: each answer's parts of time are counted as Artillery does.
    pub extended_metrics: bool,
    /// `http.distributedTracing`: a `traceparent` header on each request.
    pub tracing: Option<Tracing>,
}

/// A named flow with a weight.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name in the script; its index in the list where it has none, as Artillery counts it.
    pub name: String,
    /// Its share of the arrivals is this over the sum of all weights. The sum is above zero.
    pub weight: u64,
    /// What one user does.
    pub flow: Vec<Step>,
}

/// One step of a flow.
#[derive(Clone, Debug)]
pub enum Step {
    /// Send a request and wait for its answer.
    Request(Box<Request>),
    /// Wait.
    Think(Think),
    /// Repeat steps.
    Loop(Box<Loop>),
    /// Print a line.
    Log(Template),
    /// Run steps side by side.
    Parallel(Box<Parallel>),
    /// A step that is not always taken.
    Guarded(Box<Guarded>),
    /// A request without a URL, which is only found when a user comes to it: it fails.
    NoUrl,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its number among all requests of the plan, `before` and `after` included.
    pub number: u32,
    /// Which of [`Plan::series`] it belongs to.
    pub series: u32,
    /// The method.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// `qs`: names and values, which replace the URL's query. A value that turns out undefined, null or an object is
    /// empty; one that turns out a list is sent once for each item.
    pub query: Vec<(Template, Template)>,
    /// Default headers and the step's own, merged, in the order of sending, names in lower case.
    pub headers: Vec<(HeaderName, Template)>,
    /// The body. Its `content-type` is already among the headers.
    pub body: Body,
    /// What is kept of the answer, in this order.
    pub captures: Vec<Capture>,
    /// `cookie`, over `http.defaults.cookie`: set in the user's jar before each sending.
    pub cookies: Vec<(String, Template)>,
    /// `auth`, or the credentials that stand in `config.target`.
    pub auth: Option<Credentials>,
    /// `gzip`: whether compressed answers are asked for, and read.
    pub decompress: bool,
    /// `followRedirect` and `maxRedirects`: how many are followed; `None` where none is, and a redirect is an answer.
    pub redirects: Option<u32>,
    /// What the answer has to hold, in this order, after the captures.
    pub matches: Vec<Match>,
    /// `https`: its place in [`Http::own_tls`]; `None` where the plan's own settings apply.
    pub tls: Option<u32>,
    /// Whether it goes by HTTP/2.
    pub http2: Http2,
    /// What plugins want of it.
    pub watch: Watch,
    /// Why it is never sent: whoever comes to it fails there.
    pub refusal: Option<Refusal>,
}

/// What a script has wrong about a request, so that it cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A header's name is none.
    HeaderName,
    /// A part of a multipart form is neither text nor a number.
    Part,
    /// An option has a value that Artillery's HTTP library does not take.
    Option,
    /// A `%` in the path that stands for nothing.
    Path,
}

/// Where a request goes.
#[derive(Clone, Debug)]
pub enum Url {
    /// A path on the plan's target. What it renders to begins with `/`, the target's own path included.
    OnTarget(Template),
    /// A whole URL, known when rendered. If it turns out to be a path, it goes to the target, with the target's own
    /// path (the text beside it) before it.
    Whole(Template, Box<str>),
}

/// The body of a request.
#[derive(Clone, Debug)]
pub enum Body {
    /// None.
    Empty,
    /// `json`: rendered to JSON text.
    Json(JsonTemplate),
    /// `body`: rendered as it stands.
    Text(Template),
    /// `form`: names and values, URL-encoded.
    Form(Vec<(String, Template)>),
    /// `formData`.
    Multipart(Multipart),
    /// One that Artillery's HTTP library refuses to send, such as any on a GET: the user fails there. Why, in words.
    Refused(&'static str),
}

/// A wait.
#[derive(Clone, Debug)]
pub enum Think {
    /// Known beforehand.
    Fixed(Duration),
    /// Rendered for each user; read by [`crate::duration::parse_think`].
    Rendered(Template),
    /// Another wait, made longer or shorter at random.
    Jittered(Box<Think>, Jitter),
}

/// How far a wait may be from what it is said to be, either way, each length being equally likely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Jitter {
    /// By at most that much.
    Time(Duration),
    /// By at most that share of it: 0.2 is a fifth.
    Share(f64),
}

/// `parallel`: each of the steps begins as soon as there is room; all are done before the flow goes on.
#[derive(Clone, Debug)]
pub struct Parallel {
    /// The steps: one branch each.
    pub steps: Vec<Step>,
    /// How many branches may run at a time; at least 1.
    pub limit: usize,
}

/// A step that is not always taken: `probability`, then `ifTrue`.
#[derive(Clone, Debug)]
pub struct Guarded {
    /// In how many of 101 cases, since Artillery draws from 0 to 100, both included, and compares with less-than.
    pub probability: Option<f64>,
    /// What has to hold.
    pub condition: Option<Expression>,
    /// The step, alone in a list.
    pub steps: Vec<Step>,
}

/// Repeated steps.
#[derive(Clone, Debug)]
pub struct Loop {
    /// How often; counts only where there is neither `over` nor `condition`, and then still says where the counter
    /// begins.
    pub count: Count,
    /// `over`: one round for each entry.
    pub over: Option<Over>,
    /// `whileTrue`: asked after each round.
    pub condition: Option<Expression>,
    /// The steps.
    pub steps: Vec<Step>,
    /// Whether it ends with its user's phase, where that is one of `users`: each loop does that nothing else ends.
    pub timed: bool,
    /// `$loopCount`: the number of the current round.
    pub counter: Slot,
    /// `$loopElement`: the entry of the current round; the counter's first value where there is no `over`.
    pub element: Slot,
}

/// What a loop goes over.
#[derive(Clone, Debug)]
pub enum Over {
    /// Entries that the script lists.
    Entries(Arc<[Entry]>),
    /// A variable, or a part of it. What is no list has no entries.
    Variable(Template),
}

/// An entry that the script lists.
#[derive(Clone, Debug)]
pub struct Entry {
    /// As it is written.
    pub value: Value,
    /// With its placeholders filled, where it has any. As in Artillery that happens only when the URL of the round's
    /// first request is rendered: what comes before sees the entry as it is written.
    pub rendered: Option<Arc<ValueTemplate>>,
}

/// How often a loop runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Count {
    /// The counter runs from `from` up to, not including, `to`.
    Range {
        /// First value of the counter.
        from: u64,
        /// End of the counter.
        to: u64,
    },
    /// Rendered for each user; read by [`crate::count::parse`] into a range. What is no count gives no rounds.
    Rendered(Template),
    /// No count was given: until a step fails, and for a user of a `users` phase until that phase is over.
    Endless,
}

/// One (scenario, request name, method).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its scenario's place in [`Plan::scenarios`].
    pub scenario: u32,
    /// The method, in capitals.
    pub method: String,
    /// What people see it as: the URL's path before templating, without the query, as Artillery names endpoints.
    pub endpoint: String,
    /// Its requests' own name, where they have one.
    pub name: Option<String>,
    /// Where its requests go.
    pub server: Server,
}

/// A variable's place in a user's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u32);

/// What a variable holds when a user starts.
#[derive(Clone, Debug, PartialEq)]
pub enum Initial {
    /// This.
    Fixed(Value),
    /// One of these, drawn for each user. Never empty.
    OneOf(Vec<Value>),
    /// A new random UUID (version 4) for each user: `$uuid`.
    Uuid,
    /// This, which is too large to be copied for each user: all rows of a data file.
    Shared(Arc<Value>),
}

/// A data file (`config.payload`), read and cast.
#[derive(Clone, Debug)]
pub struct Payload {
    /// The variables, one for each of the first columns.
    pub fields: Vec<Slot>,
    /// The rows. May be empty: then the variables are undefined.
    pub rows: Arc<[Vec<Value>]>,
    /// Which row a user gets.
    pub order: Order,
}

/// Which row of a data file a user gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Any, also one that another user has.
    Random,
    /// The next, and the first again after the last: the row of arrival `i` is `i mod rows`, on whatever shard.
    Sequence,
}
