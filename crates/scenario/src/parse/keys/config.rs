//! The keys of a script, of `config` and of what is in it.

use super::monitor::MONITOR;
use super::plugins::{APDEX, ENDPOINTS_PLUGIN, EXPECT_PLUGIN};
use super::publish::PUBLISHER;
use super::timeouts::TIMEOUTS;
use super::{Form, Key, Place, idle, later, takes};
use super::{ensure::ENSURE, flow::HOOK, flow::SCENARIO, payload::PAYLOAD};

/// Names and values of headers.
pub(super) const HEADERS: Form = Form::Map(&Form::OneOrMany(&Form::Scalar));
const MODES: Form = Form::OneOf(&["uniform", "poisson"]);

pub(crate) static SCRIPT: Place = Place {
    name: "a script",
    about: "A load test: where, how fast and how good, and what a user does.",
    needs: &["scenarios"],
    keys: &[
        takes("config", Form::Either(&[Form::Place(&CONFIG), Form::Null]), "Where, how fast and how good."),
        takes("scenarios", Form::List(&Form::Place(&SCENARIO)), "What users do: one of these each."),
        takes("before", Form::Place(&HOOK), "Run once ahead of the load; its variables are all users'."),
        takes("after", Form::Place(&HOOK), "Run once when the load is over."),
    ],
};

pub(crate) static CONFIG: Place = Place {
    name: "config",
    about: "Where, how fast and how good. Any value may be a placeholder that is known before the run.",
    needs: &[],
    keys: &[
        takes(
            "target",
            Form::Either(&[Form::OnlyText, Form::Null]),
            "Where requests go whose URL begins with `/`; `builtin` is loadgen's own sample service.",
        )
        .such_as(&["builtin", "http://127.0.0.1:8080", "\"{{ $env.TARGET }}\""]),
        takes("phases", Form::List(&Form::Place(&PHASE)), "The arrival schedule, one phase after the other.")
            .unset("a single user"),
        takes(
            "environments",
            Form::Map(&Form::Either(&[Form::Place(&CONFIG), Form::Null])),
            "Parts that `-e NAME` lays over `config`.",
        ),
        takes(
            "variables",
            Form::Either(&[Form::Map(&Form::Any), Form::Null]),
            "Values by name; of a list, each user draws one.",
        )
        .such_as(&["{size: 20, country: [de, fr]}"]),
        takes("http", Form::Place(&HTTP), "What applies to all HTTP requests."),
        takes("timeout", Form::Span, "As `http.timeout`, which it overrules.").unset("10"),
        takes("tls", Form::Place(&TLS), "Whom to trust, and who we are."),
        takes(
            "plugins",
            Form::Either(&[Form::Open(&PLUGINS), Form::Null]),
            "The plugins that are on, with their options.",
        )
        .such_as(&["{ensure: {}}"]),
        takes(
            "ensure",
            Form::Either(&[Form::Place(&ENSURE), Form::Switch]),
            "Bounds that the run has to keep; in force if `plugins` names `ensure`.",
        ),
        takes("defaults", Form::Place(&DEFAULTS), "As `http.defaults`, which overrules it: the older place."),
        takes(
            "payload",
            Form::Either(&[Form::OneOrMany(&Form::Place(&PAYLOAD)), Form::Null]),
            "Data files: a row of each is a user's own.",
        ),
        takes("mode", MODES, "How arrivals are spread: evenly, or with random gaps.").unset("uniform"),
        later("processor", Form::Text, "A file of JavaScript with functions for hooks."),
        later("engine", Form::Text, "The engine of scenarios that name none.").unset("http"),
        later("engines", Form::Map(&Form::Any), "Settings of further engines."),
        later("ws", Form::Any, "Settings of the WebSocket engine."),
        later("socketio", Form::Any, "Settings of the Socket.IO engine."),
        takes("apdex", Form::Either(&[Form::Place(&APDEX), Form::Switch]), "Settings of the plugin `apdex`."),
        later("pluginsScope", Form::Text, "Where Artillery looks for plugins."),
        takes(
            "fake-data",
            Form::Either(&[Form::Map(&Form::Any), Form::Switch]),
            "Options of the functions of the plugin `fake-data`.",
        ),
        takes(
            "monitor",
            Form::Either(&[Form::OnlyText, Form::Place(&MONITOR), Form::Null]),
            "Where the target's metrics are, for its CPU and memory beside the latencies. Not in Artillery.",
        )
        .such_as(&["http://127.0.0.1:9100/metrics"]),
        idle("statsInterval", Form::Any, "Artillery's periods are fixed too."),
        idle("includeFiles", Form::Any, "For Artillery's cloud alone."),
        idle("bundling", Form::Any, "For processors that are bundled."),
    ],
};

/// Plugins by name. A plugin that loadgen has not is a warning, with whatever options.
pub(crate) static PLUGINS: Place = Place {
    name: "config.plugins",
    about: "The plugins that are on, with their options. One that loadgen has not is left out, with a warning.",
    needs: &[],
    keys: &[
        takes(
            "ensure",
            Form::Either(&[Form::Place(&ENSURE), Form::Switch]),
            "Bounds decide between pass and fail.",
        ),
        takes(
            "metrics-by-endpoint",
            Form::Either(&[Form::Place(&ENDPOINTS_PLUGIN), Form::Switch]),
            "How endpoints are called; always on.",
        ),
        takes(
            "expect",
            Form::Either(&[Form::Place(&EXPECT_PLUGIN), Form::Switch]),
            "What `expect` says of an answer is checked.",
        ),
        takes(
            "apdex",
            Form::Either(&[Form::Place(&APDEX), Form::Switch]),
            "Answers are counted by how they satisfy.",
        ),
        takes(
            "fake-data",
            Form::Either(&[Form::Map(&Form::Any), Form::Switch]),
            "Functions for random names, addresses and more in placeholders.",
        ),
        takes("slack", Form::Place(&SLACK), "A channel is told the result."),
        takes(
            "publish-metrics",
            Form::Either(&[Form::List(&Form::Open(&PUBLISHER)), Form::Null]),
            "Figures and traces are sent elsewhere while the load runs.",
        ),
    ],
};

pub(crate) static SLACK: Place = Place {
    name: "plugins.slack",
    about: "Whom to tell the result of the run.",
    needs: &["webhookUrl"],
    keys: &[
        takes("webhookUrl", Form::Text, "The address of Slack's incoming webhook; a secret.")
            .such_as(&["\"{{ $env.SLACK_WEBHOOK }}\""]),
        takes("notifyOnFailureOnly", Form::Flag, "Tell of runs that failed, and of no other.").unset("false"),
    ],
};

pub(crate) static PHASE: Place = Place {
    name: "a phase",
    about: "A stretch of the arrival schedule: a rate, a ramp, a number of users, or a pause.",
    needs: &[],
    keys: &[
        takes("duration", Form::Span, "How long it lasts.").such_as(&["60", "5m"]),
        takes("arrivalRate", Form::Rate, "Users that start each second.").such_as(&["50", "0.5"]),
        takes("rampTo", Form::Rate, "The rate at its end, reached evenly from `arrivalRate`.")
            .such_as(&["200"]),
        takes("arrivalCount", Form::Count, "How many users start, evenly spread.").such_as(&["300"]),
        takes("users", Form::Count, "How many users run at a time: each that ends makes room for the next."),
        takes("pause", Form::Span, "How long nobody arrives.").such_as(&["10"]),
        takes(
            "maxVusers",
            Form::Count,
            "While that many users are running, arrivals are skipped, and counted.",
        )
        .unset("no ceiling"),
        takes("name", Form::Text, "What it is called in reports.").such_as(&["Peak load"]),
        takes("mode", MODES, "As `config.mode`, for this phase.").unset("that of config"),
    ],
};

pub(crate) static HTTP: Place = Place {
    name: "config.http",
    about: "What applies to all HTTP requests.",
    needs: &[],
    keys: &[
        takes(
            "timeout",
            Form::Span,
            "Longest wait for a connection, for an answer's head, and between pieces of its body.",
        )
        .unset("10"),
        takes(
            "timeouts",
            Form::Place(&TIMEOUTS),
            "The same for each part of a request by itself, and for all of it.",
        ),
        takes(
            "maxBodyBytes",
            Form::Count,
            "Longest body that an answer may have, in bytes as they come; a longer one is an error. Not in Artillery.",
        )
        .unset("any length"),
        takes("pool", Form::Count, "That many connections for all users together.")
            .unset("one for each user"),
        takes(
            "keepAlive",
            Form::Flag,
            "Whether a connection is used again; `false` gives each request one of its own. Not in Artillery.",
        )
        .unset("true"),
        takes("defaults", Form::Place(&DEFAULTS), "What each request says unless it says otherwise."),
        takes("extendedMetrics", Form::Flag, "Count the parts of each answer's time: dns, tcp, tls, total.")
            .unset("false"),
        takes(
            "distributedTracing",
            Form::Either(&[Form::Flag, Form::Place(&TRACING)]),
            "A `traceparent` header on each request.",
        )
        .unset("false"),
        takes("cookieJarOptions", Form::Place(&COOKIE_JAR), "What cookies are kept."),
        idle("maxSockets", Form::Any, "Artillery ignores it too; `pool` is what shares connections."),
    ],
};

pub(crate) static DEFAULTS: Place = Place {
    name: "defaults",
    about: "What each request says unless it says otherwise.",
    needs: &[],
    keys: &[
        takes("headers", HEADERS, "Headers of each request.").such_as(&["{accept: application/json}"]),
        takes("cookie", Form::Map(&Form::Any), "Cookies that are set before each request.")
            .such_as(&["{site: main}"]),
        takes("strictCapture", Form::Flag, "Whether a capture or match that fails ends its user.")
            .unset("true"),
        takes(
            "think",
            Form::Either(&[Form::Place(&THINK_DEFAULTS), Form::Null]),
            "What applies to all think times.",
        ),
    ],
};

pub(crate) static THINK_DEFAULTS: Place = Place {
    name: "defaults.think",
    about: "What applies to all think times.",
    needs: &[],
    keys: &[takes("jitter", Form::NumberOrText, JITTER).such_as(JITTERS)],
};

/// What `jitter` means here and in a step.
pub(super) const JITTER: &str =
    "How far a wait may be from its length, either way: milliseconds, or percent of it.";
pub(super) const JITTERS: &[&str] = &["200", "\"20%\""];

pub(crate) static TRACING: Place = Place {
    name: "config.http.distributedTracing",
    about: "A `traceparent` header (W3C) on each request.",
    needs: &[],
    keys: &[
        takes("enabled", Form::Flag, "Whether there is one.").unset("true"),
        takes("sampled", Form::Flag, "Whether it asks for the trace to be kept.").unset("true"),
        takes("traceIdPrefix", Form::Text, "How trace ids begin, in hexadecimal digits.").unset("a9"),
    ],
};

const AUTHORITIES: Form = Form::OneOrMany(&Form::Text);

const ABOUT_TLS: &str = "Whom to trust, and who we are. Certificates and keys are PEM text, or files that hold it; `pfx` is a file.";

pub(crate) static TLS: Place = Place { name: "config.tls", about: ABOUT_TLS, needs: &[], keys: TLS_KEYS };

/// `https` of a request.
pub(crate) static HTTPS: Place = Place { name: "https", about: ABOUT_TLS, needs: &[], keys: TLS_KEYS };

const TLS_KEYS: &[Key] = &[
    takes("rejectUnauthorized", Form::Flag, "Whether a server's certificate is checked.").unset("true"),
    takes("ca", AUTHORITIES, "Whom to trust, instead of Mozilla's and the system's authorities."),
    takes("certificateAuthority", AUTHORITIES, "Another name of `ca`."),
    takes("cert", Form::Text, "Our certificate."),
    takes("certificate", Form::Text, "Another name of `cert`."),
    takes("key", Form::Text, "The key of our certificate."),
    takes("passphrase", Form::Text, "What unlocks the key."),
    takes("pfx", Form::Text, "Certificate and key in one file (PKCS#12)."),
    takes("servername", Form::Text, "The name that is asked for, and that the certificate has to bear."),
    takes("serverName", Form::Text, "Another name of `servername`."),
    takes(
        "sessionResumption",
        Form::Flag,
        "Whether a user's connections resume the TLS sessions of its earlier ones. Not in Artillery.",
    )
    .unset("true"),
    later("alpnProtocols", Form::Any, "Protocols that are offered."),
    later("certificateRevocationLists", Form::Any, "Certificates that are not to be trusted any more."),
    later("ciphers", Form::Any, "Ciphers that are offered."),
    later("dhparam", Form::Any, "Parameters of the key exchange."),
    later("ecdhCurve", Form::Any, "Curves that are offered."),
    later("honorCipherOrder", Form::Any, "Whose order of ciphers counts."),
    later("maxVersion", Form::Any, "The newest version that is offered."),
    later("minVersion", Form::Any, "The oldest version that is offered."),
    later("secureOptions", Form::Any, "Options of OpenSSL."),
    later("signatureAlgorithms", Form::Any, "Signatures that are offered."),
    later("tlsSessionLifetime", Form::Any, "How long a session can be resumed."),
];

pub(crate) static COOKIE_JAR: Place = Place {
    name: "cookieJarOptions",
    about: "What cookies are kept, by the names of Artillery's cookie library.",
    needs: &[],
    keys: &[
        takes("looseMode", Form::Flag, "Keep cookies without a name.").unset("false"),
        takes("rejectPublicSuffixes", Form::Flag, "Refuse cookies for domains such as `com`.").unset("true"),
        idle("allowSpecialUseDomain", Form::Any, "Such domains are always allowed."),
        idle("prefixSecurity", Form::Any, "Prefixes of names have no meaning here."),
    ],
};
